"""The fields of a draft while they are gathered, each with its provenance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from enrich.draft import Provenance

VERSION = "text-2"


class Assembly:
    """Fields and their provenance, gathered; a field once set stays."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.provenance: dict[str, Provenance] = {}

    def set(
        self, name: str, value: Any, method: str, confidence: float, lines: Iterable[int] = (), note: str | None = None
    ) -> None:
        """Set a field unless it has a value already or the value is empty."""
        if name in self.fields or value is None or value == () or value == "":
            return
        self.fields[name] = value
        self.provenance[name] = Provenance(method, round(confidence, 2), VERSION, tuple(sorted(set(lines))), note)
