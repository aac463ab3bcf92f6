"""The machine-readable zone (ICAO 9303-3 section 4; 9303-6 TD2; 9303-7 visas): two lines of A-Z, 0-9 and `<`.

    line 1 = code 2, issuer 3, name 39 or 31
    line 2 = number 9, check, nationality 3, birth 6, check, sex 1, until 6, check, optional
    name   = SURNAME<<GIVEN<NAMES          one `<` inside, two between, filled with `<`

    MRV-A  2 x 44, optional 16             V<MLIKEITA<<FANTA<MARIAM<<<<<<<<<<<<<<<<<<<<
    MRV-B  2 x 36, optional 8
    TD2    2 x 36, optional 7 and a check digit over columns 1-10, 14-20 and 22-35 of line 2

Letters (9303-3 section 6 A): where the table offers a choice we take its first, as the passports that we copy from do:
Ä AE, Å AA, Ö OE, Ø OE, Ü UE, Ñ N. What it lacks becomes the letter it is built on: ɛ E, ɔ O, ɲ N, ɓ B, ɗ D.
Hyphens and spaces become `<`; apostrophes, full stops and tone marks vanish. Germany is `D<<` (9303-3 section 5).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sceau.domain.errors import FieldInvalid, SealMalformed
from sceau.domain.flaw import Flaw
from sceau.domain.text import BASE_LETTERS

_WIDTH = {"MRV-A": 44, "MRV-B": 36, "TD2": 36}
_NUMBER_MAX = 9
_VDS_LINE = 28  # a VDS carries line 2 of a visa without its optional part

_TABLE = {code: base.upper() for code, base in BASE_LETTERS.items()}
_CHOSEN = {"Ä": "AE", "Å": "AA", "Ö": "OE", "Ø": "OE", "Ü": "UE"}
_TABLE |= {ord(case): base for char, base in _CHOSEN.items() for case in (char, char.lower())}
_TABLE |= dict.fromkeys(map(ord, "'’.ʼʻ"), "") | dict.fromkeys(map(ord, " -‐‑–,"), "<")
_TABLE |= {code: chr(code - 32) for code in range(ord("a"), ord("z") + 1)}

_WORDS = re.compile("[A-Z]+(?:<[A-Z]+)*")
_NAME = re.compile("([A-Z]+(?:<[A-Z]+)*)(?:<<([A-Z]+(?:<[A-Z]+)*))?<*")
_CODE = re.compile("[A-Z][A-Z<]")
_STATE = re.compile("[A-Z]{3}|[A-Z]{2}<|[A-Z]<<")
_NUMBER = re.compile("([A-Z0-9]+(?:<[A-Z0-9]+)*)<*")
_OPTIONAL = re.compile("[A-Z0-9<]*")
_SEX = re.compile("[MF<]")
_MONTH_DAY = "(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|[12][0-9])"
_DAY = re.compile(f"[0-9]{{2}}(?:{_MONTH_DAY})")
_BIRTH = re.compile(f"(?:[0-9]{{2}}|<<)(?:{_MONTH_DAY}|(?:0[1-9]|1[0-2])<<|<<<<)")  # what is unknown is filled

_UPPER = re.compile(f"({_CODE.pattern})({_STATE.pattern}){_NAME.pattern}")
_LOWER = re.compile(
    f"[0-9]({_STATE.pattern})({_BIRTH.pattern})[0-9]({_SEX.pattern})({_DAY.pattern})[0-9]({_OPTIONAL.pattern})"
)  # after the number

_VALUE: Mapping[int, int] = {ord(c): i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {ord("<"): 0}
_NO_VALUE = 255
_VALUES = bytes(_VALUE.get(code, _NO_VALUE) for code in range(256))


class MrzFields(NamedTuple):
    """What the two lines say. Dates are YYMMDD: the century is the reader's to judge."""

    form: str  # "MRV-A", "MRV-B", "TD2"
    code: str
    issuer: str
    surname: str  # words with single spaces; may have been cut if `name_full`
    given_names: str
    name_full: bool  # the name reaches the last column: treat it as cut (9303-3 section 4.6)
    number: str
    nationality: str
    birth_date: str  # `<<` for a part that is unknown
    sex: str  # "M", "F" or "" (not stated)
    valid_until: str
    optional: str


