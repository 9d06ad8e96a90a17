"""The Celery app: tasks are wake-ups, the work is rows, and what is lost here a sweeper finds."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")

app = Celery("newsapi")
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
