"""From event rows to tiles: what is published was hashed from the stored bytes, never taken over from a leaf row.

    event row -> entry (tlog/leaf.py) -> leaf hash = the leaf row's? -> tiles, entry bundles

Rows come in batches, each made durable before the next is read; a row that does not hold is named by its index.
"""

from collections.abc import Callable, Sequence

from sceau.domain.errors import LogBroken
from sceau.ledger.log.directory import LogDirectory
from sceau.ledger.stores.port import LogRow, Store, without_hole
from sceau.tlog import tile
from sceau.tlog.edge import Edge
from sceau.tlog.leaf import entry
from sceau.tlog.line import HASH_SIZE
from sceau.tlog.merkle import leaf_hash
from sceau.tlog.tile import ENTRIES, TILE_WIDTH, Tile, TileReader

BATCH = 4096  # a multiple of TILE_WIDTH: batches end where tiles do


def integrate(
    store: Store,
    directory: LogDirectory,
    start: TileReader,
    end: int,
    during: Callable[[int], None] = lambda size: None,
) -> Edge:
    """Write the tiles of the events from where `start` ends up to `end`; returns the log's new edge.

    LogBroken with the index of the first event that is missing or does not hold.
    """
    edge, entries = Edge.of(start), open_entries(directory, start)
    while edge.size < end:
        until = min(end, (edge.size // BATCH + 1) * BATCH)
        rows = store.rows(edge.size, until)
        entries += entries_of(rows, edge.size, until)
        edge, tiles = edge.grow(b"".join([row.leaf for row in rows]))
        files = {one.path: data for one, data in tiles.items() if one.width == TILE_WIDTH}
        files |= _full_bundles(entries, edge.size)
        del entries[: len(entries) // TILE_WIDTH * TILE_WIDTH]
        directory.add(files)
        during(edge.size)
    directory.add(_partials(edge, entries))
    return edge


def entries_of(rows: Sequence[LogRow], start: int, end: int) -> list[bytes]:
    """The log's entries of these rows, each hashed anew from salt and state."""
    made = []
    for row in without_hole(list(rows), start, end):
        one = entry(row.salt, row.state, row.topic)
        if leaf_hash(one) != row.leaf:
            raise LogBroken(f"leaf {row.idx} does not match the event {row.stream} {row.version}")
        made.append(one)
    return made


def open_entries(directory: LogDirectory, reader: TileReader) -> list[bytes]:
    """The entries of the last, partial bundle; LogBroken unless they are those of the authenticated tile."""
    n, width = divmod(reader.size, TILE_WIDTH)
    if not width:
        return []
    path = tile.entries_path(n, width)
    data = directory.find(path)
    if data is None:
        raise LogBroken(f"{directory.path / path} is missing")
    entries = tile.unbundle(data)
    if b"".join(map(leaf_hash, entries)) != reader.edge()[0]:
        raise LogBroken(f"{path} does not hold the entries of its tile")
    return entries


def _full_bundles(entries: Sequence[bytes], size: int) -> dict[str, bytes]:
    """The bundles that are full, given the entries from the last bundle's start up to leaf `size`."""
    first, full = (size - len(entries)) // TILE_WIDTH, len(entries) // TILE_WIDTH
    return {
        tile.entries_path(first + n): tile.bundle(entries[n * TILE_WIDTH : (n + 1) * TILE_WIDTH]) for n in range(full)
    }


def _partials(edge: Edge, entries: Sequence[bytes]) -> dict[str, bytes]:
    """The right edge: every level's partial tile, and the partial bundle."""
    files = {
        Tile(level, edge.size // TILE_WIDTH ** (level + 1), len(hashes) // HASH_SIZE).path: hashes
        for level, hashes in enumerate(edge.tiles)
        if hashes
    }
    if entries:
        files[Tile(ENTRIES, edge.size // TILE_WIDTH, len(entries)).path] = tile.bundle(entries)
    return files
