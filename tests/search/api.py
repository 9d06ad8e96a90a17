"""A small archive with a real index behind the real addresses, for the tests of what goes over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client

from articles.models import Article, Entity, Source
from newsapi.ids import new_id
from newsapi.text import fold
from search import analysis, engines, names
from search.results import IndexDocument

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
WORDS = ("climate", "summit", "football", "election", "market")


@dataclass
class Archive:
    """Sources, entities and articles by name, the client, and the engine they are indexed in."""

    client: Client
    sources: dict[str, Source] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    articles: list[Article] = field(default_factory=list)
    offset: int = 0

    def get(self, address: str, **parameters: Any) -> Any:
        """The JSON of a 200."""
        response = self.client.get(address, parameters)
        assert response.status_code == 200, response.content
        return response.json()

    def problem(self, address: str, status: int = 400) -> dict[str, Any]:
        """The problem details of an address that is expected to fail."""
        response = self.client.get(address)
        assert response.status_code == status, (response.status_code, response.content)
        assert response.headers["Content-Type"] == "application/problem+json"
        found: dict[str, Any] = response.json()
        return found

    def headlines(self, **parameters: Any) -> list[str]:
        return [result["headline"] for result in self.get("/v1/articles", **parameters)["results"]]

    def add(self, *articles: dict[str, Any]) -> None:
        """Write articles, index them, and make them visible."""
        documents = [self._document(**article) for article in articles]
        self.offset += 1
        with engines.get_engine().writer() as writer:
            writer.write(documents)
            writer.commit(self.offset)

    def _document(
        self,
        headline: str,
        body: str = "",
        source: str = "BBC News",
        date: datetime = START,
        language: str = "en",
        entities: tuple[str, ...] = (),
        topics: tuple[str, ...] = (),
        section: str = "World",
        author: str = "Ann Lee",
        sentiment: float | None = None,
        duplicate: bool = False,
    ) -> IndexDocument:
        number = len(self.articles) + 1
        id_ = new_id()
        rows = [self.entities[name] for name in entities]
        document = {
            "headline": headline,
            "source": {"name": source, "domain": self.sources[source].domain},
            "paragraphs": body.split("\n\n"),
            "body": body,
            "authors": [author],
            "entities": [
                {"id": str(row.id), "type": row.type, "name": row.name, "mentions": [{"field": "body", "start": 0}]}
                for row in rows
            ],
            "provenance": {"headline": {"method": "test"}},
        }
        self.articles.append(
            Article.objects.create(
                id=id_, number=number, date=date, received_at=date, source=self.sources[source], headline=headline,
                content_hash=str(number), document=document,
            )
        )  # fmt: skip
        card = {"id": str(id_), "number": number, "date": date.strftime("%Y-%m-%dT%H:%M:%SZ")} | {
            name: document[name] for name in ("headline", "source", "authors", "body")
        }
        card["language"] = {"code": language, "confidence": 1.0}
        card["entities"] = [{"id": str(row.id), "type": row.type, "name": row.name} for row in rows]
        kinds = {f"entity.{row.type}": [str(r.id) for r in rows if r.type == row.type] for row in rows}
        return IndexDocument(
            id_, number, 1, date, language,
            texts={"headline": headline, "body": body},
            keywords={
                "id": [str(id_)], "source": [str(self.sources[source].id)], "section": [section],
                "language": [language], "author": [author], "entity": [str(row.id) for row in rows], **kinds,
                "entity_type": sorted({row.type for row in rows}), "topic": list(topics),
                "country": sorted({row.country for row in rows if row.country}),
            },
            matches={
                "section": [analysis.fold(section)], "author": [analysis.fold(author)], "language": [language.lower()],
            },
            numbers={"words": len(body.split())} | ({} if sentiment is None else {"sentiment": sentiment}),
            booleans={"duplicate": duplicate},
            card=orjson.dumps(card),
        )  # fmt: skip


@pytest.fixture
def archive(db: None, settings: Any, tmp_path: Path) -> Iterator[Archive]:
    """Forty articles of June 2026 by four sources in two languages, and a duplicate."""
    settings.DATA_DIR, settings.SEARCH_URL = tmp_path, "tantivy:"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": tmp_path}}
    names.forget()
    found = Archive(Client(headers={"host": "localhost"}))
    for name, domain in (("BBC News", "bbc.com"), ("Le Monde", "lemonde.fr"), ("Tägliche Post", ""), ("Empty", "")):
        found.sources[name] = Source.objects.create(
            key=domain or fold(name), name=name, folded=fold(name), domain=domain
        )
    for kind, name, country in (
        ("person", "Vladimir Putin", ""), ("place", "Iran", "IR"), ("place", "United States", "US"),
        ("organisation", "United Nations", ""), ("person", "Unmentioned", ""),
    ):  # fmt: skip
        found.entities[name] = Entity.objects.create(
            key=f"{kind}:{name}", type=kind, name=name, folded=fold(name), country=country
        )
    every = ("Vladimir Putin", "Iran", "United States", "United Nations")
    found.add(
        *(
            {
                "headline": f"{WORDS[n % 5].title()} report {n}",
                "body": f"The {WORDS[n % 5]} of the day. " + "More words follow here. " * (n % 7),
                "source": ("BBC News", "Le Monde", "Tägliche Post")[n % 3],
                "date": START + timedelta(hours=11 * n),
                "language": "fr" if n % 3 == 1 else "en",
                "entities": every[: n % 5],
                "topics": ("medtop:11000000", "medtop:20000574")[: 1 + n % 2],
                "section": "Sport, local" if n % 5 == 2 else "World",
                "author": "Smith, John" if n % 4 == 0 else "Ann Lee",
                "sentiment": None if n % 10 == 0 else (n - 20) / 20,
            }
            for n in range(40)
        ),
        {"headline": "Climate report again", "body": "The climate of the day.", "duplicate": True},
    )
    yield found
    names.forget()
