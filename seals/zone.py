"""The machine-readable zone inside a VDS: C40 of both lines, and the centuries that it leaves out.

    visa       line 1 (MRV-A 44, MRV-B 36 columns), then columns 1-28 of line 2: what is optional stays away
    any other  both lines of a TD2, 36 columns each

A zone writes years in two digits. A birth lies in the hundred years before the document's issue; an expiry from 20
years before it to 79 after.
"""

from datetime import date

from sceau.domain import mrz
from sceau.domain.errors import SealMalformed
from sceau.domain.flaw import Flaw
from sceau.seals import c40

_WIDTH = {"MRV-A": 44, "MRV-B": 36, "TD2": 36}
_VISA_LINE_2 = 28
_SIZE = {"MRV-A": 44 + _VISA_LINE_2, "MRV-B": 36 + _VISA_LINE_2, "TD2": 36 + 36}

_NO_DATE = "VDS: no such date in the machine-readable zone"


def write(form: str, lines: tuple[str, str]) -> bytes:
    """Both lines, given in full width, as a seal carries them; `form` is "MRV-A", "MRV-B" or "TD2"."""
    line_1, line_2 = lines
    return c40.encode(line_1 + (line_2 if form == "TD2" else line_2[:_VISA_LINE_2]))


def read(form: str, value: bytes, issued_on: date) -> tuple[dict[str, str], date]:
    """What the zone says by field name, and the last day of validity; SealMalformed unless it is a zone of `form`."""
    text = c40.decode(value).replace(" ", "<")
    if len(text) != _SIZE[form]:
        raise SealMalformed(Flaw.ZONE, "VDS: a machine-readable zone of another length")
    lines = text[: _WIDTH[form]], text[_WIDTH[form] :]
    zone = mrz.parse(lines)
    if zone.form != form:
        raise SealMalformed(Flaw.ZONE, "VDS: not the machine-readable zone of this profile")
    return said(zone, "\n".join(lines), issued_on)


def said(zone: mrz.MrzFields, lines: str, issued_on: date) -> tuple[dict[str, str], date]:
    """What a zone says by field name, its years made whole from the day of issue, and the last day of validity."""
    valid_until = _expiry(zone.valid_until, issued_on)
    fields = {
        "mrz": lines,
        "number": zone.number,
        "surname": zone.surname,
        "given_names": zone.given_names,
        "nationality": zone.nationality,
        "sex": zone.sex,
        "valid_until": valid_until.isoformat(),
    }
    if "<" not in zone.birth_date:  # what is unknown of a birth stays in the zone
        fields["birth_date"] = _birth(zone.birth_date, issued_on).isoformat()
    return fields, valid_until


def _birth(yymmdd: str, issued_on: date) -> date:
    """The last such day that is not after the document's."""
    year = issued_on.year - (issued_on.year - int(yymmdd[:2])) % 100
    day = _day(year, yymmdd)
    return day if day <= issued_on else _day(year - 100, yymmdd)


def _expiry(yymmdd: str, issued_on: date) -> date:
    """The one such day from 20 years before the document's year to 79 after."""
    if not yymmdd.isdigit():  # `<` for a part that is unknown: an end is known or it is none
        raise SealMalformed(Flaw.DATE, _NO_DATE)
    earliest = issued_on.year - 20
    return _day(earliest + (int(yymmdd[:2]) - earliest) % 100, yymmdd)


def _day(year: int, yymmdd: str) -> date:
    try:
        return date(year, int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        raise SealMalformed(Flaw.DATE, _NO_DATE) from None
