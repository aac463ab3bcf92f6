"""Long-stay visa: the large sticker (MRV-A)."""

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
from sceau.domain.visa_fields import DATE_ORDER, HOLDER, PASSPORT, PURPOSE, STAY, category

DOCUMENT_TYPE = DocumentType(
    code="visa_long",
    version=1,
    title=Label("Visa de long séjour", "Long-stay visa"),
    letter="X",
    document_class=DocumentClass.VISA,
    seal=Seal(SealFormat.VDS, Carrier.BINARY, profile="5D01", mrz="MRV-A"),
    fields=(*HOLDER, *PASSPORT, category("long"), PURPOSE, *STAY),
    date_order=DATE_ORDER,
    fee=Fee(150_00, "EUR"),  # default tariff: Paris, twelve months, 2024
    validity=Validity(stated=True),
    template="visa",
    waits_for_quorum=True,
)
