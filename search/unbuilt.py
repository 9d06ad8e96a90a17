"""A reader that says so while there is no index to read: an empty answer would be a wrong one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import Error as DatabaseError
from django.utils import timezone

from articles.models import Article
from search.crosstabs import Crosstab, Table
from search.engines.base import EngineUnavailable
from search.engines.timed import TimedReader
from search.models import Quarantine
from search.query import Query
from search.results import Aggregation, Buckets, Page, Search

GRACE = timedelta(seconds=15)
"""How old an article must be before an empty index means that it is still to be built."""
RETRY_AFTER = 5


class WholeReader(TimedReader):
    """What comes back empty from an empty index raises EngineUnavailable (`index_building`) where the database has
    articles that should have been in it."""

    def search(self, search: Search) -> Page:
        page = super().search(search)
        if not page.total:
            self._check()
        return page

    def count(self, query: Query, watermark: int | None = None) -> int:
        count = super().count(query, watermark)
        if not count:
            self._check()
        return count

    def aggregate(self, query: Query, aggregations: Sequence[Aggregation]) -> tuple[Buckets, ...]:
        found = super().aggregate(query, aggregations)
        if not any(buckets.total for buckets in found):
            self._check()
        return found

    def tabulate(self, query: Query, asked: Crosstab, watermark: int | None = None) -> Table:
        found = super().tabulate(query, asked, watermark)
        if not found.total:
            self._check()
        return found

    def _check(self) -> None:
        if self.reader.watermark():
            return
        missing = Article.objects.filter(deleted_at=None, created_at__lt=timezone.now() - GRACE)
        try:
            waits = missing.exclude(id__in=Quarantine.objects.values("article_id")).exists()
        except DatabaseError:
            # The answer is as good as it gets: searching has to go on without the database.
            return
        if waits:
            raise EngineUnavailable(
                "The index is being built from the database; nothing can be searched before that is done.",
                code="index_building",
                retry_after=RETRY_AFTER,
            )
