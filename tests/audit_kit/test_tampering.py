"""Exports changed by whoever has them in hand, and by whoever holds the log's key or an office's: each is found."""

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from auditor_desk import Copy, Desk, policy_text, signed, use
from small_ledger import Small, small

from sceau.audit_kit.faults import exit_code
from sceau.audit_kit.kept import State
from sceau.audit_kit.report import unique
from sceau.audit_kit.tree import Leaves
from sceau.domain import canonical
from sceau.domain.document import DocumentIssued
from sceau.domain.errors import InputUnreadable
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger import envelope
from sceau.ledger.exported import EVENTS, MANIFEST, RECEIPTS, Manifest, Selection, name_of
from sceau.ledger.stores.port import Receipt
from sceau.tlog import policy as policies
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.edge import Edge
from sceau.tlog.leaf import entry
from sceau.tlog.merkle import leaf_hash
from sceau.tlog.note import ED25519, Verifier

ACT, EXTRACT, VISA = "act:PAR-2026-N-000001", "document:NPA260001", "document:VPA260001"
LAST = "document:VPA260003"
NEXT, REGISTER = "NPA260003", "register:NPA26"


@pytest.fixture
def copy(desk: Desk) -> Copy:
    """A good export in somebody's hands; the auditor has seen nothing before."""
    return Copy(desk.export)


def exit_of(desk: Desk) -> int:
    return exit_code(unique(desk.examine().faults))


def flipped(data: bytes, at: int = -1) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


# Somebody with the export in hand: files and manifest are theirs, no key is.


def test_an_edited_event(desk: Desk, copy: Copy) -> None:
    row = copy.row(EXTRACT)
    copy.replace(row, row._replace(state=flipped(row.state)))
    copy.save()
    assert ("integrity", row.idx) in desk.codes()
    assert exit_of(desk) == 2


def test_an_edited_event_whose_tiles_were_made_to_fit(desk: Desk, copy: Copy) -> None:
    row = copy.row(EXTRACT)
    kept = (desk.export / "log" / "checkpoint").read_bytes()
    copy.replace(row, row._replace(state=flipped(row.state)))
    copy.save()
    copy.relog(desk)
    (desk.export / "log" / "checkpoint").write_bytes(kept)
    assert {("log.root", None), ("integrity.envelope", row.idx)} <= desk.codes()
    assert exit_of(desk) == 3


@pytest.mark.parametrize("field", ["stream", "version", "topic", "salt"])
def test_an_edited_column(desk: Desk, copy: Copy, field: str) -> None:
    row = copy.row(EXTRACT)
    value = {"stream": "document:NPA260009", "version": 9, "topic": "document.printed.v1", "salt": bytes(32)}[field]
    copy.replace(row, row._replace(**{field: value}))
    copy.save()
    assert row.idx in {idx for _, idx in desk.codes()}
    assert exit_of(desk) == 2


@pytest.mark.parametrize("stream", [ACT, EXTRACT, LAST, "office:PAR"])
def test_a_deleted_event(desk: Desk, copy: Copy, stream: str) -> None:
    row = copy.row(stream)
    copy.rows.remove(row)
    copy.save(size=desk.house.ledger.store.size())
    assert ("integrity.hole", row.idx) in desk.codes()
    assert exit_of(desk) == 2


def test_two_swapped_events(desk: Desk, copy: Copy) -> None:
    first, second = copy.row(ACT), copy.row(EXTRACT)
    copy.replace(first, second._replace(idx=first.idx))
    copy.replace(second, first._replace(idx=second.idx))
    copy.save()
    assert {("integrity", first.idx), ("integrity", second.idx)} <= desk.codes()


def test_an_inserted_event(desk: Desk, copy: Copy) -> None:
    """A copy of an event that holds, behind the last, under a free number."""
    row = copy.row(VISA)
    copy.rows.append(row._replace(idx=copy.rows[-1].idx + 1, stream="document:VPA260009"))
    copy.save()
    assert {("export.row", copy.rows[-1].idx), ("export.size", None)} <= desk.codes()


def test_a_doubled_event(desk: Desk, copy: Copy) -> None:
    """The same number twice, at two indexes."""
    first, second = copy.row(VISA), copy.row(LAST)
    copy.replace(second, first._replace(idx=second.idx))
    copy.save()
    assert ("export.double", second.idx) in desk.codes()


