"""Every byte of a log directory counts: each one changed, cut or added is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from log_house import LogHouse, grow

from sceau.ledger.log.fsck import Checked, check
from sceau.tlog import tile


def examined(log: LogHouse) -> Checked:
    return check(log.directory, log.policy, log.house.ledger.store)


@pytest.fixture
def published(alone: LogHouse) -> LogHouse:
    """Two full tiles and a partial one, older partial ones beside it."""
    grow(alone.house.ledger.store, 500)
    alone.publish()
    grow(alone.house.ledger.store, 25)
    alone.publish()
    grow(alone.house.ledger.store, 7)
    alone.publish()
    return alone


def test_what_was_counted(published: LogHouse) -> None:
    found = examined(published)
    assert found.holds
    assert (found.size, found.entries, found.events) == (546, 546, 546)
    assert found.tiles == 4  # three at level 0, one at level 1
    assert (found.partials, found.unpublished) == (4, 0)


def public(log: LogHouse) -> list[Path]:
    return [path for path in sorted(log.directory.path.rglob("*")) if path.is_file() and path.name[0] != "."]


def test_every_file_and_every_kind_of_damage(published: LogHouse) -> None:
    """A bit at either end and in the middle, a byte less, a byte more, nothing at all, no file."""

    def flip(at: int) -> Callable[[bytes], bytes]:
        return lambda data: (
            data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] if at >= 0 else flip(len(data) + at)(data)
        )

    damages: list[Callable[[bytes], bytes]] = [flip(0), flip(-1), flip(40), lambda d: d[:-1], lambda d: d + b"\0"]
    judged = [path for path in public(published) if path.name not in ("tlog-policy", "log.vkey")]
    assert len(judged) == 12
    for path in judged:
        data = path.read_bytes()
        for damage in (*damages, lambda d: b""):
            path.write_bytes(damage(data))
            assert not check(published.directory, published.policy).holds, path
        path.unlink()
        needed = path.relative_to(published.directory.path).as_posix() in _needed(546)
        assert examined(published).holds is not needed, path
        path.write_bytes(data)
    published.verify()


def _needed(size: int) -> set[str]:
    return {"checkpoint", *(one.path for one in (*tile.tiles_for(size), *tile.new_bundles(0, size)))}


def test_an_entry_is_named_by_its_index(published: LogHouse) -> None:
    path = published.directory.path / "tile/entries/001"
    data = path.read_bytes()
    entries = tile.unbundle(data)
    entries[7], entries[9] = entries[9], entries[7]
    path.write_bytes(tile.bundle(entries))
    for store in (None, published.house.ledger.store):
        found = check(published.directory, published.policy, store).findings
        assert {one.idx for one in found} == {256 + 7, 256 + 9}
        assert {one.path for one in found} == {"tile/entries/001"}


def test_what_does_not_belong_there(published: LogHouse) -> None:
    for name in ("tile/0/x", "notes.txt", "tile/0/1", "tile/64/000", "tile/0/000.p/0"):
        path = published.directory.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        assert [one.path for one in examined(published).findings] == [name]
        path.unlink()


def test_what_lies_past_the_checkpoint_is_counted(published: LogHouse) -> None:
    before = published.directory.read("checkpoint")
    grow(published.house.ledger.store, 300)
    published.publish()
    (published.directory.path / "checkpoint").write_bytes(before)
    found = examined(published)
    assert found.findings == []
    assert found.unpublished == 5
    (published.directory.path / "tile/0/002.p/34").unlink()
    assert [tuple(one) for one in examined(published).findings][:1] == [("tile/0/002.p/34", None, "is missing")]


def test_the_quorum(witnessed: LogHouse) -> None:
    witnessed.publish()
    data = witnessed.directory.read("checkpoint")
    lines = data.decode().splitlines(keepends=True)
    (witnessed.directory.path / "checkpoint").write_text("".join(lines[:6]))
    found = examined(witnessed)
    assert [one.detail for one in found.findings] == ["no quorum: cosigned by a"]


def test_a_store_that_is_shorter_or_has_a_hole(published: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    store = published.house.ledger.store
    rows = store.rows
    monkeypatch.setattr(store, "rows", lambda first, end: [one for one in rows(first, end) if one.idx not in (5, 545)])
    found = examined(published)
    assert {(one.idx, one.detail) for one in found.findings} == {
        (5, "no event at index 5"),
        (545, "no event at index 545"),
    }
    assert found.events == 544


def test_an_empty_directory(alone: LogHouse) -> None:
    assert [one.detail for one in examined(alone).findings] == ["is missing"]
