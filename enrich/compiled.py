"""What takes long to make of the data files (automata, indices), kept in files of its own and never required.

A file holds plain values (marshal) and says what it was made of: the code and data of this package, Python and the
library of the automata. Made of anything else, cut off or damaged, it is not read, and what it held is made anew.
"""

from __future__ import annotations

import gc
import marshal
import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import ahocorasick
import xxhash

_PACKAGE = Path(__file__).parent
_SOURCES = (".py", ".tsv", ".txt")
_MAGIC = b"newsapi compiled 1\n"
_DIGEST = 16
_HEAD = len(_MAGIC) + 2 * _DIGEST
_PAGE = 4096
"""Bytes before what is mapped: the head, and nothing up to where any number may begin."""


class Store:
    """Compiled values under their names, good for as long as `sources` (files, or folders of them) do not change.

    `places` are the directories to look in, in order; a value is kept in the first that can be written to.
    """

    def __init__(self, sources: Iterable[Path], places: Iterable[Path]) -> None:
        self._sources = tuple(sources)
        self._places = tuple(places)
        # From now on: what is changed while this process runs is not what it has read.
        self._key = _digest(self._sources)

    def get(self, name: str, make: Callable[[], Any]) -> Any:
        """The value of a name, from its file or from `make`, whose answer is kept for the next process.

        Values are what marshal takes: None, numbers, str, bytes, tuples, lists, dicts and sets of them. A file that
        cannot be read or written is passed over in silence: it is made again.
        """
        file = f"{name}.{sys.implementation.cache_tag}.bin"
        for place in self._places:
            found = self._read(place / file)
            if found is not None:
                return found[0]
        value = make()
        if _digest(self._sources) == self._key:
            payload = marshal.dumps(value)
            self._keep(file, _MAGIC + self._key + xxhash.xxh3_128_digest(payload), payload)
        return value

    def map(self, name: str, make: Callable[[], bytes]) -> memoryview:
        """Bytes of which a process reads little: mapped from their file, so that all processes share what is read."""
        file = f"{name}.{sys.implementation.cache_tag}.map"
        for place in self._places:
            found = self._mapped(place / file)
            if found is not None:
                return found
        content = make()
        if _digest(self._sources) == self._key:
            head = _MAGIC + self._key + len(content).to_bytes(_DIGEST, "big")
            kept = self._keep(file, head.ljust(_PAGE, b"\0"), content)
            if kept is not None and (found := self._mapped(kept)) is not None:
                return found
        return memoryview(content)

    def _mapped(self, path: Path) -> memoryview | None:
        try:
            with path.open("rb") as file:
                mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError):
            # Not there, or empty.
            return None
        # Whoever wrote it wrote all of it, or its length says otherwise: to read it through would load all of it.
        expected = _MAGIC + self._key + max(0, len(mapped) - _PAGE).to_bytes(_DIGEST, "big")
        return mapped[_PAGE:] if mapped[:_HEAD] == expected else None

    def _read(self, path: Path) -> tuple[Any] | None:
        try:
            content = path.read_bytes()
        except OSError:
            return None
        head, payload = content[:_HEAD], memoryview(content)[_HEAD:]
        if head != _MAGIC + self._key + xxhash.xxh3_128_digest(payload):
            return None
        # Millions of new tuples, none of them garbage: not worth the collector's time.
        collects = gc.isenabled()
        gc.disable()
        try:
            return (marshal.loads(payload),)  # noqa: S302 - it is our own, as our modules' are
        finally:
            if collects:
                gc.enable()

    def _keep(self, file: str, *parts: bytes) -> Path | None:
        """Where the parts are kept now; None if no place can be written to."""
        for place in self._places:
            with suppress(OSError):
                place.mkdir(parents=True, exist_ok=True)
                _write(place / file, *parts)
                return place / file
        return None


def _write(path: Path, *parts: bytes) -> None:
    """Whole or not at all, however many processes write at once."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.writelines(parts)
        new.chmod(0o644)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _digest(sources: Iterable[Path]) -> bytes:
    """Of what the sources hold and what reads them."""
    digest = xxhash.xxh3_128(f"{sys.version} {sys.byteorder} {sys.maxsize} {marshal.version}".encode())
    for source in sources:
        for path in _files(source) if source.is_dir() else (source,):
            # An editor's file may be gone already.
            with suppress(FileNotFoundError):
                content = path.read_bytes()
                digest.update(f"{path.name} {len(content)}\n".encode())
                digest.update(content)
    return digest.digest()


def _files(folder: Path) -> Iterator[Path]:
    for directory, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(_SOURCES):
                yield Path(directory, name)


def _places() -> Iterator[Path]:
    """Beside the data, in an image or a checkout; else in the user's cache, apart for each copy of the package."""
    yield _PACKAGE / "data" / "compiled"
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path(os.environ.get("HOME", ""), ".cache"))
    if caches.is_absolute():
        yield caches / "newsapi" / xxhash.xxh3_64_hexdigest(os.fsencode(_PACKAGE))


# With the import, before the rules are: code that is edited later is not what this process runs.
_STORE = Store((_PACKAGE, Path(ahocorasick.__file__)), _places())


def compiled(name: str, make: Callable[[], Any]) -> Any:
    """See `Store.get`: a value made of this package's code and data."""
    return _STORE.get(name, make)


def mapped(name: str, make: Callable[[], bytes]) -> memoryview:
    """See `Store.map`: bytes made of this package's code and data."""
    return _STORE.map(name, make)
