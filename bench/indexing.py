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
    from search.following import Follower
    from search.indexing import INTERVAL
    from search.reindexing import Reindex

    count = Article.objects.filter(deleted_at=None).count()
    # Before and after: the server's compiler needs a while, and what else this machine does comes and goes.
    before = bulk.floor(Path(settings.DATA_DIR), settings.SEARCH_URL)
    engine = open_engine(f"{settings.SEARCH_URL}-part", str(settings.DATA_DIR))
    # What the indexer does for every change. By itself it would build an index that is empty in another way.
    with engine.writer(engine.create().name) as writer:
        follower = Follower(writer)
        began = committed = time.perf_counter()
        while follower.follow():
            if time.perf_counter() - committed >= INTERVAL:
                writer.commit(follower.finish())
                committed = time.perf_counter()
        writer.commit(follower.finish())
        followed = count / (time.perf_counter() - began)
    began = time.perf_counter()
    Reindex().run()
    built = count / (time.perf_counter() - began)
    bare = max(before, bulk.floor(Path(settings.DATA_DIR), settings.SEARCH_URL))
    print(json.dumps([followed, bare, built]))


if __name__ == "__main__":
    main()
