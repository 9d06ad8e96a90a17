"""HTTP/1.1 as nodes of Elasticsearch speak it: however an answer is cut into pieces, it is read alike or not at all."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise
from queue import Queue

import pytest
from elastic_transport import HttpHeaders, NodeConfig
from hypothesis import given
from hypothesis import strategies as st

from search.engines.elasticsearch import wire
from search.engines.elasticsearch.nodes import WatchfulNode
from tests.bounds import EVENT

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


class Pieces:
    """A socket that gives these pieces, then ends."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = [piece for piece in pieces if piece]

    def recv(self, size: int) -> bytes:
        if not self._pieces:
            return b""
        piece = self._pieces.pop(0)
        if len(piece) > size:
            self._pieces.insert(0, piece[size:])
        return piece[:size]


def read(data: bytes, cuts: Sequence[int] = (), method: str = "POST") -> wire.Answer:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    pieces = [data[start:end] for start, end in pairwise(places)]
    return wire.answer(Pieces(pieces[1:]), method, pieces[0])


def chunked(parts: Sequence[bytes]) -> bytes:
    chunks = b"".join(b"%X;name=value\r\n%b\r\n" % (len(part), part) for part in parts if part)
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nTrailer: x\r\n\r\n"


@given(st.lists(st.binary(max_size=40), max_size=5), st.lists(st.integers(0, 999), max_size=8))
def test_an_answer_is_the_same_however_it_is_cut(parts: list[bytes], cuts: list[int]) -> None:
    body = b"".join(parts)
    sized = OK + b"Content-Length: %d\r\n\r\n" % len(body) + body
    headers = {"content-type": "application/json"}
    assert read(sized, cuts) == (200, {**headers, "content-length": str(len(body))}, body, True)
    assert read(chunked(parts), cuts) == (200, {**headers, "transfer-encoding": "chunked"}, body, True)
    # Without a length it goes on until the connection ends, which is of no use then.
    assert read(OK + b"\r\n" + body, cuts) == (200, headers, body, False)


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4), st.data())
def test_an_answer_that_breaks_off_is_none(parts: list[bytes], data: st.DataObject) -> None:
    whole = chunked(parts)
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(wire.Broken):
        read(whole[:end])


@given(st.binary(max_size=200), st.lists(st.integers(0, 999), max_size=4))
def test_noise_is_no_answer(noise: bytes, cuts: list[int]) -> None:
    for data in (noise, b"HTTP/1.1 " + noise, OK + b"Transfer-Encoding: chunked\r\n\r\n" + noise):
        try:
            read(data, cuts)
        except wire.Broken:
            continue


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/2 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        OK + b"no header\r\n\r\n",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Content-Length: 1, 1\r\n\r\nx",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
        OK + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
        OK + b"Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
        OK + b"x: " + b"y" * wire.MAX_HEAD + b"z" * 10,
    ],
)
def test_what_is_no_answer(data: bytes) -> None:
    with pytest.raises(wire.Broken):
        read(data)


def test_what_else_nodes_and_proxies_say() -> None:
    assert read(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nhi").body == b"hi"
    assert read(OK + b"Content-Length: 5\r\n\r\n", method="HEAD")[2:] == (b"", True)
    assert read(b"HTTP/1.1 204 No Content\r\n\r\n")[2:] == (b"", True)
    assert read(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi")[2:] == (b"hi", False)
    assert read(OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nhi")[2:] == (b"hi", False)
    packed = gzip.compress(b"hello")
    assert read(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed).body == b"hello"
    assert read(OK + b"Warning: a\r\nwarning: b\r\n\r\n").headers["warning"] == "a, b"
    # What comes after an answer belongs to none: the connection is not used again.
    assert read(OK + b"Content-Length: 2\r\n\r\nhi there")[2:] == (b"hi", False)


def test_a_request_is_one_head_and_its_body() -> None:
    sent = wire.request("POST", "/_search", {"host": "es:9200", "accept": "x"}, b"{}")
    assert sent == b"POST /_search HTTP/1.1\r\nhost: es:9200\r\naccept: x\r\ncontent-length: 2\r\n\r\n{}"
    for target, headers in (("/a b", {}), ("/a\r\nx: y", {}), ("/\xe4", {}), ("/", {"x": "1\r\ny: 2"})):
        with pytest.raises(ValueError):
            wire.request("GET", target, headers, None)


@contextmanager
def answering(answers: Sequence[bytes]) -> Iterator[tuple[WatchfulNode, Queue[bytes]]]:
    """A node whose server reads a request, gives the next answer and closes; then the request is in the queue."""
    seen: Queue[bytes] = Queue()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                connection, _ = listening.accept()
                with connection:
                    request = connection.recv(65_536)
                    connection.sendall(answer)
                seen.put(request)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        node = WatchfulNode(NodeConfig("http", "127.0.0.1", listening.getsockname()[1], path_prefix="/es"))
        with closing(node):
            yield node, seen
        thread.join(EVENT)


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
    assert head.startswith("POST /es/b HTTP/1.1\r\nhost: 127.0.0.1:") and head.endswith("\r\n\r\n{}")
    assert "\r\nauthorization: Basic eDp5\r\n" in head and "\r\naccept: application/json\r\n" in head
