"""A process that follows or rebuilds a view, for tests that kill it.

follower.py LEDGER VIEW follow|rebuild BATCH [DIE_AT]     writes a line after each batch; with DIE_AT it kills itself
inside the transaction that applies the event of that idx, after its rows are written.
"""

import hashlib
import os
import signal
import sys
from pathlib import Path

from sceau.ledger.reader import Reader
from sceau.ledger.stores.sqlite import open_store
from sceau.projections.projector import Projector
from sceau.projections.rebuild import rebuild
from sceau.projections.register import Register


class Mortal(Register):
    die_at = -1

    def apply(self, rows, cursor) -> None:
        super().apply(rows, cursor)
        if rows[0].idx <= self.die_at <= rows[-1].idx:
            os.kill(os.getpid(), signal.SIGKILL)


def main(ledger: str, view: str, what: str, batch: str, die_at: str = "-1") -> None:
    keys = lambda ids: {one: hashlib.sha256(b"key" + one).digest() for one in ids}  # noqa: E731
    reader = Reader(open_store(ledger), "ledger.test/1", keys)
    Mortal.die_at = int(die_at)
    projector = Projector(Mortal(), Path(view))
    said = lambda at, size: print(at, size, flush=True)  # noqa: E731
    if what == "follow":
        projector.catch_up(reader, int(batch), said)
    else:
        rebuild(projector, reader, said, batch=int(batch))
    print("done", flush=True)


main(*sys.argv[1:])
