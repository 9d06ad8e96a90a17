"""How articles are written: one writer at a time, numbers that only grow, and a Change for everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from articles.models import Article, Change, ChangeKind, Counter
from newsapi import wakeups

NUMBERS = "article"
_followers: list[Callable[[], None]] = []


class Numbers:
    """Gives article numbers within one write."""

    def __init__(self, last: int) -> None:
        self.last = last

    def take(self) -> int:
        self.last += 1
        return self.last


@contextmanager
def writing() -> Iterator[Numbers]:
    """A transaction in which nobody else writes articles, entities or sources. Keep it short: no work on text in it.

    SQLite takes one writer anyway (the transaction begins immediate); elsewhere the counter's row is the lock. So what
    is looked up inside (is this body here already?) still holds at the commit.
    """
    with transaction.atomic():
        counter, _ = Counter.objects.select_for_update().get_or_create(name=NUMBERS)
        numbers = Numbers(counter.value)
        yield numbers
        if numbers.last != counter.value:
            Counter.objects.filter(name=NUMBERS).update(value=numbers.last)


def change(article: Article, kind: ChangeKind) -> Change:
    """The change of an article to the version it has now, not saved yet."""
    return Change(article_id=article.id, kind=kind, version=article.version)


def record(changes: Sequence[Change]) -> None:
    """Save changes, and wake up who follows them once they are committed."""
    if changes:
        Change.objects.bulk_create(changes)
        transaction.on_commit(announce)


def follow(wake: Callable[[], None]) -> None:
    """Have `wake` called after each commit of changes. It must be quick, and never raise."""
    _followers.append(wake)


def announce() -> None:
    wakeups.notify("changes")
    for wake in _followers:
        wake()
