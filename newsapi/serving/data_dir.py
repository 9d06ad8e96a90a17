"""The data directory: made on the first start, held by one instance at a time, its secrets for the owner only."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

from newsapi.env import SECRET_KEY_FILE, Settings

LOCK = "lock"
API_KEY_FILE = "api-key"
LOGS = "logs"


class StartError(Exception):
    """The service cannot start; the message is one line that says why and what to do."""


def make(settings: Settings) -> None:
    """Create the directory (mode 700). Raises StartError where it cannot be written."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        (settings.data_dir / LOGS).mkdir(exist_ok=True)
        probe = settings.data_dir / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StartError(
            f"The data directory {settings.data_dir} cannot be written ({reason});"
            " set NEWSAPI_DATA_DIR to one that can."
        ) from error


def write_private(path: Path, text: str) -> None:
    """Write a secret, mode 600 from its first byte, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
    draft.replace(path)


def ensure_secret_key(data_dir: Path) -> str:
    """The kept secret key; made when there is none."""
    path = data_dir / SECRET_KEY_FILE
    if not path.is_file():
        write_private(path, secrets.token_urlsafe(50))
    return path.read_text().strip()


class Lock:
    """One instance on one data directory. The kernel lets go of it when the process ends, however it ends."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / LOCK
        self._fd: int | None = None

    def acquire(self, note: str = "") -> None:
        """Raises StartError, naming the process that holds it."""
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(fd, 200).decode(errors="replace").split("\n")[0]
            os.close(fd)
            raise StartError(
                f"Another newsapi ({holder or 'unknown process'}) runs on {self.path.parent};"
                " stop it, or set NEWSAPI_DATA_DIR to another directory."
            ) from error
        os.ftruncate(fd, 0)
        os.write(fd, f"pid {os.getpid()}{note}\n".encode())
        os.set_inheritable(fd, False)
        self._fd = fd

    def release(self) -> None:
        if self._fd is not None:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = None


def holder(data_dir: Path) -> str | None:
    """What the lock's holder wrote ("pid 123 …"), None where nobody holds it."""
    try:
        fd = os.open(data_dir / LOCK, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return os.read(fd, 200).decode(errors="replace").strip() or "unknown process"
    finally:
        os.close(fd)
    return None
