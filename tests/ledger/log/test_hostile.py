"""What the owner of the tables can do, with every unsigned digest recomputed, and then with the log's key in hand."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from log_house import LogHouse, grow, loopback
from small_ledger import Small

from sceau.domain.errors import LedgerBehind, LogBroken, SceauError, SignerRefused, WitnessAlarm
from sceau.ledger.log.directory import LogDirectory
from sceau.ledger.log.fsck import check
from sceau.ledger.log.signer import StateFile
from sceau.tlog.checkpoint import Checkpoint, open_checkpoint
from sceau.tlog.leaf import event_leaf


class Owner:
    """The tables without their fences; `done` recomputes every leaf hash, which nobody signed."""

    def __init__(self, house: Small) -> None:
        self._house = house
        house.ledger.store.close()
        house.ledger.data_keys.close()
        self.db = sqlite3.connect(house.config.database.removeprefix("sqlite:///"))
        for table in ("stored_events", "leaf", "receipt"):
            for verb in ("update", "delete"):
                self.db.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")

    def edit(self, idx: int) -> None:
        state = self.db.execute("SELECT state FROM stored_events WHERE notification_id = ?", (idx + 1,)).fetchone()[0]
        self.db.execute("UPDATE stored_events SET state = ? WHERE notification_id = ?", (state + b"x", idx + 1))

    def salt(self, idx: int) -> None:
        self.db.execute("UPDATE leaf SET salt = ? WHERE idx = ?", (b"s" * 32, idx))

    def delete(self, idx: int) -> None:
        self.db.execute("DELETE FROM stored_events WHERE notification_id = ?", (idx + 1,))
        self.db.execute("DELETE FROM leaf WHERE idx = ?", (idx,))

    def close_up(self, idx: int) -> None:
        """Delete, and move everything after it down by one."""
        self.delete(idx)
        for table, column in (("stored_events", "notification_id"), ("leaf", "idx")):
            self.db.execute(f"UPDATE {table} SET {column} = -{column} WHERE {column} > ?", (idx,))
            self.db.execute(f"UPDATE {table} SET {column} = -{column} - 1 WHERE {column} < 0")

    def swap(self, idx: int) -> None:
        for table, column, first in (("stored_events", "notification_id", idx + 1), ("leaf", "idx", idx)):
            for before, after in ((first, -1000), (first + 1, first), (-1000, first + 1)):
                self.db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (after, before))

    def insert(self, idx: int) -> None:
        """One more event in the middle."""
        for table, column in (("stored_events", "notification_id"), ("leaf", "idx")):
            self.db.execute(f"UPDATE {table} SET {column} = -{column} WHERE {column} > ?", (idx,))
            self.db.execute(f"UPDATE {table} SET {column} = -{column} + 1 WHERE {column} < 0")
        self.db.execute("INSERT INTO stored_events VALUES (?,?,?,?,?)", (idx + 1, "forged:1", 1, "t", b"forged"))
        self.db.execute("DELETE FROM leaf WHERE idx = ?", (idx,))
        self.db.execute("INSERT INTO leaf VALUES (?,?,?,?,?)", (idx, "forged:1", 1, bytes(32), b""))

    def truncate(self, idx: int) -> None:
        self.db.execute("DELETE FROM stored_events WHERE notification_id > ?", (idx,))
        self.db.execute("DELETE FROM leaf WHERE idx >= ?", (idx,))

    def done(self) -> None:
        joined = "SELECT idx, salt, state, topic FROM leaf JOIN stored_events ON notification_id = idx + 1"
        for idx, salt, state, topic in self.db.execute(joined).fetchall():
            self.db.execute("UPDATE leaf SET hash = ? WHERE idx = ?", (event_leaf(salt, state, topic), idx))
        self.db.commit()
        self.db.close()
        self._house.ledger.store.close()


def tampered(log: LogHouse, how: Callable[[Owner], None]) -> None:
    """Through the owner's hands, and opened again as a process that only publishes would."""
    from sceau.compose import open_store

    owner = Owner(log.house)
    how(owner)
    owner.done()
    object.__setattr__(log.house.ledger, "store", open_store(log.house.config.database, False))


EDITS: dict[str, Callable[[Owner], None]] = {
    "edit": lambda owner: owner.edit(3),
    "salt": lambda owner: owner.salt(3),
    "delete": lambda owner: owner.delete(3),
    "delete and close up": lambda owner: owner.close_up(3),
    "swap": lambda owner: owner.swap(3),
    "insert": lambda owner: owner.insert(3),
    "truncate": lambda owner: owner.truncate(20),
}


