"""RFC 6962 Merkle tree arithmetic. Pure: bytes in, bytes out.

leaf = SHA-256(00 || entry)
node = SHA-256(01 || left || right)
"""

import hashlib
from collections.abc import Iterable

_sha256 = hashlib.sha256


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(00 || data), RFC 6962 section 2.1."""
    return _sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(01 || left || right), RFC 6962 section 2.1."""
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of a tree's perfect subtrees, largest first: all that is needed to add leaves and know the root."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError("a tree of this size has another frontier")

    def add(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes."""
        for node in leaves:
            size = self.size
            while size & 1:
                node = node_hash(self.hashes.pop(), node)
                size >>= 1
            self.hashes.append(node)
            self.size += 1

    def root(self) -> bytes:
        """The root hash; of no leaves, the hash of nothing."""
        if not self.hashes:
            return _sha256().digest()
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root
