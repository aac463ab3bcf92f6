"""Short-stay visa: the small sticker (MRV-B), with the official categories."""

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
    code="visa_short",
    version=1,
    title=Label("Visa de court séjour", "Short-stay visa"),
    letter="V",
    document_class=DocumentClass.VISA,
    seal=Seal(SealFormat.VDS, Carrier.BINARY, profile="5D01", mrz="MRV-B"),
    fields=(*HOLDER, *PASSPORT, category("short", "diplomatic", "service", "courtesy", "press"), PURPOSE, *STAY),
    date_order=DATE_ORDER,
    fee=Fee(70_00, "EUR"),  # default tariff: Paris, one month, 2024
    validity=Validity(stated=True),
    template="visa",
    waits_for_quorum=True,
)
