"""Highlights mark what matched, and nothing but text and marks comes out."""

from __future__ import annotations

import html
import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from search.highlight import LENGTH, highlight, spans
from search.query import And, Boost, Fuzzy, Near, Not, Or, Phrase, Query, Term, Text, Wildcard


def test_headline_is_given_whole() -> None:
    assert highlight("The fall of the regimes", Query(Text("regime falling")), "en", "headline") == (
        "The <mark>fall</mark> of the <mark>regimes</mark>",
    )


def test_nothing_is_found() -> None:
    assert highlight("The fall", Query(Text("war")), "en", "headline") == ()
    assert highlight("The fall", Query(), "en", "headline") == highlight("", Query(Text("a")), "en", "body") == ()


def test_wildcards_misspelt_words_and_words_near_each_other() -> None:
    text = "Iranian talks, irate and Iran's talks on oil; Zelenskyy left"
    for asked, marked in (
        (Wildcard("iran*"), "Iranian|Iran&#x27;s"),
        (Wildcard("i*n"), "Iranian|Iran&#x27;s"),
        (Wildcard("?ran"), "Iran&#x27;s"),
        (Fuzzy("zelensky"), "Zelenskyy"),
        (Near(("oil", "talks"), 1), "talks|oil"),
        (Near(("iran's talks", "oil"), 1), "Iran&#x27;s|talks|oil"),
        (Near(("oil", "iranian"), 1), ""),
        (Boost(Text("left"), 2.0), "left"),
        (Not(Wildcard("iran*")), ""),
        (Wildcard("iran*", "body"), ""),
    ):
        shown = "".join(highlight(text, Query(asked), "en", "headline"))
        assert "|".join(re.findall("<mark>(.*?)</mark>", shown)) == marked


def test_html_is_escaped() -> None:
    text = '<script>alert("war")</script> & peace'
    assert highlight(text, Query(Text("war")), "en", "headline") == (
        "&lt;script&gt;alert(&quot;<mark>war</mark>&quot;)&lt;/script&gt; &amp; peace",
    )


def test_phrases_are_marked_as_one() -> None:
    text = "Cold war. A war of words in a cold wars museum: the COLD  War."
    assert highlight(text, Query(Phrase("cold war")), "en", "headline") == (
        "<mark>Cold war</mark>. A war of words in a cold wars museum: the <mark>COLD War</mark>.",
    )


def test_excluded_words_are_not_marked() -> None:
    query = Query(And((Text("war"), Not(Or((Text("peace"), Not(Text("treaty"))))))))
    assert highlight("war peace treaty", query, "en", "headline") == ("<mark>war</mark> peace <mark>treaty</mark>",)


def test_words_in_filters_and_fields() -> None:
    query = Query(And((Text("war", "body"), Text("peace", "headline"))), (Term("source", ("war",)), Text("talks")))
    assert highlight("war peace talks", query, "en", "headline") == ("war <mark>peace</mark> <mark>talks</mark>",)


def test_stems_are_of_the_articles_language() -> None:
    assert highlight("Les élections", Query(Text("election")), "fr", "headline") == ("Les <mark>élections</mark>",)
    assert highlight("la news new", Query(Text("news")), "en", "headline") == ("la <mark>news</mark> new",)
    assert highlight("Wahlen", Query(Text("Wahl"), languages=("de",)), "de", "headline") == ("<mark>Wahlen</mark>",)


def test_scripts_without_spaces() -> None:
    assert highlight("中国经济增长", Query(Text("经济增长")), "zh", "headline") == ("中国<mark>经济增长</mark>",)
    assert highlight("中国经济增长", Query(Phrase("国经")), "zh", "headline") == ("中<mark>国经</mark>济增长",)
    assert highlight("中国经济增长", Query(Phrase("济")), "zh", "headline") == ("中国经<mark>济</mark>增长",)


def test_possessives_and_acronyms() -> None:
    assert highlight("Putin's US-backed us", Query(Text("putin U.S.")), "en", "headline") == (
        "<mark>Putin&#x27;s</mark> <mark>US</mark>-backed us",
    )


def test_best_fragments_of_a_body_in_order() -> None:
    filler = "Nothing of any interest is said in this sentence at all. " * 8
    body = f"{filler}One storm here. {filler}\n\n{filler}Here storm and rain meet. {filler}\n\nA storm at last."
    fragments = highlight(body, Query(Or((Text("storm"), Text("rain")))), "en", "body")
    assert len(fragments) == 3
    assert "<mark>storm</mark> and <mark>rain</mark>" in fragments[1]
    assert (
        fragments[0].startswith("… ")
        and fragments[0].endswith(" …")
        and fragments[2] == "A <mark>storm</mark> at last."
    )
    assert all(len(re.sub("<.*?>", "", fragment)) <= LENGTH + 10 for fragment in fragments)


def test_fragments_are_cut_between_words() -> None:
    body = "averylongword " * 40 + "storm " + "anotherword " * 40
    (fragment,) = highlight(body, Query(Text("storm")), "en", "body")
    assert set(re.sub("<.*?>", "", fragment).strip("… ").split()) == {"averylongword", "storm", "anotherword"}


def test_a_long_body_full_of_matches() -> None:
    assert len(highlight("storm " * 30_000, Query(Text("storm")), "en", "body")) == 3
    assert len(highlight("storm" * 30_000 + " storm", Query(Text("storm")), "en", "body")) == 1


PIECES = st.lists(
    st.sampled_from(["war", "wars", "peace", "<b>", "&", "\n\n", "中国", "é", ".", "x" * 70]), max_size=60
)


@given(PIECES, st.sampled_from(["war", "peace war", "中国", "国", "b", "é"]), st.sampled_from(["headline", "body"]))
@settings(max_examples=100, deadline=None)
def test_only_text_and_marks(pieces: list[str], asked: str, field: str) -> None:
    text = " ".join(pieces)
    for query in (Query(Text(asked)), Query(Phrase(asked))):
        for fragment in highlight(text, query, "en", field):
            plain = html.unescape(re.sub("</?mark>", "", fragment)).removeprefix("… ").removesuffix(" …")
            assert plain in re.sub(r"\s+", " ", text)
            assert fragment.count("<mark>") == fragment.count("</mark>") > 0
        found = spans(text, query, "en", field)
        assert all(one.end <= other.start for one, other in pairwise(found))
