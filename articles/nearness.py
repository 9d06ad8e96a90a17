"""Whether two bodies are nearly the same: keys under which candidates meet, and the comparison that decides.

Pure functions over the stored MinHash signature (docs/adr/0002-fingerprints.md) and the bodies themselves;
docs/adr/0007-near-duplicates.md says why each number is what it is.
"""

from __future__ import annotations

import base64
import re
import struct
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

BANDS = 24
"""Bands of two values: they miss one in a thousand of the copies with a Jaccard similarity of 1/2, 6 % with 1/3."""
LEAD_KEYS = 6
LEAD_WORDS = 60
LEAD_WIDTH = 6
MOST_KEYS = BANDS + LEAD_KEYS
"""Keys of one article: what it costs in the table."""
LEAST_SHINGLES = 12
"""A body with fewer is compared by its hash alone: a sentence that is alike proves nothing."""
LEAST_SHARED = ((25, 0.95), (80, 0.65))
"""What of a body with fewer shingles than these must be in the other, at least; of a longer one it is half."""

_WIDTH = 4
_UNSPACED_WIDTH = 8
_MOST_WORDS = 4_000
_KEY_BITS = 47
"""What SQLite keeps in six bytes; so wide that two keys meet by chance once in a thousand archives."""
_LEAD_BIT = 1 << (_KEY_BITS - 1)

_VALUES = 128
_HEADER = struct.Struct("<BI")
_SIGNATURE = struct.Struct(f"<BI{_VALUES}I")
_FORMAT = 1
# Scripts without spaces: Han, kana, Thai, Lao, Khmer, Burmese.
_UNSPACED = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED += "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0980-\u0dff"
_NUMBER = r"\d+(?:[.,:\u066b\u066c]\d+)*"
_WORD = re.compile(f"{_NUMBER}|[{_UNSPACED}]|(?:(?![{_UNSPACED}\\d])[\\w{_MARKS}])+|\\w")
_ASCII_WORD = re.compile(r"[a-z_]+|\d+(?:[.,:]\d+)*")
# A word within a sentence: what follows a word or a comma.
_INSIDE = re.compile(r"(?<=[\w,;] )\w{3,}")
_BEGINNING = 3
# Years are of the background, and of a copyright line.
_YEAR = re.compile(r"(?:19|20)\d\d")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")

Shingle = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A body as it is compared: distinct shingles (4 words, 8 characters), those of its first third, its numbers, and
    the words inside sentences that have a capital (names, and the nouns of German).
    """

    shingles: frozenset[Shingle]
    lead: frozenset[Shingle]
    numbers: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two bodies compare. `contained` is the share of the smaller that is in the larger, `resemblance` the share of
    all that is in either (Jaccard), `lead` the share of the smaller's first third, `numbers` that of its numbers,
    `names` that of its names; a name that begins like one of the other's counts as the same, spelt otherwise.
    """

    contained: float
    resemblance: float
    lead: float
    numbers: float
    names: float
    smaller: int
    larger: int

    @property
    def is_near(self) -> bool:
        """Whether one is a copy of the other: whole, cut, or edited.

        Less than half in common is a text of its own. Where it is little more, the beginning must be the same: what two
        articles of one publisher share by habit stands at their end. Texts that agree but for their numbers or names
        are two reports by one form (weather, markets, results); short texts must agree in more.
        """
        if self.smaller < LEAST_SHINGLES or self.numbers < (0.5 if self.contained >= 0.8 else 0.75) or self.names < 0.6:
            return False
        least = next((share for size, share in LEAST_SHARED if self.smaller < size), 0.5)
        return self.contained >= least and (self.lead >= 0.3 or self.contained >= 0.75)


def is_signature(data: bytes) -> bool:
    """Whether these bytes are a signature of the format that is compared."""
    return len(data) == _SIGNATURE.size and data[0] == _FORMAT


