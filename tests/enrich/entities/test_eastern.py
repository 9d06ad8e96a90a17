"""People, places and bodies by pattern in Chinese, Japanese and Korean."""

from __future__ import annotations

import pytest

from enrich.draft import Draft
from enrich.entities import find_entities


@pytest.mark.parametrize(
    ("language", "body", "kind", "name"),
    [
        ("ja", "輪島市で80代の女性がけがをした。", "place", "輪島市"),
        ("ja", "北陸電力の原発に異常はない。", "organisation", "北陸電力"),
        ("ja", "会見で谷口正知事は「余震に注意してほしい」と呼びかけた。", "person", "谷口正"),
        ("ko", "박서진 회장은 협력을 강화하겠다고 밝혔다.", "person", "박서진"),
        ("zh", "海关总署副署长马国栋表示，出口保持较快增长。", "person", "马国栋"),
    ],
)
def test_who_is_told_by_title_and_ending(language: str, body: str, kind: str, name: str) -> None:
    found = {(entity.type, entity.name) for entity in find_entities(Draft(paragraphs=(body,)), language)}
    assert (kind, name) in found


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("ja", "両市の住民が都市の会長に説明した。男性被告は否認した。"),
        ("ko", "이번 선거에서 후보들은 토론을 했다."),
        ("zh", "委员表示，专家认为，代表说。"),
    ],
)
def test_titles_alone_are_nobody(language: str, body: str) -> None:
    assert not [e for e in find_entities(Draft(paragraphs=(body,)), language) if e.type != "place" or not e.ids]
