"""What an entity is called: the name in the article's language, in its dictionary form, with the English one beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.entities.nominative import nominative
from enrich.entities.stems import INFLECTED, stemmer
from tests.enrich.entities.helpers import found, texts

CANONICAL = [
    (
        "de",
        "In Nordrhein-Westfalen und auf der Insel Kreta regnet es.",
        "place Nordrhein-Westfalen",
        "North Rhine-Westphalia",
    ),
    ("de", "In Nordrhein-Westfalen und auf der Insel Kreta regnet es.", "place Kreta", "Crete"),
    ("es", "El alcalde de Cádiz viajó a Baviera.", "place Cádiz", "Cadiz"),
    ("es", "El alcalde de Cádiz viajó a Baviera.", "place Baviera", "Bavaria"),
    (
        "fr",
        "La Banque centrale européenne et la Bavière négocient.",
        "organisation Banque centrale européenne",
        "European Central Bank",
    ),
    ("ru", "Пожар в Краснодарском крае и на Чёрном море.", "place Краснодарский край", "Krasnodar Krai"),
    ("pl", "Protest w Krakowie i na Śląsku.", "place Śląsk", "Silesia"),
    ("cs", "Požár v Jihomoravském kraji.", "place Jihomoravský kraj", "South Moravian Region"),
    ("fi", "Tulva Lapissa ja Tampereella.", "place Lappi", "Lapland"),
    ("tr", "İzmir'de ve Ege Denizi'nde fırtına var.", "place Ege Denizi", "Aegean Sea"),
    ("sq", "Në Shkodër dhe në Mitrovicë ra shi.", "place Mitrovicë", "Mitrovica"),
    ("sr", "U Nemačkoj i u Kragujevcu pada kiša.", "place Nemačka", "Germany"),
    ("hu", "Szijjártó Péter Erdélyben járt.", "place Erdély", "Transylvania"),
]


@pytest.mark.parametrize(("language", "text", "entity", "english"), CANONICAL)
def test_the_name_is_of_the_articles_language(language: str, text: str, entity: str, english: str) -> None:
    entities = found(text, language)
    assert entity in entities, list(entities)
    assert entities[entity].ids["en"] == english


@pytest.mark.parametrize(
    ("language", "text", "organisation"),
    [
        ("en", "The Ministry of Defence of Ukraine confirmed it.", "Ministry of Defence of Ukraine"),
        ("ru", "По данным Министерства обороны Армении, обстрелов не было.", "Министерство обороны Армении"),
        ("sq", "Ministria e Mbrojtjes e Kosovës njoftoi për stërvitjen.", "Ministria e Mbrojtjes e Kosovës"),
        ("sv", "Professorn vid Lunds universitet tvivlar.", "Lunds universitet"),
        ("cs", "Rozhodnutí Ústavního soudu platí.", "Ústavní soud"),
    ],
)
def test_an_institution_is_named_whole(language: str, text: str, organisation: str) -> None:
    assert f"organisation {organisation}" in found(text, language)


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [("sv", "Den ryske presidenten kom.", "Ryssland"), ("cs", "Slovenský premiér odešel.", "Slovensko"),
     ("fi", "Venäläiset joukot etenevät.", "Venäjä"), ("el", "Ο Γάλλος πρόεδρος μίλησε.", "Γαλλία"),
     ("de", "Die kolumbianische Regierung schwieg.", "Kolumbien")],
)  # fmt: skip
def test_demonyms(language: str, text: str, country: str) -> None:
    entity = found(text, language)[f"place {country}"]
    assert [mention.kind for mention in entity.mentions] == ["demonym"]


@pytest.mark.parametrize(
    ("language", "oblique", "name"),
    [
        ("ru", "Сергея Маркедонова", "Сергей Маркедонов"),
        ("ru", "Марии Захаровой", "Мария Захарова"),
        ("ru", "Дмитрия Рогозина", "Дмитрий Рогозин"),
        ("uk", "Андрієм Парубієм", "Андрій Парубій"),
        ("uk", "Ігоря Клименка", "Ігор Клименко"),
        ("ru", "Сергей Маркедонов", "Сергей Маркедонов"),
        ("de", "Anna Müller", "Anna Müller"),
    ],
)
def test_the_dictionary_form_of_a_person(language: str, oblique: str, name: str) -> None:
    assert nominative(oblique, language) == name


def test_an_inflected_person_is_one_person() -> None:
    named = found(
        "Premier spotkał się z Markiem Rutte. Eksperta Tomasza Wrzoska zaproszono. Tomasz Wrzosek milczy.", "pl"
    )
    assert "person Mark Rutte" in named
    assert texts(named["person Tomasz Wrzosek"]) == ["Tomasza Wrzoska", "Tomasz Wrzosek"]


def test_a_part_of_a_double_name_is_nobody_known() -> None:
    assert "person Hugo Chávez" not in found("Labor Secretary Lori Chavez-DeRemer spoke.")
    assert not [name for name in found("Workers at the Apple Store voted.") if name.startswith("person")]
    assert "place France" not in found("Les Hauts-de-France votent.", "fr")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=12), st.sampled_from(sorted(INFLECTED)))
def test_a_stem_is_a_beginning_or_nearly(word: str, language: str) -> None:
    stem = stemmer(language)(word)
    assert len(stem) <= len(word)
    assert bool(stem) == bool(word)