def unpack(near: str | None) -> bytes | None:
    """The signature in a document's `fingerprints.near`, as it is kept in a row; None where there is none."""
    if not near:
        return None
    try:
        data = base64.b64decode(near + "=" * (-len(near) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    return data if is_signature(data) else None


def keys(signature: bytes | None, body: str) -> tuple[int, ...]:
    """Under which an article is found: bands of its signature, and the rarest phrases of its beginning.

    The bands find what was edited anywhere. The beginning finds what was cut to a fifth and less, where the signatures
    have hardly a value in common. Empty for a body too short to be compared.
    """
    if signature is None:
        return ()
    _, shingles, *values = _SIGNATURE.unpack(signature)
    if shingles < LEAST_SHINGLES:
        return ()
    bands = {_hash(struct.pack("<BII", band, *values[2 * band : 2 * band + 2])) for band in range(BANDS)}
    return tuple(sorted(bands | _lead_keys(body)))


def is_lead(key: int) -> bool:
    """Whether a key is of a body's beginning."""
    return key >= _LEAD_BIT


@dataclass(frozen=True, slots=True)
class Estimate:
    """From two signatures: how much of the smaller body is in the larger, and its size as a share of the larger's."""

    contained: float
    ratio: float


def estimate(first: bytes, second: bytes) -> Estimate:
    """How two bodies are likely to compare. `contained` is off by a tenth at a `ratio` of a quarter, by more below."""
    # Imported with the first comparison: web processes, which compare nothing, start without it.
    import numpy as np

    a, b = _HEADER.unpack_from(first)[1], _HEADER.unpack_from(second)[1]
    smaller, larger = max(1, min(a, b)), max(1, a, b)
    values = (np.frombuffer(each, dtype="<u4", offset=_HEADER.size) for each in (first, second))
    jaccard = float(np.count_nonzero(np.equal(*values))) / _VALUES
    return Estimate(min(1.0, jaccard * (a + b) / (1 + jaccard) / smaller), smaller / larger)


def read(body: str) -> Text:
    """A body as it is compared; of a very long one the first 4,000 words. About 0.3 ms for 350 words."""
    words = _words(body, _MOST_WORDS)
    width = _width(words, _WIDTH, _UNSPACED_WIDTH)
    shingles = list(zip(*(words[offset:] for offset in range(width)), strict=False))
    numbers = frozenset(re.sub(r"\D", "", word) for word in words if word[0].isdigit() and not _YEAR.fullmatch(word))
    names = frozenset(word.casefold() for word in _INSIDE.findall(body[: 20 * _MOST_WORDS]) if word[0].isupper())
    return Text(frozenset(shingles), frozenset(shingles[: max(1, len(shingles) // 3)]), numbers, names)


def compare(one: Text, other: Text) -> Comparison:
    """How two bodies compare; the order does not matter."""
    smaller, larger = sorted((one, other), key=lambda text: len(text.shingles))
    shared = len(smaller.shingles & larger.shingles)
    union = len(smaller.shingles) + len(larger.shingles) - shared
    numbers = len(smaller.numbers)
    if len(smaller.shingles) > 0.8 * len(larger.shingles):
        # Of much the same length: neither may have many numbers of its own.
        numbers = max(numbers, len(larger.numbers))
    common = len(smaller.numbers & larger.numbers) / numbers if smaller.numbers and larger.numbers else 1.0
    return Comparison(
        contained=shared / max(1, len(smaller.shingles)),
        resemblance=shared / max(1, union),
        lead=len(smaller.lead & larger.shingles) / max(1, len(smaller.lead)),
        numbers=common,
        names=_names_in_common(smaller, larger),
        smaller=len(smaller.shingles),
        larger=len(larger.shingles),
    )


def _names_in_common(smaller: Text, larger: Text) -> float:
    # A form that is filled in twice gives texts of one length; what was cut may end with the names of its editors.
    if not smaller.names or not larger.names or len(smaller.shingles) < 0.8 * len(larger.shingles):
        return 1.0
    begins = {name[:_BEGINNING] for name in larger.names}
    return sum(1 for name in smaller.names if name[:_BEGINNING] in begins) / len(smaller.names)


def _words(text: str, most: int) -> list[str]:
    # Characters first: nobody reads ten million of them to get four thousand words.
    text = text[: 20 * most]
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())[:most]
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())[:most]


def _width(words: list[str], spaced: int, unspaced: int) -> int:
    singles = sum(1 for word in words if len(word) == 1 and word > "\u0e00" and _IS_UNSPACED.match(word))
    return unspaced if 2 * singles > len(words) else spaced


def _lead_keys(body: str) -> set[int]:
    words = _words(body, 3 * LEAD_WORDS)
    width = _width(words, LEAD_WIDTH, 2 * LEAD_WIDTH)
    words = words[: LEAD_WORDS * (1 if width == LEAD_WIDTH else 3)]
    phrases = {" ".join(words[at : at + width]) for at in range(len(words) - width + 1)}
    # The least hashes: two beginnings that share most of their phrases share most of these.
    least = sorted(_hash(phrase.encode("utf-8", "replace")) for phrase in phrases)[:LEAD_KEYS]
    return {_LEAD_BIT | key for key in least}


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little") % _LEAD_BIT
