"""News of our own writing with its names marked, in many languages: how much of it a recogniser finds.

`python -m tests.enrich.entities.labelled [--show LANGUAGE]` prints precision and recall of spans, and how many of those
that were found have the canonical name that is wanted.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from enrich.draft import Draft
from enrich.entities import find_entities

FOLDER = Path(__file__).parent / "labelled"
KINDS = {"p": "person", "o": "organisation", "l": "place", "d": "place"}
_MARK = re.compile(r"\{([pold])\|([^|}]+)(?:\|([^}]+))?\}")
Label = tuple[str, int, int, str]


@dataclass(frozen=True)
class Labelled:
    """An article with what it names: (field, start, end, type) to canonical name."""

    language: str
    draft: Draft
    names: dict[Label, str]
    demonyms: frozenset[Label]


def articles() -> Iterator[Labelled]:
    """Every labelled article."""
    for path in sorted(FOLDER.glob("*.txt")):
        for block in re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            language, headline, body = block.split("\n", 2)
            names: dict[Label, str] = {}
            demonyms: set[Label] = set()
            texts = {
                field: _strip(field, text.strip(), names, demonyms)
                for field, text in (("headline", headline), ("body", body))
            }
            draft = Draft(headline=texts["headline"], paragraphs=tuple(texts["body"].split("\n\n")))
            yield Labelled(language.strip(), draft, names, frozenset(demonyms))


def _strip(field: str, text: str, names: dict[Label, str], demonyms: set[Label]) -> str:
    plain, at = "", 0
    for match in _MARK.finditer(text):
        plain += text[at : match.start()]
        label = (field, len(plain), len(plain) + len(match[2]), KINDS[match[1]])
        names[label] = match[3] or match[2]
        if match[1] == "d":
            demonyms.add(label)
        plain += match[2]
        at = match.end()
    return plain + text[at:]


@dataclass
class Score:
    """Counts of spans: found and wanted, wanted, found; and of right names among the first."""

    right: int = 0
    wanted: int = 0
    found: int = 0
    named: int = 0

    def line(self) -> str:
        """One line of the table."""
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.wanted)
        return f"P {precision:.3f}  R {recall:.3f}  name {self.named / max(1, self.right):.3f}  of {self.wanted}"


def measure(show: str = "") -> dict[tuple[str, str], Score]:
    """Scores by language and type ("all" for both); prints the errors of a language, or of all."""
    scores: dict[tuple[str, str], Score] = {}
    for article in articles():
        got: dict[Label, str] = {}
        for entity in find_entities(article.draft, article.language):
            for mention in entity.mentions:
                got[mention.field, mention.start, mention.end, entity.type] = entity.name
        for kind in ("person", "organisation", "place", "all"):
            mine = {label for label in got if kind in (label[3], "all")}
            theirs = {label for label in article.names if kind in (label[3], "all")}
            both = mine & theirs
            for key in ((article.language, kind), ("all", kind)):
                score = scores.setdefault(key, Score())
                score.right += len(both)
                score.wanted += len(theirs)
                score.found += len(mine)
                score.named += sum(got[label] == article.names[label] for label in both)
        if show in (article.language, "all"):
            texts = {"headline": article.draft.headline or "", "body": article.draft.body}
            for label in sorted(got.keys() | article.names.keys(), key=lambda label: (label[0] == "body", label)):
                field, start, end, kind = label
                wanted, name = article.names.get(label), got.get(label)
                if wanted == name:
                    continue
                mark = "-" if name is None else "+" if wanted is None else "="
                text = texts[field]
                around = f"{text[max(0, start - 25) : start]}[{text[start:end]}]{text[end : end + 20]}"
                sys.stdout.write(f"{article.language} {mark} {kind:12} {around!r} {name or ''} <> {wanted or ''}\n")
    return scores


def main() -> None:
    """Prints the table."""
    show = sys.argv[2] if sys.argv[1:2] == ["--show"] else ""
    scores = measure(show)
    for (language, kind), score in scores.items():
        if kind == "all" or language == "all":
            sys.stdout.write(f"{language:4} {kind:13} {score.line()}\n")


if __name__ == "__main__":
    main()
