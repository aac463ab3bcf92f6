"""Tiles: their names, their bytes, and a reader that believes nothing that does not lead to the root."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiled_leaves import LEAVES, fetching, files, node, reader

from sceau.domain.errors import LogBroken, ProofInvalid
from sceau.tlog import tile as tiles
from sceau.tlog.checkpoint import open_checkpoint
from sceau.tlog.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from sceau.tlog.note import parse_vkey
from sceau.tlog.tile import ENTRIES, Tile, TileReader, bundle, entries_path, parse_path, tile_path, unbundle

EDGES = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537]


PATHS = {
    "tile/0/000": Tile(0, 0, 256),
    "tile/0/x001/x234/067": Tile(0, 1234067, 256),
    "tile/0/x001/x234/067.p/1": Tile(0, 1234067, 1),
    "tile/1/015.p/66": Tile(1, 15, 66),
    "tile/63/999.p/255": Tile(63, 999, 255),
    "tile/0/x036/x028/x797/x018/x963/967": Tile(0, (1 << 55) - 1, 256),
    "tile/entries/x001/000": Tile(ENTRIES, 1000, 256),
    "tile/entries/000.p/8": Tile(ENTRIES, 0, 8),
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_read_back(path: str) -> None:
    assert parse_path(path) == PATHS[path]
    assert PATHS[path].path == path


def test_paths_by_number() -> None:
    assert tile_path(2, 1234067, 7) == "tile/2/x001/x234/067.p/7"
    assert entries_path(3906, 64) == "tile/entries/x003/906.p/64"


@pytest.mark.parametrize(
    "path",
    [
        "", "tile/0/0", "tile/0/00", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/+1/000", "tile/1_0/000",
        "tile/0/1234", "tile/0/x000/001", "tile/0/001/002", "tile/0/x001", "tile/0/X001/002", "tile/0/000/",
        "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/999",
        "/tile/0/000", "tile/0/000\n", "tile/0/../0/000", "tile//000", "tile/0/٠٠٠", "tile/data/000",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/x001/x001/x001/x001/x001/x001/x001/001", "checkpoint",
    ],
)  # fmt: skip
def test_another_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(ProofInvalid, match="path of a tile"):
        parse_path(path)


@given(st.integers(-1, 63), st.integers(0, (1 << 55) - 1), st.integers(1, 256))
def test_every_path_is_read_back(level: int, n: int, width: int) -> None:
    assert parse_path(Tile(level, n, width).path) == Tile(level, n, width)


def test_the_tiles_of_the_specification() -> None:
    """The two examples of c2sp.org/tlog-tiles, partial tiles."""
    found = list(tiles.tiles_for(70_000))
    assert [sum(tile.level == level for tile in found) for level in range(3)] == [274, 2, 1]
    assert [tile for tile in found if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles.tiles_for(256)) == [Tile(0, 0, 256), Tile(1, 0, 1)]
    assert list(tiles.tiles_for(0)) == []


@pytest.mark.parametrize("new", EDGES)
def test_new_tiles_are_those_that_were_not_there(new: int) -> None:
    for old in [size for size in EDGES if size <= new]:
        expected = set(tiles.tiles_for(new)) - set(tiles.tiles_for(old))
        assert list(tiles.new_tiles(old, new)) == sorted(expected)
        assert [tile.n for tile in tiles.new_bundles(old, new)] == [
            tile.n for tile in sorted(expected) if not tile.level
        ]
    assert all(bundle.level == ENTRIES for bundle in tiles.new_bundles(0, new))


def test_bundles_of_another_implementation(vectors: Path) -> None:
    """Tessera's entries hash to its leaves, and we write its bundles byte for byte."""
    folder = vectors / "tlog/tessera-log/tile"
    for width in range(1, 16):
        data = (folder / f"entries/000.p/{width}").read_bytes()
        entries = unbundle(data)
        assert len(entries) == width
        assert bundle(entries) == data
        assert b"".join(map(leaf_hash, entries)) == (folder / f"0/000.p/{width}").read_bytes()


def test_an_entry_has_at_most_65535_bytes() -> None:
    largest = bytes(65_535)
    assert unbundle(bundle([b"", largest])) == [b"", largest]
    with pytest.raises(LogBroken, match="65535"):
        bundle([bytes(65_536)])


def test_a_full_bundle_is_read_back() -> None:
    entries = [bytes(n) for n in range(256)]
    assert unbundle(bundle(entries)) == entries


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_has_1_to_256_entries(count: int) -> None:
    with pytest.raises(LogBroken, match="1 to 256"):
        bundle([b"e"] * count)
    with pytest.raises(LogBroken, match="1 to 256"):
        unbundle(b"\0\1e" * count)


def test_a_bundle_that_is_cut_short_is_refused() -> None:
    whole = bundle([b"one", b"two"])
    assert unbundle(whole) == [b"one", b"two"]
    for end in set(range(1, len(whole))) - {len(bundle([b"one"]))}:
        with pytest.raises(LogBroken, match="cut short"):
            unbundle(whole[:end])


