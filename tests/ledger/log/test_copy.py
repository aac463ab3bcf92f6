"""A copy of a published log holds at every moment, whatever happens to the one that is copied."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from log_house import LogHouse, grow

from sceau.domain.errors import LogBroken, NoteInvalid
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.log.copy import copy_log
from sceau.ledger.log.directory import CHECKPOINT, LogDirectory
from sceau.tlog.checkpoint import open_checkpoint
from sceau.tlog.note import ED25519, Verifier
from sceau.tlog.tile import TileReader


def require_whole(log: LogHouse, copy: LogDirectory) -> int:
    """Every tile that its checkpoint speaks of is there and gives the root; its size."""
    head = open_checkpoint(copy.read(CHECKPOINT), log.log)[0]
    reader = TileReader(head.size, head.root, copy.read)
    for n in range(head.size):
        reader.node(0, n)
    return head.size


@pytest.fixture
def log(alone: LogHouse) -> LogHouse:
    """A log that was published."""
    alone.publish()
    return alone


def test_the_log_grows_while_it_is_copied(log: LogHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checkpoint that was read first is the one that is written: a later one speaks of what was not copied."""
    copy, add, size = LogDirectory(tmp_path / "copy"), LogDirectory.add, log.size()
    grown: list[int] = []

    def growing(self: LogDirectory, files: Mapping[str, bytes]) -> None:
        add(self, files)
        if self is copy and not grown:
            grown.append(1)
            grow(log.house.ledger.store, 300)
            log.publish()

    monkeypatch.setattr(LogDirectory, "add", growing)
    assert copy_log(log.directory, copy, log.log) == size
    assert require_whole(log, copy) == size < log.size()
    assert copy_log(log.directory, copy, log.log) == log.size()
    assert require_whole(log, copy) == log.size()


def test_a_copy_that_is_cut_off_keeps_its_old_head(
    log: LogHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checkpoint comes last: before, nothing speaks of tiles that may not be there."""
    copy, add = LogDirectory(tmp_path / "copy"), LogDirectory.add
    size = copy_log(log.directory, copy, log.log)
    grow(log.house.ledger.store, 300)
    log.publish()

    def cut(self: LogDirectory, files: Mapping[str, bytes]) -> None:
        add(self, dict([*files.items()][:1]))
        raise KeyboardInterrupt

    monkeypatch.setattr(LogDirectory, "add", cut)
    with pytest.raises(KeyboardInterrupt):
        copy_log(log.directory, copy, log.log)
    monkeypatch.undo()
    assert require_whole(log, copy) == size
    assert copy_log(log.directory, copy, log.log) == log.size()
    assert require_whole(log, copy) == log.size()


def test_a_checkpoint_that_the_log_did_not_sign_is_not_copied(log: LogHouse, tmp_path: Path) -> None:
    """Nor anything else of that directory."""
    stranger = SoftwareSigner.from_seed(b"x" * 32, Algorithm.ED25519)
    copy = LogDirectory(tmp_path / "copy")
    for other in (Verifier(log.log.name, ED25519, stranger.public), Verifier("other.example", ED25519, log.log.public)):
        with pytest.raises(NoteInvalid):
            copy_log(log.directory, copy, other)
    head = open_checkpoint(log.directory.read(CHECKPOINT), log.log)[0]
    (log.directory.path / CHECKPOINT).write_bytes(head.sign(stranger).encode())
    with pytest.raises(NoteInvalid):
        copy_log(log.directory, copy, log.log)
    assert not copy.path.exists()


def test_a_log_that_lacks_a_tile_is_not_copied(log: LogHouse, tmp_path: Path) -> None:
    next((log.directory.path / "tile/0/000.p").iterdir()).unlink()
    with pytest.raises(LogBroken, match="is missing"):
        copy_log(log.directory, LogDirectory(tmp_path / "copy"), log.log)
    assert LogDirectory(tmp_path / "copy").find(CHECKPOINT) is None
