"""Settings from environment variables (12-factor): typed, checked at start, documented in docs/settings.md."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY_FILE = "secret-key"  # noqa: S105 (a file name)
TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")
MAX_SOCKET_PATH = 100
"""Bytes; the kernel takes 107 (unix(7)), some systems 103."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOG_FORMATS = ("auto", "json", "line")
LOG_LEVELS = ("debug", "info", "warning", "error")


class SettingError(ValueError):
    """An environment variable has a value that cannot be used."""


def default_data_dir() -> Path:
    """`data/` of the checkout, or the user's data directory where newsapi is installed as a package."""
    if (BASE_DIR / "manage.py").is_file():
        return BASE_DIR / "data"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "newsapi"


def _boolean(value: str) -> bool:
    if value.lower() in TRUE + FALSE:
        return value.lower() in TRUE
    raise ValueError("it must be on or off (or true, false, yes, no, 1, 0)")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", value) and low <= int(value) <= high:
            return int(value)
        raise ValueError(f"it must be a whole number from {low} to {high}")

    return parse


def _choice(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() in choices:
            return value.lower()
        raise ValueError(f"it must be one of {', '.join(choices)}")

    return parse


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        try:
            parts = urlsplit(value)
            port_is_number = parts.port is None or parts.port >= 0
        except ValueError as error:
            raise ValueError(f"it is no URL: {error}") from error
        if parts.scheme in schemes and port_is_number:
            return value
        raise ValueError(f"it must be a URL that begins with {' or '.join(f'{s}:' for s in schemes)}")

    return parse


def _search_url(value: str) -> str:
    """Elasticsearch may have several hosts, each with a port of its own: `http://one:9200,two:9200/prefix`."""
    scheme, separator, rest = value.partition("://")
    if scheme in ("http", "https") and separator:
        hosts = rest.partition("/")[0].rpartition("@")[2]
        for host in hosts.split(","):
            _url("http", "https")(f"{scheme}://{host}")
        if all(host.strip() for host in hosts.split(",")):
            return value
    if scheme.partition(":")[0] in ("http", "https"):
        raise ValueError("it must name a host, like http://127.0.0.1:9200")
    return _url("tantivy", "http", "https")(value)


def _database_url(value: str) -> str:
    parts = urlsplit(_url("sqlite", "postgres", "postgresql")(value))
    if parts.scheme == "sqlite" or parts.path.strip("/"):
        return value
    raise ValueError("it must name a database, like postgresql://USER:PASSWORD@HOST:PORT/NAME")


def _without_password(text: str) -> str:
    """An address as it may be shown in a terminal or a log."""
    return re.sub(r"(//[^:@/]*):[^@]*@", r"\1:…@", text)


def _path(value: str) -> Path:
    if "\0" in value:
        raise ValueError("it must be a path")
    return Path(value).expanduser().absolute()


def _host(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value.strip("[]")))
    except ValueError as error:
        if re.fullmatch(r"[A-Za-z0-9.-]{1,253}", value):
            return value
        raise ValueError("it must be an IP address or a host name to listen on") from error


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _origins(value: str) -> tuple[str, ...]:
    for name in _names(value):
        if name != "*" and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", name):
            raise ValueError("it must be origins such as https://news.example, separated by commas, or * for all")
    return _names(value)


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(name) for name in _names(value))
    except ValueError as error:
        raise ValueError(f"it must be networks such as 10.0.0.0/8, separated by commas: {error}") from error


def _contact(value: str) -> str:
    if re.fullmatch(r"[\x21-\x7e]{0,200}", value) and not set(value) & set("()"):
        return value
    raise ValueError("it must be an address of the web or of mail: up to 200 ASCII characters without spaces")


