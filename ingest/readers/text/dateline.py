"""The opening of a report that says where, when and by whom it was filed: "KYIV, June 18 (Reuters) - "."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as date_of
from datetime import datetime, timedelta

from enrich.entities.folding import fold
from enrich.entities.gazetteer import gazetteer
from ingest.readers.dates import find_date
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.vocabulary import normalise, vocabulary

_UPPER = "A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩΆ-ΏА-ЯЁІЇЄҐЂ-Џ"
_CUT = re.compile(
    r"^(?P<left>[^\n]{2,110}?)(?:\s*\.?\s?[-–—―]{1,3}\s+|\s*[-–—]{1,2}(?=[\"“«„]?["
    + _UPPER
    + r"])|(?<=[)\]/])\s*[:.]\s+|\.-\s*|\s[|=]\s)"
)
_SHORT_DATE = re.compile(r"[\s,]+(\d{1,2})[/.](\d{1,2})\.?$")
# "مشهد - ایرنا - ": place and agency in scripts without capitals.
_TWO_DASHES = re.compile(
    r"^(?P<place>[^\W\d_][\w’'-]*(?: [\w’'-]+){0,2})(?:\s?\([^()\n]{2,20}\))?\s*[-–—/،,]\s*"
    r"(?P<by>[^\W\d_][\w’'\"-]*(?: [\w’'-]+){0,2})\s*[-–—:]\s+(?=\S)"
)
# "PUNE: A leopard …"
_INDIAN = re.compile(r"^([A-Z]{4,20}(?: [A-Z]{3,20})?): (?=[\"“‘']?[A-Z])")
_VOWELS = re.compile(r"[AEIOUYÀ-ÏÒ-ÖÙ-ÝАЕЁИІЇОУЫЭЮЯΑΕΗΙΟΥΩΆΈΉΊΌΎΏ]")
# Vietnamese papers open with their own initials: "TTO - ", "(NLĐO) - ".
_INITIALS = re.compile(r"^\(?(?:[A-ZĐ]{2,6}|Dân trí|VTC News|VOV\.VN|SGGP Online)\)?\s?[-–]\s(?=[A-ZÀ-ỹĐ\"“])")
_AGENCY = re.compile(r"[(\[（]\s?([^()\[\]（）]{2,40})\s?[)\]）]|/\s?([^()/\[\]（）]{2,32})\s?/")
_OPENING = re.compile(r"^[(\[（]([^()\[\]（）]{2,32})[)\]）]\s*(?:[-–—:|.]+\s*)?(?=\S)")
_SLAV = re.compile(
    rf"^(?P<place>[{_UPPER}][\w’'-]{{2,25}}(?: [\w’'-]{{2,20}})?)[,.] (?P<date>\d{{1,2}}\.? [^\s.,/()]"
    rf"{{3,12}})[.,]? ?[-–—]?\s?[/(](?P<by>[^/()]{{2,25}})[/)]\.?\s*[-–—:.]*\s*(?=\S)"
)
_SLAV_BARE = re.compile(
    rf"^(?P<place>[{_UPPER}]{{3,20}}(?:-[{_UPPER}]{{3,20}})?)[,.] (?P<date>\d{{1,2}}\.? [^\s.,/()]{{3,12}})"
    rf"[.,]? [-–—] (?P<by>[^.,/()–—-]{{2,25}})\.\s+(?=\S)|"
    rf"^(?P<place2>[{_UPPER}]{{3,20}})\. (?P<date2>\d{{1,2}}\.? [^\s.,/()]{{3,12}})\. (?P<by2>[^.,/()–—-]"
    rf"{{2,25}})\.\s+(?=\S)"
)
_CHINESE = re.compile(
    r"^[（(【\[]?\s?(?P<by>新华社|新華社|中新社|中新网|中央社|共同社|法新社|路透社?|美联社|美聯社|人民网|央视网|韩联社|俄新社|塔斯社|德新社|综合消息)"
    r"(?:记者|記者)?[^电電讯訊\d。，]{0,14}?(?P<place>[\u3400-\u9fff]{2,5}?)?(?P<date>(?:\d{1,2}月)?\d{1,2}日)?(?:综合|綜合|专|專|外)?[电電讯訊]"
    r"(?:\s?[（(](?:(?:记者|記者)\s?(?P<who>[\u3400-\u9fff、 ]{2,24})|[^)）]{1,30})[)）])?\s?[）)】\]]?\s*"
)
# "（中央社記者蔡智明嘉義縣8日電）": a name of two or three characters, then the place.
_CENTRAL = re.compile(
    r"^[（(]\s?(?P<by>中央社)(?:記者|记者)(?P<who>[\u3400-\u9fff]{2,3}(?:、[\u3400-\u9fff]{2,3}){0,4})"
    r"(?P<place>[\u3400-\u9fff]{2,4})(?P<date>\d{1,2}日)(?:綜合|专|專|外)?[电電]\s?[）)]\s*"
)
# "光明日报记者 周仕兴 …", "〔記者王小明／台北報導〕", "本报记者 张三、李四 北京报道"
_REPORTED = re.compile(
    r"^(?P<open>[〔（(【\[])?\s?(?:本[报報社网網台]|(?P<by>[\u3400-\u9fff]{2,6}?[报報社网網台]))?(?:特派|见习|實習|实习)?(?:记者|記者)[\s:：]?"
    r"(?P<who>[\u3400-\u9fff]{2,3}(?:[、\s·][\u3400-\u9fff]{2,3}(?=[、\s·／/〕）)】\]])){0,3})"
    r"(?:\s?[／/]\s?(?P<place>[\u3400-\u9fff]{2,4}?)?(?:综合|綜合|即時|連線|專訪)?(?:报道|報導|報道|电|電|讯|訊))?"
    r"(?(open)\s?[〕）)】\]]\s*|[\s　]+(?=\S))"
)
_KOREAN = re.compile(
    r"^[\[(（【]\s?(?P<place>[가-힣·]{2,8})\s?[=＝]\s?(?P<by>[가-힣A-Za-z0-9]{2,12})\s?[\])）】]\s*(?P<who>[가-힣]{2,4}(?:·[가-힣]{2,4})*\s?(?:기자|특파원))?\s*[=＝]?\s*"
)
_JAPANESE = re.compile(
    r"^[［\[【〔](?P<place>[^\s\d０-９\]］】＝=]{1,10}?)\s?(?:(?P<date>(?:[０-９\d]{1,2}月)?[０-９\d]{1,2}日)\s?)?(?:(?P<by>ロイター|共同|時事|AFP|ＡＦＰ|CNN|ＣＮＮ|AP|ＡＰ|ブルームバーグ)|[=＝](?P<who>[^\]］】]{2,12}))[\]］】〕]\s*[-－–—]?\s*"
)
# "WICHITA, Kan. (AP)", "TORREÓN, Coah.- ": a state cut short keeps its full stop.
_ABBREVIATED = re.compile(r"^[^,.]{3,40}, ([A-Z][a-z]{1,5})\.(?=\s?[-–—(])")
# "Gießen – Ein Brand hat …", "Jakarta - Komisi …": a city, and a sentence in which no second dash closes a remark.
_TOWN = re.compile(
    rf"^([{_UPPER}][\w’'-]{{2,24}}(?: [{_UPPER}][\w’'-]{{2,20}}){{0,2}}) [-–—] (?=[\"“«„»]?[{_UPPER}])"
    r"(?![^.!?\n]{0,160} [-–—] )"
)
# Places whose names in capitals are as short as acronyms.
_SHORT_PLACES = frozenset(
    [
        "KYIV",
        "KIEV",
        "ROME",
        "ROMA",
        "OSLO",
        "BAKU",
        "DOHA",
        "BONN",
        "BERN",
        "LIMA",
        "CAIRO",
        "DELHI",
        "SEOUL",
        "TOKYO",
        "MINSK",
        "QUITO",
        "HANOI",
        "DUBAI",
        "PARIS",
        "MILAN",
        "VIENNA",
        "WIEN",
        "GAZA",
        "PRAHA",
        "SOFIA",
        "TUNIS",
        "ACCRA",
        "LAGOS",
        "DAKAR",
        "AMMAN",
        "HAIFA",
        "TIRANA",
        "SKOPJE",
        "ATHENS",
        "RIGA",
        "MALE",
        "APIA",
        "SUVA",
        "LOME",
        "NICE",
        "LYON",
        "METZ",
        "GENF",
        "BASEL",
        "TURIN",
        "SPLIT",
        "IZMIR",
        "ADANA",
        "BURSA",
        "DHAKA",
        "MUMBAI",
        "PUNE",
        "AGRA",
        "KABUL",
        "SANAA",
        "ADEN",
        "ARBIL",
        "BASRA",
        "MOSUL",
        "HOMS",
        "IDLIB",
        "ALEPPO",
        "RABAT",
        "ORAN",
        "КИЕВ",
        "КИЇВ",
        "РИМ",
        "ОСЛО",
        "БАКУ",
        "ДОХА",
        "ПАРИЖ",
        "МИНСК",
        "ЛЬВІВ",
        "СУМИ",
        "СОФИЯ",
        "ΑΘΗΝΑ",
        "ΡΩΜΗ",
        "LVIV",
        "SUMY",
        "BONN",
        "KIEL",
        "KÖLN",
        "ULM",
        "BONN",
        "TEL",
    ]
)
_AGENCIES = {
    "路透": "Reuters",
    "ロイター": "Reuters",
    "共同": "Kyodo News",
    "時事": "Jiji Press",
    "ＡＦＰ": "Agence France-Presse",
}


@dataclass(frozen=True, slots=True)
class Filed:
    """A dateline: where, the ISO date if it can be told, the credited publisher, and where the report begins."""

    place: str | None
    date: str | None
    publisher: str | None
    end: int
    author: str | None = None


def _publisher(name: str) -> str | None:
    name = name.strip()
    # "dpa/lhe" is its service for Hesse.
    known = find_publisher(_AGENCIES.get(name, name)) or ("/" in name and find_publisher(name.split("/")[0])) or None
    return known.name if known else None


def _date(text: str, reference: datetime | None) -> str | None:
    if not any(char.isdigit() for char in text):
        return None
    found = find_date(text, received_at=reference)
    return found.at.date().isoformat() if found else None


def read_dateline(text: str, reference: datetime | None) -> Filed | None:
    """The dateline that a paragraph opens with. `reference` (when it was published or received) gives the year."""
    head = text[:200]
    first = head[:1]
    if not first:
        return None
    if ("\u2e80" <= first <= "\ud7ff" or first in "[［【〔（(") and (found := _eastern(head, reference)):
        return found
    if any("\u1ea0" <= char <= "\u1ef9" for char in head) and (match := _INITIALS.match(head)):
        return Filed(None, None, None, match.end())
    if first in "([（" and (match := _OPENING.match(head)):
        name = _publisher(match[1])
        if name and match.end() < len(text):
            after = _western(text[match.end() : match.end() + 160], reference)
            if after and after.place:
                return Filed(after.place, after.date, after.publisher or name, match.end() + after.end)
            return Filed(None, None, name, match.end())
    return _western(head, reference)


def _eastern(head: str, reference: datetime | None) -> Filed | None:
    if match := _REPORTED.match(head):
        who = "·".join(part for part in re.split(r"[、 \u3000·]+", match["who"]) if part)
        named = find_publisher(match["by"]) if match["by"] else None
        return Filed(match["place"], None, named.name if named else None, match.end(), who)
    for pattern in (_CENTRAL, _CHINESE, _KOREAN, _JAPANESE):
        if match := pattern.match(head):
            groups = match.groupdict()
            by = groups.get("by")
            date = _date(groups["date"], reference) if groups.get("date") else None
            author = groups.get("who")
            if author and pattern in (_CENTRAL, _CHINESE):
                author = "·".join(part for part in re.split(r"[、 ]+", author) if part)
            return Filed(groups.get("place"), date, (_publisher(by) or by) if by else None, match.end(), author)
    return None


def _western(head: str, reference: datetime | None) -> Filed | None:
    for pattern in (_SLAV, _SLAV_BARE):
        if match := pattern.match(head):
            groups = {name.rstrip("2"): value for name, value in match.groupdict().items() if value}
            by = _publisher(groups["by"]) or (groups["by"] if groups["by"].isupper() or pattern is _SLAV else None)
            if by and any(char.isdigit() for char in groups["date"]):
                return Filed(_tidy(groups["place"]), _date(groups["date"], reference), by, match.end())
    if (match := _TWO_DASHES.match(head)) and not vocabulary().label("any", normalise(match["place"])):
        by = find_publisher(match["by"])
        if by is not None and by.agency and find_publisher(match["place"]) is None:
            return Filed(_tidy(match["place"]), None, by.name, match.end())
    if (match := _INDIAN.match(head)) and all(len(w) > 4 or w in _SHORT_PLACES for w in match[1].split()[:1]):
        key = normalise(match[1])
        if not vocabulary().label("any", key) and not vocabulary().label("loud", key) and not find_publisher(match[1]):
            return Filed(match[1], None, None, match.end())
    if (match := _TOWN.match(head)) and len(head) > 80 and _town(match[1]):
        return Filed(match[1], None, None, match.end())
    match = _CUT.match(head)
    if not match:
        return None
    left = match["left"].strip()
    end = match.end()
    agency, where = None, ""
    brackets = [bracket[1] or bracket[2] for bracket in _AGENCY.finditer(left)]
    named = [name for name in brackets if _publisher(name)]
    if named:
        agency = _publisher(named[-1])
        # "TARIFA (CÁDIZ), 13/11 (EFE)": the other brackets say where the place is.
        where = next((f" ({name})" for name in brackets if name not in named and name[:1].isupper()), "")
    else:
        agency = next((name for name in brackets if (name.isupper() and len(name) <= 6) or name == "ots"), None)
    bare = _AGENCY.sub(" ", left).strip(" ,.;")
    state = _ABBREVIATED.match(head)
    if agency is None and (known := re.search(r"\s(dpa|AFP|AP|ANSA|EFE|PAP|SID|APA|afp|CNN|BBC|NPR)$", bare)):
        agency, bare = _publisher(known[1]) or known[1], bare[: known.start()].strip(" ,.;")
    date = None
    dated = False
    if any(char.isdigit() for char in bare):
        when = find_date(bare, received_at=reference)
        if when is None and (short := _SHORT_DATE.search(bare)):
            dated, bare = True, bare[: short.start()]
            date = _day(short, reference)
        elif when is None and reference is None and re.search(r"\d{1,2}\.?\s?\w{3,}|\w{3,}\.?\s\d{1,2}\b", bare):
            dated, bare = True, re.split(r"[,.]\s", bare)[0]
        elif when is not None:
            dated, date = True, when.at.date().isoformat()
            bare = (bare[: when.start] + " " + bare[when.end :]).strip(" ,.;")
    bare = re.sub(r"[\s,.;–—-]+$", "", bare)
    if not bare and agency:
        return Filed(None, date, agency, end)
    if not bare or len(bare) > 60 or bare.count(" ") > 5 or any(char.isdigit() for char in bare):
        return None
    words = bare.split()
    if vocabulary().label("any", normalise(bare)) or find_publisher(bare):
        return None
    place_like = all(
        w[:1].isupper()
        or not w[:1].islower()
        or w in ("de", "da", "del", "di", "la", "le", "an", "am", "of", "the", "y", "e")
        for w in words
    )
    cased = any(char.isupper() or char.islower() for char in bare)
    loud = bare.split(",")[0].isupper() and cased and len(bare.split(",")[0]) >= 3
    known_short = (
        len(words) > 1 or len(bare) > 5 or bare in _SHORT_PLACES or len(_VOWELS.findall(bare)) > 1 < len(bare) - 3
    )
    if not place_like or not (
        (agency and (loud or len(words) <= 4))
        or (loud and (known_short or dated))
        or (dated and len(words) <= 4 and cased)
    ):
        return None
    rest = head[end:]
    if (
        agency is None
        and (credit := re.match(r"/?([^.,/\s][^.,/]{1,25})/?\.\s+(?=\S)", rest))
        and (name := _publisher(credit[1]))
    ):
        agency, end = name, end + credit.end()
    place = _tidy(bare.split("/")[0])
    if state and place.endswith(state[1]):
        place += "."
    return Filed(place + where, date, agency, end)


def items_by_town(texts: list[str]) -> bool:
    """Whether paragraph after paragraph opens with a place and a dash: a list of briefs, and no report's dateline."""
    return sum(_TOWN.match(text[:200]) is not None for text in texts) > 1


def _town(name: str) -> bool:
    """Whether a name is a city's; in capitals or not, many are no longer than words."""
    if vocabulary().label("any", normalise(name)) or find_publisher(name):
        return False
    hits = gazetteer().find(name, fold(name), "en")
    return any(
        hit.start == 0 and hit.end == len(name) and form.known.type == "place" and form.known.key.startswith("city:")
        for hit in hits
        for form in hit.forms
    )


def _day(short: re.Match[str], reference: datetime | None) -> str | None:
    """The date of "13/11", which is this year's: day first, unless that cannot be."""
    first, second = int(short[1]), int(short[2])
    day, month = (first, second) if second <= 12 else (second, first)
    if reference is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    for year in (reference.year, reference.year - 1):
        try:
            found = date_of(year, month, day)
        except ValueError:
            return None
        if found <= reference.date() + timedelta(days=2):
            return found.isoformat()
    return None


def _tidy(place: str) -> str:
    place = place.strip(" ,.;:()")
    # "GLENWOOD, N.Y."
    return f"{place}." if re.search(r"\b[A-Z]\.[A-Z]$", place) else place
