"""Names that no list has, in news of our own writing: who and what the text itself shows to be a person or a body."""

from __future__ import annotations

import pytest

from tests.enrich.entities.helpers import found, texts

SNIPPETS = [
    (
        "en",
        "Xi Jinping met Kim Jong-un in Beijing, and Li Qiang spoke to Narendra Modi. Analyst Zhang Weiming said trade would grow. Zhang Weiming teaches in Shanghai.",
        "person Xi Jinping|person Kim Jong-un|person Li Qiang|person Narendra Modi|person Zhang Weiming|place Beijing|place Shanghai",
    ),
    (
        "en",
        "The bill was drafted by Kory Lindqvistad, 45, and Eweryst Brandtner, who chairs the Border Rivers Trust (BRT). Lindqvistad said the BRT had no choice.",
        "person Kory Lindqvistad|person Eweryst Brandtner|organisation Border Rivers Trust",
    ),
    (
        "en",
        "Officials of the Ministry of Defence of Ukraine and the Centre for European Policy Studies met in Kharkiv. The QZTA said it would appeal. Lawyers for the QZTA declined to comment. GDP fell and the CEO left.",
        "organisation Ministry of Defence of Ukraine|organisation Centre for European Policy Studies|organisation QZTA|place Kharkiv",
    ),
    (
        "en",
        "Crown Prince Mohammed bin Salman received Abdulrahman al-Qahtani in Riyadh. Fighting went on in Idlib province, in the West Bank and in the Gaza Strip. Troops left Kharkiv Oblast and Donbas.",
        "person Mohammed bin Salman|person Abdulrahman al-Qahtani|place Riyadh|place Idlib|place West Bank|place Gaza Strip|place Kharkiv Oblast|place Donbas",
    ),
    (
        "en",
        "Jared Kessler and his sister Shannon Kessler run a bakery in Dover. Jared bakes, and Shannon keeps the books.",
        "person Jared Kessler|person Shannon Kessler",
    ),
    (
        "de",
        "Das Außenministerium in Berlin bestellte den Botschafter ein. Das Bundesinnenministerium und die Deutsche Bahn äußerten sich nicht. Die Zahl der Lastwagen auf der Autobahn sinkt. Sprecherin Heike Brandstetter sagte das am Montag.",
        "organisation Außenministerium|organisation Bundesinnenministerium|organisation Deutsche Bahn|person Heike Brandstetter|place Berlin",
    ),
    (
        "fr",
        "Le ministère des Affaires étrangères a convoqué l'ambassadeur. Le Ministère de la Défense se tait. Selon Aurélien Pastourel, 38 ans, le Parti socialiste et la Banque de France hésitent.",
        "organisation ministère des Affaires étrangères|organisation Ministère de la Défense|person Aurélien Pastourel|organisation Parti socialiste|organisation Banque de France",
    ),
    (
        "es",
        "El Ministerio de Asuntos Exteriores y el Banco de España callan. Según Begoña Urrutia, portavoz del Partido Popular, la Universidad de Salamanca recibirá el dinero.",
        "organisation Ministerio de Asuntos Exteriores|person Begoña Urrutia|organisation Universidad de Salamanca",
    ),
    (
        "it",
        "Il Ministero della Difesa e la Banca d'Italia non commentano. Lo dice Ludovica Santoro, portavoce del Partito Democratico, a Torino.",
        "organisation Ministero della Difesa|person Ludovica Santoro|place Torino",
    ),
    (
        "pt",
        "O Ministério da Saúde e o Banco Central do Brasil reagiram. Segundo Thayná Figueiredo, a Universidade de São Paulo vai ajudar.",
        "organisation Ministério da Saúde|person Thayná Figueiredo|organisation Universidade de São Paulo",
    ),
    (
        "sq",
        "Ministria e Punëve të Jashtme e Kosovës reagoi. Partia Demokratike dhe Universiteti i Tiranës heshtën. Sipas Agim Berishajt, analist, Shqipëria duhet të presë.",
        "organisation Ministria e Punëve të Jashtme e Kosovës|person Agim Berishajt|place Shqipëri",
    ),
    (
        "pl",
        "Ministerstwo Obrony Narodowej i Uniwersytet Warszawski milczą. Rzeczniczka Agnieszka Wrzosek powiedziała, że Platforma Obywatelska czeka.",
        "organisation Ministerstwo Obrony Narodowej|organisation Uniwersytet Warszawski|person Agnieszka Wrzosek",
    ),
    (
        "ru",
        "Министерство обороны России и Центральный банк отказались от комментариев. Эксперт Глеб Ставицкий заявил, что Государственная дума ждёт.",
        "organisation Министерство обороны России|organisation Государственная дума|person Глеб Ставицкий",
    ),
    (
        "uk",
        "Міністерство оборони України і Верховна Рада мовчать. Речниця Соломія Гнатюк заявила, що Національний банк чекає.",
        "organisation Міністерство оборони України|organisation Верховна Рада|person Соломія Гнатюк",
    ),
    (
        "tr",
        "Dışişleri Bakanlığı ve Ankara Üniversitesi açıklama yaptı. Cumhuriyet Halk Partisi sözcüsü Deniz Yücelbaş konuştu. Adalet Bakanı Yılmaz Tunç Ankara'da.",
        "organisation Dışişleri Bakanlığı|organisation Ankara Üniversitesi|organisation Cumhuriyet Halk Partisi|person Deniz Yücelbaş|person Yılmaz Tunç",
    ),
    (
        "nl",
        "Het ministerie van Defensie zwijgt. Volgens woordvoerder Sjoerd van Dijkhuizen wacht de Universiteit Utrecht en de Nederlandsche Bank.",
        "organisation ministerie van Defensie|person Sjoerd van Dijkhuizen|organisation Universiteit Utrecht",
    ),
    (
        "cs",
        "Ministerstvo zahraničí mlčí. Mluvčí Zdeněk Havlíček řekl, že Karlova univerzita čeká. Česká národní banka v Praze.",
        "organisation Ministerstvo zahraničí|person Zdeněk Havlíček",
    ),
    (
        "sv",
        "Utrikesdepartementet tiger. Enligt Torbjörn Hallgren, professor vid Lunds universitet, väntar Sverige.",
        "person Torbjörn Hallgren|place Sverige",
    ),
    (
        "ro",
        "Ministerul Afacerilor Externe și Universitatea din București tac. Purtătorul de cuvânt Radu Munteanu a spus asta la Cluj-Napoca.",
        "organisation Ministerul Afacerilor Externe|person Radu Munteanu|place Cluj-Napoca",
    ),
    (
        "en",
        "Rescuers reached the village of Marszewka near Pleszewo on Sunday. The town of Oldmere was cut off. Northgate Pharma and Halden Steel closed their plants in Smallville, Ohio. The Ashby Railways Museum and Radio Halden stayed open.",
        "place Marszewka|place Pleszewo|place Oldmere|organisation Northgate Pharma|organisation Halden Steel|place Smallville",
    ),
]


