"""Publishing step by step: only what is new, whole at every moment, and never twice differently."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from log_house import LogHouse, grow

from sceau.domain.errors import LedgerBehind, LogBroken
from sceau.ledger.log import integrate
from sceau.ledger.log.directory import LogDirectory
from sceau.ledger.log.follow import reader_of
from sceau.ledger.stores.port import LogRow
from sceau.tlog.checkpoint import open_checkpoint
from sceau.tlog.merkle import inclusion_proof, leaf_hash, verify_inclusion
from sceau.tlog.tile import tile_path, tiles_for, unbundle


def test_a_log_on_either_store(log: LogHouse) -> None:
    """Real events: each is proven in the published tree, from public files alone."""
    first = log.publish()
    assert first.published
    assert first.size == first.added == log.house.ledger.store.size()
    log.house.birth()
    assert log.publish().size == log.house.ledger.store.size() > first.size
    checkpoint, note = open_checkpoint(log.directory.read("checkpoint"), log.log)
    assert len(note.signatures) == 1
    reader = reader_of(log.directory, checkpoint)
    last = checkpoint.size - 1
    entries = unbundle(log.directory.read(f"tile/entries/000.p/{checkpoint.size}"))
    proof = inclusion_proof(last, checkpoint.size, reader.node)
    verify_inclusion(last, checkpoint.size, leaf_hash(entries[last]), proof, checkpoint.root)


@pytest.mark.parametrize("batches", [(250, 6, 1, 255), (4096, 1), (256, 256), (70_000, 700)])
def test_every_step_is_the_log_of_its_size(alone: LogHouse, batches: Sequence[int]) -> None:
    for count in batches:
        grow(alone.house.ledger.store, count)
        assert alone.publish().added >= count
        size = alone.house.ledger.store.size()
        assert alone.size() == size
        assert alone.publish().added == 0
        for one in tiles_for(size):
            assert alone.directory.find(one.path) is not None


def test_two_directories_of_one_ledger_are_the_same_bytes(alone: LogHouse, tmp_path: Path) -> None:
    """A directory published step by step and one made at once differ in older partial tiles only."""
    for count in (100, 1000, 300):
        grow(alone.house.ledger.store, count)
        alone.publish()
    steps = alone.bytes()
    alone.directory = LogDirectory(tmp_path / "again")
    alone.publish()
    again = alone.bytes()
    assert {name: steps[name] for name in again} == again
    assert all(".p/" in name or name == ".previous" for name in steps.keys() - again.keys())


def test_a_step_reads_only_what_is_new(alone: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(alone.house.ledger.store, 5000)
    alone.publish()
    grow(alone.house.ledger.store, 300)
    spans, fetched = [], []
    store, read = alone.house.ledger.store, LogDirectory.read
    rows = store.rows

    def counted(start: int, end: int) -> list[LogRow]:
        spans.append(end - start)
        return rows(start, end)

    def noted(self: LogDirectory, name: str) -> bytes:
        fetched.append(name)
        return read(self, name)

    monkeypatch.setattr(store, "rows", counted)
    monkeypatch.setattr(LogDirectory, "read", noted)
    with alone.directory.locked():
        follower = alone.follower()
        follower.start()
        assert follower.step().added == 300
    assert sum(spans) == 300
    assert len(fetched) < 50


def test_partial_tiles_are_removed_when_nobody_can_need_them(alone: LogHouse) -> None:
    """Those of this checkpoint and of the one before stay."""
    for count in (1, 2, 40) * 14:
        grow(alone.house.ledger.store, count)
        with alone.directory.locked():
            alone.follower().step()
    alone.verify()
    size = alone.size()
    assert 512 < size < 768
    partial = [name for name in alone.bytes() if ".p/" in name]
    assert {name.split(".p/")[0] for name in partial} <= {"tile/0/002", "tile/1/000", "tile/entries/002"}


def test_a_reader_beside_the_publisher_always_finds_a_whole_log(alone: LogHouse) -> None:
    """He fetches the checkpoint, then every tile that it calls for; all are there and give the root."""
    done, seen, failed = threading.Event(), set(), []

    def reading() -> None:
        reader = LogDirectory(alone.directory.path)
        while not done.is_set():
            data = reader.find("checkpoint")
            if data is None:
                continue
            checkpoint, _ = open_checkpoint(data, alone.log)
            try:
                tiles = reader_of(reader, checkpoint)
                for one in tiles_for(checkpoint.size):
                    tiles.node(8 * one.level, one.n * 256)
                    found = reader.find(one.path) or reader.find(tile_path(one.level, one.n))
                    assert found is not None, one.path
            except Exception as error:
                failed.append(error)
                return
            seen.add(checkpoint.size)

    thread = threading.Thread(target=reading)
    thread.start()
    try:
        for count in (3, 40, 250, 1, 600, 5, 256, 90, 4000, 17) * 3:
            grow(alone.house.ledger.store, count)
            with alone.directory.locked():
                alone.follower().step()
    finally:
        done.set()
        thread.join()
    assert failed == []
    assert len(seen) > 5
    alone.verify()


def test_two_followers_at_once(alone: LogHouse) -> None:
    """The second waits until the first is done, says so once, and then finds the work done."""
    waited, steps = [], []
    grow(alone.house.ledger.store, 500)

    def second() -> None:
        other = LogDirectory(alone.directory.path)
        with other.locked(lambda: waited.append(1)):
            steps.append(alone.follower(directory=other).step())

    with alone.directory.locked():
        thread = threading.Thread(target=second)
        thread.start()
        while not waited:
            assert thread.is_alive()
        first = alone.follower().step()
    thread.join()
    assert waited == [1]
    assert (first.added, steps[0].added) == (first.size, 0)
    alone.verify()


def test_a_row_that_does_not_hold_is_named_and_nothing_is_signed(
    alone: LogHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leaf row that says something else than the event's bytes: hashed anew, refused by its index."""
    alone.publish()
    start = alone.house.ledger.store.size()
    grow(alone.house.ledger.store, 20)
    store = alone.house.ledger.store
    rows = store.rows
    monkeypatch.setattr(
        store,
        "rows",
        lambda first, end: [row._replace(state=b"edited") if row.idx == start + 7 else row for row in rows(first, end)],
    )
    with alone.directory.locked(), pytest.raises(LogBroken, match=f"leaf {start + 7} "):
        alone.follower().step()
    monkeypatch.undo()
    assert alone.head().read().checkpoint.size == start
    alone.verify()
    assert alone.publish().added == 20


