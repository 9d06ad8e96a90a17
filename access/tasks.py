"""What beat asks of this room."""

from __future__ import annotations

from access import idempotency
from newsapi.celery import app


@app.task(name="access.tasks.forget_answers")  # type: ignore[untyped-decorator]
def forget_answers() -> int:
    """Remove the answers that were kept for repeated writes for long enough."""
    return idempotency.forget()
