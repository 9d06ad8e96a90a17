"""A scripted proxy before Elasticsearch: passes on, answers 429, refuses a part of each bulk, or breaks off."""

from __future__ import annotations

import gzip
import http.client
import json
import random
import socket
import threading
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
JSON = "application/vnd.elasticsearch+json;compatible-with=8"
REFUSED = {"type": "es_rejected_execution_exception", "reason": "rejected execution of coordinating operation"}


class Mode(StrEnum):
    PASS = "pass"
    BUSY = "busy"
    """Every request is answered 429."""
    PARTIAL = "partial"
    """A part of the items of each bulk is refused with 429 and the others are written."""
    CUT = "cut"
    """What is asked is done, and the connection breaks off before the answer."""


class Proxy:
    """Listens on a port of its own until `close`. `mode` may be set at any time; `counts` says what was answered how."""

    def __init__(self, upstream: str, seed: int = 0) -> None:
        self.upstream = urlsplit(upstream)
        self.mode = Mode.PASS
        self.random = random.Random(seed)
        self.counts: dict[str, int] = {}
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                proxy.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

            def log_message(self, *args: object) -> None:
                pass

        class Listener(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                proxy.count("broken")

        self.server = Listener(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        mode = self.mode
        self.count(mode)
        if mode is Mode.BUSY:
            self.send(
                asked, 429, JSON, json.dumps({"error": {**REFUSED, "root_cause": [REFUSED]}, "status": 429}).encode()
            )
            return
        is_bulk = asked.command in ("POST", "PUT") and urlsplit(asked.path).path.endswith("/_bulk")
        if mode is Mode.PARTIAL and is_bulk:
            self.send(asked, 200, JSON, self.partly(asked, body))
            return
        status, content_type, content = self.ask(asked, body)
        if mode is Mode.CUT:
            asked.connection.shutdown(socket.SHUT_RDWR)
            asked.close_connection = True
            return
        self.send(asked, status, content_type, content)

    def send(self, asked: BaseHTTPRequestHandler, status: int, content_type: str, content: bytes) -> None:
        asked.send_response(status)
        asked.send_header("X-Elastic-Product", "Elasticsearch")
        asked.send_header("Content-Type", content_type)
        asked.send_header("Content-Length", str(len(content)))
        asked.end_headers()
        if asked.command != "HEAD":
            asked.wfile.write(content)

    def ask(self, asked: BaseHTTPRequestHandler, body: bytes) -> tuple[int, str, bytes]:
        """The upstream's answer; without one the connection that asked is broken off too."""
        connection = http.client.HTTPConnection(self.upstream.hostname or "", self.upstream.port, timeout=90)
        try:
            headers = {name: value for name, value in asked.headers.items() if name.lower() not in HOP_BY_HOP}
            headers["Accept-Encoding"] = "identity"
            connection.request(asked.command, asked.path, body or None, headers)
            found = connection.getresponse()
            return found.status, found.headers.get("Content-Type", JSON), found.read()
        finally:
            connection.close()

    def partly(self, asked: BaseHTTPRequestHandler, body: bytes) -> bytes:
        """Write some operations of a bulk, refuse the others, and answer for all of them in their order."""
        if asked.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
            del asked.headers["Content-Encoding"]
        lines = [line for line in body.split(b"\n") if line.strip()]
        operations: list[list[bytes]] = []
        while lines:
            size = 1 if b'"delete"' in lines[0][:12] else 2
            operations.append(lines[:size])
            del lines[:size]
        refused = [self.random.random() < 0.4 for _ in operations]
        passed = [each for each, no in zip(operations, refused, strict=True) if not no]
        found: list[Any] = []
        if passed:
            _, _, content = self.ask(asked, b"".join(line + b"\n" for each in passed for line in each))
            found = json.loads(content)["items"]
        answers = iter(found)
        items = [_refused(each) if no else next(answers) for each, no in zip(operations, refused, strict=True)]
        self.counts["refused items"] = self.counts.get("refused items", 0) + sum(refused)
        return json.dumps({"took": 1, "errors": any(refused), "items": items}).encode()


def _refused(operation: list[bytes]) -> dict[str, Any]:
    [(kind, about)] = json.loads(operation[0]).items()
    return {kind: {"_index": about.get("_index", ""), "_id": about.get("_id", ""), "status": 429, "error": REFUSED}}
