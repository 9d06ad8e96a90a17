"""The embedded engine: an index in the data directory, one writer and many readers, each in whatever process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from search.engines.base import EngineUnavailable, Reader, Writer
from search.engines.tantivy import storage
from search.engines.tantivy.reader import TantivyReader
from search.engines.tantivy.writer import TantivyWriter


class TantivyEngine:
    """`tantivy:` is the index in the data directory, `tantivy:PATH` one elsewhere."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def open(cls, url: str, data_dir: str) -> Self:
        path = url.removeprefix("tantivy:")
        return cls(Path(path) if path else Path(data_dir) / "index")

    def reader(self) -> Reader:
        return TantivyReader(self.root)

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        with storage.locked(self.root):
            directory = storage.live(self.root)
            if directory is None:
                writer = TantivyWriter(storage.create(self.root))
                storage.publish(self.root, writer.directory)
            else:
                readable, reason = storage.outdated(directory)
                if not readable:
                    raise EngineUnavailable(
                        f"{reason} It has to be built anew (newsapi reindex).", code="index_outdated"
                    )
                writer = TantivyWriter(directory)
            try:
                yield writer
            finally:
                writer.close()

    @contextmanager
    def rebuild(self) -> Iterator[Writer]:
        with storage.locked(self.root):
            writer = TantivyWriter(storage.create(self.root))
            try:
                yield writer
            except BaseException:
                writer.close()
                shutil.rmtree(writer.directory, ignore_errors=True)
                raise
            writer.close(merge=True)
            storage.publish(self.root, writer.directory)

    def outdated(self) -> str | None:
        directory = storage.live(self.root)
        return storage.outdated(directory)[1] if directory else "There is no index yet."

    def clear(self) -> None:
        with self.rebuild():
            pass
