"""Birth (Loi 2011-087): declared within 30 clear days; the father may be unknown, the mother is named."""

from sceau.domain.document_type import ActKind, Field, Kind, Label
from sceau.domain.fields import (
    BIRTH_COUNTRY,
    BIRTH_DATE,
    BIRTH_PLACE,
    DOMICILE,
    GIVEN_NAMES,
    NATIONALITY,
    NINA,
    PROFESSION,
    SEX,
    SURNAME,
    about,
    of,
)

ACT_KIND = ActKind(
    code="birth",
    version=1,
    title=Label("Acte de naissance", "Birth record"),
    letter="N",
    principal="child",
    event_date="birth_date",
    fields=(
        *about("child", SURNAME, GIVEN_NAMES, SEX, BIRTH_DATE),
        Field("birth_time", Label("Heure de naissance", "Time of birth"), Kind.TIME, required=False, subject="child"),
        *about("child", BIRTH_PLACE, BIRTH_COUNTRY, NATIONALITY, NINA),
        *of("father", SURNAME, GIVEN_NAMES, BIRTH_DATE, NATIONALITY, fr="du père", en="Father's", required=False),
        *of("father", PROFESSION, DOMICILE, fr="du père", en="Father's"),
        *of("mother", SURNAME, GIVEN_NAMES, fr="de la mère", en="Mother's"),
        *of("mother", BIRTH_DATE, NATIONALITY, fr="de la mère", en="Mother's", required=False),
        *of("mother", PROFESSION, DOMICILE, fr="de la mère", en="Mother's"),
        *of("declarant", SURNAME, GIVEN_NAMES, fr="du déclarant", en="Declarant's", required=False),
        Field(
            "declarant_quality",
            Label("Qualité du déclarant", "Declarant's capacity"),
            required=False,
            subject="declarant",
        ),
        Field("declared_on", Label("Déclarée le", "Declared on"), Kind.DATE, subject="child", group="declaration"),
    ),
    date_order=(
        ("birth_date", "declared_on"),
        ("father_birth_date", "birth_date"),
        ("mother_birth_date", "birth_date"),
    ),
)