def test_an_index_that_stands_twice(desk: Desk, copy: Copy) -> None:
    row = copy.row(VISA)
    copy.rows.insert(copy.rows.index(row), row)
    copy.save(size=desk.house.ledger.store.size())
    assert ("export.row", row.idx) in desk.codes()
    assert exit_of(desk) == 2


def test_a_cut_tail(desk: Desk, copy: Copy) -> None:
    last = copy.rows.pop()
    copy.save()
    assert {("integrity.hole", last.idx), ("export.size", None)} <= desk.codes()


def test_a_cut_tail_with_a_manifest_that_hides_it(desk: Desk, copy: Copy) -> None:
    last = copy.rows.pop()
    copy.save(size=last.idx + 1)
    assert ("integrity.hole", last.idx) in desk.codes()
    assert exit_of(desk) == 2


@pytest.mark.parametrize("folder", [EVENTS, RECEIPTS])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_file_cut_short(desk: Desk, folder: str, share: float) -> None:
    path = desk.export / name_of(folder, 0)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert ("export.digest", None) in desk.codes()
    assert exit_of(desk) == 5


def test_a_missing_file(desk: Desk) -> None:
    (desk.export / name_of(EVENTS, 0)).unlink()
    assert exit_of(desk) == 5


def test_values_of_other_types(desk: Desk, copy: Copy) -> None:
    row = copy.rows[5]
    copy.replace(row, row._replace(stream=7))  # type: ignore[arg-type]
    copy.save()
    assert {("export.row", row.idx), ("integrity.hole", row.idx)} <= desk.codes()


@pytest.mark.parametrize("how", ["mac", "outcome", "delete", "forge"])
def test_receipts(desk: Desk, copy: Copy, how: str) -> None:
    one = copy.receipts[3]
    if how == "delete":
        copy.receipts.remove(one)
    elif how == "forge":
        copy.receipts.append(Receipt(b"f" * 16, b"m" * 16, canonical.encode([[ACT, 1]])))
    else:
        copy.receipts[3] = one._replace(**{how: b"\x80"})
    copy.save()
    assert "integrity.receipts" in {code for code, _ in desk.codes()}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({"origin": "another.example/log"}, "export.origin", id="another origin"),
        pytest.param({"views": {"status_v1": (20, "00" * 32)}}, "figures.view", id="another digest of a view"),
    ],
)
def test_a_manifest_that_lies(desk: Desk, copy: Copy, changed: dict[str, Any], code: str) -> None:
    copy.save(**changed)
    assert desk.codes() == {(code, None)}


def test_a_manifest_that_miscounts(desk: Desk, copy: Copy) -> None:
    copy.save()
    text = (desk.export / MANIFEST).read_text()
    (desk.export / MANIFEST).write_text(text.replace(f'"events": {len(copy.rows)}', '"events": 1'))
    assert desk.codes() == {("export.count", None)}


def test_a_manifest_that_claims_to_be_a_part(desk: Desk, copy: Copy) -> None:
    """A document hidden behind "this is for one mission only": its number is missed, and its leaf counted."""
    copy.rows.remove(copy.row(VISA))
    copy.save(size=desk.house.ledger.store.size(), selection=Selection(mission="PAR"))
    found = desk.examine()
    assert ("integrity.number_gap", copy.row("document:VPA260002").idx) in {(f.code, f.idx) for f in found.faults}
    assert found.left_out == 1


def test_a_part_that_nobody_asked_for(desk: Desk, copy: Copy) -> None:
    """A selection that takes nothing would excuse every gap: whoever audits says whether a part was asked for."""
    copy.rows.remove(copy.row(VISA))
    copy.save(size=desk.house.ledger.store.size(), selection=Selection(mission="ZZZ"))
    assert ("export.part", None) in desk.codes(part=False)


@pytest.mark.parametrize("where", ["manifest", "checkpoint"])
def test_a_size_that_is_a_lie_costs_nothing(desk: Desk, copy: Copy, where: str) -> None:
    """Neither time nor memory: what is not there is missing all at once."""
    if where == "checkpoint":
        head = Checkpoint(desk.origin, 1 << 62, bytes(32))
        (desk.export / "log/checkpoint").write_bytes(signed(head, desk.signer))
        assert {("integrity.hole", len(copy.rows)), ("export.size", None)} <= desk.codes()
    else:
        path = desk.export / MANIFEST
        path.write_text(path.read_text().replace(f'"size": {len(copy.rows)}', f'"size": {10**400}'))
        with pytest.raises(InputUnreadable):
            desk.examine()


