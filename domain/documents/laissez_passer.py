"""Laissez-passer: the ICAO emergency travel document (9303-8), one journey home for who has no passport.

That it serves one journey is the ledger's to say (used, revoked), not the seal's: profile 5E03 holds the MRZ alone.
"""

from sceau.domain.document_type import (
    Carrier,
    DocumentClass,
    DocumentType,
    Fee,
    Field,
    Kind,
    Label,
    Seal,
    SealFormat,
    Validity,
)
from sceau.domain.fields import NINA, PERSON, unsealed

DOCUMENT_TYPE = DocumentType(
    code="laissez_passer",
    version=1,
    title=Label("Laissez-passer", "Emergency travel document"),
    letter="P",
    document_class=DocumentClass.TRAVEL,
    seal=Seal(SealFormat.VDS, Carrier.BINARY, profile="5E03", mrz="TD2", mrz_code="PU"),
    fields=(
        *unsealed(*PERSON),
        NINA,
        Field(
            "reason",
            Label("Motif", "Reason"),
            Kind.CHOICE,
            group="journey",
            choices={
                "lost": Label("passeport perdu", "passport lost"),
                "stolen": Label("passeport volé", "passport stolen"),
                "expired": Label("passeport expiré", "passport expired"),
                "newborn": Label("enfant né en voyage", "child born abroad"),
                "return": Label("retour organisé", "organised return"),
            },
        ),
        Field("destination", Label("Destination", "Destination"), Kind.COUNTRY, group="journey"),
        Field("itinerary", Label("Itinéraire", "Itinerary"), required=False, length_max=120, group="journey"),
    ),
    fee=Fee(0),  # default tariff: free of charge
    validity=Validity(months=1),
    template="laissez_passer",
    waits_for_quorum=True,
)
