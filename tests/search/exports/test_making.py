"""Exports from being asked for to the file, whoever is killed meanwhile."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from access.services import create_key
from articles.leases import Lease
from articles.models import Consumer
from newsapi import places
from search.engines.base import EngineUnavailable
from search.exports import making, services
from search.exports.models import Export, ExportPart, State
from tests.search.api import Archive, archive
from tests.search.closing import close

__all__ = ["archive"]


class Killed(BaseException):
    """As a SIGKILL: nothing that handles errors handles it."""


@pytest.fixture(autouse=True)
def _small(archive: Archive, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EXPORTS_DIR = tmp_path / "exports"
    monkeypatch.setattr(making, "ARTICLES", 7)
    monkeypatch.setattr(making, "PAGE", 3)
    monkeypatch.setattr(services, "wake", lambda export_id: None)


def ask(asked: Any = None, address: str = "", owner: str = "") -> Export:
    return services.request(owner, asked, QueryDict(address))


def made(asked: Any = None, address: str = "") -> Export:
    export = ask(asked, address)
    assert making.make(export.id) is False
    export.refresh_from_db()
    assert export.state == State.READY, export.error
    return export


def content(archive: Archive, export: Export) -> bytes:
    response = archive.client.get(f"/v1/exports/{export.id}/file")
    assert response.status_code == 200
    found = b"".join(response)
    close(response)
    assert len(found) == export.size == int(response.headers["Content-Length"])
    assert hashlib.sha256(found).hexdigest() == export.checksum
    return found


def test_asked_for_over_http_made_by_a_worker_and_downloaded(archive: Archive) -> None:
    asked = {"format": "csv", "q": "report", "language": "en", "fields": "headline,source.name"}
    answer = archive.client.post("/v1/exports", asked, content_type="application/json")
    assert answer.status_code == 202, answer.content
    address = answer.headers["Location"]
    waiting = archive.get(address)
    assert (waiting["state"], waiting["file"], waiting["progress"]) == ("waiting", None, 0)
    problem = archive.problem(f"{address}/file", 409)
    assert problem["code"] == "export_not_ready"
    making.make(Export.objects.get().id)
    ready = archive.get(address)
    assert (ready["state"], ready["progress"]) == ("ready", 1)
    whole = archive.get("/v1/articles", q="report", language="en", limit=1000)
    assert ready["done"] == ready["total"] == whole["total"]
    response = archive.client.get(ready["file"])
    rows = list(csv.reader(io.StringIO(b"".join(response).decode(), newline="")))
    assert rows[0] == ["headline", "source.name"]
    assert rows[1:] == [[one["headline"], one["source"]["name"]] for one in whole["results"]]
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ".csv" in response.headers["Content-Disposition"]
    assert archive.get("/v1/exports")["results"] == [ready]


@pytest.mark.parametrize("compression", ["none", "gzip"])
@pytest.mark.parametrize("sort", ["-date", "date"])
def test_lines_are_what_lists_show(archive: Archive, compression: str, sort: str) -> None:
    found = content(archive, made({"compression": compression, "sort": sort}, "duplicates=show"))
    found = gzip.decompress(found) if compression == "gzip" else found
    whole = archive.get("/v1/articles", duplicates="show", sort=sort, limit=1000)["results"]
    assert [json.loads(line) for line in found.splitlines()] == whole


def test_everything_of_an_article(archive: Archive) -> None:
    lines = content(archive, made({"fields": ["*"], "query": {"op": "text", "text": "football"}})).splitlines()
    first = json.loads(lines[0])
    assert first == archive.get(f"/v1/articles/{first['id']}")
    assert first["provenance"]


def test_a_zip_of_ninjs(archive: Archive) -> None:
    with zipfile.ZipFile(io.BytesIO(content(archive, made({"format": "ninjs"})))) as packed:
        assert packed.testzip() is None
        items = {name: json.loads(packed.read(name)) for name in packed.namelist()}
    whole = archive.get("/v1/articles", limit=1000)["results"]
    assert list(items) == [f"{one['id']}.json" for one in whole]
    item = items[f"{whole[0]['id']}.json"]
    assert item["standard"]["name"] == "ninjs"
    assert item["headlines"] == [{"role": "main", "value": whole[0]["headline"]}]
    assert item["bodies"][0]["value"] == whole[0]["body"]


@pytest.mark.parametrize("kind", ["ndjson", "csv", "parquet", "ninjs"])
def test_nothing_found_is_a_file_all_the_same(archive: Archive, kind: str) -> None:
    export = made({"format": kind, "q": "nosuchword"})
    found = content(archive, export)
    assert (export.done, export.total) == (0, 0)
    if kind == "ninjs":
        assert zipfile.ZipFile(io.BytesIO(found)).namelist() == []
    if kind == "csv":
        assert found.decode().splitlines()[0].startswith("id,number,")
    assert archive.get(f"/v1/exports/{export.id}")["progress"] == 1


def test_what_arrives_meanwhile_is_not_in_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask({})
    assert making.make(export.id, seconds=0) is True
    archive.add({"headline": "Late report"}, {"headline": "Another late report"})
    assert making.make(export.id) is False
    export.refresh_from_db()
    lines = content(archive, export).splitlines()
    assert len(lines) == export.total == 40
    assert not any(b"late" in line.lower() for line in lines)


def killing(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Kill at the so-manieth step of any kind."""
    count = iter(range(10**6))

    def guard(name: str) -> None:
        real = getattr(making, name)

        def guarded(*args: Any, **kwargs: Any) -> Any:
            if next(count) == at:
                raise Killed
            found = real(*args, **kwargs)
            if next(count) == at:
                raise Killed
            return found

        monkeypatch.setattr(making, name, guarded)

    guard("_write")
    guard("_sha256")
    for name in ("_committed", "_next", "_begin"):
        real = getattr(making._Making, name)

        def guarded(self: Any, *args: Any, real: Any = real) -> Any:
            if next(count) == at:
                raise Killed
            found = real(self, *args)
            if next(count) == at:
                raise Killed
            return found

        monkeypatch.setattr(making._Making, name, guarded)


