"""The only bytes that are ever signed: deterministic CBOR (RFC 8949 section 4.2.1).

    value = integer (64 bits) | text | bytes | true | false | null | [value, ...] | {key: value, ...}
    key   = integer | text         in bytewise order of their encodings, each once

Lengths are definite and shortest, nothing follows the value, no floats, no tags. `decode` refuses every other
spelling: one value has one spelling. `scan_item` is the same gate for bytes that strangers wrote (a seal made
by another state): there the order of keys is free and the tags that the caller names may stand.
"""

import threading
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from io import BytesIO
from typing import Any

import cbor2

from sceau.domain.errors import NotCanonical

DEPTH_MAX = 16
INT_MAX = (1 << 64) - 1
BYTES, ARRAY = 2, 4  # major types (RFC 8949 section 3.1)
_SCALARS = frozenset((str, bytes, int, bool, type(None)))
_FIELDS_MAX = 64  # of a map whose order is remembered
_SIZES = {24: 1, 25: 2, 26: 4, 27: 8}  # what the first byte says -> bytes of the number that follows


def encode(value: Any) -> bytes:
    """Write `value`; raise NotCanonical for what has no place in a signed message."""
    try:
        return cbor2.dumps(_ordered(value, 0))
    except UnicodeEncodeError:
        raise NotCanonical("text with a lone surrogate") from None


def encode_ordered(value: Any) -> bytes:
    """`encode` without its checks, for values that the caller has already put in canonical order (the event path)."""
    return cbor2.dumps(value)


