"""Settings from environment variables (12-factor): typed, validated at start, documented in docs/settings.md."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


class SettingError(ValueError):
    """An environment variable has a value that cannot be used."""


def default_data_dir() -> Path:
    """`data/` of the checkout, or the user's data directory where newsapi is installed as a package."""
    if (BASE_DIR / "manage.py").is_file():
        return BASE_DIR / "data"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "newsapi"


@dataclass(frozen=True, slots=True)
class Settings:
    data_dir: Path
    host: str
    port: int
    database_url: str
    redis_url: str
    search_url: str
    secret_key: str
    debug: bool


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting. Raises SettingError, naming the variable and what would be right."""
    env = os.environ if env is None else env
    data_dir = Path(env.get("NEWSAPI_DATA_DIR") or default_data_dir()).expanduser().resolve()
    port = env.get("NEWSAPI_PORT") or "8000"
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise SettingError(f"NEWSAPI_PORT is {port!r}; it must be a port number from 1 to 65535")
    return Settings(
        data_dir=data_dir,
        host=env.get("NEWSAPI_HOST") or "127.0.0.1",
        port=int(port),
        database_url=env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'newsapi.sqlite3'}",
        redis_url=env.get("REDIS_URL") or f"unix://{data_dir / 'redis.sock'}",
        search_url=env.get("SEARCH_URL") or "tantivy:",
        secret_key=env.get("SECRET_KEY") or "",
        debug=(env.get("DEBUG") or "").lower() in ("1", "true", "yes", "on"),
    )
