"""A bare bulk loop: documents that are analysed already, sent by the official client's helper to an index like ours."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from elasticsearch import Elasticsearch, helpers

from bench.clients import Call, Client
from bench.stores import server_of

SAMPLE = 5_000
BATCH = 500


def floor(archive: Path, url: str) -> float:
    """Articles a second that `helpers.bulk` gets into Elasticsearch, of the archive's first documents."""
    os.environ.setdefault("NEWSAPI_DATA_DIR", str(archive))
    import django

    django.setup()
    from articles.models import Article
    from search.cards import COLUMNS, make_document
    from search.engines.elasticsearch.documents import prepare

    articles = Article.objects.filter(deleted_at=None).order_by("number").only(*COLUMNS)[:SAMPLE]
    prepared = [prepare(make_document(article)) for article in articles.iterator(chunk_size=BATCH)]
    name = f"{url.rpartition('/')[2]}-floor{uuid4().hex[:6]}"
    _create_like(Client(server_of(url)), url, name)
    actions = [
        {
            "_index": name,
            "_id": str(one.id),
            "version": one.version,
            "version_type": "external_gte",
            "_source": document,
        }
        for one in prepared
        for document in [json.loads(one.body)]
    ]
    client = Elasticsearch(server_of(url), request_timeout=60)
    began = time.perf_counter()
    helpers.bulk(client, actions)
    client.indices.refresh(index=name)
    return len(actions) / (time.perf_counter() - began)


def _create_like(client: Client, url: str, name: str) -> None:
    """An index with the mapping and the analysis of one that the engine made."""
    prefix = url.rpartition("/")[2]
    made: dict[str, Any] = json.loads(client.send(Call(f"/{prefix}-*")))
    model = max(made.values(), key=lambda index: len(index["mappings"].get("properties", ())))
    settings = {
        key: value for key, value in model["settings"]["index"].items() if key in ("analysis", "number_of_shards")
    }
    body = {"mappings": model["mappings"], "settings": {**settings, "number_of_replicas": 0, "refresh_interval": "-1"}}
    client.connection.request("PUT", f"/{name}", json.dumps(body), {"content-type": "application/json"})
    answer = client.connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(answer.read().decode())
    answer.read()
