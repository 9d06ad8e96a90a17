"""The id of a request: given, made, returned, and found again in errors, log lines, captures and tasks."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from access.services import create_key
from ingest.models import Capture
from ingest.services import receive
from newsapi import context
from newsapi.celery import App, Soon, _drop_request, _take_request
from newsapi.logs import JsonLines, chosen


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


@given(st.text())
def test_whatever_is_sent_the_id_is_a_sane_one(text: str) -> None:
    accepted = context.accept(text)
    assert context.SANE.fullmatch(accepted)
    assert accepted == text or len(accepted) == 32


def test_a_sane_id_is_kept_and_returned(client: Client) -> None:
    assert client.get("/healthz", headers={"x-request-id": "edge-7/42"}).headers["X-Request-ID"] == "edge-7/42"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\nb", "<script>", "ä"])
def test_another_is_made_in_the_place_of_one_that_is_not(client: Client, given: str) -> None:
    made = client.get("/healthz", headers={"x-request-id": given}).headers["X-Request-ID"]
    assert made != given
    assert len(made) == 32


@pytest.mark.parametrize("address", ["/v1/entities/x", "/nothing", "/v1/articles?limit=0"])
def test_problems_carry_it(client: Client, address: str) -> None:
    answer = client.get(address, headers={"x-request-id": "abc"})
    assert answer.status_code >= 400
    assert answer.json()["request_id"] == "abc"


def test_a_line_a_request_names_the_key_and_never_has_it(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    key, secret = create_key("reader", ["read"])
    with caplog.at_level(logging.INFO, "newsapi.requests"):
        client.get("/v1/sources/x?q=private", headers={"authorization": f"Bearer {secret}", "x-request-id": "abc"})
    [record] = [each for each in caplog.records if each.name == "newsapi.requests"]
    line = json.loads(JsonLines().format(record))
    assert line["status"] == 400
    assert line["route"] == "v1/sources/<str:source_id>"
    assert line["path"] == "/v1/sources/x"
    assert line["key"] == str(key.id)
    assert line["seconds"] >= 0
    assert secret not in json.dumps(line)
    assert "private" not in json.dumps(line)


def test_health_checks_do_not_fill_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "newsapi.requests"):
        client.get("/healthz")
    assert not caplog.records


def record(message: str, **extra: Any) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "a.b", "levelname": "WARNING", "msg": message, **extra})


@given(st.text(), st.text())
def test_a_line_is_one_line_of_json_whatever_is_in_it(message: str, value: str) -> None:
    line = JsonLines().format(record(message, about=value))
    assert "\n" not in line
    assert json.loads(line)["about"] == json.loads(json.dumps(value.encode("utf-8", "replace").decode()))


def test_a_line_has_time_level_logger_and_request() -> None:
    with context.of_request("abc"):
        line = json.loads(JsonLines().format(record("it broke")))
    assert line["time"].endswith(("Z", "+00:00"))
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "a.b", "it broke")
    assert line["request_id"] == "abc"


def test_an_exception_stays_in_its_line() -> None:
    try:
        raise ValueError("no\nnumber")
    except ValueError as error:
        line = JsonLines().format(record("it broke", exc_info=(type(error), error, error.__traceback__)))
    assert "ValueError" in json.loads(line)["exc_info"]
    assert "\n" not in line


def test_json_is_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (chosen("json"), chosen("line")) == ("json", "line")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert chosen("auto") == "line"


def test_a_capture_keeps_the_id_of_the_request_that_brought_it(db: None) -> None:
    with context.of_request("abc"):
        made = receive(b"Post\n\nA headline\n\nA text.", "text/plain", wake=False)
    assert Capture.objects.get(id=made.id).request_id == "abc"


@pytest.fixture
def app() -> App:
    return App("test", task_cls=Soon, broker="memory://", set_as_current=False)


def test_tasks_carry_it(app: App) -> None:
    seen: list[str] = []

    @app.task(name="seen")  # type: ignore[untyped-decorator]
    def task() -> None: ...

    with app.connection_for_write() as connection:
        channel = connection.SimpleQueue("celery")
        with context.of_request("abc"):
            task.apply_async(connection=connection)
        message = channel.get(timeout=1)
        assert message.headers["request_id"] == "abc"
        task.push_request(**message.headers)
        _take_request(task=task)
        seen.append(context.request_id())
        _drop_request()
    assert seen == ["abc"]
    assert context.request_id() == ""


def test_what_is_far_ahead_is_no_task(app: App) -> None:
    @app.task(name="later")  # type: ignore[untyped-decorator]
    def task() -> None: ...

    with pytest.raises(ValueError, match="keep its time in a row"):
        task.apply_async(countdown=61)