def test_a_chunk_of_enormous_size(desk: Desk) -> None:
    with (desk.export / name_of(EVENTS, 0)).open("ab") as file:
        file.truncate(1 << 40)
    assert exit_of(desk) == 5


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000], ids=["arrays", "objects"])
def test_a_manifest_nested_deeply(desk: Desk, text: str) -> None:
    (desk.export / MANIFEST).write_text(text)
    with pytest.raises(InputUnreadable):
        desk.examine()


def test_a_first_key_that_is_not_the_one_seen_before(desk: Desk) -> None:
    assert desk.codes() == set()
    assert ("integrity.genesis", 0) in desk.codes(genesis_kid=b"x" * 8)
    assert desk.codes(genesis_kid=desk.examine().genesis_kid) == set()


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000"])
def test_an_edited_tile(desk: Desk, path: str) -> None:
    file = next((desk.export / "log" / f"{path}.p").iterdir())
    file.write_bytes(flipped(file.read_bytes(), 40))
    assert {code for code, _ in desk.codes()} & {"log.entries", "log.root"}
    assert exit_of(desk) == 3


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000"])
@pytest.mark.parametrize("how", ["missing", "cut short"])
def test_a_missing_tile_accuses_nobody(desk: Desk, path: str, how: str) -> None:
    """The copy is damaged: no event fails for it, and the heads that were kept contradict nothing."""
    assert desk.codes() == set()
    desk.state.keep(*_earlier(desk))
    file = next((desk.export / "log" / f"{path}.p").iterdir())
    file.unlink() if how == "missing" else file.write_bytes(file.read_bytes()[:-1])
    assert {code for code, _ in desk.codes()} <= {"log.tile", "log.entries"}
    assert exit_of(desk) == (3 if (path, how) == ("tile/entries/000", "cut short") else 5)


