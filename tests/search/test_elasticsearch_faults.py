"""When Elasticsearch is away, hangs, is busy or refuses: every answer is ours, and soon."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsapi.problems import exception_handler
from search.engines.base import EngineUnavailable, QueryTooLarge, Reader
from search.engines.elasticsearch import writer as writing
from search.engines.elasticsearch.address import Address
from search.engines.elasticsearch.connection import Connection
from search.engines.elasticsearch.engine import ElasticsearchEngine, Options
from search.engines.elasticsearch.indices import Indices
from search.engines.elasticsearch.reader import ElasticsearchReader
from search.query import Query, Text
from search.results import Search, Terms
from tests.bounds import EVENT, promised
from tests.search.conforming.archive import Archive, article
from tests.search.elastic import temporary
from tests.search.faults import Answer, FaultyNode, bulk, error

LIMIT = 2.0
"""Seconds that a cluster that does not answer may cost."""
HITS = {"hits": {"total": {"value": 7}, "hits": []}, "_shards": {"total": 1}}


@pytest.fixture
def node() -> Iterator[FaultyNode]:
    with FaultyNode().running() as node:
        node.script = lambda method, path, body: (200, HITS)
        yield node


def reader(*urls: str, timeout: float = 10.0) -> ElasticsearchReader:
    address = Address(urls, "t")
    return ElasticsearchReader(Indices(Connection(address, timeout), "t", 1, 0, monthly=False))


def refusal(reader: Reader) -> tuple[EngineUnavailable, float]:
    """What a search raises, and after how many seconds."""
    began = time.monotonic()
    with pytest.raises(EngineUnavailable) as raised:
        reader.count(Query())
    return raised.value, time.monotonic() - began


def eventually(reader: Reader, within: float) -> int:
    deadline = time.monotonic() + within
    while True:
        try:
            return reader.count(Query())
        except EngineUnavailable:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_cluster_that_is_down(node: FaultyNode) -> None:
    asking = reader(node.url)
    node.server.shutdown()
    node.server.server_close()
    asking._indices.connection.client.close()
    found, took = refusal(asking)
    assert took < promised(LIMIT) and found.status == 503
    response = exception_handler(found, {})
    assert response is not None and int(response.headers["Retry-After"]) >= 1
    assert all(refusal(asking)[1] < promised(0.1) for _ in range(20))


def test_tls_with_an_authority_of_ones_own(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=es.example", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with FaultyNode(context=context).running() as node:
        node.script = lambda method, path, body: (200, HITS)
        trusting = Address((node.url,), "t", ca_file=str(certificate))
        assert ElasticsearchReader(Indices(Connection(trusting, 10.0), "t", 1, 0, monthly=False)).count(Query()) == 7
        with pytest.raises(EngineUnavailable) as raised:
            reader(node.url).count(Query())
    assert "SEARCH_CA_FILE" in raised.value.detail


def test_no_cluster_at_all() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(EngineUnavailable):
        reader(f"http://127.0.0.1:{port}")
    assert time.monotonic() - began < promised(LIMIT)


def test_a_cluster_that_hangs_and_comes_back(node: FaultyNode) -> None:
    asking = reader(node.url)
    assert asking.count(Query()) == 7
    node.awake.clear()
    slow: list[float] = []
    callers = [threading.Thread(target=lambda: slow.append(refusal(asking)[1])) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert max(slow) < promised(LIMIT)
    # From now on callers are told at once, and one of them a second looks.
    took = [refusal(asking)[1] for _ in range(200)]
    assert sum(one > promised(0.1) for one in took) <= 2
    node.awake.set()
    assert eventually(asking, within=EVENT) == 7


def test_a_node_that_hangs_beside_one_that_does_not(node: FaultyNode) -> None:
    with FaultyNode().running() as other:
        other.script = node.script
        asking = reader(node.url, other.url)
        other.awake.clear()
        for _ in range(6):
            began = time.monotonic()
            assert asking.count(Query()) == 7
            assert time.monotonic() - began < promised(LIMIT)


def test_a_slow_search_is_waited_for(node: FaultyNode) -> None:
    asking = reader(node.url, timeout=10)

    def slowly(method: str, path: str, body: bytes) -> Answer:
        if b'"size":0' in body and method == "POST":
            time.sleep(2.5)
        return 200, HITS

    node.script = slowly
    assert asking.count(Query()) == 7


def test_a_search_that_is_too_slow_leaves_the_others_alone(node: FaultyNode) -> None:
    asking = reader(node.url, timeout=1)
    late = threading.Event()

    def never(method: str, path: str, body: bytes) -> Answer:
        if b"slow" in body:
            late.wait(20)
        return 200, HITS

    node.script = never
    with pytest.raises(EngineUnavailable, match="longer than 1 s"):
        asking.count(Query(Text("slow"), languages=("en",)))
    late.set()
    assert asking.count(Query()) == 7


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(429, "es_rejected_execution_exception"), EngineUnavailable),
        (error(429, "circuit_breaking_exception"), EngineUnavailable),
        (error(503, "search_phase_execution_exception"), EngineUnavailable),
        (error(503, "cluster_block_exception"), EngineUnavailable),
        (error(500, "null_pointer_exception"), EngineUnavailable),
        (error(400, "parsing_exception"), EngineUnavailable),
        (error(401, "security_exception"), EngineUnavailable),
        (error(400, "too_many_nested_clauses"), QueryTooLarge),
        (error(400, "search_phase_execution_exception", "too_many_nested_clauses: maxClauseCount"), QueryTooLarge),
        (error(400, "too_many_buckets_exception"), QueryTooLarge),
        (error(413, "content_too_long"), QueryTooLarge),
        ((502, {"message": "a proxy's own"}), EngineUnavailable),
    ],
)
def test_every_error_is_ours(node: FaultyNode, answer: Answer, expected: type[Exception]) -> None:
    asking = reader(node.url)
    node.script = lambda method, path, body: answer
    for ask in (
        lambda: asking.count(Query(Text("a"), languages=("en",))),
        lambda: asking.search(Search(Query(), sort="relevance")),
        lambda: asking.aggregate(Query(), [Terms("source")]),
        lambda: asking.fetch([1]),
        lambda: asking.stored(0, 10),
    ):
        with pytest.raises(expected):
            ask()


@pytest.fixture
def faulty(elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[FaultyNode, Archive]]:
    """An engine that writes through a node of which the test can have its way."""
    monkeypatch.setattr(writing, "FIRST_WAIT", 0.01)
    with temporary(elasticsearch_url) as engine, FaultyNode(elasticsearch_url).running() as node:
        yield node, Archive(ElasticsearchEngine(Address((node.url,), engine.address.prefix), Options()))


def turned_away(times: int, answers: list[Answer], sent: list[bytes]) -> object:
    """Answers bulk requests with what is given, then passes them on."""

    def script(method: str, path: str, body: bytes) -> Answer:
        if path.startswith("/_bulk"):
            sent.append(body)
            if answers:
                return answers.pop(0)
        return None

    return script


def test_items_that_are_turned_away_are_sent_again(faulty: tuple[FaultyNode, Archive]) -> None:
    node, archive = faulty
    archive.write(article(1))
    sent: list[bytes] = []
    answers = [error(429, "circuit_breaking_exception"), bulk(429, 200, 503), bulk(201, 429)]
    # What the test says was taken was not: only what is sent again arrives.
    node.script = turned_away(3, answers, sent)  # type: ignore[assignment]
    with archive.engine.writer() as writer:
        assert writer.write([article(2), article(3), article(4)]) == []
        writer.commit(2)
    assert [body.count(b"require_alias") for body in sent] == [3, 3, 2, 1]
    assert archive.found() == {1, 4}


def test_what_is_refused_is_told_and_the_others_go_on(faulty: tuple[FaultyNode, Archive]) -> None:
    node, archive = faulty
    archive.write(article(1))
    node.script = turned_away(1, [bulk(201, 400, 409, kind="document_parsing_exception")], [])  # type: ignore[assignment]
    with archive.engine.writer() as writer:
        (refused,) = writer.write([article(2), article(3, version=7), article(4)])
        assert (refused.number, refused.version) == (3, 7) and "document_parsing_exception" in refused.reason
        assert writer.write([article(5)]) == []
        writer.commit(2)
    assert archive.found() == {1, 5}


def test_a_write_goes_on_while_the_next_is_prepared(faulty: tuple[FaultyNode, Archive]) -> None:
    node, archive = faulty
    archive.write(article(1))
    going = threading.Event()

    def script(method: str, path: str, body: bytes) -> Answer:
        if path.startswith("/_bulk"):
            assert going.wait(EVENT)
            return bulk(400) if b'"number":3' in body else None
        return None

    node.script = script
    with archive.engine.writer() as writer:
        # The engine takes nothing yet, and nobody waits for it.
        done = [writer.begin([article(n)]) for n in (2, 3, 4)]
        going.set()
        assert [[one.number for one in each()] for each in done] == [[], [3], []]
        writer.commit(2)
    assert archive.found() == {1, 2, 4}


def test_a_request_that_is_too_large_is_halved(faulty: tuple[FaultyNode, Archive]) -> None:
    node, archive = faulty
    archive.write(article(1))

    def script(method: str, path: str, body: bytes) -> Answer:
        large = body.count(b"require_alias") > 2 or b'"number":9' in body
        return error(413, "too_large") if path.startswith("/_bulk") and large else None

    node.script = script
    with archive.engine.writer() as writer:
        (refused,) = writer.write([article(n) for n in range(2, 10)])
        writer.commit(2)
    assert refused.number == 9 and archive.found() == set(range(1, 9))


def test_an_engine_that_stays_busy_is_unavailable(
    faulty: tuple[FaultyNode, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    node, archive = faulty
    archive.write(article(1))
    monkeypatch.setattr(writing, "PATIENCE", 0.1)
    node.script = lambda method, path, body: error(429, "busy") if path.startswith("/_bulk") else None
    with archive.engine.writer() as writer:
        with pytest.raises(EngineUnavailable, match="busy"):
            writer.write([article(2)])
        node.script = lambda method, path, body: None
        assert writer.write([article(2)]) == []
        writer.commit(2)
    assert archive.found() == {1, 2}


def test_a_commit_that_fails_keeps_the_offset(
    faulty: tuple[FaultyNode, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    node, archive = faulty
    archive.write(article(1))
    monkeypatch.setattr(writing, "PATIENCE", 0.1)
    partly = (200, {"_shards": {"total": 2, "successful": 1, "failed": 1}})
    node.script = lambda method, path, body: partly if "_refresh" in path else None
    with archive.engine.writer() as writer:
        writer.write([article(2)])
        with pytest.raises(EngineUnavailable):
            writer.commit(9)
        assert writer.offset() == 1
        node.script = lambda method, path, body: None
        writer.commit(9)
        assert writer.offset() == 9
    assert archive.found() == {1, 2}


def test_writing_to_a_generation_that_is_gone_makes_no_new_index(elasticsearch_url: str) -> None:
    with temporary(elasticsearch_url) as engine:
        Archive(engine).write(article(1))
        made = engine.create()
        with engine.writer(made.name) as writer:
            writer.write([article(2)])
            engine.discard(made.name)
            with pytest.raises(EngineUnavailable, match="gone"):
                writer.write([article(3)])
            with pytest.raises(EngineUnavailable, match="gone"):
                writer.commit(3)
        assert [one.name for one in engine.generations()] == ["000001"]
