"""The Celery app: tasks are wake-ups, the work is rows, and what is lost here a sweeper finds."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from celery import Celery, Task
from celery.signals import (
    beat_init,
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_ready,
)

from newsapi import context

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
PUBLISHES_WITHIN = 0.25
"""Seconds that a broker has for each answer to who publishes: a request waits for it."""
REQUEST = "request_id"
MAX_COUNTDOWN = 60.0
"""Seconds. What waits longer is a row with the time of its next attempt: Redis would give it out again and again."""


class App(Celery):  # type: ignore[misc]
    """Celery whose publishers do not wait for a broker that hangs; its consumers wait as the settings say."""

    def connection_for_write(self, url: str | None = None, **kwargs: Any) -> Any:
        given = kwargs.pop("transport_options", None) or {}
        options = {**given, "socket_timeout": PUBLISHES_WITHIN, "max_retries": 0}
        return super().connection_for_write(url, transport_options=options, **kwargs)


class Soon(Task):  # type: ignore[misc]
    """A task that is to run now or within MAX_COUNTDOWN."""

    def apply_async(self, *args: Any, countdown: float | None = None, eta: datetime | None = None, **more: Any) -> Any:
        if eta is not None:
            countdown = (eta - datetime.now(eta.tzinfo or UTC)).total_seconds()
        if countdown is not None and countdown > MAX_COUNTDOWN:
            raise ValueError(f"{self.name} is to run in {countdown:.0f} s; keep its time in a row for a sweeper.")
        return super().apply_async(*args, countdown=countdown, **more)


_running = ExitStack()
"""Of the one task that this process runs."""
app = App("newsapi", task_cls=Soon)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]
def _leave_logging_alone(**kwargs: Any) -> None:
    """With a receiver Celery adds no handlers of its own: logging is set up by the settings."""


@worker_init.connect  # type: ignore[untyped-decorator]
@beat_init.connect  # type: ignore[untyped-decorator]
def _wait_for_schema(**kwargs: Any) -> None:
    from newsapi.serving import schema

    schema.wait()


@before_task_publish.connect  # type: ignore[untyped-decorator]
def _tell_request(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    """A task is about the request that asked for it."""
    if headers is not None and (identifier := context.request_id()):
        headers[REQUEST] = identifier


@task_prerun.connect  # type: ignore[untyped-decorator]
def _take_request(task: Task, **kwargs: Any) -> None:
    _running.enter_context(context.of_request(str(task.request.get(REQUEST) or "")))


@task_postrun.connect  # type: ignore[untyped-decorator]
def _drop_request(**kwargs: Any) -> None:
    _running.close()


@worker_ready.connect  # type: ignore[untyped-decorator]
def _worker_appears(sender: Any, **kwargs: Any) -> None:
    from newsapi import presence

    presence.appear("worker", about=",".join(queue.name for queue in sender.task_consumer.queues))


@beat_init.connect  # type: ignore[untyped-decorator]
def _beat_appears(**kwargs: Any) -> None:
    from newsapi import presence

    presence.appear("beat")
