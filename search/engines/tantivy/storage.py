"""Where the index lies: a directory for each generation, and a pointer to the live one that is swapped in one step.

index/current          names of the live directory and of the one before it
index/lock             held for a moment by whoever makes, swaps or removes generations
index/000001/          a tantivy index, with what tantivy does not keep:
    lock               held by its writer
    made.json          when it was made, and with which versions of layout and analysis
    offset             how far the changes were followed, and up to which article it is built
    tombstones         "key version number id" of removed documents: a late write does not bring them back
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from search import analysis
from search.engines.base import EngineUnavailable
from search.engines.tantivy.schema import fingerprint

POINTER = "current"
LOCK = "lock"
MADE = "made.json"
OFFSET = "offset"
TOMBSTONES = "tombstones"
META = "meta.json"
"""tantivy's own list of segments: rewritten by every commit."""
TOMBSTONE = re.compile(r"([0-9]{1,20}) ([0-9]{1,20})(?: ([0-9]{1,20}) ([0-9a-f]{32}))?\n")
REMOVED = "removed-"
PATIENCE = 5.0
"""Seconds to wait for another process that makes, swaps or removes generations."""


class Tombstone(NamedTuple):
    """A removed document. Earlier versions did not write down its number and id."""

    version: int
    number: int | None
    id: UUID | None


def pointed(root: Path) -> tuple[str, str]:
    """Names of the live directory and of the one before it; empty where there is none."""
    try:
        names = (root / POINTER).read_text(encoding="ascii").split()
    except FileNotFoundError:
        names = []
    names += ["", ""]
    return names[0], names[1]


def live(root: Path) -> Path | None:
    """The live directory, None where there is no index yet."""
    name, _ = pointed(root)
    return root / name if name and (root / name / META).exists() else None


def directories(root: Path) -> list[Path]:
    """Those of all generations, oldest first."""
    try:
        return sorted(path for path in root.iterdir() if path.name.isdigit())
    except FileNotFoundError:
        return []


def create(root: Path) -> Path:
    """A new directory beside the live one. Left-overs without a beginning are removed. Call it under `changing`."""
    numbers = [int(path.name) for path in directories(root)]
    for path in directories(root):
        if not (path / MADE).exists():
            remove(path)
    for path in root.glob(f"{REMOVED}*"):
        shutil.rmtree(path, ignore_errors=True)
    numbers += [int(name) for name in pointed(root) if name]
    directory = root / f"{max(numbers, default=0) + 1:06}"
    directory.mkdir()
    made = {"layout": fingerprint(), "analysis": analysis.VERSION, "created_at": datetime.now(UTC).isoformat()}
    write_atomically(directory / MADE, json.dumps(made))
    return directory


def created_at(directory: Path) -> datetime:
    """When it was made, as far as is known."""
    try:
        return datetime.fromisoformat(json.loads((directory / MADE).read_text(encoding="utf-8"))["created_at"])
    except (OSError, ValueError, KeyError, TypeError):
        try:
            return datetime.fromtimestamp(directory.stat().st_mtime, UTC)
        except FileNotFoundError:
            return datetime.now(UTC)


def publish(root: Path, directory: Path) -> None:
    """Make `directory` the live one, and the live one the previous. The previous one so far is removed.

    Call it under `changing`.
    """
    current, previous = pointed(root)
    if current == directory.name:
        return
    write_atomically(root / POINTER, f"{directory.name} {current}")
    if previous not in ("", directory.name):
        remove(root / previous)


def remove(directory: Path) -> None:
    """Take a generation away at once, whoever may still be writing to it."""
    away = directory.with_name(REMOVED + directory.name)
    try:
        directory.rename(away)
    except FileNotFoundError:
        return
    shutil.rmtree(away, ignore_errors=True)


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
def locked(directory: Path) -> Iterator[None]:
    """The right to write a generation. EngineUnavailable while somebody else has it; it ends with the process."""
    try:
        handle = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except FileNotFoundError as error:
        raise EngineUnavailable(f"There is no index in {directory}.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EngineUnavailable(
                f"Another process is writing the index in {directory}.", code="index_locked"
            ) from error
        yield
    finally:
        os.close(handle)


@contextmanager
def changing(root: Path) -> Iterator[None]:
    """The right to make, swap and remove generations, after a short wait for whoever has it."""
    root.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + PATIENCE
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(locked(root))
                break
            except EngineUnavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        yield


def write_atomically(path: Path, text: str) -> None:
    """Either the old or the new content survives a crash."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_offset(directory: Path) -> tuple[int, int]:
    """How far the changes were followed and articles read; 0 where not known: doing it again is harmless."""
    try:
        offset, *built = (directory / OFFSET).read_text(encoding="ascii").split()
        return int(offset), int(built[0]) if built else 0
    except (OSError, ValueError):
        return 0, 0


def write_offset(directory: Path, offset: int, built: int) -> None:
    write_atomically(directory / OFFSET, f"{offset} {built}")


def read_tombstones(directory: Path) -> dict[int, Tombstone]:
    """Removed documents by their key. A last line that a crash cut short is left out."""
    found: dict[int, Tombstone] = {}
    try:
        text = (directory / TOMBSTONES).read_text(encoding="ascii")
    except FileNotFoundError:
        return found
    for key, version, number, id_ in TOMBSTONE.findall(text):
        known = (int(number), UUID(id_)) if id_ else (None, None)
        if int(key) not in found or found[int(key)].version <= int(version):
            found[int(key)] = Tombstone(int(version), *known)
    return found


def tombstone_line(key: int, tombstone: Tombstone) -> str:
    if tombstone.number is None or tombstone.id is None:
        return f"{key} {tombstone.version}\n"
    return f"{key} {tombstone.version} {tombstone.number} {tombstone.id.hex}\n"


def append_tombstones(directory: Path, tombstones: Mapping[int, Tombstone]) -> None:
    with (directory / TOMBSTONES).open("a", encoding="ascii") as file:
        file.writelines(tombstone_line(key, tombstone) for key, tombstone in tombstones.items())
        file.flush()
        os.fsync(file.fileno())


def write_tombstones(directory: Path, tombstones: Mapping[int, Tombstone]) -> None:
    lines = (tombstone_line(key, tombstone) for key, tombstone in tombstones.items())
    write_atomically(directory / TOMBSTONES, "".join(lines))
