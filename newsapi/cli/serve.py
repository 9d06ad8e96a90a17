"""`newsapi serve`: the whole service on this machine, or one role of it in the foreground."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from newsapi import logs
from newsapi.cli.output import fail, say
from newsapi.env import Settings, load
from newsapi.serving import data_dir, prepared, redis, roles
from newsapi.serving.data_dir import StartError
from newsapi.serving.processes import Process, Supervisor

ANY_ADDRESS = "0.0.0.0"  # noqa: S104 (compared with, not bound)
READY_WITHIN = 60.0
ROLE_STOPS_WITHIN = 9.0
"""Seconds that a worker's tasks and the indexer have to come to their end."""
EXAMPLE = (
    r'{"text": "Harbour Post\n\nNew bridge over the Elbe opens\n\nHAMBURG - Mayor Anna Petersen opened a bridge over'
    r' the Elbe on Friday, two years late. Germany paid half of it."}'
)


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "serve",
        help="run the whole service on this machine, or one role of it",
        description="Runs web, workers, indexer, beat and, unless REDIS_URL is set, Redis; Ctrl-C stops them all."
        " The first start loads a sample archive (NEWSAPI_SAMPLE=off leaves it out)."
        " With --role it runs one of them in the foreground, logging to stderr, for a service over several machines:"
        " web, worker --queues …,index (with the indexer beside it) and one beat are a whole one.",
    )
    found.add_argument("--host", help="address to listen on (NEWSAPI_HOST; default 127.0.0.1)")
    found.add_argument("--port", help="port to listen on (NEWSAPI_PORT; default 8000)")
    found.add_argument("--role", choices=("all", *roles.ROLES), default="all", help="only this one, in the foreground")
    found.add_argument(
        "--queues",
        metavar="NAMES",
        help=f"with --role worker: the queues it works on, some of {','.join(roles.QUEUES)} (default: all)",
    )
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    for name, value in (("NEWSAPI_HOST", args.host), ("NEWSAPI_PORT", args.port)):
        if value is not None:
            os.environ[name] = value
    if args.queues is not None and args.role != "worker":
        raise StartError("--queues goes with --role worker only.")
    settings = load()
    data_dir.make(settings)
    if args.role != "all":
        return run_role(settings, args.role, roles.QUEUES if args.queues is None else roles.read_queues(args.queues))
    lock = data_dir.Lock(settings.data_dir)
    lock.acquire(note=f" http://{_authority(settings)}")
    try:
        check_port(settings)
        os.environ["SECRET_KEY"] = settings.secret_key or data_dir.ensure_secret_key(settings.data_dir)
        # The processes write to files: how is decided here, where somebody looks on or not.
        os.environ["NEWSAPI_LOG_FORMAT"] = logs.chosen(settings.log_format)
        return supervise(settings)
    finally:
        lock.release()


def run_role(settings: Settings, role: str, queues: Sequence[str]) -> int:
    """Run one role until it is told to stop. A process of its own takes this one's place; a worker is several."""
    if settings.embedded_redis:
        say(f"REDIS_URL is not set: {role} uses the Redis of `newsapi serve` at {settings.redis_url}.")
    if role == "worker":
        return run_worker(settings, queues)
    if role == "web":
        check_port(settings)
        os.environ["SECRET_KEY"] = settings.secret_key or data_dir.ensure_secret_key(settings.data_dir)
        # Here and not in a process of its own: a signal ends it like any other part of the start.
        from newsapi.cli import prepare

        if code := prepare.prepare(sample=False):
            return code
    command = roles.command(settings, role)
    os.execv(command[0], command)  # noqa: S606 (no shell is meant)


def run_worker(settings: Settings, queues: Sequence[str]) -> int:
    """Celery, with the indexer beside it where it works on the queue `index`: both run, or are started again."""
    supervisor = Supervisor(None, say)
    try:
        supervisor.start(Process("worker", roles.worker(settings, queues)))
        if roles.INDEX in queues:
            supervisor.start(Process("indexer", roles.indexer(settings)))
        supervisor.watch()
        return 0
    finally:
        supervisor.stop(within=ROLE_STOPS_WITHIN)


def check_port(settings: Settings) -> None:
    """Raises StartError where the port cannot be had."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        raise StartError(
            f"Port {settings.port} on {settings.host} cannot be had ({error.strerror or error});"
            " stop what uses it, or set NEWSAPI_PORT to another."
        ) from error


def supervise(settings: Settings) -> int:
    """Start everything in order, watch it, stop it. The exit code."""
    supervisor = Supervisor(settings.data_dir / data_dir.LOGS, say)
    try:
        if settings.embedded_redis:
            supervisor.start(Process("redis", redis.command(settings), stop_last=True))
        if not prepared.is_done(settings):
            code = supervisor.run_once(Process("prepare", [sys.executable, "-m", "newsapi.cli.prepare"]))
            if code:
                fail("The archive could not be prepared; the reason is above.")
            if code is None or code:
                return code or 0
            prepared.note(settings)
        # Structuring takes all the processor there is; who asks a question comes first.
        nice = ["nice", "-n", "5"] if shutil.which("nice") else []
        supervisor.start(Process("web", roles.web(settings)))
        supervisor.start(Process("worker", [*nice, *roles.worker(settings)]))
        supervisor.start(Process("indexer", roles.indexer(settings)))
        supervisor.start(Process("beat", roles.beat(settings)))
        if not wait_until_ready(settings, supervisor):
            if not supervisor.stopping:
                fail(f"The web process does not answer; its log is {settings.data_dir / data_dir.LOGS / 'web.log'}")
            return 0 if supervisor.stopping else 1
        say(banner(settings))
        # Nobody waits for it: the other workers send too.
        supervisor.start(Process("deliver", roles.deliverer(settings)))
        supervisor.watch()
        return 0
    finally:
        say("Stopping …")
        supervisor.stop()


def wait_until_ready(settings: Settings, supervisor: Supervisor) -> bool:
    """True as soon as the port answers."""
    deadline = time.monotonic() + READY_WITHIN
    web = next(process for process in supervisor.processes if process.name == "web")
    while not supervisor.stopping and web.running and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{_local(settings)}/healthz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            supervisor.pause(0.05)
    return False


def _authority(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"


def _local(settings: Settings) -> str:
    """An address that this machine reaches the service at."""
    return f"127.0.0.1:{settings.port}" if settings.host == ANY_ADDRESS else _authority(settings)


def banner(settings: Settings) -> str:
    address = f"http://{_local(settings)}"
    key_file = settings.data_dir / data_dir.API_KEY_FILE
    key = _read(key_file)
    shown = key or "KEY"
    post = (
        f"curl '{address}/v1/documents' -H 'Authorization: Bearer {shown}' -H 'Prefer: wait=10'"
        f" -H 'Content-Type: application/json' -d '{EXAMPLE}'"
    )
    return f"""
newsapi runs on {address}
  data     {settings.data_dir}
  API key  {key or "(newsapi key create NAME makes one)"}{f"  (kept in {key_file})" if key else ""}

Try:
  curl '{address}/v1/articles?q=school&limit=3'
  curl '{address}/v1/aggregations?by=source,topic'
  {post}

Ctrl-C stops it."""


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
