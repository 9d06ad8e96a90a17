"""Every error code that the code can give is documented, with what to do about it."""

from __future__ import annotations

import re

from newsapi.env import BASE_DIR
from newsapi.problems import TITLES

ROOMS = ("newsapi", "access", "articles", "ingest", "search", "webhooks")
CODE = re.compile(r"""\bcode(?:: str)? ?= ?"([a-z_]+)"|\bproblem\(\s*"([a-z_]+)\"""")


def codes() -> set[str]:
    found = set(TITLES) - {"parse_error", "throttled"}
    for room in ROOMS:
        for file in (BASE_DIR / room).rglob("*.py"):
            found |= {match[1] or match[2] for match in CODE.finditer(file.read_text())}
    return found


def test_every_code_is_documented_and_nothing_else_is() -> None:
    documented = set(re.findall(r"^\| `([a-z_]+)` \|", (BASE_DIR / "docs" / "errors.md").read_text(), re.MULTILINE))
    # gave_up is a reason on a capture, never an answer.
    assert codes() - {"gave_up"} - documented == set()
    assert documented - codes() == set()
