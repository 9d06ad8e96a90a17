"""What does not stand in a text as it is asked for: wildcards, words near each other, misspelt words; and boosts."""

from __future__ import annotations

from itertools import product

import pytest

from search.engines.base import Unsupported
from search.query import All, And, Boost, Exists, Fuzzy, Near, Node, Not, Or, Phrase, Query, Term, Text, Wildcard
from tests.search.conforming.archive import Archive, Behaviours, article


class Patterns(Behaviours):
    @pytest.mark.parametrize(
        ("pattern", "found"),
        [
            ("iran*", {1, 2, 5}),
            ("Irán*", {1, 2, 5}),
            ("iran?", {5}),
            ("iran?*", {2, 5}),
            ("i*n", {1, 2}),
            ("*anian", {2}),
            ("*ran*", {1, 2, 5}),
            ("wom?n", {3, 4}),
            ("wo*n", {3, 4}),
            ("women*", {4}),
            ("o'br*", {6}),
            ("obr*", {6}),
            ("straß*", {7}),
            ("stras*e", {7}),
            ("москв?", {8}),
            ("моск*", {8}),
            ("c++11*", set()),
            ("nothing*", set()),
        ],
    )
    def test_wildcards(self, archive: Archive, pattern: str, found: set[int]) -> None:
        archive.write(
            article(1, "Iran"),
            article(2, headline="IRANIAN talks"),
            article(3, "a woman"),
            article(4, "Women's day"),
            article(5, standfirst="the Irans"),
            article(6, "Mr O’Brien"),
            article(7, "Auf der Straße", lang="de"),
            article(8, "в Москве", headline="Москва", lang="ru"),
        )
        assert archive.found(Wildcard(pattern)) == found
        assert archive.found(And((All(), Not(Wildcard(pattern))))) == set(range(1, 9)) - found

    def test_wildcard_in_one_field(self, archive: Archive) -> None:
        archive.write(article(1, "ceasefire", headline="talks"), article(2, "talks", headline="Ceasefires"))
        assert archive.found(Wildcard("cease*", "headline")) == {2}
        assert archive.found(Wildcard("cease*", "body")) == {1}

    def test_wildcard_in_values(self, archive: Archive) -> None:
        archive.write(
            article(1, author="Ann Lee", domain="news.bbc.co.uk"), article(2, author="Anna Leeds", domain="bbc.com")
        )
        assert archive.found(Wildcard("ann*", "author")) == {1, 2}
        assert archive.found(Wildcard("ANN L*", "author")) == {1}
        assert archive.found(Wildcard("*bbc.co.uk", "domain")) == {1}
        assert archive.found(Wildcard("bbc?com", "domain")) == {2}

    def test_what_looks_like_a_wildcard_and_is_escaped(self, archive: Archive) -> None:
        archive.write(article(1, author="a*b c"), article(2, author="aab c"))
        assert archive.found(Wildcard(r"a\*b*", "author")) == {1}
        assert archive.found(Wildcard("a*b*", "author")) == {1, 2}

    @pytest.mark.parametrize(
        "asked",
        [
            Wildcard("*a???b"), Wildcard("a*"), Wildcard("*"), Wildcard("中国*"), Wildcard("a*b*c*d*e*f*g*h*i*j*"), Wildcard("a" * 101 + "*"),
            Wildcard("bb*", "source"), Wildcard("12*", "words"), Fuzzy("ab"), Fuzzy("abcd", 2), Fuzzy("abcdef", 3),
            Fuzzy("two words"), Near(("a", "b"), 101), Near(("a", "b", "c"), 21), Near(tuple("abcdefgh"), 1), Near((), 1),
            Near(("a b", "b c"), 5), Near(("a", "b"), -1), Near(("a", "b"), 1, "source"), Fuzzy("smith", 1, "author"),
        ],
    )  # fmt: skip
    def test_what_costs_too_much_is_refused(self, archive: Archive, asked: Node) -> None:
        archive.write(article(1, "a"))
        with pytest.raises(Unsupported):
            archive.found(asked)

    @pytest.mark.parametrize(
        "pattern",
        ["*a?a?a", "??????aa", "*1*2*3*4*5*6*7*", "*" + "a" * 97 + "??", "*aa*aa*aa*aa*aa*a?a?a", "*é?é?é*é*é*é*é"],
    )
    def test_the_most_that_a_pattern_may_ask_for(self, archive: Archive, pattern: str) -> None:
        archive.write(article(1, "nothing of the kind"))
        assert archive.found(Wildcard(pattern)) == set()

    def test_fuzzy(self, archive: Archive) -> None:
        archive.write(
            article(1, "Zelensky"), article(2, "Zelenskyy"), article(3, "Selenskyj"), article(4, "Zelnesky"),
            article(5, "Zelensky's"), article(6, "Lensky"), article(7, "Зеленский"),
        )  # fmt: skip
        assert archive.found(Fuzzy("zelensky")) == {1, 2, 4, 5}
        assert archive.found(Fuzzy("Zelensky", 2)) == {1, 2, 3, 4, 5, 6}
        assert archive.found(Fuzzy("зелинский")) == {7}
        assert archive.found(Fuzzy("zelensky", 1, "headline")) == set()

    def test_near_in_any_order_with_so_many_others_between(self, archive: Archive) -> None:
        archive.write(
            article(1, "red x x green"),
            article(2, "green x red"),
            article(3, "red green"),
            article(4, "red x x x green"),
            article(5, "red", headline="green"),
        )
        assert archive.found(Near(("red", "green"), 0)) == {3}
        assert archive.found(Near(("Red", "GREEN"), 1)) == {2, 3}
        assert archive.found(Near(("red", "green"), 2)) == {1, 2, 3}
        assert archive.found(Near(("red", "green"), 100)) == {1, 2, 3, 4}
        assert archive.found(Near(("red", "green", "red"), 2, "body")) == {1, 2, 3}
        assert archive.found(Near(("red", "green"), 9, "headline")) == set()
        assert archive.found(Near(("red",), 9)) == archive.found(Phrase("red"))

    def test_near_counts_every_place(self, archive: Archive) -> None:
        """Against all texts of six words made of four: nothing is missed, and nothing is found by mistake."""
        texts = [" ".join(words) for words in product("abcx", repeat=6)][::7]
        archive.write(*(article(n, text) for n, text in enumerate(texts, 1)))
        for words, distance in ((("a", "b"), 0), (("a", "b"), 2), (("a", "b", "c"), 0), (("a", "b", "c"), 1)):
            expected = {n for n, text in enumerate(texts, 1) if _near(text.split(), words, distance)}
            assert archive.found(Near(words, distance)) == expected
        assert archive.found(Near(("a b", "c"), 1)) == {
            n for n, text in enumerate(texts, 1) for t in [text.replace(" ", "")]
            if any(piece in t for piece in ("abc", "cab", *(f"ab{y}c" for y in "abcx"), *(f"c{y}ab" for y in "abcx")))
        }  # fmt: skip

    def test_near_with_phrases_and_scripts_without_spaces(self, archive: Archive) -> None:
        archive.write(
            article(1, "the White House said that Putin called"), article(2, "a white fence, a house, Putin"),
            article(3, "中国的经济增长放缓", lang="zh"),
        )  # fmt: skip
        assert archive.found(Near(("white house", "putin"), 2)) == {1}
        assert archive.found(Near(("white house", "putin"), 1)) == set()
        assert archive.found(Near(("中国", "经济增长"), 3)) == {3}

    def test_boosts_change_the_order_and_not_what_is_found(self, archive: Archive) -> None:
        archive.write(article(1, "storm and nothing else"), article(2, "flood and nothing else"), article(3, "other"))
        for storm, flood in ((5.0, 1.0), (1.0, 5.0)):
            asked = Or((Boost(Text("storm"), storm), Boost(Text("flood"), flood)))
            assert archive.found(asked) == {1, 2}
            assert archive.numbers(asked, sort="relevance")[0] == (1 if storm > flood else 2)

    def test_boosts_of_everything(self, archive: Archive) -> None:
        archive.write(article(1, "storm", source="a", words=5), article(2, "flood"))
        for asked, found in (
            (Boost(And((Text("storm"), Text("flood"))), 2.0), set()),
            (Boost(Not(Text("storm")), 2.0), {2}),
            (Boost(Boost(Wildcard("sto*"), 2.0), 0.5), {1}),
            (Boost(Term("source", ("a",)), 3.0), {1}),
            (Boost(Text("…"), 3.0), set()),
            (Not(Boost(Fuzzy("strom"), 3.0)), {2}),
            (Boost(Near(("storm", "flood"), 3), 3.0), set()),
        ):
            assert archive.found(asked) == found

    def test_patterns_in_filters_and_beside_words(self, archive: Archive) -> None:
        archive.write(article(1, "storm warning"), article(2, "storms"), article(3, "warning"))
        assert archive.found(Query(Text("warning"), (Wildcard("stor*"),))) == {1}
        assert archive.found(And((Text("warning"), Not(Fuzzy("strom"))))) == {3}

    def test_what_articles_have(self, archive: Archive) -> None:
        archive.write(
            article(1, "a", has=["image", "quote"], author="Ann"),
            article(2, "b", has=["image"]),
            article(3, dateline="ROME"),
        )
        assert archive.found(Term("has", ("image",))) == {1, 2}
        assert archive.found(Term("has", ("quote",))) == {1}
        assert archive.found(Term("has", ("author",))) == archive.found(Exists("author")) == {1}
        assert archive.found(Term("has", ("body", "dateline"))) == {1, 2, 3}
        assert archive.found(Term("dateline", ("Rome",))) == {3}


def _near(text: list[str], words: tuple[str, ...], distance: int) -> bool:
    width = distance + len(words)
    return any(set(words) <= set(text[at : at + width]) for at in range(len(text)))