def _secret(value: str) -> str:
    if len(value) < 32:
        raise ValueError("it must have at least 32 characters; leave it out and one is made and kept")
    return value


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. `default` is the text shown and parsed; None means derived or empty."""

    name: str
    attribute: str
    parse: Callable[[str], Any]
    default: str | None
    description: str


SETTINGS: tuple[Setting, ...] = (
    Setting("NEWSAPI_DATA_DIR", "data_dir", _path, None, "Where everything is kept: database, index, Redis, keys."),
    Setting("NEWSAPI_HOST", "host", _host, "127.0.0.1", "The address to listen on."),
    Setting("NEWSAPI_ENRICH", "enrich", _boolean, "on", "Find entities, topics, sentiment and keywords."),
    Setting("NEWSAPI_PORT", "port", _whole(1, 65535), "8000", "The port to listen on."),
    Setting("DATABASE_URL", "database_url", _database_url, None, "The database."),
    Setting(
        "NEWSAPI_DATABASE_CONNECTIONS",
        "database_connections",
        _whole(2, 1000),
        "32",
        "Connections to PostgreSQL that each process may open.",
    ),
    Setting(
        "NEWSAPI_LEASE",
        "lease",
        _whole(2, 3600),
        "60",
        "Seconds after which what a killed process was working on is taken up by another.",
    ),
    Setting("REDIS_URL", "redis_url", _url("redis", "rediss", "unix"), None, "Redis: queues, wake-ups, cache."),
    Setting("SEARCH_URL", "search_url", _search_url, "tantivy:", "The search engine."),
    Setting("SEARCH_TIMEOUT", "search_timeout", _whole(1, 600), "10", "Seconds a search may take."),
    Setting("SEARCH_CA_FILE", "search_ca_file", _path, None, "The authority of the cluster's certificates."),
    Setting("SEARCH_SHARDS", "search_shards", _whole(1, 1024), "1", "Shards of a new index (Elasticsearch)."),
    Setting("SEARCH_REPLICAS", "search_replicas", _whole(0, 20), "0", "Copies of each shard (Elasticsearch)."),
    Setting("SEARCH_PERIOD", "search_period", _choice("", "month"), "", "month: an index a month (Elasticsearch)."),
    Setting("SECRET_KEY", "secret_key", _secret, None, "Signs sessions and cursors."),
    Setting("ALLOWED_HOSTS", "allowed_hosts", _names, "", "Further host names that requests may come for."),
    Setting("DEBUG", "debug", _boolean, "off", "Error pages with details; never on where others can reach it."),
    Setting("NEWSAPI_SAMPLE", "sample", _boolean, "on", "Load the sample archive on the very first start."),
    Setting("NEWSAPI_WORKERS", "workers", _whole(1, 64), "2", "Worker processes that structure articles."),
    Setting("NEWSAPI_POLLERS", "pollers", _whole(1, 64), "1", "Worker processes that poll sources at a time."),
    Setting("NEWSAPI_WEB_THREADS", "web_threads", _whole(1, 256), "4", "Requests that are answered at a time."),
    Setting("RATE_LIMIT", "rate_limit", _whole(0, 100_000_000), "60000", "Requests that a key may make in a minute."),
    Setting("DAILY_QUOTA", "daily_quota", _whole(0, 999_999_999), "0", "Requests that a key may make in a day."),
    Setting("CORS_ORIGINS", "cors_origins", _origins, "", "Sites whose pages may ask this service."),
    Setting("EXPORTS_DIR", "exports_dir", _path, None, "Where the files of exports are made."),
    Setting("EXPORTS_HOURS", "exports_hours", _whole(1, 8760), "72", "Hours that the file of an export is kept."),
    Setting("NEWSAPI_CHANGES_DAYS", "changes_days", _whole(1, 3650), "30", "Days that /v1/changes reaches back."),
    Setting(
        "OUTBOUND_ALLOWED_NETWORKS",
        "outbound_allowed_networks",
        _networks,
        "",
        "Networks beyond the public internet that may be fetched from.",
    ),
    Setting(
        "OUTBOUND_CA_FILE", "outbound_ca_file", _path, None, "Certificates of authorities trusted beside the system's."
    ),
    Setting("OUTBOUND_CONTACT", "outbound_contact", _contact, "", "Who runs this instance: part of the User-Agent."),
    Setting("NEWSAPI_LOG_FORMAT", "log_format", _choice(*LOG_FORMATS), "auto", "How log lines look."),
    Setting("NEWSAPI_LOG_LEVEL", "log_level", _choice(*LOG_LEVELS), "info", "How much the log says."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    data_dir: Path
    host: str
    enrich: bool
    port: int
    database_url: str
    database_connections: int
    lease: int
    redis_url: str
    search_url: str
    search_timeout: int
    search_ca_file: Path | None
    search_shards: int
    search_replicas: int
    search_period: str
    secret_key: str
    allowed_hosts: tuple[str, ...]
    debug: bool
    sample: bool
    workers: int
    pollers: int
    web_threads: int
    rate_limit: int
    daily_quota: int
    cors_origins: tuple[str, ...]
    exports_dir: Path
    exports_hours: int
    changes_days: int
    outbound_allowed_networks: tuple[Network, ...]
    outbound_ca_file: Path | None
    outbound_contact: str
    log_level: str
    log_format: str

    @property
    def embedded_redis(self) -> bool:
        """Redis is the one that `newsapi serve` starts in the data directory."""
        return self.redis_url == embedded_redis_url(self.data_dir)


def embedded_redis_url(data_dir: Path) -> str:
    """Where the Redis that `newsapi serve` starts listens: a socket, so no port is taken."""
    socket = data_dir / "redis.sock"
    if len(os.fsencode(socket)) > MAX_SOCKET_PATH:
        name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
        socket = Path(tempfile.gettempdir()) / f"newsapi-{os.getuid()}-{name}" / "redis.sock"
    return f"unix://{socket}"


def _read_secret(data_dir: Path) -> str:
    """The key that the first start made. Empty before it."""
    try:
        return (data_dir / SECRET_KEY_FILE).read_text().strip()
    except OSError:
        return ""


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting; an empty variable counts as unset.

    Raises SettingError, naming the variable and what would be right.
    """
    env = os.environ if env is None else env
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = env.get(setting.name) or setting.default
        try:
            values[setting.attribute] = None if text is None else setting.parse(text)
        except ValueError as error:
            shown = "not usable" if setting.name == "SECRET_KEY" else repr(_without_password(str(text)))
            raise SettingError(f"{setting.name} is {shown}: {error}.") from error
    data_dir = values["data_dir"] or default_data_dir()
    values["data_dir"] = data_dir
    values["database_url"] = values["database_url"] or f"sqlite:///{data_dir / 'newsapi.sqlite3'}"
    values["exports_dir"] = values["exports_dir"] or data_dir / "exports"
    values["redis_url"] = values["redis_url"] or embedded_redis_url(data_dir)
    values["secret_key"] = values["secret_key"] or _read_secret(data_dir)
    return Settings(**values)
