"""Where the index lies: numbered directories, and a pointer to the live one that a rebuild swaps in one step.

index/current          the name of the live directory
index/lock             held by the one writer
index/000001/          a tantivy index, with what tantivy does not keep:
    made.json          the versions of layout and analysis it was made with
    offset             how far the changes were followed
    tombstones         "key version" of removed documents, so that a late write does not bring them back
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search import analysis
from search.engines.base import EngineUnavailable
from search.engines.tantivy.schema import fingerprint

POINTER = "current"
MADE = "made.json"
OFFSET = "offset"
TOMBSTONES = "tombstones"
META = "meta.json"
"""tantivy's own list of segments: rewritten by every commit."""


def live(root: Path) -> Path | None:
    """The live directory, None where there is no index yet."""
    try:
        name = (root / POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    return root / name if name and (root / name / META).exists() else None


def create(root: Path) -> Path:
    """A new directory beside the live one, which `publish` makes the live one. Left-overs are removed."""
    root.mkdir(parents=True, exist_ok=True)
    current = live(root)
    numbers = [int(path.name) for path in root.iterdir() if path.name.isdigit()]
    for path in root.iterdir():
        if path.name.isdigit() and path != current:
            shutil.rmtree(path, ignore_errors=True)
    directory = root / f"{max(numbers, default=0) + 1:06}"
    directory.mkdir()
    write_atomically(directory / MADE, json.dumps({"layout": fingerprint(), "analysis": analysis.VERSION}))
    return directory


def publish(root: Path, directory: Path) -> None:
    """Make `directory` the live one. The old one stays on disk until nobody can be about to open it: the next time."""
    write_atomically(root / POINTER, directory.name)


def outdated(directory: Path) -> tuple[bool, str | None]:
    """Whether the index can be read at all, and why it has to be built anew, if it has to."""
    try:
        made = json.loads((directory / MADE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False, "The index is incomplete."
    if made.get("layout") != fingerprint():
        return False, "The index was made by another version, with other fields."
    if made.get("analysis") != analysis.VERSION:
        return True, "The index was made with another version of the text analysis."
    return True, None


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """The right to write. Raises EngineUnavailable while somebody else has it; it ends with the process."""
    root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EngineUnavailable(f"Another process is writing the index in {root}.", code="index_locked") from error
        yield
    finally:
        os.close(handle)


def write_atomically(path: Path, text: str) -> None:
    """Either the old or the new content survives a crash."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_offset(directory: Path) -> int:
    """How far the changes were followed, 0 where that is not known: following them again is harmless."""
    try:
        return int((directory / OFFSET).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def read_tombstones(directory: Path) -> dict[int, int]:
    """Key to version of removed documents. A last line that a crash cut short is left out."""
    found: dict[int, int] = {}
    try:
        text = (directory / TOMBSTONES).read_text(encoding="ascii")
    except FileNotFoundError:
        return found
    for line in text.splitlines(keepends=True):
        key, _, version = line.partition(" ")
        if line.endswith("\n") and key.isdigit() and version.strip().isdigit():
            found[int(key)] = max(int(version), found.get(int(key), 0))
    return found
