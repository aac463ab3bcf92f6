"""Marriage (Loi 2011-087): celebrated at the centre, under an option (monogamy, polygamy) and a property regime.

What belongs to neither spouse alone (date, place, option) is under a data key of its own, "union": erasing one spouse
leaves the marriage of the other readable.
"""

from sceau.domain.document_type import ActKind, Field, Kind, Label
from sceau.domain.fields import (
    BIRTH_DATE,
    BIRTH_PLACE,
    DOMICILE,
    GIVEN_NAMES,
    NATIONALITY,
    NINA,
    PROFESSION,
    SURNAME,
    of,
)

_FATHER = Field("father", Label("Père", "Father"), Kind.NAME, required=False, length_max=120, group="filiation")
_MOTHER = Field("mother", Label("Mère", "Mother"), Kind.NAME, required=False, length_max=120, group="filiation")
_SPOUSE = (
    SURNAME,
    GIVEN_NAMES,
    BIRTH_DATE,
    BIRTH_PLACE,
    NATIONALITY,
    NINA,
    PROFESSION,
    DOMICILE,
    _FATHER,
    _MOTHER,
)

ACT_KIND = ActKind(
    code="marriage",
    version=1,
    title=Label("Acte de mariage", "Marriage record"),
    letter="M",
    principal="spouse_a",
    event_date="marriage_date",
    fields=(
        *of("spouse_a", *_SPOUSE, fr="de l'époux", en="Husband's"),
        *of("spouse_b", *_SPOUSE, fr="de l'épouse", en="Wife's"),
        Field("marriage_date", Label("Date du mariage", "Date of marriage"), Kind.DATE, subject="union"),
        Field("marriage_time", Label("Heure du mariage", "Time of marriage"), Kind.TIME, False, subject="union"),
        Field("marriage_place", Label("Lieu du mariage", "Place of marriage"), subject="union"),
        Field("marriage_country", Label("Pays du mariage", "Country of marriage"), Kind.COUNTRY, subject="union"),
        Field(
            "option",
            Label("Option matrimoniale", "Matrimonial option"),
            Kind.CHOICE,
            subject="union",
            choices={
                "monogamy": Label("monogamie", "monogamy"),
                "polygamy": Label("polygamie", "polygamy"),
            },
        ),
        Field(
            "regime",
            Label("Régime matrimonial", "Property regime"),
            Kind.CHOICE,
            subject="union",
            choices={
                "separation": Label("séparation de biens", "separation of property"),
                "community": Label("communauté de biens", "community of property"),
            },
        ),
        Field("witness_1", Label("Premier témoin", "First witness"), Kind.NAME, length_max=120, subject="witness_1"),
        Field("witness_2", Label("Second témoin", "Second witness"), Kind.NAME, length_max=120, subject="witness_2"),
    ),
    date_order=(
        ("spouse_a_birth_date", "marriage_date"),
        ("spouse_b_birth_date", "marriage_date"),
    ),
)