@pytest.mark.parametrize(("language", "text", "expected"), SNIPPETS)
def test_a_snippet_names_these_and_no_other_people(language: str, text: str, expected: str) -> None:
    named = found(text, language)
    wanted = set(expected.split("|"))
    assert wanted <= set(named)
    people = {name for name in named if name.startswith("person ")}
    assert people <= wanted


def test_an_explained_acronym_is_its_organisation() -> None:
    named = found("He chairs the Border Rivers Trust (BRT). Lawyers said the BRT had no choice, and the BRT appealed.")
    assert texts(named["organisation Border Rivers Trust"]) == ["Border Rivers Trust", "BRT", "BRT", "BRT"]


def test_an_acronym_named_once_or_that_everybody_uses_is_no_organisation() -> None:
    assert not found("The ZQTX rose. The GDP rose as well. The GDP is up, the CEO said, and the CEO smiled.")


def test_a_given_name_alone_is_the_person_introduced_before() -> None:
    named = found("Jared Kessler runs a bakery. His sister Shannon Kessler helps. Jared bakes, and Shannon sells.")
    assert texts(named["person Jared Kessler"]) == ["Jared Kessler", "Jared"]
    assert texts(named["person Shannon Kessler"]) == ["Shannon Kessler", "Shannon"]


def test_a_given_name_of_two_people_is_nobodys() -> None:
    named = found("Jared Kessler and Jared Whitcombe run a bakery. A customer says Jared bakes best.")
    assert texts(named["person Jared Kessler"]) == ["Jared Kessler"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Die Zahl der Lastwagen sinkt. Die Folgen der Hitze und der Riesenslalom zum Auftakt der Saison. Die Zahl stieg.",
        ),
        ("es", "El concierto fue en el Teatro Lope de Vega y en la Plaza Mayor. La Calle Mayor estaba llena."),
        (
            "en",
            "Planes left Lindsey Air Station. The Clarence Dock and the Lincoln Reservoir were closed, officials said.",
        ),
    ],
)
def test_nobody_is_named_here(language: str, text: str) -> None:
    assert not [name for name in found(text, language) if name.startswith("person ")]
