"""From a pasted text to blocks: characters cleaned, lines numbered, hard-wrapped lines joined to paragraphs."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass

# Line ends that count as such in an editor; the others (vertical tab, U+2028, …) break a line but keep its number.
_LINES = re.compile(r"\r\n|\n|\r")
_SOFT_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Zero-width joiners are letters' business in Arabic script and India, so they stay; direction marks and the like go.
_JUNK = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_ENTITY = re.compile(r"&(?:amp|nbsp|quot|apos|lt|gt|[lr][sd]quo|[nm]dash|hellip|laquo|raquo|bull|middot|#\d{2,5});")
_MARKDOWN_IMAGE = re.compile(r"^!\[([^\]\n]{0,500})\]\((\S{1,2000}?)(?: [^)\n]{0,300})?\)$")
_MARKDOWN_LINK = re.compile(r"(?<!!)\[([^\[\]\n]{1,300})\]\((?:https?:|/|#|mailto:)[^()\s]{0,1000}\)")
_HEADING = re.compile(r"^(#{1,6})\s+(\S.*)$", re.S)
_STRONG = re.compile(r"^(\*\*|__)(?=\S)([^*_\n]{1,400})\1$")
_EDITED = re.compile(
    r"(?<=[。」』”！？])\s?[（(【\[](?:責任)?(?:編輯|编辑|譯者|责编|責編)[：:／/][^（()）】\]]{2,30}[）)】\]]\s?\d{0,8}$"
)
_CELLS = re.compile(r"\t|(?<=\S)[ ]{6,}(?=\S)")
_QUOTED = re.compile(r"^(?:>[ ]?)+")
_RULE = re.compile(r"^[\W_]+$")
_UNCLOSED = re.compile(r"[.!?”»\"…]\s?/\s?[A-Za-z][\w .-]{1,30}$")
_SIGNATURE = re.compile(r"\s*[/(\[（][^/()\[\]（）]{2,40}[/)\]）]$")
_ENDS = ".。!?…؟।॥۔։።៕၊။！？﹒｡"
_CLOSERS = "\"'”’»›)]}」』）】》〉*_"
_WRAP_WIDTHS = range(38, 125)
_DIVIDED = re.compile(r"([^\W\d_]{2,30})[-\u2010]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_HYPHENATED = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_AND_WORDS = "und oder bzw sowie and or to en of och og ou et y o e i lub"
_ELLIPTIC = frozenset(_AND_WORDS.split())
"""Words after a hyphen that stands for the rest of a word: "Nord- und Südseite"."""
_FIRST_PARTS = (
    "well self non ex anti mid long short high low old new half two three four five six seven eight nine ten twenty "
    "thirty forty fifty sixty seventy eighty ninety co pre post all full part time first second third last least most "
    "year day month week man make one cross near vice mother father sister brother son daughter so same free state "
    "left right far large small re semi multi counter quasi pro demi mi sous celui celle ceux celles est dit"
)
_COMPOUNDING = frozenset(_FIRST_PARTS.split())
"""First parts of words that keep their hyphen where a line is broken at it."""


@dataclass(slots=True, eq=False)
class Block:
    """A paragraph or single line: `lines` are its 1-based input lines; `gap`: an empty line stands before it.

    `heading` is the level of a Markdown heading or 0; `image` the address of a Markdown image, whose caption is `text`.
    """

    text: str
    lines: tuple[int, ...]
    gap: bool
    heading: int = 0
    image: str | None = None


def ends_sentence(text: str) -> bool:
    """Whether a text ends as sentences do, closing quotes and brackets aside."""
    tail = text[-60:]
    if tail[-1:] in "/)]）" and (signature := _SIGNATURE.search(tail)) and ends_sentence(tail[: signature.start()]):
        return True
    if "/" in tail and (unclosed := _UNCLOSED.search(tail)):
        tail = tail[: unclosed.start() + 1]
    tail = tail[-12:].rstrip(_CLOSERS + " ")
    return bool(tail) and tail[-1] in _ENDS


def clean(text: str) -> str:
    """Whitespace normalised and invisible characters removed; quotes and dashes stay as written."""
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\ufffd", "")
    text = _JUNK.sub("", text)
    if "&" in text:
        text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
    return " ".join(text.split())


def split(text: str) -> list[Block]:
    """The blocks of a text, in order. Lines of nothing but punctuation are left out, as are empty ones."""
    rows: list[tuple[int, str, bool, bool]] = []
    gap = False
    lines = _LINES.split(text)
    quoted = _is_quoted(lines)
    begun = False
    for number, line in enumerate(lines, 1):
        if quoted:
            line = _QUOTED.sub("", line)
        cells = _CELLS.search(line)
        begun = begun or (len(line) > 100 and not cells)
        parts = _SOFT_BREAKS.split(line) if _SOFT_BREAKS.search(line) else [line]
        if not begun and cells:
            # What stands side by side above an article are cells of the page's head.
            parts = [cell for part in parts for cell in _CELLS.split(part)]
        for part in parts:
            cleaned = clean(part)
            if not cleaned:
                gap = True
                continue
            if len(cleaned) < 200 and _RULE.match(cleaned) and "©" not in cleaned:
                gap = True
                continue
            rows.append((number, cleaned, gap, part[:1] in " \t\u3000" and len(part) > 40))
            gap = False
    return [_markdown(block) for block in _join(rows)]


def _is_quoted(lines: list[str]) -> bool:
    """Whether a text was copied from the answer to an e-mail: most of its lines begin with ">"."""
    first = next((i for i, line in enumerate(lines[:20]) if line.startswith(">")), None)
    if first is None:
        return False
    quoted = sum(line.startswith(">") for line in lines)
    return quoted >= 3 and quoted >= 0.7 * sum(1 for line in lines[first:] if line.strip())


def _markdown(block: Block) -> Block:
    text = block.text
    if text[0] == "#" and (match := _HEADING.match(text)):
        block.heading, text = len(match[1]), match[2].rstrip("# ").strip() or text
    if text[0] in "*_" and (match := _STRONG.match(text)):
        text = match[2].strip()
    if text[0] == "!" and (match := _MARKDOWN_IMAGE.match(text)):
        block.image, text = match[2], match[1].strip()
    if "](" in text and len(text) < 20_000:
        text = _MARKDOWN_LINK.sub(r"\1", text)
    # Xinhua's sign of the end, and the Central News Agency's: "（編輯：張雅淨）1150508".
    text = text.removesuffix(" Enditem")
    block.text = (_EDITED.sub("", text) if text[-1:].isdigit() or text[-1:] in "）)】]" else text) or text
    return block


def _join(rows: list[tuple[int, str, bool, bool]]) -> list[Block]:
    """Runs of lines without an empty one between them are joined where they are wrapped at a width."""
    runs: list[list[tuple[int, str, bool, bool]]] = []
    for row in rows:
        if runs and not row[2]:
            runs[-1].append(row)
        else:
            runs.append([row])
    widths = [_wrap_width([text for _, text, _, _ in run]) if len(run) > 1 else 0 for run in runs]
    # What is wrapped in one place is wrapped in all: a run of two lines alone may not show it.
    usual = max(widths, default=0)
    words = _Words(rows) if usual else None
    blocks: list[Block] = []
    for run, width in zip(runs, widths, strict=True):
        if not width and usual and len(run) > 1 and max(len(text) for _, text, _, _ in run) <= usual + 3:
            width = usual
        pieces: list[str] = []
        lines: list[int] = []
        gap = run[0][2]
        for i, (number, text, _, indented) in enumerate(run):
            if i and width and not indented and _continues(run[i - 1][1], text, width):
                before = pieces[-1]
                if words and (divided := _DIVIDED.search(before)):
                    pieces[-1], joint = words.joined(before, divided[1], text)
                    pieces.append(joint)
                else:
                    pieces.append("" if _unspaced(before[-1], text[0]) else " ")
            elif i:
                blocks.append(Block("".join(pieces), tuple(lines), gap))
                pieces, lines, gap = [], [], False
            pieces.append(text)
            lines.append(number)
        blocks.append(Block("".join(pieces), tuple(lines), gap))
    return blocks


class _Words:
    """How words divided at a line's end are put together again: "con-" and "nect", but "well-" and "known"."""

    def __init__(self, rows: list[tuple[int, str, bool, bool]]) -> None:
        self._rows = rows
        self._known: frozenset[str] | None = None

    def joined(self, before: str, left: str, after: str) -> tuple[str, str]:
        """The line `before`, which ends in `left` and a hyphen, as it is to be, and what joins it to `after`."""
        found = _FIRST_WORD.match(after)
        right = found[0] if found else ""
        if not right or right.casefold() in _ELLIPTIC:
            return before, " " if right else ""
        if not (left[-1:].islower() and right[:1].islower()):
            return before, ""
        if self._known is None:
            # A word with its hyphen in the middle of a line is spelt so.
            spelt = (word for _, text, _, _ in self._rows for word in _HYPHENATED.findall(text.casefold()))
            self._known = frozenset(spelt)
        if f"{left}-{right}".casefold() in self._known or left.casefold() in _COMPOUNDING:
            return before, ""
        return before[:-1], ""


