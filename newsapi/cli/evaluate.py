"""`newsapi evaluate`: how well the service does on labelled data, as precision, recall and F1."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsapi.cli.django import setup
from newsapi.errors import InvalidDocument

if TYPE_CHECKING:
    from articles.evaluation import Judged, Pair, Score

SHOWN = 60
"""Characters that are shown of a body."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "evaluate",
        help="precision, recall and F1 on labelled data",
        description="Measures on labelled data how well the service does. Touches no archive.",
    )
    kinds = found.add_subparsers(dest="kind", metavar="WHAT", required=True)
    pairs = kinds.add_parser(
        "duplicates",
        help="pairs of bodies: is one a copy of the other?",
        description='Reads lines of JSON with two bodies, "a" and "b", and whether one is a copy of the other,'
        ' "duplicate" (true or false); a "kind" is counted by itself. A pair is found if the two would meet in the'
        " archive (same body, or a key in common) and compare as near.",
    )
    pairs.add_argument("--data", type=Path, required=True, metavar="FILE", help="one pair a line; - reads stdin")
    pairs.add_argument("--errors", action="store_true", help="list the pairs that are judged wrong")
    pairs.add_argument("--json", action="store_true", help="print one JSON object")
    pairs.set_defaults(func=run_duplicates)
    pages = kinds.add_parser(
        "extraction",
        help="pages: is the article in them found?",
        description='Reads lines of JSON, each an input ("html", "text", or a "file" beside it) with what is'
        ' "expected": "body", "headline", "published_at", "authors"; or the ground-truth.json of that benchmark'
        " with its pages beside it. The body is compared by shingles of four words, the rest must be right exactly.",
    )
    pages.add_argument("--data", type=Path, required=True, metavar="FILE", help="a page a line, or ground-truth.json")
    pages.add_argument("--errors", action="store_true", help="list what is read wrong")
    pages.add_argument("--json", action="store_true", help="print one JSON object")
    pages.set_defaults(func=run_extraction)


def run_duplicates(args: argparse.Namespace) -> int:
    setup(need_data=False)
    from articles.evaluation import score
    from enrich.fingerprints import fingerprint

    def prints(body: str) -> tuple[str, str | None]:
        found = fingerprint(body)
        return (found.content, found.near) if found else ("", None)

    total, kinds = score(read_pairs(args.data), prints)
    if args.json:
        print(json.dumps({**figures(total), "kinds": {kind: figures(each) for kind, each in kinds.items()}}, indent=2))
        return 0
    print(f"{'':36} {'pairs':>6} {'found':>6} {'missed':>6} {'wrong':>6}")
    for kind, each in kinds.items():
        print(row(kind or "(no kind)", each))
    print(row("all", total))
    print(f"precision {total.precision:.4f}  recall {total.recall:.4f}  F1 {total.f1:.4f}")
    if args.errors:
        for judged in total.errors:
            print(shown(judged))
    return 0


def run_extraction(args: argparse.Namespace) -> int:
    from ingest.evaluation import measure, read_cases

    try:
        found = measure(read_cases(args.data))
    except OSError as error:
        raise InvalidDocument(f"{args.data} cannot be read: {error}.") from error
    if not found.pages:
        raise InvalidDocument(f"There is no page in {args.data}.")
    if args.json:
        print(json.dumps(found.as_json(), indent=2))
    else:
        print(f"{found.pages} pages, {found.failed} of them not read")
        print(f"body           precision {found.precision:.4f}  recall {found.recall:.4f}  F1 {found.f1:.4f}")
        for name, (right, asked) in found.exact.items():
            print(f"{name:14} {right} of {asked} exact: {right / asked:.4f}")
    if args.errors:
        for wrong in found.wrong:
            print(json.dumps(wrong, ensure_ascii=False, default=str))
    return 0


def read_pairs(file: Path) -> Iterator[Pair]:
    """The labelled pairs of a file. Raises InvalidDocument, naming the line and what is wrong with it."""
    from articles.evaluation import Pair

    try:
        lines = sys.stdin.read().splitlines() if str(file) == "-" else file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidDocument(f"{file} cannot be read: {error}.") from error
    count = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InvalidDocument(f"Line {number} is not JSON: {error}.") from error
        count += 1
        yield Pair(_text(given, "a", number), _text(given, "b", number), _label(given, number), _kind(given))
    if not count:
        raise InvalidDocument(f"There is no pair in {file}.")


def _text(given: Any, name: str, number: int) -> str:
    value = given.get(name) if isinstance(given, dict) else None
    if isinstance(value, dict):
        value = value.get("body") or value.get("text")
    if not isinstance(value, str):
        raise InvalidDocument(f'Line {number}: "{name}" must be a body, as a string.', field=name)
    return value


def _label(given: Any, number: int) -> bool:
    if not isinstance(given.get("duplicate"), bool):
        raise InvalidDocument(f'Line {number}: "duplicate" must be true or false.', field="duplicate")
    return bool(given["duplicate"])


def _kind(given: Any) -> str:
    return str(given.get("kind") or "")


def figures(score: Score) -> dict[str, float]:
    """What `--json` prints of a score."""
    return {
        "pairs": score.right + score.wrong + score.missed + score.spared,
        "precision": round(score.precision, 4),
        "recall": round(score.recall, 4),
        "f1": round(score.f1, 4),
    }


def row(kind: str, score: Score) -> str:
    pairs = score.right + score.wrong + score.missed + score.spared
    return f"{kind[:36]:36} {pairs:>6} {score.right:>6} {score.missed:>6} {score.wrong:>6}"


def shown(judged: Judged) -> str:
    pair, compared = judged.pair, judged.comparison
    what = "missed" if pair.duplicate else "wrong"
    bodies = " | ".join(repr(body[:SHOWN]) for body in (pair.a, pair.b))
    how = f"contained {compared.contained:.2f}, beginning {compared.lead:.2f}"
    how += f", numbers {compared.numbers:.2f}, names {compared.names:.2f}"
    return f"{what}: {pair.kind}: {how}{'' if judged.met else ', no key in common'}: {bodies}"
