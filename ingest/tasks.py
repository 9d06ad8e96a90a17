"""Celery's side of the pipeline: wake-ups. What is to be done is in the rows."""

from __future__ import annotations

import gc
from typing import Any

from celery.signals import worker_init, worker_ready
from django.utils import timezone

from ingest import batches, fetching, pipeline, waking
from newsapi.celery import app

QUEUE = "ingest"
DRAIN_SECONDS = 4.0
"""Shorter than the supervisor waits for a worker to finish."""


@worker_init.connect  # type: ignore[untyped-decorator]
def warm(sender: Any, **kwargs: Any) -> None:
    """Load gazetteers and models before the worker forks: once in memory for all, and no document waits for it."""
    if QUEUE not in sender.app.amqp.queues.consume_from:
        return
    from ingest import structuring

    structuring.warm()
    # What the collector never looks at is never written to, and stays shared.
    gc.collect()
    gc.freeze()


@worker_ready.connect  # type: ignore[untyped-decorator]
def look(sender: Any, **kwargs: Any) -> None:
    """Begin with what waits already: who was to be woken for it may have died."""
    if QUEUE in sender.app.amqp.queues.consume_from:
        waking.wake_anew()


@app.task(name="ingest.tasks.process_captures")  # type: ignore[untyped-decorator]
def process_captures() -> int:
    """Process captures until none wait; if there are many, other workers are called to help."""
    waking.begun()
    count = pipeline.process()
    if not count:
        return 0
    if pipeline.waits():
        waking.wake()
        count += pipeline.drain(DRAIN_SECONDS)
    if pipeline.waits():
        waking.wake()
    return count


@app.task(name="ingest.tasks.fetch_pages")  # type: ignore[untyped-decorator]
def fetch_pages() -> int:
    """Fetch the pages whose addresses were posted, and structure what comes and what waits meanwhile."""
    waking.fetcher_begun()
    count = fetching.run(between=pipeline.process)
    if fetching.is_due(timezone.now()):
        waking.wake_fetcher()
    return count


@app.task(name="ingest.tasks.sweep")  # type: ignore[untyped-decorator]
def sweep() -> bool:
    """Find what was left behind: a wake-up that was lost, a process that was killed."""
    batches.close_abandoned()
    if fetching.is_due(timezone.now()):
        waking.wake_fetcher()
    if not pipeline.waits():
        return False
    waking.wake_anew()
    return True


@app.task(name="ingest.polling.poll")  # type: ignore[untyped-decorator]
def poll() -> int:
    """Poll the sources that are due; if there is more than one run takes, another is called."""
    from ingest.polling import claiming, poller
    from ingest.polling import waking as polling

    polling.begun()
    if not claiming.is_due(timezone.now()):
        return 0
    count = poller.run()
    if count and claiming.is_due(timezone.now()):
        polling.wake_after_commit()
    return count


@app.task(name="ingest.polling.tidy")  # type: ignore[untyped-decorator]
def tidy() -> int:
    """Remove what its source allows to be kept no longer, and forget entries that are gone for long."""
    from ingest.polling import retention

    retention.forget(timezone.now())
    return retention.expire(timezone.now())
