"""The forms that a name takes in running text: case endings, articles grown on, prefixed prepositions.

Endings are our own summary of the declension of proper names in each language; they are generous, since a form
that does not exist is never met, and strict where a longer word would be another name.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from enrich.entities.folding import words_of

# language: rules of (what the name ends with, endings in its place); the first that fits is taken. "" fits everything.
Rules = tuple[tuple[str, str], ...]
_RU: Rules = (
    ("ия", "ия ии ию ией"), ("ья", "ья ье ью ьей"), ("ая", "ая ой ую"), ("яя", "яя ей юю"),
    ("а", "а ы и е у ой"), ("я", "я и е ю ей"),
    ("ий", "ий ого его ому ему им ом ем"), ("ый", "ый ого ому ым ом"), ("ой", "ой ого ому ым ом"),
    ("ые", "ые ых ым ыми"),
    ("ие", "ие их им ими"), ("ы", "ы ов ам ами ах"), ("й", "й я ю ем е"), ("ь", "ь и я ю ем е ью"),
    ("о", "о"), ("е", "е"), ("и", "и"),
    ("у", "у"), ("ю", "ю"), ("э", "э"), ("", " а у ом ым е ы ов"),
)  # fmt: skip
_UK: Rules = (
    ("їв", "їв єва єві єву євом"), ("ків", "ків кова кові кову ковом"), ("вів", "вів вова вові вову вовом"),
    ("ія", "ія ії ію ією"), ("ська", "ська ської ську ській ською"), ("а", "а и і у ою ої"),
    ("я", "я і ю ею ї єю"), ("ий", "ий ого ому им"),
    ("ій", "ій ого ому ім ія ію ієм"), ("і", "і их им ими"), ("и", "и ів ам ами ах"), ("ь", "ь і я ю ем"),
    ("о", "о а у ом"), ("ї", "ї"),
    ("е", "е"), ("у", "у"), ("ю", "ю"), ("", " а у ом ові і ів ем ею"),
)  # fmt: skip
_PL: Rules = (
    ("skie", "skie skiego skiemu skim"), ("ckie", "ckie ckiego ckiemu ckim"), ("ski", "ski skiego skiemu skim"),
    ("wo", "wo wa wu wem wie"), ("ce", "ce c cach com cami"),
    ("ia", "ia ii ię ią io"), ("ja", "ja ji ję ją"), ("ka", "ka ki ce kę ką"), ("ga", "ga gi dze gę gą"),
    ("a", "a y i ie ę ą cie dzie"),
    ("y", "y ów om ami ach ego emu ym"), ("e", "e ych ym ymi u em"), ("o", "o a u em ie"),
    ("i", "i ego emu im ich"), ("ek", "ek ka kowi kiem ku"),
    ("ń", "ń nia niowi niem niu"), ("w", "w wa owi wem wie"), ("", " a u em owi ie e ze iem iu ia"),
)  # fmt: skip
_SOUTH: Rules = (
    ("ský", "ský ského skému ském ským"), ("cký", "cký ckého ckému ckém ckým"), ("ská", "ská ské skou"),
    ("ski", "ski skog skom skim"), ("ska", "ska ske skoj sku skom"), ("raj", "raj raje raji rajem"),
    ("ija", "ija ije iji iju ijom"), ("a", "a e i u om o y ou ě ami ách"), ("o", "o a u om em"),
    ("e", "e a u em i"), ("i", "i a u ih im"),
    ("ko", "ko ka ku kem"), ("", " a u om em e i ě ov ovi"),
)  # fmt: skip
_LT: Rules = (
    ("as", "as o ui ą u e ai"), ("is", "is io iui į iu yje"), ("us", "us aus ui ų umi uje"),
    ("ė", "ė ės ei ę e ėje"), ("a", "a os ai ą oje"),
    ("ai", "ai ų ams us ais uose"), ("", ""),
)  # fmt: skip
_LV: Rules = (
    ("a", "a as ai u ā"),
    ("e", "e es ei i ē"),
    ("is", "is a im i ī"),
    ("s", "s a am u ā"),
    ("i", "i u iem us os"),
    ("", ""),
)
_FI: Rules = (
    ("nen", "nen sen sta seen ssa lla lle lta sella selle selta"),
    ("i", "i in ia issa ista iin illa ille ilta in en ien eja"), ("at", "at en ien ia issa ista oissa oista oihin"),
    ("", " n a ä ssa ssä sta stä an än on en in un yn hin lla llä lle lta ltä ta tä na nä ksi t"),
)  # fmt: skip
_ET: Rules = (("", " i a e u s st sse l lt le ga t ni na d is ist isse il ilt ile iga it al alt ale aga as ast asse"),)
_HU: Rules = (
    ("a", "a át ában ából ára ának ával án ától ához áig áért á"), ("e", "e ét ében éből ére ének ével én étől éhez é"),
    ("", " t ot et ban ben ból ből ba be ra re nak nek val vel on en ön tól től hoz hez ig ért i an n"),
)  # fmt: skip
_TR: Rules = (
    (
        "",
        " nin nın nun nün in ın un ün ya ye da de ta te dan den tan ten yi yı yu yü i ı u ü a e la le yla yle "
        "daki deki",
    ),
)
_SQ: Rules = (
    ("ë", "ë a ës ën e"), ("ia", "ia isë inë i ia"), ("ja", "ja jës jën jë"), ("a", "a ës ën ë as"),
    ("i", "i it in u iu iut iun"), ("u", "u ut un"),
    ("o", "o os on oja ojës"), ("e", "e ja jës jën es"), ("k", "k ku kut kun"), ("", " i it in u un ut a ën ës"),
)  # fmt: skip
_EL: Rules = (
    ("ος", "ος ου ο ε"), ("ας", "ας α"), ("ης", "ης η"), ("ία", "ία ίας ίαν"), ("α", "α ας"), ("η", "η ης"),
    ("ο", "ο ου"), ("ες", "ες ων"),
    ("ι", "ι ιου"), ("", ""),
)  # fmt: skip
_DE: Rules = (("s", "s"), ("", " s"))
_RO: Rules = (("ia", "ia iei ie"), ("a", "a ei ă"), ("", " ul ului"))
_CASELESS_SUFFIX: Rules = (("", ""),)
RULES: dict[str, Rules] = {
    "ru": _RU, "be": _RU, "kk": _TR, "ky": _TR, "uk": _UK, "pl": _PL, "cs": _SOUTH, "sk": _SOUTH, "sl": _SOUTH,
    "hr": _SOUTH, "bs": _SOUTH, "sr": (("а", "а е и у ом о"), ("о", "о а у ом"), ("", " а у ом е и")),
    "mk": _CASELESS_SUFFIX, "lt": _LT, "lv": _LV, "fi": _FI, "et": _ET, "hu": _HU, "tr": _TR, "az": _TR, "sq": _SQ,
    "el": _EL, "de": _DE, "sv": _DE, "da": _DE, "nb": _DE,
    "no": _DE, "ro": _RO, "ka": (("ი", "ი ის ში იდან ს ით მა თან"), ("", " ს ში დან თან მ ს")),
    "hy": (("", " ի ը ն ում ից ին ով իան ի"),), "bg": _CASELESS_SUFFIX, "nl": _DE, "af": _CASELESS_SUFFIX,
}  # fmt: skip
# Written together with the word that follows.
PREFIXES: dict[str, tuple[str, ...]] = {
    "ar": ("و", "ب", "ل", "ف", "ک", "وب", "ول", "فب"),
    "he": ("ו", "ב", "ל", "מ", "ה", "ש", "כ", "וב", "ול", "ומ", "וה", "שב", "מה", "שה"),
}
# No spaces between words: a name is found anywhere.
UNSPACED = frozenset({"zh", "zh_Hant", "ja", "th", "km", "my", "lo"})
# Particles grow on at the end, and there are too many to list.
OPEN_ENDED = frozenset({"ko", "ta", "te", "ml", "kn"})


def forms(name: str, language: str) -> Iterator[str]:
    """The forms of a name of one to four words, the name itself first; longer names are not inflected."""
    yield name
    rules = RULES.get(language)
    if name.isupper() and len(name) > 1:
        return
    if rules is None or rules is _CASELESS_SUFFIX:
        return
    words = re.split(r"([ -])", name)
    spoken = words[::2]
    if len(spoken) > 4:
        return
    if language in {"tr", "az", "kk", "ky", "hu", "fi", "et", "ka", "hy", "de", "sv", "da", "nb", "no", "nl"}:
        # Only the last word carries the ending.
        choices = [[word] for word in spoken[:-1]] + [word_forms(spoken[-1], rules)]
    else:
        choices = [
            word_forms(word, rules)[: 20 if len(spoken) == 1 else 8 if len(spoken) < 3 else 5] for word in spoken
        ]
    for combination in itertools.islice(itertools.product(*choices), 80):
        form = "".join(itertools.chain.from_iterable(itertools.zip_longest(combination, words[1::2], fillvalue="")))
        if form != name:
            yield form


# Words in small letters that are inflected with the name of which they are a part.
_REGIONS = words_of("область край район море океан пролив залив округ kraj moře województwo obwód županija")


def word_forms(word: str, rules: Rules) -> list[str]:
    """The forms of one word, itself first. Short words and words in small letters stay as they are."""
    if len(word) < 3 or (
        word[0].islower()
        and word[0].upper() != word[0]
        and word not in _REGIONS
        and not word.endswith(("skie", "ckie"))
    ):
        return [word]
    for ending, replacements in rules:
        if word.endswith(ending):
            stem = word[: len(word) - len(ending)]
            found = [word]
            found += [form for new in replacements.split(" ") if (form := stem + new) not in found]
            return found
    return [word]
