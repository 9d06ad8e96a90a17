"""A process of its own for test_concurrency: `fill` a new archive, `work` on it beside others, `report` on it.

Structuring is replaced by a few lines, so that the processes meet in the database and not in the gazetteers.
"""

from __future__ import annotations

import hashlib
import json
import sys
import types
from typing import Any

import django
import orjson

BODIES = 60
SOURCES = ("a.example", "a.example", "b.example", "c.example")


def replace_structuring() -> None:
    module = types.ModuleType("ingest.structuring")

    def as_json(raw: Any) -> dict[str, Any]:
        headline, body = raw.text.split("\n\n", 1)
        return {
            "source": {"name": None, "domain": raw.source},
            "headline": headline,
            "body": body,
            "paragraphs": [body],
            "entities": [{"type": "person", "name": word, "mentions": []} for word in body.split()],
            "fingerprints": {"content": hashlib.sha256(body.encode()).hexdigest(), "near": ""},
        }

    vars(module).update(structure=lambda raw: raw, as_json=as_json)
    sys.modules["ingest.structuring"] = module
    import ingest

    vars(ingest)["structuring"] = module


def say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fill() -> None:
    from django.core.management import call_command

    from ingest.services import receive_batch

    call_command("migrate", verbosity=0)
    documents = [
        {"text": f"Headline {body}\n\nShared Person{body % 7} Person{body}", "source": source}
        for body in range(BODIES)
        for source in SOURCES
    ]
    receive_batch([b"\n".join(orjson.dumps(document) for document in documents)], wake=False)


def work() -> None:
    from ingest import pipeline

    say("ready")
    sys.stdin.readline()
    done = 0
    while count := pipeline.process(3):
        done += count
    say(done)


def report() -> None:
    from django.db.models import Count

    from articles.models import Article, Change, Entity, Source
    from ingest.models import Capture

    numbers = list(Article.objects.order_by("number").values_list("number", flat=True))
    doubles = Article.objects.values("content_hash", "source").annotate(count=Count("id")).filter(count__gt=1)
    originals = dict(Article.objects.filter(duplicate_of=None).values_list("content_hash", "number"))
    others = Article.objects.exclude(duplicate_of=None).select_related("duplicate_of")
    found = {
        "states": dict(Capture.objects.order_by().values_list("state").annotate(Count("id"))),
        "numbers": numbers == list(range(1, len(numbers) + 1)),
        "articles": len(numbers),
        "doubles": doubles.count(),
        "originals": len(originals) == BODIES == Article.objects.filter(duplicate_of=None).count(),
        "older": all(
            each.duplicate_of is not None and each.duplicate_of.number == originals[each.content_hash] < each.number
            for each in others
        ),
        "changes": Change.objects.count(),
        "entities": Entity.objects.count(),
        "sources": Source.objects.count(),
        "attempts": max(Capture.objects.values_list("attempts", flat=True)),
    }
    say(json.dumps(found))


if __name__ == "__main__":
    django.setup()
    replace_structuring()
    {"fill": fill, "work": work, "report": report}[sys.argv[1]]()
