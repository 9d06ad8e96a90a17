"""What a site sets into its articles as a whole: newsletters' boxes, polls, tables of contents; and mail headers."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import cache

from ingest.readers.dates import is_date_line, label_of
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.known import is_name
from ingest.readers.text.people import byline_of, note_about
from ingest.readers.text.vocabulary import normalise, vocabulary

_NEWSLETTER = re.compile(
    r"newsletter|rassegna|nieuwsbrief|nyhe[dt]sbrev|boletin|bulten|biuletyn|hirlevel|uutiskirje|рассылк|розсилк|bilten"
)
_ADDRESS = re.compile(
    r"\be-?mail|\binbox|\bcorreo|courriel|postfach|sign ?up|subscri|abonn|suscri|iscriv|inscri|zapisz"
    r"|подпи[сш]|підпи[сш]"
)
_ARROW = re.compile(r"\s*[>»›→▸►＞〉]\s*")
_LABELLED = re.compile(r"^(?P<label>[^:：]{1,24})\s?[:：]\s*(?P<value>\S.*)$")
_LONGEST_POLL = 14
_LONGEST_BOX = 4


def mark_boxes(entries: list[Entry]) -> None:
    """Mark what belongs to a box by the lines that open and close it."""
    _promotions(entries)
    _newsletters(entries)
    _polls(entries)
    _contents(entries)
    _repeated_captions(entries)
    _players(entries)
    _chronicle(entries)
    _paths(entries)
    _about_reporters(entries)
    _mail(entries)


def _promotions(entries: list[Entry]) -> None:
    """What stands between "skip past newsletter promotion" and its end."""
    opened = None
    for i, entry in enumerate(entries):
        if entry.units <= 5 and entry.key.startswith("skip past"):
            opened = i
        elif opened is not None and entry.units <= 5 and entry.key.startswith("after newsletter"):
            for between in entries[opened : min(i + 1, opened + 12)]:
                between.kind = Kind.PROMPT
            opened = None


def _newsletters(entries: list[Entry]) -> None:
    """ "Newsletter", what it promises in a line or two, "Subscribe"; what stands beside the field for an address."""
    for i, entry in enumerate(entries):
        if not entry.own and entry.units <= 3 and _NEWSLETTER.search(entry.key):
            box = entries[i + 1 : i + 4]
            last = next((k for k, other in enumerate(box) if other.kind is Kind.PROMPT and other.units <= 5), 0)
            if last and all(other.units <= 25 for other in box[:last]):
                for other in box[:last]:
                    other.kind = Kind.PROMPT
        if entry.kind is not Kind.PROMPT:
            continue
        addressed = _ADDRESS.search(entry.key) or _NEWSLETTER.search(entry.key)
        if addressed:
            _above_address(entries, i)
        below = entries[i + 1 : i + (3 if addressed else 2)]
        for k, other in enumerate(below):
            # What the letter brings, up to the next button.
            ended = k + 1 < len(below) and below[k + 1].kind is Kind.PROMPT
            speaks = _NEWSLETTER.search(other.key or normalise(other.text[:200]))
            promises = addressed and ended and (other.kind is not Kind.PARAGRAPH or other.text.endswith("!"))
            if not other.own or other.units > 28 or not (speaks or promises):
                break
            other.kind = Kind.PROMPT


def _above_address(entries: list[Entry], i: int) -> None:
    """The title and the promise of a newsletter: short lines between a paragraph and "Enter your email"."""
    if "mail" not in entries[i].key and not _NEWSLETTER.search(entries[i].key):
        return
    start = i
    while start and i - start < _LONGEST_BOX and entries[start - 1].own and entries[start - 1].units <= 14:
        if entries[start - 1].kind is Kind.PARAGRAPH:
            break
        start -= 1
    promised = entries[start:i]
    if not 1 <= len(promised) < _LONGEST_BOX or start == 0 or entries[start - 1].kind is not Kind.PARAGRAPH:
        return
    if all(entry.kind is Kind.SHORT for entry in promised) or len(promised) == 2:
        for entry in promised:
            entry.kind = Kind.PROMPT


def _polls(entries: list[Entry]) -> None:
    """ "Poll", a question, its answers a line each, "Vote"."""
    words = vocabulary()
    for i, entry in enumerate(entries):
        titled = entry.units <= 4 and words.label("opened", entry.key or normalise(entry.text)) is not None
        asks = entry.own and entry.units <= 24 and entry.text.rstrip("\"'”»").endswith(("?", "؟", "？", ";"))
        if not titled and not asks:
            continue
        last = None
        answers = 0
        for k in range(i + 1, min(i + _LONGEST_POLL, len(entries))):
            other = entries[k]
            if other.kind is Kind.PARAGRAPH and not (k <= i + 2 and other.text.rstrip().endswith(("?", "؟", "？"))):
                break
            if words.label("voted", other.key or normalise(other.text)) and other.units <= 5:
                last = k
            elif last is None:
                answers += other.kind in (Kind.SHORT, Kind.SENTENCE, Kind.FURNITURE) and other.units <= 12
            elif other.own:
                break
        if last is not None and answers >= 2 + titled:
            for other in entries[i : last + 1]:
                other.kind = Kind.FURNITURE


def _contents(entries: list[Entry]) -> None:
    """Runs of lines that all come again further down, each above a paragraph: a table of contents."""
    short = Counter(entry.key for entry in entries if entry.kind is Kind.SHORT and entry.key)
    if not any(count > 1 for count in short.values()):
        return
    heads: dict[str, int] = {}
    for i, entry in enumerate(entries[:-1]):
        if entry.kind is Kind.SHORT and entries[i + 1].kind in (Kind.PARAGRAPH, Kind.SENTENCE):
            heads[entry.key] = i
    run: list[int] = []
    for i, entry in enumerate(entries):
        if (
            entry.kind is Kind.SHORT
            and short[entry.key] > 1
            and not is_name(entry.text)
            and heads.get(entry.key, -1) > i + 1
        ):
            run.append(i)
            continue
        distinct = len({entries[k].key for k in run}) == len(run)
        if len(run) >= 2 and distinct and all(heads[entries[k].key] > run[-1] for k in run):
            for k in run:
                entries[k].kind = Kind.FURNITURE
        run = []


def _repeated_captions(entries: list[Entry]) -> None:
    """A picture's description above its caption, which says the same and whose picture it is."""
    for one, other in itertools.pairwise(entries):
        if other.kind is Kind.CAPTION and one.own and len(one.text) >= 20 and other.text.startswith(one.text[:-1]):
            one.kind = Kind.FURNITURE


