"""In which language a text is written: script first, then frequent words and letters, then n-grams (py3langid).

The n-gram model is good at bodies and poor at headlines, and takes a second to load; frequent words decide most texts
without it. What identifies each language is in data/languages.tsv.
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from enrich.compiled import compiled, mapped
from enrich.enrichment import Language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

VERSION = "language-1"

_DATA = Path(__file__).parent / "data" / "languages.tsv"
LONGEST = 2_000
"""Characters of a text that are looked at: its beginning, middle and end."""
_N_GRAM_BYTES = 700

# First code point of a range, its script; "" is no letter of any script told apart here.
_RANGES = (
    (0x0000, ""), (0x0041, "Latn"), (0x02B0, ""), (0x0370, "Grek"), (0x0400, "Cyrl"), (0x0530, "Armn"),
    (0x0590, "Hebr"), (0x0600, "Arab"), (0x0700, "Syrc"), (0x0750, "Arab"), (0x0780, "Thaa"), (0x07C0, ""),
    (0x0870, "Arab"), (0x0900, "Deva"), (0x0980, "Beng"), (0x0A00, "Guru"), (0x0A80, "Gujr"), (0x0B00, "Orya"),
    (0x0B80, "Taml"), (0x0C00, "Telu"), (0x0C80, "Knda"), (0x0D00, "Mlym"), (0x0D80, "Sinh"), (0x0E00, "Thai"),
    (0x0E80, "Laoo"), (0x0F00, "Tibt"), (0x1000, "Mymr"), (0x10A0, "Geor"), (0x1100, "Hang"), (0x1200, "Ethi"),
    (0x13A0, ""), (0x1780, "Khmr"), (0x1800, "Mong"), (0x18B0, ""), (0x1C90, "Geor"), (0x1CC0, ""), (0x1E00, "Latn"),
    (0x1F00, "Grek"), (0x2000, ""), (0x2D30, "Tfng"), (0x2D80, "Ethi"), (0x2DE0, ""), (0x3005, "Hani"), (0x3008, ""),
    (0x3041, "Kana"), (0x3100, ""), (0x3130, "Hang"), (0x3190, ""), (0x31F0, "Kana"), (0x3200, ""), (0x3400, "Hani"),
    (0x4DC0, ""), (0x4E00, "Hani"), (0xA000, ""), (0xA640, "Cyrl"), (0xA6A0, ""), (0xA720, "Latn"), (0xA800, ""),
    (0xA8E0, "Deva"), (0xA900, ""), (0xA960, "Hang"), (0xA980, ""), (0xAB30, "Latn"), (0xAB70, ""), (0xAC00, "Hang"),
    (0xD7B0, "Hang"), (0xD800, ""), (0xF900, "Hani"), (0xFB00, "Latn"), (0xFB13, "Armn"), (0xFB1D, "Hebr"),
    (0xFB50, "Arab"), (0xFE00, ""), (0xFE70, "Arab"), (0xFEFF, ""), (0xFF21, "Latn"), (0xFF66, "Kana"),
    (0xFFA0, "Hang"), (0xFFE0, ""), (0x20000, "Hani"), (0x32000, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _RANGES]
_SCRIPTS = [script for _, script in _RANGES]
_ONE_LANGUAGE = {
    **{"Grek": "el", "Armn": "hy", "Syrc": "syr", "Thaa": "dv", "Guru": "pa", "Gujr": "gu", "Orya": "or"},
    **{"Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Thai": "th", "Laoo": "lo", "Tibt": "bo"},
    **{"Mymr": "my", "Geor": "ka", "Hang": "ko", "Khmr": "km", "Mong": "mn", "Tfng": "zgh", "Kana": "ja"},
}
# A Chinese character says what two letters do, and more.
_WEIGHTS = {"Hani": 2.5, "Kana": 1.5, "Hang": 2.0}
# Of the reformed Japanese characters those that Chinese writes neither in simplified nor in traditional form.
_JAPANESE = frozenset(
    "発経済対総関円実気売変広図駅験検権観応圧囲価伝両児悪営栄桜仮拡覚帰拠県険厳鉱剤雑釈収従縦粛処焼証奨乗浄譲歩毎浜払仏"
    "辺豊訳薬様頼覧緑塁齢労録働込畑戦銭繊増臓続帯滝択沢単団弾遅庁聴鉄転徳読悩脳廃拝抜"
)
# What the n-gram model calls its languages, where we call them otherwise.
_N_GRAM_NAMES = {"nb": "no", "arz": "ar", "ary": "ar", "sdh": "ckb", "wuu": "zh", "yue": "zh", "uzs": "uz", "hbo": "he"}
# Languages without frequent words in the data: only the n-grams know them.
_RARE = ("zu", "xh", "yo", "ig", "ht", "mg", "rw", "sn", "st", "oc", "br", "fy", "gd", "tk", "jv", "om")
_RARE_PRIOR = 3.5
# What callers say for what we call otherwise, and what they may mean with it.
_HINTS: dict[str, tuple[str, ...]] = {
    **{"nb": ("no",), "iw": ("he",), "in": ("id",), "fil": ("tl",), "cmn": ("zh",), "yue": ("zh",), "mo": ("ro",)},
    **{"sh": ("sr", "hr", "bs"), "cnr": ("sr", "bs"), "prs": ("fa",), "zsm": ("ms",), "ji": ("yi",), "zho": ("zh",)},
}
_HINT_WORTH = 3.0
_CONTEXT_WORTH = 0.4
# Of fewer words (often names) the n-grams are made less of.
_ENOUGH_WORDS = 4

# The old vowel jat divides Serbian (vreme, primer) from Croatian and Bosnian (vrijeme, primjer) better than any word.
_EKAVIAN = re.compile(
    r"\b(?:ne|po|od|iz|na|za|pro|raz|u|o|pri|pod|pre)?(?:vred|vreme|zahtev|primer|mest|men[aeiju]|mer[aeiou]|sled|cel[aeiou]"
    r"|cen[aeiou]\b|svet|del[aeiou]|gde|uspe[hšv]|reš|nedelj|dec[aeiu]\b|reč|lep|vide[lt]|hte[lo]|ovde|uvek|posle|sednic"
    r"|sever|vešt|savet|bed[aeiu]|sneg|zvezd|lečen|mlek|razume|bezbed|čovek|predsed|pre\b)"
)
_IJEKAVIAN = re.compile(
    r"vrijed|vrijem|vremen[^a]?ski|zahtjev|primjer|mjest|mijen|mjen|mjer|sljed|slijed|cijel|cijen|svijet|svjet|dijel|djel|gdje"
    r"|\bprij|uspje|rješ|nedjelj|djec|riječ|lijep|ljep[oš]|vidje|htje|ovdje|uvijek|poslij|sjedni|sjever|vijest|vješ[tć]|savjet"
    r"|pobjed|snijeg|zvijezd|lijek|liječ|mlijek|razumij|čovjek|predsjed|mlje|tjel|bijed"
)
# Other words that part the three: said east of Croatia, in Croatia, in Serbia, in Bosnia and Herzegovina.
_EASTERN = re.compile(
    r"\b(?:fudbal|hiljad|univerzitet|januar|februar|decemb|septemb|oktob|novemb|jun[au]\b|jul[au]\b|muzič|muzik|vazduh|budžet"
    r"|saobraćaj|porodi[cč]|evr[aoi]\b|pozoriš|kompanij|štamp|hleb|hljeb|fabrik|pasoš|naučnik|ostrv|privredn|zvanič|štab\b)"
    r"|isa(?:o|la|li|no|nj[ea])\b"
)
_CROATIAN = re.compile(
    r"\b(?:hrvat|zagreb|splits?[ku]|dalmaci|nogomet|tisuć|sveučiliš|siječ|veljač|ožuj|travnj|svibnj|lipnj|srpnj|kolovoz|ruj[an]"
    r"|listopad|studeno|prosin[ac]|glazb|proračun|promet|obitelj|vlak|kazališ|tvrtk|tjed[an]|izvješć|tvornic|putovnic|znanstven"
    r"|priopć|veleposlani|poduze|natječaj|tko\b|netko|uvjet|surad|povijes|ozlij)"
)
_SERBIAN = re.compile(
    r"\b(?:srbij|srpsk|beograd|nov(?:i|og|om) sad|niš[ua]?\b|vojvodin|vučić|opšt|avgust|saopšt|povre[dđ]|ponedelj"
    r"|pobed|partizan|kosov[ou] i metohij)"
)
_BOSNIAN = re.compile(
    r"\b(?:bosn|bih\b|fbih|sarajev|tuzl|mostar|zenic|hercegov|kanton|povrijeđ|uposlen|histori|saopć|sedmic|odsjek|august|općin"
    r"|lahk|naučni rad)"
)
_NEIGHBOURS = ("hr", "sr", "bs")
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0971-\u0d7f"
_WORD = re.compile(f"(?:[^\\W\\d_]|[{_MARKS}])+")
_PLAIN_WORD = re.compile(r"[^\W\d_]+")
# One of them is in whatever `_ADDRESS` matches.
_SIGNS_OF_ADDRESS = ("@", "#", "://", ".co", ".org", ".net", ".gov", "www.")
_LATIN = re.compile("[A-Za-z]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[@#]\w+|\b[\w-]+\.(?:com|org|net|co|gov)\b\S*", re.I)


@dataclass(frozen=True, slots=True)
class _Model:
    """Of one script: words and letters to the languages that have them, and how seldom each language is."""

    priors: dict[str, float]
    words: dict[str, tuple[tuple[str, ...], float]]
    letters: dict[str, tuple[tuple[str, ...], float]]


def detect_language(text: str, hint: str | None = None, context: str | None = None) -> Language | None:
    """The language of a text with confidence 0 to 1; None where there are no letters.

    `hint` (BCP 47) is what the caller says: it decides where the text leaves it open, and loses against a text that is
    clearly in another language. `context` is text beside it (a headline, a standfirst), of less weight. The code is a
    primary subtag: `zh` for simplified and traditional Chinese, `sr` in either script, `no` for bokmål and `nn` for
    nynorsk; script and region are not told apart.
    """
    sample = _sample(text)
    scripts = _scripts(sample)
    if not scripts:
        return None
    total = sum(scripts.values())
    script = max(scripts, key=lambda each: scripts[each])
    share = scripts[script] / total
    wanted = _wanted(hint)
    if script in ("Hani", "Kana"):
        code, sure = _han_or_kana(sample, scripts, wanted)
        share = (scripts.get("Hani", 0) + scripts.get("Kana", 0)) / total
    elif script in _ONE_LANGUAGE:
        code, sure = _ONE_LANGUAGE[script], 1.0
    else:
        code, sure = _choose(sample, script, wanted, context)
    return Language(code, round(max(0.01, min(sure * min(1.0, 0.25 + share), 0.999)), 3))


def warm() -> None:
    """Load words and n-grams now and not with the first text."""
    _models()
    _identifier()


def _sample(text: str) -> str:
    """What is looked at: composed, without addresses and handles."""
    if len(text) > LONGEST:
        piece = LONGEST // 3
        middle = (len(text) - piece) // 2
        text = f"{text[:piece]} {text[middle : middle + piece]} {text[-piece:]}"
    lowered = text.lower()
    if any(map(lowered.__contains__, _SIGNS_OF_ADDRESS)):
        text = _ADDRESS.sub(" ", text)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _scripts(sample: str) -> dict[str, float]:
    if sample.isascii():
        return {"Latn": 1.0} if _LATIN.search(sample) else {}
    counts: dict[str, float] = {}
    for char, count in Counter(sample).items():
        if char.isalpha():
            script = _SCRIPTS[bisect_right(_STARTS, ord(char)) - 1]
            if script:
                counts[script] = counts.get(script, 0) + count * _WEIGHTS.get(script, 1.0)
    return counts


def _wanted(hint: str | None) -> tuple[str, ...]:
    code = (hint or "").replace("_", "-").split("-")[0].lower()
    return _HINTS.get(code, (code,)) if code else ()


def _han_or_kana(sample: str, scripts: dict[str, float], wanted: tuple[str, ...]) -> tuple[str, float]:
    han = scripts.get("Hani", 0) / _WEIGHTS["Hani"]
    kana = scripts.get("Kana", 0) / _WEIGHTS["Kana"]
    japanese = sum(char in _JAPANESE for char in sample)
    if kana >= 0.08 * (han + kana):
        return "ja", min(1.0, 0.8 + kana / (han + kana))
    if japanese >= 0.04 * han and japanese:
        return "ja", 0.75
    if han <= 12 and wanted in (("ja",), ("ko",), ("zh",)):
        return wanted[0], 0.7
    return "zh", 0.7 if han <= 6 else 0.98


def _choose(sample: str, script: str, wanted: tuple[str, ...], context: str | None) -> tuple[str, float]:
    """Among the languages of one script: the best and how sure it is."""
    model = _models().get(script)
    if model is None:
        return "und", 0.1
    scores = {code: -prior for code, prior in model.priors.items()}
    lowered = sample.lower()
    words = (_PLAIN_WORD if script in ("Latn", "Cyrl") else _WORD).findall(lowered)
    _add_evidence(scores, model, words, lowered, 1.0)
    parted = script == "Latn" and max(scores, key=lambda code: scores[code]) in (*_NEIGHBOURS, "sl")
    if parted:
        _part_neighbours(scores, lowered)
    for code in wanted:
        if code in scores:
            scores[code] += _HINT_WORTH + 6 / (1 + len(words)) + model.priors[code]
    ranked = sorted(scores.values(), reverse=True)
    clear = len(words) >= 30 and (len(ranked) < 2 or ranked[0] - ranked[1] >= 0.12 * len(words) + 4)
    if not clear:
        if context and len(words) < 60:
            beside = _sample(context).lower()
            _add_evidence(scores, model, _WORD.findall(beside), beside, _CONTEXT_WORTH)
        if len(scores) > 1:
            before = {code: scores[code] for code in _NEIGHBOURS if code in scores}
            _add_n_grams(scores, sample, min(1.0, (len(words) + 1) / _ENOUGH_WORDS))
            if script == "Latn":
                # Of the three the n-grams know only that it is one of them.
                gain = max(scores[code] - before[code] for code in before)
                scores.update({code: value + gain for code, value in before.items()})
    best = max(scores, key=lambda code: scores[code])
    if best in _NEIGHBOURS and script == "Latn" and not parted:
        _part_neighbours(scores, lowered)
        best = max(scores, key=lambda code: scores[code])
    top = scores[best]
    return best, 1 / sum(math.exp(max(-60.0, (score - top) * 0.8)) for score in scores.values())


def _part_neighbours(scores: dict[str, float], lowered: str) -> None:
    """Serbian, Croatian or Bosnian in Latin letters, by jat and by words that only some of them have."""
    ekavian, ijekavian = min(6, len(_EKAVIAN.findall(lowered))), min(6, len(_IJEKAVIAN.findall(lowered)))
    eastern = min(6, len(_EASTERN.findall(lowered)))
    bosnian = min(6, len(_BOSNIAN.findall(lowered)))
    scores["sr"] += ekavian * 1.2 - ijekavian * 0.6 + min(6, len(_SERBIAN.findall(lowered))) * 1.5 + eastern * 0.4
    scores["hr"] += ijekavian - ekavian + min(6, len(_CROATIAN.findall(lowered))) * 1.2 - eastern * 1.2
    scores["bs"] += ijekavian - ekavian + bosnian * 1.8
    if eastern and (ijekavian or bosnian):
        # "Hiljada" beside "gdje".
        scores["bs"] += eastern * 0.8


def _add_evidence(scores: dict[str, float], model: _Model, words: list[str], lowered: str, worth: float) -> None:
    words_of = model.words
    for word, count in Counter(words).items():
        known = words_of.get(word)
        if known is not None:
            more = worth * known[1] * (count if count < 4 else 4)
            for code in known[0]:
                scores[code] += more
    for letter, (codes, weight) in model.letters.items():
        if letter not in lowered:
            continue
        for code in codes:
            scores[code] += worth * weight * min(lowered.count(letter), 5)


def _add_n_grams(scores: dict[str, float], sample: str, worth: float) -> None:
    for name, probability in _identifier().rank(sample.encode("utf-8", "replace")[:_N_GRAM_BYTES]):
        code = _N_GRAM_NAMES.get(name, name)
        if code in scores:
            scores[code] += worth * (math.log(max(probability, 1e-4)) + 9.2)


@cache
def _models() -> dict[str, _Model]:
    words: dict[str, dict[str, list[str]]] = {}
    letters: dict[str, dict[str, list[str]]] = {}
    priors: dict[str, dict[str, float]] = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, prior, own_letters, own_words = line.split("\t")
        script = _SCRIPTS[bisect_right(_STARTS, ord(own_words[0])) - 1]
        priors.setdefault(script, {})[code] = float(prior)
        for word in own_words.split():
            words.setdefault(script, {}).setdefault(word, []).append(code)
        for letter in own_letters:
            letters.setdefault(script, {}).setdefault(letter, []).append(code)
    priors["Latn"].update((code, _RARE_PRIOR) for code in _RARE)
    return {
        script: _Model(
            priors[script],
            {word: (tuple(codes), 1.6 / len(codes) ** 0.5) for word, codes in words[script].items()},
            {letter: (tuple(codes), 0.9 / len(codes) ** 0.5) for letter, codes in letters.get(script, {}).items()},
        )
        for script in priors
    }


@cache
def _identifier() -> LanguageIdentifier:
    """py3langid's, unpacked in files of ours: to unpack its own takes half a second, and 70 MB in each process."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    # Of another size in every release.
    name = f"n-grams.{(MODEL_DIR / MODEL_FILE).stat().st_size}"
    shape, prior, names, rows, outputs = compiled(name, lambda: _n_grams()[0])
    features = mapped(f"{name}.features", lambda: _n_grams()[1])
    moves = mapped(f"{name}.moves", lambda: _n_grams()[2])
    _n_grams.cache_clear()
    identifier = LanguageIdentifier(
        np.frombuffer(features, np.float16).reshape(shape),
        np.frombuffer(prior, np.float32),
        names,
        moves.cast("I"),
        array("i", outputs),
        norm_probs=True,
        tk_row=(),
    )
    identifier._rowbase = array("I", rows)
    return identifier


@cache
def _n_grams() -> tuple[tuple[Any, ...], bytes, bytes]:
    """What py3langid's model consists of: the small parts, the features' weights, the automaton's moves."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    small = (
        model.nb_ptc.shape,
        model.nb_pc.astype(np.float32).tobytes(),
        model.nb_classes,
        array("I", model._rowbase).tobytes(),
        array("i", model.tk_output).tobytes(),
    )
    return small, model.nb_ptc.astype(np.float16).tobytes(), array("I", model.tk_nextmove).tobytes()
