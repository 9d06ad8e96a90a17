"""The outbound client against servers that misbehave, over real sockets."""

from __future__ import annotations

import contextlib
import gzip
import ipaddress
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsapi import contents
from newsapi.addresses import is_allowed, is_public
from newsapi.http import AddressRefused, Client, FetchError, Limits, UnusableUrl

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
Handler = Callable[[socket.socket, bytes], None]


class Server:
    """Takes connections on loopback; each request's head is kept, what answers is up to the test."""

    def __init__(self, handler: Handler, context: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> None:
        self.heads: list[bytes] = []
        self.connections = 0
        self._handler = handler
        self._context = context
        self._listener = socket.create_server((address, 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://{address}:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                received = connection.recv(65536)
                if not received:
                    return
                head += received
            self.heads.append(head)
            self._handler(connection, head)
            connection.close()

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(handler: Handler, **options: object) -> Server:
        servers.append(Server(handler, **options))  # type: ignore[arg-type]
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def answer(body: bytes = b"", status: str = "200 OK", *headers: str) -> Handler:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
    return lambda connection, _: connection.sendall(head.encode() + body)


def client(**options: object) -> Client:
    return Client(user_agent="newsapi-test", allowed=LOOPBACK, **options)  # type: ignore[arg-type]


SHORT = Limits(deadline=2.0)


def refused(url: str, limits: Limits = SHORT, with_client: Client | None = None) -> FetchError:
    began = time.monotonic()
    with pytest.raises(FetchError) as caught:
        (with_client or client()).get(url, limits=limits)
    assert time.monotonic() - began < limits.deadline + 1.0
    return caught.value


def test_an_answer_comes_with_its_address_headers_and_body(serve: Callable[..., Server]) -> None:
    server = serve(answer(b"<p>Good morning</p>", "200 OK", "Content-Type: text/html; charset=ISO-8859-1", "ETag: x"))
    response = client().get(f"{server.url}/a?b=c#d")
    assert (response.status, response.body, response.url) == (200, b"<p>Good morning</p>", f"{server.url}/a?b=c")
    assert (response.charset, response.media_type, response.headers["etag"]) == ("iso-8859-1", "text/html", "x")
    head = server.heads[0].decode()
    assert head.startswith("GET /a?b=c HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}" in head
    assert "User-Agent: newsapi-test" in head


def test_an_error_status_is_an_answer(serve: Callable[..., Server]) -> None:
    assert client().get(serve(answer(b"gone", "410 Gone")).url).status == 410


def test_a_body_is_sent(serve: Callable[..., Server]) -> None:
    server = serve(answer(b"ok"))
    client().request("POST", server.url, content=b"{}", headers={"Content-Type": "application/json"})
    assert server.heads[0].startswith(b"POST / HTTP/1.1")
    assert b"Content-Length: 2" in server.heads[0]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate"])
def test_compressed_bodies_are_unpacked(serve: Callable[..., Server], encoding: str) -> None:
    text = b"Rain over the harbour. " * 5000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text[:40]) + gzip.compress(text[40:]),
        "deflate": zlib.compress(text),
        "raw deflate": raw.compress(text) + raw.flush(),
    }[encoding]
    server = serve(answer(packed, "200 OK", f"Content-Encoding: {encoding.split()[-1]}"))
    assert client().get(server.url).body == text


def trickle(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def trickle_head(connection: socket.socket, _: bytes) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 10_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def informational(connection: socket.socket, _: bytes) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        time.sleep(0.01)


def silent(connection: socket.socket, _: bytes) -> None:
    connection.recv(1)


@pytest.mark.parametrize("handler", [trickle, trickle_head, informational, silent])
def test_whoever_is_slow_is_left_at_the_deadline(serve: Callable[..., Server], handler: Handler) -> None:
    assert refused(serve(handler).url, Limits(deadline=0.7)).code == "too_slow"


def test_a_handshake_that_never_ends_is_left_at_the_deadline(serve: Callable[..., Server]) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with contextlib.closing(listener):
        assert refused(f"https://127.0.0.1:{listener.getsockname()[1]}", Limits(deadline=0.7)).code == "too_slow"


def endless(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        connection.sendall(b"news " * 10_000)


def test_a_body_without_end_is_refused_at_the_limit(serve: Callable[..., Server]) -> None:
    server = serve(endless)
    assert refused(server.url, Limits(deadline=10, body=1_000_000)).code == "too_large"
    response = client().get(server.url, limits=Limits(body=16_384, cut=True))
    assert (len(response.body), response.truncated) == (16_384, True)


def test_a_promise_of_a_gigabyte_is_refused_at_once(serve: Callable[..., Server]) -> None:
    def promise(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nbegin")
        connection.recv(1)

    error = refused(serve(promise).url, Limits(deadline=5))
    assert error.code == "too_large"
    assert "1,000,000,000" in error.detail


def test_a_bomb_is_noticed_before_it_is_unpacked(serve: Callable[..., Server]) -> None:
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(1000)) + squeeze.flush()
    assert len(bomb) < 1_100_000
    server = serve(answer(bomb, "200 OK", "Content-Encoding: gzip"))
    process = psutil.Process()
    before = process.memory_info().rss
    assert refused(server.url, Limits(deadline=10)).code == "too_large"
    assert process.memory_info().rss - before < 60_000_000


def test_what_breaks_off_is_said(serve: Callable[..., Server]) -> None:
    def short(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")

    def reset(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def garbage(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    for handler in (short, reset, garbage, lambda connection, _: None):
        assert refused(serve(handler).url).code == "interrupted"


def test_broken_and_unknown_encodings_are_said(serve: Callable[..., Server]) -> None:
    broken = serve(answer(b"not gzip at all", "200 OK", "Content-Encoding: gzip"))
    assert refused(broken.url).code == "bad_encoding"
    unknown = serve(answer(b"?", "200 OK", "Content-Encoding: br"))
    assert refused(unknown.url).code == "unsupported_encoding"


def test_redirects_are_followed_and_told(serve: Callable[..., Server]) -> None:
    end = serve(answer(b"here"))
    middle = serve(answer(b"", "302 Found", f"Location: {end.url}/end"))
    start = serve(answer(b"", "301 Moved Permanently", f"Location: {middle.url}/middle"))
    response = client().get(start.url, headers={"Authorization": "Bearer secret", "If-None-Match": "x"})
    assert (response.body, response.url) == (b"here", f"{end.url}/end")
    assert [redirect.status for redirect in response.redirects] == [301, 302]
    assert response.moved_to == f"{middle.url}/middle"
    assert b"secret" in start.heads[0]
    assert b"secret" not in middle.heads[0]
    assert b"If-None-Match: x" in middle.heads[0]


def test_redirects_end(serve: Callable[..., Server]) -> None:
    forever = serve(answer(b"", "302 Found", "Location: /again"))
    assert refused(forever.url).code == "too_many_redirects"
    assert len(forever.heads) == 6
    assert client().get(forever.url, limits=Limits(redirects=0)).status == 302


INSIDE = [
    "http://127.0.0.1:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://0x7f000001:{port}/",
    "http://2130706433:{port}/",
    "http://127.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://10.0.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
]


@pytest.mark.parametrize("url", INSIDE)
def test_no_connection_goes_inside(serve: Callable[..., Server], url: str) -> None:
    canary = serve(answer(b"secret"))
    target = url.format(port=canary.port)
    outside = Client(user_agent="newsapi-test")
    assert isinstance(refused(target, with_client=outside), AddressRefused | UnusableUrl)
    # And not by a redirect of somebody who may be reached.
    redirecting = serve(answer(b"", "302 Found", f"Location: {target}"), address="127.0.0.2")
    only = Client(user_agent="newsapi-test", allowed=[ipaddress.ip_network("127.0.0.2/32")])
    assert isinstance(refused(redirecting.url, with_client=only), AddressRefused | UnusableUrl)
    assert len(redirecting.heads) == 1
    assert canary.connections == 0


def test_a_name_is_resolved_once_and_every_address_counts(serve: Callable[..., Server]) -> None:
    canary = serve(answer(b"secret"))
    trusted = serve(answer(b"fine"), address="127.0.0.2")
    answers = iter([["127.0.0.2"], ["127.0.0.1"], ["127.0.0.2", "127.0.0.1"]])
    asked: list[str] = []

    def rebinding(name: str) -> list[str]:
        asked.append(name)
        return next(answers)

    only = Client(user_agent="x", allowed=[ipaddress.ip_network("127.0.0.2/32")], resolver=rebinding)
    assert only.get(f"http://news.example:{trusted.port}/").body == b"fine"
    assert asked == ["news.example"]
    for _ in range(2):
        assert isinstance(refused(f"http://news.example:{canary.port}/", with_client=only), AddressRefused)
    assert canary.connections == 0


def test_a_resolver_that_hangs_or_fails_is_said() -> None:
    release = threading.Event()

    def hanging(name: str) -> list[str]:
        release.wait(10)
        return []

    def failing(name: str) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert refused("http://news.example/", Limits(deadline=0.5), client(resolver=hanging)).code == "unresolvable"
    release.set()
    error = refused("http://news.example/", with_client=client(resolver=failing))
    assert error.code == "unresolvable"
    assert "news.example" in error.detail


def test_a_dead_address_leaves_the_next_its_turn(serve: Callable[..., Server]) -> None:
    server = serve(answer(b"fine"), address="127.0.0.2")
    both = client(resolver=lambda name: ["127.0.0.3", "127.0.0.2"])
    assert both.get(f"http://news.example:{server.port}/").body == b"fine"
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    assert refused(f"http://127.0.0.1:{port}/").code == "connect_failed"


@pytest.mark.parametrize(
    "url",
    ["", "news", "ftp://example.org/", "file:///etc/passwd", "http://", "http://user:pw@example.org/", "http://[::1/",
     "http://exa mple.org/", "javascript:alert(1)", "http://example.org:99999/", "http://example.org:port/",
     "http://" + "a" * 9000 + ".org/", "gopher://127.0.0.1:6379/_FLUSHALL", "http://\x00/"],
)  # fmt: skip
def test_what_is_no_address_is_said(url: str) -> None:
    error = refused(url)
    assert isinstance(error, UnusableUrl | FetchError)
    assert error.status in (422, 502)
    assert error.detail.endswith(".")


def test_headers_cannot_be_smuggled(serve: Callable[..., Server]) -> None:
    server = serve(answer(b"fine"))
    with pytest.raises(FetchError):
        client().get(server.url, headers={"If-None-Match": 'x"\r\nX-Evil: 1'})


def test_tls_needs_a_certificate_that_somebody_vouches_for(serve: Callable[..., Server], tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = serve(answer(b"private"), context=context)
    url = f"https://news.example:{server.port}/"
    here = {"resolver": lambda name: ["127.0.0.1"]}
    assert refused(url, with_client=client(**here)).code == "tls_failed"
    assert client(ca_file=str(certificate), **here).get(url).body == b"private"
    other = f"https://other.example:{server.port}/"
    assert refused(other, with_client=client(ca_file=str(certificate), **here)).code == "tls_failed"


def test_proxies_of_the_environment_are_not_used(serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(answer(b"proxied"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    assert client().get(serve(answer(b"direct")).url).body == b"direct"


@given(st.ip_addresses(v=4))
def test_an_address_in_another_is_as_public_as_itself(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    mapped = ipaddress.IPv6Address(0xFFFF << 32 | number)
    assert is_public(mapped) == is_public(address)
    for wrapped in (0x2002 << 112 | number << 80, int(ipaddress.IPv6Address("64:ff9b::")) | number):
        if not is_public(address):
            assert not is_public(ipaddress.IPv6Address(wrapped))


def test_public_means_public() -> None:
    assert is_public(ipaddress.ip_address("93.184.216.34"))
    assert is_public(ipaddress.ip_address("2606:2800:220:1:248:1893:25c8:1946"))
    inside = ipaddress.ip_address("::ffff:10.1.2.3")
    assert not is_allowed(inside, ())
    assert is_allowed(inside, [ipaddress.ip_network("10.0.0.0/8")])


@given(st.binary(max_size=3000), st.integers(1, 700), st.sampled_from(["gzip", "deflate", ""]), st.integers(0, 4000))
def test_however_it_is_cut_the_body_is_the_same(body: bytes, step: int, encoding: str, limit: int) -> None:
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body) if encoding else body
    pieces = [packed[begin : begin + step] for begin in range(0, len(packed), step)]
    got, truncated = contents.read(pieces, encoding, "", limit, cut=True)
    assert got == body[:limit]
    assert truncated == (len(body) > limit)
