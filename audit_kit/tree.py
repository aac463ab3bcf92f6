"""The log of an export: every tile, entry and root recomputed, and the leaf hashes that events must have.

    1 each entry bundle gives the leaf hashes of its level-0 tile
    2 the level-0 tiles give every tile above, and the root of the checkpoint
    3 on the way, the root at every size that a kept checkpoint speaks of

`fetch` gives the bytes at a path of c2sp.org/tlog-tiles and raises FileNotFoundError for what is not there: that is a
damaged copy, and says nothing against the log. Where the tiles do not give the signed root, roots that follow from
them say nothing either, and none is returned.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from typing import NamedTuple

from sceau.audit_kit.faults import COPY, LOG, Fault
from sceau.domain.errors import LogBroken
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.edge import Edge
from sceau.tlog.line import HASH_SIZE
from sceau.tlog.merkle import leaf_hash
from sceau.tlog.tile import TILE_WIDTH, Fetch, Tile, entries_path, tile_path, unbundle

_BATCH = 16 * TILE_WIDTH
_CACHE = 64


class Tree(NamedTuple):
    """What the tiles gave: faults, and the root at each size that was asked for."""

    faults: list[Fault]
    roots: Mapping[int, bytes]


class Leaves:
    """Leaf hashes by index, out of the level-0 tiles; empty for a leaf that the log lacks."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch, self._size = fetch, size
        self._tiles: OrderedDict[int, bytes] = OrderedDict()

    def between(self, start: int, end: int) -> list[bytes]:
        """The leaf hashes from start up to end, 32 bytes each, or none."""
        found: list[bytes] = []
        for n in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
            tile, first = self._tile(n), n * TILE_WIDTH
            span = range(max(start, first) - first, min(end, first + TILE_WIDTH) - first)
            found += [tile[at * HASH_SIZE : (at + 1) * HASH_SIZE] for at in span]
        return found

    def _tile(self, n: int) -> bytes:
        tile = self._tiles.get(n)
        if tile is None:
            tile = self._tiles[n] = _hashes(self._fetch, self._size, n)
            if len(self._tiles) > _CACHE:
                self._tiles.popitem(last=False)
        return tile


def check(
    fetch: Fetch, checkpoint: Checkpoint, sizes: Iterable[int], progress: Callable[[int], None] = lambda done: None
) -> Tree:
    """Recompute the tree of a checkpoint; `sizes` are those at which its root is wanted."""
    size, edge = checkpoint.size, Edge()
    faults: list[Fault] = []
    roots: dict[int, bytes] = {}
    stops = {one for one in sizes if 0 <= one <= size} | {size}
    for end in _ends(size, stops):
        hashes, found = _leaves(fetch, size, edge.size, end)
        faults += found
        if len(hashes) != (end - edge.size) * HASH_SIZE:
            return Tree(faults, roots)  # without these tiles nothing follows
        edge, written = edge.grow(hashes)
        full = [tile for tile in written if tile.level and tile.width == TILE_WIDTH]
        faults += _compared(fetch, size, {tile: written[tile] for tile in full})
        if end in stops:
            roots[end] = edge.root()
        progress(end)
    faults += _compared(fetch, size, dict(_partials(edge)))
    if edge.root() != checkpoint.root:
        faults.append(Fault("log.root", None, "", f"the entries do not give the signed root of {size} leaves", LOG))
        return Tree(faults, {})
    return Tree(faults, {**roots, **({0: Edge().root()} if 0 in stops else {})})


def _ends(size: int, stops: Iterable[int]) -> Iterator[int]:
    """Where each batch ends: at whole tiles, and at every stop; a size that is a lie costs nothing."""
    last = 0
    for end in merge(range(_BATCH, size, _BATCH), sorted(stops)):
        if end > last:
            yield end
        last = end


def _leaves(fetch: Fetch, size: int, start: int, end: int) -> tuple[bytes, list[Fault]]:
    """The leaf hashes from start to end, each compared with its entry when its tile is met first."""
    faults: list[Fault] = []
    parts = []
    for n in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
        first = n * TILE_WIDTH
        hashes = _hashes(fetch, size, n)
        if start <= first:
            faults += _entries(fetch, size, n, hashes)
        parts.append(hashes[max(0, start - first) * HASH_SIZE : (end - first) * HASH_SIZE])
    return b"".join(parts), faults


def _entries(fetch: Fetch, size: int, n: int, hashes: bytes) -> list[Fault]:
    width = min(TILE_WIDTH, size - n * TILE_WIDTH)
    try:
        entries = unbundle(_read(fetch, entries_path(n, width), entries_path(n)))[:width]
    except FileNotFoundError:
        return [Fault("log.entries", n * TILE_WIDTH, "", f"{entries_path(n, width)} is missing", COPY)]
    except LogBroken as error:
        return [Fault("log.entries", n * TILE_WIDTH, "", f"{entries_path(n, width)}: {error}", LOG)]
    if len(hashes) != width * HASH_SIZE:
        path = tile_path(0, n, width)
        return [Fault("log.tile", n * TILE_WIDTH, "", f"{path} is missing, or not of {width} hashes", COPY)]
    if len(entries) == width and b"".join(map(leaf_hash, entries)) == hashes:
        return []
    at = next((i for i, one in enumerate(entries) if leaf_hash(one) != hashes[i * HASH_SIZE : (i + 1) * HASH_SIZE]), 0)
    return [Fault("log.entries", n * TILE_WIDTH + at, "", "its entry does not give the leaf hash in the tile", LOG)]


def _hashes(fetch: Fetch, size: int, n: int) -> bytes:
    width = min(TILE_WIDTH, size - n * TILE_WIDTH)
    try:
        hashes = _read(fetch, tile_path(0, n, width), tile_path(0, n))[: width * HASH_SIZE]
    except FileNotFoundError:
        return b""
    return hashes if len(hashes) == width * HASH_SIZE else b""


def _read(fetch: Fetch, path: str, full: str) -> bytes:
    try:
        return fetch(path)
    except FileNotFoundError:
        return fetch(full)  # a partial tile goes once the full one is there


def _compared(fetch: Fetch, size: int, tiles: Mapping[Tile, bytes]) -> list[Fault]:
    faults = []
    for tile, hashes in tiles.items():
        try:
            found = _read(fetch, tile.path, tile_path(tile.level, tile.n))[: len(hashes)]
            why, kind = "does not follow from the tiles below", LOG
        except FileNotFoundError:
            found, why, kind = b"", "is missing", COPY
        if found != hashes:
            first = tile.n * TILE_WIDTH ** (tile.level + 1)
            faults.append(Fault("log.tile", min(first, size - 1), "", f"{tile.path} {why}", kind))
    return faults


def _partials(edge: Edge) -> Iterator[tuple[Tile, bytes]]:
    for level, hashes in enumerate(edge.tiles):
        if level and hashes:
            n = edge.size // TILE_WIDTH ** (level + 1)
            yield Tile(level, n, len(hashes) // HASH_SIZE), hashes
