"""What stands above an article, by the positions of its lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.readers.bylines import Byline
from ingest.readers.text.headline import Cluster


@dataclass(slots=True)
class Head:
    """What stands above the article. Numbers are positions in the list of entries."""

    end: int
    cluster: Cluster | None = None
    site: tuple[str, int] | None = None
    sections: list[tuple[str, int]] = field(default_factory=list)
    standfirst: list[int] = field(default_factory=list)
    bylines: list[tuple[Byline, int]] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    captions: list[int] = field(default_factory=list)
