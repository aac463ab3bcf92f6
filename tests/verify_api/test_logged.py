"""What a checker makes of the proof that a paper brings: only what holds is called logged, nothing else changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from proven_papers import (
    FALSE,
    GOOD,
    LOG,
    ORIGIN,
    SALT,
    SEEN,
    SIGNED,
    THIEF,
    YOURS,
    Told,
    event,
    event_key,
    judged,
    trust,
)

from sceau.domain import canonical
from sceau.domain.errors import ProofInvalid
from sceau.keys.keyring import Purpose
from sceau.tlog import note, policy
from sceau.tlog.note import Note, Verifier
from sceau.tlog.opening import Opening
from sceau.tlog.opening import parse as parse_opening
from sceau.tlog.proof import EXTRA_SIZE_MAX, PROOF_SIZE_MAX, Proof
from sceau.verify_api.logged import State, Why


def answer(proof: Proof | bytes, **options: Any) -> tuple[State, Why | None]:
    found = judged(proof, **options)
    return found.state, found.why


# ---- what holds


def test_issued_logged_and_witnessed() -> None:
    found = judged(GOOD)
    assert (found.state, found.origin, found.index, found.size) == (State.LOGGED, ORIGIN, 3, 7)
    assert found.witnesses == {"justice": SEEN, "cour": SEEN + 1}
    assert found.time == SEEN
    assert found.say("en") == (
        "Issued and logged in log.example/1 by 20 November 2026 at 09:00 UTC, witnessed by "
        "justice (20 November 2026 at 09:00 UTC), cour (20 November 2026 at 09:00 UTC)."
    )
    assert "au plus tard le 20 novembre 2026 à 09:00 UTC" in found.say("fr")
    assert "justice (20 novembre 2026 à 09:00 UTC)" in found.say("fr")


def test_an_older_head_that_covers_it_proves_the_same() -> None:
    assert judged(Told(event()).proven(size=4)).state is State.LOGGED
    assert judged(Told(event(), index=0).proven(size=1)).state is State.LOGGED


def test_without_the_quorum_it_is_provisional() -> None:
    for witnesses, said in (((), "none"), (("cour",), "cour (20 November 2026 at 09:00 UTC)")):
        found = judged(Told(event()).proven(witnesses=witnesses))
        assert (found.state, found.time) == (State.PROVISIONAL, None)
        assert said in found.say("en")


def test_a_policy_without_witnesses_says_so() -> None:
    alone = policy.parse(f"log {Verifier(ORIGIN, note.ED25519, LOG.public).vkey}\nquorum none\n")
    found = judged(Told(event()).proven(witnesses=()), rule=alone)
    assert found.state is State.LOGGED
    assert "asks for no witness" in found.say("en")


# ---- what does not


def changed_leaf(proof: Proof, **changed: Any) -> Proof:
    opening = parse_opening(proof.extra or b"")._replace(**changed)
    return replace(proof, extra=opening.encode())


def doubled(proof: Proof) -> Proof:
    """One witness's line, twice."""
    signed = note.parse(proof.checkpoint)
    return replace(proof, checkpoint=Note(signed.text, (*signed.signatures, signed.signatures[-1])).encode())


def with_false_line(proof: Proof) -> Proof:
    signed = note.parse(proof.checkpoint)
    last = signed.signatures[-1]
    bad = last._replace(signature=last.signature[:-1] + bytes([last.signature[-1] ^ 1]))
    return replace(proof, checkpoint=Note(signed.text, (*signed.signatures[:-1], bad)).encode())


