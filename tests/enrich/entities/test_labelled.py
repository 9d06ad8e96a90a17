"""The labelled news: how much is found in it, and that its labels are what the text says."""

from __future__ import annotations

from tests.enrich.entities.labelled import articles, measure


def test_labels_are_in_the_text() -> None:
    languages = set()
    for article in articles():
        languages.add(article.language)
        texts = {"headline": article.draft.headline or "", "body": article.draft.body}
        for field, start, end, _ in article.names:
            assert texts[field][start:end].strip() == texts[field][start:end] != ""
    assert len(languages) >= 20


def test_most_is_found_and_little_else() -> None:
    scores = measure()
    for kind, precision, recall in (
        ("person", 0.98, 0.95),
        ("organisation", 0.97, 0.90),
        ("place", 0.96, 0.95),
    ):
        score = scores["all", kind]
        assert score.right >= precision * score.found
        assert score.right >= recall * score.wanted
        assert score.named >= 0.97 * score.right
    for (language, kind), score in scores.items():
        if kind == "all":
            assert score.right >= 0.84 * score.wanted, language
