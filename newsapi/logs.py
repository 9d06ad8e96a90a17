"""How log lines look: JSON objects for programs (one a line), plain lines for people at a terminal."""

from __future__ import annotations

import logging
import sys
from typing import Any

from pythonjsonlogger.orjson import OrjsonFormatter

from newsapi.context import request_id

JSON = {"levelname": "level", "name": "logger"}


class JsonLines(OrjsonFormatter):
    """`time` (UTC, RFC 3339), `level`, `logger`, `message`, `request_id` if there is one, and what the line is about.

    An exception is in `exc_info`.
    """

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s %(message)s", rename_fields=JSON, timestamp="time")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        if "request_id" not in log_data and (identifier := request_id()):
            log_data["request_id"] = identifier
        return {"time": log_data.pop("time"), **log_data}


def chosen(setting: str) -> str:
    """`json` or `line`: `auto` is lines where a person looks on, JSON where the output goes to a file or a program."""
    if setting != "auto":
        return setting
    return "line" if sys.stderr.isatty() else "json"


def configuration(level: str, setting: str) -> dict[str, Any]:
    """Django's LOGGING: everything to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
            "json": {"()": JsonLines},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": chosen(setting)}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django.request": {"level": "ERROR"},
            # One line a task and a beat every five seconds would bury what matters.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.worker.request": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            # A line a request to the engine is what its latency metric is for.
            "elastic_transport": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        },
    }


def plain() -> None:
    """Plain lines from now on, warnings and worse: for commands, whose output a person reads."""
    root = logging.getLogger()
    root.setLevel(max(logging.WARNING, root.level))
    for handler in root.handlers:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
