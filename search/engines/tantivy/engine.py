"""The embedded engine: an index in the data directory, one writer a generation and many readers, in any process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import tantivy

from search.engines.base import EngineUnavailable, Generation, Reader, State, Writer
from search.engines.tantivy import storage
from search.engines.tantivy.reader import TantivyReader
from search.engines.tantivy.schema import schema
from search.engines.tantivy.writer import TantivyWriter


class TantivyEngine:
    """`tantivy:` is the index in the data directory, `tantivy:PATH` one elsewhere."""

    parallel = False

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def open(cls, url: str, data_dir: str) -> Self:
        path = url.removeprefix("tantivy:")
        return cls(Path(path) if path else Path(data_dir) / "index")

    def reader(self, generation: str | None = None) -> Reader:
        if generation is not None and not self._directory(generation).exists():
            raise EngineUnavailable(f"There is no index {generation} in {self.root}.")
        return TantivyReader(self.root, generation)

    @contextmanager
    def writer(self, generation: str | None = None) -> Iterator[Writer]:
        directory = self._directory(generation) if generation is not None else self._live()
        with storage.locked(directory):
            readable, reason = storage.outdated(directory)
            if not readable:
                raise EngineUnavailable(f"{reason} It has to be built anew (newsapi reindex).", code="index_outdated")
            writer = TantivyWriter(directory)
            done = False
            try:
                yield writer
                done = True
            finally:
                # A build ends with few segments; on the live one nobody waits for that.
                writer.close(merge=done and directory.name not in storage.pointed(self.root))

    def _directory(self, name: str) -> Path:
        if not name.isdigit():
            raise EngineUnavailable(f"There is no index “{name}” in {self.root}.")
        return self.root / name

    def _live(self) -> Path:
        """The live directory; an empty one is made live where there is none."""
        directory = storage.live(self.root)
        if directory is None:
            with storage.changing(self.root):
                directory = storage.live(self.root)
                if directory is None:
                    directory = self._made()
                    storage.publish(self.root, directory)
        return directory

    def _made(self) -> Path:
        directory = storage.create(self.root)
        tantivy.Index(schema(), path=str(directory))
        return directory

    def generations(self) -> tuple[Generation, ...]:
        live, previous = storage.pointed(self.root)
        states = {previous: State.PREVIOUS, live: State.LIVE}
        return tuple(
            Generation(path.name, states.get(path.name, State.BUILDING), storage.created_at(path))
            for path in storage.directories(self.root)
            if (path / storage.META).exists()
        )

    def live(self) -> str | None:
        directory = storage.live(self.root)
        return directory.name if directory else None

    def create(self) -> Generation:
        with storage.changing(self.root):
            directory = self._made()
        return Generation(directory.name, State.BUILDING, storage.created_at(directory))

    def activate(self, name: str) -> None:
        with storage.changing(self.root):
            directory = self._directory(name)
            if not (directory / storage.META).exists():
                raise EngineUnavailable(f"There is no index {name} in {self.root}.")
            readable, reason = storage.outdated(directory)
            if not readable:
                raise EngineUnavailable(f"{reason} It has to be built anew (newsapi reindex).", code="index_outdated")
            storage.publish(self.root, directory)

    def discard(self, name: str) -> None:
        with storage.changing(self.root):
            directory = self._directory(name)
            if name == storage.pointed(self.root)[0]:
                raise EngineUnavailable(f"The index {name} is the live one.")
            if directory.exists():
                with storage.locked(directory):
                    storage.remove(directory)

    def outdated(self, generation: str | None = None) -> str | None:
        directory = storage.live(self.root) if generation is None else self._directory(generation)
        return storage.outdated(directory)[1] if directory else "There is no index yet."

    def clear(self) -> None:
        with storage.changing(self.root):
            made = self._made()
            storage.publish(self.root, made)
            for directory in storage.directories(self.root):
                if directory != made:
                    storage.remove(directory)
