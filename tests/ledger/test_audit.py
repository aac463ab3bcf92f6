"""What a database administrator can do, and that the audit names it; the attacker recomputes every unsigned digest."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from small_ledger import Small, small

from sceau.domain import canonical
from sceau.domain.document import DocumentRevoked
from sceau.domain.errors import EnvelopeInvalid, LedgerBehind, LogBroken, VaultBehind
from sceau.domain.events import Event
from sceau.domain.office import MandateGranted
from sceau.domain.signing_key import KeyEnrolled
from sceau.ledger import commands as c
from sceau.ledger import envelope
from sceau.ledger.audit import Report, audit, audit_parallel
from sceau.ledger.stores.port import EventRow, Receipt
from sceau.ledger.stores.sqlite import open_store
from sceau.tlog.leaf import event_leaf
from sceau.tlog.merkle import Frontier


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Small]:
    """Two acts, a mention, two extracts, a revoked visa; closed, as an administrator finds it."""
    with small(tmp_path / "home") as made:
        first, second = made.birth(), made.birth(surname="DIARRA")
        made.extract(first)
        mention = {"mention": "other", "text": "Rectifiée", "reference": "n° 1"}
        made.do(c.MentionAct(number=first, **mention, **made.by()))
        made.extract(second)
        made.do(c.RevokeDocument(number=made.visa(), reason="erreur", **made.by()))
        made.reopen()
        yield made


def examine(house: Small, head: bool = True) -> Report:
    return audit(
        house.ledger.store,
        house.config.state.origin,
        house.ledger.keystore.signer("event:MAE").kid,
        house.ledger.head if head else None,
        house.ledger.vault.unreadable,
    )


def codes(report: Report) -> set[tuple[str, str]]:
    return {(finding.code, finding.stream) for finding in report.findings}


class Owner:
    """The owner of the tables, fences dropped, who recomputes every leaf that nobody signed."""

    def __init__(self, house: Small) -> None:
        path = house.config.database.removeprefix("sqlite:///")
        self.db = sqlite3.connect(path)
        for table in ("stored_events", "leaf", "receipt"):
            for verb in ("update", "delete"):
                self.db.execute(f"DROP TRIGGER {table}_no_{verb}")

    def run(self, statement: str, *values: object) -> None:
        self.db.execute(statement, values)

    def done(self) -> None:
        for idx, salt, state, topic in self.db.execute(
            "SELECT idx, salt, state, topic FROM leaf JOIN stored_events ON notification_id = idx + 1"
        ).fetchall():
            self.db.execute("UPDATE leaf SET hash = ? WHERE idx = ?", (event_leaf(salt, state, topic), idx))
        self.db.commit()
        self.db.close()


def idx_of(house: Small, stream: str, version: int = 1) -> int:
    return house.ledger.store.find([(stream, version)])[0].idx


ACT, SECOND, EXTRACT, VISA = (
    "act:PAR-2026-N-000001",
    "act:PAR-2026-N-000002",
    "document:NPA260001",
    "document:VPA260001",
)


def test_an_honest_ledger_holds(house: Small) -> None:
    report = examine(house)
    assert report.findings == []
    assert report.events == report.signatures == house.ledger.store.size()


@pytest.mark.parametrize("column", ["state", "topic", "originator_id", "originator_version"])
def test_every_edited_column_is_named(house: Small, column: str) -> None:
    idx = idx_of(house, EXTRACT)
    owner = Owner(house)
    value = {"state": os.urandom(900), "topic": "document.printed.v1", "originator_id": "document:NPA260009"}
    owner.run(f"UPDATE stored_events SET {column} = ? WHERE notification_id = ?", value.get(column, 7), idx + 1)
    if column.startswith("originator"):
        leaf = {"originator_id": "stream", "originator_version": "version"}[column]
        owner.run(f"UPDATE leaf SET {leaf} = ? WHERE idx = ?", value.get(column, 7), idx)
    owner.done()
    assert idx in {finding.idx for finding in examine(house, head=False).findings}


@pytest.mark.parametrize("column", ["hash", "salt"])
def test_a_leaf_that_is_not_its_events_is_named(house: Small, column: str) -> None:
    """Whether a head was signed over it or not: event and signature are as they were."""
    idx = idx_of(house, EXTRACT)
    owner = Owner(house)
    owner.run(f"UPDATE leaf SET {column} = ? WHERE idx = ?", bytes(32), idx)
    owner.db.commit()
    owner.db.close()
    assert [(one.idx, one.stream) for one in examine(house, head=False).findings] == [(idx, EXTRACT)]


@pytest.mark.parametrize(("column", "value"), [("stream", "act:PAR-2026-N-000002"), ("version", 7)])
def test_a_leaf_that_is_said_to_be_anothers_is_named(house: Small, column: str, value: object) -> None:
    """Hash and event are as they were: only the leaf row's own words, by which others look it up, are another's."""
    idx = idx_of(house, EXTRACT)
    owner = Owner(house)
    owner.run(f"UPDATE leaf SET {column} = ? WHERE idx = ?", value, idx)
    owner.db.commit()
    owner.db.close()
    (found,) = [finding for finding in examine(house).findings if finding.idx == idx]
    assert (found.code, found.stream) == ("integrity", EXTRACT)
    assert "its leaf belongs to" in found.detail


def test_an_event_edited_into_text_is_named_too(house: Small) -> None:
    """Not an outage: SQLite would refuse to decode the text, and the store would look broken."""
    idx = idx_of(house, EXTRACT)
    owner = Owner(house)
    owner.run("UPDATE stored_events SET state = CAST(x'ff00fe' AS TEXT) WHERE notification_id = ?", idx + 1)
    owner.db.commit()
    owner.db.close()
    assert idx in {finding.idx for finding in examine(house, head=False).findings}


def test_every_byte_of_a_stored_event_counts(house: Small) -> None:
    row = house.ledger.store.find([(VISA, 2)])[0]
    for at in range(0, len(row.state), 7):
        owner = sqlite3.connect(house.config.database.removeprefix("sqlite:///"))
        owner.execute("DROP TRIGGER IF EXISTS stored_events_no_update")
        owner.execute("DROP TRIGGER IF EXISTS leaf_no_update")
        changed = bytearray(row.state)
        changed[at] ^= 1
        owner.execute("UPDATE stored_events SET state = ? WHERE notification_id = ?", (bytes(changed), row.idx + 1))
        owner.execute(
            "UPDATE leaf SET hash = ? WHERE idx = ?", (event_leaf(row.salt, bytes(changed), row.topic), row.idx)
        )
        owner.commit()
        owner.close()
        assert row.idx in {finding.idx for finding in examine(house, head=False).findings}, f"byte {at}"


@pytest.mark.parametrize("tables", [("stored_events", "leaf"), ("stored_events",), ("leaf",)])
def test_a_deleted_row_leaves_a_hole_and_hides_nothing(house: Small, tables: tuple[str, ...]) -> None:
    """The hole is named by its index, and an event forged beside it is still found."""
    idx, other = idx_of(house, EXTRACT), idx_of(house, SECOND)
    owner = Owner(house)
    for table in tables:
        column, at = ("idx", idx) if table == "leaf" else ("notification_id", idx + 1)
        owner.run(f"DELETE FROM {table} WHERE {column} = ?", at)
    owner.run("UPDATE stored_events SET topic = 'act.annulled.v1' WHERE notification_id = ?", other + 1)
    owner.done()
    report = examine(house, head=False)
    found = {(finding.code, finding.idx) for finding in report.findings}
    assert {("integrity.log", idx), ("integrity.envelope", other)} <= found
    assert report.events == house.ledger.store.size() - 1


def test_an_audit_says_when_it_gave_up(house: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sceau.ledger.audit.BATCH", 4)
    monkeypatch.setattr("sceau.ledger.audit.FINDINGS_MAX", 3)
    owner = Owner(house)
    owner.run("UPDATE stored_events SET state = x'00'")
    owner.done()
    assert examine(house, head=False).findings[-3].code == "integrity.audit_stopped"


def test_a_deleted_event_with_all_later_ones_moved_up(house: Small) -> None:
    """No hole is left; what relied on it, and its number, betray it."""
    idx = idx_of(house, SECOND)
    owner = Owner(house)
    owner.run("DELETE FROM stored_events WHERE notification_id = ?", idx + 1)
    owner.run("DELETE FROM leaf WHERE idx = ?", idx)
    owner.run("UPDATE stored_events SET notification_id = -notification_id WHERE notification_id > ?", idx + 1)
    owner.run("UPDATE stored_events SET notification_id = -notification_id - 1 WHERE notification_id < 0")
    owner.run("UPDATE leaf SET idx = -idx WHERE idx > ?", idx)
    owner.run("UPDATE leaf SET idx = -idx - 1 WHERE idx < 0")
    owner.done()
    found = {code for code, _ in codes(examine(house, head=False))}
    assert "integrity.read_set" in found
    with pytest.raises((LedgerBehind, LogBroken)):
        house.reopen()
    house.ledger.keeper.stop = lambda: None  # type: ignore[method-assign]


def test_two_events_swapped(house: Small) -> None:
    first, second = idx_of(house, ACT), idx_of(house, EXTRACT)
    owner = Owner(house)
    for table, key, offset in (("stored_events", "notification_id", 1), ("leaf", "idx", 0)):
        owner.run(f"UPDATE {table} SET {key} = -9999 WHERE {key} = ?", first + offset)
        owner.run(f"UPDATE {table} SET {key} = ? WHERE {key} = ?", first + offset, second + offset)
        owner.run(f"UPDATE {table} SET {key} = ? WHERE {key} = -9999", second + offset)
    owner.done()
    assert ("integrity.read_set", EXTRACT) in codes(examine(house, head=False))


def test_an_inserted_copy_of_an_old_event(house: Small) -> None:
    row, size = house.ledger.store.find([(EXTRACT, 1)])[0], house.ledger.store.size()
    owner = Owner(house)
    owner.run("INSERT INTO stored_events VALUES (?,?,?,?,?)", size + 1, "document:NPA260003", 1, row.topic, row.state)
    owner.run("INSERT INTO leaf VALUES (?,?,?,?,?)", size, "document:NPA260003", 1, row.salt, row.leaf)
    owner.done()
    assert ("integrity.envelope", "document:NPA260003") in codes(examine(house, head=False))


def test_an_orphan_row_beside_the_log(house: Small) -> None:
    owner = Owner(house)
    owner.run("INSERT INTO stored_events VALUES (?,?,?,?,?)", 9999, "act:PAR-2026-N-000777", 1, "t", b"x")
    owner.done()
    assert ("integrity.log", "") in codes(examine(house, head=False))


@pytest.mark.parametrize("how", ["delete", "mac", "outcome", "forge"])
def test_receipts_are_rebuilt_from_the_events(house: Small, how: str) -> None:
    owner = Owner(house)
    one = "(SELECT command_id FROM receipt LIMIT 1)"
    if how == "delete":
        owner.run(f"DELETE FROM receipt WHERE command_id = {one}")
    elif how == "forge":
        owner.run("INSERT INTO receipt VALUES (?,?,?)", b"f" * 16, b"m" * 16, canonical.encode([[ACT, 1]]))
    else:
        owner.run(f"UPDATE receipt SET {how} = ? WHERE command_id = {one}", b"\x80")
    owner.done()
    assert "integrity.receipts" in {code for code, _ in codes(examine(house, head=False))}


def test_a_cut_tail_is_found_by_the_head_kept_outside(house: Small) -> None:
    size = house.ledger.store.size()
    house.ledger.close()
    owner = Owner(house)
    owner.run("DELETE FROM stored_events WHERE notification_id = ?", size)
    owner.run("DELETE FROM leaf WHERE idx = ?", size - 1)
    owner.done()
    with pytest.raises(LedgerBehind):
        house.opened()
    store = open_store(house.config.database.removeprefix("sqlite:///"))
    with pytest.raises(LedgerBehind):
        house.ledger.head.audit(store)
    store.close()


def test_a_rewritten_past_is_found_by_the_head_kept_outside(house: Small) -> None:
    """Salts are the database's own: new ones give another root over the very same events."""
    house.birth()
    house.ledger.keeper.stop()
    owner = Owner(house)
    owner.run("UPDATE leaf SET salt = ? WHERE idx = 3", os.urandom(32))
    owner.done()
    found = codes(examine(house))
    assert found == {("integrity.log", "")}


