"""Words and phrases: folding, stems, scripts, operators, relevance."""

from __future__ import annotations

import pytest

from search.engines.base import QueryTooLarge, Unsupported
from search.query import All, And, Exists, Node, Not, Nothing, Or, Phrase, Query, Term, Text
from tests.search.conforming.archive import Archive, Behaviours, article, nested


class Words(Behaviours):
    @pytest.mark.parametrize(
        ("language", "text", "asked"),
        [
            ("en", "Sanctions were imposed", "sanction imposing"),
            ("en", "The President's wives", "president wives"),
            ("en", "US-backed rebels", "backed"),
            ("en", "a re-election", "election"),
            ("en", "It cost 1,000 pounds", "1000"),
            ("en", "growth of 3.5%", "3.5"),
            ("en", "written in C++ and C#", "c++ c#"),
            ("en", "NATO's summit", "nato"),
            ("en", "They don’t agree", "don't"),
            ("en", "mail to press@example.com", "press example"),
            ("en", "see https://news.example.org/2026/war-report", "example war"),
            ("en", "@president wrote #Climate", "president climate"),
            ("en", "“Quoted”—and dashed", "quoted dashed"),
            ("en", "ﬁnancial crisis", "financial"),
            ("en", "ＮＡＴＯ Ｓｕｍｍｉｔ", "nato summit"),
            ("de", "Die Präsidenten der Länder", "präsident"),
            ("de", "Auf der Straße", "STRASSE"),
            ("fr", "L'Iran et l’État", "iran état"),
            ("fr", "Les élections présidentielles", "election presidentielle"),
            ("es", "Las canciones políticas", "cancion politica"),
            ("it", "I governi dell'Unione", "governo unione"),
            ("pt", "As eleições", "eleição"),
            ("nl", "De verkiezingen", "verkiezing"),
            ("sv", "Regeringens förslag", "regeringen"),
            ("da", "Københavns borgmester", "kobenhavns"),
            ("pl", "Łódź i Kraków", "lodz krakow"),
            ("ru", "Российские войска ушли", "российский войск"),
            ("ru", "Всё ещё", "все еще"),
            ("uk", "Уряд України", "україни"),
            ("tr", "İstanbul'da ışık", "istanbul'da isik"),
            ("el", "Η κυβέρνηση", "κυβερνηση"),
            ("ar", "مُحَمَّد في إيران", "محمد ايران"),
            ("fa", "کتاب‌های ایران", "ايران"),
            ("he", 'צה"ל הודיע', "צהל"),
            ("hi", "भारत सरकार", "सरकार"),
            ("sq", "Presidenti i Shqipërisë", "shqiperise"),
            ("zh", "中国经济增长放缓", "经济"),
            ("zh", "中国经济增长放缓", "国"),
            ("zh", "中国经济增长放缓", "经济增长"),
            ("ja", "東京でニュースを読む", "ニュース"),
            ("ko", "러시아의 대통령은", "러시아"),
            ("th", "รัฐบาลไทยประกาศ", "รัฐบาล"),
            ("", "words of no known language", "words"),
        ],
    )
    def test_word_is_found(self, archive: Archive, language: str, text: str, asked: str) -> None:
        archive.write(article(1, text, lang=language), article(2, "nothing of the kind 99", lang="en"))
        assert archive.found(Text(asked)) == {1}

    @pytest.mark.parametrize(
        ("language", "text", "asked"),
        [
            ("en", "a new day in York", "news"),
            ("en", "the organisation", "organ"),
            ("zh", "中国经济", "国中"),
            ("en", "they told us", "U.S."),
            ("en", "1,000", "1"),
            ("fr", "la nouvelle", "new"),
        ],
    )
    def test_another_word_is_not(self, archive: Archive, language: str, text: str, asked: str) -> None:
        archive.write(article(1, text, lang=language), article(2, "autre chose", lang="fr"))
        assert archive.found(Text(asked)) == set()

    def test_acronym_with_and_without_full_stops(self, archive: Archive) -> None:
        archive.write(article(1, "the U.S. said"), article(2, "the US said"), article(3, "he told us"))
        assert archive.found(Text("US")) == archive.found(Text("U.S.")) == {1, 2}
        assert archive.found(Text("us")) == {1, 2, 3}

    def test_stems_are_of_the_articles_language(self, archive: Archive) -> None:
        archive.write(article(1, "le news", lang="fr"), article(2, "new", lang="en"), article(3, "news", lang="en"))
        assert archive.found(Text("news")) == {1, 3}

    def test_words_are_analysed_for_the_languages_asked_for(self, archive: Archive) -> None:
        archive.write(article(1, "Wahlen", lang="de"), article(2, "elections", lang="en"))
        assert archive.found(Query(Text("Wahl"), languages=("de",))) == {1}
        assert archive.found(Query(Text("election"), languages=("en",))) == {2}

    def test_all_words_must_occur_in_whatever_field(self, archive: Archive) -> None:
        archive.write(
            article(1, "of the regime", headline="Fall"), article(2, "the regime"), article(3, headline="Fall")
        )
        assert archive.found(Text("fall regime")) == {1}

    def test_word_in_one_field(self, archive: Archive) -> None:
        archive.write(article(1, "war", headline="peace"), article(2, "peace", headline="war"))
        assert archive.found(Text("war", "headline")) == {2}
        assert archive.found(Text("war", "body")) == {1}
        assert archive.found(Text("war", "standfirst")) == set()

    def test_stop_words_count(self, archive: Archive) -> None:
        archive.write(article(1, "to be or not to be"), article(2, "something else"))
        assert archive.found(Text("to be")) == {1}
        assert archive.found(Phrase("to be or not")) == {1}

    def test_phrase_is_as_written(self, archive: Archive) -> None:
        archive.write(
            article(1, "The regime changes"), article(2, "a regime change, soon"), article(3, "change of regime")
        )
        assert archive.found(Phrase("regime change")) == {2}
        assert archive.found(Phrase("Régime CHANGE")) == {2}

    def test_phrase_does_not_reach_across_fields(self, archive: Archive) -> None:
        archive.write(article(1, "change", headline="regime"))
        assert archive.found(Phrase("regime change")) == set()

    def test_phrase_of_one_word(self, archive: Archive) -> None:
        archive.write(article(1, "changes"), article(2, "change"))
        assert archive.found(Phrase("change")) == {2}

    def test_phrase_in_one_field(self, archive: Archive) -> None:
        archive.write(article(1, "cold war"), article(2, headline="Cold War"))
        assert archive.found(Phrase("cold war", "headline")) == {2}

    def test_phrase_with_a_hyphen_and_an_apostrophe(self, archive: Archive) -> None:
        archive.write(article(1, "Mr O’Brien's well-known view"))
        assert archive.found(Phrase("o'brien's well known")) == {1}

    def test_phrase_without_spaces(self, archive: Archive) -> None:
        archive.write(article(1, "中国经济增长", lang="zh"), article(2, "经济中国", lang="zh"))
        assert archive.found(Phrase("国经济")) == {1}
        assert archive.found(Phrase("中")) == {1, 2}

    def test_repeated_words_in_a_phrase(self, archive: Archive) -> None:
        archive.write(article(1, "very very good"), article(2, "very good"))
        assert archive.found(Phrase("very very good")) == {1}

    def test_text_without_words_is_left_out(self, archive: Archive) -> None:
        archive.write(article(1, "war"), article(2, "peace"))
        assert archive.found(Text("…")) == archive.found(Phrase("—")) == archive.found(Text("")) == set()
        assert archive.found(And((Text("war"), Text("&")))) == {1}
        assert archive.found(Or((Text("war"), Phrase("!")))) == {1}
        assert archive.found(Not(Text("?"))) == set()

    def test_and_or_not(self, archive: Archive) -> None:
        archive.write(article(1, "red green"), article(2, "green blue"), article(3, "blue red"), article(4, "black"))
        assert archive.found(And((Text("red"), Text("green")))) == {1}
        assert archive.found(Or((Text("red"), Text("green")))) == {1, 2, 3}
        assert archive.found(And((Text("red"), Not(Text("green"))))) == {3}
        assert archive.found(Or((Text("red"), Not(Text("green"))))) == {1, 3, 4}

    def test_only_negations(self, archive: Archive) -> None:
        archive.write(article(1, "red"), article(2, "green"), article(3, "blue"))
        assert archive.found(Not(Text("red"))) == {2, 3}
        assert archive.found(And((Not(Text("red")), Not(Text("blue"))))) == {2}
        assert archive.found(Not(Not(Text("red")))) == {1}
        assert archive.found(Not(And((Not(Text("red")), Not(Text("blue")))))) == {1, 3}
        assert archive.found(Not(All())) == set()

    def test_all_nothing_and_empty_operators(self, archive: Archive) -> None:
        archive.write(article(1, "red"), article(2))
        assert archive.found(All()) == archive.found(And(())) == archive.found(Not(Nothing())) == {1, 2}
        assert archive.found(Nothing()) == archive.found(Or(())) == archive.found(Not(And(()))) == set()

    def test_deep_queries(self, archive: Archive) -> None:
        archive.write(article(1, "red"), article(2, "green"))
        assert archive.found(nested(Text("red"), 50, (And, Or))) == {1}
        assert archive.found(nested(Text("red"), 50, (Not, And))) == {2}

    def test_depths_that_would_crash_are_an_error(self, archive: Archive) -> None:
        archive.write(article(1, "red"))
        node: Node = Text("red")
        for _ in range(20_000):
            node = And((Text("red"), Not(node)))
        with pytest.raises(QueryTooLarge):
            archive.page(node)

    def test_wide_queries(self, archive: Archive) -> None:
        archive.write(article(1, "red"), article(2, "word77"))
        assert archive.found(Or(tuple(Text(f"word{n}") for n in range(500)))) == {2}
        assert archive.found(And(tuple(Not(Text(f"word{n}")) for n in range(500)))) == {1}

    def test_beyond_the_budget_is_an_error(self, archive: Archive) -> None:
        archive.write(article(1, "red"))
        many = archive.engine.reader().capabilities.max_clauses + 1
        with pytest.raises(QueryTooLarge):
            archive.page(Text(" ".join(f"w{n}" for n in range(many))))
        with pytest.raises(QueryTooLarge):
            archive.page(Or(tuple(Text("red") for _ in range(many))))

    def test_overlong_words_are_cut_alike(self, archive: Archive) -> None:
        archive.write(article(1, "x" * 70_000), article(2, "y"))
        assert archive.found(Text("x" * 50_000)) == archive.found(Phrase("x" * 100)) == {1}

    @pytest.mark.parametrize(
        "odd", ["\x00", "a\x00b", "\u202e\u200f", "\U0010ffff", "é" * 5_000, "'\"\\*?~^:()[]{}", "\ufffe"]
    )
    def test_odd_text_does_no_harm(self, archive: Archive, odd: str) -> None:
        archive.write(article(1, f"odd {odd} text", headline=odd, author=[odd]))
        assert archive.found(Text("odd")) == {1}
        archive.page(Text(odd))
        archive.page(Phrase(odd))
        archive.page(Term("author", (odd,)))

    def test_unknown_fields_and_kinds(self, archive: Archive) -> None:
        for node in (Text("a", "nope"), Text("a", "source"), Phrase("a", "date"), Exists("nope"), Term("nope", ("a",))):
            archive.write(article(1, "a"))
            with pytest.raises(Unsupported):
                archive.page(node)

    def test_headline_counts_more_than_body(self, archive: Archive) -> None:
        filler = " ".join(f"filler{n}" for n in range(20))
        archive.write(
            article(1, f"storm {filler}", headline="Something about other things"),
            article(2, f"rain {filler}", headline="Something about storm today"),
            article(3, f"rain {filler}", headline="Something about other things"),
        )
        assert archive.numbers(Text("storm"), sort="relevance") == [2, 1]

    def test_more_and_rarer_words_count_more(self, archive: Archive) -> None:
        archive.write(
            article(1, "storm and rain and wind here"),
            article(2, "storm storm storm and rain here"),
            *(article(n, "rain and wind and much sun") for n in range(3, 9)),
        )
        assert archive.numbers(Or((Text("storm"), Text("rain"))), sort="relevance", limit=1) == [2]

    def test_scores_only_by_relevance_and_descending(self, archive: Archive) -> None:
        archive.write(*(article(n, "storm " * n + "calm " * (12 - n)) for n in range(1, 10)))
        scores = [hit.score for hit in archive.page(Text("storm"), sort="relevance").hits]
        assert None not in scores and scores == sorted(scores, key=lambda score: -(score or 0))
        assert {hit.score for hit in archive.page(Text("storm")).hits} == {None}

    def test_filters_do_not_score(self, archive: Archive) -> None:
        archive.write(*(article(n, "storm", source="a" if n % 2 else "b", sentiment=n / 10) for n in range(1, 9)))
        hits = archive.page(Query(Text("storm"), (Term("source", ("a",)),)), sort="relevance").hits
        plain = archive.page(Text("storm"), sort="relevance").hits
        assert {hit.score for hit in hits} <= {hit.score for hit in plain}

    def test_equal_scores_are_newest_first(self, archive: Archive) -> None:
        for start in (0, 40, 20):
            archive.write(*(article(n, "storm and rain") for n in range(start + 1, start + 21)))
        for limit in (1, 7, 20, 33, 60):
            assert archive.numbers(Text("storm"), sort="relevance", limit=limit) == list(range(60, 60 - limit, -1))

    def test_without_words_relevance_is_newest_first(self, archive: Archive) -> None:
        archive.write(*(article(n, "x", source="s") for n in range(1, 6)))
        assert archive.numbers(Query(filters=(Term("source", ("s",)),)), sort="relevance") == [5, 4, 3, 2, 1]
