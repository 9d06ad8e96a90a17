"""A web site on loopback that answers as a test says, and remembers what it was asked."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.utils import timezone

from articles import sources
from articles.ledger import writing
from ingest.models import Host, Subscription
from ingest.polling.politeness import host_of
from ingest.polling.poller import Poller
from newsapi.addresses import Network
from newsapi.http import Client

LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"),)


@dataclass
class Answer:
    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    path: str
    headers: Mapping[str, str]


Page = Answer | str | Callable[[Asked], Answer]


class Site:
    """`pages` by path. An answer with an ETag is a 304 where it is asked with it."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = Asked(handler.path, {name.lower(): value for name, value in handler.headers.items()})
        with self._lock:
            self.asked.append(asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        page = self.pages.get(handler.path, Answer("nothing here", 404))
        answer = page(asked) if callable(page) else Answer(page) if isinstance(page, str) else page
        etag = answer.headers.get("ETag")
        if etag and asked.headers.get("if-none-match") == etag:
            answer = Answer(b"", 304, answer.headers)
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        with self._lock:
            self.at_once -= 1
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def client() -> Client:
    return Client(user_agent="newsapi-test/1 (+https://example.org/us)", allowed=LOOPBACK)


def subscribe(url: str, kind: str = "feed", **fields: Any) -> Subscription:
    with writing():
        name = fields.pop("source", "Northfield Courier")
        source = sources.resolve([(name, "")])[name, ""]
    Host.objects.get_or_create(name=host_of(url))
    return Subscription.objects.create(source=source, kind=kind, url=url, host=host_of(url), **fields)


def make_due() -> None:
    """As if every interval were over."""
    Subscription.objects.filter(next_poll_at__isnull=False).update(next_poll_at=timezone.now())
    Host.objects.update(busy_until=timezone.now())


def item(number: int, text: str = "", **more: str) -> str:
    text = text or f"The council of Northfield met on Monday and spoke about matter {number} until the evening."
    fields = {"title": f"Council speaks about matter {number}", "guid": f"https://example.org/{number}", **more}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<item>{inner}<description><![CDATA[<p>{text}</p>]]></description></item>"


def feed(*items: str, channel: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Northfield Courier</title>'
        f"<link>https://example.org/</link>{channel}{''.join(items)}</channel></rss>"
    )


def poll() -> int:
    """Poll what is due; how many answers there were."""
    return Poller(client()).run(5.0)
