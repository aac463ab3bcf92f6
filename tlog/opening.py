"""The opening of one leaf: what a proof's `extra` says, so that its holder needs no ledger to recompute the entry.

    extra = canonical CBOR ["sceau.opening/1", salt, event]       salt: 32 bytes; event: the COSE_Sign1 as stored

Nobody signs it and nobody needs to: another salt or event is another leaf. Personal parts of the event stay encrypted.
"""

from typing import NamedTuple

from sceau.domain import canonical
from sceau.domain.errors import NotCanonical, ProofInvalid
from sceau.tlog.leaf import event_leaf
from sceau.tlog.proof import EXTRA_SIZE_MAX

SALT_SIZE = 32
_CONTEXT = "sceau.opening/1"


class Opening(NamedTuple):
    """One stored event and the salt that hides it in its leaf."""

    salt: bytes
    event: bytes

    def leaf(self, topic: str) -> bytes:
        """The leaf hash that it opens, where the event says that it has this topic."""
        return event_leaf(self.salt, self.event, topic)

    def encode(self) -> bytes:
        """The `extra` of a proof; ProofInvalid for an event that no proof has room for."""
        extra = canonical.encode([_CONTEXT, *self])
        if len(extra) > EXTRA_SIZE_MAX:
            raise ProofInvalid(f"an event of {len(self.event)} bytes is too large for a proof")
        return extra


def parse(extra: bytes) -> Opening:
    """Read what `encode` wrote; ProofInvalid for anything else. The event is not looked into."""
    try:
        match canonical.decode_foreign(extra):
            case [str(context), bytes(salt), bytes(event)] if context == _CONTEXT and len(salt) == SALT_SIZE:
                return Opening(salt, event)
            case _:
                raise ProofInvalid("its extra data opens no leaf of ours")
    except NotCanonical as error:
        raise ProofInvalid(f"its extra data: {error.detail}") from None
