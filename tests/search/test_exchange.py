"""What a node of Elasticsearch, or something before it, says over a real socket is read whole or not at all."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from queue import Queue

import pytest
from elastic_transport import ConnectionError as NoAnswer
from elastic_transport import HttpHeaders, NodeConfig

from search.engines.elasticsearch.nodes import WatchfulNode
from tests.bounds import EVENT

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LARGE = bytes(range(256)) * 8_000


@contextmanager
def answering(answers: Sequence[bytes]) -> Iterator[tuple[WatchfulNode, Queue[bytes]]]:
    """A node whose server reads a request, gives the next answer and closes; then the request is in the queue."""
    seen: Queue[bytes] = Queue()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, suppress(ConnectionError):
                    seen.put(connection.recv(65_536))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        node = WatchfulNode(NodeConfig("http", "127.0.0.1", listening.getsockname()[1], path_prefix="/es"))
        with closing(node):
            yield node, seen
        # Who still waits for a connection waits for nothing.
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        thread.join(EVENT)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK + b"Content-Length: 2\r\n\r\nhi", b"hi"),
        (OK + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE, LARGE),
        (CHUNKED + b"2;name=value\r\nhi\r\n3\r\n th\r\n0\r\nTrailer: x\r\n\r\n", b"hi th"),
        (CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(LARGE), LARGE) for _ in range(3)) + b"0\r\n\r\n", LARGE * 3),
        (OK + b"\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nhi", b"hi"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (OK + b"Content-Length: 2\r\n\r\nhi there", b"hi"),
    ],
)
def test_answers_of_every_form(answer: bytes, body: bytes) -> None:
    with answering([answer]) as (node, _):
        assert node.perform_request("POST", "/_search", b"{}").body == body


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        OK + b"Content-Length: 20\r\n\r\nhi",
        OK + b"Content-Length: -1\r\n\r\n",
        CHUNKED + b"2\r\nhi\r\n",
        CHUNKED + b"zz\r\nhi\r\n0\r\n\r\n",
        OK + b"x: " + b"y" * 2_000_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_whole_answer_is_an_error(answer: bytes) -> None:
    # An answer of nothing is asked for once more, over a new connection.
    with answering([answer, answer]) as (node, _), pytest.raises(NoAnswer):
        node.probe = 0.05
        node.perform_request("POST", "/_search", b"{}")
        pytest.fail("an answer was read")


def test_headers_of_one_name_are_joined() -> None:
    with answering([OK + b"Warning: a\r\nwarning: b\r\nContent-Length: 0\r\n\r\n"]) as (node, _):
        assert node.perform_request("GET", "/").meta.headers["warning"] == "a, b"


def test_nothing_is_unpacked_that_was_not_asked_for() -> None:
    packed = gzip.compress(b"hello")
    answer = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    with answering([answer]) as (node, seen):
        assert node.perform_request("GET", "/").body == packed
        assert b"accept-encoding" not in seen.get(timeout=EVENT).lower()


def test_a_connection_that_was_closed_is_made_anew() -> None:
    answers = [OK + b"Content-Length: 1\r\n\r\n%d" % number for number in range(3)]
    with answering(answers) as (node, seen):
        for number in range(2):
            assert node.perform_request("GET", "/a").body == b"%d" % number
            seen.get(timeout=EVENT)
        headers = HttpHeaders({"Authorization": "Basic eDp5", "Accept": "application/json"})
        answer = node.perform_request("POST", "/b", b"{}", headers)
        head = seen.get(timeout=EVENT).decode()
    assert answer.body == b"2" and answer.meta.status == 200 and answer.meta.mimetype == "application/json"
    assert head.startswith("POST /es/b HTTP/1.1\r\nHost: 127.0.0.1:") and head.endswith("\r\n\r\n{}")
    assert "\r\nauthorization: Basic eDp5\r\n" in head and "\r\naccept: application/json\r\n" in head


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with answering([OK + b"Content-Length: 2\r\n\r\nhi"]) as (node, _):
        assert node.perform_request("GET", "/").body == b"hi"