def test_an_older_copy_of_the_database_is_refused(house: Small) -> None:
    house.ledger.close()
    path = Path(house.config.database.removeprefix("sqlite:///"))
    shutil.copy(path, path.with_suffix(".old"))
    house.ledger = house.opened()
    house.birth()
    house.ledger.close()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    shutil.copy(path.with_suffix(".old"), path)
    with pytest.raises(LedgerBehind):
        house.opened()


def test_an_older_vault_is_refused(house: Small) -> None:
    house.ledger.close()
    old = house.config.vault.with_suffix(".old")
    shutil.copy(house.config.vault, old)
    house.ledger = house.opened()
    house.birth()
    house.ledger.close()
    shutil.copy(old, house.config.vault)
    with pytest.raises(VaultBehind):
        house.opened()


def with_the_key_of_paris(house: Small, stream: str, event: Event, read: tuple[str, ...] = ("office:PAR",)) -> Report:
    """Whoever holds a mission's event key and the database writes what our commands would refuse."""
    states, signer = house.ledger.issuance.states, house.ledger.keystore.signer("event:PAR")
    before = states.get(stream)
    read = (*read, f"key:{signer.kid.hex()}")
    meta = envelope.Meta(
        house.config.state.origin,
        stream,
        before.version + 1,
        before.tail,
        house.clock(),
        "PAR",
        "PAR-1",
        "none",
        b"c" * 16,
        b"m" * 16,
        tuple((name, states.get(name).version) for name in read if name != stream),
    )
    message = envelope.seal(meta, event, signer, lambda key_id: bytes(32), bytes)
    row = EventRow(
        stream, before.version + 1, event.topic, message, bytes(32), event_leaf(bytes(32), message, event.topic)
    )
    receipt = Receipt(b"c" * 16, b"m" * 16, canonical.encode([[stream, before.version + 1]]))
    house.ledger.store.append([row], [receipt], {})
    return examine(house, head=False)


