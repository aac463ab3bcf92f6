"""A log that speaks of nobody: rows of random bytes whose leaves hold, straight into SQLite, and who publishes them.

To what follows the store (integrating, signing, publishing) they are as good as any: it hashes rows and opens none.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.head import Head
from sceau.ledger.log.directory import LogDirectory
from sceau.ledger.log.follow import Follower
from sceau.ledger.log.post import call
from sceau.ledger.log.rule import alone, read_policy
from sceau.ledger.log.signer import StateFile
from sceau.ledger.log.witnessing import Witnesses
from sceau.ledger.stores.sqlite import SqliteStore, open_store
from sceau.tlog.leaf import event_leaf

STATE_SIZE = 1_300  # bytes of an event as stored, on average in the histories of ground.py
_BATCH = 4096
_TOPIC = "synthetic.v1"


def add(store: SqliteStore, count: int, state_size: int = STATE_SIZE) -> None:
    """Write so many events, each in a stream of its own, without receipts, in one transaction."""
    size = store.size()
    with store.appender.writing() as cursor:
        for first in range(size, size + count, _BATCH):
            rows = [_row(idx, state_size) for idx in range(first, min(size + count, first + _BATCH))]
            events = [(idx + 1, stream, _TOPIC, state) for idx, stream, _, state in rows]
            leaves = [(idx, stream, salt, event_leaf(salt, state, _TOPIC)) for idx, stream, salt, state in rows]
            cursor.executemany("INSERT INTO stored_events VALUES (?,?,1,?,?)", events)
            cursor.executemany("INSERT INTO leaf VALUES (?,?,1,?,?)", leaves)


def _row(idx: int, state_size: int) -> tuple[int, str, bytes, bytes]:
    return idx, f"synthetic:{idx:09}", os.urandom(32), os.urandom(state_size)


class Log:
    """A store, a signer with its state file, and the directory that they are published to; no witnesses."""

    def __init__(self, store: SqliteStore, folder: Path) -> None:
        self.store, self.directory = store, LogDirectory(folder / "log")
        key = SoftwareSigner.from_seed(os.urandom(32), Algorithm.ED25519)
        signer = StateFile(folder / "head.json", "bench.example/log", key)
        signer.create()
        text = alone(signer.verifier).encode()
        policy = read_policy(text, signer.verifier)
        head, witnesses = Head(signer, folder / "alarm.json"), Witnesses(policy, call)
        self._follower = Follower(store, head, self.directory, text, policy, witnesses, lambda: int(time.time()))

    def publish(self) -> int:
        """What `sceau log publish` does once everything is open; the size published."""
        self._follower.start()
        return self._follower.step().size


@contextmanager
def published_to(folder: Path, store: SqliteStore) -> Iterator[Log]:
    """A log of this store in an empty folder, whose directory nobody else writes."""
    log = Log(store, folder)
    with log.directory.locked():
        yield log


@contextmanager
def store_in(folder: Path) -> Iterator[SqliteStore]:
    """An empty store, durable as in use."""
    store = open_store(str(folder / "ledger.db"))
    try:
        yield store
    finally:
        store.close()
