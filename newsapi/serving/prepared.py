"""Whether the archive is ready for this version: a start that has nothing to prepare is two seconds faster.

The note is a hash of the migrations there are and of the database's address; any doubt means to prepare again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from newsapi import __version__
from newsapi.env import BASE_DIR, Settings

NOTE = "prepared"


def _state(settings: Settings) -> str:
    names = sorted(str(file.relative_to(BASE_DIR)) for file in BASE_DIR.glob("*/migrations/[0-9]*.py"))
    return hashlib.sha256("\n".join([__version__, settings.database_url, *names]).encode()).hexdigest()


def is_done(settings: Settings) -> bool:
    """The last preparation was for these migrations and this database, and an embedded database is still there."""
    embedded = settings.database_url.removeprefix("sqlite:///")
    if embedded == settings.database_url or not Path("/", embedded).is_file():
        return False
    try:
        return (settings.data_dir / NOTE).read_text() == _state(settings)
    except OSError:
        return False


def note(settings: Settings) -> None:
    (settings.data_dir / NOTE).write_text(_state(settings))


def forget(settings: Settings) -> None:
    (settings.data_dir / NOTE).unlink(missing_ok=True)
