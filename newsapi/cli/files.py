"""Files that commands read: by name, from stdin, packed or not."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def open_input(name: str) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where it ends in .gz; `-` is stdin. Raises OSError."""
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as raw:
        yield gzip.GzipFile(fileobj=raw) if name.lower().endswith(".gz") else raw  # type: ignore[misc]
