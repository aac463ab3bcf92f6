"""Certificate of life (certificat de vie): the holder came before the officer that day, as pension funds ask yearly."""

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
from sceau.domain.fields import ADDRESS, CITY, COUNTRY, NINA, PERSON

DOCUMENT_TYPE = DocumentType(
    code="life_certificate",
    version=1,
    title=Label("Certificat de vie", "Certificate of life"),
    letter="E",
    document_class=DocumentClass.ADMINISTRATIVE,
    seal=Seal(SealFormat.CLAIM169, Carrier.URL),
    issued_by=CAREER_POSTS | {OfficeKind.HONORARY},
    fields=(
        *PERSON,
        NINA,
        ADDRESS,
        CITY,
        COUNTRY,
        Field("appeared_on", Label("S'est présenté(e) le", "Appeared in person on"), Kind.DATE, act_claim=10),
        Field("addressed_to", Label("Destinataire", "Addressed to"), required=False, length_max=120, group="purpose"),
        Field("reference", Label("Référence du dossier", "File reference"), required=False, group="purpose"),
    ),
    date_order=(("birth_date", "appeared_on"),),
    fee=Fee(1_000),  # default tariff, to be replaced by the mission's own
    validity=Validity(months=3),
    template="certificate",
)
