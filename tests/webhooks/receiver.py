"""A receiver on loopback that answers as a test says, and keeps what it got."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from newsapi.addresses import Network
from newsapi.http import Client

LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"),)


@dataclass
class Got:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Says:
    """`before` is called while the sender waits."""

    status: int = 200
    body: bytes = b"ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], object] | None = None
    drop: bool = False


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class Receiver:
    """`says` by path; 200 where nothing is said."""

    def __init__(self) -> None:
        self.says: dict[str, Says] = {}
        self.got: list[Got] = []
        self.at_once: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self._changed = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver._answer(self)

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def of(self, path: str) -> list[Got]:
        with self._changed:
            return [one for one in self.got if one.path == path]

    def wait(self, count: int, path: str, seconds: float) -> list[Got]:
        """Until so many came there."""
        with self._changed:
            self._changed.wait_for(lambda: sum(one.path == path for one in self.got) >= count, seconds)
        return self.of(path)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        path = handler.path
        with self._changed:
            self.at_once[path] = self.at_once.get(path, 0) + 1
            self.most[path] = max(self.most.get(path, 0), self.at_once[path])
            self.got.append(Got(path, {name.lower(): value for name, value in handler.headers.items()}, body))
            self._changed.notify_all()
        says = self.says.get(path, Says())
        try:
            if says.before:
                says.before()
            handler.close_connection = True
            if says.drop:
                handler.connection.close()
                return
            handler.send_response(says.status)
            for name, value in {**says.headers, "Content-Length": str(len(says.body))}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(says.body)
        except OSError:
            pass
        finally:
            with self._changed:
                self.at_once[path] -= 1


def client() -> Client:
    """One that may connect to this machine."""
    return Client(user_agent="newsapi/test", allowed=LOOPBACK)


def eventually(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it becomes true in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
