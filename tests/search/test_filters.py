"""Filter parameters: what they mean, and that what they cannot mean is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.models import Entity, Source
from newsapi.errors import InvalidParameter, InvalidQuery, NewsApiError
from search import engines, filters, names, territories
from search.query import All, And, Not, Query, Range, Term, Text
from search.results import Bucket, Buckets, Hit, Page, Search

NOW = datetime(2026, 6, 18, 12, 0, 0, 123000, tzinfo=UTC)
ORIGINALS = Term("duplicate", (False,))


CARD = {"entities": [{"id": "0190", "type": "person", "name": "Владимир Путин"}]}


class Known:
    """A reader whose index knows some sections and authors."""

    labels = ("World", "Sport", "Ann Lee", "Smith, John")

    def count(self, query: Query, watermark: int | None = None) -> int:
        (term,) = query.filters
        assert isinstance(term, Term)
        return int(term.values[0] in {label.lower() for label in self.labels})

    def search(self, search: Search) -> Page:
        called = search.query.text == And((Text("владимир"), Text("путин")))
        return Page(int(called), (Hit(UUID(int=1), 1, 1, orjson.dumps(CARD)),) if called else ())

    def aggregate(self, query: Query, aggregations: Any) -> tuple[Buckets, ...]:
        return (Buckets(4, tuple(Bucket(label, 1) for label in self.labels)),)


@pytest.fixture(autouse=True)
def known(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.setattr(engines, "get_reader", Known, raising=False)
    names.forget()
    bbc = Source.objects.create(key="bbc.com", name="BBC News", folded="bbc news", domain="bbc.com")
    putin = Entity.objects.create(key="p:putin", type="person", name="Vladimir Putin", folded="vladimir putin")
    places = [
        Entity.objects.create(key=f"pl:{n}", type=kind, name="Georgia", folded="georgia", country=country)
        for n, (kind, country) in enumerate([("place", "GE"), ("place", "US"), ("organisation", "")])
    ]
    states = Entity.objects.create(key="us", type="place", name="United States", folded="united states", country="US")
    yield {
        "bbc": str(bbc.id),
        "putin": str(putin.id),
        "georgia": " ".join(sorted(str(p.id) for p in places)),
        "us": str(states.id),
    }
    names.forget()


def asked(query: str) -> Query:
    return filters.read(QueryDict(query), now=NOW).query


def only(query: str) -> Any:
    """The one filter besides the one for duplicates."""
    found = asked(query).filters
    assert found[-1] == ORIGINALS
    assert len(found) == 2
    return found[0]


def test_without_parameters_everything_but_duplicates() -> None:
    assert asked("") == Query(All(), (ORIGINALS,))


@pytest.mark.parametrize(
    ("query", "term"),
    [
        ("language=en", Term("language", ("en",))),
        ("language=English,DE", Term("language", ("en", "de"))),
        ("language=pt_br", Term("language", ("pt-br",))),
        ("country=ir&country=RUS", Term("country", ("IR", "RU"))),
        ("country=South Korea", Term("country", ("KR",))),
        ("country=uk", Term("country", ("GB",))),
        ("topic=Politics", Term("topic", ("medtop:11000000",))),
        ("topic=medtop:16000000", Term("topic", ("medtop:16000000",))),
        ('topic="conflict, war and peace",11000000', Term("topic", ("medtop:16000000", "medtop:11000000"))),
        ("section=WORLD", Term("section", ("world",))),
        ('author="Smith, John",ann lee', Term("author", ("smith, john", "ann lee"))),
        ("entity_type=PERSON", Term("entity_type", ("person",))),
        ("language=-en", Not(Term("language", ("en",)))),
        ("sentiment_min=-0.5", Range("sentiment", gte=-0.5)),
        ("sentiment_min=-1&sentiment_max=0", Range("sentiment", gte=-1.0, lte=0.0)),
        ("published_after=24h", Range("date", gte=NOW - timedelta(hours=24))),
        (
            "published_after=2026-06-01&published_before=2026-07-01",
            Range("date", gte=datetime(2026, 6, 1, tzinfo=UTC), lt=datetime(2026, 7, 1, tzinfo=UTC)),
        ),
    ],
)
def test_values_are_ids_names_or_labels(query: str, term: object) -> None:
    assert only(query) == term


@pytest.mark.parametrize("value", ["bbc.com", "BBC News", "bbc news", "www.bbc.com", "https://www.bbc.com/", "{bbc}"])
def test_sources_by_id_name_or_domain(value: str, known: dict[str, str]) -> None:
    params = QueryDict(mutable=True)
    params["source"] = value.format(**known)
    assert filters.read(params).query.filters[0] == Term("source", (known["bbc"],))


def test_entities_by_id_or_name_with_all_of_that_name(known: dict[str, str]) -> None:
    assert only("entity=vladimir PUTIN").values == (known["putin"],)
    assert only(f"entity={known['putin'].upper()}").values == (known["putin"],)
    assert sorted(only("entity=Georgia").values) == known["georgia"].split()
    assert only("entity=USA").values == (known["us"],)
    assert only("entity=владимир путин").values == ("0190",)  # as articles in Russian call him


def test_including_and_excluding_mix() -> None:
    assert asked("country=US,-CA,MX").filters == (
        Term("country", ("US", "MX")),
        Not(Term("country", ("CA",))),
        ORIGINALS,
    )


def test_words_are_analysed_for_the_languages_filtered_to() -> None:
    assert asked("language=de,pt-BR&q=x").languages == ("de", "pt")
    assert asked("language=-de&q=x").languages == ()


def test_duplicates() -> None:
    assert asked("duplicates=show") == Query()
    assert asked("duplicates=only").filters == (Term("duplicate", (True,)),)
    assert asked("q=duplicate:true").filters == ()  # q says it: the default keeps out


def test_names_in_q_are_resolved_like_parameters(known: dict[str, str]) -> None:
    tree = asked('q=source:bbc.com country:Iran topic:politics entity.person:"Vladimir Putin"').text
    assert tree == And(
        (
            Term("source", (known["bbc"],)),
            Term("country", ("IR",)),
            Term("topic", ("medtop:11000000",)),
            Term("entity.person", (known["putin"],)),
        )
    )
    with pytest.raises(InvalidQuery, match="Did you mean 'BBC News'") as caught:
        asked("q=war source:bbcnews")
    assert caught.value.extra["position"] == 11
    assert asked("q=war").text == Text("war", None, 0)


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("source=", "source", "empty"),
        ("source=bbc.com,,", "source", "empty"),
        ("source=-", "source", "empty"),
        ('source=""', "source", "empty"),
        ('source="bbc.com', "source", "closed"),
        ('source="bbc.com"x', "source", "closed"),
        ("source=bbc.co", "source", "Did you mean 'bbc.com'"),
        ("source=01890000-0000-7000-8000-000000000000", "source", "no source with the id"),
        ("entity=Vladmir Putin", "entity", "Did you mean 'Vladimir Putin'"),
        ("entity=zzz", "entity", "no entity 'zzz'"),
        ("entity_type=persons", "entity_type", "Did you mean 'person'"),
        ("topic=poltics", "topic", "Did you mean 'politics'"),
        ("country=Irak", "country", "Did you mean 'Iraq'"),
        ("language=Germn", "language", "Did you mean 'German'"),
        ("language=en-", "language", "no language"),
        ("section=Wrld", "section", "Did you mean 'World'"),
        ("author=An Lee", "author", "Did you mean 'Ann Lee'"),
        ("published_after=0000-01-01", "published_after", "no time"),
        ("published_after=99999-01-01", "published_after", "no time"),
        ("published_after=999999w", "published_after", "too far back"),
        ("published_after=yesterdayish", "published_after", "no time"),
        ("published_after=24h&published_after=7d", "published_after", "2 times"),
        ("published_after=24h&published_before=7d", "published_before", "later"),
        ("sentiment_min=nan", "sentiment_min", "from -1 to 1"),
        ("sentiment_min=2", "sentiment_min", "from -1 to 1"),
        ("sentiment_max=-inf", "sentiment_max", "from -1 to 1"),
        ("sentiment_min=1&sentiment_max=0", "sentiment_max", "below"),
        ("duplicates=hidden", "duplicates", "Did you mean 'hide'"),
        ("q=", "q", "empty"),
        ("q=a&q=b", "q", "2 times"),
        ("country=" + ",".join(["US"] * 501), "country", "at most 500"),
    ],
)
def test_what_cannot_be_meant_is_named(query: str, parameter: str, says: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        asked(query)
    assert caught.value.extra["parameter"] == parameter
    assert says in caught.value.detail


def test_the_digest_knows_filters_from_one_another_but_not_their_order() -> None:
    def digest(query: str) -> str:
        return filters.digest(QueryDict(query))

    assert digest("language=en&country=US") == digest("country=US&language=en")
    assert digest("language=en&limit=5") == digest("language=en&limit=7&cursor=x")
    assert digest("language=en") != digest("language=de") != digest("language=de&sort=date")


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_values_split_or_say_why(text: str) -> None:
    try:
        pairs = filters.split_values(text, "source")
    except InvalidParameter:
        return
    assert pairs and all(value.strip() for _, value in pairs)


@given(st.sampled_from([p.name for p in filters.filter_parameters()]), st.text(max_size=20))
@settings(max_examples=150, deadline=None)
def test_any_value_is_a_query_or_an_error(name: str, value: str) -> None:
    params = QueryDict(mutable=True)
    params[name] = value
    try:
        filters.check_text(params)
        filters.read(params)
    except NewsApiError as error:
        assert 400 <= error.status < 500


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("us", "US"),
        ("UK", "GB"),
        ("Türkiye", "TR"),
        ("turkey", "TR"),
        ("Côte d'Ivoire", "CI"),
        ("Kosovo", "XK"),
        ("deu", "DE"),
    ],
)
def test_countries(value: str, code: str) -> None:
    assert territories.find_country(value) == code


def test_every_country_and_language_is_found_by_its_own_name() -> None:
    for code, name in territories.countries().items():
        assert territories.find_country(name) == code
    for code in ("en", "de", "sq", "zh", "ar", "sr-Latn", "zh-Hant", "no", "nb"):
        assert territories.find_language(territories.language_name(code)) is not None