def test_a_hole_is_named(alone: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    store = alone.house.ledger.store
    grow(store, 20)
    rows = store.rows
    monkeypatch.setattr(store, "rows", lambda first, end: [row for row in rows(first, end) if row.idx != 15])
    with alone.directory.locked(), pytest.raises(LogBroken, match="no event at index 15"):
        alone.follower().step()


def test_batches_end_where_tiles_do(alone: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the work is cut, the files are the same."""
    grow(alone.house.ledger.store, 3000)
    monkeypatch.setattr(integrate, "BATCH", 512)
    done: list[int] = []
    with alone.directory.locked():
        alone.follower().step(done.append)
    assert done == [*range(512, 3000, 512), alone.house.ledger.store.size()]
    alone.verify()


def test_a_tile_with_other_bytes_is_never_overwritten(alone: LogHouse) -> None:
    """Found past the checkpoint: somebody wrote there. Refused, named, and left as it is."""
    grow(alone.house.ledger.store, 100)
    alone.publish()
    path = alone.directory.path / "tile/0/000"
    path.write_bytes(b"x" * 8192)
    grow(alone.house.ledger.store, 200)
    with alone.directory.locked(), pytest.raises(LogBroken, match="tile/0/000 was written before with other bytes"):
        alone.follower().step()
    assert path.read_bytes() == b"x" * 8192
    path.unlink()
    assert alone.publish().published


@pytest.mark.parametrize("name", ["tile/0/000.p/{size}", "tile/entries/000.p/{size}"])
@pytest.mark.parametrize("how", ["missing", "edited"])
def test_an_edge_that_was_touched_stops_publishing(alone: LogHouse, name: str, how: str) -> None:
    size = alone.publish().size
    path = alone.directory.path / name.format(size=size)
    data = path.read_bytes()
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    grow(alone.house.ledger.store, 5)
    with alone.directory.locked(), pytest.raises(LogBroken):
        alone.follower().step()


def test_an_older_database_publishes_nothing(alone: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    alone.publish()
    store = alone.house.ledger.store
    size = store.size()
    monkeypatch.setattr(store, "size", lambda: size - 1)
    with alone.directory.locked():
        with pytest.raises(LedgerBehind):
            alone.follower().start()
        with pytest.raises(LedgerBehind):
            alone.follower().step()
    monkeypatch.undo()
    alone.verify()
