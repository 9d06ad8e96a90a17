"""`newsapi backup` and `newsapi restore`: the whole archive as one file, consistent while the service runs."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from newsapi import __version__
from newsapi.cli.output import fail, progress, say
from newsapi.env import SECRET_KEY_FILE, Settings, load
from newsapi.serving import data_dir, prepared
from newsapi.serving.data_dir import StartError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "newsapi.sqlite3"
SECRETS = (SECRET_KEY_FILE, data_dir.API_KEY_FILE)
PAGES = 2000
"""Database pages copied at a time: 8 MB, so that writers wait for a moment only."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = commands.add_parser(
        "backup",
        help="the whole archive into one file",
        description="Writes database, secret key and API key into one compressed file (mode 600), consistent as of the"
        " moment it ends, while the service runs. The index is left out: it is made again from the database.",
    )
    backup.add_argument("file", type=Path, help="the file to write (….tar.gz); it must not exist yet")
    backup.set_defaults(func=run_backup)
    restore = commands.add_parser(
        "restore",
        help="the archive out of such a file",
        description="Puts a backup into the data directory. The service must be stopped, and an archive that is there"
        " is only replaced with --force. The index is made again from the database; if that is interrupted, the next"
        " start does it.",
    )
    restore.add_argument("file", type=Path, help="a file that `newsapi backup` wrote")
    restore.add_argument("--force", action="store_true", help="replace the archive that is there")
    restore.set_defaults(func=run_restore)


def _database(settings: Settings) -> Path:
    if not settings.database_url.startswith("sqlite:"):
        raise StartError("DATABASE_URL is not SQLite; back PostgreSQL up with pg_dump.")
    from django.conf import settings as django_settings

    return Path(str(django_settings.DATABASES["default"]["NAME"]))


def run_backup(args: argparse.Namespace) -> int:
    settings = load()
    database = _database(settings)
    if not database.is_file():
        raise StartError(f"There is no archive at {settings.data_dir} yet; `newsapi serve` makes one.")
    if args.file.exists():
        fail(f"{args.file} exists already; name another file, or remove it first.")
        return 1
    target = args.file.absolute()
    try:
        draft = tempfile.mkdtemp(prefix=".newsapi-backup-", dir=target.parent)
    except OSError as error:
        fail(f"{target.parent} cannot be written: {error.strerror}.")
        return 1
    try:
        copy = Path(draft) / DATABASE
        _copy_database(database, copy)
        manifest = {"format": FORMAT, "version": __version__, "created_at": datetime.now(UTC).isoformat()}
        (Path(draft) / MANIFEST).write_text(json.dumps(manifest))
        packed = Path(draft) / "packed"
        with os.fdopen(os.open(packed, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as tar:
                tar.add(Path(draft) / MANIFEST, MANIFEST)
                for name in SECRETS:
                    if (settings.data_dir / name).is_file():
                        tar.add(settings.data_dir / name, name)
                tar.add(copy, DATABASE)
            raw.flush()
            os.fsync(raw.fileno())
        packed.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    say(f"{args.file}: {args.file.stat().st_size / 1e6:.1f} MB. It holds the keys of this archive: keep it safe.")
    return 0


def _copy_database(source: Path, target: Path) -> None:
    """A snapshot by SQLite's online backup; reading it in one transaction keeps it whole whoever writes meanwhile."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.execute("PRAGMA busy_timeout = 30000")
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with progress("Copying the database (pages)", None) as advance:
            before = {"remaining": -1}

            def step(status: int, remaining: int, total: int) -> None:
                done = before["remaining"] - remaining if before["remaining"] >= 0 else total - remaining
                before["remaining"] = remaining
                advance(max(done, 0), total=total)

            live.backup(copy, pages=PAGES, progress=step, sleep=0.0)


def run_restore(args: argparse.Namespace) -> int:
    settings = load()
    database = _database(settings)
    data_dir.make(settings)
    lock = data_dir.Lock(settings.data_dir)
    lock.acquire(note=" (restore)")
    try:
        if database.exists() and not args.force:
            fail(f"There is an archive at {settings.data_dir} already; --force replaces it.")
            return 1
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data_dir) as draft:
            if not _unpack(args.file, Path(draft)):
                return 1
            _free_leases(Path(draft) / DATABASE)
            for suffix in ("-wal", "-shm"):
                database.with_name(database.name + suffix).unlink(missing_ok=True)
            # The index goes first: an empty one is made again by the next start, if it cannot be made below.
            emptied = _empty_index(settings)
            prepared.forget(settings)
            (Path(draft) / DATABASE).replace(database)
            for name in SECRETS:
                if (Path(draft) / name).is_file():
                    data_dir.write_private(settings.data_dir / name, (Path(draft) / name).read_text().strip())
        return _make_index(settings) if emptied else 0
    finally:
        lock.release()


def _free_leases(database: Path) -> None:
    """Whoever held them serves another archive: nobody is to wait for them to run out."""
    with closing(sqlite3.connect(database)) as copy, copy:
        columns = {row[1] for row in copy.execute("PRAGMA table_info(articles_consumer)")}
        if "lease_owner" in columns:
            copy.execute("UPDATE articles_consumer SET lease_owner = '', lease_until = NULL")


def _make_index(settings: Settings) -> int:
    """The backup may be of an older version: first its tables are brought to the form of this one."""
    from newsapi.cli import prepare, reindex

    if prepare.prepare(sample=False):
        return 1
    prepared.note(settings)
    say(f"The archive is back in {settings.data_dir}.")
    return reindex.make()


def _empty_index(settings: Settings) -> bool:
    """Whether it could be: a search engine elsewhere may be away."""
    from search.engines import open_engine
    from search.engines.base import EngineUnavailable

    try:
        open_engine(settings.search_url, str(settings.data_dir)).clear()
    except EngineUnavailable as error:
        fail(f"{error.detail} With the service running, `newsapi reindex` makes the index again.")
        return False
    return True


def _unpack(file: Path, target: Path) -> bool:
    """Take the known members only, and check the database before anything is replaced."""
    try:
        with tarfile.open(file, "r:gz") as tar:
            members = {member.name: member for member in tar if member.isfile()}
            if not {MANIFEST, DATABASE} <= members.keys():
                fail(f"{file} is no backup of newsapi: it has no {MANIFEST} or no {DATABASE}.")
                return False
            for name in (MANIFEST, DATABASE, *SECRETS):
                if name in members and (source := tar.extractfile(members[name])):
                    with source, (target / name).open("wb") as out:
                        shutil.copyfileobj(source, out)
        manifest = json.loads((target / MANIFEST).read_text())
        if manifest.get("format") != FORMAT:
            fail(f"{file} has format {manifest.get('format')}; this version reads format {FORMAT}.")
            return False
        with closing(sqlite3.connect(target / DATABASE)) as copy:
            if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                fail(f"The database in {file} is damaged.")
                return False
    except (OSError, EOFError, tarfile.TarError, ValueError, sqlite3.DatabaseError) as error:
        fail(f"{file} cannot be read: {error}.")
        return False
    return True
