"""How well near copies are told from others: labelled pairs of bodies, precision, recall and F1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from articles import nearness
from articles.copies import Body

Fingerprint = Callable[[str], tuple[str, str | None]]
"""Gives the content hash and the `near` of a body; this room knows nothing of text."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two bodies, whether one is a copy of the other, and what kind of pair it is."""

    a: str
    b: str
    duplicate: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair as found: whether both are the same, whether they would meet at all, and what the comparison says."""

    pair: Pair
    same: bool
    met: bool
    comparison: nearness.Comparison

    @property
    def found(self) -> bool:
        return self.same or (self.met and self.comparison.is_near)


@dataclass(slots=True)
class Score:
    """Counts of pairs; precision, recall and F1 are 1 where there is nothing to be wrong about."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    spared: int = 0
    errors: list[Judged] = field(default_factory=list)

    def add(self, judged: Judged) -> None:
        expected = judged.pair.duplicate
        if judged.found != expected:
            self.errors.append(judged)
        self.right += judged.found and expected
        self.wrong += judged.found and not expected
        self.missed += expected and not judged.found
        self.spared += not expected and not judged.found

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def judge(pair: Pair, fingerprint: Fingerprint) -> Judged:
    """What the archive would make of these two: the same hash, or a key in common and bodies that are near."""
    prints = [fingerprint(text) for text in (pair.a, pair.b)]
    one, other = (Body(text, nearness.unpack(near)) for text, (_, near) in zip((pair.a, pair.b), prints, strict=True))
    same = prints[0][0] == prints[1][0]
    return Judged(pair, same, bool(set(one.keys) & set(other.keys)), nearness.compare(one.text, other.text))


def score(pairs: Iterable[Pair], fingerprint: Fingerprint) -> tuple[Score, Mapping[str, Score]]:
    """Over all pairs, and by kind in the order they come."""
    total, kinds = Score(), dict[str, Score]()
    for pair in pairs:
        judged = judge(pair, fingerprint)
        total.add(judged)
        kinds.setdefault(pair.kind, Score()).add(judged)
    return total, kinds
