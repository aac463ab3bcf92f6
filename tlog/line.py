"""The small words that all text formats of C2SP share: numbers, base64 and hashes, each with one spelling.

    decimal = "0" | [1-9][0-9]*        below 2**63
    base64  = RFC 4648 section 4, padded, unused bits zero
    hash    = base64 of 32 bytes

Every function raises ValueError; each format turns it into its own error.
"""

import base64

SIZE_MAX = (1 << 63) - 1  # no index, size or time is larger (c2sp.org/tlog-witness, tlog-cosignature)
HASH_SIZE = 32
_DIGITS_MAX = len(str(SIZE_MAX))


def decimal(text: str) -> int:
    """A number from 0 to 2**63 - 1 without sign, space, underscore or leading zero."""
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS_MAX:
        raise ValueError("not a decimal number below 2**63")
    number = int(text)
    if number > SIZE_MAX or str(number) != text:
        raise ValueError("a number with leading zeros, or not below 2**63")
    return number


def unbase64(text: str) -> bytes:
    """The bytes of a base64 text that has no other spelling."""
    data = base64.b64decode(text, validate=True)
    if to_base64(data) != text:
        raise ValueError("base64 that is not the one spelling of its bytes")
    return data


def to_base64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def tree_hash(text: str) -> bytes:
    """The 32 bytes of a hash in base64."""
    data = unbase64(text)
    if len(data) != HASH_SIZE:
        raise ValueError(f"a hash has 32 bytes, not {len(data)}")
    return data
