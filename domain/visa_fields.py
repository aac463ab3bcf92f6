"""What every visa says (ICAO 9303-7), and where the visa seal carries it (ICAO 9303-13, profile 5D01).

    tag 01 or 02   the machine-readable zone, made of the holder's fields, the number and valid_until
    tag 03         entries, 0 for multiple        tag 05  passport number
    tag 04         length of stay                 tag 06  category, one byte

The byte of tag 06: 01 short stay, 02 long stay, 03 transit, 04 diplomatic, 05 service, 06 courtesy, 07 press; bit 40
marks the Liptako visa, valid in Mali, Burkina Faso and Niger. No standard fixes these values: they are this house's.
"""

from collections.abc import Mapping
from dataclasses import replace

from sceau.domain.document_type import Field, Kind, Label
from sceau.domain.fields import GIVEN_NAMES, PERSON, unsealed

LIPTAKO = 0x40
CATEGORY_CODES = {"short": 1, "long": 2, "transit": 3, "diplomatic": 4, "service": 5, "courtesy": 6, "press": 7}
_CATEGORIES = {
    "short": Label("court séjour", "short stay"),
    "long": Label("long séjour", "long stay"),
    "transit": Label("transit", "transit"),
    "diplomatic": Label("diplomatique", "diplomatic"),
    "service": Label("service", "service"),
    "courtesy": Label("courtoisie", "courtesy"),
    "press": Label("presse", "press"),
}
_PURPOSES = {
    "tourism": Label("tourisme", "tourism"),
    "family": Label("visite familiale", "family visit"),
    "business": Label("affaires", "business"),
    "investment": Label("investissement", "investment"),
    "work": Label("travail", "work"),
    "study": Label("études", "studies"),
    "official": Label("mission officielle", "official mission"),
    "other": Label("autre", "other"),
}

# A passport may name its holder with one name only; the MRZ then has no second part (9303-3 section 4.6).
HOLDER = tuple(replace(f, required=False) if f.name == GIVEN_NAMES.name else f for f in unsealed(*PERSON))
PASSPORT = (
    Field(
        "passport_number",
        Label("Numéro de passeport", "Passport number"),
        Kind.NUMBER,
        length_max=9,
        group="passport",
        feature=5,
    ),
    Field("passport_issuer", Label("Passeport délivré par", "Passport issued by"), Kind.COUNTRY, group="passport"),
    Field(
        "passport_valid_until", Label("Passeport valable jusqu'au", "Passport valid until"), Kind.DATE, group="passport"
    ),
)
STAY = (
    Field(
        "entries",
        Label("Entrées", "Entries"),
        Kind.COUNT,
        group="visa",
        choices={"0": Label("multiples", "multiple")},
        feature=3,
    ),
    Field("stay", Label("Durée de chaque séjour", "Length of each stay"), Kind.DURATION, group="visa", feature=4),
    Field("valid_from", Label("Valable du", "Valid from"), Kind.DATE, group="visa"),
    Field("valid_until", Label("Valable jusqu'au", "Valid until"), Kind.DATE, group="visa"),
)
PURPOSE = Field("purpose", Label("Motif du séjour", "Purpose of stay"), Kind.CHOICE, group="visa", choices=_PURPOSES)
DATE_ORDER = (
    ("birth_date", "valid_from"),
    ("valid_from", "valid_until"),
    ("valid_until", "passport_valid_until"),
)


def category(*names: str, territory: int = 0) -> Field:
    """The category field with these choices; `territory` is LIPTAKO or 0."""
    choices: Mapping[str, Label] = {name: _CATEGORIES[name] for name in names}
    codes = {name: CATEGORY_CODES[name] | territory for name in names}
    return Field(
        "category",
        Label("Catégorie", "Category"),
        Kind.CHOICE,
        group="visa",
        choices=choices,
        feature=6,
        codes=codes,
    )
