"""Where a language is at home: the countries whose smaller cities its news names without saying more."""

from __future__ import annotations

from enrich.entities.folding import words_of

HOMES = {
    "de": words_of("DE AT CH LI LU"), "fr": words_of("FR BE CH LU MC"), "es": words_of("ES"),
    "it": words_of("IT SM"), "pt": words_of("PT BR"), "nl": words_of("NL BE"), "pl": words_of("PL"),
    "cs": words_of("CZ SK"), "sk": words_of("SK CZ"), "hu": words_of("HU"), "ro": words_of("RO MD"),
    "hr": words_of("HR BA"), "bs": words_of("BA HR"), "sr": words_of("RS ME BA XK"), "sl": words_of("SI"),
    "sq": words_of("AL XK MK"), "mk": words_of("MK"), "bg": words_of("BG"), "el": words_of("GR CY"),
    "tr": words_of("TR"), "az": words_of("AZ"), "fi": words_of("FI"), "sv": words_of("SE FI"),
    "no": words_of("NO"), "da": words_of("DK GL FO"), "et": words_of("EE"), "lv": words_of("LV"),
    "lt": words_of("LT"), "ru": words_of("RU BY KZ"), "uk": words_of("UA"), "be": words_of("BY"),
    "kk": words_of("KZ"), "ca": words_of("ES"), "ar": words_of("EG SY IQ LB JO PS SA YE LY TN DZ MA SD KW OM BH QA AE"),
    "fa": words_of("IR AF"), "he": words_of("IL"),
}  # fmt: skip
