"""Keeps the Topic rows as the data file has them."""

from __future__ import annotations

from django.db import transaction

from articles.models import Topic
from articles.topics import all_topics


def fill(using: str = "default") -> None:
    """Make and correct the rows of all topics. Does nothing where they are right; safe to repeat."""
    fields = ("code", "name", "parent_id", "level")
    wanted = {(topic.code, topic.name, topic.parent, topic.level) for topic in all_topics().values()}
    rows = Topic.objects.using(using)
    if set(rows.values_list(*fields)) == wanted:
        return
    with transaction.atomic(using=using):
        ordered = sorted(wanted, key=lambda values: values[3])
        rows.bulk_create(
            [Topic(**dict(zip(fields, values, strict=True))) for values in ordered],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "parent", "level"],
        )