def ordered(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """A map with its keys in canonical order, for `encode_ordered`; what it holds is left as it is."""
    return {key: values[key] for key in _key_order(tuple(values))}


@lru_cache(maxsize=256)
def _key_order(keys: tuple[Any, ...]) -> tuple[Any, ...]:
    """Few sets of keys come again and again: those of the declared types."""
    return tuple(sorted(keys, key=cbor2.dumps))


def decode(data: bytes) -> Any:
    """Read one value; raise NotCanonical unless `data` is exactly how `encode` writes it."""
    value = read(data)
    if encode(value) != data:
        raise NotCanonical("not the deterministic encoding")
    return value


def require_spelling(value: Any, data: bytes) -> None:
    """NotCanonical unless `data`, from which `value` was read and whose map keys are all text, is its one spelling."""
    if not is_spelling(value, data):
        raise NotCanonical("not the deterministic encoding")


def is_spelling(value: Any, data: bytes) -> bool:
    """Whether `data` is how `encode` writes `value`, whose map keys are all text: shortest first is bytewise order."""
    return _speller.spells(value, data)


class _Speller(threading.local):
    """One encoder a thread, used again and again: making one costs more than most values."""

    def __init__(self) -> None:
        self._out = BytesIO()
        self._encode = cbor2.CBOREncoder(self._out, canonical=True).encode

    def spells(self, value: Any, data: bytes) -> bool:
        """Whether `data` is the spelling of `value`."""
        out = self._out
        out.seek(0)
        out.truncate()
        try:
            self._encode(value)
        except Exception:  # cbor2 read what it cannot write: nested too deeply
            return False
        return out.getvalue() == data


_speller = _Speller()


def is_plain(fields: Mapping[Any, Any]) -> bool:
    """Whether a map of scalars stands in canonical order: `encode_ordered` then writes it as `encode` does."""
    return len(fields) <= _FIELDS_MAX and _is_plain(tuple(fields), tuple(map(type, fields.values())))


@lru_cache(maxsize=256)  # a log has few kinds of events
def _is_plain(keys: tuple[Any, ...], kinds: tuple[type, ...]) -> bool:
    if not (_SCALARS.issuperset(kinds) and all(type(key) is str for key in keys)):
        return False
    return keys == tuple(sorted(keys, key=_text_order))


@lru_cache(maxsize=4096)
def head(major: int, number: int) -> bytes:
    """The head of an item of this major type, shortest (RFC 8949 section 3)."""
    if number < 24:
        return bytes((major << 5 | number,))
    for info, size in _SIZES.items():
        if number < 1 << 8 * size:
            return bytes((major << 5 | info,)) + number.to_bytes(size, "big")
    raise NotCanonical("longer than 64 bits tell")


def read(data: bytes) -> Any:
    """Read bytes that we wrote and that a signature, a MAC or a hash vouches for; NotCanonical if they are no CBOR."""
    try:
        return cbor2.loads(data)
    except Exception as error:  # cbor2 raises many kinds
        raise NotCanonical("not CBOR") from error


def _ordered(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str or kind is bytes or value is None or kind is bool:
        return value
    if kind is int:
        if not -INT_MAX - 1 <= value <= INT_MAX:
            raise NotCanonical("integer beyond 64 bits")
        return value
    if depth >= DEPTH_MAX:
        raise NotCanonical("nested too deeply")
    if isinstance(value, Mapping):
        if all(type(key) is str for key in value):
            keys = sorted(value, key=_text_order)
        elif all(type(key) is int or type(key) is str for key in value):
            keys = sorted(value, key=cbor2.dumps)
        else:
            raise NotCanonical("a key is neither integer nor text")
        return {key: _ordered(value[key], depth + 1) for key in keys}
    if kind is list or kind is tuple:
        return [_ordered(item, depth + 1) for item in value]
    raise NotCanonical(f"{kind.__name__} has no canonical form")


def _text_order(key: str) -> tuple[int, bytes]:
    raw = key.encode()
    return len(raw), raw


def scan_item(data: bytes, tags: AbstractSet[int] = frozenset(), start: int = 0) -> int:
    """Walk one CBOR item and return where it ends, without building anything.

    Refuses (NotCanonical): indefinite or non-shortest lengths, duplicate keys, tags not in `tags`, floats and simple
    values other than true, false and null, nesting beyond DEPTH_MAX, and items that run past the end.
    """
    try:
        end = _walk(data, start, tags, 0)
    except IndexError:
        end = len(data) + 1
    if end > len(data):
        raise NotCanonical("cut short")
    return end


def decode_foreign(data: bytes, tags: AbstractSet[int] = frozenset()) -> Any:
    """Read one item that a stranger wrote: gated by `scan_item`, nothing after it, keys in any order."""
    if scan_item(data, tags) != len(data):
        raise NotCanonical("bytes after the end")
    return read(data)


_KEYS = (0, 1, 3)
_SIMPLE = (20, 21, 22)  # false, true, null
_SHORTEST = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}


def _small(lead: int) -> int:
    """The size of an item that its first byte tells: numbers and texts below 24, true, false, null; else 0."""
    major, info = lead >> 5, lead & 31
    if major == 7:
        return 1 if info in _SIMPLE else 0
    return (1 + info if major in (2, 3) else 1) if major <= 3 and info < 24 else 0


_SMALL = tuple(map(_small, range(256)))  # most items of a seal


def _walk(data: bytes, at: int, tags: AbstractSet[int], depth: int) -> int:
    """Where an item ends: beyond the end of `data` where a text is cut; IndexError where its head is."""
    lead = data[at]
    if _SMALL[lead]:
        return at + _SMALL[lead]
    major, info = lead >> 5, lead & 31
    at += 1
    if info < 24:
        argument = info
    elif info in _SHORTEST:
        width = 1 << (info - 24)
        argument = int.from_bytes(data[at : at + width], "big")
        if major == 7 or argument < _SHORTEST[info]:
            raise NotCanonical("float, or a number not written shortest")
        at += width
    else:
        raise NotCanonical("indefinite length")
    if major <= 1:
        return at
    if major <= 5:
        if argument > len(data) - at:
            raise NotCanonical("cut short")
        return at + argument if major <= 3 else _walk_inside(data, at, argument, major == 5, tags, depth + 1)
    if major == 6 and argument in tags:
        return _walk_inside(data, at, 1, False, tags, depth + 1)
    raise NotCanonical(f"{'tag' if major == 6 else 'simple value'} {argument} has no place here")


def _walk_inside(data: bytes, at: int, count: int, in_map: bool, tags: AbstractSet[int], depth: int) -> int:
    """Where `count` items, or pairs of them in a map, end."""
    if count and depth > DEPTH_MAX:
        raise NotCanonical("nested too deeply")
    seen = set()
    for _ in range(count):
        if in_map:
            lead, start = data[at], at
            at = at + _SMALL[lead] if _SMALL[lead] else _walk(data, at, tags, depth)
            key = data[start:at]
            if lead >> 5 not in _KEYS or key in seen:
                raise NotCanonical("duplicate key, or a key that is neither integer nor text")
            seen.add(key)
        size = _SMALL[data[at]]
        at = at + size if size else _walk(data, at, tags, depth)
    return at
