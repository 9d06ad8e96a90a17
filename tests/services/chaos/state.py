"""Run as a module beside a service: prints as JSON what its database and its index hold."""

from __future__ import annotations

import json
import sys
from typing import Any

import django

AT_A_TIME = 1_000


def read() -> dict[str, Any]:
    """Articles as [external id, id, version, deleted, text], what is indexed as [id, version, deleted]."""
    from django.conf import settings
    from django.db.models import Count

    from articles.models import Article, Change, Consumer
    from ingest.models import Capture
    from search.engines import open_engine

    reader = open_engine(settings.SEARCH_URL, str(settings.DATA_DIR)).reader()
    stored: list[Any] = []
    after = 0
    while found := reader.stored(after, AT_A_TIME):
        stored += [[str(each.id), each.version, each.deleted] for each in found]
        after = found[-1].number
    rows = Article.objects.order_by("number").values_list("external_id", "id", "version", "deleted_at", "document")
    return {
        "captures": dict(Capture.objects.order_by().values_list("state").annotate(Count("id"))),
        "attempts": dict(Capture.objects.order_by().values_list("attempts").annotate(Count("id"))),
        "pending": Capture.objects.filter(pending=True).count(),
        "articles": [
            [name, str(pk), version, deleted is not None, document.get("body") or ""]
            for name, pk, version, deleted, document in rows.iterator()
        ],
        "changes": Change.objects.count(),
        "unpublished": Change.objects.filter(seq__isnull=True).count(),
        "offsets": dict(Consumer.objects.values_list("name", "offset")),
        "stored": stored,
    }


if __name__ == "__main__":
    django.setup()
    json.dump(read(), sys.stdout)
