"""The positive set of a pack: which seals were issued, at 20 bits a document (docs/format/pack.md section 3).

    hash    = SHA-256("sceau.issued/1" || seed || key)       key: list key of a seal, 16 bytes
    b       = 0 where count < 16, else floor(log2(floor(count / 8)))
    place   = first b bits of hash, the bucket, then bits 32 to 51, the rest
    body    = size[0] ... size[2^b - 1]  rest rest ...     one byte a size; five hexadecimal digits a rest, a 0 if odd

Buckets hold 8 to 16 keys on average, so a seal that was never issued is taken for issued at less than 16 in 2^20. A
fresh seed for each full pack makes what a thief of a key has searched for worthless.
"""

import hashlib
from collections.abc import Set as AbstractSet
from itertools import accumulate, pairwise

from sceau.domain.errors import ListInvalid
from sceau.seals.published import KEY_SIZE

SEED_SIZE = 16
COUNT_MAX = 1 << 24
_CONTEXT = b"sceau.issued/1"
_DIGITS = 5
_REST_BITS = 4 * _DIGITS
_REST = (1 << _REST_BITS) - 1


def positive_set(keys: AbstractSet[bytes], seed: bytes) -> bytes:
    """The body of a set of list keys; ListInvalid for a key that has not 16 bytes, or for too many."""
    if len(keys) > COUNT_MAX or any(len(key) != KEY_SIZE for key in keys):
        raise ListInvalid(f"positive set: at most {COUNT_MAX} keys of {KEY_SIZE} bytes")
    bits, prefix = _bits(len(keys)), _CONTEXT + seed
    places = sorted({_place(prefix, key, bits) for key in keys})
    sizes = bytearray(1 << bits)
    for place in places:
        sizes[place >> _REST_BITS] += 1
    digits = "".join([f"{place & _REST:05x}" for place in places])
    return bytes(sizes) + bytes.fromhex(digits + "0" * (len(digits) % 2))


class PositiveSet:
    """The set of a pack, for `key in`; one byte string and its buckets' starts in memory."""

    __slots__ = ("_bits", "_count", "_prefix", "_rests", "_starts")

    def __init__(self, body: object, count: object, seed: object) -> None:
        """ListInvalid unless `body` is spelled as `positive_set` spells `count` keys under this seed."""
        if type(count) is not int or not 0 <= count <= COUNT_MAX:
            raise ListInvalid(f"positive set: the count is a number up to {COUNT_MAX}")
        if type(seed) is not bytes or len(seed) != SEED_SIZE or type(body) is not bytes:
            raise ListInvalid(f"positive set: bytes, under a seed of {SEED_SIZE} bytes")
        self._bits, self._count, self._prefix = _bits(count), count, _CONTEXT + seed
        self._starts = tuple(accumulate(body[: 1 << self._bits], initial=0))
        self._rests = body[1 << self._bits :]
        total = self._starts[-1]
        if len(self._starts) != (1 << self._bits) + 1 or len(self._rests) != (_DIGITS * total + 1) // 2:
            raise ListInvalid("positive set: cut short, or longer than its sizes say")
        if total > count or (count and not total):
            raise ListInvalid("positive set: its sizes do not fit its count")
        _check_order(self._rests.hex(), total, frozenset(self._starts))

    def __len__(self) -> int:
        return self._count

    @property
    def odds(self) -> float:
        """How probably a key that is none of these is taken for one."""
        return self._starts[-1] / (1 << self._bits + _REST_BITS)

    def __contains__(self, key: bytes) -> bool:
        bucket, rest = divmod(_place(self._prefix, key, self._bits), 1 << _REST_BITS)
        start, end = (_DIGITS * at for at in self._starts[bucket : bucket + 2])
        digits = self._rests[start // 2 : (end + 1) // 2].hex()
        first, wanted = start % 2, f"{rest:05x}"
        return any(digits[at : at + _DIGITS] == wanted for at in range(first, first + end - start, _DIGITS))


def _bits(count: int) -> int:
    return max(0, (count // 8).bit_length() - 1)


def _place(prefix: bytes, key: bytes, bits: int) -> int:
    head = int.from_bytes(hashlib.sha256(prefix + key).digest()[:8], "big")
    return head >> 64 - bits << _REST_BITS | head >> 12 & _REST


def _check_order(digits: str, total: int, starts: frozenset[int]) -> None:
    """Ascending within each bucket, each rest once, and nothing but a digit 0 after the last."""
    if digits[_DIGITS * total :] not in ("", "0"):
        raise ListInvalid("positive set: another last digit than 0")
    rests = [digits[at : at + _DIGITS] for at in range(0, _DIGITS * total, _DIGITS)]
    if any(after <= before and at not in starts for at, (before, after) in enumerate(pairwise(rests), 1)):
        raise ListInvalid("positive set: out of order, or a rest twice")
