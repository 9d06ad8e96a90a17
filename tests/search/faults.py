"""A node that passes requests on to a real Elasticsearch, or answers as a test says, late or never."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import urllib3

Answer = tuple[int, dict[str, Any]] | None
Script = Callable[[str, str, bytes], Answer]


class FaultyNode:
    """`script` gets method, path and body, and gives status and JSON, or None to pass the request on.

    With a `context` it speaks TLS. While `awake` is not set, connections are taken and nothing is said.
    """

    def __init__(self, upstream: str = "", context: ssl.SSLContext | None = None) -> None:
        self.upstream = upstream
        self.script: Script = lambda method, path, body: None
        self.awake = threading.Event()
        self.awake.set()
        self.asked: list[str] = []
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                node.awake.wait()
                node.asked.append(f"{self.command} {self.path}")
                scripted = node.script(self.command, self.path, body)
                if scripted is not None:
                    status, content = scripted[0], json.dumps(scripted[1]).encode()
                elif node.upstream:
                    headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                    passed = urllib3.request(
                        self.command, node.upstream + self.path, body=body, headers=headers, retries=False
                    )
                    status, content = passed.status, passed.data
                else:
                    status, content = 200, b"{}"
                self.send_response(status)
                self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[FaultyNode]:
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.awake.set()
            self.server.shutdown()
            self.server.server_close()
            thread.join()


def bulk(*statuses: int, kind: str = "some_exception") -> Answer:
    """An answer to a bulk request, item by item."""
    items = [
        {"index": {"status": s} | ({"error": {"type": kind, "reason": "said the test"}} if s >= 300 else {})}
        for s in statuses
    ]
    return 200, {"items": items}


def error(status: int, kind: str, reason: str = "said the test") -> Answer:
    return status, {"error": {"type": kind, "reason": reason, "root_cause": [{"type": kind, "reason": reason}]}}
