"""The indexer's process: follows the changes and writes the engine until it is told to stop."""

from __future__ import annotations

import os
import signal
import sys
import threading


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
    import django

    django.setup()
    from newsapi.presence import appear
    from newsapi.serving import schema
    from search.indexing import Indexer

    schema.wait()
    appear("indexer")

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    Indexer().run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
