"""Reads the compose files as Docker Compose does, as far as these use it: merge keys, anchors and variables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

DOCKER = Path(__file__).resolve().parents[2] / "docker"
FILES = ("compose.yml", "compose.dev.yml")
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")
Compose = dict[str, Any]


def variables(name: str) -> dict[str, str | None]:
    """The variables of a file with their defaults, None for those that must be set."""
    found = VARIABLE.finditer((DOCKER / name).read_text())
    return {each["name"]: each["rest"] if each["kind"] == "-" else None for each in found}


def read(name: str, **values: str) -> Compose:
    """A file with its variables put in, `values` before defaults. Raises KeyError for one that has neither."""

    def replace(found: re.Match[str]) -> str:
        if found["name"] in values:
            return values[found["name"]]
        if found["kind"] != "-":
            raise KeyError(found["name"])
        return found["rest"]

    def put_in(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: put_in(value) for key, value in node.items()}
        if isinstance(node, list):
            return [put_in(value) for value in node]
        return VARIABLE.sub(replace, node) if isinstance(node, str) else node

    return dict(put_in(yaml.safe_load((DOCKER / name).read_text())))


def ours(compose: Compose) -> dict[str, Compose]:
    """The services that run newsapi's own image."""
    return {name: service for name, service in compose["services"].items() if service["image"].startswith("newsapi:")}
