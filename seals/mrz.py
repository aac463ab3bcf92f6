"""A machine-readable zone alone, typed or scanned (ICAO 9303-4 to 9303-7): not signed, only its sums can be checked.

    zone  = line (newline line)* | the lines without newlines        A-Z, 0-9 and `<`
    TD1   3 x 30    identity card          TD2   2 x 36    identity card, emergency travel document
    TD3   2 x 44    passport               MRV-A 2 x 44, MRV-B 2 x 36   visa: the first letter is V

What it says is not shown: whoever can write can compute check digits.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sceau.domain.errors import SealMalformed
from sceau.domain.flaw import Flaw
from sceau.domain.mrz import MrzFields, check_digit
from sceau.seals.seal import ParsedSeal

_ZONE = re.compile(
    rb"(?:[A-Z0-9<]{30}(?:\r?\n)?){2}[A-Z0-9<]{30}"
    rb"|[A-Z0-9<]{36}(?:\r?\n)?[A-Z0-9<]{36}"
    rb"|[A-Z0-9<]{44}(?:\r?\n)?[A-Z0-9<]{44}"
)
_FIRST = (b"A", b"C", b"I", b"P", b"V")
_NUMBER_MAX = 9
_NAME = re.compile("([A-Z]+(?:<[A-Z]+)*)(?:<<([A-Z]+(?:<[A-Z]+)*))?<*")
_DATE = re.compile("[0-9<]{6}")


class _Layout(NamedTuple):
    """Where each part stands in the joined lines; `sums` pairs a digit's place with what it is the sum of."""

    widths: Sequence[int]
    name: slice
    number: slice
    nationality: slice
    birth: slice
    sex: int
    until: slice
    optional: slice
    sums: Mapping[str, tuple[int, Sequence[slice]]]


def _two_lines(width: int, optional: slice, more: Mapping[str, tuple[int, Sequence[slice]]]) -> _Layout:
    number, birth, until = (slice(width + at, width + at + size) for at, size in ((0, 9), (13, 6), (21, 6)))
    sums = {"number": (number.stop, [number]), "birth": (birth.stop, [birth]), "until": (until.stop, [until])}
    nationality = slice(width + 10, width + 13)
    return _Layout(
        (width, width), slice(5, width), number, nationality, birth, width + 20, until, optional, {**sums, **more}
    )


_TD1 = _Layout(
    (30, 30, 30),
    slice(60, 90),
    slice(5, 14),
    slice(45, 48),
    slice(30, 36),
    37,
    slice(38, 44),
    slice(15, 30),
    {
        "number": (14, [slice(5, 14)]),
        "birth": (36, [slice(30, 36)]),
        "until": (44, [slice(38, 44)]),
        "composite": (59, [slice(5, 37), slice(38, 45), slice(48, 59)]),
    },
)
_LAYOUTS = {
    "TD1": _TD1,
    "TD2": _two_lines(36, slice(64, 71), {"composite": (71, [slice(36, 46), slice(49, 56), slice(57, 71)])}),
    "TD3": _two_lines(
        44,
        slice(72, 86),
        {
            "optional": (86, [slice(72, 86)]),
            "composite": (87, [slice(44, 54), slice(57, 64), slice(65, 87)]),
        },
    ),
    "MRV-A": _two_lines(44, slice(72, 88), {}),
    "MRV-B": _two_lines(36, slice(64, 72), {}),
}


@dataclass(frozen=True, slots=True)
class BareZone(ParsedSeal):
    """A zone without any signature; `wrong` names the check digits that do not hold."""

    wrong: tuple[str, ...] = field(default=(), kw_only=True)


def is_zone(data: bytes) -> bool:
    """Whether these bytes look like the lines of a zone."""
    return data[:1] in _FIRST and b"<" in data and _ZONE.fullmatch(data) is not None


def parse(data: bytes) -> BareZone:
    """Read a zone; SealMalformed where it has not the form of one."""
    if not is_zone(data):
        raise SealMalformed(Flaw.ZONE, "MRZ: not the lines of a machine-readable zone")
    text = data.translate(None, b"\r\n").decode("ascii")
    zone, wrong = read(form_of(text), text)
    return BareZone(
        format="mrz",
        profile=zone.form,
        issuer=zone.issuer,
        reference="",
        country=zone.issuer,
        algorithm=None,
        signed=b"",
        signature=b"",
        type_code=None,
        document_class=None,
        issued_on=None,
        issued_at=None,
        valid_from=None,
        valid_until=None,
        wrong=wrong,
    )


def form_of(text: str) -> str:
    """The form of joined lines; SealMalformed where none has that length."""
    visa = text.startswith("V")
    forms = {90: "TD1", 72: "MRV-B" if visa else "TD2", 88: "MRV-A" if visa else "TD3"}
    if len(text) not in forms:
        raise SealMalformed(Flaw.ZONE, "MRZ: lines of the wrong length")
    return forms[len(text)]


def read(form: str, text: str) -> tuple[MrzFields, tuple[str, ...]]:
    """What joined lines say, and which check digits do not hold; SealMalformed where they are no such zone."""
    at = _LAYOUTS[form]
    name = _NAME.fullmatch(text[at.name])
    dates = _DATE.fullmatch(text[at.birth]) and _DATE.fullmatch(text[at.until])
    if len(text) != sum(at.widths) or name is None or not dates:
        raise SealMalformed(Flaw.ZONE, "MRZ: a name or date that is none")
    surname, given_names = (words.replace("<", " ") for words in name.groups(""))
    number, optional = _number(form, text, at)
    zone = MrzFields(
        form,
        text[:2].rstrip("<"),
        _state(text[2:5]),
        surname,
        given_names,
        text[at.name][-1] != "<",
        number.rstrip("<"),
        _state(text[at.nationality]),
        text[at.birth],
        text[at.sex].rstrip("<"),
        text[at.until],
        optional.rstrip("<"),
    )
    return zone, _wrong(form, text, at)


def lines(form: str, text: str) -> str:
    """Joined lines as they stand on the document."""
    width = _LAYOUTS[form].widths[0]
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


def _number(form: str, text: str, at: _Layout) -> tuple[str, str]:
    """The number, which may go on in the optional part where `<` stands for its digit (9303-5 section 4.2.2)."""
    number, optional = text[at.number], text[at.optional]
    rest = optional.partition("<")[0]
    if form not in ("TD1", "TD2") or text[at.number.stop] != "<" or len(rest) < 2:
        return number, optional
    return number + rest[:-1], optional[len(rest) :]


def _wrong(form: str, text: str, at: _Layout) -> tuple[str, ...]:
    found = [what for what, (place, parts) in at.sums.items() if not _holds(text, what, place, parts)]
    number, _ = _number(form, text, at)
    if len(number) > _NUMBER_MAX:
        digit = text[at.optional][len(number) - _NUMBER_MAX]
        found = [what for what in found if what != "number"] + ([] if digit == check_digit(number) else ["number"])
    return tuple(found)


def _holds(text: str, what: str, place: int, parts: Sequence[slice]) -> bool:
    summed = "".join(text[part] for part in parts)
    if what == "optional" and not summed.strip("<") and text[place] == "<":
        return True  # an empty personal number may have no digit (9303-4 section 4.2.2)
    return text[place] == check_digit(summed)


def _state(code: str) -> str:
    return "DEU" if code == "D<<" else code.rstrip("<")
