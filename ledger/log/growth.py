"""Leaves added to a tree of which only the tip is known: enough to prove that the new tree extends the old one.

Every perfect subtree that the proofs name is either in the old frontier or was completed by a new leaf.
"""

from collections.abc import Iterable

from sceau.ledger.log.signer import Kept, SigningRequest, Tip
from sceau.tlog import merkle
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.merkle import Node


class Growth:
    """The subtrees of one tree that its growth from a kept head can ask for."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self.size = kept.checkpoint.size
        self._nodes: dict[tuple[int, int], bytes] = {}
        start = 0
        for node in kept.tip.frontier(kept.checkpoint).hashes:
            level = (self.size - start).bit_length() - 1
            self._nodes[level, start >> level] = node
            start += 1 << level

    def add(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes."""
        for node in leaves:
            level, n = 0, self.size
            self._nodes[level, n] = node
            while n & 1:
                node = merkle.node_hash(self._nodes[level, n - 1], node)
                level, n = level + 1, n >> 1
                self._nodes[level, n] = node
            self.size += 1

    def request(self) -> SigningRequest:
        """What to ask the signer: the head of the grown tree."""
        return request(self._kept.checkpoint, self.size, lambda level, n: self._nodes[level, n])


def request(old: Checkpoint, size: int, node: Node) -> SigningRequest:
    """A request for the head of `size` leaves, with the proofs that it extends `old` and ends with its last leaf."""
    new = Checkpoint(old.origin, size, merkle.root(size, node))
    proof = merkle.consistency_proof(old.size, size, node)
    tip = Tip(node(0, size - 1), tuple(merkle.inclusion_proof(size - 1, size, node))) if size else Tip()
    return SigningRequest(old.size, new, tuple(proof), tip)