def check_digit(text: str) -> str:
    """Weights 7, 3, 1 over 0-9, A-Z (10 to 35) and `<` (0), modulo 10 (9303-3 section 4.9)."""
    return _digit(_values(text))


def _values(text: str) -> bytes:
    """The value of each character; SealMalformed for one that has none."""
    values = text.encode("ascii", "replace").translate(_VALUES)
    if _NO_VALUE in values:
        raise SealMalformed(Flaw.ALPHABET, "MRZ: a character other than A-Z, 0-9 and <")
    return values


def _digit(values: bytes) -> str:
    return str((7 * sum(values[0::3]) + 3 * sum(values[1::3]) + sum(values[2::3])) % 10)


def transliterate(name: str, field: str = "name") -> str:
    """`name` in A-Z and single `<`; FieldInvalid if nothing is left or a letter has no place in the zone."""
    words = "<".join(filter(None, name.translate(_TABLE).split("<")))
    if not _WORDS.fullmatch(words):
        raise FieldInvalid(field, "cannot be written in an MRZ", "ne peut pas s'écrire dans une zone lisible (MRZ)")
    return words


def name_field(surname: str, given_names: str, width: int) -> str:
    """Both names in `width` columns, cut by 9303-7 section 4.2.2.1.

    A name that does not fit ends on a letter in the last column (unless only initials are left of it). A surname too
    long loses letters of its last words first, down to initials, until two letters of the given names stand.
    """
    primary = transliterate(surname, "surname")
    secondary = transliterate(given_names, "given_names") if given_names else ""
    if secondary:
        primary = _cut_words(primary, width - 2 - min(2, len(secondary)))
    name = f"{primary}<<{secondary}" if secondary else primary
    if len(name) > width and name[width - 1] == "<":
        name = _one_letter_less(name, width - 1)
    return name[:width].ljust(width, "<")


def _cut_words(primary: str, width: int) -> str:
    words = primary.split("<")
    for at in (*range(len(words) - 1, 0, -1), 0):
        excess = len("<".join(words)) - width
        if excess <= 0:
            break
        words[at] = words[at][: max(1, len(words[at]) - excess)]
    return "<".join(words)[:width].rstrip("<")


def _one_letter_less(name: str, end: int) -> str:
    """Drop the last letter before `end` that is not an initial, so that a letter and not `<` comes to stand there."""
    for at in range(end - 1, 0, -1):
        if name[at] != "<" and name[at - 1] != "<":
            return name[:at] + name[at + 1 :]
    return name


def visa(
    form: str,
    code: str,
    issuer: str,
    surname: str,
    given_names: str,
    number: str,
    nationality: str,
    birth_date: date,
    sex: str,
    valid_until: date,
    optional: str = "",
) -> tuple[str, str]:
    """The two lines of a visa, `form` "MRV-A" or "MRV-B" (9303-7); FieldInvalid where a value does not fit."""
    width = _WIDTH[form]
    upper = _upper(code, issuer, surname, given_names, width)
    return upper, _lower(number, nationality, birth_date, sex, valid_until) + _filled("optional", optional, width - 28)


def td2(
    code: str,
    issuer: str,
    surname: str,
    given_names: str,
    number: str,
    nationality: str,
    birth_date: date,
    sex: str,
    valid_until: date,
    optional: str = "",
) -> tuple[str, str]:
    """The two lines of a TD2 document (9303-6), as the emergency travel document bears (9303-8)."""
    lower = _lower(number, nationality, birth_date, sex, valid_until) + _filled("optional", optional, 7)
    return _upper(code, issuer, surname, given_names, 36), lower + _composite(_values(lower))


def _upper(code: str, issuer: str, surname: str, given_names: str, width: int) -> str:
    code = code.ljust(2, "<")
    if not _CODE.fullmatch(code):
        raise FieldInvalid("code", "one or two capital letters", "une ou deux lettres capitales")
    return code + _state("issuer", issuer) + name_field(surname, given_names, width - 5)