def test_a_mission_that_grants_itself_a_mandate(house: Small) -> None:
    granted = MandateGranted("PAR-2", ("visa",), "2026-01-01", "2027-01-01")
    report = with_the_key_of_paris(house, "office:PAR", granted, ())
    assert codes(report) == {("integrity.entitlement", "office:PAR")}


def test_a_mission_that_enrols_a_key(house: Small) -> None:
    enrolled = KeyEnrolled(b"k" * 8, "seal", "Ed25519", b"p" * 32, "MLI", "PAR", "2026-01-01", "2027-01-01")
    report = with_the_key_of_paris(house, "key:" + (b"k" * 8).hex(), enrolled)
    assert codes(report) == {("integrity.entitlement", "key:" + (b"k" * 8).hex())}


def test_a_mission_that_writes_for_another(house: Small) -> None:
    revoked = DocumentRevoked("jaloux", "TLS", "TLS-1", "2026-11-22")
    assert codes(with_the_key_of_paris(house, EXTRACT, revoked)) == {("integrity.entitlement", EXTRACT)}


def test_a_document_without_its_read_set(house: Small) -> None:
    """An extract of an act at a version that the decision did not read."""
    issued = house.ledger.issuance.states.get(EXTRACT).state.issued
    stream = "document:NPA260003"
    report = with_the_key_of_paris(house, stream, replace(issued, number="NPA260003", seal_id=bytes(32), personal=()))
    assert codes(report) == {("integrity.entitlement", stream)}