@pytest.mark.parametrize("how", EDITS)
def test_a_published_past_that_is_edited(alone: LogHouse, how: str, tmp_path: Path) -> None:
    """fsck against the database names the first index; a directory made anew is never signed; the old one holds."""
    grow(alone.house.ledger.store, 300)
    alone.publish()
    tampered(alone, EDITS[how])
    found = check(alone.directory, alone.policy, alone.house.ledger.store)
    assert min(one.idx for one in found.findings if one.idx is not None) == (20 if how == "truncate" else 3)
    alone.verify(store=False)
    kept = alone.head().read()
    fresh = LogDirectory(tmp_path / "fresh")
    with fresh.locked(), pytest.raises((LogBroken, LedgerBehind, SignerRefused)):
        alone.follower(directory=fresh).step()
    if how not in ("truncate", "delete and close up"):  # also when the log has grown past what was signed
        grow(alone.house.ledger.store, 50)
        with fresh.locked(), pytest.raises((LogBroken, SignerRefused)):
            alone.follower(directory=fresh).step()
    assert alone.head().read() == kept
    assert fresh.find("checkpoint") is None
    alone.verify(store=False)


@pytest.mark.parametrize("how", EDITS)
def test_an_unpublished_past_that_is_edited(alone: LogHouse, how: str) -> None:
    """Signed by the issuing process, not yet published: the signer's head is extended by nothing else."""
    grow(alone.house.ledger.store, 300)
    alone.head().advance(alone.house.ledger.store)
    tampered(alone, EDITS[how])
    with alone.directory.locked(), pytest.raises((LogBroken, LedgerBehind, SignerRefused)):
        alone.follower().step()
    assert alone.directory.find("checkpoint") is None


