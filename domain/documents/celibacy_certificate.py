"""Certificate of celibacy: no marriage binds the holder, as the registers and two witnesses say on that day."""

from sceau.domain.document_type import (
    CAREER_POSTS,
    Carrier,
    DocumentClass,
    DocumentType,
    Fee,
    Field,
    Kind,
    Label,
    OfficeKind,
    Seal,
    SealFormat,
    Validity,
)
from sceau.domain.fields import ADDRESS, CITY, COUNTRY, MARITAL_STATUS, NINA, PERSON, PROFESSION

_UNMARRIED = {status: MARITAL_STATUS[status] for status in ("single", "divorced", "widowed")}

DOCUMENT_TYPE = DocumentType(
    code="celibacy_certificate",
    version=1,
    title=Label("Certificat de célibat", "Certificate of celibacy"),
    letter="S",
    document_class=DocumentClass.ADMINISTRATIVE,
    seal=Seal(SealFormat.CLAIM169, Carrier.URL),
    issued_by=CAREER_POSTS | {OfficeKind.HONORARY},
    fields=(
        *PERSON,
        NINA,
        PROFESSION,
        ADDRESS,
        CITY,
        COUNTRY,
        Field("father", Label("Père", "Father"), Kind.NAME, required=False, length_max=120, group="filiation"),
        Field("mother", Label("Mère", "Mother"), Kind.NAME, required=False, length_max=120, group="filiation"),
        Field(
            "marital_status",
            Label("Situation de famille", "Marital status"),
            Kind.CHOICE,
            act_claim=10,
            choices=_UNMARRIED,
        ),
        Field("witness_1", Label("Premier témoin", "First witness"), Kind.NAME, length_max=120, subject="witness_1"),
        Field("witness_2", Label("Second témoin", "Second witness"), Kind.NAME, length_max=120, subject="witness_2"),
    ),
    fee=Fee(1_000),  # default tariff, to be replaced by the mission's own
    validity=Validity(months=3),
    template="certificate",
)
