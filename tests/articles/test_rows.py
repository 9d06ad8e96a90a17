"""Entities, sources and topics as rows of their own: what is the same one, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from articles import entities, sources, topics
from articles.models import Entity, Source, Topic


def entity(name: str, kind: str = "place", country: str | None = None, **ids: str) -> dict[str, Any]:
    return {"type": kind, "name": name, "country": country, "coordinates": [1.5, 2.5], "ids": ids, "mentions": []}


def test_the_english_name_makes_entities_the_same_and_the_country_apart() -> None:
    assert entities.key(entity("Moskau", country="RU", en="Moscow")) == entities.key(entity("MOSCOW", country="RU"))
    assert entities.key(entity("Georgia", country="GE")) != entities.key(entity("Georgia", country="US"))
    assert entities.key(entity("Paris")) != entities.key(entity("Paris", "person"))
    assert len(entities.key(entity("x" * 5000, country="US"))) < 400


@pytest.mark.django_db
def test_entities_are_made_once_with_their_english_name() -> None:
    found = [
        entity("Moskau", country="RU", en="Moscow"),
        entity("Moscow", country="RU"),
        entity("Élan", "organisation"),
    ]
    ids = entities.resolve(found)
    assert len(ids) == 2 and Entity.objects.count() == 2
    moscow = Entity.objects.get(country="RU")
    assert (moscow.name, moscow.latitude, moscow.ids) == ("Moscow", 1.5, {"en": "Moscow"})
    assert entities.resolve(found) == ids


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_not_remembered(django_assert_num_queries: Any) -> None:
    found = [entity("Nowhere", country="XX")]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        entities.resolve(found)
        raise ZeroDivisionError
    with transaction.atomic():
        ids = entities.resolve(found)
    assert Entity.objects.get().id == ids[entities.key(found[0])]
    with django_assert_num_queries(0):
        assert entities.resolve(found) == ids
    entities.forget()


def pair(name: str | None = None, domain: str | None = None) -> sources.Named:
    found = sources.named({"name": name, "domain": domain})
    assert found is not None
    return found


@pytest.mark.django_db
def test_a_publisher_is_one_row_by_domain_or_name() -> None:
    first = sources.resolve([pair("Flash News")])[pair("Flash News")]
    assert (first.name, first.domain) == ("Flash News", "")
    both = pair("FLASH news", "www.FlashNews.example.")
    assert sources.resolve([both])[both] == first
    first.refresh_from_db()
    assert first.domain == first.key == "flashnews.example"
    by_domain, by_name = pair(domain="flashnews.example"), pair("flash NEWS")
    assert set(sources.resolve([by_domain, by_name]).values()) == {first}
    other = pair("Flash News", "flash.example")
    assert sources.resolve([other])[other] != first
    assert Source.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_names_that_look_like_domains_clash_with_nothing(order: tuple[int, ...]) -> None:
    pairs = [pair("bbc.example"), pair(domain="bbc.example"), pair("BBC", "bbc.example")]
    for index in order:
        sources.resolve([pairs[index]])
    assert Source.objects.count() == 1
    assert Source.objects.get().name == "BBC" or order[0] == 0


def test_a_source_without_name_or_domain_is_none() -> None:
    assert sources.named(None) is None and sources.named({"name": " ", "domain": None}) is None


@pytest.mark.django_db
def test_topic_rows_are_those_of_the_file() -> None:
    assert Topic.objects.count() == len(topics.all_topics()) == 1099
    assert Topic.objects.filter(level=1).count() == 17
    assert Topic.objects.get(code="medtop:20000003").parent_id == "medtop:20000002"


def test_topics_by_code_and_name() -> None:
    for name in ("medtop:11000000", "11000000", "POLITICS", " politics ", "MEDTOP:11000000"):
        found = topics.find(name)
        assert found is not None and found.code == "medtop:11000000", name
    assert topics.find("politix") is None and topics.suggest("politix") == "politics"
    assert topics.name("medtop:0") is None and topics.ancestors("medtop:0") == ()


def test_every_topic_hangs_below_a_top_topic() -> None:
    for code, topic in topics.all_topics().items():
        above = topics.ancestors(code)
        assert len(above) == topic.level - 1
        assert all(code in topics.descendants(each) for each in above[-1:])
