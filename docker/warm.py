"""Runs while the image is built: starts an archive, asks it everything once, imports what the other roles use.

So a file that trimming took and somebody needs fails the build, Python keeps the modules in use compiled, and what
structuring makes of its data is there (enrich/compiled.py), where a container cannot write.
"""

import importlib
import os
import subprocess
import sys
import tempfile

PAGES = ("/healthz", "/v1/articles?q=election&highlight=true", "/v1/aggregations?by=topic,source", "/v1/entities")
PAGES_FOR_PEOPLE = ("/", "/docs", "/docs/reference", "/v1/articles?q=election", "/static/drf_spectacular_sidecar/")
MODULES = (
    "celery.bin.worker", "celery.bin.beat", "celery.concurrency.prefork", "elasticsearch.dsl", "granian.cli",
    "granian.server.mp", "kombu.transport.redis", "newsapi.celery", "newsapi.cli.indexer", "newsapi.cli.status",
    "psycopg_pool", "uuid_utils",
)  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {"NEWSAPI_DATA_DIR": data, "DJANGO_SETTINGS_MODULE": "newsapi.settings"}
        subprocess.run([sys.executable, "-m", "newsapi.cli.prepare"], check=True)
        import django

        django.setup()
        from django.db import connection
        from django.test import Client

        client = Client(headers={"host": "localhost"})
        for page, accept in [(p, "application/json") for p in PAGES] + [(p, "text/html") for p in PAGES_FOR_PEOPLE]:
            status = client.get(page, headers={"accept": accept}).status_code
            if status >= 400 and not page.startswith("/static/"):
                sys.exit(f"{page} answers {status}")
        for module in MODULES:
            importlib.import_module(module)
        from ingest import structuring

        structuring.warm()
        connection.close()


if __name__ == "__main__":
    main()
