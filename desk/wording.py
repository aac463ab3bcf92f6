"""How values read on paper, in French.

1991-03-14   « 14 mars 1991 »     MLI   « Mali », as a nationality « malienne »     P90D   « 90 jours »
06:40        « 6 h 40 »           (e)   as the holder's sex asks: « S'est présentée le »
"""

from datetime import date

from sceau.desk.countries import country, demonym
from sceau.domain.document_type import Field, Kind

_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre")  # fmt: skip
_UNITS = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}
_SEX = {"M": "Masculin", "F": "Féminin"}
_NO_BREAK = "\u00a0"
_ARTICLES = ("Le ", "La ", "L'", "L’")
_AT = {
    "Consulat": "au ",
    "Centre": "au ",
    "Ministère": "au ",
    "Bureau": "au ",
    "Ambassade": "à l’",
    "Agence": "à l’",
    "Mission": "à la ",
    "Mairie": "à la ",
    "Direction": "à la ",
    "Section": "à la ",
}


def long_date(day: date) -> str:
    """« 22 novembre 2026 », « 1er mars 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year:04d}"


def short_date(day: date) -> str:
    """« 22/11/2026 », for cards and stickers."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def read(field: Field, value: str) -> str:
    """`value`, which obeys its declaration, as people read it on a page."""
    if value in field.choices:
        return field.choices[value].fr
    match field.kind:
        case Kind.DATE:
            return long_date(date.fromisoformat(value))
        case Kind.SEX:
            return _SEX[value]
        case Kind.COUNTRY:
            return _nation(field, value)
        case Kind.TIME:
            return _time(value)
        case Kind.DURATION:
            return _duration(value)
        case _:
            return value


def read_short(field: Field, value: str) -> str:
    """`value` as it stands on a card or sticker: figures for dates, a letter for sex, three for countries."""
    if field.kind is Kind.DATE:
        return short_date(date.fromisoformat(value))
    if field.kind is Kind.COUNTRY:
        name = _nation(field, value)
        return name if name == value else f"{name} ({value})"
    return value if field.kind is Kind.SEX else read(field, value)


def agreed(words: str, sex: str | None) -> str:
    """« présenté(e) » and « veuf / veuve » as the holder's sex asks; unchanged where nobody says it."""
    if sex not in _SEX:
        return words
    man, _, woman = words.replace("(e)", "" if sex == "M" else "e").partition(" / ")
    return woman or man if sex == "F" else man


def without_article(title: str) -> str:
    """« Le Consul général » as it stands after a name: « Consul général »."""
    article = next((article for article in _ARTICLES if title.startswith(article)), "")
    return title[len(article) :]


def at_office(name: str) -> str:
    """« au Consulat général du Mali à Lyon », « à l’Ambassade du Mali en France »; others keep their bare name."""
    return _AT.get(name.partition(" ")[0], "") + name


def _nation(field: Field, code: str) -> str:
    return demonym(code) if field.name.endswith("nationality") else country(code)


def _time(value: str) -> str:
    """« 6 h 40 », « 18 h » (Lexique des règles typographiques of the Imprimerie nationale)."""
    hour, _, minute = value.partition(":")
    return _NO_BREAK.join([str(int(hour)), "h", *([minute] if minute != "00" else [])])


def _duration(value: str) -> str:
    count, unit = int(value[1:-1]), _UNITS[value[-1]]
    return f"{count} {unit[count > 1]}"
