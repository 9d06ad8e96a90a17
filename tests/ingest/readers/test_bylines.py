"""Bylines in many languages, and lines that only look like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.bylines import looks_like_name, parse_byline, tidy_name

# line, authors, publisher, place
BYLINES: list[tuple[str, list[str], str | None, str | None]] = [
    ("By Jane Doe", ["Jane Doe"], None, None),
    ("BY JANE DOE", ["Jane Doe"], None, None),
    ("by Jane Doe", ["Jane Doe"], None, None),
    ("By: Jane Doe", ["Jane Doe"], None, None),
    ("— By Jane Doe", ["Jane Doe"], None, None),
    ("Written by Jane Doe", ["Jane Doe"], None, None),
    ("By Jane Doe and John Smith in Kyiv", ["Jane Doe", "John Smith"], None, "Kyiv"),
    ("By Jane Doe in New York and John Smith in Paris", ["Jane Doe", "John Smith"], None, "New York"),
    ("By Amy Lee, Tom Ford and Kim Oh", ["Amy Lee", "Tom Ford", "Kim Oh"], None, None),
    ("By Amy Lee; Tom Ford & Kim Oh", ["Amy Lee", "Tom Ford", "Kim Oh"], None, None),
    ("By Jane Doe, London", ["Jane Doe"], None, "London"),
    ("By Jane Doe, The Guardian", ["Jane Doe"], "The Guardian", None),
    ("By Jane Doe for CNN", ["Jane Doe"], "CNN", None),
    ("By JANE DOE Associated Press", ["Jane Doe"], "The Associated Press", None),
    ("By Jane Doe | BBC News", ["Jane Doe"], "BBC", None),
    ("Jane Doe BBC News", ["Jane Doe"], "BBC", None),
    ("By Jane Doe (Reuters)", ["Jane Doe"], "Reuters", None),
    ("By Jane Doe, Political Editor", ["Jane Doe"], None, None),
    ("By Jane Doe Political Editor", ["Jane Doe"], None, None),
    ("Jane Doe, Political Editor", ["Jane Doe"], None, None),
    ("By Jane Doe, Political Editor, and John Smith, Moscow correspondent", ["Jane Doe", "John Smith"], None, None),
    ("Jane Doe in Beirut and John Smith Diplomatic editor", ["Jane Doe", "John Smith"], None, "Beirut"),
    ("By Jane Doe | 18 June 2026", ["Jane Doe"], None, None),
    ("By Jane Doe (jane.doe@example.com) @janedoe", ["Jane Doe"], None, None),
    ("By Ursula von der Leyen", ["Ursula von der Leyen"], None, None),
    ("By J. K. Rowling", ["J. K. Rowling"], None, None),
    ("By Conor O'Brien and Mary-Kate D'Angelo", ["Conor O'Brien", "Mary-Kate D'Angelo"], None, None),
    ("BY JEAN-LUC O'NEIL AND PETER VAN DER BERG", ["Jean-Luc O'Neil", "Peter van der Berg"], None, None),
    ("By Reuters", [], "Reuters", None),
    ("By The Associated Press", [], "The Associated Press", None),
    ("(Reuters)", [], "Reuters", None),
    ("AFP", [], "Agence France-Presse", None),
    ("AFP/Jane Doe", ["Jane Doe"], "Agence France-Presse", None),
    ("Jane Doe/AFP", ["Jane Doe"], "Agence France-Presse", None),
    ("Le Monde avec AFP", [], "Agence France-Presse", None),
    ("Staff and agencies", [], None, None),
    ("Guardian staff and agencies", [], "The Guardian", None),
    ("By the Editorial Board", [], None, None),
    ("Updated by John Smith", ["John Smith"], None, None),
    (
        "Reporting by Jane Doe in Kyiv and John Smith; editing by Bob Roe",
        ["Jane Doe", "John Smith"],
        None,
        None,
    ),
    ("(Reporting by Jane Doe; Editing by Bob Roe and Ann Poe)", ["Jane Doe"], None, None),
    ("Von Max Mustermann, Berlin", ["Max Mustermann"], None, "Berlin"),
    ("Von Max Mustermann und Erika Musterfrau", ["Max Mustermann", "Erika Musterfrau"], None, None),
    ("Ein Kommentar von Max Mustermann", ["Max Mustermann"], None, None),
    ("Par Jean Dupont", ["Jean Dupont"], None, None),
    ("Par Jean Dupont et Marie Curie", ["Jean Dupont", "Marie Curie"], None, None),
    ("Por María García y Juan Pérez", ["María García", "Juan Pérez"], None, None),
    ("Por Redacción", [], None, None),
    ("Di Mario Rossi", ["Mario Rossi"], None, None),
    ("Door Jan de Vries", ["Jan de Vries"], None, None),
    ("Av Anna Svensson", ["Anna Svensson"], None, None),
    ("Nga Arben Hoxha", ["Arben Hoxha"], None, None),
    ("Autor: Jan Kowalski", ["Jan Kowalski"], None, None),
    ("Piše: Ana Marić", ["Ana Marić"], None, None),
    ("Írta: Kovács János", ["Kovács János"], None, None),
    ("Haber: Ayşe Yılmaz", ["Ayşe Yılmaz"], None, None),
    ("Автор: Иван Иванов", ["Иван Иванов"], None, None),
    ("Текст: Иван Петров, Мария Сидорова", ["Иван Петров", "Мария Сидорова"], None, None),
    ("Του Γιάννη Παπαδόπουλου", ["Γιάννη Παπαδόπουλου"], None, None),
    ("Oleh Budi Santoso", ["Budi Santoso"], None, None),
    ("Penulis: Budi Santoso | Editor: Siti Rahma", ["Budi Santoso"], None, None),
    ("Tác giả: Nguyễn Văn An", ["Nguyễn Văn An"], None, None),
    ("بقلم محمد الأحمد", ["محمد الأحمد"], None, None),
    ("بقلم: محمد الأحمد", ["محمد الأحمد"], None, None),
    ("نویسنده: محمد احمدی", ["محمد احمدی"], None, None),
    ("מאת דוד כהן", ["דוד כהן"], None, None),
    ("文／王小明", ["王小明"], None, None),
    ("記者王小明／台北報導", ["王小明"], None, "台北"),
    ("记者 王小明 李华", ["王小明", "李华"], None, None),
    ("作者：王小明", ["王小明"], None, None),
    ("홍길동 기자", ["홍길동"], None, None),
]

NO_BYLINES = [
    "By Tuesday the troops had left.",
    "By Tuesday",
    "By 2030, half will be gone",
    "By Land and Sea",
    "By Popular Demand",
    "By the Numbers",
    "By George, He's Done It",
    "By all accounts the vote was fair",
    "By Friday evening, officials in Kyiv said, the power was back.",
    "Von Berlin nach Paris",
    "Von der Leyen Visits Kyiv",
    "Par exemple",
    "Por la tarde llegaron los bomberos",
    "Per cominciare",
    "Nga Tirana në Prishtinë",
    "Jane Doe",
    "Jane Doe is a reporter",
    "Jane Doe said the plan would fail.",
    "Latest News",
    "Ukraine war: live",
    "World",
    "The president, prime minister and speaker met",
    "Follow us on Twitter",
    "Kyiv, Ukraine",
    "18 June 2026",
    "",
    "www.example.com",
    "The Times",
    "记者从外交部获悉，双方将举行会谈。",
    "기자회견에서 대통령이 말했다.",
]


@pytest.mark.parametrize(("line", "authors", "publisher", "place"), BYLINES, ids=[row[0] for row in BYLINES])
def test_bylines(line: str, authors: list[str], publisher: str | None, place: str | None) -> None:
    found = parse_byline(line)
    assert found is not None
    assert (list(found.authors), found.publisher, found.place) == (authors, publisher, place)
    assert found.text == line


@pytest.mark.parametrize("line", NO_BYLINES)
def test_no_bylines(line: str) -> None:
    assert parse_byline(line) is None


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        ("Jane Doe, Political Editor", ["Political Editor"]),
        ("By Jane Doe Political Editor", ["Political Editor"]),
        ("Iwan Iwanow, Korrespondent in Moskau", None),
        ("Jane Doe, economist", ["economist"]),
        ("Ana Marić, novinarka", ["novinarka"]),
    ],
)
def test_roles(line: str, roles: list[str] | None) -> None:
    found = parse_byline(line)
    assert found is not None and found.authors
    if roles is not None:
        assert list(found.roles) == roles


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe",
        "JANE DOE",
        "Jean-Luc O'Neil",
        "María García Márquez",
        "Иван Иванов",
        "Γιάννης Παπαδόπουλος",
        "J. R. Smith",
        "Ludwig van Beethoven",
        "Arben Hoxha",
    ],
)
def test_names(text: str) -> None:
    assert looks_like_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Latest News",
        "Saudi Arabia",
        "New York",
        "BBC News",
        "By Reuters",
        "Jane",
        "jane doe",
        "Prime Minister",
        "Jane Doe said",
        "World Cup 2026",
        "The Guardian",
        "Read More",
        "Political Editor",
        "Jane Doe.",
        "",
    ],
)
def test_no_names(text: str) -> None:
    assert not looks_like_name(text)


def test_names_in_capitals_get_ordinary_case() -> None:
    assert tidy_name("JANE DOE") == "Jane Doe"
    assert tidy_name("PETER VAN DER BERG") == "Peter van der Berg"
    assert tidy_name("RONALD McDONALD") == "RONALD McDONALD"
    assert tidy_name("J.K. ROWLING") == "J.K. Rowling"


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(
        st.text(max_size=120),
        st.lists(
            st.sampled_from(
                [
                    "By",
                    "Von",
                    "Par",
                    ":",
                    ",",
                    "and",
                    "in",
                    "Jane",
                    "Doe",
                    "(",
                    ")",
                    "/",
                    "AFP",
                    "Editor",
                    "文／",
                    "記者",
                    "기자",
                    "بقلم",
                    "@",
                    "x@y.zz",
                    ";",
                    "editing by",
                    "�",
                    "é",
                ]
            ),
            max_size=14,
        ).map(" ".join),
    )
)
def test_any_line(text: str) -> None:
    found = parse_byline(text)
    if found:
        assert all(author.strip() == author and author for author in found.authors)
        assert found.authors or found.roles or found.publisher
    looks_like_name(text)


def test_long_lines_are_quick() -> None:
    start = time.process_time()
    for piece in ("By ", "A, ", "Jane Doe and ", "(", "/", "文／"):
        parse_byline(piece * 100_000)
        parse_byline((piece * 240)[:240])
    assert time.process_time() - start < 2
