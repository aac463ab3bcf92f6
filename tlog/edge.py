"""The right edge of a log: its partial tiles, all that is needed to add leaves and write the tiles that are new.

Leaves come in batches; each level is hashed in one sweep over one buffer, and only full tiles are hashed into the
level above, so a batch costs about one node hash per leaf, plus the edge (up to 255 hashes a level).
"""

from typing import NamedTuple, Self

from sceau.domain.errors import LogBroken
from sceau.tlog.line import HASH_SIZE, SIZE_MAX
from sceau.tlog.merkle import parents, perfect_levels, root
from sceau.tlog.tile import TILE_WIDTH, Tile, TileReader

_TILE_SIZE = TILE_WIDTH * HASH_SIZE


class Edge(NamedTuple):
    """A log of `size` leaves; `tiles` are the partial tiles from level 0 up, empty where the last tile is full."""

    size: int = 0
    tiles: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, reader: TileReader) -> Self:
        """The edge of a log whose tiles gave its root."""
        return cls(reader.size, reader.edge())

    def root(self) -> bytes:
        """The root of the log."""
        levels = [perfect_levels(tile) for tile in self.tiles]

        def node(level: int, n: int) -> bytes:
            at = (n << level % 8) % TILE_WIDTH >> level % 8
            return levels[level // 8][level % 8][at * HASH_SIZE : (at + 1) * HASH_SIZE]

        return root(self.size, node)

    def grow(self, leaves: bytes) -> tuple[Self, dict[Tile, bytes]]:
        """The edge after these leaf hashes, given end to end, and the new tiles with their bytes, level by level."""
        count, rest = divmod(len(leaves), HASH_SIZE)
        if rest or self.size + count > SIZE_MAX:
            raise LogBroken("leaf hashes of 32 bytes, below 2**63 of them, make a log")
        written: dict[Tile, bytes] = {}
        edge: list[bytes] = []
        above = leaves
        while above or len(edge) < len(self.tiles):
            level, arrived = len(edge), bool(above)
            held = self.tiles[level] if level < len(self.tiles) else b""
            first = self.size // TILE_WIDTH ** (level + 1)
            above, partial = _cut(level, first, held + above, written)
            if partial and arrived:
                written[_partial(level, self.size + count, partial)] = partial
            edge.append(partial)
        return type(self)(self.size + count, tuple(edge)), written


def _cut(level: int, first: int, hashes: bytes, written: dict[Tile, bytes]) -> tuple[bytes, bytes]:
    """Put the full tiles into `written`; return their roots end to end, and the hashes left over."""
    full = len(hashes) // _TILE_SIZE
    for n in range(full):
        written[Tile(level, first + n, TILE_WIDTH)] = hashes[n * _TILE_SIZE : (n + 1) * _TILE_SIZE]
    roots = hashes[: full * _TILE_SIZE]
    for _ in range(TILE_WIDTH.bit_length() - 1):
        roots = parents(roots)
    return roots, hashes[full * _TILE_SIZE :]


def _partial(level: int, size: int, hashes: bytes) -> Tile:
    return Tile(level, size // TILE_WIDTH ** (level + 1), len(hashes) // HASH_SIZE)
