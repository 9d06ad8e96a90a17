"""What stands in the files: read back by others than those who wrote them."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.exports import columns, parquet, zipping
from search.exports.formats import Csv, Parquet
from search.exports.ninjs import ninjs
from search.exports.parquet import Kind
from search.results import Hit

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.none() | texts,
    Kind.INTEGER: st.none() | st.integers(-(2**63), 2**63 - 1),
    Kind.NUMBER: st.none() | st.floats(allow_nan=False),
    Kind.TIME: st.none() | st.integers(-(10**15), 10**15),
    Kind.TEXTS: st.lists(texts, max_size=4),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[parquet.Column], list[list[list[Any]]]]:
    """Columns, and for each part the values of each column."""
    kinds = draw(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=5))
    shown = [parquet.Column(f"c{n}", kind) for n, kind in enumerate(kinds)]
    sizes = draw(st.lists(st.integers(1, 20), max_size=3))
    parts = [[draw(st.lists(VALUES[kind], min_size=size, max_size=size)) for kind in kinds] for size in sizes]
    return shown, parts


def written(shown: list[parquet.Column], parts: list[list[list[Any]]]) -> bytes:
    out = bytearray(parquet.MAGIC)
    known = []
    for values in parts:
        data, about = parquet.part(shown, values, len(out))
        out += data
        known.append(about)
    return bytes(out) + b"".join(parquet.end(shown, known))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables())
def test_parquet_is_read_as_it_was_written(
    tmp_path: Path, table: tuple[list[parquet.Column], list[list[list[Any]]]]
) -> None:
    shown, parts = table
    file = tmp_path / "export.parquet"
    file.write_bytes(written(shown, parts))
    read = ", ".join(
        f'epoch_us("{column.name}")' if column.kind is Kind.TIME else f'"{column.name}"' for column in shown
    )
    with duckdb.connect() as reading:
        names = [row[0] for row in reading.execute("DESCRIBE FROM read_parquet(?)", [str(file)]).fetchall()]
        rows = reading.execute(f"SELECT {read} FROM read_parquet(?)", [str(file)]).fetchall()
    assert names == [column.name for column in shown]
    for number in range(len(shown)):
        assert [row[number] for row in rows] == [value for values in parts for value in values[number]]


def test_parquet_begins_and_ends_as_the_format_says() -> None:
    found = written([parquet.Column("a", Kind.TEXT)], [[["x", None]]])
    assert found[:4] == found[-4:] == b"PAR1"
    length = int.from_bytes(found[-8:-4], "little")
    footer = found[-8 - length : -8]
    assert b"newsapi" in footer and footer.endswith(b"\0")


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.dictionaries(st.text("abcé", min_size=1, max_size=5), st.binary(max_size=300), max_size=5), max_size=4)
)
def test_zips_are_read_as_they_were_written(parts: list[dict[str, bytes]]) -> None:
    out, directories, expected = bytearray(), [], {}
    for number, part in enumerate(parts):
        files = {f"{number}-{name}": content for name, content in part.items()}
        data, directory = zipping.part(files.items(), len(out))
        out += data
        directories.append(directory)
        expected |= files
    for piece in zipping.end(directories, len(out)):
        out += piece
    with zipfile.ZipFile(io.BytesIO(bytes(out))) as packed:
        assert packed.testzip() is None
        assert {name: packed.read(name) for name in packed.namelist()} == expected


def test_a_zip_of_more_files_than_16_bits_count() -> None:
    data, directory = zipping.part(((str(n), b"x") for n in range(70_000)), 0)
    packed = zipfile.ZipFile(io.BytesIO(data + b"".join(zipping.end([directory], len(data)))))
    assert len(packed.namelist()) == 70_000


def hit(**card: Any) -> Hit:
    return Hit(UUID(int=1), 1, 1, orjson.dumps({"id": "1", **card}))


ARTICLE = {
    "number": 5,
    "date": "2026-06-18T14:05:00Z",
    "headline": "=SUM(A1)",
    "source": {"name": "Harbour Post", "domain": "harbour.example"},
    "authors": ["Ellen Marsh", "Ann Lee"],
    "language": {"code": "en", "confidence": 0.99},
    "entities": [
        {"id": "e", "type": "place", "name": "Elbe", "coordinates": [53.5, 9.9], "salience": 0.9, "ids": {}},
        {"id": "f", "type": "person", "name": "Anna Petersen", "salience": 0.1, "ids": {"wikidata": "Q1"}},
    ],
    "topics": [{"code": "medtop:11000000", "name": "politics", "score": 0.834}],
    "sentiment": {"score": -0.25, "method": "lexicon"},
    "body": "Line one,\n\n“two”",
    "images": [{"url": "https://harbour.example/1.jpg", "caption": "The bridge", "credit": "Reuters"}],
    "keywords": ["bridge"],
}


def rows(form: Csv, *hits: Hit) -> list[dict[str, str]]:
    text = (form.begin() + form.part(hits, 0)[0]).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_table_has_flat_columns() -> None:
    [row] = rows(Csv([]), hit(**ARTICLE))
    assert row["source"] == "Harbour Post"
    assert row["authors"] == "Ellen Marsh; Ann Lee"
    assert (row["places"], row["people"]) == ("Elbe", "Anna Petersen")
    assert (row["sentiment"], row["number"]) == ("-0.25", "5")
    assert row["date"] == "2026-06-18T14:05:00Z"
    assert row["body"] == ARTICLE["body"]
    assert row["standfirst"] == ""


def test_no_cell_is_a_formula() -> None:
    for value in ("=1", "+1", "-1", "@x", "\tx", "\rx"):
        [row] = rows(Csv(["headline"]), hit(headline=value))
        assert row["headline"] == f"'{value}"
    [row] = rows(Csv(["sentiment.score"]), hit(sentiment={"score": -0.5}))
    assert row["sentiment.score"] == "-0.5"


def test_chosen_fields_are_the_columns() -> None:
    form = Csv(["headline,entities.name,topics,source.name"])
    [row] = rows(form, hit(**ARTICLE))
    assert list(row) == ["headline", "entities.name", "topics", "source.name"]
    assert row["entities.name"] == "Elbe; Anna Petersen"
    assert orjson.loads(row["topics"])[0]["code"] == "medtop:11000000"


odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.sampled_from([c.name for c in columns.STANDARD] + ["source", "sentiment", "topics"]), odd))
def test_values_of_the_wrong_type_are_no_error(card: dict[str, Any]) -> None:
    for column in columns.STANDARD:
        if column.name in (
            "section",
            "topics",
            "topic_codes",
            "people",
            "organisations",
            "places",
            "authors",
            "keywords",
        ):
            continue
        value = columns.cell(column, card)
        assert value is None or isinstance(value, str | int | float | datetime)


def test_times_count_in_microseconds() -> None:
    assert columns.micros(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=1, microseconds=7)) == 1_000_007
    assert columns.micros(datetime(1, 1, 1, tzinfo=UTC)) < 0  # type: ignore[operator]
    assert Parquet(["date"]).typed == [parquet.Column("date", Kind.TIME)]


def test_an_article_as_ninjs() -> None:
    item = ninjs({"id": "01", "revision": 2, "word_count": 3, "published_at": "2026-06-18T14:05:00Z", **ARTICLE})
    assert item["uri"] == "urn:uuid:01"
    assert item["version"] == "2"
    assert item["by"] == "Ellen Marsh, Ann Lee"
    assert item["subjects"][0] == {
        "name": "politics",
        "rel": "about",
        "uri": "http://cv.iptc.org/newscodes/mediatopic/11000000",
        "confidence": 83,
    }
    assert item["places"][0]["geojson"] == {"type": "Point", "coordinates": [9.9, 53.5]}
    assert item["people"] == [{"name": "Anna Petersen", "rel": "mentions", "uri": "http://www.wikidata.org/entity/Q1"}]
    assert item["associations"][0]["renditions"] == [{"name": "main", "href": "https://harbour.example/1.jpg"}]
    assert "located" not in item and None not in item.values()


def test_ninjs_is_read_again_by_the_reader() -> None:
    from ingest.inputs import NINJS, read

    item = ninjs({"id": "01", "published_at": "2026-06-18T14:05:00Z", **ARTICLE, "headline": "A bridge opens"})
    given = read(orjson.dumps(item), NINJS, {})
    assert given.raw is not None
