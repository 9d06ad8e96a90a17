"""Captions that give no credit, told by what they say of a picture, or by their form between paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.readers.text.entries import Entry, Kind

_SHOWN = re.compile(
    r"\b(?:pictured|file photo|file image|file pic|archive photo|stock image|artist[’']s impression|handout photo"
    r"|im bild|auf dem bild|archivbild|archivfoto|symbolbild|symbolfoto|photo d[’']archives?|image d[’']archives?"
    r"|photo d[’']illustration|image d[’']illustration|en la imagen|en la foto|en una imagen|imagen de archivo"
    r"|foto de archivo|nella foto|in una foto|foto d[’']archivio|imagem de arquivo|foto de arquivo|na imagem|na foto"
    r"|archieffoto|op de foto|na zdjęciu|zdjęcie ilustracyjne|zdjęcie archiwalne|na snímku|ilustrační foto"
    r"|ilustračné foto|ilustracija|ilustrativna fotografija|arhivska fotografija|foto arhiva|на фото|на снимке"
    r"|архивное фото|фото из архива|иллюстративное фото|на світлині|архівне фото|ілюстративне фото|илюстративна снимка"
    r"|илустрација|foto ilustruese|foto arkiv|në foto|imagine cu caracter ilustrativ|foto arhivă|illusztráció"
    r"|képünk illusztráció|φωτογραφία αρχείου|fotoğrafta|arşiv fotoğrafı|temsili fotoğraf|foto ilustrasi|ilustrasi"
    r"|ảnh minh họa)\b|صورة أرشيفية|عکس آرشیوی|تصویر آرشیوی|תמונת ארכיון|תמונה להמחשה"
    r"|फाइल फोटो|资料图|資料照|資料圖|示意圖"
    r"|資料写真|写真はイメージ|자료사진|ภาพประกอบ|ภาพจาก",
    re.I,
)
_BRACKETED = re.compile(r"[(\[（【](?:[^()\[\]（）【】]{0,30}[ ,;/])?([^()\[\]（）【】]{3,40})[)\]）】]\.?$")
_SIDES = re.compile(
    r"[(,]\s?(?:(?:far|top|bottom|front) )?(?:left|right|centre|center|links|rechts|à gauche|à droite)[),]", re.I
)
_SURELY = 14
_LIKELY = 9


def says_shown(text: str) -> bool:
    """Whether a text ends with a bracket such as "(file photo)"."""
    match = _BRACKETED.search(text, max(0, len(text) - 80))
    return match is not None and _SHOWN.search(match[0]) is not None


def caption_between(entry: Entry, above: Sequence[Entry]) -> bool:
    """Whether a line between paragraphs is a caption: too long for a subheading, and without the full stop they have.

    `above` are the last paragraphs of the article.
    """
    if (
        entry.kind is not Kind.SHORT
        or entry.stop
        or entry.units > 45
        or entry.block.heading
        or not entry.text[0].isupper()
    ):
        return False
    if entry.text[-1] in ":;,?!…-–—”»\"'’":
        return False
    paragraphs = [other for other in above if other.kind in (Kind.PARAGRAPH, Kind.SENTENCE)]
    if len(paragraphs) < 2 or not all(other.stop for other in paragraphs):
        return False
    said = _SHOWN.search(entry.text) is not None or _SIDES.search(entry.text) is not None
    return entry.units >= (_LIKELY if said else _SURELY)
