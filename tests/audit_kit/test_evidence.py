"""The evidence of an audit that fails, checked with nothing but the formats of C2SP."""

import base64
import json
from pathlib import Path

import pytest
from auditor_desk import Copy, Desk, Program
from small_ledger import Small

from sceau.domain.errors import ProofInvalid
from sceau.tlog import add_checkpoint
from sceau.tlog import note as notes
from sceau.tlog import proof as proofs
from sceau.tlog.checkpoint import parse
from sceau.tlog.merkle import leaf_hash, verify_consistency
from sceau.tlog.note import ED25519, Verifier


def test_evidence_of_an_event(program: Program) -> None:
    copy = Copy(program.desk.export)
    row = copy.row("document:NPA260001")
    copy.replace(row, row._replace(state=row.state[:-1] + b"\0"))
    copy.save()
    assert program.run() == 2
    folder = f"event-{row.idx}"
    proof = proofs.parse(program.evidence(f"{folder}/inclusion.tlog-proof"))
    proven = proofs.verify(proof, leaf_hash(program.evidence(f"{folder}/entry")), program.desk.policy)
    assert proven.index == row.idx and proven.witnessed
    assert program.evidence(f"{folder}/stored-event") != row.state
    assert json.loads(program.evidence("report.json")) == program.told
    assert b"c2sp.org/tlog-proof" in program.evidence("README.txt")


def test_evidence_of_a_missing_event(program: Program) -> None:
    copy = Copy(program.desk.export)
    row = copy.row("document:NPA260001")
    copy.rows.remove(row)
    copy.save(size=program.desk.house.ledger.store.size())
    assert program.run() == 2
    proof = proofs.parse(program.evidence(f"event-{row.idx}/inclusion.tlog-proof"))
    proofs.verify(proof, leaf_hash(program.evidence(f"event-{row.idx}/entry")), program.desk.policy)
    assert not (program.folder / f"evidence/event-{row.idx}/stored-event").exists()


@pytest.fixture
def forked(house: Small, tmp_path: Path) -> Program:
    """The log was rewritten after it had been seen at a smaller size, and every witness signed again."""
    desk = Desk(tmp_path, house)
    desk.write()
    program = Program(desk, tmp_path)
    assert program.run() == 0
    house.visa()
    desk.write()
    copy = Copy(desk.export)
    copy.rows[3] = copy.rows[3]._replace(salt=bytes(32))
    copy.save()
    copy.relog(desk, by="abc")
    return program


def test_evidence_of_a_fork(forked: Program) -> None:
    """Two heads that one key signed, and a proof that leads to the new one from its own past, not from the old."""
    assert forked.run() == 3
    (folder,) = (forked.folder / "evidence").glob("fork-*")
    log = Verifier(forked.desk.origin, ED25519, forked.desk.signer.public)
    old_note, new_note = (
        notes.parse((folder / "old.checkpoint").read_bytes()),
        notes.parse(forked.evidence("checkpoint")),
    )
    for one in (old_note, new_note):
        notes.require_signed(one, log)
    old, new = parse(old_note.text), parse(new_note.text)
    request = add_checkpoint.parse((folder / "consistency.request").read_bytes())
    assert request.old == old.size and request.checkpoint == forked.evidence("checkpoint")
    with pytest.raises(ProofInvalid):
        verify_consistency(old.size, new.size, old.root, new.root, request.proof)
    past = base64.b64decode((folder / "root-in-new-log").read_bytes())
    verify_consistency(old.size, new.size, past, new.root, request.proof)
