"""A follower reads the next articles while the engine takes those before, and counts only what was taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from articles.publishing import published
from search.engines import open_engine
from search.engines.base import EngineUnavailable, Refused, Writer
from search.following import Follower
from search.models import Quarantine
from search.query import Query
from search.results import IndexDocument
from tests.search.changes import add, document

pytestmark = pytest.mark.django_db(transaction=True)


class Late:
    """Passes what it is given on when it is waited for. `log` says what began and what was done."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.log: list[str] = []
        self.away = False

    def begin(self, documents: Sequence[IndexDocument]) -> Callable[[], list[Refused]]:
        numbers = ",".join(str(one.number) for one in documents)
        self.log.append(f"begin {numbers}")

        def done() -> list[Refused]:
            if self.away:
                raise EngineUnavailable("It is away.")
            self.log.append(f"done {numbers}")
            return self._writer.write(documents)

        return done

    def offset(self) -> int:
        return self._writer.offset()


def test_the_next_part_is_read_while_one_is_written(tmp_path: Path) -> None:
    add(*(document() for _ in range(5)))
    engine = open_engine("tantivy:", str(tmp_path))
    with engine.writer() as writer:
        late = Late(writer)
        follower = Follower(late)  # type: ignore[arg-type]
        positions = []
        while follower.follow(2):
            positions.append(follower.position)
        assert late.log == ["begin 1,2", "begin 3,4", "done 1,2", "begin 5", "done 3,4", "done 5"]
        assert positions == [0, published() - 3, published() - 1] and follower.position == published()
        writer.commit(follower.finish())
    assert engine.reader().count(Query()) == 5


def test_what_an_engine_did_not_take_is_followed_again(tmp_path: Path) -> None:
    add(*(document() for _ in range(5)))
    engine = open_engine("tantivy:", str(tmp_path))
    with engine.writer() as writer:
        late = Late(writer)
        follower = Follower(late)  # type: ignore[arg-type]
        assert follower.follow(2) == 2
        late.away = True
        with pytest.raises(EngineUnavailable):
            follower.follow(2)
        assert follower.position == 0
        late.away = False
        while follower.follow(2):
            continue
        writer.commit(follower.finish())
    assert engine.reader().count(Query()) == 5 and follower.position == published()


def test_what_is_refused_is_set_aside_when_that_is_known(tmp_path: Path) -> None:
    add(document(), {"language": 5}, document())
    with open_engine("tantivy:", str(tmp_path)).writer() as writer:
        follower = Follower(Late(writer))  # type: ignore[arg-type]
        assert follower.follow() == 3 and not Quarantine.objects.exists()
        assert follower.finish() == published()
        assert [row.number for row in Quarantine.objects.all()] == [2]
