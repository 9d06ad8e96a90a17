"""Writes one generation: bulk requests whose results are read item by item."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import orjson

from search.engines.base import Refused, Stored
from search.engines.elasticsearch.connection import JSON, NDJSON, Connection, Failed, explained, path, unavailable
from search.engines.elasticsearch.documents import Prepared, prepare
from search.engines.elasticsearch.indices import Build, Indices
from search.results import IndexDocument

logger = logging.getLogger(__name__)

BATCH_BYTES = 4_000_000
BATCH = 500
PATIENCE = 20.0
"""Seconds that a busy engine is asked again, before it counts as away."""
FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0
BULK = "/_bulk?filter_path=items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason"


class ElasticsearchWriter:
    """Not for several threads; several processes may write one generation, since every write carries its version."""

    def __init__(self, indices: Indices, build: Build) -> None:
        self._indices = indices
        self._connection: Connection = indices.connection
        self.name = build.name
        self._progress = indices.progress(build.name)
        self._known = set(build.indices)
        # One request is under way while the next batch is analysed.
        self._sender = ThreadPoolExecutor(1, "elasticsearch-bulk")
        self._closed = False

    def write(self, documents: Iterable[IndexDocument]) -> list[Refused]:
        refused: list[Refused] = []
        sent: Future[list[Refused]] | None = None
        for batch in _batches(documents, refused):
            if sent is not None:
                refused += sent.result()
            sent = self._sender.submit(self._send, batch)
        if sent is not None:
            refused += sent.result()
        return refused

    def begin(self, documents: Sequence[IndexDocument]) -> Callable[[], list[Refused]]:
        """They are analysed now, and sent while the caller does something else."""
        refused: list[Refused] = []
        sent = [self._sender.submit(self._send, batch) for batch in _batches(documents, refused)]
        return lambda: refused + [one for future in sent for one in future.result()]

    def commit(self, offset: int, built: int | None = None) -> None:
        """The offset is saved last: after a crash in between, changes are followed again, which is harmless."""
        # Always: other processes write this generation too, and leave it to this one to make it visible.
        self._refresh()
        progress = replace(self._progress, offset=offset, built=self._progress.built if built is None else built)
        if progress != self._progress:
            self._indices.save(self.name, offset=progress.offset, built=progress.built)
            self._progress = progress

    def offset(self) -> int:
        return self._progress.offset

    def built(self) -> int:
        return self._progress.built

    def purge(self, stored: Sequence[Stored]) -> None:
        tombstones = [one for one in stored if one.deleted]
        for at in range(0, len(tombstones), BATCH):
            some = {str(one.id): one for one in tombstones[at : at + BATCH]}
            asked = {
                "query": {"bool": {"filter": [{"ids": {"values": list(some)}}, {"term": {"deleted": True}}]}},
                "size": 2 * BATCH, "_source": False, "version": True,
            }  # fmt: skip
            target = path(self._indices.target(self.name), "_search")
            found = self._ask("POST", f"{target}?ignore_unavailable=true", orjson.dumps(asked))
            lines = []
            for raw in found["hits"]["hits"]:
                if raw["_version"] == some[raw["_id"]].version:
                    action = {"_index": raw["_index"], "_id": raw["_id"]}
                    version = {"version": raw["_version"], "version_type": "external_gte"}
                    lines.append(orjson.dumps({"delete": {**action, **version}}) + b"\n")
            if lines:
                self._ask("POST", BULK, b"".join(lines))

    def close(self) -> None:
        self._closed = True
        self._sender.shutdown()

    def _send(self, batch: list[Prepared]) -> list[Refused]:
        """Until each item was taken, overtaken by a newer version, or refused for good."""
        refused: list[Refused] = []
        waiting = _Waiting()
        # What nobody waits for any more need not be sent.
        todo = [] if self._closed else [batch]
        while todo:
            some = todo.pop()
            try:
                answer = self._connection.send("POST", BULK, b"".join(map(self._line, some)), NDJSON)
            except Failed as error:
                if error.failure.status == 413 and len(some) > 1:
                    todo += [some[: len(some) // 2], some[len(some) // 2 :]]
                elif error.failure.status == 413:
                    refused.append(_refused(some[0], "It is larger than Elasticsearch takes a request."))
                elif error.failure.busy:
                    waiting.wait(str(error))
                    todo.append(some)
                else:
                    raise explained(error.failure) from error
                continue
            again = []
            for one, item in zip(some, answer["items"], strict=True):
                (result,) = item.values()
                status = result["status"]
                if status < 300 or status == 409:
                    # 409: a newer version is there.
                    continue
                if status in (429, 502, 503, 504):
                    again.append(one)
                elif status == 404:
                    raise unavailable(f"The index {self.name} is gone.")
                elif status in (400, 413):
                    refused.append(_refused(one, _reason(result)))
                else:
                    raise unavailable(f"Elasticsearch could not write ({status}): {_reason(result)}")
            if again:
                waiting.wait(f"{len(again)} of {len(some)} items were turned away")
                todo.append(again)
        return refused

    def _line(self, one: Prepared) -> bytes:
        index = self._indices.index(self.name, one.period)
        if index not in self._known:
            self._indices.add(index)
            self._known.add(index)
        return (
            b'{"index":{"_index":"%b-write","_id":"%b","require_alias":true,"version":%d,"version_type":"external_gte"}}\n'
            b"%b\n" % (index.encode(), str(one.id).encode(), one.version, one.body)
        )

    def _refresh(self) -> None:
        """Raises EngineUnavailable where a part of the index could not be refreshed."""
        waiting = _Waiting()
        target = path(self._indices.target(self.name), "_refresh") + "?ignore_unavailable=true"
        while failed := self._ask("POST", target, None)["_shards"]["failed"]:
            waiting.wait(f"{failed} shards could not be refreshed")

    def _ask(self, method: str, target: str, body: bytes | None) -> Any:
        """As long as the engine is busy, later and later."""
        waiting = _Waiting()
        while True:
            try:
                return self._connection.send(method, target, body, NDJSON if target == BULK else JSON)
            except Failed as error:
                if not error.failure.busy:
                    raise explained(error.failure) from error
                waiting.wait(str(error))


class _Waiting:
    """Backs off with full jitter; gives up after PATIENCE."""

    def __init__(self) -> None:
        self._until = time.monotonic() + PATIENCE
        self._longest = FIRST_WAIT

    def wait(self, reason: str) -> None:
        if time.monotonic() > self._until:
            raise unavailable(f"Elasticsearch stays too busy: {reason[:300]}")
        logger.warning("elasticsearch is busy: %s", reason[:300])
        time.sleep(self._longest * random.uniform(0.5, 1.0))
        self._longest = min(self._longest * 2, LONGEST_WAIT)


def _batches(documents: Iterable[IndexDocument], refused: list[Refused]) -> Iterator[list[Prepared]]:
    batch: list[Prepared] = []
    size = 0
    for document in documents:
        try:
            one = prepare(document)
        except ValueError as error:
            refused.append(Refused(document.id, document.number, document.version, str(error)))
            continue
        batch.append(one)
        size += len(one.body)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _refused(one: Prepared, reason: str) -> Refused:
    return Refused(one.id, one.number, one.version, reason[:500])


def _reason(result: dict[str, Any]) -> str:
    error = result.get("error") or {}
    cause = (error.get("caused_by") or {}).get("reason")
    return f"{error.get('type')}: {error.get('reason')}" + (f" ({cause})" if cause else "")
