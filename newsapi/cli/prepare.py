"""What must be done before the port opens: migrations, the first API key, the sample archive of a first start."""

from __future__ import annotations

import os
import sys

from newsapi.cli.django import setup
from newsapi.cli.output import fail, progress, say
from newsapi.env import Settings
from newsapi.serving.data_dir import API_KEY_FILE, write_private

SAMPLE_MARK = "sample-loading"
WAIT_FOR_DATABASE = 60.0


def main() -> int:
    return prepare(sample=True)


def prepare(*, sample: bool) -> int:
    """Safe to run at every start, by several at once, and to be killed at any point: it goes on where it was.

    `sample` loads the sample archive where the settings ask for it. The exit code; a failure is said.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
    settings = setup()
    from django.db import connection
    from django.db.utils import Error as DatabaseError

    from newsapi.serving import schema

    try:
        schema.wait_for_database(WAIT_FOR_DATABASE)
        with schema.alone():
            schema.migrate()
            _first_key(settings, sample=sample and settings.sample)
    except DatabaseError as error:
        fail(f"The database does not answer as it should: {error}")
        return 1
    if sample and (settings.data_dir / SAMPLE_MARK).exists():
        load_sample()
        (settings.data_dir / SAMPLE_MARK).unlink()
    connection.close()
    return 0


def _first_key(settings: Settings, *, sample: bool) -> None:
    """Where there is no API key yet, make one and keep it in the data directory."""
    from access.models import ApiKey
    from access.services import create_key
    from ingest.models import Capture

    if ApiKey.objects.exists():
        return
    if sample and not Capture.objects.exists():
        (settings.data_dir / SAMPLE_MARK).touch()
    _, plaintext = create_key("first key", ["read", "ingest", "admin"])
    write_private(settings.data_dir / API_KEY_FILE, plaintext)
    if not sample:
        say(f"The first API key is in {settings.data_dir / API_KEY_FILE}.")


def load_sample() -> None:
    """Load the sample archive through the same pipeline as everything else, and index it."""
    from ingest.sample import documents
    from ingest.services import ingest_inline
    from search.engines.base import EngineUnavailable
    from search.indexing import Indexer

    inputs = documents()
    with progress("Loading the sample archive", len(inputs)) as advance:
        for start in range(0, len(inputs), 8):
            chunk = inputs[start : start + 8]
            ingest_inline(chunk)
            advance(len(chunk))
        indexer = Indexer()
        try:
            while indexer.run_once():
                continue
        except EngineUnavailable as error:
            say(f"{error.detail} The indexer goes on with it.")
        finally:
            indexer.close()


if __name__ == "__main__":
    sys.exit(main())
