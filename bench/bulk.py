"""A bare bulk loop: documents that are analysed and encoded already, sent to an index of the same mapping."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.clients import Call, Client
from bench.stores import server_of

SAMPLE = 5_000
BATCH = 500


def floor(archive: Path, url: str) -> float:
    """Articles a second that Elasticsearch takes of the archive's first documents, one request after another."""
    os.environ.setdefault("NEWSAPI_DATA_DIR", str(archive))
    import django

    django.setup()
    from articles.models import Article
    from search.cards import COLUMNS, make_document
    from search.engines.elasticsearch.documents import prepare

    articles = Article.objects.filter(deleted_at=None).order_by("number").only(*COLUMNS)[:SAMPLE]
    prepared = [prepare(make_document(article)) for article in articles.iterator(chunk_size=BATCH)]
    name = f"{url.rpartition('/')[2]}-floor{uuid4().hex[:6]}"
    client = Client(server_of(url))
    _create_like(client, url, name)
    lines = [
        b'{"index":{"_index":"%b","_id":"%b","version":%d,"version_type":"external_gte"}}\n%b\n'
        % (name.encode(), str(one.id).encode(), one.version, one.body)
        for one in prepared
    ]
    calls = [Call("/_bulk?filter_path=errors", b"".join(lines[at : at + BATCH])) for at in range(0, len(lines), BATCH)]
    began = time.perf_counter()
    for call in calls:
        if json.loads(client.send(call)).get("errors"):
            raise RuntimeError("the bare bulk loop was refused documents")
    client.send(Call(f"/{name}/_refresh", b""))
    return len(lines) / (time.perf_counter() - began)


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
