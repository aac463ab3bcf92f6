"""What becomes of a code in the hands of strangers and bad printers, the same each time for the same random source."""

import base64
import random
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sceau.domain.errors import SealError
from sceau.seals import base45, deflate

ODD = (b"\0", b" ", b"#", b"=", b"\xff", b"\n", b"A", b"78", b"\xd2\x84", b"\x9f", b"\xc2\x80")
ADDRESSES = (
    b"HTTPS://VERIF.EXAMPLE/",
    b"https://evil.example:8443/",
    b"HTTPS://",
    b"hTTps://VERIF.EXAMPLE/",
    b"HTTPS:/",
)
LEADS = bytes.fromhex("00181b203b405f607f809fa0bfc2d2e0f4f6f7f9fbff")  # first bytes of every kind of CBOR item


class Carried(NamedTuple):
    """What a carrier hides, and how to hide something else in it."""

    inner: bytes
    write: Callable[[bytes], bytes]


def mutants(code: bytes, chance: random.Random, count: int) -> Iterator[bytes]:
    """`count` changes of one code: of its bytes, of what its carrier hides, or of the carrier."""
    for _ in range(count):
        how = chance.choice(_KINDS)
        if how is _other_carrier or chance.random() < 0.5:
            yield how(code, chance)
        else:
            carried = opened(code)
            yield carried.write(how(carried.inner, chance))


def opened(code: bytes) -> Carried:
    """The carrier undone, as far as it can be."""
    head, mark, rest = code.partition(b"#")
    try:
        if mark:
            seal = base64.b32decode(rest + b"=" * (-len(rest) % 8))
            return Carried(seal, lambda inner: head + mark + base64.b32encode(inner).rstrip(b"="))
        packed = base45.decode(code)
        return Carried(deflate.inflate(packed), lambda inner: base45.encode(zlib.compress(inner, 9)).encode())
    except (SealError, ValueError):
        return Carried(code, bytes)


def _bit(code: bytes, chance: random.Random) -> bytes:
    return _replaced(code, chance, lambda old: old ^ 1 << chance.randrange(8))


def _byte(code: bytes, chance: random.Random) -> bytes:
    return _replaced(code, chance, lambda old: chance.choice((chance.randrange(256), chance.choice(LEADS))))


def _replaced(code: bytes, chance: random.Random, by: Callable[[int], int]) -> bytes:
    at = chance.randrange(len(code)) if code else 0
    return code[:at] + bytes(by(old) for old in code[at : at + 1]) + code[at + 1 :]


def _cut(code: bytes, chance: random.Random) -> bytes:
    return code[: chance.randrange(len(code) + 1)]


def _splice(code: bytes, chance: random.Random) -> bytes:
    start, end, at = (chance.randrange(len(code) + 1) for _ in range(3))
    return code[:at] + code[start : min(end, start + 40)] + code[chance.choice((at, end)) :]


def _odd(code: bytes, chance: random.Random) -> bytes:
    at = chance.choice((0, len(code), chance.randrange(len(code) + 1)))
    return code[:at] + chance.choice(ODD) + code[at:]


def _other_carrier(code: bytes, chance: random.Random) -> bytes:
    inner = opened(code).inner
    text = base64.b32encode(inner).rstrip(b"=")
    return chance.choice(
        (
            inner,
            zlib.compress(inner, chance.randrange(10)),
            zlib.compress(inner) + b"\0",
            zlib.compress(inner)[:-1],
            base45.encode(inner).encode(),
            base45.encode(zlib.compress(zlib.compress(inner))).encode(),
            chance.choice(ADDRESSES) + b"#" + text,
            chance.choice(ADDRESSES) + text,
            chance.choice(ADDRESSES) + b"#" + text.lower(),
            chance.choice(ADDRESSES) + b"#" + text[:-1] + b"B",
        )
    )


_KINDS = (_bit, _bit, _byte, _byte, _cut, _splice, _odd, _other_carrier)


def turned(data: bytes, end: int) -> Iterator[bytes]:
    """Every bit of its first `end` bytes turned, one at a time."""
    for at in range(8 * min(end, len(data))):
        yield data[: at // 8] + bytes([data[at // 8] ^ 1 << at % 8]) + data[at // 8 + 1 :]
