"""`newsapi ingest`: whatever it is given is told by its content, taken apart and stored; one bad input loses no other."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from ingest import fetching
from ingest.kinds import Kind, kind_of
from ingest.models import Batch, Capture, Fetch
from newsapi.cli.ingest import report
from newsapi.cli.taking import Taken, files_in
from tests.bounds import EVENT
from tests.ingest.api import PARAGRAPHS, process, text
from tests.ingest.polling.site import Answer, Site, client, feed, item
from tests.servers.process import free_port
from tests.services.role import environment
from tests.services.service import run

PAGE = "<html><head><title>Ferry is late again</title></head><body><article><h1>Ferry is late again</h1>" + "".join(
    f"<p>{part}</p>" for part in PARAGRAPHS
)
NINJS = {"uri": "tag:example.org,2026:1", "type": "text", "headline": "Bridge opens today", "body_text": text()}
LINKED = {"@type": "NewsArticle", "headline": "Tram is back in town", "articleBody": "\n\n".join(PARAGRAPHS)}
OWN = {"id": "x", "headline": "Harbour freezes over", "paragraphs": list(PARAGRAPHS), "revision": 1}
SITEMAP = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    made = Site()
    monkeypatch.setattr("newsapi.http.get_client", client)
    yield made
    made.close()


def take(*names: object, most: int = 500, **hints: str) -> Taken:
    taken = Taken(hints, wake=False, most=most)
    for name in names:
        for each in files_in(str(name)):
            taken.take(each)
    return taken


def loc(url: str, modified: str = "2026-06-01") -> str:
    return f"<url><loc>{url}</loc><lastmod>{modified}</lastmod></url>"


FILES: dict[str, tuple[bytes, int]] = {
    "a text": (text().encode(), 1),
    "page": (PAGE.encode(), 1),
    "page in utf-16": (PAGE.encode("utf-16"), 1),
    "packed page.html.gz": (gzip.compress(PAGE.encode()), 1),
    "input.json": (orjson.dumps({"text": text()}), 1),
    "lines": (b"\n".join(orjson.dumps({"text": text(f"Headline {number}")}) for number in range(3)), 3),
    "packed.ndjson.gz": (gzip.compress(orjson.dumps({"text": text()}) + b"\n"), 1),
    "ninjs": (orjson.dumps(NINJS, option=orjson.OPT_INDENT_2), 1),
    "json-ld": (orjson.dumps({"@graph": [LINKED]}), 1),
    "json-ld of two": (orjson.dumps({"@graph": [LINKED, LINKED | {"headline": "Tram is late"}]}), 2),
    "export": (orjson.dumps(OWN), 1),
    "page of results": (orjson.dumps({"total": 2, "results": [OWN, OWN], "next": None}), 2),
    "list": (orjson.dumps([{"text": text()}, NINJS, OWN]), 3),
    "rss": (feed(item(1), item(2)).encode(), 2),
    "json feed": (
        orjson.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_text": text()}]}),
        1,
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_told_by_what_is_in_it(name: str, tmp_path: Path) -> None:
    content, documents = FILES[name]
    (tmp_path / name).write_bytes(content)
    taken = take(tmp_path / name, source="example.org")
    assert taken.refused == 0 and Capture.objects.count() == documents
    process()
    assert set(Capture.objects.values_list("state", flat=True)) <= {"structured", "duplicate"}


BAD: list[tuple[str, bytes, str]] = [
    ("empty", b" \n", "it is empty"),
    ("a.pdf", b"%PDF-1.4 ...", "a PDF file"),
    ("picture", b"\x89PNG\r\n\x1a\n....", "an image"),
    ("broken.json", b'{"text": "x', "not valid JSON"),
    ("broken", b'{"text": "x", ', "not valid JSON"),
    ("other.json", b'{"temperature": 5}', "temperature"),
    ("empty feed", feed().encode(), "no document in it"),
    ("cut.html.gz", gzip.compress(PAGE.encode())[:-20], "gzip"),
    ("cut.ndjson.gz", gzip.compress(b'{"text": "x"}\n' * 5000)[:-20], "gzip"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("name, content, said", BAD, ids=[name for name, _, _ in BAD])
def test_what_cannot_be_taken_is_said_with_its_name_and_the_others_go_on(
    name: str, content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "z good.txt").write_text(text())
    taken = take(tmp_path / name, tmp_path / "missing", tmp_path / "z good.txt")
    told = capsys.readouterr().err
    assert f"{tmp_path / name}: " in told and said in told
    assert f"{tmp_path / 'missing'}: cannot be read: No such file" in told
    assert taken.refused == 2 and str(tmp_path / "z good.txt") in taken.captures.values()


def test_a_directory_is_taken_with_all_that_is_in_it_but_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.txt", ".git/config", "b/.hidden", "c/d/e.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [Path(each).relative_to(tmp_path).as_posix() for each in files_in(str(tmp_path))] == [
        "a.txt",
        "b/2.txt",
        "c/d/e.html",
    ]
    assert files_in("-") == ["-"] and files_in("https://example.org/") == ["https://example.org/"]


@pytest.mark.django_db
def test_stdin_is_told_by_its_content_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for content, _ in FILES.values():
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        assert take("-").refused == 0


@pytest.mark.django_db
def test_a_long_stream_of_lines_is_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    line = orjson.dumps({"text": text(marker="x" * 2_000)}) + b"\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(line * 1_000)))
    assert take("-").refused == 0
    assert Batch.objects.get().accepted == 1_000


@pytest.mark.django_db
def test_an_address_is_fetched_once_whatever_it_is(site: Site) -> None:
    site.pages["/a"] = Answer(PAGE, headers={"Content-Type": "text/html"})
    site.pages["/feed"] = Answer(feed(item(1), item(2)))
    site.pages["/map.xml"] = SITEMAP.format(loc(f"{site.url}/b"))
    site.pages["/b"] = Answer(
        PAGE.replace("late", "early").replace("years", "days"), headers={"Content-Type": "text/html"}
    )
    taken = take(*(f"{site.url}/{name}" for name in ("a", "feed", "map.xml", "nothing")))
    assert taken.refused == 0
    process()
    fetching.run(EVENT, client=client(), between=process)
    states = sorted(Capture.objects.values_list("state", flat=True))
    assert states == ["rejected", "structured", "structured", "structured", "structured"]
    assert site.paths().count("/a") == site.paths().count("/feed") == site.paths().count("/nothing") == 1
    assert Capture.objects.get(state="rejected").reason["detail"].endswith("answers 404.")


@pytest.mark.django_db
def test_of_a_sitemap_the_newest_pages_are_asked_for(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    parts = "".join(f"<sitemap><loc>{site.url}/{n}.xml</loc><lastmod>2026-0{n}-01</lastmod></sitemap>" for n in (1, 2))
    site.pages["/index.xml"] = f"<sitemapindex>{parts}</sitemapindex>"
    for n in (1, 2):
        site.pages[f"/{n}.xml"] = SITEMAP.format(
            "".join(loc(f"{site.url}/{n}-{day}", f"2026-0{n}-{day:02}") for day in (3, 1, 2))
        )
    take(f"{site.url}/index.xml", most=2)
    assert {row.url for row in Fetch.objects.all()} == {f"{site.url}/2-3", f"{site.url}/2-2"}
    assert "newest 2 of 3" in capsys.readouterr().err and "/1.xml" not in site.paths()


@pytest.mark.django_db
def test_the_report_has_a_line_for_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(text())
    (tmp_path / "b.ndjson").write_bytes(b'{"text": "Menu"}\n' + orjson.dumps({"text": text("Another", "b")}) + b"\n5\n")
    taken = take(tmp_path)
    process()
    report(taken)
    out, err = capsys.readouterr()
    lines = [line.split("\t") for line in out.splitlines()]
    assert [line[:2] for line in lines][::2] == [
        [str(tmp_path / "a.txt"), "structured"],
        [f"{tmp_path / 'b.ndjson'}:2", "structured"],
    ]
    assert lines[0][2].startswith("/v1/articles/")
    assert "1 refused" in err and f"{tmp_path / 'b.ndjson'}, line 3:" in err


@pytest.mark.services
def test_from_the_shell_with_no_service_running(tmp_path: Path) -> None:
    site = Site()
    site.pages["/a"] = Answer(PAGE, headers={"Content-Type": "text/html"})
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text(text())
    (tmp_path / "in" / "bad.pdf").write_bytes(b"%PDF-1.4")
    env = environment(tmp_path / "data", NEWSAPI_PORT=str(free_port()), OUTBOUND_ALLOWED_NETWORKS="127.0.0.0/8")
    try:
        done = run("ingest", str(tmp_path / "in"), f"{site.url}/a", f"{site.url}/b", env=env)
    finally:
        site.close()
    assert done.returncode == 1
    lines = dict(line.split("\t")[:2] for line in done.stdout.decode().splitlines())
    assert lines == {
        str(tmp_path / "in" / "good.txt"): "structured",
        f"{site.url}/a": "structured",
        f"{site.url}/b": "rejected",
    }
    assert "bad.pdf: it is a PDF file." in done.stderr.decode()


KINDS: list[tuple[bytes, str, Kind]] = [
    (b"[1] Notes on a text\n\nthat begins with a bracket", "", Kind.TEXT),
    (b"{curly} words begin this text", "", Kind.TEXT),
    (b"<3 is how this text begins", "", Kind.TEXT),
    (b"<p>One</p>", "", Kind.HTML),
    (b"Words first, then <p>one</p><p>two</p><p>three</p>", "", Kind.HTML),
    (b"Words and one <br> only", "", Kind.TEXT),
    (b"Words", "text/html", Kind.HTML),
    (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD' 'x.dtd'><html/>", "", Kind.HTML),
    (b"<?xml version='1.0'?><nitf><body/></nitf>", "", Kind.XML),
    (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a > b -->\n<atom:feed/>", "text/html", Kind.FEED),
    (b"<rdf:RDF/>", "", Kind.FEED),
    ("Ein Text ohne Marke, der für sich spricht".encode("utf-16-le"), "", Kind.TEXT),
    (b"RIFF\0\0\0\0WEBPVP8 ", "", Kind.IMAGE),
    (b"\0\0\0\x20ftypisom....", "", Kind.VIDEO),
    (b"\xd0\xcf\x11\xe0....", "", Kind.ARCHIVE),
    (b"[]", "", Kind.JSON),
    (b'{"a": 1}\n{"a": ', "", Kind.LINES),
    (b'{"a": \n\n{"a": 1}\n', "", Kind.LINES),
]


@pytest.mark.parametrize("content, media_type, kind", KINDS)
def test_kinds(content: bytes, media_type: str, kind: Any) -> None:
    assert kind_of(content, media_type) == kind