@pytest.mark.parametrize("size", EDGES)
def test_the_reader_knows_every_subtree(size: int) -> None:
    read = reader(size, files(size)).node
    for level in range(size.bit_length()):
        count = size >> level
        for n in {*range(min(3, count)), count // 2, count - 1}:
            assert read(level, n) == node(level, n)
        for n in (count, count + 1, -1):
            with pytest.raises(ProofInvalid, match="no subtree"):
                read(level, n)
    for level in range(size.bit_length(), 70):
        with pytest.raises(ProofInvalid, match="no subtree"):
            read(level, 0)


@pytest.mark.parametrize("size", [1, 257, 65_537])
def test_proofs_from_tiles_are_those_from_the_leaves(size: int) -> None:
    read = reader(size, files(size)).node
    for index in {0, 1, size // 2, size - 1} & set(range(size)):
        proof = inclusion_proof(index, size, read)
        assert proof == inclusion_proof(index, size, node)
        verify_inclusion(index, size, LEAVES[index], proof, root(size, node))
        verify_consistency(index, size, root(index, node), root(size, node), consistency_proof(index, size, read))


def test_the_tiles_of_another_implementation(vectors: Path) -> None:
    folder = vectors / "tlog/tessera-log"
    log = parse_vkey((folder / "log.vkey").read_text().strip())
    for size in range(16):
        head, _ = open_checkpoint((folder / f"checkpoint.{size}").read_bytes(), log)
        read = TileReader(head.size, head.root, lambda path: (folder / path).read_bytes())
        for index in range(size):
            proof = inclusion_proof(index, size, read.node)
            entry = unbundle((folder / entries_path(0, size)).read_bytes())[index]
            verify_inclusion(index, size, leaf_hash(entry), proof, head.root)


@pytest.mark.parametrize("size", [1, 256, 257, 513, 65_537])
def test_one_changed_byte_in_any_tile_is_found_before_a_hash_of_it_is_given(size: int) -> None:
    stored = files(size)
    touched = [
        path for path in stored if size < 1000 or not path.startswith("tile/0/") or path.endswith(("077", ".p/1"))
    ]
    for path in touched:
        for at in {0, 31, len(stored[path]) - 1}:
            data = bytearray(stored[path])
            data[at] ^= 1
            with pytest.raises(ProofInvalid, match=r"do not give the root|does not give its hash"):
                read_all(size, {**stored, path: bytes(data)})
    read_all(size, stored)


def read_all(size: int, stored: dict[str, bytes]) -> None:
    opened = reader(size, stored)
    for n in range(77 << 8, min(size, 78 << 8)) if size > 1000 else range(size):
        assert opened.node(0, n) == LEAVES[n]
    for n in range(size >> 8):
        assert opened.node(8, n) == node(8, n)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"])
@pytest.mark.parametrize("change", [-32, -1, 1, 32])
def test_a_tile_of_another_length_is_refused(path: str, change: int) -> None:
    stored = files(257)
    data = (stored[path] + bytes(32))[: len(stored[path]) + change]
    with pytest.raises(ProofInvalid, match="bytes, not"):
        reader(257, {**stored, path: data}).node(0, 0)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"])
def test_a_missing_tile_is_told_as_it_is(path: str) -> None:
    stored = files(257)
    del stored[path]
    with pytest.raises(FileNotFoundError):
        reader(257, stored).node(0, 0)


def test_a_partial_tile_that_was_replaced_is_cut_out_of_the_full_one() -> None:
    """A log may delete a partial tile once the full one is there; a checkpoint of the older size still reads."""
    stored = files(700)
    full = {path: data for path, data in stored.items() if ".p/" not in path or path.startswith("tile/1/")}
    full["tile/1/000.p/1"] = full["tile/1/000.p/2"][:32]
    read = reader(300, full).node
    assert [read(0, n) for n in range(300)] == LEAVES[:300]
    full["tile/0/001"] = bytes(8192)
    with pytest.raises(ProofInvalid, match="do not give the root"):
        reader(300, full)


def test_the_wrong_root_is_refused_at_once() -> None:
    for size in (0, 1, 257):
        with pytest.raises(ProofInvalid, match="do not give the root"):
            TileReader(size, bytes(32), fetching(files(size)))
    assert TileReader(0, EMPTY_ROOT, fetching({})).edge() == ()


@pytest.mark.parametrize("size", [-1, 1 << 63])
def test_a_size_beyond_all_trees_is_refused(size: int) -> None:
    with pytest.raises(ProofInvalid, match="no tree"):
        TileReader(size, EMPTY_ROOT, fetching({}))


def test_the_cache_spares_reading_and_stays_small() -> None:
    stored, asked = files(2000), []

    def fetch(path: str) -> bytes:
        asked.append(path)
        return stored[path]

    opened = TileReader(2000, root(2000, node), fetch, cache=2)
    for _ in range(3):
        assert [opened.node(0, n) for n in (0, 255, 256)] == [LEAVES[0], LEAVES[255], LEAVES[256]]
    assert asked.count("tile/0/000") == asked.count("tile/0/001") == 1
    opened.node(0, 512)
    opened.node(0, 256)
    opened.node(0, 0)
    assert (asked.count("tile/0/000"), asked.count("tile/0/001")) == (2, 1)
