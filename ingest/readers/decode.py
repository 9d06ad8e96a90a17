"""Bytes to text: byte order mark, what the caller says, what a page says of itself, UTF-8, then a guess."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from itertools import pairwise

from newsapi.errors import InvalidDocument

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF-": "a PDF file",
    b"\x1f\x8b": "gzip data",
    b"PK\x03\x04": "a zip archive (or an Office document)",
    b"PK\x05\x06": "a zip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"\x7fELF": "a program",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"OggS": "an Ogg file",
    b"ID3": "an MP3 file",
    b"\x00\x00\x01\x00": "an icon",
    b"SQLite format 3": "a SQLite database",
    b"wOFF": "a font",
    b"wOF2": "a font",
    b"RIFF": "a media file",
}
# The WHATWG Encoding Standard reads these labels as the wider Windows code page.
_WIDER = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
    "big5": "big5hkscs",
    "iso8859-11": "cp874",
}
_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""",
    re.I,
)
_CONTROL = bytes(code for code in range(32) if code not in (9, 10, 12, 13, 27)) + b"\x7f"
# What Windows-1252 leaves undefined becomes U+FFFD, as in browsers (which use controls): no input is refused for it.
SAMPLE = 65_536


def decode(data: bytes, charset: str | None = None, *, html: bool = False) -> str:
    """The text of `data`, without byte order mark. `charset` is what the sender says; `html` looks for <meta charset>.

    Raises InvalidDocument (code `binary_document`) for what is no text: archives, images, NUL-ridden data.
    """
    if not data:
        return ""
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data.decode(codec, "replace").removeprefix("\ufeff")
    _refuse_binary(data)
    # Pages that have moved to UTF-8 often still call themselves something else; by chance nothing else is valid UTF-8.
    unicode = None if data.isascii() else _strict(data, "utf-8")
    for name in (charset, _declared(data) if html else None):
        codec_name = _codec(name)
        if unicode is not None and codec_name and codec_name.startswith(("cp125", "iso8859", "koi8", "mac")):
            return unicode
        if codec_name and (text := _strict(data, codec_name)) is not None:
            return text
    utf16 = _utf16_without_mark(data) if b"\x00" in data[:SAMPLE] else None
    if utf16 and (text := _strict(data, utf16)) is not None:
        return text
    if (text := _strict(data, "utf-8")) is not None:
        return text
    if _mostly_utf8(data):
        return data.decode("utf-8", "replace")
    return _guess(data, _codec(charset))


def _codec(name: str | None) -> str | None:
    if not name:
        return None
    plain = name.strip(" \"'").lower()
    plain = _WIDER.get(plain, plain)
    try:
        info = codecs.lookup(plain)
        found = _WIDER.get(info.name, info.name)
        # base64, zip, rot13 and the like are codecs to Python too, and not of text.
        "".encode(found)
    except (LookupError, ValueError):
        return None
    return (
        None if found in ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7") else found
    )


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _declared(data: bytes) -> str | None:
    found = _META.search(data[:4096])
    if not found:
        return None
    name = (found[1] or found[2]).decode("ascii", "replace").lower()
    # A page whose <meta> could be read byte by byte is not UTF-16, whatever it says (WHATWG).
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else name