def test_another_ledger_in_its_place_is_not_ours(house: Small, tmp_path: Path) -> None:
    """A ledger made from nothing by whoever holds no key of ours: consistent, and not the one the auditor trusts."""
    with small(tmp_path / "other", seed=b"other") as other:
        report = audit(other.ledger.store, other.config.state.origin, house.ledger.keystore.signer("event:MAE").kid)
    assert report.findings[0].idx == 0


def test_two_processes_find_what_one_finds(house: Small) -> None:
    kid = house.ledger.keystore.signer("event:MAE").kid
    path = house.config.database.removeprefix("sqlite:///")
    owner = Owner(house)
    owner.run("UPDATE stored_events SET state = x'00' WHERE notification_id = 5")
    owner.done()
    alone = audit(house.ledger.store, house.config.state.origin, kid)
    together = audit_parallel(_Opener(path), house.config.state.origin, kid, None, 2, lambda done: None)
    assert together.findings == alone.findings != []


class _Opener:
    def __init__(self, path: str) -> None:
        self.path = path

    def __call__(self) -> object:
        return open_store(self.path)


def test_the_frontier_is_the_tree(house: Small) -> None:
    leaves = house.ledger.store.leaves(0, 10_000)
    frontier = Frontier()
    frontier.add(leaves)
    checkpoint = house.ledger.head.advance(house.ledger.store)
    assert (checkpoint.size, checkpoint.root) == (len(leaves), frontier.root())


def test_commands_refuse_what_a_mission_enrolled_for_itself(house: Small) -> None:
    enrolled = KeyEnrolled(b"k" * 8, "event", "Ed25519", b"p" * 32, "MLI", "MAE", "2026-01-01", "2027-01-01")
    with_the_key_of_paris(house, "key:" + (b"k" * 8).hex(), enrolled)
    house.reopen()
    with pytest.raises(EnvelopeInvalid, match="may not"):
        house.birth()
