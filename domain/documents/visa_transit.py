"""Transit visa: the small sticker (MRV-B)."""

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
    code="visa_transit",
    version=1,
    title=Label("Visa de transit", "Transit visa"),
    letter="T",
    document_class=DocumentClass.VISA,
    seal=Seal(SealFormat.VDS, Carrier.BINARY, profile="5D01", mrz="MRV-B"),
    fields=(*HOLDER, *PASSPORT, category("transit"), PURPOSE, *STAY),
    date_order=DATE_ORDER,
    fee=Fee(70_00, "EUR"),  # default tariff: as the short stay, to be replaced by the mission's own
    validity=Validity(stated=True),
    template="visa",
    waits_for_quorum=True,
)
