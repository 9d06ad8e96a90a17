"""What beat asks of the index."""

from __future__ import annotations

from newsapi.celery import app
from search import reconciling


@app.task(name="search.tasks.reconcile")  # type: ignore[untyped-decorator]
def reconcile() -> None:
    """Ask the indexer to compare the index with the database."""
    reconciling.request()
