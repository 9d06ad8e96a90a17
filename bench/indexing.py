"""The indexing part by itself, over an archive whose service is stopped. `python -m bench.indexing` prints the figures.

Run with the settings of the archive: what the indexer follows goes into an index of its own, beside the same documents
sent by a bare bulk loop.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
    import django

    django.setup()
    from django.conf import settings

    from articles.models import Article
    from bench import bulk
    from search.engines import open_engine
    from search.indexing import Indexer
    from search.reindexing import Reindex

    count = Article.objects.filter(deleted_at=None).count()
    # The first index is made from the rows, so the changes are followed into one that is there already.
    engine = open_engine(f"{settings.SEARCH_URL}-part", str(settings.DATA_DIR))
    engine.activate(engine.create().name)
    indexer = Indexer(engine)
    began = time.perf_counter()
    while indexer.run_once():
        continue
    followed = count / (time.perf_counter() - began)
    indexer.close()
    began = time.perf_counter()
    Reindex().run()
    built = count / (time.perf_counter() - began)
    bare = bulk.floor(Path(settings.DATA_DIR), settings.SEARCH_URL)
    print(json.dumps([followed, bare, built]))


if __name__ == "__main__":
    main()
