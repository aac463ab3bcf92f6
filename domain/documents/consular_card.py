"""Consular identity card: from the age of 15, for three years.

Decree 2022-0639 lets the biometric card replace it: a state that has done so withdraws this file.
"""

from dataclasses import replace

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
from sceau.domain.fields import ADDRESS, CITY, COUNTRY, NINA, PERSON, PROFESSION

DOCUMENT_TYPE = DocumentType(
    code="consular_card",
    version=1,
    title=Label("Carte d'identité consulaire", "Consular identity card"),
    letter="C",
    document_class=DocumentClass.IDENTITY,
    seal=Seal(SealFormat.CLAIM169, Carrier.TEXT),
    fields=(
        *PERSON,
        replace(NINA, act_claim=10),
        PROFESSION,
        replace(ADDRESS, required=False),
        CITY,
        COUNTRY,
    ),
    fee=Fee(5_000),  # default tariff, to be replaced by the mission's own
    validity=Validity(years=3),
    template="card",
    waits_for_quorum=True,
    age_min_years=15,
)
