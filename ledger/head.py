"""The head kept outside the database (log/signer.py), against the database: a cut tail or an older copy is found.

The kept head speaks of the leaf rows. What is published is hashed anew from the event rows first (log/integrate.py).
"""

from pathlib import Path

from sceau.domain.errors import LedgerBehind, LogBroken
from sceau.ledger.log import alarm
from sceau.ledger.log.growth import Growth
from sceau.ledger.log.signer import CheckpointSigner, HeadMoved, Kept
from sceau.ledger.stores.port import Store
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.merkle import Frontier

_CHUNK = 10_000


class Head:
    """The last signed head of one ledger, and who signs the next; `alarms` is the file that an alarm leaves."""

    def __init__(self, signer: CheckpointSigner, alarms: Path) -> None:
        self.signer = signer
        self.alarms = alarms

    def read(self) -> Kept:
        """The last signed head; LogBroken if it is missing: after the founding there always is one."""
        return self.signer.latest()

    def check(self, store: Store) -> int:
        """LedgerBehind or LogBroken if the database does not extend the kept head; returns the kept size.

        WitnessAlarm while one stands.
        """
        self.require_calm()
        kept = self.read()
        require_extension(store, kept)
        return kept.checkpoint.size

    def require_calm(self) -> None:
        """WitnessAlarm if a witness vouches for another history, and nobody has resolved it."""
        alarm.require_none(self.alarms)

    def audit(self, store: Store) -> None:
        """As `check`, and the signed root is computed anew from every stored leaf."""
        kept = self.read()
        require_extension(store, kept)
        size = kept.checkpoint.size
        if stored_root(store, size) != kept.checkpoint.root:
            raise LogBroken(f"the first {size} leaves are not those that were signed")

    def advance(self, store: Store) -> Checkpoint:
        """Sign a head over everything stored by now; a smaller database than the kept head is refused.

        What is written meanwhile is left to the next one: beside busy writers this would never be done.
        """
        end = store.size()
        while True:
            kept = self.read()
            require_extension(store, kept)
            growth = Growth(kept)
            if growth.size < end:
                growth.add(_new_leaves(store, growth.size))
            if growth.size == kept.checkpoint.size:
                return kept.checkpoint
            try:
                self.signer.sign(growth.request())
            except HeadMoved:  # another process was first: go on from its head
                end = store.size()


def require_extension(store: Store, kept: Kept) -> None:
    """LedgerBehind or LogBroken if the database does not hold as many leaves, the last of them as it was signed."""
    size = kept.checkpoint.size
    if store.size() < size:
        raise LedgerBehind(f"{store.size()} < {size}")
    if size and store.leaves(size - 1, 1) != [kept.tip.last]:
        raise LogBroken(f"leaf {size - 1} is not the one that was signed")


def stored_root(store: Store, size: int) -> bytes:
    """The root over the first `size` leaf rows, every one of them read; the store holds as many."""
    frontier = Frontier()
    while frontier.size < size:
        frontier.add(store.leaves(frontier.size, min(_CHUNK, size - frontier.size)))
    return frontier.root()


def _new_leaves(store: Store, start: int) -> list[bytes]:
    """Some leaves from `start` on; LogBroken where one is missing between them."""
    leaves = store.leaves(start, _CHUNK)
    if leaves and store.leaves(start + len(leaves) - 1, 1) != leaves[-1:]:
        raise LogBroken(f"a leaf is missing after index {start}")
    return leaves
