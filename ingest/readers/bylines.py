"""Who wrote it: lines such as "By Jane Doe in Kyiv", "Von Max Mustermann, Berlin", "文／王小明", "(Reuters)"."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from enrich import publishers
from ingest.readers.dates import find_dates
from ingest.readers.dates.folding import fold, fold_word
from ingest.readers.dates.names import names as date_names

LONGEST = 240


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline: `text` as it stands, the people named, their roles, and the publisher and place if it gives them."""

    text: str
    authors: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    publisher: str | None = None
    place: str | None = None


class _Tables:
    def __init__(self) -> None:
        path = Path(__file__).parent / "data" / "bylines.json"
        data = json.loads(path.read_text(encoding="utf-8"))
        self.free = _by_first_word(_phrases(data["labels"]["free"]))
        self.colon = frozenset(fold_word(p) for p in data["labels"]["colon"])
        self.cjk = tuple(sorted((fold_word(p) for p in data["labels"]["cjk"]), key=len, reverse=True))
        self.edited = _phrases(data["edited"])
        self.reporting = _phrases(data["reporting"])
        self.conjunctions = frozenset(fold_word(p) for p in data["and"])
        self.prepositions = _phrases(data["in"])
        self.particles = frozenset(fold_word(p) for p in data["particles"])
        self.titles = frozenset(fold_word(p) for p in data["titles"])
        self.staff = frozenset(fold_word(p) for p in data["staff"])
        self.roles = frozenset(fold_word(p) for p in data["roles"])
        self.role_adjectives = frozenset(fold_word(p) for p in data["role_adjectives"])
        self.places = frozenset(fold_word(p) for p in data["places"])
        self.not_names = frozenset(fold_word(p) for p in data["not_names"])


def _phrases(rows: list[str]) -> tuple[str, ...]:
    return tuple(sorted({fold_word(row) for row in rows}, key=len, reverse=True))


def _by_first_word(phrases: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for phrase in phrases:
        first = phrase.split()[0]
        found[first] = (*found.get(first, ()), phrase)
    return found


@cache
def _tables() -> _Tables:
    return _Tables()


_NOISE = re.compile(
    r"[(\[<]?\s?[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s?[)\]>]?|(?<!\w)@\w{2,30}|https?://\S+|\b(?:www|twitter|x)\.\S+|[\u200b-\u200f\ufeff]"
)
_DATE_LABEL = re.compile(
    r"(?:\||^)\s*(?:(?:last |first )?(?:published|updated|posted)|aktualisiert|veröffentlicht|mis à jour|publié|"
    r"actualizado|publicado)[\s:]*(?:on|at|le|am|el|em)?\s*(?=\||$)",
    re.I,
)
_SPACE = re.compile(r"\s+")
_EDGE = ' \t\n.,;:|/•·–—-_=*<>«»"“”„'
_PARENTHESES = re.compile(r"\s?[(\[（【]([^)\]）】]{1,40})[)\]）】]")
_PARTS = re.compile(r"\s*(?:[,;|•·/／、，；＆&+]|\s[–—-]\s)\s*")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々〆ヶ]")
_HANGUL_NAME = re.compile(
    r"(?<![\uac00-\ud7a3])([\uac00-\ud7a3]{2,4})\s?(선임기자|기자|특파원|논설위원|통신원|인턴기자)(?![\uac00-\ud7a3])"
)


def looks_like_name(text: str) -> bool:
    """Whether a line is a person's name and nothing else ("Jane Doe", "ЈОВАН ПЕТРОВИЋ"), as far as its form tells.

    Only for scripts with capitals; in others any two words could be one.
    """
    text = text.strip()
    if not 5 <= len(text) <= 50 or text[-1] in ".:;!?,":
        return False
    tokens = text.split()
    if not 2 <= len(tokens) <= 5 or not _is_name(tokens):
        return False
    tables = _tables()
    words = [fold_word(token).strip(".") for token in tokens]
    if any(word in tables.not_names or word in tables.roles for word in words):
        return False
    if words[0] in tables.particles or words[0] in tables.free:
        return False
    return publishers.find(text) is None and fold_word(text) not in tables.places


