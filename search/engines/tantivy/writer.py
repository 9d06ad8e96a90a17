"""The one writer: versions are compared before anything is written, since tantivy knows none."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import tantivy

from search.engines.tantivy import storage
from search.engines.tantivy.schema import KEY, VERSION, document, key, numbers_of, schema
from search.results import IndexDocument

HEAP = 64_000_000
"""Bytes of memory before a segment is written; one thread, since the machine has other work too."""
BATCH = 500


class TantivyWriter:
    """Writes to one directory. Not for several threads."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._index = tantivy.Index(schema(), path=str(directory))
        self._index.config_reader("manual", 0)
        self._writer = self._index.writer(HEAP, 1)
        self._searcher = self._index.searcher()
        self._pending: dict[int, int] = {}
        self._tombstones = storage.read_tombstones(directory)
        self._buried: dict[int, int] = {}
        self._offset = storage.read_offset(directory)

    def write(self, documents: Iterable[IndexDocument]) -> None:
        """Add, replace or remove. Raises ValueError for a number or version below 0."""
        stream = iter(documents)
        while batch := list(islice(stream, BATCH)):
            self._write(batch)

    def _write(self, batch: list[IndexDocument]) -> None:
        newest: dict[int, IndexDocument] = {}
        for one in batch:
            if one.number < 0 or one.version < 0:
                raise ValueError(f"article {one.id} has number {one.number} and version {one.version}")
            name = key(one.id)
            if name not in newest or newest[name].version <= one.version:
                newest[name] = one
        known = self._versions(list(newest))
        fresh = {name: one for name, one in newest.items() if one.version >= known.get(name, 0)}
        replaced = [name for name in fresh if name in known]
        if replaced:
            # By term nothing would be deleted (tantivy-py 0.27 does not find unsigned numbers so).
            self._writer.delete_documents_by_query(tantivy.Query.term_set_query(schema(), KEY, replaced))
        for name, one in fresh.items():
            self._pending[name] = one.version
            if one.deleted:
                self._buried[name] = one.version
            else:
                self._buried.pop(name, None)
                self._writer.add_document(document(one))

    def _versions(self, wanted: list[int]) -> dict[int, int]:
        """The newest version known of each key, whether committed, pending or removed."""
        query = tantivy.Query.term_set_query(schema(), KEY, wanted)
        addresses = [address for _, address in self._searcher.search(query, limit=len(wanted), count=False).hits]
        keys, committed = (numbers_of(self._searcher, name, addresses) for name in (KEY, VERSION))
        versions = dict(zip(keys, committed, strict=True))
        for name in wanted:
            newest = max(self._pending.get(name, -1), self._tombstones.get(name, -1), versions.get(name, -1))
            if newest >= 0:
                versions[name] = newest
        return versions

    def commit(self, offset: int) -> None:
        """The offset goes to disk last: after a crash in between, changes are followed again, which is harmless."""
        if self._buried:
            with (self.directory / storage.TOMBSTONES).open("a", encoding="ascii") as file:
                file.writelines(f"{name} {version}\n" for name, version in self._buried.items())
                file.flush()
                os.fsync(file.fileno())
            self._tombstones |= self._buried
            self._buried = {}
        if self._pending:
            self._writer.commit()
            self._index.reload()
            self._searcher = self._index.searcher()
            self._pending = {}
        if offset != self._offset:
            storage.write_atomically(self.directory / storage.OFFSET, str(offset))
            self._offset = offset

    def offset(self) -> int:
        return self._offset

    def close(self, merge: bool = False) -> None:
        """Give the lock back; what is not committed is dropped. `merge` waits for segments that are being merged."""
        if merge:
            self._writer.wait_merging_threads()
        else:
            self._writer.rollback()
        del self._writer