def _lower(number: str, nationality: str, birth_date: date, sex: str, valid_until: date) -> str:
    if not number or len(number) > _NUMBER_MAX:
        raise FieldInvalid("number", "1 to 9 characters", "de 1 à 9 caractères")
    if sex not in ("M", "F", ""):
        raise FieldInvalid("sex", "M, F or nothing", "M, F ou rien")
    filled, birth, until = _filled("number", number, 9), _yymmdd(birth_date), _yymmdd(valid_until)
    return "".join(
        (
            filled,
            check_digit(filled),
            _state("nationality", nationality),
            birth,
            check_digit(birth),
            sex or "<",
            until,
            check_digit(until),
        )
    )


def _yymmdd(day: date) -> str:
    return f"{day.year % 100:02}{day.month:02}{day.day:02}"


def _state(field: str, code: str) -> str:
    filled = "D<<" if code == "DEU" else code.ljust(3, "<")
    if not _STATE.fullmatch(filled):
        raise FieldInvalid(field, "one to three capital letters", "d'une à trois lettres capitales")
    return filled


def _filled(field: str, text: str, width: int) -> str:
    filled = text.ljust(width, "<")
    if len(filled) > width or not _OPTIONAL.fullmatch(filled):
        raise FieldInvalid(field, f"at most {width} of A-Z, 0-9 and <", f"au plus {width} de A-Z, 0-9 et <")
    return filled


def _composite(lower: bytes) -> str:
    return _digit(lower[0:10] + lower[13:20] + lower[21:35])


def parse(lines: Sequence[str]) -> MrzFields:
    """Read a visa or a TD2; raise SealMalformed for any other spelling or a check digit that does not hold.

    The form follows from the code (`V` is a visa) and the width. Line 2 of a visa may stop at column 28: that is how a
    VDS carries it (9303-13).
    """
    form = _form(lines)
    upper, lower = lines
    _check_digits(form, lower)
    above, number, below = _UPPER.fullmatch(upper), _NUMBER.fullmatch(lower[:9]), _LOWER.fullmatch(lower[9:])
    if above is None or number is None or below is None:
        raise SealMalformed(Flaw.ZONE, f"MRZ: {_misspelt(upper, lower)}")
    code, issuer, surname, given_names = above.groups("")
    nationality, birth_date, sex, valid_until, optional = below.groups()
    return MrzFields(
        form,
        code.rstrip("<"),
        _read_state(issuer),
        surname.replace("<", " "),
        given_names.replace("<", " "),
        upper[-1] != "<",
        number[1],
        _read_state(nationality),
        birth_date,
        sex.rstrip("<"),
        valid_until,
        (optional[:-1] if form == "TD2" else optional).rstrip("<"),
    )


def _check_digits(form: str, lower: str) -> None:
    values = _values(lower)
    for what, start, end in (("number", 0, 9), ("birth date", 13, 19), ("date of expiry", 21, 27)):
        if lower[end] != _digit(values[start:end]):
            raise SealMalformed(Flaw.DIGIT, f"MRZ: check digit of the {what}")
    if form == "TD2" and lower[35] != _composite(values):
        raise SealMalformed(Flaw.DIGIT, "MRZ: composite check digit")


def _misspelt(upper: str, lower: str) -> str:
    """The first part that is not spelled as it must be."""
    parts = (
        ("code", _CODE, upper[:2]),
        ("state code", _STATE, upper[2:5]),
        ("name", _NAME, upper[5:]),
        ("number", _NUMBER, lower[:9]),
        ("state code", _STATE, lower[10:13]),
        ("birth date", _BIRTH, lower[13:19]),
        ("sex", _SEX, lower[20]),
        ("date of expiry", _DAY, lower[21:27]),
    )
    return next((what for what, pattern, text in parts if not pattern.fullmatch(text)), "optional part")


def _form(lines: Sequence[str]) -> str:
    if len(lines) != 2:
        raise SealMalformed(Flaw.ZONE, "MRZ: not two lines")
    widths = len(lines[0]), len(lines[1])
    if lines[0].startswith("V"):
        for form in ("MRV-A", "MRV-B"):
            if widths in ((_WIDTH[form], _WIDTH[form]), (_WIDTH[form], _VDS_LINE)):
                return form
    elif widths == (36, 36):
        return "TD2"
    raise SealMalformed(Flaw.ZONE, "MRZ: lines of the wrong length")


def _read_state(filled: str) -> str:
    code = filled.rstrip("<")
    if code == "DEU":
        raise SealMalformed(Flaw.ZONE, "MRZ: Germany is written D<<")
    return "DEU" if code == "D" else code
