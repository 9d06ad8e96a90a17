"""POST /v1/documents/bulk: a stream of lines, committed in parts, each bad line noted."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ingest import batches, uploads
from ingest.models import Batch, Capture, Priority
from newsapi.errors import NewsApiError, TooLarge
from tests.ingest.api import client, process, reader, text

URL = "/v1/documents/bulk"
database = pytest.mark.django_db


def line(marker: str, **more: Any) -> bytes:
    return orjson.dumps({"text": text(marker=marker), **more}) + b"\n"


def send(body: bytes, content_type: str = "application/x-ndjson", **headers: Any) -> Any:
    return client().generic("POST", URL, body, content_type=content_type, **headers)


@database
def test_good_lines_are_accepted_bad_ones_noted_blank_ones_skipped() -> None:
    body = b"\n".join(
        [
            line("a", external_id="1", source="example.org").strip(),
            b"",
            b"{not json}",
            b'{"text": "x", "txet": "y"}',
            b"[1]",
            b'{"text": "\xff"}',
            b"  \r",
            line("b").strip() + b"\r",
        ]
    )
    answer = send(body)
    assert answer.status_code == 202
    batch = answer.json()
    assert answer["Location"] == f"/v1/batches/{batch['id']}"
    assert (batch["accepted"], batch["rejected_count"], batch["lines"]) == (2, 4, 6)
    assert [item["line"] for item in batch["rejected"]] == [3, 4, 5, 6]
    assert [item["reason"]["code"] for item in batch["rejected"]] == [
        "invalid_json",
        "invalid_document",
        "invalid_document",
        "invalid_json",
    ]
    assert batch["rejected"][1]["reason"]["field"] == "txet"
    assert batch["progress"]["received"] == 2 and not batch["complete"]
    assert list(Capture.objects.order_by("id").values_list("line", "priority")) == [
        (1, Priority.BULK),
        (8, Priority.BULK),
    ]
    process()
    batch = reader().get(answer["Location"]).json()
    assert batch["progress"] == {"received": 0, "structured": 2, "duplicate": 0, "rejected": 0, "failed": 0}
    assert batch["complete"] and batch["error"] is None
    listed = reader().get(batch["links"]["documents"]).json()
    assert [item["line"] for item in listed["results"]] == [8, 1]
    assert listed["results"][1]["external_id"] == "1"


@database
def test_gzip_in_several_members_is_read() -> None:
    body = gzip.compress(line("a")) + gzip.compress(line("b") + line("c"))
    assert send(body, HTTP_CONTENT_ENCODING="gzip").json()["accepted"] == 3


@database
@pytest.mark.parametrize("body", [b"", b"\n\n  \n"])
def test_nothing_is_no_batch(body: bytes) -> None:
    answer = send(body)
    assert answer.status_code == 422 and answer.json()["code"] == "empty_batch"
    assert not Batch.objects.exists()


@database
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_another_media_type_is_415_and_names_the_right_one(content_type: str) -> None:
    answer = send(line("a"), content_type)
    assert answer.status_code == 415 and "application/x-ndjson" in answer.json()["detail"]


@database
def test_a_batch_that_nobody_reads_any_more_is_ended() -> None:
    batch = Batch.objects.create(accepted=2, lines=2)
    assert batches.close_abandoned() == 0
    Batch.objects.update(updated_at=timezone.now() - batches.SILENCE * 2)
    assert batches.close_abandoned() == 1 and batches.close_abandoned() == 0
    found = reader().get(f"/v1/batches/{batch.id}").json()
    assert found["complete"] and found["error"]["code"] == "batch_incomplete"


@database
def test_beyond_the_lines_what_came_before_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PART", 2)
    batch_of = batches.receive_batch
    monkeypatch.setattr("ingest.services.receive_batch", lambda pieces: batch_of(pieces, max_lines=3))
    answer = send(b"".join(line(marker) for marker in "abcde"))
    problem = answer.json()
    assert answer.status_code == 413 and problem["code"] == "too_large"
    assert problem["accepted"] == 3 and problem["line"] == 4
    batch = reader().get(f"/v1/batches/{problem['batch']}").json()
    assert batch["accepted"] == Capture.objects.count() == 3
    assert batch["error"]["code"] == "too_large"
    process()
    assert reader().get(f"/v1/batches/{problem['batch']}").json()["complete"]


@database
def test_beyond_the_bytes_what_came_before_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.views.MAX_BYTES", 100_000)
    body = b"".join(line("y" * 5000) for _ in range(100))
    answer = send(gzip.compress(body), HTTP_CONTENT_ENCODING="gzip")
    assert answer.status_code == 413
    assert 0 < answer.json()["accepted"] == Capture.objects.count() < 100


@database
@pytest.mark.parametrize("damage", [lambda body: body[:-20], lambda body: body[:200] + b"\0" * 50 + body[250:]])
def test_a_stream_that_breaks_off_keeps_what_came_before(monkeypatch: pytest.MonkeyPatch, damage: Any) -> None:
    monkeypatch.setattr(uploads, "PIECE", 64)
    body = gzip.compress(b"".join(line(f"number {number}") for number in range(50)), 1)
    answer = send(damage(body), HTTP_CONTENT_ENCODING="gzip")
    assert answer.status_code == 400 and answer.json()["code"] == "bad_body"
    assert answer.json().get("accepted", 0) == Capture.objects.count()


@database
def test_a_line_too_long_is_rejected_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.inputs.MAX_BYTES", 5000)
    monkeypatch.setattr("ingest.batches.lines", lambda pieces: _lines(pieces, 5000))
    answer = send(line("a") + line("b" * 9000) + line("c")).json()
    assert (answer["accepted"], answer["rejected"][0]["line"]) == (2, 2)
    assert answer["rejected"][0]["reason"]["code"] == "too_large"


_lines = batches.lines


@database
def test_only_the_first_thousand_rejections_are_listed() -> None:
    answer = send(b"x\n" * 1_200).json()
    assert answer["rejected_count"] == 1_200 and len(answer["rejected"]) == 1_000
    assert answer["complete"]


@given(st.lists(st.binary(max_size=30), max_size=20), st.integers(1, 7))
def test_lines_are_lines_however_the_stream_is_cut(parts: list[bytes], size: int) -> None:
    whole = b"\n".join(parts)
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    expected = whole.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert list(batches.lines(pieces)) == expected


@given(st.binary(max_size=2000), st.integers(1, 50))
def test_whatever_is_called_gzip_is_read_or_refused(data: bytes, cut: int) -> None:
    for body in (data, gzip.compress(data)[:-cut], gzip.compress(data)):
        try:
            found = b"".join(uploads.pieces(io.BytesIO(body), 10_000, compressed=True))
        except NewsApiError as error:
            assert error.status in (400, 413)
        else:
            assert found == data or body is not data


def test_a_gzip_bomb_is_stopped_in_little_memory() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        for _ in uploads.pieces(io.BytesIO(bomb), 10_000_000, compressed=True):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


@database
def test_a_batch_is_read_in_constant_memory() -> None:
    def endless(count: int) -> Iterator[bytes]:
        for number in range(count):
            yield line(f"{number} " + "x" * 4_000)

    tracemalloc.start()
    batch = batches.receive_batch(endless(4_000), wake=False)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert batch.accepted == 4_000
    assert peak < 16_000_000
