"""A new index beside the live one: searches never notice, and a kill at any point costs nothing but time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.leases import Lease
from articles.models import Article
from newsapi.ids import new_id
from search import building, indexing, reindexing, rows
from search.engines import open_engine
from search.engines.base import Engine, EngineUnavailable, State
from search.indexing import Indexer
from search.models import Quarantine
from search.query import Query, Text
from search.reindexing import Phase, Reindex, ReindexBusy, ReindexFailed, ReindexStopped
from search.results import IndexDocument
from tests.search.changes import add, delete, document, edit, follow, found
from tests.search.conforming.archive import article
from tests.search.elastic import remove
from tests.search.engines import engine

__all__ = ["engine"]

database = pytest.mark.django_db(transaction=True)


@pytest.fixture
def indexer(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Indexer]:
    monkeypatch.setattr(indexing, "LOOK", 0)
    monkeypatch.setattr(building, "STEP", 3)
    monkeypatch.setattr(reindexing, "COMMIT_EVERY", 0)
    indexer = Indexer(engine)
    yield indexer
    indexer.close()


def at(phase: Phase, do: Callable[[], None]) -> Callable[[Phase, int, int], None]:
    """Progress that does something, once, in a phase."""
    left = [do]

    def progress(now: Phase, done: int, total: int) -> None:
        assert 0 <= done <= total or not total
        if now is phase and left:
            left.pop()()

    return progress


@database
def test_a_new_index_is_as_the_rows_are(engine: Engine, indexer: Indexer) -> None:
    one, *_ = add(*(document(f"text {n}") for n in range(10)))
    delete(one)
    follow(indexer)
    before = engine.live()
    seen: list[Phase] = []
    report = Reindex(engine, progress=lambda phase, done, total: seen.append(phase)).run()
    assert report.articles == 9 and found(engine) == set(range(2, 11))
    assert list(dict.fromkeys(seen)) == [Phase.BUILDING, Phase.VERIFYING, Phase.DONE]
    assert report.generation == engine.live() != before
    assert [one.state for one in engine.generations()] == [State.PREVIOUS, State.LIVE]
    add(document("later"))
    follow(indexer)
    assert found(engine, Text("later")) == {11}


@database
@pytest.mark.parametrize("phase", [Phase.BUILDING, Phase.FOLLOWING, Phase.VERIFYING])
def test_what_changes_meanwhile_is_in_both(engine: Engine, indexer: Indexer, phase: Phase) -> None:
    one, two, *_ = add(*(document("old") for n in range(7)))
    follow(indexer)
    reader = engine.reader()

    def change() -> None:
        edit(one, document=document("new"))
        delete(two)
        add(document("new"), document("new"))
        follow(indexer)
        assert reader.count(Query(Text("old"))) == 5 and reader.count(Query(Text("new"))) == 3

    # Something to follow, so that there is that phase.
    begin = at(Phase.BUILDING, lambda: edit(one, document=document("other")))
    later = at(phase, change)

    def progress(*now: Any) -> None:
        begin(*now)
        later(*now)

    report = Reindex(engine, progress=progress).run()
    assert report.articles == 8
    follow(indexer)
    assert found(engine, Text("old")) == set(range(3, 8)) and found(engine, Text("new")) == {1, 8, 9}


@database
def test_searches_see_all_or_all(engine: Engine, indexer: Indexer) -> None:
    add(*(document() for n in range(20)))
    follow(indexer)
    reader = engine.reader()
    seen = []
    Reindex(engine, progress=lambda *_: seen.append(reader.count(Query()))).run()
    assert len(seen) > 5 and set(seen) == {20}


@database
def test_one_that_was_stopped_goes_on(engine: Engine, indexer: Indexer) -> None:
    add(*(document() for n in range(12)))
    follow(indexer)
    first = Reindex(engine)
    first._progress = at(Phase.BUILDING, first._stop.set)
    with pytest.raises(ReindexStopped):
        first.run()
    assert found(engine) == set(range(1, 13))
    done: list[int] = []
    report = Reindex(
        engine, progress=lambda phase, now, total: done.append(now) if phase is Phase.BUILDING else None
    ).run()
    assert report.resumed and done == [6, 9, 12] and found(engine) == set(range(1, 13))


@database
def test_two_at_once(engine: Engine, indexer: Indexer) -> None:
    add(document())
    follow(indexer)
    before = engine.live()
    with pytest.raises(ReindexBusy, match=rf"Another process makes a new index .*:{os.getpid()}"):

        def second() -> None:
            Reindex(engine).run()

        Reindex(engine, progress=at(Phase.BUILDING, second)).run()
    assert engine.live() == before
    assert Reindex(engine).run().articles == 1


@database
def test_rollback_brings_the_index_before_up_to_date(engine: Engine, indexer: Indexer) -> None:
    one, two = add(document("first"), document("first"))
    follow(indexer)
    first = engine.live()
    with pytest.raises(EngineUnavailable, match="no previous index"):
        Reindex(engine).rollback()
    second = Reindex(engine).run().generation
    delete(one)
    edit(two, document=document("later"))
    add(document("later"))
    follow(indexer)
    assert Reindex(engine).rollback().articles == 2
    assert engine.live() == first and found(engine, Text("later")) == found(engine) == {2, 3}
    add(document("later"))
    follow(indexer)
    assert found(engine) == {2, 3, 4}
    assert Reindex(engine).rollback().generation == second and found(engine) == {2, 3, 4}


@database
def test_an_index_that_lacks_something_is_not_put_in_place(
    engine: Engine, indexer: Indexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(*(document() for n in range(9)))
    follow(indexer)
    before = engine.live()
    by_number = rows.by_number

    def forgetful(after: int, upto: int) -> rows.Batch:
        batch = by_number(after, upto)
        return batch._replace(documents=[one for one in batch.documents if one.number != 5])

    monkeypatch.setattr(rows, "by_number", forgetful)
    with pytest.raises(ReindexFailed, match="8 articles, the database 9"):
        Reindex(engine).run()
    monkeypatch.setattr(rows, "by_number", by_number)
    assert engine.live() == before and len(engine.generations()) == 1 and len(found(engine)) == 9
    assert Reindex(engine).run().articles == 9


@database
def test_an_index_with_something_old_is_not_put_in_place(
    engine: Engine, indexer: Indexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(*(document() for n in range(9)))
    follow(indexer)

    def change_behind() -> None:
        Article.objects.filter(number=5).update(version=2)

    with pytest.raises(ReindexFailed, match=r"article 5 .* version 2 in the database"):
        Reindex(engine, progress=at(Phase.VERIFYING, change_behind)).run()


@database
def test_what_cannot_be_indexed_does_not_stop_it(engine: Engine, indexer: Indexer) -> None:
    add(document(), {"language": 5}, document())
    report = Reindex(engine).run()
    assert (report.articles, report.refused) == (2, 1) and found(engine) == {1, 3}
    Article.objects.filter(number=2).update(document=document())
    report = Reindex(engine).run()
    assert (report.articles, report.refused) == (3, 0) and not Quarantine.objects.exists()


class Archive:
    """One in files, and the process that works on it (tests.search.reindex_process)."""

    def __init__(self, url: str, path: Path) -> None:
        env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.env = env | {"NEWSAPI_DATA_DIR": str(path), "SEARCH_URL": url, "REDIS_URL": f"unix://{path}/none.sock"}
        self.engine = open_engine(url, str(path))
        self.process = self.start("tests.search.reindex_process", stdin=subprocess.PIPE, start_new_session=True)

    def start(self, *command: str, **given: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **given,
        )  # fmt: skip

    def begin(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def do(self, line: str) -> tuple[int, list[Any]]:
        """The exit code, and what was said."""
        self.begin(line)
        said = []
        while not (answer := self.said()).startswith("exit "):
            assert answer, "the process ended"
            said.append(json.loads(answer))
        return int(answer.removeprefix("exit ")), said


@pytest.fixture
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    url, prefix = "tantivy:", ""
    if request.param == "elasticsearch":
        server, prefix = request.getfixturevalue("elasticsearch_url"), f"t{uuid4().hex[:12]}"
        url = f"{server}/{prefix}"
    archive = Archive(url, tmp_path)
    yield archive
    if archive.process.poll() is None:
        os.killpg(archive.process.pid, signal.SIGKILL)
    archive.process.communicate()
    if prefix:
        remove(server, prefix)


@pytest.mark.services
@pytest.mark.parametrize("archive", ["tantivy", "elasticsearch"], indirect=True)
def test_killed_in_any_phase_the_next_goes_on(archive: Archive) -> None:
    archive.do("fill 200")
    engine = archive.engine
    reader, first = engine.reader(), engine.live()
    for phase in ("building 0", "building 100", "verifying 0", "verifying 100"):
        code, steps = archive.do(f"reindex {phase}")
        assert code == -signal.SIGKILL and engine.live() == first
        assert reader.count(Query(Text("text"))) == 200
        if phase == "building 100":
            assert steps[-1] == ["building", 100, 200]
            archive.do("delete 7")
        if phase == "verifying 0":
            # The step after the last one that was committed is the first.
            assert steps[0] == ["building", 100, 200]
    assert archive.do("reindex activated 0")[0] == -signal.SIGKILL
    second = engine.live()
    assert second != first and reader.count(Query()) == 199
    archive.do("fill 20")
    assert reader.count(Query()) == 219
    # Nothing was under way any more: this is a new one. Its helpers are killed on the way.
    code, (*steps, report) = archive.do("reindex worker 60")
    assert code == 0 and report == ["report", 219, 0]
    assert [done for phase, done, _ in steps if phase == "building"] == list(range(20, 221, 20))
    assert reader.count(Query()) == 219 and engine.live() not in (first, second)
    assert {one.state for one in engine.generations()} == {State.LIVE, State.PREVIOUS}


@pytest.mark.services
@pytest.mark.parametrize("archive", ["tantivy", "elasticsearch"], indirect=True)
def test_killed_while_it_catches_up_nothing_is_lost(archive: Archive) -> None:
    archive.do("fill 60")
    engine = archive.engine
    reader = engine.reader()

    def counts() -> list[int]:
        return [reader.count(Query(Text(word))) for word in ("text", "later", "other")]

    expected = [60, 0, 0]
    # Before the comparison with the database, after it, and on the way back to the index before.
    for phase in ("building", "verifying", "back"):
        live = engine.live()
        assert archive.do(f"change {phase}")[0] == -signal.SIGKILL
        assert engine.live() == live and counts() == expected
        # What is live goes on following.
        archive.do("index")
        expected = [was + change for was, change in zip(expected, (-3, 10, 1), strict=True)]
        assert engine.live() == live and counts() == expected
        if phase != "building":
            code, (*_, report) = archive.do("reindex none 0")
            # After a rollback that was killed there is nothing to go on with.
            assert code == 0 and report == ["report", sum(expected), int(phase == "verifying")]
            assert engine.live() != live and counts() == expected
    assert {one.state for one in engine.generations()} == {State.LIVE, State.PREVIOUS}


@pytest.mark.services
@pytest.mark.parametrize("archive", ["tantivy"], indirect=True)
def test_the_second_is_refused_until_the_first_is_gone(archive: Archive) -> None:
    archive.do("fill 30")
    archive.begin("hold")
    assert archive.said() == "held"
    second = archive.start("newsapi.cli.main", "reindex")
    _, error = second.communicate(timeout=240)
    assert second.returncode == 1
    assert error.startswith("newsapi: Another process makes a new index (") and error.count("\n") == 1
    os.killpg(archive.process.pid, signal.SIGKILL)
    archive.process.wait()
    third = archive.start("newsapi.cli.main", "reindex")
    _, error = third.communicate(timeout=240)
    assert third.returncode == 0 and "has 30 articles" in error
    back = archive.start("newsapi.cli.main", "reindex", "--rollback")
    _, error = back.communicate(timeout=240)
    assert back.returncode == 0 and "is live again, with 30 articles" in error


WRITES = st.lists(
    st.lists(st.booleans(), min_size=1, max_size=4),
    min_size=1,
    max_size=4,
)
"""For each article, whether it is deleted in its versions 1, 2, …"""


@given(versions=WRITES, data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reordered_and_repeated_writes_end_in_the_last_versions(
    engine: Engine, versions: list[list[bool]], data: st.DataObject
) -> None:
    start = engine.reader().stored(-1, 10_000)
    base = max((one.number for one in start), default=0)
    ids = [new_id() for _ in versions]

    def write(n: int, version: int) -> IndexDocument:
        gone = versions[n][version - 1]
        return article(base + n + 1, f"v{version}", id=ids[n], version=version, deleted=gone)

    all_writes = [(n, version) for n, one in enumerate(versions) for version in range(1, len(one) + 1)]
    order = data.draw(st.permutations(all_writes + data.draw(st.lists(st.sampled_from(all_writes), max_size=4))))
    while order:
        size = data.draw(st.integers(1, len(order)))
        with engine.writer() as writer:
            assert writer.write(write(*one) for one in order[:size]) == []
            writer.commit(1)
        order = order[size:]
    reader = engine.reader()
    stored = [(one.id, one.version, one.deleted) for one in reader.stored(base, 100)]
    assert stored == [(ids[n], len(one), one[-1]) for n, one in enumerate(versions)]
    for n, one in enumerate(versions):
        hits = reader.fetch([base + n + 1])
        assert [hit.id for hit in hits] == ([] if one[-1] else [ids[n]])


def test_a_lease_is_for_one_thing(db: None) -> None:
    assert Lease(reindexing.CONSUMER).hold() and Lease(indexing.CONSUMER).hold()
