"""Fingerprints of a body: a hash for "the same text", a MinHash signature for "nearly the same".

Both are stored with every article and compared over years: nothing in here may change without a new `FORMAT`, and
docs/adr/0002-fingerprints.md says why each parameter is what it is.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from enrich.enrichment import Fingerprints

VERSION = "fingerprints-1"

FORMAT = 1
PERMUTATIONS = 128
WORD_SHINGLE = 4
HAN_SHINGLE = 6
UNSPACED_SHINGLE = 12

_SEED = 0x6E657773
_CHUNK = 4096
_HEADER = struct.Struct("<BI")
_U64 = npt.NDArray[np.uint64]

# Letters, digits and the marks that belong to them; `\w` alone would cut Indic and Thai words at their vowel signs.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0963\u0980-\u0dff\u0e31"
    "\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
)
_HAN = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(f"[{_HAN}]|[{_UNSPACED}]|(?:(?![{_HAN}{_UNSPACED}])[\\w{_MARKS}])+")
_SPACED_WORD = re.compile(f"[\\w{_MARKS}]+")
_ASCII_WORD = re.compile(r"[a-z0-9_]+")
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_HAS_UNSPACED = re.compile(f"[{_HAN}{_UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Signature:
    """A decoded `near`: the number of distinct shingles and, per permutation, the least 32-bit hash over them."""

    shingles: int
    values: npt.NDArray[np.uint32]


def normalise(body: str) -> str:
    """NFKC, casefolded, the words (letters, marks, digits) parted by single spaces: what the content hash is of."""
    if body.isascii():
        words = _ASCII_WORD.findall(body.lower())
    else:
        words = _SPACED_WORD.findall(unicodedata.normalize("NFKC", body).casefold())
    return " ".join(words) if words else " ".join(body.split())


def fingerprint(body: str | None) -> Fingerprints | None:
    """Both fingerprints of a body; None where there is none.

    `content` is the SHA-256 of the normalised body in UTF-8, as 64 hex digits. `near` is, in base64url without padding,
    the format (1 byte), the number of distinct shingles (4 bytes, little endian) and 128 MinHash values (4 bytes each).
    """
    if not body or not body.strip():
        return None
    text = normalise(body)
    content = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Fingerprints(content=content, near=_encode(_signature(text)))


def decode(near: str) -> Signature:
    """The signature in a `near`. Raises ValueError where it is none, or of another format."""
    try:
        data = base64.b64decode(near + "=" * (-len(near) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise ValueError("not a signature: not base64url") from error
    if len(data) != _HEADER.size + 4 * PERMUTATIONS or data[0] != FORMAT:
        raise ValueError("not a signature of this format")
    return Signature(_HEADER.unpack_from(data)[1], np.frombuffer(data, dtype="<u4", offset=_HEADER.size))


def estimate_jaccard(a: str, b: str) -> float:
    """How much two bodies share of all that is in either, 0 to 1, from their `near`; standard error below 0.045."""
    first, second = decode(a), decode(b)
    return float(np.count_nonzero(first.values == second.values)) / PERMUTATIONS


def estimate_containment(a: str, b: str) -> float:
    """How much of the smaller body is in the larger, 0 to 1: near 1 for a text and its first half.

    From |A∩B| = J (|A| + |B|) / (1 + J), with the stored numbers of shingles.
    """
    first, second = decode(a), decode(b)
    jaccard = float(np.count_nonzero(first.values == second.values)) / PERMUTATIONS
    smaller = min(first.shingles, second.shingles)
    shared = jaccard * (first.shingles + second.shingles) / (1 + jaccard)
    return min(1.0, shared / smaller) if smaller else 0.0


def warm() -> None:
    """Make the permutations now and not with the first body."""
    fingerprint("one two three four five")


@cache
def _permutations() -> tuple[_U64, _U64]:
    """Odd multipliers and increments of a multiply-shift family, from a counter through SplitMix64: fixed for ever."""
    mixed = _mix(np.arange(1, 2 * PERMUTATIONS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(_SEED))
    return (mixed[:PERMUTATIONS] | np.uint64(1)).reshape(-1, 1), mixed[PERMUTATIONS:].reshape(-1, 1)


def _mix(values: _U64) -> _U64:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _shingles(text: str) -> _U64:
    """Distinct 64-bit hashes of the shingles of a normalised text."""
    if text.isascii() or _HAS_UNSPACED.search(text) is None:
        words, width = text.split(" "), WORD_SHINGLE
    else:
        words = _WORD.findall(text)
        han, unspaced = len(_HAN_CHARACTER.findall(text)), len(_UNSPACED_CHARACTER.findall(text))
        spaced = len(words) - han - unspaced
        width = WORD_SHINGLE
        if max(han, unspaced) > spaced:
            width = HAN_SHINGLE if han >= unspaced else UNSPACED_SHINGLE
    digest: Any = xxhash.xxh64_intdigest
    known = {word: digest(word.encode("utf-8", "replace")) for word in set(words)}
    hashes = np.array([known[word] for word in words], dtype=np.uint64)
    width = min(width, len(words))
    count = len(words) - width + 1
    rolled = np.zeros(count, dtype=np.uint64)
    for offset in range(width):
        # Each place in the shingle has its own multiplier (the repeated product), so that order counts.
        rolled = rolled * np.uint64(0xD6E8FEB86659FD93) + hashes[offset : offset + count]
    return np.unique(_mix(rolled))


def _signature(text: str) -> Signature:
    shingles = _shingles(text)
    multipliers, increments = _permutations()
    least = np.full(PERMUTATIONS, 0xFFFFFFFF, dtype=np.uint32)
    for start in range(0, len(shingles), _CHUNK):
        chunk = shingles[start : start + _CHUNK]
        # The least of the products has the least upper half: shift after the minimum, on 128 values only.
        hashed = multipliers * chunk
        hashed += increments
        least = np.minimum(least, (hashed.min(axis=1) >> np.uint64(32)).astype(np.uint32))
    return Signature(len(shingles), least)


def _encode(signature: Signature) -> str:
    data = _HEADER.pack(FORMAT, signature.shingles) + signature.values.astype("<u4").tobytes()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
