"""The edge of a growing log: it writes the tiles that are new, once each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiled_leaves import LEAVES, LEVELS, files, node, reader

from sceau.domain.errors import LogBroken
from sceau.tlog import tile as tiles
from sceau.tlog.edge import Edge
from sceau.tlog.merkle import Frontier, root
from sceau.tlog.tile import Tile


@given(st.lists(st.integers(0, 600), max_size=6))
def test_an_edge_writes_the_tiles_that_are_new(steps: list[int]) -> None:
    edge, stored, size, frontier = Edge(), dict[str, bytes](), 0, Frontier()
    for step in steps:
        leaves = LEAVES[size : size + step]
        edge, written = edge.grow(b"".join(leaves))
        assert list(written) == list(tiles.new_tiles(size, size + step))
        stored.update({tile.path: data for tile, data in written.items()})
        size += step
        frontier.add(leaves)
        assert (edge.size, edge.root()) == (size, frontier.root())
        assert Edge.of(reader(size, stored)) == edge
    assert files(size).items() <= stored.items()


def test_an_edge_across_levels() -> None:
    edge, written = Edge().grow(LEVELS[0][: 32 * 65_535])
    edge, more = edge.grow(LEVELS[0][32 * 65_535 :])
    stored = {tile.path: data for tile, data in (written | more).items()}
    assert files(65_537).items() <= stored.items()
    assert list(more) == [Tile(0, 255, 256), Tile(0, 256, 1), Tile(1, 0, 256), Tile(2, 0, 1)]
    assert edge.root() == root(65_537, node)


def test_equal_leaves_are_written_at_every_place() -> None:
    """A partial tile whose bytes are those of the one before is another tile all the same."""
    edge, _ = Edge().grow(LEAVES[0] * 3)
    _, written = edge.grow(LEAVES[0] * 256)
    assert Tile(0, 1, 3) in written


def test_half_a_hash_does_not_grow_a_log() -> None:
    with pytest.raises(LogBroken, match="32 bytes"):
        Edge().grow(bytes(33))
    with pytest.raises(LogBroken, match="2\\*\\*63"):
        Edge((1 << 63) - 1).grow(bytes(32))
