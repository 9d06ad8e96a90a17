"""What is compiled is kept between processes, made anew when its sources change or its file is damaged, never needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich import compiled, sections, topic_lexicon
from enrich.compiled import Store
from enrich.entities import gazetteer
from enrich.entities.gazetteer import Gazetteer

VALUE = {"names": [("Kyiv", 1, None), ("Łódź", 2.5, True)], "bytes": b"\0\1"}


class Made:
    """Makes a value and counts how often."""

    def __init__(self, value: Any) -> None:
        self.value, self.count = value, 0

    def __call__(self) -> Any:
        self.count += 1
        return self.value


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "words.tsv").write_text("one\ttwo\n", encoding="utf-8")
    return folder


def kept(tmp_path: Path) -> Path:
    [path] = (tmp_path / "kept").iterdir()
    return path


def test_it_is_made_once(tmp_path: Path, data: Path) -> None:
    make = Made(VALUE)
    for _ in range(3):
        assert Store([data], [tmp_path / "kept"]).get("names", make) == VALUE
    assert make.count == 1


def test_it_is_made_anew_when_the_data_change(tmp_path: Path, data: Path) -> None:
    Store([data], [tmp_path / "kept"]).get("names", Made("old"))
    (data / "words.tsv").write_text("one\tTWO\n", encoding="utf-8")
    assert Store([data], [tmp_path / "kept"]).get("names", Made("new")) == "new"
    assert Store([data], [tmp_path / "kept"]).get("names", Made("never made")) == "new"


def test_it_is_made_anew_when_code_is_added(tmp_path: Path, data: Path) -> None:
    Store([data], [tmp_path / "kept"]).get("names", Made("old"))
    (data / "rules.py").write_text("RULE = 1\n", encoding="utf-8")
    assert Store([data], [tmp_path / "kept"]).get("names", Made("new")) == "new"


def test_what_changed_while_the_process_ran_is_not_kept_under_its_name(tmp_path: Path, data: Path) -> None:
    running = Store([data], [tmp_path / "kept"])
    (data / "words.tsv").write_text("three\n", encoding="utf-8")
    assert running.get("names", Made("of the old code")) == "of the old code"
    assert Store([data], [tmp_path / "kept"]).get("names", Made("of the new")) == "of the new"


@pytest.mark.parametrize("length", [0, 1, 19, 40, 51, -1])
def test_a_file_cut_off_is_made_anew(tmp_path: Path, data: Path, length: int) -> None:
    Store([data], [tmp_path / "kept"]).get("names", Made(VALUE))
    path = kept(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    make = Made(VALUE)
    assert Store([data], [tmp_path / "kept"]).get("names", make) == VALUE
    assert make.count == 1
    assert Store([data], [tmp_path / "kept"]).get("names", make) == VALUE
    assert make.count == 1


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_damaged_file_is_made_anew(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    Store([], [folder / "kept"]).get("names", Made(VALUE))
    path = kept(folder)
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1 << bit
    path.write_bytes(content)
    assert Store([], [folder / "kept"]).get("names", Made("anew")) == "anew"


def test_where_nothing_can_be_written_it_is_made_each_time(tmp_path: Path, data: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    make = Made(VALUE)
    for _ in range(2):
        store = Store([data], [tmp_path / "file", tmp_path / "file" / "below"])
        assert store.get("names", make) == VALUE
        assert bytes(store.map("moves", lambda: b"abc")) == b"abc"
    assert make.count == 2


def test_the_next_place_is_taken_where_one_cannot_be_written(tmp_path: Path, data: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    make = Made(VALUE)
    for _ in range(2):
        assert Store([data], [tmp_path / "file", tmp_path / "kept"]).get("names", make) == VALUE
    assert make.count == 1


def test_many_at_once_find_whole_files(tmp_path: Path, data: Path) -> None:
    answers: list[Any] = []

    def run() -> None:
        store = Store([data], [tmp_path / "kept"])
        answers.extend(store.get("names", lambda: list(range(20_000))) for _ in range(20))
        assert store.map("bytes", lambda: bytes(200)) == bytes(200)
        answers.append(list(range(20_000)))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6 * 21
    assert all(answer == list(range(20_000)) for answer in answers)
    assert len([*(tmp_path / "kept").iterdir()]) == 2, "no temporary file is left"


def test_mapped_bytes_are_kept_and_made_anew_when_cut_off(tmp_path: Path, data: Path) -> None:
    make = Made(bytes(range(256)) * 100)
    for _ in range(2):
        assert bytes(Store([data], [tmp_path / "kept"]).map("moves", make)) == make.value
    assert make.count == 1
    for length in (0, 30, 5000):
        with kept(tmp_path).open("r+b") as file:
            file.truncate(length)
        assert bytes(Store([data], [tmp_path / "kept"]).map("moves", make)) == make.value
    assert make.count == 4
    (data / "words.tsv").write_text("other\n", encoding="utf-8")
    assert bytes(Store([data], [tmp_path / "kept"]).map("moves", make)) == make.value
    assert make.count == 5


TEXTS = {
    "en": "Russia's Foreign Ministry said in Kyiv that Angela Merkel met the Bank of England near Paris, Texas.",
    "tr": "Ankara'da konuşan Recep Tayyip Erdoğan, Almanya'ya ve İstanbul'dan Yunanistan'a gitti.",
    "ru": "Президент Владимир Путин прилетел из Москвы в Казахстан, сообщили в Министерстве обороны.",
    "he": "ראש הממשלה בנימין נתניהו אמר בירושלים כי ישראל תפעל.",
}


def test_answers_are_the_same_with_and_without_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hits(found: Gazetteer) -> list[Any]:
        return [
            (language, hit.start, hit.end, [(form.known, form.kind, form.alias, form.flags) for form in hit.forms])
            for language, text in TEXTS.items()
            for hit in found.find(text, gazetteer.fold(text), language)
        ]

    def said(found: Gazetteer) -> list[Any]:
        return [(*at, [(known.key, *rest) for known, *rest in forms]) for *at, forms in hits(found)]

    def use(keep: Callable[[str, Callable[[], Any]], Any]) -> None:
        monkeypatch.setattr(gazetteer, "compiled", keep)

    use(lambda name, make: make())
    without = said(Gazetteer())
    for _ in range(2):
        use(Store([], [tmp_path / "kept"]).get)
        assert said(Gazetteer()) == without
    assert {key for *_, forms in without for key, *_ in forms} >= {"country:RU", "country:DE", "person:Angela Merkel"}


def test_a_known_entity_is_one_object_in_every_language() -> None:
    found = gazetteer.gazetteer()
    forms = [
        form
        for language, text in (("en", "Turkey and Germany"), ("tr", "Almanya'dan"), ("ru", "из Германии"))
        for hit in found.find(text, gazetteer.fold(text), language)
        for form in hit.forms
        if form.known.key == "country:DE"
    ]
    assert len(forms) == 3
    assert len({id(form.known) for form in forms}) == 1


def test_the_package_watches_its_data_and_code() -> None:
    watched = set(compiled._files(Path(compiled.__file__).parent))
    for path in (sections._DATA, topic_lexicon.DIRECTORY / "de.txt", Path(gazetteer.__file__)):
        assert path in watched
    assert not any("__pycache__" in path.parts or path.suffix == ".bin" for path in watched)
