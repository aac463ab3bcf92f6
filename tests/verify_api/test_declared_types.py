"""Every document type that the house declares, sealed as the issuer does, is scanned back VALID from its carrier."""

from dataclasses import replace
from datetime import date

import pytest

from sceau.domain.document_type import DocumentType, Field, Kind, SealFormat, document_types
from sceau.seals import carrier
from sceau.seals.make import Draft, SealKey, prepare
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code, Misfit

TODAY = date(2026, 11, 22)
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


def sealed(made, declared: DocumentType) -> bytes:
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


@pytest.mark.parametrize("code", document_types())
def test_a_declared_document_is_valid_and_shows_its_number(made, state, code: str) -> None:
    declared = document_types()[code]
    is_vds = declared.seal.format is SealFormat.VDS
    classes = frozenset({declared.document_class.value})
    state.replaced(made.VISA_KEY if is_vds else made.CIVIL_KEY, classes=classes)
    data = state.issue(sealed(made, declared))
    verdict = scan(data, state.trust, state.status_list, state.issued_list, TODAY, "verif.example")
    assert (verdict.code, verdict.notes) == (Code.VALID, ())
    assert verdict.fields["number"] == "ABC260001"
    # A key for any other class does not vouch for it.
    keys = tuple(replace(key, classes=frozenset({"other"})) if key.format else key for key in state.trust.keys)
    verdict = scan(data, replace(state.trust, keys=keys), state.status_list, state.issued_list, TODAY)
    assert verdict.misfit is Misfit.CLASS