@pytest.mark.parametrize("later", [0, 40])
def test_last_weeks_database(alone: LogHouse, tmp_path: Path, later: int) -> None:
    """Restored; also when other events were then written over what is missing."""
    house = alone.house
    house.birth()
    alone.publish()
    database = Path(house.config.database.removeprefix("sqlite:///"))
    house.ledger.close()
    shutil.copy(database, tmp_path / "week")
    house.ledger = house.opened()
    for _ in range(5):
        house.birth()
    alone.publish()
    house.ledger.close()
    for name in ("-wal", "-shm"):
        Path(f"{database}{name}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "week", database)
    with pytest.raises(LedgerBehind):
        house.opened()
    from sceau.compose import open_store

    store = open_store(house.config.database, False)
    grow(store, later)
    with alone.directory.locked():
        for attempt in (alone.follower(store).start, alone.follower(store).step):
            with pytest.raises((LedgerBehind, LogBroken)):
                attempt()
    store.close()
    alone.verify(store=False)


def rewritten(log: LogHouse, keep: int) -> StateFile:
    """The whole log again with another past, signed with its own key: a state file and directory like any other."""
    tampered(log, lambda owner: owner.edit(3))
    shutil.copytree(log.directory.path, log.directory.path.with_name("kept"))
    shutil.rmtree(log.directory.path)
    log.house.config.head.unlink()
    forged = StateFile(log.house.config.head, log.log.name, log.house.ledger.keystore.signer("head"))
    forged.create()
    if keep:
        log.head().advance(log.house.ledger.store)
    return forged


def test_a_rewritten_and_re_signed_log_without_witnesses_is_whole_but_not_the_same(alone: LogHouse) -> None:
    """What the key alone can do: every byte verifies. A kept checkpoint of anybody is what tells."""
    from sceau.domain.errors import ProofInvalid
    from sceau.ledger.log.follow import published, reader_of
    from sceau.tlog.merkle import consistency_proof, verify_consistency

    alone.publish()
    kept = published(alone.directory, "checkpoint", alone.log).checkpoint
    grow(alone.house.ledger.store, 30)
    rewritten(alone, 0)
    assert alone.publish().published
    now = published(alone.directory, "checkpoint", alone.log).checkpoint
    reader = reader_of(alone.directory, now)
    proof = consistency_proof(kept.size, now.size, reader.node)
    with pytest.raises(ProofInvalid):
        verify_consistency(kept.size, now.size, kept.root, now.root, proof)


@pytest.mark.parametrize("grown", [0, 30], ids=["of the same size", "grown since"])
@pytest.mark.parametrize("start", [True, False], ids=["compared at the start", "not compared"])
def test_a_rewritten_and_re_signed_log_is_refused_by_the_witnesses(
    witnessed: LogHouse, grown: int, start: bool
) -> None:
    """409 at the same size, 422 past it; nothing is published, and both checkpoints are kept."""
    witnessed.publish()
    grow(witnessed.house.ledger.store, grown)
    rewritten(witnessed, grown)
    with witnessed.directory.locked():
        follower = witnessed.follower()
        with pytest.raises(WitnessAlarm):
            if start:
                follower.start()
            follower.step()
    assert witnessed.directory.find("checkpoint") is None
    evidence = json.loads(witnessed.house.config.log_alarm.read_text())
    assert evidence["ours"] != evidence["theirs"]
    assert evidence["theirs"].startswith(f"{witnessed.log.name}\n14\n")
    assert {one.size(witnessed.log) for one in witnessed.bystanders.values()} == {14}


def test_a_signers_state_restored_from_a_backup_is_found_by_what_was_published(alone: LogHouse) -> None:
    alone.publish()
    older = alone.house.config.head.read_bytes()
    grow(alone.house.ledger.store, 10)
    alone.publish()
    alone.house.config.head.write_bytes(older)
    with alone.directory.locked(), pytest.raises(WitnessAlarm, match="its state is older"):
        alone.follower().step()
    evidence = json.loads(alone.house.config.log_alarm.read_text())
    assert evidence["theirs"].encode() == alone.directory.read("checkpoint")
    with pytest.raises(WitnessAlarm):
        alone.head().check(alone.house.ledger.store)


def test_the_signers_other_head_of_the_published_size_is_an_alarm(alone: LogHouse) -> None:
    alone.publish()
    note = Checkpoint(alone.log.name, alone.size(), b"r" * 32).sign(alone.house.ledger.keystore.signer("head"))
    alone.directory.replace({"checkpoint": note.encode()})
    with alone.directory.locked(), pytest.raises(WitnessAlarm, match="another root at 14 leaves"):
        alone.follower().step()
    assert json.loads(alone.house.config.log_alarm.read_text())["theirs"] == note.encode().decode()


@pytest.mark.parametrize(("answering", "since"), [(True, 0), (False, 0), (False, 3)])
def test_home_and_database_of_one_backup_issue_nothing(
    witnessed: LogHouse, tmp_path: Path, answering: bool, since: int
) -> None:
    """Opening asks the witnesses, over HTTP; where none answers, the mission goes on until the log is published."""
    house = witnessed.house
    witnessed.publish()
    house.ledger.close()
    shutil.copytree(house.config.home, tmp_path / "backup")
    house.ledger = house.opened()
    house.birth()
    house.ledger.head.advance(house.ledger.store)
    witnessed.publish()
    house.ledger.close()
    shutil.rmtree(house.config.home)
    shutil.copytree(tmp_path / "backup", house.config.home)
    with loopback(witnessed, "b") as url:
        address = url if answering else "http://127.0.0.1:9"
        house.config.log_policy.write_bytes(re.sub(rb"http://\w.test/", address.encode(), witnessed.text))
        if answering:
            with pytest.raises(WitnessAlarm, match=r"b: .* its state is older"):
                house.opened()
    if not answering:
        house.ledger = house.opened()
        for _ in range(since):
            house.birth()
        house.ledger.head.advance(house.ledger.store)
        why = "not the first of the" if since else "its state is older"
        with witnessed.directory.locked(), pytest.raises(WitnessAlarm, match=why):
            witnessed.follower().step()
    evidence = json.loads(house.config.log_alarm.read_text())
    assert open_checkpoint(evidence["theirs"].encode(), witnessed.log)[0].size == witnessed.size()
    house.config.log_policy.unlink()
    with pytest.raises(WitnessAlarm):
        house.opened()


def test_a_signer_without_state_signs_nothing(alone: LogHouse) -> None:
    alone.publish()
    alone.house.config.head.unlink()
    grow(alone.house.ledger.store, 10)
    with alone.directory.locked(), pytest.raises(LogBroken, match="missing"):
        alone.follower().step()
    with pytest.raises(LogBroken, match="missing"):
        alone.head().advance(alone.house.ledger.store)
    assert not alone.house.config.head.exists()


@pytest.mark.parametrize("what", ["checkpoint", ".pending"])
def test_a_checkpoint_that_our_log_did_not_sign_stops_publishing(alone: LogHouse, what: str) -> None:
    alone.publish()
    data = alone.directory.read("checkpoint")
    (alone.directory.path / what).write_bytes(data.replace(b"\n14\n", b"\n15\n"))
    with alone.directory.locked(), pytest.raises(SceauError, match="does not hold"):
        alone.follower().step()
