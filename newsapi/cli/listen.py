"""`newsapi listen`: new articles that a search finds, in the terminal, by a webhook that ends with the command.

A receiver on this machine takes what the service sends, checks its signature and prints it: for developing receivers,
and to see what a search reports.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from newsapi.cli.django import setup
from newsapi.cli.output import say
from newsapi.serving.data_dir import StartError

MOST = 20_000_000


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "listen",
        help="print new articles that a search finds, as webhooks send them",
        description="Saves a search and a webhook to this machine, prints what is delivered until Ctrl-C, and removes"
        " both. The service has to be running here with OUTBOUND_ALLOWED_NETWORKS=127.0.0.0/8.",
    )
    found.add_argument(
        "--search", metavar="Q", default="", help="what to look for, as `q`; all new articles by default"
    )
    found.add_argument("--payload", choices=("full", "compact", "ids"), default="compact", help="how much of each")
    found.add_argument("--json", action="store_true", help="whole messages, one a line on stdout")
    found.add_argument("--count", type=int, default=0, metavar="N", help="end after so many")
    found.set_defaults(func=run)


class Receiver:
    """Takes messages whose signature is right, and nothing else."""

    def __init__(self, check: Any) -> None:
        self.messages: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = self.headers.get("Content-Length", "")
                size = int(length) if length.isdigit() else 0
                body = self.rfile.read(min(size, MOST))
                right = check(self.headers, body)
                if right:
                    receiver.messages.put(body)
                self.send_response(204 if right else 400)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """What comes is printed already."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def run(args: argparse.Namespace) -> int:
    setup()
    from django.conf import settings

    from newsapi.addresses import is_allowed
    from webhooks import endpoints, searches, signing, waking
    from webhooks.models import Event

    if not is_allowed(ipaddress.ip_address("127.0.0.1"), settings.OUTBOUND_ALLOWED_NETWORKS):
        raise StartError("Set OUTBOUND_ALLOWED_NETWORKS=127.0.0.0/8, for this command and for the service.")
    secret = signing.new_secret()

    def check(headers: Any, body: bytes) -> bool:
        stamp = headers.get("webhook-timestamp", "")
        if not stamp.isdigit():
            return False
        right = signing.signature(secret, headers.get("webhook-id", ""), int(stamp), body)
        return right in headers.get("webhook-signature", "").split()

    receiver = Receiver(check)
    asked: dict[str, Any] = {"q": args.search} if args.search else {}
    search = searches.create("", {"name": f"listen: {args.search}"[:200], "search": asked})
    try:
        hook = endpoints.create(
            "", {"url": receiver.url, "secret": secret, "searches": [str(search.id)], "payload": args.payload,
                 "description": "newsapi listen"},
        )  # fmt: skip
        try:
            waking.wake("match")
            say(f"Listening for {args.search or 'every new article'}; Ctrl-C ends it.")
            seen = 0
            while not args.count or seen < args.count:
                try:
                    body = receiver.messages.get(timeout=1.0)
                except queue.Empty:
                    continue
                print(body.decode() if args.json else _line(json.loads(body)), flush=True)
                seen += 1
        finally:
            hook.delete()
    finally:
        receiver.close()
        Event.objects.filter(search=search).delete()
        search.delete()
    return 0


def _line(message: dict[str, Any]) -> str:
    article = message["data"].get("article") or {}
    source = (article.get("source") or {}).get("name") or ""
    return "  ".join(
        filter(None, [article.get("date", "")[:16], source, article.get("headline") or article.get("id", "")])
    )
