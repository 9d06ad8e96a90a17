"""Which indices there are: a generation is one index, or one a month; aliases say which is live and where to write.

PREFIX-000001            an index, PREFIX-000001-202611 that of a month
PREFIX-000001-write      its alias for writers: once the index is gone, a late write fails instead of making a new one
PREFIX-read              alias of all indices of the live generation; swapped in one step
PREFIX-write             the same, for other tools that write
PREFIX-state             a document for each generation: how far it has followed the changes, whether it was live
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from elasticsearch import BadRequestError, ConflictError, Elasticsearch, NotFoundError

from search import analysis
from search.engines.base import EngineUnavailable, Generation, State
from search.engines.elasticsearch import mapping
from search.engines.elasticsearch.connection import Connection, unavailable

COUNTER = "counter"
"""Its version in the state index is the last name given out."""
STATE_FIELDS = {"offset": {"type": "long"}, "built": {"type": "long"}, "was_live": {"type": "boolean"}}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a generation has followed the changes and was built, and whether it ever was the live one."""

    offset: int = 0
    built: int = 0
    was_live: bool = False


@dataclass(frozen=True, slots=True)
class Build:
    """A generation as it lies in the cluster: its indices, and what they were made by."""

    name: str
    indices: tuple[str, ...]
    live: bool
    meta: Mapping[str, Any]

    def outdated(self) -> tuple[bool, str | None]:
        """Whether it can be read at all, and why it has to be built anew, if it has to."""
        if self.meta.get("layout") != mapping.fingerprint():
            return False, "The index was made by another version, with other fields."
        if self.meta.get("analysis") != analysis.VERSION:
            return True, "The index was made with another version of the text analysis."
        return True, None

    def check(self) -> None:
        """Raises EngineUnavailable where it cannot be read."""
        readable, reason = self.outdated()
        if not readable:
            raise EngineUnavailable(f"{reason} It has to be built anew (newsapi reindex).", code="index_outdated")


