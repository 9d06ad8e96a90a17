"""The feed over HTTP: pages, and events to whoever keeps listening."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from articles.models import ChangeKind
from search import filters
from search.streaming import events
from search.streaming.events import Stream
from search.streaming.tail import Tail, TooManyStreams, tail
from tests.search.changes import add, delete, document, edit
from tests.search.closing import close

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = {"accept": "text/event-stream"}


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture(autouse=True)
def _looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that looks has a connection of its own and would not see a test's transaction."""

    def wait(self: Tail, position: int, seconds: float) -> bool:
        from articles import changefeed

        return changefeed.latest() > position

    events._kept.clear()
    monkeypatch.setattr(events, "close_old_connections", lambda: None)
    monkeypatch.setattr(Tail, "wait", wait)
    monkeypatch.setattr(Tail, "_look", lambda self: None)


def get(client: Client, address: str, **headers: str) -> Any:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def read_events(stream: Any, count: int) -> list[dict[str, Any]]:
    """The next events that carry data."""
    found: list[dict[str, Any]] = []
    for block in stream:
        lines = dict(line.split(": ", 1) for line in block.decode().strip().splitlines() if ": " in line)
        if "data" in lines:
            found.append({"id": int(lines["id"]), "event": lines["event"], **json.loads(lines["data"])})
        if len(found) == count:
            break
    return found


def listen(client: Client, address: str, **headers: str) -> Any:
    answer = client.get(address, headers={**EVENTS, **headers})
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer


def test_pages_lead_on_to_what_comes_later(client: Client) -> None:
    one, two, three = add(*(document(headline=name) for name in ("One", "Two", "Three")))
    page = get(client, "/v1/changes?limit=2&fields=headline")
    assert [(row["id"], row["kind"], row["article"]["headline"]) for row in page["results"]] == [
        (str(one.id), "created", "One"),
        (str(two.id), "created", "Two"),
    ]
    assert page["more"] is True
    page = get(client, page["next"])
    assert [row["id"] for row in page["results"]] == [str(three.id)]
    assert page["more"] is False
    empty = get(client, page["next"])
    assert (empty["results"], empty["last"]) == ([], page["last"])
    delete(two)
    [row] = get(client, empty["next"])["results"]
    assert (row["id"], row["kind"], row["version"], row["article"]) == (str(two.id), "deleted", 2, None)


def test_a_filtered_page_does_not_ask_for_the_same_again(client: Client) -> None:
    [article] = add(document())
    for _ in range(5):
        edit(article)
    page = get(client, "/v1/changes?kind=deleted&limit=3")
    assert page["results"] == [] and page["more"] is False
    delete(article)
    page = get(client, page["next"])
    assert [row["kind"] for row in page["results"]] == ["deleted"]


@pytest.mark.parametrize(
    ("address", "parameter", "says"),
    [
        ("/v1/changes?after=x", "after", "whole number"),
        ("/v1/changes?after=99999", "after", "older than what you saw"),
        ("/v1/changes?limit=0", "limit", ""),
        ("/v1/changes?kind=creatd", "kind", "Did you mean 'created'"),
        ("/v1/changes?fields=headlin", "fields", "Did you mean 'headline'"),
        ("/v1/changes?afer=1", "afer", "after"),
        ("/v1/stream?q=(", "q", ""),
        ("/v1/stream?limit=5", "limit", "no parameter"),
    ],
)
def test_mistakes_are_named(client: Client, address: str, parameter: str, says: str) -> None:
    for headers in ({}, EVENTS):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = answer.json()
        assert problem["parameter"] == parameter
        assert says in problem["detail"]


def test_a_stream_has_what_was_and_what_comes(client: Client) -> None:
    [article] = add(document())
    answer = listen(client, "/v1/changes?after=0")
    stream = iter(answer)
    assert [event["event"] for event in read_events(stream, 1)] == ["created"]
    edit(article, ChangeKind.REVISED)
    [event] = read_events(stream, 1)
    assert (event["event"], event["kind"], event["version"], event["id"]) == ("revised", "revised", 2, str(article.id))
    close(answer)


