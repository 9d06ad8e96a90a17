"""docs/query.md has every field, parameter, operator and warning there is, and its examples are queries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from search import query_schema, tree
from search.fields import FIELDS
from search.filters import EXCLUDE
from search.lexer import ALIASES
from search.parser import parse
from search.selectors import list_parameters

PAGE = (Path(__file__).parents[2] / "docs" / "query.md").read_text()
CODES = set(re.findall(r"`([^`]+)`", PAGE))
_TABLE = PAGE.split("## `q`")[1].split("### Fields")[0]
EXAMPLES = [code for row in re.findall(r"^\| (.+?) \| ", _TABLE, re.MULTILINE) for code in re.findall("`([^`]+)`", row)]


@pytest.mark.parametrize(
    "name",
    [
        *(field.name for field in FIELDS),
        *(name for name in ALIASES if "organization" not in name),
        *(each.name for each in list_parameters() if not each.name.startswith(EXCLUDE)),
        *tree.OPS,
        *query_schema.WARNINGS,
    ],
)
def test_documented(name: str) -> None:
    assert any(re.search(rf"\b{re.escape(name)}\b", code) for code in CODES)


@pytest.mark.parametrize("q", EXAMPLES)
def test_examples_are_queries(q: str) -> None:
    parse(q)
