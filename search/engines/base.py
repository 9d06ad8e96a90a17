"""The engine protocol: what every search engine must answer, and alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, Self

from newsapi.errors import NewsApiError
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


class Reader(Protocol):
    """Answers questions. Safe to share between threads. Sees what was committed at most a second ago.

    A text without words ("…") is left out of what it stands in; where nothing else remains, nothing matches.
    Fields that do not exist or cannot be asked so raise Unsupported, an index that does not answer EngineUnavailable.
    """

    capabilities: Capabilities

    def search(self, search: Search) -> Page: ...

    def count(self, query: Query, watermark: int | None = None) -> int: ...

    def aggregate(self, query: Query, aggregations: Sequence[Aggregation]) -> tuple[Buckets, ...]: ...

    def fetch(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        """The hits with these article numbers, in this order; vanished ones are left out."""
        ...

    def watermark(self) -> int:
        """The highest article number indexed, 0 for an empty index."""
        ...

    def languages(self) -> tuple[str, ...]:
        """Languages (primary subtags, sorted) of the articles indexed."""
        ...


class Writer(Protocol):
    """The one writer of an index. Writes carry versions: an older one never undoes a newer one."""

    def write(self, documents: Iterable[IndexDocument]) -> None:
        """Add, replace or (`deleted`) remove; nothing is visible before `commit`. Repeating a write is harmless."""
        ...

    def commit(self, offset: int) -> None:
        """Make all writes visible and durable, together with how far the changes were followed."""
        ...

    def offset(self) -> int:
        """The offset of the last commit: where to go on after a crash. 0 for a new index."""
        ...


class Engine(Protocol):
    """One index, by its address (`SEARCH_URL`)."""

    @classmethod
    def open(cls, url: str, data_dir: str) -> Self: ...

    def reader(self) -> Reader: ...

    def writer(self) -> AbstractContextManager[Writer]:
        """Raises EngineUnavailable while another one is held, in whatever process. What is not committed is dropped."""
        ...

    def rebuild(self) -> AbstractContextManager[Writer]:
        """A writer over a new, empty index beside the live one, which it replaces when the block ends without error.

        Raises EngineUnavailable while another process writes.
        """
        ...

    def outdated(self) -> str | None:
        """Why the index has to be built anew (none there yet, another version of the analysis, …), else None."""
        ...

    def clear(self) -> None:
        """Drop everything in the index."""
        ...
