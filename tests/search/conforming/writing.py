"""Writing: versions, deletions, commits, offsets, the one writer, rebuilds."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from search.engines.base import EngineUnavailable, State
from search.query import Phrase, Query, Term, Text
from search.results import Terms
from tests.bounds import EVENT
from tests.search.conforming.archive import Archive, Behaviours, article, day


class Writing(Behaviours):
    def test_nothing_is_visible_before_the_commit(self, archive: Archive) -> None:
        archive.write(article(1))
        with archive.engine.writer() as writer:
            writer.write([article(2), article(1, version=2, deleted=True)])
            assert archive.found() == {1}
            writer.commit(9)
            assert archive.found() == {2}

    def test_what_was_not_committed_is_written_again(self, archive: Archive) -> None:
        archive.write(article(1))
        with archive.engine.writer() as writer:
            writer.write([article(2), article(1, version=2, deleted=True)])
        assert archive.found() == {1}
        with archive.engine.writer() as writer:
            assert writer.offset() == archive.offset
        archive.write(article(2), article(1, version=2, deleted=True), article(3))
        assert archive.found() == {2, 3}

    def test_writes_that_were_begun_are_done_in_their_order(self, archive: Archive) -> None:
        with archive.engine.writer() as writer:
            waits = [
                writer.begin([article(1, "a"), article(2, "a"), article(3, version=-1)]),
                writer.begin([article(1, "b", version=2)]),
                writer.begin([article(1, "c", version=1), article(2, version=2, deleted=True)]),
                writer.begin([]),
            ]
            assert [[one.number for one in wait()] for wait in waits] == [[3], [], [], []]
            assert archive.found() == set()
            writer.commit(1)
        assert archive.found() == archive.found(Text("b")) == {1}

    def test_replacing(self, archive: Archive) -> None:
        archive.write(article(1, "old words", source="a", author="Ann", sentiment=0.5, headline="Head"))
        archive.write(article(1, "new words", version=2, source="b", date=day(50), card=b'{"v":2}'))
        assert archive.found(Text("old")) == archive.found(Text("head")) == set()
        assert archive.found(Term("author", ("ann",))) == set()
        assert archive.found(Text("new")) == {1}
        assert archive.counts(Terms("source")) == [("b", 1)]
        assert [hit.card for hit in archive.page().hits] == [b'{"v":2}']

    def test_replacing_moves_in_the_order(self, archive: Archive) -> None:
        archive.write(article(1), article(2), article(3))
        archive.write(article(1, version=2, date=day(9)))
        assert archive.numbers() == [1, 3, 2]

    def test_deleting(self, archive: Archive) -> None:
        archive.write(article(1, "a"), article(2, "a"))
        archive.write(article(1, version=2, deleted=True))
        assert archive.found() == archive.found(Text("a")) == {2}
        assert [hit.number for hit in archive.engine.reader().fetch([1, 2])] == [2]

    def test_deleting_what_was_never_there(self, archive: Archive) -> None:
        archive.write(article(1, deleted=True), article(2))
        assert archive.found() == {2}
        assert archive.engine.reader().count(Query()) == 1

    def test_an_older_write_does_not_undo_a_newer_one(self, archive: Archive) -> None:
        archive.write(article(1, "new", version=5))
        archive.write(article(1, "old", version=4), article(2))
        assert archive.found(Text("new")) == {1} and archive.found(Text("old")) == set()

    def test_an_older_deletion_does_not_undo_a_newer_write(self, archive: Archive) -> None:
        archive.write(article(1, "new", version=5))
        archive.write(article(1, version=4, deleted=True))
        assert archive.found() == {1}

    def test_an_older_write_does_not_bring_back_what_was_deleted(self, archive: Archive) -> None:
        archive.write(article(1, version=1))
        archive.write(article(1, version=3, deleted=True))
        archive.write(article(1, version=2))
        archive.write(article(1, version=2), article(2))
        assert archive.found() == {2}

    def test_a_newer_write_brings_back_what_was_deleted(self, archive: Archive) -> None:
        archive.write(article(1, version=3, deleted=True))
        archive.write(article(1, "back", version=4))
        assert archive.found(Text("back")) == {1}
        archive.write(article(1, version=5, deleted=True))
        assert archive.found() == set()

    def test_versions_within_one_write(self, archive: Archive) -> None:
        archive.write(article(1, "two", version=2), article(1, "one", version=1), article(2, version=1))
        assert archive.found(Text("two")) == {1} and archive.found(Text("one")) == set()
        archive.write(article(2, version=2, deleted=True), article(2, version=1), article(1, "three", version=3))
        assert archive.found() == archive.found(Text("three")) == {1}

    def test_versions_between_writes_of_one_commit(self, archive: Archive) -> None:
        with archive.engine.writer() as writer:
            writer.write([article(1, "two", version=2), article(2, version=2, deleted=True)])
            writer.write([article(1, "one", version=1), article(2, version=1), article(3, "x")])
            writer.write([article(3, "y", version=2)])
            writer.commit(1)
        assert archive.found() == {1, 3} and archive.found(Text("two")) == {1} and archive.found(Text("x")) == set()

    def test_repeating_is_harmless(self, archive: Archive) -> None:
        documents = [article(n, "a", source="s") for n in range(1, 20)] + [article(20, deleted=True)]
        for _ in range(3):
            archive.write(*documents)
        assert archive.found(Text("a")) == set(range(1, 20))
        assert archive.counts(Terms("source")) == [("s", 19)]

    def test_same_version_is_written_again(self, archive: Archive) -> None:
        archive.write(article(1, "before"))
        archive.write(article(1, "after"))
        assert archive.found(Text("after")) == {1} and archive.found(Text("before")) == set()

    def test_ids_decide_not_numbers(self, archive: Archive) -> None:
        archive.write(article(1, id=UUID(int=7)), article(2, id=UUID(int=2**64 + 7)))
        archive.write(article(1, id=UUID(int=7), version=2, deleted=True))
        assert archive.found() == {2}

    def test_many_at_once(self, archive: Archive) -> None:
        archive.write(*(article(n, "word", source=f"s{n % 7}") for n in range(1, 3_001)))
        archive.write(*(article(n, version=2, deleted=True) for n in range(1, 3_001, 2)))
        assert archive.engine.reader().count(Query(Text("word"))) == 1_500

    def test_offset_is_that_of_the_last_commit(self, archive: Archive) -> None:
        with archive.engine.writer() as writer:
            assert writer.offset() == 0
            writer.write([article(1)])
            writer.commit(41)
            assert writer.offset() == 41
            writer.write([article(2)])
        with archive.engine.writer() as writer:
            assert writer.offset() == 41
            writer.commit(42)
        with archive.engine.writer() as writer:
            assert writer.offset() == 42

    def test_a_second_writer_writes_too_or_is_refused(self, archive: Archive) -> None:
        """Several at a time where the engine is `parallel`, else one: the second is told so and spoils nothing."""
        engine = archive.engine
        with engine.writer() as writer:
            writer.write([article(1), article(2, "new", version=2)])
            for number, name in ((3, None), (4, engine.live())):
                if not engine.parallel:
                    with pytest.raises(EngineUnavailable), engine.writer(name):
                        pass
                    continue
                with engine.writer(name) as second:
                    # What the first has written already is newer.
                    assert second.write([article(number), article(2, "old", version=1)]) == []
                    second.commit(1)
            writer.commit(1)
        expected = {1, 2, 3, 4} if engine.parallel else {1, 2}
        assert archive.found() == expected
        assert archive.found(Text("new")) == {2} and archive.found(Text("old")) == set()
        assert archive.write(article(5)).found() == expected | {5}

    def test_a_generation_that_is_not_there(self, archive: Archive) -> None:
        archive.write(article(1))
        for name in ("000099", "none", "../000001", ""):
            with pytest.raises(EngineUnavailable), archive.engine.writer(name):
                pass
            with pytest.raises(EngineUnavailable):
                archive.engine.reader(name)
            with pytest.raises(EngineUnavailable):
                archive.engine.activate(name)
        archive.engine.discard("000099")
        assert archive.found() == {1}

    def test_an_open_reader_sees_commits(self, archive: Archive) -> None:
        reader = archive.engine.reader()
        for n in range(1, 6):
            archive.write(article(n, "a"))
            archive.engine.reader()
            assert reader.count(Query(Text("a"))) == n
        # What a reader knows of the whole index may be a second old.
        deadline = time.monotonic() + EVENT
        while reader.watermark() != 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert reader.watermark() == 5

    def test_clear(self, archive: Archive) -> None:
        archive.write(article(1, version=9), article(2, version=9, deleted=True))
        reader = archive.engine.reader()
        archive.engine.clear()
        assert reader.count(Query()) == archive.engine.reader().watermark() == 0
        with archive.engine.writer() as writer:
            assert writer.offset() == 0
        assert archive.write(article(1), article(2)).found() == {1, 2}

    def test_a_new_index_has_to_be_built(self, unmade: Archive) -> None:
        assert unmade.engine.outdated() and unmade.engine.live() is None and unmade.engine.generations() == ()
        unmade.write(article(1))
        assert unmade.engine.outdated() is None

    def test_a_build_beside_the_live_one(self, archive: Archive) -> None:
        archive.write(article(1, "old"), article(2, "old"))
        engine, reader, live = archive.engine, archive.engine.reader(), archive.engine.live()
        assert [(one.name, one.state) for one in engine.generations()] == [(live, State.LIVE)]
        made = engine.create()
        with engine.writer(made.name) as writer, engine.writer() as other:
            assert writer.offset() == writer.built() == 0
            writer.write([article(2, "new"), article(3, "new")])
            writer.commit(77, built=3)
            assert (writer.offset(), writer.built()) == (77, 3)
            other.write([article(4, "old")])
            other.commit(9)
            assert reader.count(Query(Text("old"))) == 3 and reader.count(Query(Text("new"))) == 0
            assert engine.reader(made.name).count(Query()) == 2
            writer.write([article(5, "new")])
            writer.commit(78)
        with engine.writer(made.name) as writer:
            assert (writer.offset(), writer.built()) == (78, 3)
        assert engine.live() == live
        assert [one.state for one in engine.generations()] == [State.LIVE, State.BUILDING]
        engine.activate(made.name)
        assert reader.count(Query(Text("old"))) == 0 and reader.count(Query(Phrase("new"))) == 3
        assert engine.live() == made.name and engine.outdated() is None
        assert [one.state for one in engine.generations()] == [State.PREVIOUS, State.LIVE]
        with engine.writer() as writer:
            assert writer.offset() == 78

    def test_rollback(self, archive: Archive) -> None:
        archive.write(article(1, "old"))
        engine, reader, first = archive.engine, archive.engine.reader(), archive.engine.live()
        second = engine.create().name
        for _ in range(2):
            engine.activate(second)
            assert reader.count(Query()) == 0
        assert first is not None
        with engine.writer(first) as writer:
            writer.write([article(2, "old")])
            writer.commit(5)
        engine.activate(first)
        assert archive.found() == {1, 2}
        assert [one.state for one in engine.generations()] == [State.LIVE, State.PREVIOUS]
        third = engine.create().name
        engine.activate(third)
        assert [(one.name, one.state) for one in engine.generations()] == [
            (first, State.PREVIOUS),
            (third, State.LIVE),
        ]

    def test_a_build_given_up(self, archive: Archive) -> None:
        archive.write(article(1))
        made = archive.engine.create()
        for _ in range(2):
            archive.engine.discard(made.name)
        assert [one.state for one in archive.engine.generations()] == [State.LIVE]
        live = archive.engine.live()
        assert live is not None and archive.engine.create().name > live
        with pytest.raises(EngineUnavailable):
            archive.engine.discard(live)
        assert archive.found() == {1}

    def test_what_is_stored(self, archive: Archive) -> None:
        archive.write(*(article(n, version=n) for n in range(1, 8)))
        archive.write(article(3, version=9, deleted=True), article(9, version=1, deleted=True), article(5, version=50))
        archive.write(article(4, version=9, deleted=True))
        archive.write(article(4, version=10))
        reader = archive.engine.reader()
        whole = reader.stored(0, 100)
        assert [(one.id, one.number) for one in whole] == [(UUID(int=n), n) for n in (1, 2, 3, 4, 5, 6, 7, 9)]
        assert [one.version for one in whole] == [1, 2, 9, 10, 50, 6, 7, 1]
        assert [one.number for one in whole if one.deleted] == [3, 9]
        parts, after = [], 0
        while part := reader.stored(after, 3):
            assert len(part) <= 3
            parts += part
            after = part[-1].number
        assert parts == whole and reader.stored(9, 10) == []

    def test_tombstones_are_forgotten(self, archive: Archive) -> None:
        archive.write(article(1, version=3, deleted=True), article(2, version=3, deleted=True), article(3))
        reader = archive.engine.reader()
        one, two, three = reader.stored(0, 10)
        archive.write(article(2, version=4, deleted=True))
        with archive.engine.writer() as writer:
            writer.purge([one, two, three])
            writer.commit(7)
        assert [(left.number, left.version) for left in reader.stored(0, 10)] == [(2, 4), (3, 1)]
        assert archive.found() == {3}
        assert archive.write(article(1, version=4), article(2, version=1)).found() == {1, 3}
