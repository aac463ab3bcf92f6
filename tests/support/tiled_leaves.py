"""Leaves enough for three levels of tiles, and readers of the tiles that they make."""

from collections.abc import Callable

from sceau.tlog import tile as tiles
from sceau.tlog.merkle import leaf_hash, perfect_levels, root
from sceau.tlog.tile import TileReader

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(65_537)]


LEVELS = perfect_levels(b"".join(LEAVES))


def node(level: int, n: int) -> bytes:
    return LEVELS[level][32 * n : 32 * n + 32]


def files(size: int) -> dict[str, bytes]:
    """Every tile of the log of that size, each hash straight from its definition."""
    return {
        tile.path: LEVELS[8 * tile.level][8192 * tile.n : 8192 * tile.n + 32 * tile.width]
        for tile in tiles.tiles_for(size)
    }


def reader(size: int, stored: dict[str, bytes], cache: int = 256) -> TileReader:
    return TileReader(size, root(size, node), fetching(stored), cache)


def fetching(stored: dict[str, bytes]) -> Callable[[str], bytes]:
    def fetch(path: str) -> bytes:
        if path not in stored:
            raise FileNotFoundError(path)
        return stored[path]

    return fetch
