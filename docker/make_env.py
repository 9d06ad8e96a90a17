"""`make env`: puts a random value for every secret of docker/compose.yml that has none into docker/.env, mode 600."""

from __future__ import annotations

import os
import re
import secrets
import sys
from pathlib import Path

SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "ELASTIC_PASSWORD")
BYTES = 32
"""Of randomness; written as hexadecimal digits, which need no quotes in a URL, a shell or this file."""


def complete(text: str) -> str:
    """The file's text with what is missing put behind it. What is there stays: PostgreSQL keeps its first password."""
    there = set(re.findall(r"^(?:export +)?(\w+)=.", text, re.MULTILINE))
    missing = [f"{name}={secrets.token_hex(BYTES)}\n" for name in SECRETS if name not in there]
    if text and missing and not text.endswith("\n"):
        text += "\n"
    return text + "".join(missing)


def main(path: Path) -> None:
    old = path.read_text() if path.exists() else ""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    # Mode 600 from the first byte, and whole or not at all.
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(complete(old))
    draft.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