class Indices:
    """The indices with one prefix."""

    def __init__(self, connection: Connection, prefix: str, shards: int, replicas: int, monthly: bool) -> None:
        self.connection = connection
        self.prefix = prefix
        self.read = f"{prefix}-read"
        self.monthly = monthly
        self._write = f"{prefix}-write"
        self._state = f"{prefix}-state"
        self._settings = mapping.settings(shards, replicas)
        self._replicas = replicas
        self._readable: set[str] = set()
        self._pattern = re.compile(rf"{re.escape(prefix)}-([0-9]{{6}})(?:-([0-9]{{6}}))?")

    def builds(self) -> list[Build]:
        """All generations, oldest first."""
        with self.connection.administering() as client:
            found = client.indices.get(
                index=f"{self.prefix}-*", filter_path=["*.aliases", "*.mappings._meta"], expand_wildcards="open"
            ).body
        builds: dict[str, Build] = {}
        for index, about in sorted(found.items()):
            match = self._pattern.fullmatch(index)
            if match is None:
                continue
            live = self.read in (about.get("aliases") or {})
            meta = (about.get("mappings") or {}).get("_meta") or {}
            build = builds.setdefault(match[1], Build(match[1], (), False, meta))
            # Of several, an index of another layout is the one that tells.
            worse = meta if meta.get("layout") != mapping.fingerprint() else build.meta
            builds[match[1]] = replace(build, indices=(*build.indices, index), live=build.live or live, meta=worse)
        return [builds[name] for name in sorted(builds)]

    def find(self, name: str) -> Build:
        """Raises EngineUnavailable where there is no such generation."""
        build = _named(self.builds(), name)
        if build is None:
            raise self._missing(name)
        return build

    def _missing(self, name: str) -> EngineUnavailable:
        return EngineUnavailable(f"There is no index “{name}” under {self.prefix}.")

    def live(self) -> Build | None:
        return next((build for build in reversed(self.builds()) if build.live), None)

    def generations(self) -> tuple[Generation, ...]:
        made = []
        for build in self.builds():
            state = State.LIVE if build.live else State.BUILDING
            if not build.live and self.progress(build.name).was_live:
                state = State.PREVIOUS
            made.append(Generation(build.name, state, _moment(build.meta)))
        return tuple(made)

    def check(self, indices: Collection[str]) -> None:
        """Raises EngineUnavailable where one of these indices cannot be read."""
        if self._readable.issuperset(indices):
            return
        for build in self.builds():
            if not set(build.indices).isdisjoint(indices):
                build.check()
        # What an index was made by never changes, and its name is not used again.
        self._readable |= set(indices)

    def target(self, name: str | None) -> str:
        """What a search of one generation, or of the live one, is addressed to."""
        return self.read if name is None else f"{self.prefix}-{name},{self.prefix}-{name}-*"

    def index(self, name: str, period: str) -> str:
        """Where an article of a period is kept."""
        return f"{self.prefix}-{name}-{period}" if self.monthly else f"{self.prefix}-{name}"

    def create(self) -> Generation:
        """A new, empty generation that is not live."""
        with self.connection.administering() as client:
            self._make_state(client)
            name = self._next_name(client)
            client.index(index=self._state, id=name, document=asdict(Progress()))
        return Generation(name, State.BUILDING, self._make(self.index(name, _this_month())))

    def add(self, index: str) -> None:
        """Make an index of a generation that may be live, if it is not there: then it is searched with the others."""
        self._make(index)
        match = self._pattern.fullmatch(index)
        live = self.live()
        if match and live and live.name == match[1]:
            self._swap([], [index])

    def _make(self, index: str) -> datetime:
        now = datetime.now(UTC)
        with self.connection.administering() as client:
            try:
                client.indices.create(
                    index=index,
                    settings=self._settings,
                    mappings=mapping.mappings(now.isoformat(timespec="milliseconds")),
                    aliases={f"{index}-write": {}},
                    wait_for_active_shards=1,
                )
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise
        return now

    def activate(self, name: str) -> None:
        """Make a generation the live one. Older previous ones are removed."""
        before = self.builds()
        build = _named(before, name)
        if build is None:
            raise self._missing(name)
        build.check()
        if build.live:
            return
        others = [other for other in before if other.live]
        for other in others:
            self.save(other.name, was_live=True)
        self._swap([index for other in others for index in other.indices], list(build.indices))
        if not others and not self.monthly:
            return
        after = self.builds()
        # A month that began while the aliases were swapped.
        now = _named(after, name)
        missed = set(now.indices if now else ()) - set(build.indices)
        if missed:
            self._swap([], sorted(missed))
        kept = {name, *(other.name for other in others)}
        for old in after:
            if old.name not in kept and self.progress(old.name).was_live:
                self._remove(old)

    def _swap(self, gone: list[str], come: list[str]) -> None:
        aliases = (self.read, self._write)
        actions = [{"remove": {"index": i, "alias": a, "must_exist": False}} for i in gone for a in aliases]
        actions += [{"add": {"index": i, "alias": a}} for i in come for a in aliases]
        with self.connection.administering() as client:
            client.indices.update_aliases(actions=actions)

    def discard(self, name: str) -> None:
        """Raises EngineUnavailable for the live one; one that is gone is fine."""
        for build in self.builds():
            if build.name == name:
                if build.live:
                    raise EngineUnavailable(f"The index {name} is the live one.")
                self._remove(build)

    def _remove(self, build: Build) -> None:
        with self.connection.administering() as client:
            client.indices.delete(index=list(build.indices), ignore_unavailable=True)
            client.options(ignore_status=404).delete(index=self._state, id=build.name)

    def drop_period(self, period: str) -> int:
        """Drop the index of a month (`yyyymm`) from every generation; how many there were."""
        dropped = 0
        for build in self.builds():
            index = f"{self.prefix}-{build.name}-{period}"
            if index not in build.indices:
                continue
            last = build.indices == (index,)
            other = self.index(build.name, _this_month())
            # A generation without any index would not be there at all.
            if last and other != index:
                self.add(other)
            with self.connection.administering() as client:
                client.indices.delete(index=index, ignore_unavailable=True)
            if last and other == index:
                self._make(index)
                if build.live:
                    self._swap([], [index])
            dropped += 1
        return dropped

    def progress(self, name: str) -> Progress:
        with self.connection.administering() as client:
            try:
                found = client.get(index=self._state, id=name)
            except NotFoundError:
                return Progress()
        return Progress(**{field: found["_source"][field] for field in STATE_FIELDS})

    def save(self, name: str, **fields: int | bool) -> None:
        """Change fields of a generation's Progress. Raises EngineUnavailable where the generation is gone."""
        with self.connection.administering() as client:
            try:
                client.update(index=self._state, id=name, doc=fields, retry_on_conflict=5, source=False)
            except NotFoundError as error:
                raise unavailable(f"The index {name} is gone.") from error

    def _make_state(self, client: Elasticsearch) -> None:
        try:
            client.indices.create(
                index=self._state,
                settings={"number_of_shards": 1, "number_of_replicas": self._replicas},
                mappings={"dynamic": "strict", "properties": STATE_FIELDS},
            )
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    def _next_name(self, client: Elasticsearch) -> str:
        """A name that nobody had before: the counter only takes a higher version than it has."""
        last = max((int(build.name) for build in self.builds()), default=0)
        found = client.options(ignore_status=404).get(index=self._state, id=COUNTER, source=False)
        last = max(last, found.get("_version", 0))
        for number in range(last + 1, last + 100):
            try:
                client.index(index=self._state, id=COUNTER, document={}, version=number, version_type="external")
            except ConflictError:
                continue
            return f"{number:06}"
        raise unavailable("Too many indices are being made at the same time.")


def _named(builds: Sequence[Build], name: str) -> Build | None:
    return next((build for build in builds if build.name == name), None)


def _moment(meta: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(str(meta.get("created_at")))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _this_month() -> str:
    return f"{datetime.now(UTC):%Y%m}"