def test_who_comes_again_goes_on_after_the_last_event(client: Client) -> None:
    articles = add(*(document() for _ in range(5)))
    answer = listen(client, "/v1/changes?after=0")
    stream = iter(answer)
    seen = [block for block in (next(stream) for _ in range(4)) if b"data" in block]
    close(answer)
    last = seen[-1].split(b"\n")[0].removeprefix(b"id: ").decode()
    # The address says from the beginning, as an EventSource repeats it; the header counts.
    answer = listen(client, "/v1/changes?after=0", **{"last-event-id": last})
    rest = read_events(iter(answer), 5 - len(seen))
    assert [event["id"] for event in rest] == [str(article.id) for article in articles[len(seen) :]]
    close(answer)
    assert client.get("/v1/changes", headers={**EVENTS, "last-event-id": "x"}).status_code == 400


def test_only_what_matches_is_streamed(client: Client) -> None:
    answer = listen(client, "/v1/stream?q=storm&fields=headline")
    stream = iter(answer)
    next(stream)
    storm, calm = add(document("A storm came.", headline="Storm"), document("It was calm.", headline="Calm"))
    edit(calm, ChangeKind.REVISED, document=document("Then storms came.", headline="No calm"))
    delete(storm)
    edit(calm)
    found = read_events(stream, 3)
    # What is removed meanwhile matches nothing any more.
    assert [(event["id"], event["article"]["headline"]) for event in found] == [(str(calm.id), "No calm")] * 3
    assert [event["version"] for event in found] == [1, 2, 3]
    close(answer)


def test_without_fields_the_article_is_as_lists_show_it(client: Client) -> None:
    answer = listen(client, "/v1/stream?language=en")
    stream = iter(answer)
    next(stream)
    add(document("Some words"))
    [event] = read_events(stream, 1)
    assert event["article"]["body"] == "Some words"
    assert "provenance" not in event["article"]
    close(answer)


def test_streams_are_bounded_and_give_their_places_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "_most", 2)
    before = tail._open
    first, second = listen(client, "/v1/changes"), listen(client, "/v1/stream")
    refused = client.get("/v1/stream", headers=EVENTS)
    assert refused.status_code == 503
    assert refused.json()["code"] == "too_many_streams"
    assert int(refused.headers["Retry-After"]) > 0
    close(first)
    third = listen(client, "/v1/changes")
    close(second)
    close(third)
    close(third)
    assert tail._open == before


def test_head_opens_no_stream(client: Client) -> None:
    before = tail._open
    assert client.head("/v1/stream", headers=EVENTS).status_code == 200
    assert tail._open == before


def test_a_stream_ends_with_its_time_or_its_process() -> None:
    here = Tail()
    stream = Stream(here, 0, events.every_change(frozenset(), None), lifetime=0.0)
    assert [block.split(b":")[0] for block in stream] == [b"retry"]
    stream.close()
    stream = Stream(here, 0, events.every_change(frozenset(), None))
    blocks = iter(stream)
    next(blocks)
    here.end()
    assert list(blocks) == []
    stream.close()
    with pytest.raises(TooManyStreams):
        here.enter()


def test_ages_in_a_query_count_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def read() -> filters.Filters:
        asked.append(1)
        return filters.read(QueryDict("published_after=1h"))

    write = events.matching(read, None)
    from articles import changefeed

    for _ in range(2):
        add(document())
        last = changefeed.latest()
        assert len(list(write(changefeed.read(last - 1, 5)))) == 1
    assert len(asked) == 2


@pytest.fixture
def unpatched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.undo()
    yield


def test_waiters_are_woken_by_the_look(unpatched: None, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Tail()
    given = iter([5, 5])
    more = threading.Event()
    monkeypatch.setattr(Tail, "_latest", lambda self: next(given, 6 if more.is_set() else 5))
    here.enter()
    assert here.wait(4, 60)
    assert not here.wait(5, 0.01)
    more.set()
    assert here.wait(5, 60)
    here.leave()
    with here._changed:
        assert here._changed.wait_for(lambda: not here._looking, 60)
