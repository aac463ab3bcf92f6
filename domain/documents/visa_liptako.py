"""Liptako visa of the Sahel confederation (AES): one sticker (MRV-B) valid in Mali, Burkina Faso and Niger.

The issuing state stays in the MRZ (MLI, BFA or NER); the common territory is bit 40 of the category (tag 06)."""

from sceau.domain.document_type import (
    Carrier,
    DocumentClass,
    DocumentType,
    Fee,
    Label,
    Seal,
    SealFormat,
    Validity,
)
from sceau.domain.visa_fields import DATE_ORDER, HOLDER, LIPTAKO, PASSPORT, PURPOSE, STAY, category

DOCUMENT_TYPE = DocumentType(
    code="visa_liptako",
    version=1,
    title=Label("Visa Liptako (AES)", "Liptako visa (AES)"),
    letter="A",
    document_class=DocumentClass.VISA,
    seal=Seal(SealFormat.VDS, Carrier.BINARY, profile="5D01", mrz="MRV-B"),
    fields=(*HOLDER, *PASSPORT, category("short", "transit", territory=LIPTAKO), PURPOSE, *STAY),
    date_order=DATE_ORDER,
    fee=Fee(70_00, "EUR"),  # default tariff: as the short stay, until the confederation publishes its own
    validity=Validity(stated=True),
    template="visa",
    waits_for_quorum=True,
)
