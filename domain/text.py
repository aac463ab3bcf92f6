"""Two spellings of one text: the one that is kept, and the one that is searched.

    clean("  Ɲagalen\\u00a0 TRAORÉ ")  = "Ɲagalen TRAORÉ"      kept, checked, signed and printed
    fold("Ɲagalen TRAORÉ")           = "nagalen traore"      compared, never shown

`fold` forgets what two clerks may write differently: capitals, accents and tone marks, the letters of Bambara and
Fulfulde (ɛ e, ɔ o, ɲ n, ŋ n, ɓ b, ɗ d, ...), hyphens and apostrophes, and the digraphs gn and ny before a vowel, which
French spelling writes for ɲ: Ɲagalen, Gnagalen and Nyagalen are found by each other. It forgets on purpose: whoever
searches sees the kept spelling of every hit.
"""

import re
import unicodedata
from collections.abc import Mapping

_LATIN = (*range(0xC0, 0xD7), *range(0xD8, 0xF7), *range(0xF8, 0x2B0), *range(0x1E00, 0x1F00))
_MARKS = range(0x300, 0x370)
_UNNAMED_BASE = {"Ɛ": "E", "ɛ": "e", "Ɔ": "O", "ɔ": "o", "Ŋ": "N", "ŋ": "n", "Ə": "E", "ə": "e", "Ǝ": "E", "ǝ": "e"}
_UNNAMED_BASE |= {"Ɩ": "I", "ɩ": "i", "Ɣ": "G", "ɣ": "g", "Ʋ": "V", "ʋ": "v", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th"}
_UNNAMED_BASE |= {"Ɖ": "D", "Ʊ": "U", "ʊ": "u", "Ʒ": "Z", "ʒ": "z", "ı": "i"}
_UNNAMED_BASE |= {"ß": "ss", "ẞ": "SS", "ſ": "s"}
_BASE_NAME = re.compile("LATIN (CAPITAL|SMALL) (?:LETTER|LIGATURE) ([A-Z]{1,2})(?: WITH .*)?")
_PALATAL = re.compile("(?:gn|ny)(?=[aeiou])")


def _base(char: str) -> str:
    """The letters A-Z that a Latin letter is made of, or nothing: É E, ɗ d, Æ AE."""
    plain = unicodedata.normalize("NFD", char)[0]
    if plain.isascii() or plain in _UNNAMED_BASE:
        return _UNNAMED_BASE.get(plain, plain)
    named = _BASE_NAME.fullmatch(unicodedata.name(plain, ""))
    if named is None:
        return ""
    return named[2] if named[1] == "CAPITAL" else named[2].lower()


BASE_LETTERS: Mapping[int, str] = {code: base for code in _LATIN if (base := _base(chr(code)))} | dict.fromkeys(
    _MARKS, ""
)
"""For `str.translate`: Latin letters beyond ASCII to the A-Z they are made of, combining marks to nothing."""

_FOLD = {code: base.lower() for code, base in BASE_LETTERS.items()}
_FOLD |= {ord(sign): " " for sign in "-‐‑–'’ʼʻ`´.,/"}
_FOLD |= {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}


def clean(text: str) -> str:
    """The one spelling in which a text is kept: Unicode NFC, single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """The spelling in which texts are compared; other scripts only lose their capitals."""
    folded = " ".join(text.translate(_FOLD).split())
    if not folded.isascii():
        folded = folded.lower()
    if "gn" in folded or "ny" in folded:
        folded = _PALATAL.sub("n", folded)
    return folded
