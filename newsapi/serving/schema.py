"""The database's tables: brought to the newest form by one process at a time, and waited for by the others."""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor

logger = logging.getLogger(__name__)
LOCK = "migrating"
ADVISORY_LOCK = 0x6E657773
"""Of a PostgreSQL database ("news"): nothing else of ours takes one."""
LOOK_EVERY = 0.5
SAY_EVERY = 15.0


def missing() -> list[str]:
    """The migrations that are still to be run, as `app.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock under which the database is prepared; on PostgreSQL across machines."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
        return
    with (settings.DATA_DIR / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrate() -> int:
    """Run what is missing; how many migrations that were. Call it under `alone`."""
    count = len(missing())
    if count:
        call_command("migrate", interactive=False, verbosity=0)
    return count


def wait_for_database(seconds: float) -> None:
    """Until the database answers. Raises OperationalError or InterfaceError when the time is over."""
    deadline = time.monotonic() + seconds
    said = 0.0
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > deadline:
                raise
            said = _say(said, f"the database does not answer yet: {_line(error)}")
            connection.close()
            time.sleep(LOOK_EVERY)


def wait() -> None:
    """Until the database answers and has every table of this version; says what it waits for."""
    said = 0.0
    try:
        while True:
            try:
                names = missing()
                if not names:
                    return
                reason = f"{len(names)} migrations are to be run first ({names[0]}, …); `newsapi migrate` or a web does"
            except (OperationalError, InterfaceError, InconsistentMigrationHistory) as error:
                reason = f"the database does not answer as it should: {_line(error)}"
                connection.close()
            said = _say(said, reason)
            time.sleep(LOOK_EVERY)
    finally:
        # Worker processes are forked from here: neither a connection nor a pool's threads may be.
        connection.close()
        if close_pool := getattr(connection, "close_pool", None):
            close_pool()


def _say(said: float, reason: str) -> float:
    now = time.monotonic()
    if said and now - said < SAY_EVERY:
        return said
    logger.warning("waiting: %s", reason)
    return now


def _line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
