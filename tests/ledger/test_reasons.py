"""Nobody's name gets into the clear part of a document's events by way of a reason."""

from typing import Any

import pytest
from small_ledger import Small

from sceau.domain.errors import DataErased, FieldInvalid
from sceau.domain.reasons import CLERK_REASONS, RESUMING, WAIVERS, require
from sceau.ledger import commands as c
from sceau.ledger import envelope
from sceau.ledger.audit import audit

NAMED = "trouvé chez Moussa KƐITA"


@pytest.mark.parametrize("kind", [c.SuspendDocument, c.RevokeDocument, c.ResumeDocument])
def test_a_reason_is_a_word_of_the_list(house: Small, kind: Any) -> None:
    number = house.visa()
    if kind is c.ResumeDocument:
        house.do(c.SuspendDocument(number=number, reason="lost", **house.by()))
    size = house.ledger.store.size()
    for text in (NAMED, "", "act_annulled", "l\u200bost", "lost by KƐITA"):
        with pytest.raises(FieldInvalid) as refusal:
            house.do(kind(number=number, reason=text, **house.by()))
        assert "(Erreur)" in refusal.value.say("fr") and "(Error)" in refusal.value.say("en")
    assert house.ledger.store.size() == size


def test_a_waiver_is_a_word_of_its_list(house: Small) -> None:
    asked: dict[str, Any] = {"type": "birth_extract", "act": house.birth()}
    with pytest.raises(FieldInvalid):
        house.do(c.IssueDocument(**asked, waiver="sa mère est sans ressources", **house.by()))
    number = house.do(c.IssueDocument(**asked, waiver="Indigence", **house.by()))
    issued = house.ledger.issuance.states.get(f"document:{number}").state.issued
    assert (issued.waiver, issued.fee) == ("indigence", 0)


def test_a_note_is_sealed_under_the_holders_own_key(house: Small) -> None:
    number = house.extract(house.birth())
    house.do(c.SuspendDocument(number=number, reason="stolen", note=NAMED, **house.by()))
    issued, suspended = (envelope.parse(row.state) for row in house.ledger.store.stream(f"document:{number}"))
    assert suspended.clear["reason"] == "stolen"
    assert [part.group for part in suspended.sealed] == ["note"]
    assert {part.key_id for part in suspended.sealed} == {part.key_id for part in issued.sealed}
    assert NAMED.encode() not in house.ledger.store.stream(f"document:{number}")[-1].state
    assert house.reopen().issuance.states.get(f"document:{number}").state.note == NAMED
    house.do(c.ResumeDocument(number=number, reason="Retrouvé", **house.by()))
    state = house.ledger.issuance.states.get(f"document:{number}").state
    assert (state.note, state.reason) == (None, None)


def test_a_note_has_limits(house: Small) -> None:
    number = house.visa()
    for note in ("x" * 201, "\u202eperdu", "perdu\n"):
        with pytest.raises(FieldInvalid):
            house.do(c.RevokeDocument(number=number, reason="lost", note=note, **house.by()))


@pytest.mark.parametrize("known", [CLERK_REASONS, RESUMING, WAIVERS])
def test_a_word_is_known_by_its_code_and_in_both_languages(known: Any) -> None:
    for code, label in known.items():
        assert {require("x", text, known) for text in (code, label.fr, label.en, label.fr.upper())} == {code}


def test_a_note_ends_with_the_holders_key_and_none_is_written_afterwards(house: Small) -> None:
    number = house.visa()
    house.do(c.SuspendDocument(number=number, reason="stolen", note=NAMED, **house.by()))
    house.do(c.EraseDocument(number=number, reference="APDP 12/2026", **house.by("MAE")))
    house.reopen()
    assert house.ledger.issuance.states.get(f"document:{number}").state.note is None
    with pytest.raises(DataErased):
        house.do(c.ResumeDocument(number=number, reason="found", note=NAMED, **house.by()))
    house.do(c.ResumeDocument(number=number, reason="found", **house.by()))
    kid = house.ledger.keystore.signer("event:MAE").kid
    assert audit(house.ledger.store, house.config.state.origin, kid, None, house.ledger.vault.missing).holds


def test_who_still_knows_the_key_writes_no_note_after_an_erasure_elsewhere(house: Small) -> None:
    number, other = house.visa(), house.opened()
    try:
        other.issuance.execute(c.EraseDocument(number=number, reference="APDP 12/2026", **house.by("MAE")))
        other.erase()
    finally:
        other.close()
    with pytest.raises(DataErased):
        house.do(c.SuspendDocument(number=number, reason="stolen", note=NAMED, **house.by()))
