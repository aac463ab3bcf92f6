"""The fields that declarations share, so that one thing has one name, one label and one limit everywhere.

    SURNAME                        "Nom" / "Surname", of the document's holder
    about("child", SURNAME)        the same words, under the child's data key
    of("father", SURNAME, ...)     father_surname, "Nom du père" / "Father's surname"
    copied(ACT_KIND, "surname")    what a document takes from its act

Numbers of sealed fields: `claim` by MOSIP Claim 169, `feature` by ICAO 9303-13 visa profile 5D01.
"""

from collections.abc import Mapping
from dataclasses import replace

from sceau.domain.document_type import ActKind, Field, Kind, Label

SURNAME = Field("surname", Label("Nom", "Surname"), Kind.NAME, claim=7)
GIVEN_NAMES = Field("given_names", Label("Prénoms", "Given names"), Kind.NAME, claim=5)
SEX = Field("sex", Label("Sexe", "Sex"), Kind.SEX, claim=9)
BIRTH_DATE = Field("birth_date", Label("Date de naissance", "Date of birth"), Kind.DATE, claim=8)
BIRTH_PLACE = Field("birth_place", Label("Lieu de naissance", "Place of birth"), claim=21)
BIRTH_COUNTRY = Field("birth_country", Label("Pays de naissance", "Country of birth"), Kind.COUNTRY)
NATIONALITY = Field("nationality", Label("Nationalité", "Nationality"), Kind.COUNTRY, claim=13)
NINA = Field("nina", Label("NINA", "National ID number"), Kind.NINA, required=False)
PROFESSION = Field("profession", Label("Profession", "Occupation"), required=False, group="situation")
DOMICILE = Field("domicile", Label("Domicile", "Residence"), required=False, length_max=120, group="situation")
PERSON = (SURNAME, GIVEN_NAMES, SEX, BIRTH_DATE, BIRTH_PLACE, NATIONALITY)

# On a certificate the town and country of residence are what the reader asks for.
ADDRESS = Field("address", Label("Adresse", "Address"), length_max=120, group="address")
CITY = Field("city", Label("Ville de résidence", "City of residence"), claim=10, group="address")
COUNTRY = Field("country", Label("Pays de résidence", "Country of residence"), Kind.COUNTRY, group="address")

MARITAL_STATUS = {
    "single": Label("célibataire", "single"),
    "married": Label("marié(e)", "married"),
    "divorced": Label("divorcé(e)", "divorced"),
    "widowed": Label("veuf / veuve", "widowed"),
}


def unsealed(*fields: Field) -> tuple[Field, ...]:
    """The same fields, carried by no seal."""
    return tuple(replace(f, claim=None, act_claim=None, feature=None) for f in fields)


def about(subject: str, *fields: Field) -> tuple[Field, ...]:
    """The same fields, under the data key of `subject`; an act seals nothing, its documents do."""
    return tuple(replace(f, subject=subject) for f in unsealed(*fields))


def of(subject: str, *fields: Field, fr: str, en: str, required: bool | None = None) -> tuple[Field, ...]:
    """The same fields about somebody else: "father" gives father_surname, "Nom du père", "Father's surname"."""
    return tuple(
        replace(
            f,
            name=f"{subject}_{f.name}",
            label=Label(f"{f.label.fr} {fr}", f"{en} {_inside(f.label.en)}"),
            required=f.required if required is None else required,
        )
        for f in about(subject, *fields)
    )


def _inside(label: str) -> str:
    """A label after the first word of its line: small initial, but for an acronym."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def copied(kind: ActKind, name: str, claim: int | None = None, act_claim: int | None = None) -> Field:
    """The field of the act: same name, label, spelling, subject and group."""
    return replace(kind.by_name[name], from_act=name, claim=claim, act_claim=act_claim)


def copied_all(kind: ActKind, claims: Mapping[str, int], act_claims: Mapping[str, int]) -> tuple[Field, ...]:
    """Every field of the act in its order, sealed as the two maps say."""
    return tuple(copied(kind, f.name, claims.get(f.name), act_claims.get(f.name)) for f in kind.fields)
