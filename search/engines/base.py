"""The engine protocol: what every search engine must answer, and alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self
from uuid import UUID

from newsapi.errors import NewsApiError
from search.crosstabs import Crosstab, Table
from search.query import Query
from search.results import Aggregation, Buckets, Hit, IndexDocument, Page, Search


class EngineUnavailable(NewsApiError):
    code = "search_unavailable"
    title = "The search engine does not answer"
    status = 503


class Unsupported(NewsApiError):
    """The engine declares that it lacks what was asked for."""

    code = "unsupported"
    title = "This search engine cannot do that"


class QueryTooLarge(NewsApiError):
    """More words, phrases and operators than `Capabilities.max_clauses`."""

    code = "query_too_large"
    title = "The query asks for too much at once"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do beyond the common core; asking for what it lacks raises Unsupported."""

    name: str
    relevance_bound: int = 10_000
    calendar_histogram: bool = True
    max_clauses: int = 2_000


class State(StrEnum):
    LIVE = "live"
    BUILDING = "building"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Generation:
    """One build of the index. Searches go to the live one; the one before it is kept for a rollback.

    Names sort by age and are never used again.
    """

    name: str
    state: State
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that the engine will never take, and why."""

    id: UUID
    number: int
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What the index knows of one article, for comparing it with the database. `deleted`: a tombstone."""

    id: UUID
    number: int
    version: int
    deleted: bool = False


class Reader(Protocol):
    """Answers questions. Safe to share between threads. Sees what was committed at most a second ago.

    A text without words ("…") is left out of what it stands in; where nothing else remains, nothing matches.
    Fields that do not exist or cannot be asked so raise Unsupported, an index that does not answer EngineUnavailable.
    """

    capabilities: Capabilities

    def search(self, search: Search) -> Page: ...

    def count(self, query: Query, watermark: int | None = None) -> int: ...

    def aggregate(self, query: Query, aggregations: Sequence[Aggregation]) -> tuple[Buckets, ...]: ...

    def tabulate(self, query: Query, asked: Crosstab, watermark: int | None = None) -> Table:
        """A crosstab of the articles that match, exact (but for Distinct). At most `crosstabs.MAX_CELLS`."""
        ...

    def fetch(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        """The hits with these article numbers, in this order; vanished ones are left out."""
        ...

    def watermark(self) -> int:
        """The highest article number indexed, 0 for an empty index."""
        ...

    def languages(self) -> tuple[str, ...]:
        """Languages (primary subtags, sorted) of the articles indexed."""
        ...

    def stored(self, after: int, limit: int) -> list[Stored]:
        """What the index holds, tombstones too, with article numbers above `after`: the first `limit` by number."""
        ...


class Writer(Protocol):
    """Writes one generation. Writes carry versions: an older one never undoes a newer one."""

    def write(self, documents: Iterable[IndexDocument]) -> list[Refused]:
        """Add, replace or (`deleted`) bury; nothing is visible before `commit`. Repeating a write is harmless.

        An engine that is busy is asked again, later and later; EngineUnavailable when it stays away. What it will never
        take is returned, and the others are written.
        """
        ...

    def begin(self, documents: Sequence[IndexDocument]) -> Callable[[], list[Refused]]:
        """As `write`, but the engine may go on with it while the caller prepares what comes next.

        What is returned waits until it is done. Writes are done in the order in which they began; what `write`
        raises is raised here or there.
        """
        ...

    def commit(self, offset: int, built: int | None = None) -> None:
        """Make all writes visible and durable, together with how far the changes were followed.

        `built` is the article number up to which a build has read the database; None leaves it as it is.
        """
        ...

    def offset(self) -> int:
        """The offset of the last commit: where to go on after a crash. 0 for a new index."""
        ...

    def built(self) -> int:
        """Where a build that was interrupted goes on. 0 at the beginning."""
        ...

    def purge(self, stored: Sequence[Stored]) -> None:
        """Forget these tombstones, where they still have these versions: late writes cannot come any more."""
        ...


class Engine(Protocol):
    """One index, by its address (`SEARCH_URL`), in generations: a new one is built beside the live one."""

    parallel: bool
    """Several processes may write one generation at a time; otherwise a second writer is refused.

    What `write` returned from is then safe: the commit of any of them makes it visible.
    """

    @classmethod
    def open(cls, url: str, data_dir: str) -> Self: ...

    def reader(self, generation: str | None = None) -> Reader:
        """A reader of one generation; of None: of whatever is live, through every swap."""
        ...

    def writer(self, generation: str | None = None) -> AbstractContextManager[Writer]:
        """A writer of one generation; of None: of the live one, which is made where there is none.

        What is not committed when the block ends is dropped. EngineUnavailable where there is no such generation, or
        while it is held by another writer (unless `parallel`). A writer does not follow a swap: who holds one for long
        compares `live` with the generation it was opened for.
        """
        ...

    def generations(self) -> tuple[Generation, ...]:
        """All there are, oldest first."""
        ...

    def live(self) -> str | None:
        """The name of the live generation, None where there is none."""
        ...

    def create(self) -> Generation:
        """A new, empty one beside the live one, BUILDING."""
        ...

    def activate(self, name: str) -> None:
        """Make a generation the live one, in one step; the one that was becomes PREVIOUS, older previous ones go.

        Activating the PREVIOUS one is the rollback; activating the live one changes nothing.
        """
        ...

    def discard(self, name: str) -> None:
        """Remove a generation that is not live; one that is gone already is fine."""
        ...

    def outdated(self, generation: str | None = None) -> str | None:
        """Why the live index, or this generation, has to be built anew (none there yet, another analysis, …), or None.

        One that cannot even be read gives EngineUnavailable with the code `index_outdated` when it is opened.
        """
        ...

    def clear(self) -> None:
        """Drop everything: an empty generation is live, and there is no other."""
        ...
