"""The one writer of a generation: versions are compared before anything is written, since tantivy knows none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import tantivy

from search.engines.base import EngineUnavailable, Refused, Stored
from search.engines.tantivy import storage
from search.engines.tantivy.schema import KEY, VERSION, document, key, numbers_of, schema
from search.engines.tantivy.storage import Tombstone
from search.results import IndexDocument

HEAP = 64_000_000
"""Bytes of memory before a segment is written; one thread, since the machine has other work too."""
BATCH = 500
LARGEST = 2**63 - 1


class TantivyWriter:
    """Writes to one directory. Not for several threads."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        with _files(directory):
            self._index = tantivy.Index(schema(), path=str(directory))
            self._index.config_reader("manual", 0)
            self._writer = self._index.writer(HEAP, 1)
            self._searcher = self._index.searcher()
        self._pending: dict[int, int] = {}
        self._tombstones = storage.read_tombstones(directory)
        self._buried: dict[int, Tombstone] = {}
        self._offset, self._built = storage.read_offset(directory)

    def write(self, documents: Iterable[IndexDocument]) -> list[Refused]:
        """Add, replace or remove. Refuses a number or version below 0, and one that 64 bits do not hold."""
        refused: list[Refused] = []
        stream = iter(documents)
        while batch := list(islice(stream, BATCH)):
            with _files(self.directory):
                refused += self._write(batch)
        return refused

    def begin(self, documents: Sequence[IndexDocument]) -> Callable[[], list[Refused]]:
        """Done at once: analysing takes the time here, and needs the interpreter."""
        refused = self.write(documents)
        return lambda: refused

    def _write(self, batch: list[IndexDocument]) -> list[Refused]:
        newest: dict[int, IndexDocument] = {}
        refused: list[Refused] = []
        for one in batch:
            if not (0 <= one.number <= LARGEST and 0 <= one.version <= LARGEST):
                refused.append(Refused(one.id, one.number, one.version, "Its number or version is out of range."))
                continue
            name = key(one.id)
            if name not in newest or newest[name].version <= one.version:
                newest[name] = one
        known = self._versions(list(newest))
        fresh: dict[int, tuple[IndexDocument, tantivy.Document | None]] = {}
        for name, one in newest.items():
            if one.version >= known.get(name, 0):
                try:
                    fresh[name] = one, None if one.deleted else document(one)
                except (ValueError, TypeError, OverflowError, KeyError) as error:
                    refused.append(Refused(one.id, one.number, one.version, f"{type(error).__name__}: {error}"))
        replaced = [name for name in fresh if name in known]
        if replaced:
            # By term nothing would be deleted (tantivy-py 0.27 does not find unsigned numbers so).
            self._writer.delete_documents_by_query(tantivy.Query.term_set_query(schema(), KEY, replaced))
        for name, (one, made) in fresh.items():
            self._pending[name] = one.version
            if made is None:
                self._buried[name] = Tombstone(one.version, one.number, one.id)
            else:
                self._buried.pop(name, None)
                self._writer.add_document(made)
        return refused

    def _versions(self, wanted: list[int]) -> dict[int, int]:
        """The newest version known of each key, whether committed, pending or removed."""
        query = tantivy.Query.term_set_query(schema(), KEY, wanted)
        addresses = [address for _, address in self._searcher.search(query, limit=len(wanted), count=False).hits]
        keys, committed = (numbers_of(self._searcher, name, addresses) for name in (KEY, VERSION))
        versions = dict(zip(keys, committed, strict=True))
        for name in wanted:
            buried = self._tombstones.get(name)
            newest = max(self._pending.get(name, -1), buried.version if buried else -1, versions.get(name, -1))
            if newest >= 0:
                versions[name] = newest
        return versions

    def commit(self, offset: int, built: int | None = None) -> None:
        """The offset goes to disk last: after a crash in between, changes are followed again, which is harmless."""
        built = self._built if built is None else built
        with _files(self.directory):
            if self._buried:
                storage.append_tombstones(self.directory, self._buried)
                self._tombstones |= self._buried
                self._buried = {}
            if self._pending:
                self._writer.commit()
                self._index.reload()
                self._searcher = self._index.searcher()
                self._pending = {}
            if (offset, built) != (self._offset, self._built):
                storage.write_offset(self.directory, offset, built)
                self._offset, self._built = offset, built

    def offset(self) -> int:
        return self._offset

    def built(self) -> int:
        return self._built

    def purge(self, stored: Sequence[Stored]) -> None:
        """Forget these tombstones, at once."""
        kept = dict(self._tombstones)
        for one in stored:
            buried = kept.get(key(one.id))
            if one.deleted and buried is not None and buried.version == one.version:
                del kept[key(one.id)]
        if len(kept) < len(self._tombstones):
            with _files(self.directory):
                storage.write_tombstones(self.directory, kept)
            self._tombstones = kept

    def close(self, merge: bool = False) -> None:
        """Give the lock back; what is not committed is dropped. `merge` waits for segments that are being merged."""
        if merge:
            self._writer.wait_merging_threads()
        else:
            self._writer.rollback()
        del self._writer


@contextmanager
def _files(directory: Path) -> Iterator[None]:
    """What goes wrong with the files (a full disk, a directory taken away) as the engine's error."""
    try:
        yield
    except (ValueError, OSError) as error:
        # tantivy has ValueError for whatever the file system does.
        raise EngineUnavailable(f"The index in {directory} cannot be written: {error}") from error
