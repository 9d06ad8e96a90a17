"""Measures a recogniser on a labelled corpus in CoNLL form: `python -m enrich.entities.evaluate FILE… [--show TYPE]`.

Prints precision, recall and F1 of exact spans per type. Made for development; corpora are not part of the project.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from enrich.draft import Draft
from enrich.entities import find_entities

TYPES = {
    "PER": "person",
    "PERSON": "person",
    "ORG": "organisation",
    "CORPORATION": "organisation",
    "LOC": "place",
    "LOCATION": "place",
}
Span = tuple[int, int, str]
TIGHT_BEFORE = frozenset([".", ",", ":", ";", "!", "?", ")", "'s", "n't", "%", "'", "’s"])


def sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    """(word, tag) by sentence; columns are parted by spaces or tabs, the tag is the last."""
    sentence: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        cells = line.replace("\t", " ").split(" ")
        if len(cells) > 1 and cells[0]:
            sentence.append((cells[0], cells[-1]))
        elif sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def render(sentence: list[tuple[str, str]]) -> tuple[str, set[Span]]:
    """The sentence as it would be printed, and its labelled spans."""
    text = ""
    spans: set[Span] = set()
    open_at, open_type, last_end = -1, "", 0
    for word, tag in sentence:
        if text and word not in TIGHT_BEFORE and not text.endswith("("):
            text += " "
        start = len(text)
        text += word
        kind = TYPES.get(tag.partition("-")[2].upper(), "") if tag != "O" else ""
        if open_type and (kind != open_type or tag.startswith("B-")):
            spans.add((open_at, last_end, open_type))
            open_type = ""
        if kind and not open_type:
            open_at, open_type = start, kind
        last_end = len(text)
    if open_type:
        spans.add((open_at, last_end, open_type))
    return text, spans


def main(arguments: list[str] | None = None) -> None:
    """Prints a table, and with --show the false and the missed spans of a type."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--show", default="", help="print errors of this type, or all")
    parser.add_argument("--group", type=int, default=1, help="sentences to a draft, since names are introduced once")
    options = parser.parse_args(arguments)
    for path in options.files:
        right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
        batch: list[tuple[str, set[Span]]] = []
        for sentence in [*sentences(path), None]:
            if sentence is not None:
                batch.append(render(sentence))
            if not batch or (sentence is not None and len(batch) < options.group):
                continue
            gold: set[Span] = set()
            at = 0
            for text, spans in batch:
                gold |= {(start + at, end + at, kind) for start, end, kind in spans}
                at += len(text) + 2
            draft = Draft(paragraphs=tuple(text for text, _ in batch))
            got = {
                (mention.start, mention.end, entity.type)
                for entity in find_entities(draft, "en")
                for mention in entity.mentions
                if mention.kind != "demonym"
            }
            for kind in ("person", "organisation", "place"):
                mine, theirs = {span for span in got if span[2] == kind}, {span for span in gold if span[2] == kind}
                right[kind] += len(mine & theirs)
                found[kind] += len(mine)
                wanted[kind] += len(theirs)
                if options.show in (kind, "all"):
                    body = draft.body
                    for mark, spans in (("+", mine - theirs), ("-", theirs - mine)):
                        for start, end, _ in sorted(spans):
                            context = (
                                body[max(0, start - 30) : start] + "[" + body[start:end] + "]" + body[end : end + 25]
                            )
                            sys.stdout.write(f"{mark} {kind:12} {context!r}\n")
            batch = []
        for kind in ("person", "organisation", "place"):
            precision = right[kind] / max(1, found[kind])
            recall = right[kind] / max(1, wanted[kind])
            f1 = 2 * precision * recall / max(1e-9, precision + recall)
            sys.stdout.write(
                f"{path.name:20} {kind:13} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  of {wanted[kind]}\n"
            )


if __name__ == "__main__":
    main()
