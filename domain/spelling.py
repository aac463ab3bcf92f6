"""How values are spelled: one kind, one spelling, and the reason why another is refused.

A refusal is a pair, English and French; None is consent. Text is Unicode NFC, without emoji, direction marks or what
is not seen.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from enum import Enum

Refusal = tuple[str, str] | None
Judge = Callable[[str], Refusal]


class Kind(Enum):
    """How a value is spelled."""

    NAME = "name"  # Latin letters with any accent or Bambara letter, space, apostrophe, hyphen, full stop
    TEXT = "text"  # printable text of any script; no emoji, no direction marks
    DATE = "date"  # YYYY-MM-DD
    TIME = "time"  # HH:MM
    SEX = "sex"  # M or F
    COUNTRY = "country"  # three letters
    NINA = "nina"  # 14 digits and a letter; only the form can be checked
    NUMBER = "number"  # a document number: capital letters and digits
    COUNT = "count"  # 0 to 255
    DURATION = "duration"  # P90D, P12M, P1Y
    CHOICE = "choice"  # one of `choices`


_WORD = "(?:[A-Za-zÀ-ÖØ-öø-ɏɐ-ʯḀ-ỿ]++[\u0300-\u0304\u0306-\u030d\u0323-\u0331]{0,2}+)++"  # letters, two tone marks each
_SPELLING = {
    Kind.NAME: (
        re.compile(f"{_WORD}(?:[ '’.-]{{1,2}}{_WORD})*[.]?"),
        "Latin letters only, as on the passport",
        "lettres latines seulement, comme au passeport",
    ),
    Kind.TIME: (re.compile("(?:[01][0-9]|2[0-3]):[0-5][0-9]"), "not written HH:MM", "à écrire HH:MM"),
    Kind.SEX: (re.compile("[MF]"), "M or F", "M ou F"),
    Kind.COUNTRY: (re.compile("[A-Z]{3}"), "three capital letters (MLI)", "trois lettres capitales (MLI)"),
    Kind.NINA: (re.compile("[0-9]{14}[A-Z]"), "14 digits and a letter", "14 chiffres et une lettre"),
    Kind.NUMBER: (re.compile("[A-Z0-9]+"), "capital letters and digits", "lettres capitales et chiffres"),
    Kind.COUNT: (
        re.compile("0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]"),
        "a whole number from 0 to 255",
        "un nombre entier de 0 à 255",
    ),
    Kind.DURATION: (re.compile("P[1-9][0-9]{0,2}[DMY]"), "not written P90D, P12M or P1Y", "à écrire P90D, P12M ou P1Y"),
}
_FORBIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Me", "So", "Sk", "Zl", "Zp", "Zs"})
_ALLOWED_SIGNS = frozenset(" °©®")
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def judge(kind: Kind) -> Judge:
    """What says why a value is not a spelling of `kind`; the choices of a CHOICE are the field's own affair."""
    if kind is Kind.CHOICE:
        return lambda value: None
    if kind in (Kind.DATE, Kind.TEXT):
        return _date if kind is Kind.DATE else _text
    pattern, *why = _SPELLING[kind]
    matches, refused = pattern.fullmatch, (why[0], why[1])
    if kind is Kind.NAME:
        return lambda value: _normal(value) if matches(value) else refused
    return lambda value: None if matches(value) else refused


def _date(value: str) -> Refusal:
    try:
        same = date.fromisoformat(value).isoformat() == value
    except ValueError:
        return "no such date", "cette date n'existe pas"
    return None if same else ("not written YYYY-MM-DD", "à écrire AAAA-MM-JJ")


def _text(value: str) -> Refusal:
    if value.isascii() and value.isprintable():
        return None
    if _LATIN.issuperset(value):
        return _normal(value)
    for char in value:
        if _UNSEEN.match(char) or _forbidden(char):
            return f"character U+{ord(char):04X} is not allowed", f"caractère U+{ord(char):04X} interdit"
    return _normal(value)


def _forbidden(char: str) -> bool:
    return unicodedata.category(char) in _FORBIDDEN and char not in _ALLOWED_SIGNS


def _normal(value: str) -> Refusal:
    if value.isascii() or unicodedata.is_normalized("NFC", value):
        return None
    return "not in Unicode NFC", "texte non normalisé (NFC)"


_LATIN = frozenset(char for char in map(chr, range(0x250)) if not _forbidden(char))
"""The characters of nearly every text that is written, none of which needs a second look."""
