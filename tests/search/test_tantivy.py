"""The embedded engine conforms; one process writes while others read; a crash leaves nothing half done."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from search import analysis
from search.engines import open_engine
from search.engines.base import EngineUnavailable
from search.engines.tantivy import TantivyEngine
from search.query import Query, Text
from search.results import Search, Terms
from tests.bounds import EVENT
from tests.search.conformance import EngineConformance
from tests.search.conforming.archive import Archive, MakeEngine, article


def make(path: Path) -> Archive:
    return Archive(open_engine("tantivy:", str(path)))


class TestTantivy(EngineConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def make_engine(cls, tmp_path_factory: pytest.TempPathFactory) -> MakeEngine:
        return lambda ready=True: TantivyEngine.open("tantivy:", str(tmp_path_factory.mktemp("engine")))


def write_forever(path: str, started: Event) -> None:
    with open_engine("tantivy:", path).writer() as writer:
        number = 0
        while True:
            writer.write([article(number + n, "word", source=f"s{n}") for n in range(1, 21)])
            number += 20
            writer.commit(number)
            started.set()


@pytest.fixture
def writing(tmp_path: Path):
    """A process that commits twenty articles at a time, each to a source of its own."""
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    process = context.Process(target=write_forever, args=(str(tmp_path), started), daemon=True)
    process.start()
    assert started.wait(30)
    yield process
    if process.is_alive():
        process.kill()
    process.join(10)


def test_readers_see_whole_commits_of_another_process(tmp_path: Path, writing: multiprocessing.Process) -> None:
    reader = make(tmp_path).engine.reader()
    seen = set()
    for _ in range(150):
        page = reader.search(Search(Query(Text("word")), limit=5))
        (counted,) = reader.aggregate(Query(), [Terms("source")])
        assert page.total % 20 == 0 and len({bucket.count for bucket in counted.buckets}) == 1
        seen.add(page.total)
    deadline = time.monotonic() + EVENT
    while len(seen) < 5 and time.monotonic() < deadline:
        seen.add(reader.count(Query()))
    assert len(seen) >= 5


def test_threads_share_a_reader(tmp_path: Path, writing: multiprocessing.Process) -> None:
    reader = make(tmp_path).engine.reader()
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(100):
            page = reader.search(Search(Query(Text("word")), sort="relevance", limit=3))
            if page.total % 20 or len(page.hits) != 3:
                wrong.append(page)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_another_process_cannot_write(tmp_path: Path, writing: multiprocessing.Process) -> None:
    with pytest.raises(EngineUnavailable, match="Another process"), make(tmp_path).engine.writer():
        pass


def test_after_a_kill_the_last_commit_is_there(tmp_path: Path, writing: multiprocessing.Process) -> None:
    assert writing.pid is not None
    os.kill(writing.pid, signal.SIGKILL)
    writing.join(10)
    archive = make(tmp_path)
    with archive.engine.writer() as writer:
        # The offset goes to disk after the commit: it may be behind it, never ahead.
        assert writer.offset() <= archive.engine.reader().count(Query()) <= writer.offset() + 20
        writer.write([article(1_000_000, "after")])
        writer.commit(1_000_000)
    assert archive.found(Text("after")) == {1_000_000}


def test_tombstones_survive(tmp_path: Path) -> None:
    make(tmp_path).write(article(1, version=5, deleted=True))
    tombstones = next(tmp_path.glob("index/*/tombstones"))
    # Earlier versions wrote down less.
    tombstones.write_text(" ".join(tombstones.read_text().split()[:2]) + "\n")
    with tombstones.open("a") as file:
        file.write("123 4")
    assert make(tmp_path).write(article(1, version=4)).found() == set()


def test_another_analysis_is_read_and_wants_a_rebuild(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = make(tmp_path).write(article(1, "a"))
    monkeypatch.setattr(analysis, "VERSION", "other")
    assert "analysis" in (archive.engine.outdated() or "")
    assert archive.found(Text("a")) == {1}


def test_another_layout_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    archive = make(tmp_path).write(article(1, "a"))
    made = next(tmp_path.glob("index/*/made.json"))
    made.write_text(json.dumps({"layout": "other", "analysis": analysis.VERSION}))
    assert archive.engine.outdated()
    with pytest.raises(EngineUnavailable, match="newsapi reindex"):
        archive.engine.reader()
    with pytest.raises(EngineUnavailable, match="newsapi reindex"), archive.engine.writer():
        pass
    made = archive.engine.create()
    with archive.engine.writer(made.name) as writer:
        writer.write([article(2, "b")])
        writer.commit(1)
    archive.engine.activate(made.name)
    assert archive.found() == {2}


def test_rebuilds_leave_no_old_index_for_long(tmp_path: Path) -> None:
    archive = make(tmp_path).write(article(1))
    for _ in range(4):
        archive.engine.clear()
    assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir()]) <= 2


def test_addresses(tmp_path: Path) -> None:
    engine = open_engine(f"tantivy:{tmp_path / 'elsewhere'}", str(tmp_path / "unused"))
    Archive(engine).write(article(1))
    assert (tmp_path / "elsewhere" / "current").exists() and not (tmp_path / "unused").exists()
    with pytest.raises(EngineUnavailable, match="SEARCH_URL"):
        open_engine("solr://x", str(tmp_path))
