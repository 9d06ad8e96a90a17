"""The behaviours that every search engine must have. An engine's own tests subclass this and make the engine."""

from __future__ import annotations

from tests.search.conforming.counting import Counting
from tests.search.conforming.paging import Paging
from tests.search.conforming.patterns import Patterns
from tests.search.conforming.tabulating import Tabulating
from tests.search.conforming.values import Values
from tests.search.conforming.words import Words
from tests.search.conforming.writing import Writing


class EngineConformance(Words, Patterns, Values, Paging, Counting, Tabulating, Writing):
    """Give the fixture `make_engine`: what makes engines, each with nothing in it."""
