"""What must be done before the port opens: migrations, the first API key, the sample archive of a first start."""

from __future__ import annotations

import os
import sys

from newsapi.cli.django import migrate, setup
from newsapi.cli.output import fail, progress
from newsapi.serving.data_dir import API_KEY_FILE, write_private

SAMPLE_MARK = "sample-loading"


def main() -> int:
    """Safe to run at every start and to be killed at any point: it goes on where it was."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
    settings = setup()
    from django.db.utils import Error as DatabaseError

    try:
        migrate()
    except DatabaseError as error:
        fail(f"The database does not answer as it should: {error}")
        return 1
    from access.models import ApiKey
    from access.services import create_key
    from ingest.models import Capture

    mark = settings.data_dir / SAMPLE_MARK
    if not ApiKey.objects.exists():
        if settings.sample and not Capture.objects.exists():
            mark.touch()
        _, plaintext = create_key("first key", ["read", "ingest", "admin"])
        write_private(settings.data_dir / API_KEY_FILE, plaintext)
    if mark.exists():
        load_sample()
        mark.unlink()
    return 0


def load_sample() -> None:
    """Load the sample archive through the same pipeline as everything else, and index it."""
    from ingest.sample import documents
    from ingest.services import ingest_inline
    from search.indexing import Indexer

    inputs = documents()
    with progress("Loading the sample archive", len(inputs)) as advance:
        for start in range(0, len(inputs), 8):
            chunk = inputs[start : start + 8]
            ingest_inline(chunk)
            advance(len(chunk))
        indexer = Indexer()
        while indexer.run_once():
            continue
        indexer.close()


if __name__ == "__main__":
    sys.exit(main())
