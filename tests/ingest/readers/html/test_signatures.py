"""Who wrote a page: as it is shown to readers, as it is declared, and which of the two is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.html.signatures import cleaned
from tests.ingest.readers.html.pages import page, read


@pytest.mark.parametrize(
    ("line", "plainly"),
    [
        ("VON MORITZ HALM am 21. April 2020", "VON MORITZ HALM"),
        ("Par Jean Dupont le 27 avril 2020", "Par Jean Dupont"),
        ("By Jane Doe on May 5, 2020", "By Jane Doe"),
        ("By Jane Doe Updated: May 5, 2020 3:40 pm", "By Jane Doe"),
        ("Por Ana Pérez el 5 de mayo de 2020", "Por Ana Pérez"),
        ("Posted by Jane Doe | 5 min read", "By Jane Doe"),
        ("Verfasst von Anna Meier", "By Anna Meier"),
        ("Ein Artikel von Anna Meier | 27.01.2022 - 12:45", "By Anna Meier"),
        ("About the author Jane Doe", "By Jane Doe"),
        ("Jane Doe Follow @janedoe", "Jane Doe"),
    ],
)
def test_a_line_is_freed_of_dates_and_buttons(line: str, plainly: str) -> None:
    assert cleaned(line) == plainly


@given(st.text(max_size=80))
def test_any_line_can_be_cleaned(line: str) -> None:
    assert "\n" not in cleaned(line)


SHOWN = {
    "date in the line": ('<p class="meta">VON MORITZ HALM am 21. April 2020</p>', ["Moritz Halm"]),
    "elements without space": ("<div><span>Von Tanja Karst</span><span>3.11.2023</span></div>", ["Tanja Karst"]),
    "a label beside": ('<div><h5>Author:</h5>Peter Mahn</div>', ["Peter Mahn"]),
    "microformats": ('<p>Posted <span class="vcard author"><a class="url fn" href="/a/1">Lou Clerc</a></span></p>', ["Lou Clerc"]),
    "links to authors": ('<p><a href="/staff/jr-stone">J.R. Stone</a> <a href="/staff/ann-lee">Ann Lee</a></p>', ["J.R. Stone", "Ann Lee"]),
    "one word that is marked": ('<p>by <a rel="author" href="/author/thilo">Thilo</a></p>', ["Thilo"]),
    "a button that is marked": ('<p class="author"><a href="/author/all">All posts</a></p>', []),
    "an office": ('<p class="author">Harbour Post Redaktion</p>', []),
    "the account of an administrator": ('<p class="author"><a rel="author">wordpressadmin</a></p>', []),
    "teasers of others": ('<ul class="related"><li><a href="/x">B</a> <span class="author">Max Other</span></li></ul>', []),
    "a teaser's class on the own header": ('<div class="teaser-small__meta"><p class="byline">By Ruth Okafor</p></div>', ["Ruth Okafor"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(name: str) -> None:
    under, authors = SHOWN[name]
    assert list(read(page(under=under)).authors) == authors


def test_an_author_s_box_is_believed_where_nothing_else_signs() -> None:
    box = '<div class="author-box"><h4>About the author</h4><a rel="author" href="/author/ida">Ida Lund</a></div>'
    assert read(page(after=box)).authors == ("Ida Lund",)
    assert read(page(under="<p>By Karin Vogt</p>", after=box)).authors == ("Karin Vogt",)


def _graph(author: str, more: str = "") -> str:
    return f'<script type="application/ld+json">{{"@graph":[{{"@type":"WebPage","author":{author}}}{more}]}}</script>'


DECLARED = {
    "a reference": (_graph('{"@id":"#/person/1"}', ',{"@type":"Person","@id":"#/person/1","name":"Jane Doe"}'), ["Jane Doe"]),
    "the label of a card": ('<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Jane Doe">', ["Jane Doe"]),
    "the reading time of a card": ('<meta name="twitter:label1" content="Est. reading time"><meta name="twitter:data1" content="Two minutes">', []),
    "parts of a name": (_graph('{"@type":"Person","givenName":"Jane","familyName":"Doe"}'), ["Jane Doe"]),
    "a company": ('<meta name="author" content="Harbour Verlag GmbH">', []),
    "a domain": ('<meta name="author" content="harbourpost.de">', []),
    "nobody": ('<meta name="author" content="No Author">', []),
    "a capital And": ('<meta name="author" content="Jane Doe And John Smith">', ["Jane Doe", "John Smith"]),
    "an initial at the end": ('<meta name="author" content="Nicolas Gutierrez C.">', ["Nicolas Gutierrez C."]),
}  # fmt: skip


@pytest.mark.parametrize("name", DECLARED)
def test_what_is_declared(name: str) -> None:
    head, authors = DECLARED[name]
    assert list(read(page(head)).authors) == authors


@pytest.mark.parametrize(
    ("declared", "under", "authors"),
    [
        ("janedoe", "<p>By Jane Doe</p>", ["Jane Doe"]),
        ("jane.doe", "", ["jane.doe"]),
        ("Todd", "<p>By Todd Bates</p>", ["Todd Bates"]),
        ("Jane Doe", "<p>By Jane Doe and John Smith</p>", ["Jane Doe", "John Smith"]),
        ("Jane Doe", "<p>By Somebody Else</p>", ["Jane Doe"]),
    ],
)
def test_declared_or_shown(declared: str, under: str, authors: list[str]) -> None:
    assert list(read(page(f'<meta name="author" content="{declared}">', under)).authors) == authors
