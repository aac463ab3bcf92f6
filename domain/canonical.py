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
from io import BytesIO
from typing import Any

import cbor2

from sceau.domain.errors import NotCanonical

DEPTH_MAX = 16
INT_MAX = (1 << 64) - 1


def encode(value: Any) -> bytes:
    """Write `value`; raise NotCanonical for what has no place in a signed message."""
    try:
        return cbor2.dumps(_ordered(value, 0))
    except UnicodeEncodeError:
        raise NotCanonical("text with a lone surrogate") from None


def encode_ordered(value: Any) -> bytes:
    """`encode` without its checks, for values that the caller has already put in canonical order (the event path)."""
    return cbor2.dumps(value)


def encode_texts(value: Any) -> bytes:
    """`encode` without its checks, for values whose map keys are all text: shortest first is then bytewise order."""
    return cbor2.dumps(value, canonical=True)


def decode(data: bytes) -> Any:
    """Read one value; raise NotCanonical unless `data` is exactly how `encode` writes it."""
    value = read(data)
    if encode(value) != data:
        raise NotCanonical("not the deterministic encoding")
    return value


def require_spelling(value: Any, data: bytes) -> None:
    """NotCanonical unless `data`, from which `value` was read and whose map keys are all text, is its one spelling."""
    if not _speller.spells(value, data):
        raise NotCanonical("not the deterministic encoding")


class _Speller(threading.local):
    """`encode_texts` on one encoder a thread, used again and again: making one costs more than most values."""

    def __init__(self) -> None:
        self._renew()

    def _renew(self) -> None:
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
            self._renew()
            return False
        return out.getvalue() == data


_speller = _Speller()


def read(data: bytes) -> Any:
    """Read bytes that we wrote and that a signature, a MAC or a hash vouches for; NotCanonical if they are no CBOR."""
    try:
        return cbor2.loads(data)
    except Exception as error:  # cbor2 raises many kinds
        raise NotCanonical(f"not CBOR: {type(error).__name__}") from None


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
    return _walk(data, start, tags, 0)


def decode_foreign(data: bytes, tags: AbstractSet[int] = frozenset()) -> Any:
    """Read one item that a stranger wrote: gated by `scan_item`, nothing after it, keys in any order."""
    if scan_item(data, tags) != len(data):
        raise NotCanonical("bytes after the end")
    return read(data)


_KEYS = (0, 1, 3)
_SIMPLE = (20, 21, 22)  # false, true, null
_SHORTEST = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}


def _walk(data: bytes, at: int, tags: AbstractSet[int], depth: int) -> int:
    if at >= len(data):
        raise NotCanonical("cut short")
    if depth > DEPTH_MAX:
        raise NotCanonical("nested too deeply")
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if info < 24:
        argument = info
    elif info in _SHORTEST:
        width = 1 << (info - 24)
        if at + width > len(data):
            raise NotCanonical("cut short")
        argument = int.from_bytes(data[at : at + width], "big")
        if major == 7 or argument < _SHORTEST[info]:
            raise NotCanonical("float, or a number not written shortest")
        at += width
    else:
        raise NotCanonical("indefinite length")
    if 2 <= major <= 5 and argument > len(data) - at:
        raise NotCanonical("cut short")
    if major <= 1:
        return at
    if major <= 3:
        return at + argument
    if major == 4:
        for _ in range(argument):
            at = _walk(data, at, tags, depth + 1)
        return at
    if major == 5:
        return _walk_map(data, at, argument, tags, depth + 1)
    if major == 6 and argument in tags:
        return _walk(data, at, tags, depth + 1)
    if major == 7 and argument in _SIMPLE:
        return at
    raise NotCanonical(f"{'tag' if major == 6 else 'simple value'} {argument} has no place here")


def _walk_map(data: bytes, at: int, pairs: int, tags: AbstractSet[int], depth: int) -> int:
    seen = set()
    for _ in range(pairs):
        end = _walk(data, at, tags, depth)
        if data[at] >> 5 not in _KEYS or data[at:end] in seen:
            raise NotCanonical("duplicate key, or a key that is neither integer nor text")
        seen.add(data[at:end])
        at = _walk(data, end, tags, depth)
    return at
