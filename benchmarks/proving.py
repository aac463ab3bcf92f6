"""Proofs of inclusion from a published log's tile files, by the clock on the wall; each is verified afterwards.

    cold      a reader of its own: the right edge is read and must give the root, then the tiles of that one leaf
    cached    a reader that holds the tiles, with the levels between their hashes and their root

The files were just written: what a disk takes to find them is not measured.
"""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

from ground import Bench
from measure import Figure

from sceau.ledger.log.directory import LogDirectory
from sceau.tlog.edge import Edge
from sceau.tlog.line import HASH_SIZE
from sceau.tlog.merkle import inclusion_proof, verify_inclusion
from sceau.tlog.tile import TILE_WIDTH, TileReader

COLD_US, CACHED_US = 1_000.0, 100.0
_HELD = 192  # level-0 tiles that fit into the reader's cache beside those above
_BATCH = 4096
_Prove = Callable[[int], tuple[TileReader, list[bytes]]]


def figures(bench: Bench) -> Iterator[Figure]:
    """Microseconds a proof, cold and cached."""
    size, directory = bench.effort.leaves, LogDirectory(bench.new_folder())
    bench.say(f"proving: tiles of {size} leaves")
    root = _write(directory.path, size)
    samples = max(30, round(500 * bench.effort.seconds))
    anywhere = random.Random(1).choices(range(size), k=samples)
    held = [index % min(size, _HELD * TILE_WIDTH) for index in anywhere]

    def cold(index: int) -> tuple[TileReader, list[bytes]]:
        reader = TileReader(size, root, directory.read)
        return reader, inclusion_proof(index, size, reader.node)

    bench.say("proving: cold")
    took = _took(cold, anywhere)
    yield _figure(f"proof from tile files, {size:,} leaves, cold", took, COLD_US)
    warm = TileReader(size, root, directory.read)

    def cached(index: int) -> tuple[TileReader, list[bytes]]:
        return warm, inclusion_proof(index, size, warm.node)

    bench.say("proving: cached")
    _took(cached, held)
    took = _took(cached, held)
    beyond = median(_took(cached, anywhere))
    note = f"of {_HELD} tiles; leaves all over the log, of which it holds few: {beyond:.0f} µs"
    yield _figure(f"proof with the expanded-tile cache, {size:,} leaves", took, CACHED_US, note)


def _write(folder: Path, size: int) -> bytes:
    """The tiles over random leaf hashes, straight into files; returns the root."""
    edge = Edge()
    while edge.size < size:
        edge, tiles = edge.grow(os.urandom(min(_BATCH, size - edge.size) * HASH_SIZE))
        for tile, data in tiles.items():
            path = folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return edge.root()


def _took(prove: _Prove, indexes: Sequence[int]) -> list[float]:
    """Microseconds of each proof."""
    took = []
    for index in indexes:
        start = time.perf_counter()
        reader, hashes = prove(index)
        took.append((time.perf_counter() - start) * 1e6)
        verify_inclusion(index, reader.size, reader.node(0, index), hashes, reader.root)
    return took


def _figure(what: str, took: Sequence[float], limit: float, note: str = "") -> Figure:
    late = f"p99 {quantiles(took, n=100)[-1]:.0f} µs"
    value = median(took)
    return Figure(what, 1e6 / value, None, value, limit, "µs", at_most=True, note=f"{late}; {note}" if note else late)
