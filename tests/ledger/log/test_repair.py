"""Whatever was damaged in a log that is handed over is written again from the events, and nothing else is touched."""

from pathlib import Path
from typing import cast

import pytest
from log_house import LogHouse, grow

from sceau.domain.errors import LogBroken
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.log.copy import copy_log
from sceau.ledger.log.directory import CHECKPOINT, LogDirectory
from sceau.ledger.log.fsck import check
from sceau.ledger.log.repair import repair
from sceau.ledger.stores.port import Store
from sceau.tlog.checkpoint import Checkpoint


@pytest.fixture
def copy(alone: LogHouse, tmp_path: Path) -> LogDirectory:
    """The copy of a log of two whole tiles and a part."""
    grow(alone.house.ledger.store, 600)
    alone.publish()
    copy = LogDirectory(tmp_path / "copy")
    copy_log(alone.directory, copy, alone.log)
    return copy


def state(copy: LogDirectory) -> dict[Path, tuple[int, bytes]]:
    tiles = [path for path in (copy.path / "tile").rglob("*") if path.is_file()]
    return {path: (path.stat().st_ino, path.read_bytes()) for path in tiles}


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if how == "cut" else data[:-1] + bytes([data[-1] ^ 1]))


@pytest.mark.parametrize("how", ["byte", "cut", "gone"])
@pytest.mark.parametrize("name", ["tile/0/000", "tile/0/001", "tile/entries/001", "tile/1/000.p/2", "tile/0/002.p/*"])
def test_a_damaged_tile_is_written_again(alone: LogHouse, copy: LogDirectory, name: str, how: str) -> None:
    before = state(copy)
    (path,) = copy.path.glob(name)
    damage(path, how)
    assert not check(copy, alone.policy).holds
    assert repair(copy, alone.house.ledger.store, alone.log) == 1
    assert check(copy, alone.policy, alone.house.ledger.store).findings == []
    after = state(copy)
    assert {one for one in after if after[one] != before[one]} <= {path} and after[path][1] == before[path][1]


def test_a_log_that_holds_costs_no_look_at_the_events(alone: LogHouse, copy: LogDirectory) -> None:
    before, unasked = state(copy), cast("Store", object())
    assert repair(copy, unasked, alone.log) == 0
    assert state(copy) == before


def test_another_history_is_evidence_and_stays(alone: LogHouse, copy: LogDirectory) -> None:
    """Signed by our own key: who would overwrite it would remove the proof of a fork."""
    key = alone.house.ledger.keystore.signer("head")
    forked = Checkpoint(alone.log.name, 600, b"f" * 32).sign(key).encode()
    (copy.path / CHECKPOINT).write_bytes(forked)
    before = state(copy)
    with pytest.raises(LogBroken, match="another history"):
        repair(copy, alone.house.ledger.store, alone.log)
    assert (state(copy), copy.read(CHECKPOINT)) == (before, forked)


@pytest.mark.parametrize("note", [b"", b"no note\n"])
def test_without_a_head_of_this_log_nothing_is_done(alone: LogHouse, copy: LogDirectory, note: bytes) -> None:
    (copy.path / CHECKPOINT).write_bytes(note)
    (copy.path / "tile/0/000").write_bytes(b"x")
    before = state(copy)
    assert repair(copy, alone.house.ledger.store, alone.log) == 0
    stranger = SoftwareSigner.from_seed(b"x" * 32, Algorithm.ED25519)
    (copy.path / CHECKPOINT).write_bytes(Checkpoint(alone.log.name, 600, b"f" * 32).sign(stranger).encode())
    assert repair(copy, alone.house.ledger.store, alone.log) == 0
    assert state(copy) == before
    assert repair(LogDirectory(copy.path / "nowhere"), alone.house.ledger.store, alone.log) == 0
