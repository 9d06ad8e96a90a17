"""From captures to articles: leases, order, duplicates, revisions, and what goes wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone

from articles.models import Article, Change, Entity, Source
from ingest import pipeline, services, structuring, tasks, waking
from ingest.models import Capture, CaptureState, Priority
from tests.ingest.api import process, text

pytestmark = pytest.mark.django_db


def receive(**document: Any) -> Capture:
    return services.receive(orjson.dumps(document), "application/json", wake=False)


def ingest(**document: Any) -> Capture:
    capture = receive(**document)
    process()
    capture.refresh_from_db()
    return capture


def live() -> list[Article]:
    return list(Article.objects.filter(deleted_at=None).order_by("number"))


def test_a_capture_gives_an_article_its_entities_source_and_change() -> None:
    capture = ingest(text=text(), source="example.org", published_at="2026-06-18T14:05:00Z", external_id="x1")
    [article] = live()
    assert capture.article_id == article.id and capture.state == CaptureState.STRUCTURED and not capture.pending
    assert article.number == 1 and article.external_id == "x1"
    assert article.date.isoformat() == "2026-06-18T14:05:00+00:00"
    source = Source.objects.get()
    assert article.source == source and source.domain == "example.org"
    assert article.document["source"]["id"] == str(source.id)
    assert {entity["id"] for entity in article.document["entities"]} == {str(each.id) for each in Entity.objects.all()}
    assert list(Change.objects.values_list("article_id", "kind", "version")) == [(article.id, "created", 1)]


def test_without_a_time_of_publication_the_date_is_when_it_was_received() -> None:
    capture = ingest(text=text())
    assert live()[0].date == capture.received_at
    assert (
        ingest(text=text(marker="b"), received_at="2020-02-03").article.date.isoformat() == "2020-02-03T00:00:00+00:00"
    )


def test_the_same_body_from_the_same_source_is_a_duplicate_capture() -> None:
    first, again = ingest(text=text(), source="example.org"), ingest(text=text(), source="example.org")
    assert again.state == CaptureState.DUPLICATE and again.article_id == first.article_id
    assert len(live()) == 1 and Change.objects.count() == 1
    without = ingest(text=text()), ingest(text=text())
    assert [capture.state for capture in without] == [CaptureState.STRUCTURED, CaptureState.DUPLICATE]


def test_the_same_body_from_another_source_is_an_article_with_its_original() -> None:
    for source in ("a.example", "b.example", "c.example"):
        ingest(text=text(), source=source)
    first, second, third = live()
    assert first.duplicate_of is None
    assert second.duplicate_of == first and third.duplicate_of == first


def test_duplicates_within_one_chunk() -> None:
    captures = [receive(text=text(), source=source) for source in ("a.example", "a.example", "b.example")]
    assert pipeline.process() == 3
    states = [Capture.objects.get(id=capture.id).state for capture in captures]
    assert states == [CaptureState.STRUCTURED, CaptureState.DUPLICATE, CaptureState.STRUCTURED]
    first, second = live()
    assert second.duplicate_of == first


def test_another_text_under_the_same_id_is_a_revision() -> None:
    first = ingest(text=text(), source="example.org", external_id="story")
    second = ingest(text=text(marker="Work began."), source="example.org", external_id="story")
    [article] = live()
    assert second.article_id == first.article_id and second.state == CaptureState.STRUCTURED
    assert (article.number, article.revision, article.version) == (1, 2, 2)
    assert "Work began." in article.document["body"]
    assert list(Change.objects.order_by("id").values_list("kind", "version")) == [("created", 1), ("revised", 2)]
    assert ingest(text=text(marker="Work began."), source="example.org", external_id="story").state == "duplicate"
    other = ingest(text=text(marker="x"), source="other.example", external_id="story")
    assert other.article_id != first.article_id


def test_a_revision_within_one_chunk() -> None:
    for marker in ("one", "two", "two", "three"):
        receive(text=text(marker=marker), source="example.org", external_id="story")
    process()
    [article] = live()
    assert (article.revision, article.version) == (3, 3) and "three" in article.document["body"]
    assert list(Change.objects.order_by("id").values_list("version", flat=True)) == [1, 2, 3]


def test_a_text_that_was_overtaken_by_a_later_one_does_not_come_back() -> None:
    first = receive(text=text(), source="example.org", external_id="story")
    [claimed] = pipeline.claim(pipeline.claimable(), 1)
    second = ingest(text=text(marker="Work began."), source="example.org", external_id="story")
    third = ingest(text=text(marker="Work ended."), source="example.org", external_id="story")
    assert (second.state, third.state) == (CaptureState.STRUCTURED, CaptureState.STRUCTURED)
    pipeline.run([claimed])
    [article] = live()
    assert "Work ended." in article.document["body"] and article.version == 2
    first.refresh_from_db()
    assert first.state == CaptureState.DUPLICATE and first.article_id == article.id and not first.pending


def test_a_single_post_after_a_bulk_load_is_the_later_text() -> None:
    receive(text=text(), source="example.org", external_id="story")
    Capture.objects.update(priority=Priority.BULK)
    receive(text=text(marker="Work began."), source="example.org", external_id="story")
    process()
    [article] = live()
    assert "Work began." in article.document["body"]


def test_a_revised_original_leaves_its_duplicates_to_the_next() -> None:
    for source in ("a.example", "b.example", "c.example"):
        ingest(text=text(), source=source, external_id="s")
    other = (
        "Ferry to the islands is late\n\nFog kept the morning ferry in port until noon, its captain told passengers."
    )
    ingest(text=other, source="a.example", external_id="s")
    first, second, third = live()
    assert first.duplicate_of is None and second.duplicate_of is None and third.duplicate_of == second
    assert (second.version, third.version) == (2, 2) and second.revision == 1


def test_single_posts_overtake_bulk_and_order_is_kept() -> None:
    slow = [receive(text=text(marker=f"bulk {n}")) for n in range(3)]
    Capture.objects.update(priority=Priority.BULK)
    single = receive(text=text(marker="single"))
    claimed = pipeline.claim(pipeline.claimable(), 2)
    assert [capture.id for capture in claimed] == [single.id, slow[0].id]
    assert [capture.id for capture in pipeline.claim(pipeline.claimable(), 9)] == [each.id for each in slow[1:]]
    assert pipeline.claim(pipeline.claimable(), 9) == []


def test_a_lost_lease_is_claimed_again_alone_and_given_up_after_three_times() -> None:
    lost, fresh = receive(text=text(marker="lost")), receive(text=text(marker="fresh"))
    for attempt in range(pipeline.MAX_ATTEMPTS):
        claimed = pipeline.claim(pipeline.claimable().filter(id=lost.id) if attempt == 0 else pipeline.claimable(), 9)
        assert [capture.id for capture in claimed] == [lost.id]
        Capture.objects.filter(id=lost.id).update(lease_until=timezone.now() - timedelta(seconds=1))
    process()
    lost.refresh_from_db(), fresh.refresh_from_db()
    assert lost.state == CaptureState.FAILED and not lost.pending
    assert lost.reason is not None and lost.reason["code"] == "gave_up"
    assert fresh.state == CaptureState.STRUCTURED


def test_who_was_slower_than_its_lease_writes_nothing_twice() -> None:
    receive(text=text())
    slow = pipeline.claim(pipeline.claimable(), 9)
    Capture.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    process()
    pipeline.run(slow)
    assert len(live()) == 1 and Change.objects.count() == 1


def test_a_bug_that_one_document_finds_fails_only_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    structure = structuring.structure

    def buggy(raw: Any) -> Any:
        if "poison" in raw.text:
            raise RecursionError("too deep")
        return structure(raw)

    monkeypatch.setattr(structuring, "structure", buggy)
    captures = [receive(text=text(marker=marker)) for marker in ("a", "poison", "b")]
    process()
    states = [Capture.objects.get(id=capture.id).state for capture in captures]
    assert states == [CaptureState.STRUCTURED, CaptureState.FAILED, CaptureState.STRUCTURED]
    reason = Capture.objects.get(id=captures[1].id).reason
    assert reason is not None and "RecursionError" in reason["detail"]


def test_what_the_database_does_not_take_fails_only_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    as_json = structuring.as_json

    def odd(structured: Any) -> Any:
        document = as_json(structured)
        if "poison" in document["body"]:
            document["headline"] = "\ud800"
        return document

    monkeypatch.setattr(structuring, "as_json", odd)
    captures = [receive(text=text(marker=marker)) for marker in ("a", "poison", "b")]
    process()
    states = [Capture.objects.get(id=capture.id).state for capture in captures]
    assert states == [CaptureState.STRUCTURED, CaptureState.FAILED, CaptureState.STRUCTURED]
    assert [article.number for article in live()] == [1, 2]


def test_a_database_that_is_away_fails_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    receive(text=text())

    def locked(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr("articles.store.store", locked)
        with pytest.raises(OperationalError):
            pipeline.process()
    Capture.objects.update(lease_until=F("received_at"))
    process()
    assert len(live()) == 1


def test_a_chunk_that_takes_long_is_handed_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "CHUNK_SECONDS", 0.0)
    for marker in "abc":
        receive(text=text(marker=marker))
    assert pipeline.process() == 1
    assert list(Capture.objects.filter(pending=True).values_list("attempts", "lease_until")) == [(0, None)] * 2


def test_numbers_never_come_again() -> None:
    ingest(text=text(marker="a"))
    Article.objects.all().delete()
    ingest(text=text(marker="b"))
    assert live()[0].number == 2


def test_restructuring_changes_in_place_and_keeps_corrections(monkeypatch: pytest.MonkeyPatch) -> None:
    from articles.services import correct

    capture = ingest(text=text(), source="example.org")
    other = ingest(text=text(marker="unchanged"), source="example.org")
    correct(live()[0].id, {"headline": "As people put it"})
    as_json = structuring.as_json

    def better(structured: Any) -> Any:
        document = as_json(structured)
        if "unchanged" not in document["body"]:
            document["byline"] = "By the new rules"
        return document

    monkeypatch.setattr(structuring, "as_json", better)
    assert services.restructure(wake=False) == 2
    assert list(Capture.objects.values_list("pending", "priority")) == [(True, Priority.RESTRUCTURE)] * 2
    process()
    article, untouched = live()
    assert article.headline == "As people put it" and article.document["byline"] == "By the new rules"
    assert article.document["provenance"]["headline"]["method"] == "correction"
    assert (article.revision, article.version) == (2, 3)
    assert (untouched.revision, untouched.version) == (1, 1)
    capture.refresh_from_db(), other.refresh_from_db()
    assert capture.state == other.state == CaptureState.STRUCTURED


def test_restructuring_takes_the_newest_text_and_leaves_the_deleted_alone() -> None:
    from articles.services import delete

    ingest(text=text(marker="old"), source="example.org", external_id="s")
    ingest(text=text(marker="new"), source="example.org", external_id="s")
    gone = ingest(text=text(marker="gone"))
    assert gone.article_id is not None
    delete(gone.article_id)
    assert services.restructure(wake=False) == 1
    process()
    [article] = live()
    assert "new" in article.document["body"] and article.version == 2


def test_restructuring_gives_another_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(structuring, "structure", lambda raw: 1 / 0)
        capture = ingest(text=text())
    assert capture.state == CaptureState.FAILED
    services.restructure(wake=False)
    process()
    capture.refresh_from_db()
    assert capture.state == CaptureState.STRUCTURED and capture.reason is None


def test_inline_needs_no_worker() -> None:
    counts = services.ingest_inline([{"text": text()}, {"text": text()}, {"text": text(marker="b")}])
    assert counts == {"structured": 2, "duplicate": 1}


class Enqueued:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        self.count = 0
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
        monkeypatch.setattr(tasks.process_captures, "apply_async", self.apply_async)
        monkeypatch.setattr(waking, "_silent_until", 0.0)
        waking.begun()

    def apply_async(self, **options: Any) -> None:
        self.count += 1


def test_wakeups_are_coalesced_until_a_worker_begins(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    enqueued = Enqueued(monkeypatch, settings)
    for _ in range(5):
        waking.wake()
    assert enqueued.count == 1
    assert not tasks.sweep()
    receive(text=text())
    assert tasks.process_captures() == 1
    receive(text=text(marker="b"))
    assert tasks.sweep()
    assert enqueued.count == 2


def test_without_redis_nothing_fails_and_little_time_is_lost(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(waking, "_silent_until", 0.0)
    began = timezone.now()
    for _ in range(50):
        waking.wake()
    assert timezone.now() - began < timedelta(seconds=1)


def test_tasks_belong_to_the_app_that_knows_the_broker() -> None:
    from newsapi.celery import app

    assert tasks.process_captures.app is app and tasks.sweep.app is app
