"""A small cache in the process for what is looked up again and again: it forgets after seconds, never grows."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Keeps up to `size` values for `ttl` seconds. Safe between threads: the worst that can happen is a second look."""

    def __init__(self, ttl: float, size: int = 4_096) -> None:
        self._ttl = ttl
        self._size = size
        self._kept: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        found = self._kept.get(key)
        return found[1] if found and found[0] > time.monotonic() else None

    def put(self, key: K, value: V) -> V:
        if len(self._kept) >= self._size:
            self._kept = {}
        self._kept[key] = time.monotonic() + self._ttl, value
        return value

    def remember(self, key: K, make: Callable[[], V]) -> V:
        """The kept value, else the one that `make` gives now. What `make` raises is not kept."""
        found = self.get(key)
        return self.put(key, make()) if found is None else found

    def clear(self) -> None:
        self._kept = {}
