"""Originals and duplicates as articles arrive, change and go; the same address; what is explained."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import services, store
from articles.copies import Body
from articles.finding_anew import find_anew
from articles.ledger import writing
from articles.models import Article, Band, Change, Revision
from enrich.fingerprints import fingerprint
from enrich.urls import canonical
from ingest import pipeline
from ingest import services as ingesting
from ingest.models import Capture
from tests.articles import pairs
from tests.ingest.api import client, process, reader

pytestmark = pytest.mark.django_db

WIRE, TOLD = pairs.events()[0]
PARAGRAPHS = WIRE.split("\n\n")
SHORT = "\n\n".join(PARAGRAPHS[:3])
OTHER = pairs.events()[1][0]
PAGE = "https://paper.example/2026/dam"


def ingest(body: str, headline: str = "Dam breaks on the upper Varga", **more: Any) -> Capture:
    document = {"text": f"{headline}\n\n{body}\n", **more}
    capture = ingesting.receive(orjson.dumps(document), "application/json", wake=False)
    process()
    capture.refresh_from_db()
    return capture


def live() -> list[Article]:
    return list(Article.objects.filter(deleted_at=None).order_by("number"))


def explain(found: object) -> Any:
    return reader().get(f"/v1/articles/{found}/explain").json()


def test_wire_copy_cut_at_the_end_is_a_duplicate_and_a_report_of_ones_own_is_not() -> None:
    ingest(WIRE, source="wire.example")
    ingest(f"SELM (Newswire) - {SHORT}", headline="Nine die in flood", source="paper.example")
    ingest(TOLD, headline="A morning of mud", source="weekly.example")
    wire, copy, told = live()
    assert wire.duplicate_of is None and copy.duplicate_of == wire and told.duplicate_of is None
    assert copy.similarity is not None and 0.9 < copy.similarity <= 1
    shown = reader().get(f"/v1/articles/{copy.id}").json()
    assert shown["duplicate_of"] == str(wire.id) and shown["similarity"] == copy.similarity
    assert wire.similarity is None and list(Change.objects.values_list("version", flat=True)) == [1, 1, 1]


def test_the_whole_text_after_its_beginning_is_a_duplicate_too() -> None:
    for body, source in ((SHORT, "a.example"), (WIRE, "b.example")):
        ingest(body, source=source)
    short, whole = live()
    assert whole.duplicate_of == short


def test_copies_within_one_chunk() -> None:
    for body, source in ((WIRE, "a.example"), (SHORT, "b.example"), (OTHER, "a.example")):
        document = {"text": f"A headline of this source\n\n{body}", "source": source}
        ingesting.receive(orjson.dumps(document), "application/json", wake=False)
    assert pipeline.process() == 3
    first, second, third = live()
    assert second.duplicate_of == first and third.duplicate_of is None


def test_a_copy_of_a_copy_points_to_the_original() -> None:
    for source, body in (("a.example", WIRE), ("b.example", SHORT), ("c.example", SHORT)):
        ingest(body, source=source)
    first, second, third = live()
    assert second.duplicate_of == third.duplicate_of == first
    assert second.similarity == third.similarity


@pytest.mark.parametrize(
    "again",
    [
        "http://www.paper.example/2026/dam/",
        "https://m.paper.example/2026/dam?utm_source=x",
        f"{PAGE}/amp",
        f"{PAGE}#top",
    ],
)
def test_another_text_under_the_same_address_is_the_next_revision(again: str) -> None:
    first = ingest(SHORT, url=PAGE)
    second = ingest(WIRE, url=again)
    [article] = live()
    assert second.article_id == first.article_id == article.id and second.state == "structured"
    assert (article.revision, article.version) == (2, 2) and "Rain is expected" in article.document["body"]
    assert list(Change.objects.order_by("id").values_list("kind", flat=True)) == ["created", "revised"]
    third = ingest(WIRE, url=PAGE)
    assert third.state == "duplicate" and third.reason is not None and third.reason["code"] == "same_text"


def test_the_earlier_text_is_kept_and_goes_with_the_article() -> None:
    article_id = ingest(SHORT, url=PAGE).article_id
    ingest(WIRE, url=PAGE)
    client().patch(f"/v1/articles/{article_id}", {"headline": "What the water took"}, format="json")
    listed = reader().get(f"/v1/articles/{article_id}/revisions").json()["results"]
    assert [each["revision"] for each in listed] == [2, 1]
    earlier = reader().get(listed[1]["link"]).json()
    assert "Rain is expected" not in earlier["body"] and earlier["revision"] == 1
    for number, status in (("3", 404), ("0", 404), ("x", 404), ("99999999999", 404)):
        assert reader().get(f"/v1/articles/{article_id}/revisions/{number}").status_code == status
    assert reader().get(f"/v1/articles/{article_id}/revisions?limit=1").status_code == 400
    client().delete(f"/v1/articles/{article_id}")
    assert reader().get(f"/v1/articles/{article_id}/revisions").status_code == 410
    assert not Revision.objects.exists()


def test_what_was_overtaken_at_the_same_address_does_not_come_back() -> None:
    document = {"text": f"Dam breaks on the upper Varga\n\n{SHORT}", "url": PAGE}
    slow = ingesting.receive(orjson.dumps(document), "application/json", wake=False)
    [claimed] = pipeline.claim(pipeline.claimable(), 1)
    ingest(OTHER, url=PAGE)
    ingest(WIRE, url=PAGE)
    pipeline.run([claimed])
    [article] = live()
    assert "Rain is expected" in article.document["body"]
    slow.refresh_from_db()
    assert slow.state == "duplicate" and slow.reason is not None and slow.reason["code"] == "overtaken"


def test_a_teaser_does_not_take_the_place_of_the_text() -> None:
    ingest(WIRE, url=PAGE)
    teaser = ingest(PARAGRAPHS[0], headline="Dam breaks", url=PAGE)
    [article] = live()
    assert article.revision == 1 and teaser.state == "duplicate"
    assert teaser.reason is not None and teaser.reason["code"] == "excerpt"
    assert (
        ingest("The report has been withdrawn by the paper, which regrets the error.", url=PAGE).state == "structured"
    )
    assert live()[0].revision == 2


def test_a_front_page_or_another_source_makes_no_revision() -> None:
    for body, url, source in (
        (WIRE, "https://paper.example/", "paper.example"),
        (OTHER, "https://paper.example/", "paper.example"),
        (TOLD, PAGE, "paper.example"),
        (pairs.events()[2][0], PAGE, "reuters.com"),
    ):
        ingest(body, url=url, source=source)
    assert [article.revision for article in live()] == [1] * len(live()) and len(live()) >= 3


def test_with_ids_of_their_own_texts_under_one_address_need_something_in_common() -> None:
    ingest(WIRE, headline="Dam breaks", url=PAGE, external_id="1")
    ingest(OTHER, headline="Rates stay", url=PAGE, external_id="2")
    assert len(live()) == 2
    ingest(f"{SHORT}\n\nIn the evening the water fell.", headline="Dam broke", url=PAGE, external_id="3")
    assert [article.revision for article in live()] == [2, 1]


def test_when_the_original_goes_its_copies_are_judged_anew() -> None:
    end = "\n\n".join(PARAGRAPHS[3:])
    for source, body in (("a", WIRE), ("b", SHORT), ("c", SHORT), ("d", end)):
        ingest(body, source=f"{source}.example")
    first, *others = live()
    assert {each.duplicate_of_id for each in others} == {first.id}
    services.delete(first.id)
    second, third, fourth = live()
    assert second.duplicate_of is None and third.duplicate_of == second and third.similarity == 1
    assert fourth.duplicate_of is None
    assert [each.version for each in (second, third, fourth)] == [2, 2, 2]
    assert Change.objects.filter(kind="updated").count() == 3
    ingest(SHORT, source="e.example")
    assert live()[-1].duplicate_of == second


def test_a_correction_makes_a_duplicate_an_article_of_its_own_and_back() -> None:
    for source in ("a.example", "b.example"):
        ingest(WIRE, source=source)
    first, second = live()
    services.correct(second.id, {"paragraphs": OTHER.split("\n\n")})
    second.refresh_from_db()
    assert second.duplicate_of is None and second.similarity is None
    third = ingest(OTHER, source="c.example").article_id
    assert Article.objects.get(id=third).duplicate_of == second
    services.correct(second.id, {"paragraphs": [*PARAGRAPHS[:-1], "Rain is expected on Sunday."]})
    second.refresh_from_db()
    assert second.duplicate_of == first and Article.objects.get(id=third).duplicate_of is None
    assert ingest(WIRE, source="b.example").state == "duplicate"  # What arrived is still known.


def test_a_newer_original_follows_an_older_article_that_gets_its_text() -> None:
    ingest(OTHER, source="a.example", external_id="x")
    for source in ("b.example", "c.example"):
        ingest(WIRE, source=source)
    ingest(WIRE, source="a.example", external_id="x")
    first, second, third = live()
    assert first.duplicate_of is None and second.duplicate_of == third.duplicate_of == first


def test_why_it_is_a_duplicate_and_what_became_of_each_input() -> None:
    ingest(WIRE, source="wire.example")
    copy = ingest(SHORT, source="paper.example")
    dropped = ingest(SHORT, source="paper.example")
    wire = live()[0]
    found = explain(copy.article_id)
    assert found["is_duplicate"] and found["duplicate_of"]["id"] == str(wire.id)
    assert found["because"]["code"] == "near_body" and found["because"]["contained"] == found["similarity"]
    assert [each["status"] for each in found["inputs"]] == ["duplicate", "structured"]
    assert found["inputs"][0]["reason"]["code"] == "same_body"
    original = explain(wire.id)
    assert not original["is_duplicate"] and original["because"] is None
    assert [each["id"] for each in original["duplicates"]] == [str(copy.article_id)]
    assert explain(dropped.id)["document"]["reason"]["code"] == "same_body"
    ingest(SHORT, source="third.example")
    assert explain(live()[-1].id)["because"]["code"] == "near_body"
    services.delete(wire.id)
    assert explain(live()[-1].id)["because"]["code"] == "same_body"
    assert reader().get(f"/v1/articles/{wire.id}/explain").status_code == 410
    assert reader().get("/v1/articles/x/explain").status_code == 404
    assert reader().get(f"/v1/articles/{'0' * 32}/explain").json()["code"] == "not_found"


def test_an_input_that_gave_no_article_is_explained() -> None:
    capture = ingest("x", headline="Home", url=PAGE)
    if capture.state == "rejected":
        assert explain(capture.id)["document"]["reason"]["detail"]


def test_after_the_table_of_keys_was_lost_it_is_made_again() -> None:
    for source, body in (("a", WIRE), ("b", SHORT), ("c", OTHER)):
        ingest(body, source=f"{source}.example")
    before = set(Band.objects.values_list("key", "number"))
    Band.objects.all().delete()
    ingest(SHORT, source="d.example")  # The same hash finds it all the same.
    # Nothing finds this one.
    ingest(f"{SHORT}\n\nThe mayor of Lower Selm thanked the soldiers for their help.", source="e.example")
    assert live()[-1].duplicate_of is None
    Article.objects.update(near=None, url_key="")
    found = find_anew(canonical)
    assert (found.articles, found.duplicates) == (5, 3) and set(Band.objects.values_list("key", "number")) == before
    assert live()[-1].duplicate_of == live()[0]
    changes = Change.objects.count()
    find_anew(canonical)
    assert Change.objects.count() == changes


TEXTS = [WIRE, SHORT, "\n\n".join(PARAGRAPHS[2:]), TOLD, OTHER, "\n\n".join(OTHER.split("\n\n")[:3]), "A word or two."]
OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["put", "put", "put", "correct", "delete"]), st.integers(0, 4), st.integers(0, 6)),
    max_size=14,
)


def put(external_id: str, body: str) -> None:
    prints = fingerprint(body)
    assert prints is not None
    document = {
        "headline": "One headline for all of them",
        "body": body,
        "paragraphs": body.split("\n\n"),
        "source": {"name": external_id, "domain": f"{external_id}.example"},
        "fingerprints": {"content": prints.content, "near": prints.near},
    }
    with writing() as numbers:
        store.store(numbers, [store.Incoming(document, Article().created_at, external_id)])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OPERATIONS)
def test_whatever_happens_each_duplicate_has_a_live_older_original_that_it_copies(
    operations: list[tuple[str, int, int]],
) -> None:
    Article.objects.all().delete()
    Band.objects.all().delete()
    for name, which, text in operations:
        article = Article.objects.filter(external_id=f"s{which}", deleted_at=None).first()
        if name == "put":
            put(f"s{which}", TEXTS[text])
        elif article is not None and name == "delete":
            services.delete(article.id)
        elif article is not None:
            services.correct(article.id, {"paragraphs": TEXTS[text].split("\n\n")})
    articles = live()
    for article in articles:
        versions = article.changes.order_by("id").values_list("version", flat=True)
        assert list(versions) == list(range(1, article.version + 1))
        if (original := article.duplicate_of) is not None:
            assert original.deleted_at is None and original.duplicate_of is None and original.number < article.number
            assert article.similarity is not None
    originals = [article for article in articles if article.duplicate_of is None]
    assert {number for _, number in Band.objects.values_list("key", "number")} == {
        article.number for article in originals if Body.of(article.document).keys
    }
    before = [(article.id, article.duplicate_of_id, article.similarity, article.version) for article in articles]
    find_anew(canonical)
    assert [(each.id, each.duplicate_of_id, each.similarity, each.version) for each in live()] == before
