"""Makes exports, part by part: what is committed is never made again, however often the one who makes it is killed."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from articles import publishing
from articles.leases import Lease
from articles.models import Consumer
from newsapi.errors import NewsApiError
from search import engines, rows
from search.engines.base import EngineUnavailable, Reader
from search.exports.formats import FORMATS, Format, gzipped
from search.exports.models import Export, ExportPart, State
from search.exports.services import UNFINISHED, asked_for, directory, lease_name
from search.indexing import CONSUMER
from search.results import Hit, Search

logger = logging.getLogger(__name__)
ARTICLES = 5_000
BYTES = 16_000_000
"""A part has so many articles, or as many as have so many bytes as lists show them: what is in memory at a time."""
PAGE = 1_000
"""Articles asked of the engine at a time, fewer where they are long."""
SECONDS = 60.0
"""Then others in the queue have their turn."""
ATTEMPTS = 5
"""Without progress; then it is a fault of ours, and said so."""
ROOM = 500_000_000
"""Bytes that must stay free on the disk."""
PIECE = 1 << 20


class Stopped(Exception):
    """Somebody else makes it, or nobody wants it any more."""


def make(export_id: UUID, seconds: float = SECONDS) -> bool:
    """Go on making an export for a while; whether there is more to do. Safe to call twice, and at any time."""
    export = Export.objects.filter(id=export_id, state__in=UNFINISHED).first()
    if export is None:
        return False
    lease = Lease(lease_name(export_id))
    if not lease.hold():
        return False
    try:
        # What the holder before committed last.
        export = Export.objects.filter(id=export_id, state__in=UNFINISHED).first()
        return export is not None and _Making(export, lease).run(seconds)
    except Stopped:
        return False
    except EngineUnavailable as error:
        logger.warning("export %s waits: %s", export_id, error.detail)
        return False
    except NewsApiError as error:
        _fail(export_id, error.code, error.detail)
        return False
    except OSError as error:
        _fail(export_id, "export_failed", f"The file could not be written: {error.strerror or error}.")
        return False
    finally:
        lease.release()
        if not Export.objects.filter(id=export_id, state__in=UNFINISHED).exists():
            Consumer.objects.filter(name=lease.name).delete()


def _fail(export_id: UUID, code: str, detail: str) -> None:
    logger.warning("export %s failed: %s", export_id, detail)
    now = timezone.now()
    Export.objects.filter(id=export_id).update(
        state=State.FAILED, error={"code": code, "detail": detail}, finished_at=now
    )


class _Making:
    """One holder's work on an export."""

    def __init__(self, export: Export, lease: Lease) -> None:
        self.export = export
        self.lease = lease
        self.format: Format = FORMATS[export.format](export.fields)
        self.directory = directory(export)
        self.reader: Reader = engines.get_reader()
        self.query = asked_for(export)

    def run(self, seconds: float) -> bool:
        if self.export.attempts >= ATTEMPTS:
            _fail(self.export.id, "export_failed", "It stopped again and again at the same place; see the log.")
            return False
        self._update(attempts=F("attempts") + 1, state=State.RUNNING)
        ends = time.monotonic() + seconds
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.export.watermark is None:
            self._begin()
        while time.monotonic() < ends:
            if not self._step():
                with self.lease.kept():
                    self._end()
                return False
        return True

    def _update(self, **values: object) -> None:
        """Raises Stopped where the export is gone or another went on with it."""
        changed = Export.objects.filter(id=self.export.id, parts=self.export.parts, state__in=UNFINISHED)
        if not changed.update(**values):
            raise Stopped

    def _begin(self) -> None:
        """What belongs to it is settled once: the articles that there are now."""
        # Before the watermark: what came up to there is in the index already.
        changes = Consumer.objects.filter(name=CONSUMER).values_list("offset", flat=True).first()
        self.export.changes = min(changes or 0, publishing.published())
        self.export.watermark = self.reader.watermark()
        self.export.total = self.reader.count(self.query, self.export.watermark)
        settled = {name: getattr(self.export, name) for name in ("changes", "watermark", "total")}
        self._update(**settled)

    def _step(self) -> bool:
        """Write the next part; whether there was one."""
        if not self.lease.hold():
            raise Stopped
        export = self.export
        if export.parts == 0 and (head := self.format.begin()):
            self._commit(head, b"", 0, "")
        hits = self._next()
        if not hits:
            return False
        with rows.uncollected():
            data, known = self.format.part(hits, export.size)
        self._commit(data, known, len(hits), str(hits[-1].sort_key))
        return True

    def _next(self) -> list[Hit]:
        found: list[Hit] = []
        size, page = 0, PAGE
        after = int(self.export.after) if self.export.after else None
        while len(found) < ARTICLES and size < BYTES:
            limit = min(page, ARTICLES - len(found))
            hits = self.reader.search(Search(self.query, self.export.sort, limit, after, self.export.watermark)).hits
            found += hits
            size += sum(len(hit.card) for hit in hits)
            if len(hits) < limit:
                break
            after = hits[-1].sort_key
            page = min(PAGE, max(10, BYTES // (4 * max(size // len(found), 1))))
        return found

    def _commit(self, data: bytes, known: bytes, count: int, after: str) -> None:
        """A part's file first, then its row: what a row names is there, whole."""
        if shutil.disk_usage(self.directory).free < ROOM + len(data):
            raise OSError(28, "there is too little room on the disk")
        packed = gzipped(data) if self.export.compression else data
        # A name of its own: who holds the lease no more and does not know yet writes over nobody's part.
        name = f"{self.export.parts:06d}-{secrets.token_hex(4)}"
        _write(self.directory / name, packed)
        if known:
            _write(self.directory / f"{name}.known", known)
        self._committed(name, len(packed), count, after)

    def _committed(self, name: str, size: int, count: int, after: str) -> None:
        export = self.export
        after = after or export.after
        try:
            with transaction.atomic():
                self._update(
                    parts=export.parts + 1, done=export.done + count, size=export.size + size, after=after, attempts=0
                )
                ExportPart.objects.create(export=export, index=export.parts, name=name, size=size)
        except IntegrityError as error:
            raise Stopped from error
        export.parts, export.done, export.size = export.parts + 1, export.done + count, export.size + size
        export.after = after

    def _end(self) -> None:
        export = self.export
        names = [part.name for part in export.pieces.order_by("index")]
        tail = f"{export.parts:06d}-{secrets.token_hex(4)}"
        size = 0
        with (self.directory / tail).open("wb") as file:
            for piece in self.format.end(self._known(names), export.size):
                size += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        checksum = _sha256(self.directory / name for name in (*names, tail))
        now = timezone.now()
        with transaction.atomic():
            self._update(
                state=State.READY, parts=export.parts + 1, size=export.size + size, checksum=checksum,
                finished_at=now, expires_at=now + timedelta(hours=settings.EXPORTS_HOURS),
            )  # fmt: skip
            ExportPart.objects.create(export=export, index=export.parts, name=tail, size=size)
        # What only those left who were killed half way, and what nobody needs any more.
        for path in self.directory.iterdir():
            if path.name not in {*names, tail}:
                path.unlink(missing_ok=True)

    def _known(self, names: list[str]) -> Iterator[bytes]:
        for name in names:
            path = self.directory / f"{name}.known"
            if path.exists():
                yield path.read_bytes()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sha256(paths: Iterator[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                found.update(piece)
    return found.hexdigest()
