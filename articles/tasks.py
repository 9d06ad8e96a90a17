"""What beat asks of this room."""

from __future__ import annotations

from articles import changefeed
from newsapi.celery import app


@app.task(name="articles.tasks.forget_changes")  # type: ignore[untyped-decorator]
def forget_changes() -> int:
    """Remove changes that need not be kept any longer."""
    return changefeed.forget()
