"""Every document type that the house declares, sealed as the issuer does, is scanned back VALID from its carrier."""

from dataclasses import replace
from datetime import date

import pytest
from declared_seals import sealed

from sceau.domain.document_type import SealFormat, document_types
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code, Misfit

TODAY = date(2026, 11, 22)


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
