"""Elasticsearch by its address; generations of the index lie beside each other in the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

from django.conf import settings

from search.engines.base import Generation, Reader, Writer
from search.engines.elasticsearch.address import Address
from search.engines.elasticsearch.connection import connect
from search.engines.elasticsearch.indices import Build, Indices
from search.engines.elasticsearch.reader import ElasticsearchReader
from search.engines.elasticsearch.writer import ElasticsearchWriter


@dataclass(frozen=True, slots=True)
class Options:
    """How indices are made, and how long a search may take (s). `period`: `month` for an index a month, or nothing."""

    shards: int = 1
    replicas: int = 0
    period: str = ""
    timeout: float = 10.0


class ElasticsearchEngine:
    """`http(s)://[user:password@]host[:port][,host2…][/prefix]`. Making one sends nothing yet."""

    parallel = True

    def __init__(self, address: Address, options: Options) -> None:
        self.address = address
        connection = connect(address, options.timeout)
        self._indices = Indices(
            connection, address.prefix, options.shards, options.replicas, monthly=options.period == "month"
        )

    @classmethod
    def open(cls, url: str, data_dir: str) -> Self:
        """With the options of the settings. Raises EngineUnavailable for an address that is none."""
        options = Options(
            settings.SEARCH_SHARDS, settings.SEARCH_REPLICAS, settings.SEARCH_PERIOD, settings.SEARCH_TIMEOUT
        )
        return cls(replace(Address.parse(url), ca_file=settings.SEARCH_CA_FILE), options)

    def reader(self, generation: str | None = None) -> Reader:
        if generation is not None:
            self._indices.find(generation).check()
        return ElasticsearchReader(self._indices, generation)

    @contextmanager
    def writer(self, generation: str | None = None) -> Iterator[Writer]:
        """What is not committed when the block ends may be seen after a later commit: it has to be written again."""
        build = self._live() if generation is None else self._indices.find(generation)
        build.check()
        writer = ElasticsearchWriter(self._indices, build)
        try:
            yield writer
        finally:
            writer.close()

    def _live(self) -> Build:
        """The live generation; an empty one is made live where there is none."""
        live = self._indices.live()
        if live is not None:
            return live
        made = self.create()
        live = self._indices.live()
        if live is not None:
            # Another process was quicker.
            self.discard(made.name)
            return live
        self.activate(made.name)
        return self._indices.find(made.name)

    def generations(self) -> tuple[Generation, ...]:
        return self._indices.generations()

    def live(self) -> str | None:
        live = self._indices.live()
        return live.name if live else None

    def create(self) -> Generation:
        return self._indices.create()

    def activate(self, name: str) -> None:
        self._indices.activate(name)

    def discard(self, name: str) -> None:
        self._indices.discard(name)

    def drop_period(self, period: str) -> int:
        """Drop what was first seen in a month (`yyyymm`), as one index; how many generations had it.

        Only where there is an index a month (SEARCH_PERIOD). The articles have to be removed from the database first:
        a reconcile would bring them back.
        """
        return self._indices.drop_period(period)

    def outdated(self, generation: str | None = None) -> str | None:
        if generation is not None:
            return self._indices.find(generation).outdated()[1]
        live = self._indices.live()
        return live.outdated()[1] if live else "There is no index yet."

    def clear(self) -> None:
        made = self.create()
        self.activate(made.name)
        for generation in self.generations():
            if generation.name != made.name:
                self.discard(generation.name)
