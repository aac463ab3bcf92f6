"""Certificate of residence: the holder lives in the mission's district since that day."""

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
from sceau.domain.fields import ADDRESS, CITY, COUNTRY, NINA, PERSON, PROFESSION

DOCUMENT_TYPE = DocumentType(
    code="residence_certificate",
    version=1,
    title=Label("Certificat de résidence", "Certificate of residence"),
    letter="H",
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
        Field(
            "resident_since", Label("Y réside depuis le", "Resident since"), Kind.DATE, act_claim=10, group="address"
        ),
    ),
    date_order=(("birth_date", "resident_since"),),
    fee=Fee(1_000),  # default tariff, to be replaced by the mission's own
    validity=Validity(months=3),
    template="certificate",
)