def _players(entries: list[Entry]) -> None:
    """The length of a film or a recording, beside its buttons: a time where there is no live blog."""
    times = [i for i, entry in enumerate(entries) if entry.kind is Kind.TIME]
    buttons = (Kind.FURNITURE, Kind.CAPTION, Kind.PROMPT, Kind.CREDIT)
    if len(times) <= 2:
        for i in times:
            below = entries[i + 1].kind if i + 1 < len(entries) else Kind.FURNITURE
            if len(entries[i].text) <= 5 and below in buttons:
                entries[i].kind = Kind.FURNITURE


def _chronicle(entries: list[Entry]) -> None:
    """Dates that head the parts of a chronicle: two and more, each alone between paragraphs."""
    whole = (Kind.PARAGRAPH, Kind.SENTENCE)
    found = [
        i
        for i in range(1, len(entries) - 1)
        if entries[i].kind is Kind.DATE
        and label_of(entries[i].text) is None
        and entries[i - 1].kind in whole
        and entries[i + 1].kind in whole
    ]
    if len({entries[i].text for i in found}) > 1:
        for i in found:
            entries[i].kind = Kind.TIME


def _paths(entries: list[Entry]) -> None:
    """ "Gazette » Culture » Two hundred clocks": a path whose last step is the headline, which stands below."""
    for i, entry in enumerate(entries[:20]):
        if entry.kind is not Kind.SHORT or not _ARROW.search(entry.text):
            continue
        steps = tuple(step.strip() for step in _ARROW.split(entry.text) if step.strip())
        last = normalise(steps[-1]) if len(steps) > 1 else ""
        if len(last) > 8 and any(other.own and other.key.startswith(last) for other in entries[i + 1 : i + 12]):
            entry.kind, entry.steps = Kind.CRUMBS, steps


def _about_reporters(entries: list[Entry]) -> None:
    """Below a byline: "Ann Lee reported from Rome, and Bo Li from Oslo."."""
    for i in range(1, min(25, len(entries))):
        entry = entries[i]
        if entry.kind in (Kind.SENTENCE, Kind.PARAGRAPH) and entry.units <= 30 and note_about(entry.text):
            above = entries[i - 1]
            if above.own and above.units <= 20 and byline_of(above) is not None:
                entry.kind = Kind.FURNITURE


def _mail(entries: list[Entry]) -> None:
    """The lines above a copied e-mail: its subject is a headline, its date a date, the rest says who wrote to whom."""
    labels = _mail_labels()
    found: list[tuple[int, str, str]] = []
    for i, entry in enumerate(entries[:12]):
        match = _LABELLED.match(entry.text) if len(entry.text) <= 300 else None
        use = labels.get(normalise(match["label"])) if match else None
        if match and use:
            found.append((i, use, match["value"]))
        elif found:
            break
    uses = [use for _, use, _ in found]
    if len(found) < 3 or uses.count("subject") != 1 or "other" not in uses:
        return
    for i, use, value in found:
        entry = entries[i]
        if use == "subject":
            entry.kind, entry.block.text, entry.block.heading = Kind.SHORT, _bare_subject(value), 1
            entry.key = normalise(entry.block.text)
        else:
            entry.kind = Kind.DATE if use == "date" and is_date_line(value) else Kind.FURNITURE
            entry.steps, entry.value = (), ""
    for entry in entries[: found[0][0]]:
        entry.kind = Kind.FURNITURE


def _bare_subject(text: str) -> str:
    return re.sub(r"^(?:(?:re|fwd?|aw|wg|tr|rv|i|r|sv|vs|odp|пересл|ответ)\s?:\s*)+(?=\S)", "", text, flags=re.I)


@cache
def _mail_labels() -> dict[str, str]:
    return {key: use for use, table in vocabulary().mail.items() for key in table}
