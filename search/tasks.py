"""What beat asks of the index."""

from __future__ import annotations

from uuid import UUID

from newsapi.celery import app
from search import reconciling
from search.exports import making, services


@app.task(name="search.tasks.reconcile")  # type: ignore[untyped-decorator]
def reconcile() -> None:
    """Ask the indexer to compare the index with the database."""
    reconciling.request()


@app.task(name="search.exports.make", soft_time_limit=1_700, time_limit=1_800)  # type: ignore[untyped-decorator]
def make_export(export_id: str) -> None:
    """Go on with an export; what is left after a while comes back to the end of the queue."""
    if making.make(UUID(export_id)):
        make_export.delay(export_id)


@app.task(name="search.exports.sweep")  # type: ignore[untyped-decorator]
def sweep_exports() -> int:
    """Find exports that nobody works on, and remove those whose time is over."""
    return services.sweep()
