"""The query parser: typical queries a second, and the slowest queries of 10,000 characters. CPU time, no engine."""

from __future__ import annotations

import contextlib
import re
import time
from datetime import UTC, datetime

from bench.report import figure, milliseconds
from newsapi.errors import InvalidQuery
from search.budget import BUDGET
from search.parser import parse

TYPICAL = (
    "iran",
    "nuclear talks",
    '"regime change" AND (iran OR syria) -football',
    "headline:ceasefire lang:en country:IL",
    'entity:"Vladimir Putin" published:[2026-01-01 TO now-7d]',
    '(climat* OR "global warming") AND NEAR(summit geneva, 10) words:>500',
    'source:(bbc.com OR reuters.com OR apnews.com) sentiment:<-0.3 "interest rates"~5',
    "zelensky~1 OR Зеленский OR 泽连斯基",
    "topic:politics has:image headline:(election^2 OR vote) -genre:opinion",
    "выборы президента OR élection présidentielle",
)
UNITS = (
    "(", ")", '"', "NOT ", "-", "a ", "a OR ", "a:", "headline:", "(a ", "\\", "*", "[", "«", "a.", "漢", "date:[", "ab* ",
    "a~", "a^", "NEAR(", "NEAR(a b)", "~^", "?a", "ab*c?", '"a"~', "abcd~1 ", "a-b*", "date:now", "words:1 ", "İ", "ａ", "ab^2 ",
    "-(a OR ", "author:ann ", "*a", '"a b c d"~1 ', "date:now-1d ", "\u0300",
)  # fmt: skip
NOW = datetime(2026, 6, 18, tzinfo=UTC)


def typical(seconds: float = 2.0) -> float:
    """Queries parsed a second of CPU."""
    for q in TYPICAL:
        parse(q, now=NOW)
    done, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        for q in TYPICAL:
            parse(q, now=NOW)
        done += len(TYPICAL)
    return done / (time.process_time() - began)


def worst() -> tuple[float, str]:
    """Milliseconds of CPU of the slowest of the odd queries, and what it repeats."""
    found = []
    for unit in UNITS:
        q = (unit * BUDGET.characters)[: BUDGET.characters]
        times = []
        for _ in range(3):
            began = time.process_time()
            with contextlib.suppress(InvalidQuery):
                parse(q, now=NOW)
            times.append(time.process_time() - began)
        found.append((min(times) * 1_000, unit))
    return max(found)


def _cut(seconds: float = 0.5) -> float:
    """The floor: queries a second that are only cut into words."""
    done, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        for q in TYPICAL:
            re.findall(r"\w+|\S", q)
        done += len(TYPICAL)
    return done / (time.process_time() - began)


def run() -> None:
    """Print both figures."""
    figure("typical queries parsed", typical(), "1/s", _cut(), "cut into words only", "wanted: 5,000")
    slowest, unit = worst()
    q = (unit * BUDGET.characters)[: BUDGET.characters]
    floor = min(milliseconds(lambda: re.findall(r"\w+|\S", q), 5))
    figure(
        f"slowest of 10,000 characters ({unit!r} …)", slowest, "ms", floor, "cut into words only", "wanted: under 50"
    )


if __name__ == "__main__":
    run()
