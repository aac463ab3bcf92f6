"""Death (Loi 2011-087): declared within 30 clear days; what the declarant does not know stays unsaid."""

from dataclasses import replace

from sceau.domain.document_type import ActKind, Field, Kind, Label
from sceau.domain.fields import (
    BIRTH_DATE,
    BIRTH_PLACE,
    DOMICILE,
    GIVEN_NAMES,
    MARITAL_STATUS,
    NATIONALITY,
    NINA,
    PROFESSION,
    SEX,
    SURNAME,
    about,
    of,
)

_D = "deceased"

ACT_KIND = ActKind(
    code="death",
    version=1,
    title=Label("Acte de décès", "Death record"),
    letter="D",
    principal=_D,
    event_date="death_date",
    fields=(
        *about(_D, SURNAME, GIVEN_NAMES, SEX),
        *about(_D, replace(BIRTH_DATE, required=False), replace(BIRTH_PLACE, required=False)),
        *about(_D, NATIONALITY, NINA, PROFESSION, DOMICILE),
        Field(
            "marital_status",
            Label("Situation de famille", "Marital status"),
            Kind.CHOICE,
            False,
            subject=_D,
            group="situation",
            choices=MARITAL_STATUS,
        ),
        Field("death_date", Label("Date du décès", "Date of death"), Kind.DATE, subject=_D),
        Field("death_time", Label("Heure du décès", "Time of death"), Kind.TIME, False, subject=_D),
        Field("death_place", Label("Lieu du décès", "Place of death"), subject=_D),
        Field("death_country", Label("Pays du décès", "Country of death"), Kind.COUNTRY, subject=_D),
        *of("father", SURNAME, GIVEN_NAMES, fr="du père", en="Father's", required=False),
        *of("mother", SURNAME, GIVEN_NAMES, fr="de la mère", en="Mother's", required=False),
        *of("declarant", SURNAME, GIVEN_NAMES, fr="du déclarant", en="Declarant's"),
        Field(
            "declarant_quality",
            Label("Qualité du déclarant", "Declarant's capacity"),
            required=False,
            subject="declarant",
        ),
        Field("declared_on", Label("Déclaré le", "Declared on"), Kind.DATE, subject=_D, group="declaration"),
    ),
    date_order=(("birth_date", "death_date"), ("death_date", "declared_on")),
)
