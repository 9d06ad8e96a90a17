"""What an English text names, and what it only seems to name."""

from __future__ import annotations

import pytest

from tests.enrich.entities.helpers import found, texts

PRESENT = [
    # Known people by what they are called.
    ("Putin flew to Tehran.", "person Vladimir Putin", ["Putin"]),
    ("Donald Trump spoke. Trump was brief.", "person Donald Trump", ["Donald Trump", "Trump"]),
    ("the fall of the Assad regime", "person Assad", ["Assad"]),
    ("Jane Putin opened a bakery. Putin was happy.", "person Jane Putin", ["Jane Putin", "Putin"]),
    ("Kamala Harris lost. Harris conceded.", "person Kamala Harris", ["Kamala Harris", "Harris"]),
    # Nobody knows them, the text does.
    ("Experts such as Nikita Smagin doubt it. Smagin is wary.", "person Nikita Smagin", ["Nikita Smagin", "Smagin"]),
    ("Russian expert Ruslan Pukhov predicts this.", "person Ruslan Pukhov", ["Ruslan Pukhov"]),
    ("Bruno Fernandes, 29, scored. Fernandes ran.", "person Bruno Fernandes", ["Bruno Fernandes", "Fernandes"]),
    ("He told Dr. Maria van der Berg about it.", "person Maria van der Berg", ["Maria van der Berg"]),
    ("It was J. K. Rowling who wrote it.", "person J. K. Rowling", ["J. K. Rowling"]),
    ("Brigadier General Glenn A. Profitt took over.", "person Glenn A. Profitt", ["Glenn A. Profitt"]),
    ("We met Martin Luther King Jr. there.", "person Martin Luther King Jr.", ["Martin Luther King Jr."]),
    # A person's name wins over the place in it.
    ("Yesterday Michael Jordan praised him.", "person Michael Jordan", ["Michael Jordan"]),
    ("London Breed lost.", "person London Breed", ["London Breed"]),
    ("Paris Hilton left.", "person Paris Hilton", ["Paris Hilton"]),
    ("Chad Smith plays drums.", "person Chad Smith", ["Chad Smith"]),
    ("Theresa May resigned. May said so.", "person Theresa May", ["Theresa May", "May"]),
    # Countries: names, short names, people.
    ("US and U.S. and America, the United States and the USA", "place United States", None),
    ("Britain's Britons left the UK.", "place United Kingdom", ["Britain", "Britons", "UK"]),
    ("Iran’s fate", "place Iran", ["Iran"]),
    ("US-backed powers", "place United States", ["US"]),
    ("Russian-Iranian cooperation", "place Iran", ["Iranian"]),
    ("Turkey's army left.", "place Turkey", ["Turkey"]),
    # Places.
    ("a factory in the Ural Mountains", "place Ural Mountains", ["Ural Mountains"]),
    ("He drove from Leeds to Bath.", "place Bath", ["Bath"]),
    ("Most came from Madrid, Valencia and Rome.", "place Madrid", ["Madrid"]),
    ("They moved to Smallville, Ohio, in May.", "place Smallville", ["Smallville"]),
    ("A fire in Orange County spread.", "place Orange County", ["Orange County"]),
    # Organisations.
    ("A source close to the Russian Foreign Ministry said", "organisation Russian Foreign Ministry", None),
    ("strikes on Hezbollah", "organisation Hezbollah", ["Hezbollah"]),
    ("The Bank of England held rates.", "organisation Bank of England", ["Bank of England"]),
    ("The Foo Bar Agency (FBA) met. The FBA left.", "organisation Foo Bar Agency", ["Foo Bar Agency", "FBA", "FBA"]),
    ("Acme Widgets Ltd is insolvent.", "organisation Acme Widgets Ltd", ["Acme Widgets Ltd"]),
    ("The Ministry of Culture and Sport paid.", "organisation Ministry of Culture and Sport", None),
    ("Shell said profits rose.", "organisation Shell", ["Shell"]),
    ("It was AT&T that called.", "organisation AT&T", ["AT&T"]),
    ("The Guardian reported it.", "organisation The Guardian", ["The Guardian"]),
    ("Nato and NATO agreed.", "organisation NATO", ["Nato", "NATO"]),
]


@pytest.mark.parametrize(("text", "entity", "mentions"), PRESENT)
def test_names_it(text: str, entity: str, mentions: list[str] | None) -> None:
    entities = found(text)
    assert entity in entities, list(entities)
    if mentions is not None:
        assert texts(entities[entity]) == mentions


