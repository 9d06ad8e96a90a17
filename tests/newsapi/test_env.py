"""Settings: typed, validated, documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsapi.env import BASE_DIR, SETTINGS, SettingError, embedded_redis_url, load


def test_nothing_set_gives_the_embedded_defaults(tmp_path: Path) -> None:
    settings = load({"NEWSAPI_DATA_DIR": str(tmp_path)})
    assert settings.port == 8000
    assert settings.host == "127.0.0.1"
    assert settings.search_url == "tantivy:"
    assert settings.database_url == f"sqlite:///{tmp_path}/newsapi.sqlite3"
    assert settings.embedded_redis
    assert not settings.debug


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("NEWSAPI_PORT", "eighty", "1 to 65535"),
        ("NEWSAPI_PORT", "0", "1 to 65535"),
        ("NEWSAPI_PORT", "65536", "1 to 65535"),
        ("DATABASE_URL", "mysql://x/y", "sqlite"),
        ("DATABASE_URL", "postgresql://", "NAME"),
        ("DATABASE_URL", "postgresql://me@db:5432/", "NAME"),
        ("REDIS_URL", "http://x", "redis"),
        ("SEARCH_URL", "solr://x", "tantivy"),
        ("SEARCH_URL", "http://host:port", "no URL"),
        ("SEARCH_URL", "http:", "name a host"),
        ("SEARCH_URL", "https://", "name a host"),
        ("DEBUG", "maybe", "on or off"),
        ("NEWSAPI_WORKERS", "-1", "1 to 64"),
        ("NEWSAPI_LOG_LEVEL", "loud", "debug"),
        ("NEWSAPI_HOST", "not a host", "host name"),
        ("SECRET_KEY", "short", "32 characters"),
    ],
)
def test_a_wrong_value_names_the_variable_and_what_would_be_right(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingError) as error:
        load({name: value})
    assert name in str(error.value)
    assert says in str(error.value)


def test_a_secret_is_never_shown() -> None:
    with pytest.raises(SettingError) as error:
        load({"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(error.value)
    with pytest.raises(SettingError, match="mysql://me") as error:
        load({"DATABASE_URL": "mysql://me:hunter2@db/news"})
    assert "hunter2" not in str(error.value)


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    text = (BASE_DIR / "docs" / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", text, re.MULTILINE))
    assert set(rows) == {setting.name for setting in SETTINGS}
    for setting in SETTINGS:
        if setting.default:
            assert f"`{setting.default}`" in rows[setting.name]


def test_a_long_data_directory_still_gives_a_socket_that_the_kernel_takes(tmp_path: Path) -> None:
    assert len(embedded_redis_url(tmp_path / ("x" * 120))) < 107 + len("unix://")
