"""RFC 6962 Merkle tree arithmetic. Pure: bytes in, bytes out.

    leaf  = SHA-256(00 || entry)
    node  = SHA-256(01 || left || right)      left = the largest perfect subtree that leaves something on the right
    empty = SHA-256()

Who makes proofs gives a `Node`, the reader of perfect subtrees, wherever they are kept: `node(level, n)` is the root
over the leaves n * 2**level to (n + 1) * 2**level - 1.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from sceau.domain.errors import ProofInvalid
from sceau.tlog.line import HASH_SIZE, SIZE_MAX

Node: TypeAlias = Callable[[int, int], bytes]

_sha256 = hashlib.sha256
EMPTY_ROOT = _sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(00 || data), RFC 6962 section 2.1."""
    return _sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(01 || left || right), RFC 6962 section 2.1."""
    return _sha256(b"\x01" + left + right).digest()


def parents(hashes: bytes) -> bytes:
    """The level above: `hashes` holds 32-byte hashes end to end, an odd last one is left out.

    Two slices and one join for a whole level: about as fast as Python can call SHA-256.
    """
    return b"".join([_sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, len(hashes) - 63, 64)])


def perfect_levels(leaves: bytes) -> list[bytes]:
    """All perfect subtrees over leaf hashes given end to end: `levels[k]` holds the roots over 2**k leaves."""
    levels = [leaves]
    while len(levels[-1]) >= 2 * HASH_SIZE:
        levels.append(parents(levels[-1]))
    return levels


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
        return _fold(self.hashes)


def root(size: int, node: Node) -> bytes:
    """The root of the tree of `size` leaves."""
    return _range_root(0, size, node)


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[size]), RFC 6962 section 2.1.1: the siblings from the leaf up. ProofInvalid past the end."""
    _require_index(index, size)
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(size1: int, size2: int, node: Node) -> list[bytes]:
    """PROOF(size1, D[size2]), RFC 6962 section 2.1.2; empty from nothing or to the same size. ProofInvalid if 1 > 2."""
    _require_sizes(size1, size2)
    if not size1:
        return []
    proof: list[bytes] = []
    start, end = 0, size2
    while end != size1:
        middle = start + _split(end - start)
        if size1 <= middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(start, middle, node))
            start = middle
    if start:  # the old tree's last perfect subtree; when it is the whole old tree, the verifier has its root
        proof.append(_range_root(start, end, node))
    return proof[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """ProofInvalid unless the leaf hash stands at `index` in the tree (RFC 9162 section 2.1.3.2)."""
    if root_from_inclusion(index, size, leaf, proof) != root:
        raise ProofInvalid(f"the proof of leaf {index} does not lead to the root of {size} leaves")


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that the proof claims; ProofInvalid if its shape is not that of this place."""
    _require_index(index, size)
    inner = (index ^ (size - 1)).bit_length()  # below: siblings on both sides; above: only perfect ones on the left
    _require_hashes([leaf, *proof], 1 + inner + (index >> inner).bit_count())
    node = leaf
    for level, sibling in enumerate(proof):
        left = level >= inner or index >> level & 1
        node = node_hash(sibling, node) if left else node_hash(node, sibling)
    return node


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """ProofInvalid unless the tree of size2 begins with that of size1 (RFC 9162 section 2.1.4.2).

    Every tree begins with the empty one: from size 0 the proof is empty and only root1 is checked.
    """
    _require_sizes(size1, size2)
    _require_hashes([root1, root2], 2)
    if size1 in (0, size2):
        _require_hashes(proof, 0)
        if root1 != (root2 if size1 else EMPTY_ROOT) or (not size2 and root2 != EMPTY_ROOT):
            raise ProofInvalid(f"two roots of one tree of {size1} leaves")
        return
    _walk_consistency(size1, size2, root1, root2, proof)


def _walk_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    # The proof climbs from the old tree's last perfect subtree, the old root itself if size1 is a power of two.
    shift = (size1 & -size1).bit_length() - 1
    seeded = size1 & (size1 - 1) == 0
    index, last = size1 - 1 >> shift, size2 - 1 >> shift
    inner = (index ^ last).bit_length()
    border = (index >> inner).bit_count()
    _require_hashes(proof, inner + border + (not seeded))
    old = new = root1 if seeded else proof[0]
    for level, sibling in enumerate(proof if seeded else proof[1:]):
        if level >= inner or index >> level & 1:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    if old != root1:
        raise ProofInvalid(f"the proof does not lead to the old root, of {size1} leaves")
    if new != root2:
        raise ProofInvalid(f"the proof does not lead to the new root, of {size2} leaves")


def _range_root(start: int, end: int, node: Node) -> bytes:
    """MTH(D[start:end]) where start is a multiple of the smallest power of two >= end - start."""
    hashes = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(node(level, start >> level))
        start += 1 << level
    return _fold(hashes)


def _fold(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _require_index(index: int, size: int) -> None:
    if not 0 <= index < size <= SIZE_MAX:
        raise ProofInvalid(f"no leaf {index} in a tree of {size}")


def _require_sizes(size1: int, size2: int) -> None:
    if not 0 <= size1 <= size2 <= SIZE_MAX:
        raise ProofInvalid(f"a tree of {size2} leaves does not extend one of {size1}")


def _require_hashes(hashes: Sequence[bytes], count: int) -> None:
    if len(hashes) != count:
        raise ProofInvalid(f"{len(hashes)} hashes where this place in the tree needs {count}")
    if any(len(hash) != HASH_SIZE for hash in hashes):
        raise ProofInvalid("a hash has 32 bytes")