def _wrap_width(lines: list[str]) -> int:
    """The width at which a run of lines is wrapped, or 0. Wrapped lines are filled: the next word had no room."""
    if len(lines) < 2:
        return 0
    width = max(len(line) for line in lines)
    if width not in _WRAP_WIDTHS:
        return 0
    # A short last line of a paragraph or a headline above must not hide the wrapping: only long lines count.
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if len(a) >= width * 0.7]
    if not pairs:
        return 0
    open_ended = sum(not ends_sentence(a) for a, _ in pairs)
    flowing = sum(b[0].islower() or a[-1] in ",;-–—" for a, b in pairs)
    cased = sum(b[0].islower() or b[0].isupper() for _, b in pairs)
    filled = sum(len(a) + 1 + _first_word(b) > width for a, b in pairs)
    if len(lines) == 2:
        return width if open_ended and flowing and filled else 0
    if open_ended < len(pairs) * 0.5:
        return 0
    if cased >= len(pairs) * 0.5:
        return width if flowing >= len(pairs) * 0.4 else 0
    return width if filled >= len(pairs) * 0.8 and len(pairs) >= 2 else 0


def _first_word(line: str) -> int:
    return len(line.split(" ", 1)[0]) if not _unspaced(line[0], line[0]) else 1


def _continues(before: str, line: str, width: int) -> bool:
    if len(before) < width * 0.6:
        return False
    if line[0] in "-–—•*·" and line[1:2] == " ":
        return False
    if ends_sentence(before) and len(before) + 1 + _first_word(line) < width * 0.9:
        return False
    return len(before) + 2 + _first_word(line) > width * 0.85


def _unspaced(a: str, b: str) -> bool:
    """Whether two characters meet without a space: Chinese, Japanese."""
    return ("\u2e80" <= a <= "\u9fff" and "\u2e80" <= b <= "\u9fff") or ("\uff00" <= a <= "\uffef" and b > "\u2e80")