NOTHING = [
    "Let us go, and may I bill him? The turkey was in a jordan of its own; who said it?",
    "On Monday in June it rained. However, the New Year was cold.",
    "It was Christmas, and the World Cup was over. Many people watched.",
    "Nice work. Reading is fun. Mobile phones ring. Police came.",
    "Mark my words: Will he go? Grant funding rose. May was hard.",
    "The Prime Minister spoke. Chief executives listened.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_names_nothing(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("The Bank of England held rates.", "place England"),
        ("London Breed lost.", "place London"),
        ("Paris Hilton left.", "place Paris"),
        ("The Russian Foreign Ministry said so.", "place Russia"),
        ("Prime Minister Keir Starmer met him.", "person Prime Minister"),
        ("Supreme Court Justice Amy Coney Barrett wrote it.", "person Supreme Court"),
        ("Jane Putin opened a bakery. Putin was happy.", "person Vladimir Putin"),
        ("The Montreal Canadiens won.", "place Montreal"),
    ],
)
def test_does_not_name(text: str, absent: str) -> None:
    assert absent not in found(text)


def test_a_state_and_a_country_of_one_name() -> None:
    state = found("Voters in Georgia and Savannah cheered. Atlanta, Georgia, saw crowds, and so did Texas.")
    assert state["place Georgia"].ids["iso3166"] == "US-GA"
    country = found("Georgia's ruling party in Tbilisi rejected claims by Russia.")
    assert country["place Georgia"].country == "GE"


def test_the_town_in_the_state_named_after_it() -> None:
    assert found("They drove to Paris, Texas, that day.")["place Paris"].country == "US"
    assert found("They drove to Paris that day.")["place Paris"].country == "FR"
    assert found("He lives in Lebanon, Pennsylvania, now.")["place Lebanon"].country == "US"


def test_the_foreign_ministry_is_that_of_the_country_before_it() -> None:
    entities = found("Iran's Foreign Ministry protested. The Foreign Ministry wants talks.")
    ministry = entities["organisation Iranian Foreign Ministry"]
    assert texts(ministry) == ["Foreign Ministry", "Foreign Ministry"]
    assert ministry.country == "IR"
    assert texts(entities["place Iran"]) == ["Iran"]


def test_headlines() -> None:
    caps = found("x", headline="TRUMP SAYS US WILL STRIKE IRAN; WHO WARNS")
    assert set(caps) == {"person Donald Trump", "place United States", "place Iran"}
    title = found("Maria Lopez won. She cried.", headline="Maria Lopez Wins Race As Supreme Court Rules")
    assert [mention.field for mention in title["person Maria Lopez"].mentions] == ["headline", "body"]
    assert not any(name.startswith("person") and "Lopez" not in name for name in title)
    assert (
        texts(found("An expert, Nikita Smagin, spoke.", headline="Smagin warns")["person Nikita Smagin"])[0] == "Smagin"
    )


def test_what_is_known_comes_along() -> None:
    entities = found("In Moscow, Russia met California and the Middle East.")
    moscow = entities["place Moscow"]
    assert moscow.country == "RU" and moscow.ids["geonames"] == "524901"
    assert moscow.coordinates is not None and abs(moscow.coordinates[0] - 55.75) < 0.1
    assert entities["place Russia"].ids == {"iso3166": "RU", "en": "Russia"}
    assert entities["place California"].ids["iso3166"] == "US-CA"
    assert entities["place Middle East"].country is None


def test_kinds_of_mentions() -> None:
    kinds = [mention.kind for mention in found("Iranian leaders in Iran, the Islamic Republic")["place Iran"].mentions]
    assert kinds == ["demonym", "name", "alias"]


def test_the_credited_publisher_is_an_entity() -> None:
    guardian = found("Nothing happened.", credited_to="The Guardian")["organisation The Guardian"]
    assert guardian.mentions == () and guardian.country == "GB"
    assert "organisation Nowhere Gazette" in found("Nothing happened.", credited_to="Nowhere Gazette")


def test_the_main_character_comes_first() -> None:
    text = "Iran will talk, Iran said.\n\nIran waits.\n\nIt has time.\n\nPeru looked on."
    entities = list(found(text, headline="Iran waits").values())
    assert entities[0].name == "Iran"
    assert 0 < entities[-1].salience < entities[0].salience <= 1