TABLE: dict[str, tuple[Callable[[], Proof | bytes], State, Why | None]] = {
    "another document's": (lambda: Told(event(YOURS)).proven(), FALSE, Why.ANOTHER),
    "another event of the document": (
        lambda: Told(event(topic="document.printed.v1")).proven(), FALSE, Why.ANOTHER,
    ),
    "a seal id that is no bytes": (lambda: Told(event([1])).proven(), FALSE, Why.ANOTHER),
    "another salt": (lambda: changed_leaf(GOOD, salt=b"\6" * 32), FALSE, Why.PATH),
    "another event, well signed, never logged": (
        lambda: changed_leaf(GOOD, event=event(time=SIGNED * 1000 + 1)), FALSE, Why.PATH,
    ),
    "an event that a thief signed, logged": (lambda: Told(event(signer=THIEF)).proven(), State.UNJUDGED,
                                             Why.KEY_UNKNOWN),
    "an event whose signature was touched, logged": (
        lambda: Told(event()[:-1] + bytes([event()[-1] ^ 1])).proven(), FALSE, Why.EVENT,
    ),
    "an event of another office's": (lambda: Told(event(office="TLS")).proven(), FALSE, Why.EVENT),
    "an event for another ledger": (lambda: Told(event(origin="other.example/1")).proven(), FALSE, Why.EVENT),
    "an event with a date of CBOR's own in it": (
        lambda: Told(event(number=b"\xc1\x00")).proven(), FALSE, Why.NO_PROOF,
    ),
    "an event with a number of a million digits in it": (
        lambda: Told(event(number=b"\xc5\x82\x1a\x00\x98\x96\x80\x01")).proven(), FALSE, Why.NO_PROOF,
    ),
    "an event before the key": (lambda: Told(event(time=0)).proven(), FALSE, Why.EVENT),
    "an event before all time": (lambda: Told(event(time=-(1 << 63))).proven(), FALSE, Why.NO_PROOF),
    "an event after all time": (lambda: Told(event(time=1 << 63)).proven(), FALSE, Why.NO_PROOF),
    "an event logged as one of another kind": (
        lambda: Told(event(), topic="key.enrolled.v1").proven(), FALSE, Why.PATH,
    ),
    "another index": (lambda: replace(GOOD, index=2), FALSE, Why.PATH),
    "an index past the end": (lambda: replace(GOOD, index=7), FALSE, Why.PATH),
    "an index far past the end": (lambda: replace(GOOD, index=(1 << 63) - 1), FALSE, Why.PATH),
    "a head from before it was logged": (lambda: Told(event()).proven(size=3), FALSE, Why.PATH),
    "a hash too few": (lambda: replace(GOOD, hashes=GOOD.hashes[:-1]), FALSE, Why.PATH),
    "a hash too many": (lambda: replace(GOOD, hashes=(*GOOD.hashes, bytes(32))), FALSE, Why.PATH),
    "a hash of 31 bytes": (lambda: replace(GOOD, hashes=(bytes(31), *GOOD.hashes[1:])), FALSE, Why.NO_PROOF),
    "the head of an impostor with the log's name": (
        lambda: Told(event(), signer=THIEF).proven(), FALSE, Why.HEAD,
    ),
    "the head of another log": (
        lambda: Told(event(), origin="other.example/1").proven(), State.UNJUDGED, Why.ANOTHER_LOG,
    ),
    "a witness's false line": (lambda: with_false_line(GOOD), FALSE, Why.HEAD),
    "one witness twice": (lambda: doubled(Told(event()).proven(witnesses=["cour"])), State.PROVISIONAL, None),
    "no head": (lambda: replace(GOOD, checkpoint=b"\n"), FALSE, Why.HEAD),
    "no opening": (lambda: replace(GOOD, extra=None), FALSE, Why.NO_PROOF),
    "an empty opening": (lambda: replace(GOOD, extra=b""), FALSE, Why.NO_PROOF),
    "a salt of 31 bytes": (
        lambda: replace(GOOD, extra=canonical.encode(["sceau.opening/1", bytes(31), event()])), FALSE, Why.NO_PROOF,
    ),
    "an opening with more in it": (
        lambda: replace(GOOD, extra=canonical.encode(["sceau.opening/1", SALT, event(), 0])), FALSE, Why.NO_PROOF,
    ),
    "an opening of a later kind": (
        lambda: replace(GOOD, extra=canonical.encode(["sceau.opening/2", SALT, event()])), FALSE, Why.NO_PROOF,
    ),
    "an opening spelled at length": (
        lambda: replace(GOOD, extra=b"\x98\x03" + (GOOD.extra or b"")[1:]), FALSE, Why.NO_PROOF,
    ),
    "an opening that is nested for ever": (
        lambda: replace(GOOD, extra=b"\x81" * EXTRA_SIZE_MAX), FALSE, Why.NO_PROOF,
    ),
    "an opening that promises four gigabytes": (
        lambda: replace(GOOD, extra=b"\x83\x6fsceau.opening/1\x5a\xff\xff\xff\xff"), FALSE, Why.NO_PROOF,
    ),
    "an event that is none": (
        lambda: replace(GOOD, extra=canonical.encode(["sceau.opening/1", SALT, b"x"])), FALSE, Why.NO_PROOF,
    ),
    "nothing": (lambda: b"", FALSE, Why.NO_PROOF),
    "something else": (lambda: b"%PDF-1.7", FALSE, Why.NO_PROOF),
    "a proof with carriage returns": (lambda: GOOD.encode().replace(b"\n", b"\r\n"), FALSE, Why.NO_PROOF),
    "a leading zero": (lambda: GOOD.encode().replace(b"index 3", b"index 03"), FALSE, Why.NO_PROOF),
    "more than a proof can be": (lambda: GOOD.encode() + b"\n" * PROOF_SIZE_MAX, FALSE, Why.NO_PROOF),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_a_proof_that_does_not_hold(name: str) -> None:
    make, state, why = TABLE[name]
    assert answer(make()) == (state, why)


def test_no_byte_of_a_proof_can_change() -> None:
    """Two witnesses are just the quorum: whichever byte is another, it is no longer logged."""
    whole = GOOD.encode()
    held = [
        at
        for at in range(len(whole))
        if judged(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]).state is State.LOGGED
    ]
    assert held == []