def _is_name(tokens: list[str], caseless: bool = False) -> bool:
    """Whether each token could be part of a name; `caseless` admits scripts without capitals."""
    tables, weekdays = _tables(), date_names().weekdays
    if not tokens or len(tokens) > 6:
        return False
    solid = 0
    for token in tokens:
        word = token.strip("'’\"“”.")
        folded = fold_word(word)
        if not word or not all(char.isalpha() or char in "'’.-‐ʼ`\u0301" or _mark(char) for char in word):
            return False
        if folded in tables.particles and not word[0].isupper():
            continue
        if word[0].isupper() or word[0].istitle():
            if weekdays.get(folded, -1) >= 0 and len(folded) > 4:
                return False
            solid += len(word) > 1
        elif word[0].islower():
            # d'Estaing, al-Assad, iPhone no
            if (
                not re.match(r"(?:d|l|al|el|an|ar|as|ad|az|ash|bin|o)['’-]\w", word)
                or not word[2:].strip("'’-")[:1].isupper()
            ):
                return False
            solid += 1
        elif not caseless:
            return False
        else:
            solid += 1
    return solid >= 1


def _mark(char: str) -> bool:
    code = ord(char)
    return 0x300 <= code <= 0x36F or 0x591 <= code <= 0x65F or 0x900 <= code <= 0x10FF or code in (0x200C, 0x200D)


def tidy_name(name: str) -> str:
    """A name without marks at its ends; one in capitals in ordinary case ("JEAN-LUC O'NEIL" to "Jean-Luc O'Neil")."""
    name = _SPACE.sub(" ", name).strip(_EDGE + "’'") + ("." if re.search(r"\b(?:Jr|Sr)\.$", name.strip()) else "")
    letters = [char for char in name if char.isalpha()]
    if len(letters) < 4 or not all(char.isupper() for char in letters) or " " not in name:
        return name
    particles = _tables().particles
    words = []
    for i, word in enumerate(name.split(" ")):
        if i and word.lower() in particles and len(word) > 1:
            words.append(word.lower())
        elif re.fullmatch(r"(?:\w\.){1,3}|I{2,3}|IV", word):
            words.append(word)
        else:
            words.append(_capitalised(word))
    return " ".join(words)


def _capitalised(word: str) -> str:
    parts = re.split(r"(['’-])", word.lower())
    out = "".join(part[:1].upper() + part[1:] if len(part) > 1 or i < 2 else part for i, part in enumerate(parts))
    return re.sub(r"\b(Mc)(\w)", lambda m: m[1] + m[2].upper(), out)


def parse_byline(text: str) -> Byline | None:
    """The byline that a line is; None for anything else, sentences that begin with "By" included.

    A bare name is left to looks_like_name: many lines look like one.
    """
    stripped = text.strip()
    if not 2 <= len(stripped) <= LONGEST or "\n" in stripped.strip("\n"):
        return None
    line = _without_noise(stripped)
    folded, back = fold(line)
    if back is not None or len(folded) != len(line):
        line = folded = "".join(line[i] for i in (back or [])[:-1]) if back else line
        folded = fold(line)[0]
    for parse in (_east_asian, _reuters_foot, _labelled, _staff_or_agency, _with_role):
        found = parse(line, folded)
        if found:
            return replace(found, text=stripped, authors=tuple(dict.fromkeys(found.authors)))
    return None


def _without_noise(line: str) -> str:
    if "@" in line or "://" in line or "www." in line:
        line = _NOISE.sub(" ", line)
    if any(char.isdigit() for char in line):
        for found in reversed(find_dates(line)):
            line = line[: found.start] + " | " + line[found.end :]
        line = _DATE_LABEL.sub("|", line)
    return _SPACE.sub(" ", line).strip(" |•·,-–—")