def _earlier(desk: Desk) -> tuple[Checkpoint, bytes]:
    """The true head one event before."""
    leaves = b"".join(map(leaf_hash, desk.entries()[:-1]))
    head = Checkpoint(desk.origin, len(leaves) // 32, Edge().grow(leaves)[0].root())
    return head, signed(head, desk.signer)


def test_a_tile_that_is_wrong_proves_no_fork(desk: Desk) -> None:
    """What does not give the signed root says nothing of the past."""
    assert desk.codes() == set()
    desk.state.keep(*_earlier(desk))
    assert desk.codes() == set()
    file = next((desk.export / "log" / "tile/0/000.p").iterdir())
    file.write_bytes(flipped(file.read_bytes(), 40))
    assert "log.fork" not in {code for code, _ in desk.codes()}


def test_a_tile_that_is_gone_when_it_is_asked_for_again_excuses_nothing(
    desk: Desk, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever serves the log cannot withhold the leaf of an event, once its tile was seen."""
    between = Leaves.between
    assert desk.codes() == set()
    monkeypatch.setattr(Leaves, "between", lambda self, start, end: [b"" for _ in between(self, start, end)])
    assert exit_of(desk) == 2


def test_another_key_under_the_same_name_is_another_log(desk: Desk, copy: Copy, tmp_path: Path) -> None:
    """Two installations kept the default name; no key ever signed two histories."""
    assert desk.codes() == set()
    stranger = SoftwareSigner.from_seed(b"x" * 32, Algorithm.ED25519)
    theirs = Verifier(desk.origin, ED25519, stranger.public)
    desk.signer = stranger
    copy.rows = [row._replace(salt=bytes(32)) for row in copy.rows]
    copy.save()
    copy.relog(desk, by="abc")
    assert desk.codes() == {("log.checkpoint", None)}
    policy, state = policies.parse(policy_text(theirs)), State(tmp_path / "state", theirs)
    assert desk.codes(policy=policy, state=state) == set()
    assert len(list((tmp_path / "state").iterdir())) == 2


def test_a_kept_head_that_the_log_did_not_sign_is_refused(desk: Desk) -> None:
    stranger = SoftwareSigner.from_seed(b"x" * 32, Algorithm.ED25519)
    head = Checkpoint(desk.origin, len(desk.entries()), bytes(32))
    desk.state.keep(head, signed(head, stranger))
    with pytest.raises(InputUnreadable, match="not signed by"):
        desk.examine()


def test_what_is_kept_is_durable(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file before its name, its folder after it, and at last the folder above."""
    done: list[str] = []
    sync, replace_path = os.fsync, Path.replace

    def synced(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def renamed(self: Path, target: Path) -> Path:
        done.append("name")
        return replace_path(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    desk.state.keep(*_earlier(desk))
    assert done == ["file", "name", "folder"] * 2 + ["folder"]


def test_a_manifest_that_states_fewer_events_makes_the_others_no_worse(desk: Desk, copy: Copy) -> None:
    """Leaves are those of the checkpoint, whatever the manifest says."""
    last, path = copy.rows[-1].idx, desk.export / MANIFEST
    copy.rows[7] = copy.rows[7]._replace(salt=bytes(32))
    copy.save(size=last + 1)
    path.write_bytes(Manifest.parse(path.read_bytes())._replace(size=last).encode())
    beyond = {("export.row", last), ("integrity.hole", last), ("integrity.receipts", None)}
    assert desk.codes() == {("export.size", None), ("integrity", 7), *beyond}
    assert exit_of(desk) == 5


@pytest.mark.parametrize("way", ["fork", "behind"])
def test_each_contradiction_has_an_id_of_its_own(desk: Desk, way: str) -> None:
    size = len(desk.entries()) + (way == "behind")
    for root in (b"1" * 32, b"2" * 32):
        head = Checkpoint(desk.origin, size, root)
        desk.state.keep(head, signed(head, desk.signer))
    faults = [one for one in desk.examine().faults if one.code == f"log.{way}"]
    assert len({one.id for one in faults}) == len(faults) == 2


def test_a_checkpoint_of_another_key(desk: Desk) -> None:
    stranger = SoftwareSigner.from_seed(b"x" * 32, Algorithm.ED25519)
    head = desk.examine().head.checkpoint
    (desk.export / "log" / "checkpoint").write_bytes(signed(head, stranger))
    assert desk.codes() == {("log.checkpoint", None)}


# Somebody with the log's key: whatever stands in the export is signed anew.


def test_a_log_signed_anew_lacks_the_quorum(desk: Desk, copy: Copy) -> None:
    """New salts change nothing but the tree: every event still holds, and only the witnesses miss."""
    copy.rows = [row._replace(salt=bytes(32)) for row in copy.rows]
    copy.save()
    copy.relog(desk)
    assert desk.codes() == {("quorum.not_met", None)}
    assert exit_of(desk) == 4


def test_one_witness_is_no_quorum(desk: Desk, copy: Copy) -> None:
    copy.relog(desk, by="a")
    assert desk.codes() == {("quorum.not_met", None)}


def test_a_rewritten_history_with_all_witnesses_is_found_by_a_kept_checkpoint(desk: Desk, copy: Copy) -> None:
    """Log key and every witness lie; who has seen the log once, knows."""
    assert desk.codes() == set()
    copy.rows = [row._replace(salt=bytes(32)) for row in copy.rows]
    copy.save()
    copy.relog(desk, by="abc")
    assert desk.codes() == {("log.fork", None)}
    assert exit_of(desk) == 3


def test_a_history_cut_and_signed_anew(desk: Desk, copy: Copy) -> None:
    assert desk.codes() == set()
    while copy.rows[-1].stream != VISA:
        command = envelope.parse(copy.rows.pop().state).meta.command_id
        copy.receipts = [one for one in copy.receipts if one.command_id != command]
    copy.save()
    copy.relog(desk, by="abc")
    assert desk.codes() == {("log.behind", None)}
    assert exit_of(desk) == 3


def test_an_old_backup(house: Small, tmp_path: Path) -> None:
    """The export of last week, signed and witnessed: honest then, behind now."""
    desk = Desk(tmp_path, house)
    desk.write()
    shutil.copytree(desk.export, tmp_path / "old")
    house.visa()
    desk.write()
    assert desk.codes() == set()
    assert desk.codes(tmp_path / "old") == {("log.behind", None)}


def test_a_history_that_grew_holds(house: Small, tmp_path: Path) -> None:
    desk = Desk(tmp_path, house)
    for _ in range(3):
        desk.write()
        assert desk.codes() == set()
        house.visa()
    assert len(desk.examine().compared) == 3
    assert all(one.agrees for one in desk.examine().compared)


def test_a_rewritten_past_that_grew(house: Small, tmp_path: Path) -> None:
    desk = Desk(tmp_path, house)
    desk.write()
    assert desk.codes() == set()
    house.visa()
    desk.write()
    copy = Copy(desk.export)
    copy.rows[3] = copy.rows[3]._replace(salt=bytes(32))
    copy.save()
    copy.relog(desk, by="abc")
    assert desk.codes() == {("log.fork", None)}


def test_a_split_view(desk: Desk, copy: Copy, tmp_path: Path) -> None:
    """Two auditors are each shown a tree that holds; when they compare what they kept, both hold the proof."""
    other = tmp_path / "other"
    shutil.copytree(desk.export, other)
    second = Copy(other)
    second.rows = [row._replace(salt=bytes(32)) for row in second.rows]
    second.save()
    entries = [entry(row.salt, row.state, row.topic) for row in second.rows]
    from auditor_desk import write_log

    write_log(other / "log", entries, desk.origin, desk.signer, "bc")
    theirs = State(tmp_path / "theirs", desk.policy.log)
    assert desk.codes() == set()
    assert desk.codes(other, state=theirs) == set()
    for kept in theirs.checkpoints():
        desk.state.keep(kept.checkpoint, kept.note)
    assert desk.codes() == {("log.fork", None)}


# Somebody with an office's key: the ledger's own rules, over the export.


def test_another_ledger_in_its_place(desk: Desk, tmp_path: Path) -> None:
    """Made from nothing by whoever holds the log's key: the first key is not the one that was seen."""
    assert desk.codes() == set()
    with small(tmp_path / "fresh", seed=b"other") as other:
        use(other)
        forged = Desk(tmp_path / "forged", other)
        forged.signer = desk.signer
        forged.write()
        fresh = State(tmp_path / "none", desk.policy.log)
        found = desk.codes(forged.export, state=fresh, genesis_kid=desk.examine().genesis_kid)
    assert ("integrity", 0) in found


@pytest.fixture
def insider(house: Small, tmp_path: Path) -> Desk:
    """The officer of Paris, the key of Paris, and the database."""
    return Desk(tmp_path, house)


def issued(insider: Desk, number: str, **changed: Any) -> DocumentIssued:
    known: DocumentIssued = insider.house.ledger.issuance.states.get(EXTRACT).state.issued
    return replace(known, **{"number": number, "act_version": 2, "seal_id": b"s" * 32, "personal": (), **changed})


def test_what_commands_allow_the_auditor_allows(insider: Desk) -> None:
    """The control: the same forgery with everything in order is none."""
    insider.forge(f"document:{NEXT}", issued(insider, NEXT), (ACT, REGISTER))
    insider.write()
    assert insider.codes() == set()


def test_a_document_by_an_officer_without_mandate(insider: Desk) -> None:
    forged = issued(insider, NEXT, officer="NOBODY")
    idx = insider.forge(f"document:{NEXT}", forged, (ACT, REGISTER), officer="NOBODY")
    insider.write()
    assert insider.codes() == {("integrity.entitlement", idx)}


def test_a_number_gap(insider: Desk) -> None:
    """Named twice: at the event that passed a number over, and in the count of its register."""
    idx = insider.forge("document:NPA260009", issued(insider, "NPA260009"), (ACT, REGISTER))
    insider.write()
    assert insider.codes() == {("integrity.number_gap", idx), ("figures.gap", None)}


def test_a_document_that_states_another_day_or_officer(insider: Desk) -> None:
    """What the paper says and who signed, when, are two things; only the figures compare them."""
    forged = issued(insider, NEXT, issued_on="2026-11-01", officer="PAR-9")
    idx = insider.forge(f"document:{NEXT}", forged, (ACT, REGISTER))
    insider.write()
    assert insider.codes() == {("figures.stated", idx)}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_seal_that_two_documents_bear(insider: Desk, workers: int) -> None:
    seal_id = insider.house.ledger.issuance.states.get(EXTRACT).state.issued.seal_id
    forged = issued(insider, NEXT, seal_id=seal_id[:8] + bytes(24))
    idx = insider.forge(f"document:{NEXT}", forged, (ACT, REGISTER))
    insider.write()
    assert insider.codes(workers=workers) == {("integrity.seal_twice", idx)}


def test_an_event_that_nobody_could_audit(insider: Desk) -> None:
    """Signed by a good key, and made to stop the auditor: a read-set that is none."""
    idx = insider.forge(f"document:{NEXT}", issued(insider, NEXT), (ACT, REGISTER), broken=True)
    insider.write()
    assert idx in {found for _, found in insider.codes()}


@pytest.mark.parametrize("selection", [Selection(), Selection(mission="PAR")])
def test_two_processes_find_what_one_finds(insider: Desk, selection: Selection) -> None:
    insider.forge(f"document:{NEXT}", issued(insider, NEXT, officer="NOBODY"), (ACT, REGISTER), officer="NOBODY")
    insider.write(selection)
    assert insider.codes(workers=2) == insider.codes() != set()