@pytest.mark.parametrize("kind", ["ndjson", "ninjs", "parquet"])
def test_wherever_it_is_killed_the_file_is_the_same(archive: Archive, kind: str) -> None:
    whole = made({"format": kind})
    expected = content(archive, whole)
    at, kills = 0, 1
    while kills:
        export = ask({"format": kind})
        kills = 0
        with pytest.MonkeyPatch.context() as patching:
            killing(patching, at)
            try:
                making.make(export.id)
            except Killed:
                kills = 1
        making.make(export.id)
        export.refresh_from_db()
        assert export.state == State.READY
        assert (export.checksum, export.done) == (whole.checksum, whole.done)
        if at % 7 == 0:
            assert content(archive, export) == expected
        names = {part.name for part in export.pieces.all()}
        assert {path.name for path in services.directory(export).iterdir()} == names
        services.remove(export)
        at += 3
    assert at > 20


def test_who_was_only_stopped_writes_over_nothing(archive: Archive) -> None:
    export = ask({})
    first = making._Making(export, Lease("first"))
    first.run(0)
    stale = making._Making(Export.objects.get(id=export.id), Lease("stale"))
    first.export.refresh_from_db()
    assert first._step()
    with pytest.raises(making.Stopped):
        stale._step()
    assert making.make(export.id) is False
    export.refresh_from_db()
    assert len(content(archive, export).splitlines()) == 40


def test_only_one_makes_it(archive: Archive) -> None:
    export = ask({})
    lease = Lease(services.lease_name(export.id))
    assert lease.hold()
    assert making.make(export.id) is False
    export.refresh_from_db()
    assert export.state == State.WAITING
    lease.release()
    making.make(export.id)
    export.refresh_from_db()
    assert export.state == State.READY
    assert not Consumer.objects.filter(name=lease.name).exists()


