"""Django for commands that need the database: set up late, so that the others start fast."""

from __future__ import annotations

from newsapi import logs
from newsapi.env import Settings, load
from newsapi.serving.data_dir import StartError


def setup(*, need_data: bool = True) -> Settings:
    """Read the settings and set Django up. Raises StartError where there is no archive yet and one is needed."""
    settings = load()
    if need_data and not settings.data_dir.is_dir():
        raise StartError(f"There is no archive at {settings.data_dir} yet; `newsapi serve` makes one.")
    import django

    django.setup()
    # What a service notes in its log would stand between the lines of a command.
    logs.plain()
    return settings


def migrate() -> None:
    """Bring the database to the newest form; quick when it is."""
    from newsapi.serving import schema

    with schema.alone():
        schema.migrate()
