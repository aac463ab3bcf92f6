"""How values read on paper, in French: `1991-03-14` becomes « 14 mars 1991 », `P90D` « 90 jours », `MLI` « Mali »."""

from datetime import date

from sceau.desk.countries import country
from sceau.domain.document_type import Field, Kind

_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre")  # fmt: skip
_UNITS = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}
_SEX = {"M": "Masculin", "F": "Féminin"}


def long_date(day: date) -> str:
    """« 22 novembre 2026 », « 1er mars 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year:04d}"


def short_date(day: date) -> str:
    """« 22/11/2026 », for cards and stickers."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def read(field: Field, value: str) -> str:
    """`value`, which obeys its declaration, as people read it on a page."""
    match field.kind:
        case Kind.DATE:
            return long_date(date.fromisoformat(value))
        case Kind.SEX:
            return _SEX[value]
        case Kind.COUNTRY:
            return country(value)
        case Kind.DURATION:
            return _duration(value)
        case Kind.CHOICE:
            return field.choices[value].fr
        case _:
            return value


def read_short(field: Field, value: str) -> str:
    """`value` as it stands on a card or sticker: figures for dates, letters for countries and sex."""
    if field.kind is Kind.DATE:
        return short_date(date.fromisoformat(value))
    return value if field.kind in (Kind.SEX, Kind.COUNTRY) else read(field, value)


def _duration(value: str) -> str:
    count, unit = int(value[1:-1]), _UNITS[value[-1]]
    return f"{count} {unit[count > 1]}"
