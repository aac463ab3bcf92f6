"""Base45 (RFC 9285): bytes in the alphanumeric mode of a QR code.

    two bytes n = c + 45 d + 2025 e     written c d e
    one byte left n = c + 45 d          written c d
    alphabet                            0-9 A-Z space $ % * + - . / :

    b"AB" = "BB8"

No value has two spellings, so what `decode` reads needs no printing again. It computes all values at once, each in a
lane of 32 bits of one long integer: a scanner waits for this.
"""

import struct

from sceau.domain.errors import SealMalformed
from sceau.domain.flaw import Flaw

ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

_CHARS = ALPHABET.decode()
_PAIR = [d + e for e in _CHARS for d in _CHARS]
_BAD = 255
_VALUE = bytes(ALPHABET.find(code) % 256 for code in range(256))  # find gives -1, so 255, for a stranger


def encode(data: bytes) -> str:
    """Write bytes."""
    words = struct.unpack(f">{len(data) // 2}H", data[: len(data) & ~1])
    text = "".join([_CHARS[n % 45] + _PAIR[n // 45] for n in words])
    return text + _PAIR[data[-1]] if len(data) % 2 else text


def decode(text: str | bytes) -> bytes:
    """Read bytes; SealMalformed for a character outside the alphabet, a value too large or a lone last character."""
    raw = text.encode("ascii", "replace") if isinstance(text, str) else text
    values = raw.translate(_VALUE)
    whole = len(values) // 3 * 3
    left = values[whole:]
    if _BAD in values or len(left) == 1:
        raise SealMalformed(Flaw.ALPHABET, "Base45: a character outside the alphabet, or one too many")
    data = _words(values[:whole])
    if not left:
        return data
    last = left[0] + 45 * left[1]
    if last > _BAD:
        raise SealMalformed(Flaw.ALPHABET, "Base45: a value beyond one byte")
    return data + bytes((last,))


def _words(values: bytes) -> bytes:
    """Two bytes for each three values c d e, at once: 44 + 45 * 44 + 2025 * 44 < 2 ** 32, so lanes cannot touch."""
    c, d, e = (_lanes(values[i::3]) for i in range(3))
    words = (c + 45 * d + 2025 * e).to_bytes(len(values) // 3 * 4, "big")
    if any(words[1::4]):
        raise SealMalformed(Flaw.ALPHABET, "Base45: a value beyond two bytes")
    data = bytearray(len(values) // 3 * 2)
    data[0::2], data[1::2] = words[2::4], words[3::4]
    return bytes(data)


def _lanes(values: bytes) -> int:
    lanes = bytearray(len(values) * 4)
    lanes[3::4] = values
    return int.from_bytes(lanes, "big")
