"""Another log of ours, noted in this one: a mission that keeps its own store submits its head to the ministry's log.

The head must extend the one noted before, proved from the other log's own tiles; a log that shrank or was rewritten is
refused, whatever its key signs.
"""

from collections.abc import Callable
from typing import NamedTuple

from sceau.domain.errors import LogBroken, ProofInvalid
from sceau.domain.log_record import ChildLogNoted
from sceau.ledger import envelope
from sceau.ledger.stores.port import Store
from sceau.tlog.checkpoint import open_checkpoint
from sceau.tlog.merkle import consistency_proof, verify_consistency
from sceau.tlog.note import Verifier
from sceau.tlog.tile import TileReader


class Noted(NamedTuple):
    """The size and root of another log, as noted here last."""

    size: int
    root: bytes


def last_noted(store: Store, origin: str) -> Noted | None:
    """What this ledger says of that log; None before the first time."""
    rows = store.stream(f"log:child:{origin}")
    if not rows:
        return None
    clear = envelope.parse(rows[-1].state).clear
    return Noted(clear["size"], clear["root"])


def examined(fetch: Callable[[str], bytes], key: Verifier, before: Noted | None) -> ChildLogNoted:
    """The head that the other log shows, signed by `key`, as an extension of the one noted before.

    Raises NoteInvalid where it is not signed so, LogBroken where it does not extend.
    """
    note = fetch("checkpoint")
    checkpoint = open_checkpoint(note, key)[0]
    try:
        reader = TileReader(checkpoint.size, checkpoint.root, fetch)
        if before is not None and before.size:
            proof = consistency_proof(before.size, checkpoint.size, reader.node)
            verify_consistency(before.size, checkpoint.size, before.root, checkpoint.root, proof)
    except (ProofInvalid, FileNotFoundError) as error:
        raise LogBroken(
            f"{checkpoint.origin}, size {checkpoint.size}, does not extend what was noted: {error}"
        ) from None
    return ChildLogNoted(checkpoint.origin, checkpoint.size, checkpoint.root, note.decode())
