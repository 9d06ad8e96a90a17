"""Lines that are bylines: "By Jane Doe in Kyiv", "Von Max Mustermann, Berlin", "文／王小明", "(Reuters)"."""

from __future__ import annotations

import re
from dataclasses import replace

from enrich import publishers
from ingest.readers.bylines.names import EDGE, SPACE, is_name, looks_like_name, plausible, tidy_name
from ingest.readers.bylines.people import Byline, is_role, people
from ingest.readers.bylines.tables import tables
from ingest.readers.dates import find_dates
from ingest.readers.dates.folding import fold

LONGEST = 240

_NOISE = re.compile(
    r"[(\[<]?\s?[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s?[)\]>]?|(?<!\w)@\w{2,30}|https?://\S+|\b(?:www|twitter|x)\.\S+|[\u200b-\u200f\ufeff]"
)
_DATE_LABEL = re.compile(
    r"(?:\||^)\s*(?:(?:last |first )?(?:published|updated|posted)|aktualisiert|veröffentlicht|mis à jour|publié|"
    r"actualizado|publicado)[\s:]*(?:on|at|le|am|el|em)?\s*(?=\||$)",
    re.I,
)
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々〆ヶ]")
_HANGUL_NAME = re.compile(
    r"(?<![\uac00-\ud7a3])([\uac00-\ud7a3]{2,4})\s?(선임기자|기자|특파원|논설위원|통신원|인턴기자)(?![\uac00-\ud7a3])"
)


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
    return SPACE.sub(" ", line).strip(" |•·,-–—")


def _east_asian(line: str, folded: str) -> Byline | None:
    korean = _HANGUL_NAME.findall(line)
    if korean and len(line) <= 60 and not re.search(r"[다요까]\.?$", line.split("=")[-1].strip()):
        return Byline(line, tuple(name for name, _ in korean), tuple(dict.fromkeys(role for _, role in korean)))
    if not _HAN.search(line) and not ("가" <= line[:1] <= "힣"):
        return None
    for label in tables().cjk:
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
    vocabulary = tables()
    inner = line.strip("()[] ")
    folded = fold(inner)[0]
    if not folded.startswith((*vocabulary.reporting, *vocabulary.edited)) or " " not in inner:
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
                for p in (*vocabulary.reporting, *vocabulary.edited)
                if part_folded.startswith(p) and part_folded[len(p) : len(p) + 1] in (" ", ":")
            ),
            None,
        )
        if label is None:
            return None
        named = people(part[len(label) :].strip(EDGE), strict=":" not in part)
        if named is None:
            return None
        seen = True
        roles.append(label.removesuffix(" by"))
        if label in vocabulary.reporting:
            authors += named.authors
    if not seen:
        return None
    return Byline(line, tuple(authors), tuple(dict.fromkeys(roles)))


def _labelled(line: str, folded: str) -> Byline | None:
    vocabulary = tables()
    head, colon, tail = line.partition(":") if ":" in line else line.partition("：")
    if colon and len(head) <= 30 and fold(head.strip())[0] in vocabulary.colon and tail.strip():
        # "Reporter: A | Editor: B"
        tail = re.split(r"[|;/]\s*\w+\s?:", tail)[0]
        found = people(tail.strip(EDGE + "()"), strict=False)
        if found:
            return replace(found, roles=found.roles)
        return None
    inner = folded.strip("([— -–•*")
    offset = folded.find(inner) if inner else 0
    for label in vocabulary.free.get(re.split(r"[\s:]", inner, maxsplit=1)[0], ()):
        if inner.startswith(label) and inner[len(label) : len(label) + 1] in (" ", ":"):
            rest = _unwrapped(line[offset + len(label) :])
            found = people(rest, strict=True, label=label)
            if found:
                return found
    return None


def _unwrapped(text: str) -> str:
    """Without parentheses around it; those around what follows a name stay."""
    text = text.strip(EDGE)
    return text if "(" in text and text.endswith(")") else text.strip(EDGE + "()")


def _staff_or_agency(line: str, folded: str) -> Byline | None:
    vocabulary = tables()
    bare = folded.strip("()[]. -–—|•*")
    bare = bare.removeprefix("by ").strip()
    inside = line.strip("()[]（）. -–—|•*")
    if bare in vocabulary.staff:
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
        found = [None if part.islower() and is_role(part) else publishers.find(part) for part in parts]
        agencies = [p for p in found if p and (p.agency or len(parts) == 2)]
        names = [part for part, p in zip(parts, found, strict=True) if not p]
        persons = all(is_name(name.split()) and len(name.split()) > 1 and plausible(name) for name in names)
        if agencies and persons and (names or all(p and p.agency for p in found) or " avec " in folded):
            return Byline(
                line, tuple(tidy_name(n) for n in names), (), max(agencies, key=lambda p: p.agency).name, None
            )
    return None


def _with_role(line: str, folded: str) -> Byline | None:
    """A name, then a role or a publisher: "Jane Doe, Political Editor", "Jane Doe BBC News"."""
    if len(line) > 120 or line.count(" ") > 14 or line.endswith((".", "!", "?", ":")):
        return None
    found = people(line.strip(EDGE), strict=True)
    if not found or not found.authors or not (found.roles or found.publisher):
        return None
    return found if all(looks_like_name(author) for author in found.authors) else None