def _east_asian(line: str, folded: str) -> Byline | None:
    korean = _HANGUL_NAME.findall(line)
    if korean and len(line) <= 60 and not re.search(r"[다요까]\.?$", line.split("=")[-1].strip()):
        return Byline(line, tuple(name for name, _ in korean), tuple(dict.fromkeys(role for _, role in korean)))
    if not _HAN.search(line) and not ("가" <= line[:1] <= "힣"):
        return None
    for label in _tables().cjk:
        at = folded.find(label, 0, 24)
        if at < 0 or at > 12:
            continue
        rest = line[at + len(label) :].strip(" ：:／/|｜=＝")
        rest, _, tail = rest.partition("／") if "／" in rest else rest.partition("/")
        place = re.match(r"\s*([\u3400-\u9fff]{2,4})(?:报道|報導|綜合報導|外電|即時報導|電|专电|專電|连线|連線)", tail)
        chunks = [chunk for chunk in re.split(r"[\s、，,・·&＆|｜和與与]+", rest.strip("）)】] ")) if chunk]
        chunks = [re.sub(r"(?:报道|報導|摄|攝影|记者|記者|实习生|編譯|编译)$", "", chunk) for chunk in chunks]
        authors = tuple(chunk for chunk in chunks if _HAN.match(chunk) and 2 <= len(chunk) <= 8)
        if (
            not authors
            or len(authors) > 6
            or (len(authors) != len([c for c in chunks if c]))
            or re.search(r"[。！？]", rest)
        ):
            return None
        if not re.search(r"[：:／/|・·＝=丨]", label) and not all(len(a) <= 4 for a in authors):
            return None
        publisher = publishers.find(line[:at].strip("（( ")) if at else None
        roles = ("記者",) if "記者" in label else ()
        return Byline(line, authors, roles, publisher.name if publisher else None, place[1] if place else None)
    return None


def _reuters_foot(line: str, folded: str) -> Byline | None:
    """ "Reporting by A in Kyiv and B; editing by C": A and B wrote it."""
    tables = _tables()
    inner = line.strip("()[] ")
    folded = fold(inner)[0]
    if not folded.startswith((*tables.reporting, *tables.edited)) or " " not in inner:
        return None
    authors: list[str] = []
    roles: list[str] = []
    seen = False
    parts = re.split(
        r"\s*;\s*|\s*[.|]\s+(?=[A-Z][a-z]+(?: [a-z]+)* by )|,\s*(?=(?:editing|writing|additional) )", inner
    )
    for part in parts:
        part_folded = fold(part)[0]
        label = next(
            (
                p
                for p in (*tables.reporting, *tables.edited)
                if part_folded.startswith(p) and part_folded[len(p) : len(p) + 1] in (" ", ":")
            ),
            None,
        )
        if label is None:
            return None
        people = _people(part[len(label) :].strip(_EDGE), strict=":" not in part)
        if people is None:
            return None
        seen = True
        roles.append(label.removesuffix(" by"))
        if label in tables.reporting:
            authors += people.authors
    if not seen:
        return None
    return Byline(line, tuple(authors), tuple(dict.fromkeys(roles)))


def _labelled(line: str, folded: str) -> Byline | None:
    tables = _tables()
    head, colon, tail = line.partition(":") if ":" in line else line.partition("：")
    if colon and len(head) <= 30 and fold(head.strip())[0] in tables.colon and tail.strip():
        # "Reporter: A | Editor: B"
        tail = re.split(r"[|;/]\s*\w+\s?:", tail)[0]
        found = _people(tail.strip(_EDGE + "()"), strict=False)
        if found:
            return replace(found, roles=found.roles)
        return None
    inner = folded.strip("([— -–•*")
    offset = folded.find(inner) if inner else 0
    for label in tables.free.get(re.split(r"[\s:]", inner, maxsplit=1)[0], ()):
        if inner.startswith(label) and inner[len(label) : len(label) + 1] in (" ", ":"):
            rest = line[offset + len(label) :].strip(_EDGE + "()")
            found = _people(rest, strict=True, label=label)
            if found:
                return found
    return None