def _refuse_binary(data: bytes) -> None:
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    # A magic number of printable characters may begin a text, too.
    if kind and (kind == _MAGIC[b"%PDF-"] or not _printable(data[:64])):
        raise InvalidDocument(
            f"The document is {kind}, not text. Send the text or the HTML of the article.",
            code="binary_document",
            title="The document is not text",
        )
    sample = data[:SAMPLE]
    nuls = sample.count(0)
    if nuls and _utf16_without_mark(data):
        return
    control = len(sample) - len(sample.translate(None, _CONTROL))
    if (control > 8 and control > len(sample) // 20) or control == len(sample):
        raise InvalidDocument(
            f"The document is not text: {control} of the first {len(sample)} bytes are control codes.",
            code="binary_document",
            title="The document is not text",
        )


def _printable(sample: bytes) -> bool:
    return all(32 <= byte < 127 or byte in (9, 10, 13) for byte in sample)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 of an alphabet has very few values (the block) in every second byte, zero (for spaces) among them."""
    sample = data[:4096]
    if len(sample) < 8 or len(data) % 2:
        return None
    for odd, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        blocks, letters = Counter(sample[odd::2]), Counter(sample[1 - odd :: 2])
        half = len(sample) // 2
        few = blocks.most_common(2)
        if (
            0 in blocks
            and sum(count for _, count in few) > half * 0.9
            and all(block < 0x20 for block, _ in few)
            and letters[0] < half * 0.05
            and len(letters) > len(few) + 1
        ):
            return codec
    return None


def _mostly_utf8(data: bytes) -> bool:
    """UTF-8 with a few bytes broken, such as a text cut in the middle of a character."""
    sample = data[:SAMPLE]
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for char in text if char > "\x7f") - bad
    return bad > 0 and (good > 20 * bad or (bad <= 2 and good > 4 * bad))


# Code page, letters beyond ASCII of one of its languages, and the commonest of them (of alphabets of their own).
_CANDIDATES = (
    ("cp1252", "äöüß", ""),
    ("cp1252", "àâçéèêëîïôûùüœ", ""),
    ("cp1252", "áéíóúñü¿¡ªº", ""),
    ("cp1252", "áâãàçéêíóôõúªº", ""),
    ("cp1252", "àèéìòù", ""),
    ("cp1252", "åäöæøé", ""),
    # Latvian before Turkish, and that before Icelandic: the later has the bytes of the earlier, and more.
    ("cp1257", "āčēģīķļņšūž", ""),
    ("cp1254", "çğıöşüâîû", ""),
    ("cp1252", "áðéíóúýþæö", ""),
    ("cp1252", "ëç", ""),
    ("cp1251", "абвгдежзийклмнопрстуфхцчшщъыьэюяё", "оеаинтсрвл"),
    ("cp1251", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяў", "оаинвитерс"),
    ("cp1251", "абвгдђежзијклљмнњопрстћуфхцчџшѓќѕ", "аоиентрсјв"),
    ("koi8_u", "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїє", "оеаинтсрвл"),
    ("cp1250", "ąćęłńóśźż", ""),
    ("cp1250", "áčďéěíňóřšťúůýž", ""),
    ("cp1250", "áäčďéíĺľňóôŕšťúýž", ""),
    ("cp1250", "áéíóöőúüű", ""),
    ("cp1250", "čćđšž", ""),
    ("cp1250", "ăâîşţ", ""),
    ("cp1253", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "αοιετσνηρπςίό"),
    ("cp1255", "אבגדהוזחטיךכלםמןנסעףפץצקרשת", "יוהלאמרתבש"),
    ("cp1256", "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئءپچژگ،؟ًٌٍَُِّْ", "اليمونترةهب"),
    ("cp1257", "ąčęėįšųūž", ""),
    ("cp1257", "äöüõšž", ""),
    ("cp874", "".join(chr(code) for code in range(0xE01, 0xE5C)), "านรกอเงมยลวดทสตะ่้ัี"),
)
_MARKS = frozenset("’‘“”„‚–—…«»‹›·•€£§°©®™№\u00a0")


def _guess(data: bytes, declared: str | None) -> str:
    sample = data[:SAMPLE]
    high = sum(1 for byte in sample if byte > 127)
    multi = _east_asian(sample, high)
    if multi:
        return data.decode(multi, "replace")
    best, best_score = "cp1252", 0.0
    for codec, letters, common in _CANDIDATES:
        text = sample.decode(codec, "replace")
        above = [char for char in text if char > "\x7f"]
        score = _fitness(above, letters, common) - _unlikely(text) / max(1, len(above))
        if codec == declared:
            score += 0.1
        if codec == "cp1255" and len(above) >= 12 and not any(byte in sample for byte in _NOT_HEBREW):
            score += 0.05
        # Code pages of the Latin script share most letters: the commonest wins unless another is clearly better.
        if score > best_score + 0.02:
            best, best_score = codec, score
    return data.decode(best, "replace")


def _fitness(above: list[str], letters: str, common: str) -> float:
    """How many characters are letters of the language; of an alphabet of its own, a good part must be its commonest."""
    wanted = {*letters, *letters.upper(), *_MARKS}
    share = sum(char in wanted for char in above) / max(1, len(above))
    if not common:
        return share
    own = [char.lower() for char in above if char not in _MARKS]
    frequent = sum(char in common for char in own) / max(1, len(own))
    return 0.6 * share + 0.4 * min(1.0, frequent / 0.55)


# Bytes that Cyrillic text has and Hebrew has not: capitals and the last letters of the alphabet.
_NOT_HEBREW = bytes((*range(0xC0, 0xE0), 0xFB, 0xFC, 0xFF))


def _unlikely(text: str) -> int:
    """How often case or alphabet changes inside a word, as they do when the code page is wrong."""
    found = 0
    for a, b in pairwise(text):
        if b > "\x7f" and b.isalpha():
            found += (a.islower() and b.isupper()) or (a.isascii() and a.isalpha() and b > "\u036f")
    return found


def _east_asian(sample: bytes, high: int) -> str | None:
    """The double-byte code page whose commonest characters a text consists of; None if none decodes it throughout."""
    if high < 8:
        return None
    shares: dict[str, float] = {}
    for codec in ("euc_jp", "cp932", "cp949", "gb18030", "big5hkscs"):
        text = _all_but_the_end(sample, codec)
        above = [char for char in text or "" if char > "\x7f"][:2000]
        if not above:
            continue
        shares[codec] = _share(above, codec)
    if max(shares.get("euc_jp", 0), shares.get("cp932", 0)) > 0.25:
        return "euc_jp" if shares.get("euc_jp", 0) >= shares.get("cp932", 0) else "cp932"
    if shares.get("cp949", 0) > 0.85:
        return "cp949"
    best = max(("gb18030", "big5hkscs"), key=lambda codec: shares.get(codec, 0))
    return best if shares.get(best, 0) > 0.7 else None


def _all_but_the_end(sample: bytes, codec: str) -> str | None:
    try:
        return sample.decode(codec)
    except UnicodeDecodeError as error:
        # A sample may end within a character.
        if error.start < len(sample) - 4:
            return None
        return sample[: error.start].decode(codec)


def _share(above: list[str], codec: str) -> float:
    """The share of characters that are kana (Japanese), Hangul (Korean) or of the commonest rows of the code page."""
    if codec in ("euc_jp", "cp932"):
        # Half-width katakana is what a wrong guess gives.
        return sum("\u3041" <= char <= "\u30ff" for char in above) / len(above)
    if codec == "cp949":
        return sum("\uac00" <= char <= "\ud7a3" for char in above) / len(above)
    first, last = (0xB0, 0xD7) if codec == "gb18030" else (0xA4, 0xC6)
    common = 0
    for char in above:
        try:
            lead = char.encode("gb2312" if codec == "gb18030" else "big5")[0]
        except UnicodeEncodeError:
            continue
        common += (
            first <= lead <= last or "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef" or char in "“”‘’—…"
        )
    return common / len(above)
