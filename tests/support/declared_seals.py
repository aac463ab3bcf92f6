"""A seal of any declared type, made as ledger and printer do, with a plain value in every field."""

from datetime import date
from typing import Any

from sceau.domain.document_type import DocumentType, Field, Kind, SealFormat
from sceau.seals import carrier
from sceau.seals.make import Draft, SealKey, prepare

ISSUED_ON, ISSUED_AT = date(2026, 11, 20), 1_795_168_800
SPELLED = {
    Kind.NAME: "AMINATA",
    Kind.TEXT: "Bamako",
    Kind.DATE: "1990-01-15",
    Kind.TIME: "10:30",
    Kind.SEX: "F",
    Kind.COUNTRY: "MLI",
    Kind.NINA: "22650123456789A",
    Kind.NUMBER: "AB123456",
    Kind.COUNT: "2",
    Kind.DURATION: "P90D",
}


def value_of(field: Field) -> str:
    return next(iter(field.choices)) if field.kind is Kind.CHOICE else SPELLED[field.kind]


def sealed(made: Any, declared: DocumentType) -> bytes:
    """As ledger and printer do: lay out, sign, put in the type's carrier."""
    is_vds = declared.seal.format is SealFormat.VDS
    key = SealKey("MLI", "MLV1", "1A") if is_vds else SealKey("MLI", made.ISSUER, made.CIVIL.kid.hex())
    values = {field.name: value_of(field) for field in declared.fields}
    values |= {"valid_from": "2026-11-21", "valid_until": "2027-05-20"} if declared.validity.stated else {}
    until = declared.validity.until(ISSUED_ON, values)
    draft = Draft(
        *(declared, "ABC260001", values, "PAR", ISSUED_ON, ISSUED_AT, until, "PAR-2026-N-000012"),
        status_index=7,
        status_uri="https://etat-civil.example/status",
    )
    unsigned = prepare(draft, key)
    signature = (made.VISAS if is_vds else made.CIVIL).sign(unsigned.to_sign)
    return carrier.write(unsigned.sealed(signature), declared.seal.carrier, "HTTPS://VERIF.EXAMPLE/")