def _staff_or_agency(line: str, folded: str) -> Byline | None:
    tables = _tables()
    bare = folded.strip("()[]. -–—|•*")
    bare = bare.removeprefix("by ").strip()
    inside = line.strip("()[]（）. -–—|•*")
    if bare in tables.staff:
        return Byline(line, (), (inside,), None, None)
    known = publishers.find(inside)
    if known and (known.agency or inside != line.rstrip(".")) and not known.ambiguous:
        return Byline(line, (), (), known.name, None)
    # "Guardian staff and agencies", "Reuters staff"
    for suffix in (
        "staff and agencies",
        "staff and agency",
        "staff reporter",
        "staff writer",
        "staff",
        "news desk",
        "web desk",
        "correspondent",
    ):
        if bare.endswith(" " + suffix):
            known = publishers.find(inside[: -len(suffix)].strip())
            if known:
                return Byline(line, (), (inside[-len(suffix) :],), known.name, None)
    # "AFP/Jane Doe", "Jane Doe/AFP", "AP, Reuters", "Jane Doe (AFP)"
    parts = [
        part
        for part in re.split(
            r"\s*(?:[/|,&]|\b(?:and|with|avec|et|mit|und|con|com|e|y|och|og)\b|\s[-–—]\s|\(|\))\s*", inside
        )
        if part
    ]
    if 2 <= len(parts) <= 4:
        found = [publishers.find(part) for part in parts]
        agencies = [p for p in found if p and (p.agency or len(parts) == 2)]
        names = [part for part, p in zip(parts, found, strict=True) if not p]
        plausible = all(_is_name(name.split()) and len(name.split()) > 1 and _plausible(name) for name in names)
        if agencies and plausible and (names or all(p and p.agency for p in found) or " avec " in folded):
            return Byline(
                line, tuple(tidy_name(n) for n in names), (), max(agencies, key=lambda p: p.agency).name, None
            )
    return None


def _plausible(name: str) -> bool:
    tables = _tables()
    return not any(fold_word(token).strip(".") in tables.not_names for token in name.split())


def _with_role(line: str, folded: str) -> Byline | None:
    """ "Jane Doe, Political Editor" and "Jane Doe BBC News correspondent": a name, then a role."""
    found = _people(line.strip(_EDGE), strict=True)
    if not found or not found.authors or not found.roles or any(len(a.split()) < 2 for a in found.authors):
        return None
    if not all(looks_like_name(a) for a in found.authors):
        return None
    return found


def _is_role(chunk: str) -> bool:
    words = [fold_word(word).strip(".,'") for word in re.split(r"[\s/-]+", chunk)]
    return 1 <= len(words) <= 9 and any(word in _tables().roles for word in words) and len(chunk) <= 70


def _people(rest: str, *, strict: bool, label: str = "") -> Byline | None:
    """Names, roles, publisher and place out of what follows a label; None if any part is none of them.

    `strict` wants two words in a name: single words follow "By" in too many sentences.
    """
    tables = _tables()
    authors: list[str] = []
    roles: list[str] = []
    publisher: str | None = None
    place: str | None = None
    for inside in _PARENTHESES.findall(rest):
        known = publishers.find(inside)
        publisher = publisher or (known.name if known else None)
        if not known and _is_role(inside):
            roles.append(inside)
    rest = _PARENTHESES.sub(" ", rest).strip(_EDGE)
    if not rest:
        return None
    whole = fold(rest)[0].strip(" .")
    if whole in tables.staff or whole.removeprefix("the ") in tables.staff:
        return Byline(rest, (), (rest,), publisher, None)
    for chunk in _chunks(rest):
        bare = chunk.strip(_EDGE)
        if not bare:
            continue
        folded = fold(bare)[0]
        known = None if bare.islower() and _is_role(bare) else publishers.find(bare)
        if known and not (known.ambiguous and not authors and not bare.lower().startswith("the ")):
            publisher = publisher or known.name
            continue
        if folded in tables.staff:
            roles.append(bare)
            continue
        if folded in tables.places:
            place = place or bare
            continue
        name, role, at, by = _split_chunk(bare)
        tokens = name.split()
        if role and not tokens:
            roles.append(role)
            continue
        if at:
            place = place or at
        if by:
            publisher = publisher or by
        if role:
            roles.append(role)
        if len(tokens) == 1 and authors and _is_name(tokens, caseless=True):
            place = place or name
            continue
        if not _is_name(tokens, caseless=not strict or label in _CASELESS) or not _plausible_label(tokens, label):
            return None
        if strict and len(tokens) < 2 and label not in _CASELESS:
            return None
        authors.append(tidy_name(name))
    if not authors and not roles and not publisher:
        return None
    return Byline(rest, tuple(authors), tuple(roles), publisher, place)


