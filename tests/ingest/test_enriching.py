"""With enrichment off an article has what it says itself: by document, by source, by setting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from articles.models import Article
from ingest.polling.poller import Poller
from tests.ingest.api import client as api
from tests.ingest.api import post, process, text
from tests.ingest.polling.site import Site, client, feed, item, make_due, subscribe

pytestmark = pytest.mark.django_db
FOUND = ("entities", "topics", "keywords", "sentiment")


def only() -> dict[str, Any]:
    document: dict[str, Any] = Article.objects.get().document
    return document


def enriched() -> bool:
    found = only()
    assert found["language"]["code"] == "en" and found["word_count"] > 5 and found["fingerprints"]["content"]
    assert set(found["provenance"]) == {name for name, value in found.items() if value and name != "provenance"}
    return bool(found["entities"])


def test_a_document_may_ask_for_less() -> None:
    post(api(), text=text(), enrich=False)
    process()
    assert not enriched() and not any(only()[name] for name in FOUND)


def test_as_a_parameter_it_is_a_word() -> None:
    answer = api().generic("POST", "/v1/documents?enrich=false&section=Sport", text(), content_type="text/plain")
    assert answer.status_code == 202
    process()
    assert not enriched() and only()["section"]["topic"] == "medtop:15000000"
    answer = api().generic("POST", "/v1/documents?enrich=perhaps", text(), content_type="text/plain")
    assert answer.status_code == 422 and answer.json()["field"] == "enrich"


@pytest.mark.parametrize("asked, expected", [({}, False), ({"enrich": True}, True)])
def test_the_service_may_be_set_so(asked: dict[str, Any], expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, enrich=False))
    post(api(), text=text(), **asked)
    process()
    assert enriched() is expected


@pytest.mark.parametrize("enrich", [True, False])
def test_a_source_may_be_set_so_and_gives_its_section(enrich: bool) -> None:
    site = Site()
    paragraphs = "</p><p>".join(text().split("\n\n")[1:])
    site.pages["/feed"] = feed(item(1, text=paragraphs))
    subscribe(f"{site.url}/feed", enrich=enrich, section="Politics")
    try:
        Poller(client()).run()
    finally:
        site.close()
    process()
    assert enriched() is enrich and only()["section"]["name"] == "Politics"


def test_the_page_of_an_entry_has_the_section_of_its_source_where_it_names_none() -> None:
    site = Site()
    page = "<html><body><article><h1>A headline of some words</h1>" + "".join(
        f"<p>{part}</p>" for part in text().split("\n\n")[1:]
    )
    site.pages["/a"] = page
    site.pages["/feed"] = feed(item(1, link=f"{site.url}/a"))
    subscribe(f"{site.url}/feed", full_text=True, section="Politics")
    try:
        for _ in range(2):
            make_due()
            Poller(client()).run()
    finally:
        site.close()
    process()
    assert only()["section"]["name"] == "Politics" and only()["provenance"]["section"]["method"] == "caller"
    assert Article.objects.get().received_at <= timezone.now()
