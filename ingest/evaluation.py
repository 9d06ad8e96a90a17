"""How well pages are read: a labelled set compared with what the readers give, enrichment left out.

The body's measure is that of the public benchmark (github.com/scrapinghub/article-extraction-benchmark): shingles of
four words, counted, each page with the same weight; F1 of the mean precision and the mean recall.
"""

from __future__ import annotations

import gzip
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from enrich.draft import Draft, RawDocument
from ingest.documents import parse_document, parse_json, parse_time
from ingest.readers.decode import decode
from newsapi.errors import InvalidDocument, NewsApiError

SHINGLE = 4
FIELDS = ("headline", "published_at", "authors")
"""What has to be exactly right, besides the body."""
EXPECTED = ("body", *FIELDS)
_TOKEN = re.compile(r"\w+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled page: the document, and what it holds; of EXPECTED what is not there is not asked for."""

    name: str
    raw: RawDocument
    expected: Mapping[str, Any]


@dataclass(slots=True)
class Measure:
    """What a set came to. `exact` counts right and asked for, by field; `wrong` says where, with both values."""

    pages: int = 0
    failed: int = 0
    seconds: float = 0.0
    precisions: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    exact: dict[str, tuple[int, int]] = field(default_factory=dict)
    wrong: list[dict[str, Any]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return _mean(self.precisions)

    @property
    def recall(self) -> float:
        return _mean(self.recalls)

    @property
    def f1(self) -> float:
        return _f1(self.precision, self.recall)

    def as_json(self) -> dict[str, Any]:
        """For a machine: shares are 0 to 1, rounded; `pages_per_second` is of this process's own time."""
        return {
            "pages": self.pages,
            "failed": self.failed,
            "pages_per_second": round(self.pages / self.seconds, 1) if self.seconds else None,
            "body": {"precision": round(self.precision, 4), "recall": round(self.recall, 4), "f1": round(self.f1, 4)},
            **{name: {"exact": round(right / asked, 4), "of": asked} for name, (right, asked) in self.exact.items()},
        }


def read_cases(path: Path) -> Iterator[Case]:
    """The pages of a labelled set.

    Either JSON lines, each with an input (`html`, `text`, or `file` beside it; `url`, `language`, `received_at`) and
    `expected` (`body`, `headline`, `published_at`, `authors`); or the benchmark's `ground-truth.json` with its pages in
    `html/NAME.html.gz` beside it. Raises InvalidDocument, naming the line.
    """
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    try:
        value = parse_json(content)
    except InvalidDocument:
        value = None
    if isinstance(value, Mapping) and "expected" not in value:
        yield from _of_benchmark(path, value)
        return
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            try:
                yield _case(path, number, parse_json(line))
            except (NewsApiError, OSError) as error:
                said = error.detail if isinstance(error, NewsApiError) else str(error)
                raise InvalidDocument(f"{path.name}, line {number}: {said}", line=number) from error


def _of_benchmark(path: Path, truth: Mapping[str, Any]) -> Iterator[Case]:
    for name, known in truth.items():
        file = path.parent / "html" / f"{name}.html.gz"
        if not isinstance(known, Mapping) or not file.is_file():
            raise InvalidDocument(f"{path.name}: there is no page {file} for {name!r}.")
        html = decode(gzip.decompress(file.read_bytes()), html=True)
        yield Case(name, RawDocument(html=html, url=known.get("url")), {"body": known.get("articleBody") or ""})


def _case(path: Path, number: int, value: object) -> Case:
    if not isinstance(value, Mapping) or not isinstance(value.get("expected"), Mapping):
        raise InvalidDocument("A line must be an object with an input and what is expected.", field="expected")
    expected: Mapping[str, Any] = value["expected"]
    for name in expected:
        if name not in EXPECTED:
            raise InvalidDocument(f"Expected may be {', '.join(EXPECTED)}, not {str(name)[:50]!r}.", field="expected")
    document = {name: member for name, member in value.items() if name not in ("expected", "file")}
    if isinstance(value.get("file"), str):
        file = path.parent / value["file"]
        data = file.read_bytes()
        document["html"] = decode(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data, html=True)
    return Case(str(value.get("id") or value.get("file") or number), parse_document(document), expected)


def measure(cases: Iterable[Case]) -> Measure:
    """Read every page and compare. A page that cannot be read counts as one that gave nothing."""
    # Imported with the first page: the HTML libraries take half a second.
    from ingest.structuring import read

    found = Measure()
    for case in cases:
        began = time.process_time()
        try:
            draft = read(case.raw)
        except NewsApiError:
            draft = Draft()
            found.failed += 1
        found.seconds += time.process_time() - began
        found.pages += 1
        _compare(found, case, draft)
    return found


def _compare(found: Measure, case: Case, draft: Draft) -> None:
    if "body" in case.expected:
        wanted = case.expected["body"]
        body = "\n\n".join(wanted) if isinstance(wanted, list) else str(wanted or "")
        precision, recall = of_bodies(body, draft.body)
        if precision is not None:
            found.precisions.append(precision)
        if recall is not None:
            found.recalls.append(recall)
        if (f1 := _f1(precision or 0.0, recall or 0.0)) < 0.9:
            found.wrong.append({"page": case.name, "field": "body", "f1": round(f1, 3)})
    given: dict[str, Any] = {"headline": draft.headline, "published_at": draft.published_at, "authors": draft.authors}
    for name in FIELDS:
        if name not in case.expected:
            continue
        right, asked = found.exact.get(name, (0, 0))
        good = is_exact(name, case.expected[name], given[name])
        found.exact[name] = right + good, asked + 1
        if not good:
            shown = given[name]
            shown = shown.isoformat() if isinstance(shown, datetime) else shown
            found.wrong.append({"page": case.name, "field": name, "expected": case.expected[name], "found": shown})


def of_bodies(wanted: str, found: str) -> tuple[float | None, float | None]:
    """Precision and recall of one body; None where there is nothing to be precise about, or to be found."""
    a, b = shingles(wanted), shingles(found)
    common = sum((a & b).values())
    total_a, total_b = sum(a.values()), sum(b.values())
    return (common / total_b if total_b else None), (common / total_a if total_a else None)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Every four words in a row, with how often; of a text with fewer words all of them are one."""
    words = _TOKEN.findall(text)
    found = (tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))
    return Counter(shingle for shingle in found if shingle)


def is_exact(name: str, wanted: Any, found: Any) -> bool:
    """Whether a field is right: titles but for space and case, days where a day is wanted, names in any order."""
    if name == "published_at":
        if not wanted or found is None:
            return not wanted and found is None
        moment: datetime = found
        if _DAY.fullmatch(str(wanted)):
            return moment.astimezone(UTC).date().isoformat() == str(wanted)
        return abs((parse_time(str(wanted)) - moment).total_seconds()) < 60
    if name == "authors":
        names = [wanted] if isinstance(wanted, str) else wanted or ()
        return {_plain(each) for each in names} == {_plain(each) for each in found or ()}
    return _plain(wanted) == _plain(found)


def _plain(value: object) -> str:
    return " ".join(str(value or "").split()).casefold()


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