_CASELESS = frozenset(
    fold_word(w)
    for w in ("بقلم", "كتب", "كتبت", "كتبه", "إعداد", "کتبه", "به قلم", "نوشته", "تحریر", "מאת", "द्वारा", "लेखक", "โดย")
)
# Words that open sentences in their languages; a name after them must begin with a capital and not with a particle.
_COMMON = frozenset(
    {"di", "de", "von", "par", "por", "per", "na", "ni", "aus", "vom", "av", "af", "nga", "door", "του", "της", "των"}
)


def _plausible_label(tokens: list[str], label: str) -> bool:
    tables = _tables()
    words = [fold_word(token).strip(".,'") for token in tokens]
    first = words[0]
    if first in tables.not_names or (label in _COMMON and first in tables.particles):
        return False
    if len(tokens) == 1 and first in date_names().months:
        return False
    # Short function words are also names in other languages: An, He, To, Her.
    return not any(word in tables.not_names and len(word) > 3 and word not in tables.particles for word in words)


def _chunks(rest: str) -> list[str]:
    """The parts between commas and the like, and between words for "and" that have whole names on both sides."""
    conjunctions = _tables().conjunctions
    chunks: list[str] = []
    shouting = rest.isupper()
    for part in _PARTS.split(rest):
        tokens = part.split()
        current: list[str] = []
        for i, token in enumerate(tokens):
            folded = fold_word(token)
            if folded in conjunctions and (shouting or not token[:1].isupper()):
                one_letter = len(folded) == 1 and folded not in ("&", "و")
                whole = len(current) >= 2 or not one_letter
                if folded == "in" or (folded == "a" and not current):
                    current.append(token)
                elif (whole and i + 1 < len(tokens)) or not current:
                    chunks.append(" ".join(current))
                    current = []
                else:
                    current.append(token)
            else:
                current.append(token)
        chunks.append(" ".join(current))
    return [chunk for chunk in chunks if chunk.strip()]


def _split_chunk(chunk: str) -> tuple[str, str | None, str | None, str | None]:
    """Name, role, place and publisher of one chunk ("Jane Doe BBC News in Kyiv", "Jane Doe Political Editor")."""
    tables = _tables()
    place = by = role = None
    tokens = chunk.split()
    for i in range(1, len(tokens)):
        word = fold_word(tokens[i])
        if word in ("for", "für", "pour", "para", "za", "dla") and i + 1 < len(tokens):
            known = publishers.find(" ".join(tokens[i + 1 :])) or publishers.find(
                " ".join(tokens[i + 1 :]).removeprefix("the ")
            )
            if known:
                tokens, by = tokens[:i], known.name
                break
        if word in tables.prepositions and tokens[i].islower() and i + 1 < len(tokens):
            after = tokens[i + 1 :]
            if (
                len(after) <= 4
                and (after[0][:1].isupper() or not after[0][:1].islower())
                and i >= 2
                and word not in tables.particles - {"a", "in", "en"}
            ):
                tokens, place = tokens[:i], " ".join(after).strip(_EDGE)
                break
    if _is_role(" ".join(tokens)):
        last = max(
            i
            for i, t in enumerate(tokens)
            if any(fold_word(p).strip(".,'") in tables.roles for p in re.split(r"[/-]", t))
        )
        start = min(
            i
            for i, t in enumerate(tokens)
            if any(fold_word(p).strip(".,'") in tables.roles for p in re.split(r"[/-]", t))
        )
        while start > 0 and fold_word(tokens[start - 1]).strip(".,'") in tables.role_adjectives:
            start -= 1
        if start == 0:
            name = " ".join(tokens[last + 1 :])
            if not name or _is_name(tokens[last + 1 :]):
                return name, " ".join(tokens[: last + 1]), place, by
            return "", " ".join(tokens), place, by
        role = " ".join(tokens[start:])
        tokens = tokens[:start]
    for n in (4, 3, 2, 1):
        if by is None and len(tokens) - n >= 2:
            known = publishers.find(" ".join(tokens[-n:]))
            if known and not known.ambiguous:
                tokens, by = tokens[:-n], known.name
                break
    return " ".join(tokens), role, place, by
