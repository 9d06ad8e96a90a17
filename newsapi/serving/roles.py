"""The roles that the service is made of, and the command line of each: on one machine as on many."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from newsapi import logs
from newsapi.env import Settings
from newsapi.serving.data_dir import StartError

ROLES = ("web", "worker", "indexer", "beat")
QUEUES = ("ingest", "index", "deliver", "poll", "default")
INDEX = "index"
"""A worker of this queue has the indexer beside it."""
SPARE_THREADS = 24
"""Web threads beyond those that work: so many senders of bodies may be slow at a time (newsapi.places)."""
STREAMS = 32
"""Web threads beyond those for streams of events, which last for minutes; search.streaming keeps no more open."""
DOWNLOADS = 16
"""Web threads beyond those for files that are sent, as slowly as whoever gets them takes them."""
JSON_LOG = Path(__file__).with_name("granian_log.json")
WEB_STOPS_WITHIN = 8
"""Seconds that requests have to come to their end when the web process is asked to stop."""


def read_queues(text: str) -> tuple[str, ...]:
    """The queues of a comma-separated list. Raises StartError, naming the one that there is not."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in QUEUES:
            close = get_close_matches(name, QUEUES, n=1)
            meant = f" Did you mean {close[0]!r}?" if close else ""
            raise StartError(f"There is no queue {name!r}; there are {', '.join(QUEUES)}.{meant}")
    if not names:
        raise StartError(f"--queues names none: give some of {', '.join(QUEUES)}, or leave it out for all of them.")
    return names


def command(settings: Settings, role: str) -> list[str]:
    """What runs a role; of a worker only Celery's part (see INDEX)."""
    return {"web": web, "worker": worker, "indexer": indexer, "beat": beat}[role](settings)


def web(settings: Settings) -> list[str]:
    return [
        *_python("granian"),
        "--interface=wsgi",
        f"--host={settings.host}",
        f"--port={settings.port}",
        "--workers=1",
        f"--blocking-threads={settings.web_threads + SPARE_THREADS + STREAMS + DOWNLOADS}",
        f"--workers-kill-timeout={WEB_STOPS_WITHIN}",
        "--http=1",
        "--no-ws",
        "--respawn-failed-workers",
        f"--log-level={settings.log_level}",
        *([f"--log-config={JSON_LOG}"] if logs.chosen(settings.log_format) == "json" else []),
        "newsapi.wsgi:application",
    ]


def worker(settings: Settings, queues: Sequence[str] = QUEUES) -> list[str]:
    return [
        *_celery("worker", settings),
        f"--queues={','.join(queues)}",
        f"--concurrency={settings.workers}",
        # Workers need not know of each other: what is to be done is in the database.
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]


def deliverer(settings: Settings) -> list[str]:
    """A worker that only sends, so that what is to be told does not wait while the others structure a load."""
    return [*worker(settings, ("deliver",)), "--pool=solo"]


def beat(settings: Settings) -> list[str]:
    """The clock. It keeps nothing on disk: what it starts is safe to start twice, or not at all for a while."""
    return [*_celery("beat", settings), "--scheduler=celery.beat:Scheduler", "--pidfile="]


def indexer(settings: Settings) -> list[str]:
    return _python("newsapi.cli.indexer")


def _celery(command: str, settings: Settings) -> list[str]:
    return [*_python("celery"), "--app=newsapi.celery:app", "--quiet", command, f"--loglevel={settings.log_level}"]


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]