def test_an_event_that_no_proof_has_room_for() -> None:
    assert len(Opening(SALT, bytes(EXTRA_SIZE_MAX - 60)).encode()) < EXTRA_SIZE_MAX
    with pytest.raises(ProofInvalid, match="too large for a proof"):
        Opening(SALT, bytes(EXTRA_SIZE_MAX)).encode()


def test_no_beginning_of_a_proof_is_one() -> None:
    whole = GOOD.encode()
    assert all(judged(whole[:size]).state is not State.LOGGED for size in range(len(whole)))


# ---- the office's key


def test_a_key_that_was_retired_since_still_counts() -> None:
    retired = event_key(status="retired", ended_on=date(2026, 11, 20))
    assert answer(GOOD, known=trust(retired)) == (State.LOGGED, None)
    early = event_key(status="retired", ended_on=date(2026, 11, 19))
    assert answer(GOOD, known=trust(early)) == (FALSE, Why.EVENT)


def test_a_stolen_key_cannot_backdate() -> None:
    """What it signed before it was revoked counts if witnesses saw it before; its own word for the day does not."""
    revoked = trust(event_key(status="revoked", ended_on=date(2026, 11, 20)))
    assert answer(GOOD, known=revoked) == (State.LOGGED, None)
    late = Told(event()).proven(time=SEEN + 86_400)
    assert answer(late, known=revoked) == (State.UNJUDGED, Why.KEY_REVOKED)
    assert answer(Told(event()).proven(witnesses=()), known=revoked) == (State.UNJUDGED, Why.KEY_REVOKED)


def test_a_seal_key_vouches_for_no_event() -> None:
    assert answer(GOOD, known=trust(event_key(purpose=Purpose.SEAL))) == (State.UNJUDGED, Why.KEY_UNKNOWN)
