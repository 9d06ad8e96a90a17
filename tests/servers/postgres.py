"""A real PostgreSQL, 15 or newer. `python -m tests.servers.postgres COMMAND…` runs a command with DATABASE_URL set."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.servers.process import Server, ServerMissing

OLDEST = 15
HOW = f"PostgreSQL {OLDEST} or newer (Debian: apt install postgresql; macOS: brew install postgresql@{OLDEST})"
USER = "newsapi"


def programs() -> Path:
    """The directory of the newest `postgres`. Raises ServerMissing."""
    found = [Path(each).resolve().parent for name in ("postgres", "pg_ctl") if (each := shutil.which(name))]
    if config := shutil.which("pg_config"):
        found.append(Path(subprocess.run([config, "--bindir"], capture_output=True, text=True).stdout.strip()))
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        found += Path("/").glob(pattern)
    versions = {path: _version(path) for path in found}
    path = max(versions, key=lambda each: versions[each], default=None)
    if path is None or versions[path] < OLDEST:
        raise ServerMissing(HOW)
    return path


def _version(path: Path) -> int:
    if not ((path / "postgres").is_file() and (path / "initdb").is_file()):
        return 0
    shown = subprocess.run([path / "postgres", "--version"], capture_output=True, text=True).stdout
    found = re.search(r"(\d+)", shown)
    return int(found[1]) if found else 0


class Postgres(Server):
    name = "postgres"
    needs_user = True

    def __init__(self) -> None:
        self.bin = programs()
        super().__init__()
        self.data = self.directory / "data"

    def prepare(self) -> None:
        self.own(self.directory)
        self.run(
            [
                str(self.bin / "initdb"),
                f"--pgdata={self.data}",
                f"--username={USER}",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ]
        )

    def command(self) -> list[str]:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.directory,
            # A kill of the server loses nothing without it, only a crash of the machine does.
            "fsync": "off",
            "max_connections": 100,
            "shared_buffers": "128MB",
            "log_min_messages": "fatal",
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.bin / "postgres"), "-D", str(self.data), *flags]

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self) -> str:
        """A new empty database; its URL."""
        name = f"t{uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def restart_immediately(self) -> None:
        """What `pg_ctl restart -m immediate` does: every connection breaks off, the start recovers from the log."""
        self.end(signal.SIGQUIT)
        self.start()


def main() -> int:
    """Run a command beside a new PostgreSQL. Where there is none, say so: an error with CI set, else a success."""
    try:
        server = Postgres()
    except ServerMissing as error:
        sys.stderr.write(f"Not run on PostgreSQL; it needs {error}.\n")
        return 1 if os.environ.get("CI") else 0
    try:
        server.prepare()
        server.start()
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": server.create()}).returncode
    finally:
        server.close()


if __name__ == "__main__":
    sys.exit(main())
