"""Integrating: from stored leaves to the tiles and root of a log, in batches of 4096.

leaves      leaf hashes out of SQLite -> tiles in memory -> root
whole pass  event rows out of SQLite, hashed anew -> tiles and bundles in files, synced -> head signed, published
peer        two SHA-256 a leaf, of an entry's and of a node's length, in memory beforehand
"""

import hashlib
import os
from collections.abc import Iterator
from typing import Any

import synthetic
from ground import Bench
from measure import Figure, interleaved, repeated, timed

from sceau.ledger.log.integrate import BATCH
from sceau.ledger.stores.port import Store
from sceau.tlog.edge import Edge
from sceau.tlog.leaf import entry

LIMIT = 0.4
_ENTRY_SIZE = 1 + len(entry(bytes(32), b"", "any"))
_NODE_SIZE = 1 + 2 * 32


def figures(bench: Bench) -> Iterator[Figure]:
    """Leaves a second from leaf rows, and, without a limit, of the whole pass."""
    count, seconds = max(1, round(25 * bench.effort.seconds)) * BATCH, bench.effort.seconds
    messages = [os.urandom(size) for _ in range(count) for size in (_ENTRY_SIZE, _NODE_SIZE)]
    with synthetic.store_in(bench.new_folder()) as store:
        bench.say(f"integrating: {count} events")
        synthetic.add(store, count)
        cases = {
            "bare": lambda: repeated(seconds, lambda: _bare(messages)),
            "leaves": lambda: repeated(seconds, lambda: _integrated(store, count)),
            "whole": lambda: _whole(bench, store, count),
        }
        rounds = interleaved(cases, min(3, bench.effort.rounds), lambda text: bench.say(f"integrating: {text}"))
    note = "peer: two bare SHA-256 a leaf"
    yield rounds.figure(f"integrate leaves, sqlite, batches of {BATCH}", "leaves", "bare", LIMIT, note)
    yield rounds.figure("whole pass: rows hashed anew, files synced, published", "whole", "bare", None, note)


def _bare(messages: list[bytes]) -> int:
    hash = hashlib.sha256
    return len([hash(message).digest() for message in messages]) // 2


def _integrated(store: Store, count: int) -> int:
    edge = Edge()
    for start in range(0, count, BATCH):
        edge, _ = edge.grow(b"".join(store.leaves(start, BATCH)))
    edge.root()
    return edge.size


def _whole(bench: Bench, store: Any, count: int) -> float:
    with synthetic.published_to(bench.new_folder(), store) as log:
        return timed(count, log.publish)
