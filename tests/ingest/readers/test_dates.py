"""Dates as news sites write them, in many languages; and lines that are no dates."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.dates import find_date, find_dates, is_date_line, is_time_line, label_of

RECEIVED = datetime(2026, 6, 18, 16, 0, tzinfo=UTC)
_TABLE = (Path(__file__).parent / "dates_table.tsv").read_text(encoding="utf-8").splitlines()[1:]
ROWS = [line.split("\t") for line in _TABLE]


@pytest.mark.parametrize(("text", "language", "at", "precision"), ROWS, ids=[f"{r[1]}:{r[0]}" for r in ROWS])
def test_forms(text: str, language: str, at: str, precision: str) -> None:
    found = find_date(text, received_at=RECEIVED, language=language or None)
    assert found is not None
    assert found.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert found.precision == precision
    assert text[found.start : found.end].strip() == text[found.start : found.end] != ""
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize("text", [r[0] for r in ROWS])
def test_a_line_that_is_a_date_is_known_for_one(text: str) -> None:
    assert is_date_line(text)


def test_the_table_is_wide() -> None:
    assert len(ROWS) >= 200
    assert len({row[1] for row in ROWS}) >= 45


@pytest.mark.parametrize(
    "text",
    [
        "31 February 2026",
        "2026-02-31",
        "2026-13-01",
        "0000-01-01",
        "99999-01-01",
        "18/06/99999",
        "32 June 2026",
        "30.02.2026",
        "00/00/0000",
        "1234567890",
        "192.168.10.20",
        "v1.2.2026.4",
        "+49 30 12-34-5678",
        "24/7",
        "3-1",
        "Chapter 12",
        "In 2026",
        "June 2026",
        "1,000,000",
        "Boeing 737-800",
        "",
        " ",
        "Latest news",
    ],
)
def test_no_dates(text: str) -> None:
    assert find_date(text, received_at=RECEIVED) is None


@pytest.mark.parametrize(
    "text",
    [
        "The ceasefire of 18 June 2026 did not hold.",
        "Published reports say that 18 people died.",
        "Updated figures show growth of 3.1 per cent",
        "Yesterday the president said no",
        "14:05",
        "Two hours later he left.",
        "World Cup 2026",
        "Photo: 18 June 2026, Kyiv, by Jane Doe",
        "2026",
        "5 things to know today",
        "La policía detuvo ayer a 3 personas",
        "В 2026 году вступит в силу закон",
    ],
)
def test_lines_that_hold_more_than_a_date(text: str) -> None:
    assert not is_date_line(text)


@pytest.mark.parametrize("text", ["14:05", "14.05 BST", "2:05 pm", "2.05pm BST", "14h05", "14:05 Uhr"])
def test_times_alone(text: str) -> None:
    assert is_time_line(text)
    assert find_date(text, received_at=RECEIVED) is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Published: 18 June 2026", "published"),
        ("Last modified on Thu 18 Jun 2026 15.10 BST", "modified"),
        ("Updated 3 hours ago", "modified"),
        ("Veröffentlicht am 18.06.2026", "published"),
        ("Aktualisiert am 18.06.2026", "modified"),
        ("Publié le 18 juin 2026", "published"),
        ("Mis à jour le 18 juin 2026", "modified"),
        ("Actualizado: 18/06/2026", "modified"),
        ("Përditësuar: 18 qershor 2026", "modified"),
        ("آخر تحديث: 18 يونيو 2026", "modified"),
        ("تاریخ انتشار: ۲۸ خرداد ۱۴۰۵", "published"),
        ("обновлено: 15:10 18.06.2026", "modified"),
        ("更新：2026年6月18日", "modified"),
        ("2026年6月18日 公開", "published"),
        ("입력 2026.06.18. 오후 2:05", "published"),
        ("Güncelleme: 18.06.2026", "modified"),
        ("18 June 2026", None),
    ],
)
def test_labels(text: str, label: str | None) -> None:
    assert label_of(text) == label
    assert is_date_line(text)


def test_two_dates_on_a_line_each_with_its_label() -> None:
    text = "Publié le 18 juin 2026 à 14h05, modifié le 19 juin 2026 à 15h10"
    first, second = find_dates(text, language="fr")
    assert (first.label, second.label) == ("published", "modified")
    assert second.at == datetime(2026, 6, 19, 15, 10, tzinfo=UTC)
    first, second = find_dates("14:05 18.06.2026 (обновлено: 15:10 18.06.2026)")
    assert (first.label, second.label) == (None, "modified")
    assert second.at.hour == 15


def test_what_was_taken_for_granted_is_said() -> None:
    day = find_date("18 June 2026")
    assert day is not None and day.note == "date alone: midnight UTC" and not day.zone_given
    local = find_date("18 June 2026 14:05")
    assert local is not None and local.note == "no zone: taken as UTC"
    doubtful = find_date("06/07/2026")
    sure = find_date("26/07/2026")
    assert doubtful is not None and sure is not None
    assert doubtful.confidence < sure.confidence and "day first" in (doubtful.note or "")
    india = find_date("18 June 2026 14:05 IST")
    israel = find_date("18 June 2026 14:05 IST", language="he")
    assert india is not None and israel is not None
    assert (india.at.hour, israel.at.hour) == (8, 12) and india.confidence < israel.confidence


@pytest.mark.parametrize("text", ["3 hours ago", "yesterday", "today at 14:05", "18 June, 14:05", "3時間前"])
def test_relative_dates_need_a_reference(text: str) -> None:
    assert find_date(text) is None
    found = find_date(text, received_at=RECEIVED)
    assert found is not None and found.relative


def test_a_day_without_year_is_the_latest_such_day() -> None:
    found = find_date("31 December, 23:00", received_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert found is not None and found.at.year == 2025
    leap = find_date("29 February, 08:00", received_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert leap is not None and leap.at.year == 2024


def test_offsets_count_code_points_also_with_combining_marks() -> None:
    text = "Mis à jour : 18 août 2026 🗓"
    found = find_date(text)
    assert found is not None and text[found.start : found.end] == "18 août 2026"
    decomposed = "18 aou\u0302t 2026, fin"
    found = find_date(decomposed)
    assert found is not None and decomposed[found.start : found.end] == "18 aou\u0302t 2026"


PIECES = st.sampled_from(
    [
        "18 June 2026",
        "2026-06-18",
        "T14:05",
        "14.05",
        "Uhr",
        "vor",
        "2 Stunden",
        "ago",
        "3",
        "hours",
        "yesterday",
        "年",
        "6月",
        "18日",
        "/",
        ".",
        "-",
        ":",
        "Thu",
        "يونيو",
        "٢٠٢٦",
        "IST",
        "GMT+99",
        "99:99",
        "31 Feb 2026",
        "Published",
        "é",
        "\u200f",
        "İ",
        "ß",
        "ﬁ",
        "�",
        "a.m.",
        "昨天",
        "前",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=80), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map("".join)
    )
)
def test_any_text(text: str) -> None:
    end = 0
    for found in find_dates(text, received_at=RECEIVED):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        assert found.at.tzinfo is not None
    is_date_line(text)
    is_time_line(text)
    label_of(text)


@pytest.mark.parametrize(
    "piece", ["1", "1/", "18 June ", "12:", "(", "June ", "2026-", "一", "vor 2 ", "٣ ", "1.1.", "Thu "]
)
def test_long_lines_take_linear_time(piece: str) -> None:
    def took(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_dates(text, received_at=RECEIVED)
        is_date_line(text)
        return time.process_time() - start

    took(1_000)
    assert took(40_000) < 3.0


@given(st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2099, 1, 1)), st.integers(-14 * 4, 14 * 4))
def test_what_a_machine_wrote_is_read_at_once_and_alike(moment: datetime, quarters: int) -> None:
    text = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * quarters))).isoformat()
    assert find_date(text) == find_dates(text)[0]
