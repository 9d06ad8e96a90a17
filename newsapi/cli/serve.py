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
from pathlib import Path

from newsapi.cli.output import fail, say
from newsapi.env import Settings, load
from newsapi.serving import data_dir, prepared, redis
from newsapi.serving.data_dir import StartError
from newsapi.serving.processes import Process, Supervisor

ANY_ADDRESS = "0.0.0.0"  # noqa: S104 (compared with, not bound)
READY_WITHIN = 60.0
EXAMPLE = (
    r'{"text": "Harbour Post\n\nNew bridge over the Elbe opens\n\nHAMBURG - Mayor Anna Petersen opened a bridge over'
    r' the Elbe on Friday, two years late. Germany paid half of it."}'
)
SPARE_THREADS = 24
"""Web threads beyond those that work: so many senders of bodies may be slow at a time (newsapi.places)."""
ROLES = ("all", "web", "worker", "indexer")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "serve",
        help="run the whole service on this machine",
        description="Runs web, workers with beat, indexer and, unless REDIS_URL is set, Redis; Ctrl-C stops them all."
        " The first start loads a sample archive (NEWSAPI_SAMPLE=off leaves it out).",
    )
    found.add_argument("--host", help="address to listen on (NEWSAPI_HOST; default 127.0.0.1)")
    found.add_argument("--port", help="port to listen on (NEWSAPI_PORT; default 8000)")
    found.add_argument("--role", choices=ROLES, default="all", help="only this process, in the foreground")
    found.add_argument("--queues", default="ingest,default", help="with --role worker: the queues it works on")
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    for name, value in (("NEWSAPI_HOST", args.host), ("NEWSAPI_PORT", args.port)):
        if value is not None:
            os.environ[name] = value
    settings = load()
    if args.role != "all":
        command = role_command(settings, args.role, args.queues)
        os.execv(command[0], command)  # noqa: S606 (no shell is meant)
    if not settings.search_url.startswith("tantivy:"):
        raise StartError("SEARCH_URL is an http address; this version searches with tantivy: only. Leave it out.")
    data_dir.make(settings)
    lock = data_dir.Lock(settings.data_dir)
    lock.acquire(note=f" http://{_authority(settings)}")
    try:
        check_port(settings)
        os.environ["SECRET_KEY"] = settings.secret_key or data_dir.ensure_secret_key(settings.data_dir)
        return supervise(settings)
    finally:
        lock.release()


def role_command(settings: Settings, role: str, queues: str = "ingest,default") -> list[str]:
    """The command line of one role."""
    python = [sys.executable, "-m"]
    level = settings.log_level
    if role == "web":
        return [
            *python,
            "granian",
            "--interface=wsgi",
            f"--host={settings.host}",
            f"--port={settings.port}",
            "--workers=1",
            f"--blocking-threads={settings.web_threads + SPARE_THREADS}",
            "--http=1",
            "--no-ws",
            "--respawn-failed-workers",
            f"--log-level={level}",
            "newsapi.wsgi:application",
        ]
    if role == "worker":
        schedule = settings.data_dir / "beat-schedule"
        return [
            *python,
            "celery",
            "--app=newsapi.celery:app",
            "worker",
            "--beat",
            f"--schedule={schedule}",
            f"--queues={queues}",
            f"--concurrency={settings.workers}",
            f"--loglevel={level}",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    return [*python, "newsapi.cli.indexer"]


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
    supervisor = Supervisor(settings.data_dir, say)
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
        for role in ("web", "worker", "indexer"):
            # Structuring takes all the processor there is; who asks a question comes first.
            nice = ["nice", "-n", "5"] if role == "worker" and shutil.which("nice") else []
            supervisor.start(Process(role, [*nice, *role_command(settings, role)]))
        if not wait_until_ready(settings, supervisor):
            if not supervisor.stopping:
                fail(f"The web process does not answer; its log is {settings.data_dir / data_dir.LOGS / 'web.log'}")
            return 0 if supervisor.stopping else 1
        say(banner(settings))
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
  curl '{address}/v1/articles?q=election&limit=3'
  curl '{address}/v1/aggregations?by=source,topic'
  {post}

Ctrl-C stops it."""


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
