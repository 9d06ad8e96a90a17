"""Follows the changes of articles into a writer: what is written is always what the rows say now."""

from __future__ import annotations

from django.db.models import Q

from articles.models import Change
from articles.publishing import publish
from search import quarantine, rows
from search.engines.base import Writer

BATCH = 500


class Follower:
    """Knows how far a writer followed; `position` counts what is written, committed or not."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.position = writer.offset()

    def follow(self, limit: int = BATCH) -> int:
        """Write the articles of up to `limit` changes; how many changes there were. Nothing is committed."""
        publish()
        changes = Change.objects.filter(seq__gt=self.position).order_by("seq")
        found = list(changes.values_list("seq", "article_id")[:limit])
        if found:
            batch = rows.by_id(article for _, article in found)
            refused = batch.refused + self.writer.write(batch.documents)
            quarantine.settle((document.id for document in batch.documents), refused)
            self.position = found[-1][0] or self.position
        return len(found)


def waiting(position: int) -> int:
    """How many changes there are after a position, those without a number yet included."""
    return Change.objects.filter(Q(seq__gt=position) | Q(seq=None)).count()
