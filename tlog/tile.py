"""Tiles and entry bundles (c2sp.org/tlog-tiles v0.1.0): a log as immutable files.

    path    = "tile/" ("entries" | level) "/" index [".p/" width]      level 0 to 63, width 1 to 255, no leading zeros
    index   = ("x" digit{3} "/")* digit{3}                             1234067 is x001/x234/067
    tile    = hash{width}                                              256 unless partial
    bundle  = (u16 length || entry){width}                             big-endian

Hash i of tile n at level l is the root over the leaves (n * 256 + i) * 256**l onwards, 256**l of them. Only the last
tile of a level is partial, and it has floor(size / 256**l) mod 256 hashes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from sceau.domain.errors import LogBroken, ProofInvalid
from sceau.tlog import merkle
from sceau.tlog.line import HASH_SIZE, SIZE_MAX

TILE_WIDTH = 256
ENTRY_SIZE_MAX = 65_535
ENTRIES = -1  # the level of entry bundles, in a Tile
_LEVEL_MAX = 63
_HEIGHT = 8  # levels of the tree in a tile
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")

Fetch: TypeAlias = Callable[[str], bytes]


class Tile(NamedTuple):
    """Where a tile, or with level ENTRIES a bundle, stands in the log."""

    level: int
    n: int
    width: int

    @property
    def path(self) -> str:
        """Its name under the log's prefix."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = str(self.n)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join([*('x' + group for group in groups[:-1]), groups[-1]])}{partial}"


def tile_path(level: int, n: int, width: int = TILE_WIDTH) -> str:
    """The path of tile `n` at `level`."""
    return Tile(level, n, width).path


def entries_path(n: int, width: int = TILE_WIDTH) -> str:
    """The path of entry bundle `n`."""
    return Tile(ENTRIES, n, width).path


def parse_path(path: str) -> Tile:
    """The tile or bundle of this path; ProofInvalid for any other spelling."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise ProofInvalid("not the path of a tile")
    level, groups, width = match.groups()
    n = int(groups.replace("x", "").replace("/", ""))
    tile = Tile(ENTRIES if level == "entries" else int(level), n, int(width) if width else TILE_WIDTH)
    if tile.path != path or not 0 < tile.width <= TILE_WIDTH or tile.level > _LEVEL_MAX or n > SIZE_MAX // TILE_WIDTH:
        raise ProofInvalid("not the one path of a tile")
    return tile


def tiles_for(size: int) -> Iterator[Tile]:
    """Every tile of a log of `size` leaves, level by level."""
    return new_tiles(0, size)


def new_tiles(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a log of `new` leaves has and that of `old` leaves, old <= new, had not, level by level."""
    level = 0
    while new:
        for n in range(old // TILE_WIDTH, new // TILE_WIDTH):
            yield Tile(level, n, TILE_WIDTH)
        if new % TILE_WIDTH and new != old:
            yield Tile(level, new // TILE_WIDTH, new % TILE_WIDTH)
        old, new, level = old // TILE_WIDTH, new // TILE_WIDTH, level + 1


def new_bundles(old: int, new: int) -> Iterator[Tile]:
    """The entry bundles that a log of `new` leaves has and that of `old` leaves had not."""
    for tile in new_tiles(old, new):
        if tile.level:
            return
        yield tile._replace(level=ENTRIES)


def bundle(entries: Sequence[bytes]) -> bytes:
    """1 to 256 entries as a bundle; LogBroken for one of more than 65,535 bytes."""
    _require_width(len(entries))
    if max(map(len, entries)) > ENTRY_SIZE_MAX:
        raise LogBroken(f"an entry has more than {ENTRY_SIZE_MAX} bytes")
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def unbundle(data: bytes) -> list[bytes]:
    """The 1 to 256 entries of a bundle; LogBroken if it is cut short or holds more."""
    entries, at = list[bytes](), 0
    while at < len(data) and len(entries) <= TILE_WIDTH:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    _require_width(len(entries))
    if at != len(data):
        raise LogBroken("an entry bundle is cut short")
    return entries


def _require_width(width: int) -> None:
    if not 0 < width <= TILE_WIDTH:
        raise LogBroken(f"a bundle has 1 to {TILE_WIDTH} entries, not {width}")


class TileReader:
    """The perfect subtrees of a log, out of tiles that anybody may have touched; `node` is a merkle.Node.

    The right edge, read first, must give the root; every other tile must give its hash in the tile above. `fetch`
    gives the bytes at a path and raises FileNotFoundError for what the log lacks; a partial tile that was replaced by
    the full one is cut out of it. Up to `cache` tiles are kept with the levels between their hashes and their root
    (16 KiB each). Not for several threads at once.
    """

    def __init__(self, size: int, root: bytes, fetch: Fetch, cache: int = 256) -> None:
        """ProofInvalid unless the right edge gives the root."""
        if not 0 <= size <= SIZE_MAX:
            raise ProofInvalid(f"no tree has {size} leaves")
        self.size, self.root = size, root
        self._fetch, self._cache = fetch, cache
        self._full: dict[tuple[int, int], list[bytes]] = {}
        self._edge = [self._read_edge(level) for level in range(-(-size.bit_length() // _HEIGHT))]
        if merkle.root(size, self.node) != root:
            raise ProofInvalid(f"the tiles do not give the root of {size} leaves")

    def node(self, level: int, n: int) -> bytes:
        """The root over the leaves n * 2**level onwards, 2**level of them; ProofInvalid past the end."""
        above, inner = level // _HEIGHT, level % _HEIGHT
        first = n << inner
        levels = self._tile(above, first // TILE_WIDTH)
        at = (first % TILE_WIDTH >> inner) * HASH_SIZE
        hash = levels[inner][at : at + HASH_SIZE] if inner < len(levels) else b""
        if not hash:
            raise ProofInvalid(f"a tree of {self.size} leaves has no subtree {n} of 2**{level} leaves")
        return hash

    def edge(self) -> tuple[bytes, ...]:
        """The partial tile of each level, from level 0 up; empty where the last tile is full."""
        return tuple(levels[0] for levels in self._edge)

    def _read_edge(self, level: int) -> list[bytes]:
        count = self.size // TILE_WIDTH**level
        tile = Tile(level, count // TILE_WIDTH, count % TILE_WIDTH)
        return merkle.perfect_levels(self._read(tile)) if tile.width else [b""]

    def _tile(self, level: int, n: int) -> list[bytes]:
        full = self.size // TILE_WIDTH ** (level + 1)
        if not 0 <= n < full:
            return self._edge[level] if n == full and level < len(self._edge) else []
        levels = self._full.pop((level, n), None) or self._read_full(level, n)
        self._full[level, n] = levels  # the most lately used is the last
        while len(self._full) > self._cache:
            del self._full[next(iter(self._full))]
        return levels

    def _read_full(self, level: int, n: int) -> list[bytes]:
        tile = Tile(level, n, TILE_WIDTH)
        levels = merkle.perfect_levels(self._read(tile))
        if levels[-1] != self.node((level + 1) * _HEIGHT, n):
            raise ProofInvalid(f"{tile.path} does not give its hash in the tile above")
        return levels

    def _read(self, tile: Tile) -> bytes:
        try:
            data = self._fetch(tile.path)
        except FileNotFoundError:
            data = self._fetch(tile_path(tile.level, tile.n))[: tile.width * HASH_SIZE]
        if len(data) != tile.width * HASH_SIZE:
            raise ProofInvalid(f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_SIZE}")
        return data