def test_an_engine_that_is_away_is_waited_for(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask({})
    with monkeypatch.context() as patching:

        def away(self: Any) -> list[Any]:
            raise EngineUnavailable("away")

        patching.setattr(making._Making, "_next", away)
        assert making.make(export.id) is False
    export.refresh_from_db()
    assert export.state == State.RUNNING
    making.make(export.id)
    export.refresh_from_db()
    assert export.state == State.READY


def test_what_never_works_fails_at_last(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask({})

    def broken(self: Any) -> list[Any]:
        raise ZeroDivisionError

    monkeypatch.setattr(making._Making, "_next", broken)
    for _ in range(making.ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            making.make(export.id)
    assert making.make(export.id) is False
    shown = archive.get(f"/v1/exports/{export.id}")
    assert shown["state"] == "failed"
    assert "again and again" in shown["error"]["detail"]


def test_a_full_disk_is_said(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "ROOM", 10**18)
    export = ask({})
    making.make(export.id)
    shown = archive.get(f"/v1/exports/{export.id}")
    assert shown["state"] == "failed"
    assert "room" in shown["error"]["detail"]


def test_the_sweeper_wakes_for_what_is_left_and_removes_what_is_over(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(services, "wake", woken.append)
    left = ask({})
    over = made({})
    Export.objects.filter(id=over.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    woken.clear()
    assert services.sweep() == 1
    assert woken == [left.id]
    assert not services.directory(over).exists()
    assert not ExportPart.objects.filter(export=over).exists()
    assert archive.get(f"/v1/exports/{over.id}")["state"] == "expired"
    assert archive.problem(f"/v1/exports/{over.id}/file", 410)["code"] == "export_expired"
    Export.objects.filter(id=over.id).update(created_at=timezone.now() - timedelta(days=60))
    services.sweep()
    assert archive.client.get(f"/v1/exports/{over.id}").status_code == 404


def test_an_export_is_its_owners(archive: Archive) -> None:
    mine, other, admin = (
        create_key(name, [scope])[1] for name, scope in (("a", "read"), ("b", "read"), ("c", "admin"))
    )
    answer = archive.client.post("/v1/exports", {}, content_type="application/json", headers={"x-api-key": mine})
    address = answer.headers["Location"]
    for key, status in ((mine, 200), (other, 404), (admin, 200)):
        assert archive.client.get(address, headers={"x-api-key": key}).status_code == status
    assert archive.client.get(address).status_code == 404
    assert archive.client.get("/v1/exports", headers={"x-api-key": other}).json()["results"] == []
    assert archive.client.delete(address, headers={"x-api-key": other}).status_code == 404
    assert archive.client.delete(address, headers={"x-api-key": mine}).status_code == 204
    assert archive.client.get(address, headers={"x-api-key": mine}).status_code == 404


def test_one_that_is_removed_stops(archive: Archive) -> None:
    export = ask({})
    assert making.make(export.id, seconds=0) is True
    services.remove(export)
    assert making.make(export.id) is False
    assert not services.directory(export).exists()
    assert not ExportPart.objects.exists()


def test_so_many_at_a_time(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST", 2)
    ask({}), ask({})
    answer = archive.client.post("/v1/exports", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_exports")
    assert answer.headers["Retry-After"]
    ask({}, owner="another")


@pytest.mark.parametrize(
    ("body", "address", "parameter"),
    [
        ([], "", "The body"),
        ({"format": "xls"}, "", "format"),
        ({"format": ["csv"]}, "", "format"),
        ({"formt": "csv"}, "", "formt"),
        ({"query": 5}, "", "query"),
        ({"query": {"op": "txt"}}, "", "query.op"),
        ({"query": "a", "q": "b"}, "", "query"),
        ({"q": {"a": 1}}, "", "q"),
        ({"q": "a AND"}, "", "q"),
        ({"topic": "politcs"}, "", "topic"),
        ({"q": "a"}, "?q=b", "q"),
        ({"q": "a\x00"}, "", "q"),
        ({}, "?nosuch=b", "nosuch"),
        ({"fields": "headlin"}, "", "fields"),
        ({"fields": 5}, "", "fields"),
        ({"format": "ninjs", "fields": "headline"}, "", "fields"),
        ({"format": "parquet", "compression": "gzip"}, "", "compression"),
        ({"sort": "relevance"}, "", "sort"),
    ],
)
def test_mistakes_are_named(archive: Archive, body: Any, address: str, parameter: str | None) -> None:
    answer = archive.client.post(f"/v1/exports{address}", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer.json().get("parameter") == parameter
    assert not Export.objects.exists()


def test_a_download_goes_on_where_it_broke_off(archive: Archive) -> None:
    export = made({})
    whole = content(archive, export)
    address = f"/v1/exports/{export.id}/file"
    for asked, first, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=100-", 100, len(whole)),
        ("bytes=3000-9000", 3000, 9001),
        ("bytes=-50", len(whole) - 50, len(whole)),
        (f"bytes=5-{10**17}", 5, len(whole)),
    ):
        part = archive.client.get(address, headers={"range": asked})
        assert part.status_code == 206
        assert part.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(whole)}"
        assert b"".join(part) == whole[first:end]
        close(part)
    for ignored in ("bytes=5-2", "lines=1-2", "bytes=0-1,5-9", "bytes=-", "x"):
        response = archive.client.get(address, headers={"range": ignored})
        assert response.status_code == 200
        assert b"".join(response) == whole
        close(response)
    for beyond in (f"bytes={len(whole)}-", "bytes=-0"):
        refused = archive.client.get(address, headers={"range": beyond})
        assert (refused.status_code, refused.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    changed = archive.client.get(address, headers={"range": "bytes=5-", "if-range": '"another"'})
    assert b"".join(changed) == whole
    close(changed)
    tag = changed.headers["ETag"]
    assert archive.client.get(address, headers={"if-none-match": tag}).status_code == 304
    head = archive.client.head(address)
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(len(whole)), b"")
    assert head.headers["Repr-Digest"].startswith("sha-256=:")


def test_downloads_are_bounded_and_give_their_places_back(archive: Archive) -> None:
    export = made({})
    address = f"/v1/exports/{export.id}/file"
    taken = 0
    while places.enter_download():
        taken += 1
    try:
        refused = archive.client.get(address)
        assert (refused.status_code, refused.json()["code"]) == (503, "too_many_downloads")
        places.leave_download()
        for _ in range(3):
            close(archive.client.get(address))
    finally:
        for _ in range(taken - 1):
            places.leave_download()


def test_a_missing_file_is_no_500(archive: Archive) -> None:
    export = made({})
    next(services.directory(export).iterdir()).unlink()
    assert archive.problem(f"/v1/exports/{export.id}/file", 410)["code"] == "export_expired"


def test_changes_are_where_to_follow_on_from(archive: Archive) -> None:
    Consumer.objects.create(name="indexer", offset=7)
    Consumer.objects.update_or_create(name="publisher", defaults={"offset": 9})
    assert made({}).changes == 7


def lines(archive: Archive, address: str) -> list[Any]:
    response = archive.client.get(address, headers={"accept": "application/x-ndjson"})
    assert response.status_code == 200, response
    assert response.headers["Content-Type"] == "application/x-ndjson"
    found = b"".join(response)
    close(response)
    return [json.loads(line) for line in found.splitlines()]


def test_results_at_once_as_lines(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from search.exports import serving

    monkeypatch.setattr(serving, "PAGE", 9)
    monkeypatch.setattr(serving, "close_old_connections", lambda: None)
    whole = archive.get("/v1/articles", q="report", limit=1000)["results"]
    assert lines(archive, "/v1/articles?q=report") == whole
    assert lines(archive, "/v1/articles?q=report&limit=11&sort=-date") == whole[:11]
    assert lines(archive, "/v1/articles?q=report&fields=headline&limit=2") == [
        {"headline": one["headline"]} for one in whole[:2]
    ]
    assert lines(archive, "/v1/articles?q=nosuchword") == []


@pytest.mark.parametrize("parameter", ["cursor=x", "sort=relevance", "limit=0", "q=(", "nosuch=1", "fields=x"])
def test_what_lines_do_not_take_is_a_problem(archive: Archive, parameter: str) -> None:
    response = archive.client.get(f"/v1/articles?{parameter}", headers={"accept": "application/x-ndjson"})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.fixture(autouse=True)
def _no_places_lost() -> Iterator[None]:
    before = places._downloads._value
    yield
    assert places._downloads._value == before
    assert connection is not None
