"""COSE_Sign1 (RFC 9052 section 4.2), in the one shape that sceau writes.

    message   = 18([protected, {}, payload, signature])
    protected = << {1: alg, 4: kid} >>       alg -8 EdDSA (Ed25519) or -7 ES256; kid: 8 bytes
    signed    = ["Signature1", protected, h'', payload]      deterministic CBOR

Everything but the payload's length is at a fixed place, so a reader cuts by offset and any other spelling is
refused. Messages that others wrote are read by the seal format that allows them, not here.
"""

from typing import NamedTuple

from sceau.domain.canonical import BYTES, head
from sceau.domain.errors import NotCanonical

EDDSA = -8
ES256 = -7
_HEAD = bytes.fromhex("d2844d")  # tag 18, array of 4, 13 bytes of protected header
_PROTECTED = {EDDSA: bytes.fromhex("a201270448"), ES256: bytes.fromhex("a201260448")}
_ALGORITHM = {_HEAD + prefix: algorithm for algorithm, prefix in _PROTECTED.items()}
_LENGTHS = {0x58: (1, 24), 0x59: (2, 1 << 8), 0x5A: (4, 1 << 16)}  # first byte -> size of the length, the least of that
_SIGNATURE_HEAD = bytes.fromhex("5840")
_CONTEXT = bytes.fromhex("846a5369676e617475726531")  # array of 4, "Signature1"
_SIGNED = _CONTEXT + bytes.fromhex("4d")


class Sign1(NamedTuple):
    """The parts of one message."""

    algorithm: int
    kid: bytes
    payload: bytes
    signature: bytes
    signed: bytes


def protected_header(algorithm: int, kid: bytes) -> bytes:
    """The 13 bytes that name algorithm and key."""
    if len(kid) != 8:
        raise NotCanonical("a key id has 8 bytes")
    return _PROTECTED[algorithm] + kid


def to_sign(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure: what the key signs."""
    return b"".join((_CONTEXT, head(BYTES, len(protected)), protected, b"\x40", head(BYTES, len(payload)), payload))


def join(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """The tagged message."""
    if len(signature) != 64 or len(protected) != 13:
        raise NotCanonical("a signature has 64 bytes and a protected header 13")
    return b"".join((_HEAD, protected, b"\xa0", head(BYTES, len(payload)), payload, _SIGNATURE_HEAD, signature))


def split(message: bytes) -> Sign1:
    """Cut a message into its parts; raise NotCanonical unless it is spelled as `join` spells it."""
    algorithm = _ALGORITHM.get(message[:8])
    if algorithm is None or message[16:17] != b"\xa0":
        raise NotCanonical("not a COSE_Sign1 of ours")
    length, start = _read_bytes_head(message, 17)
    end = start + length
    if len(message) != end + 66 or message[end : end + 2] != _SIGNATURE_HEAD:
        raise NotCanonical("COSE_Sign1 of the wrong length")
    signed = b"".join((_SIGNED, message[3:16], b"\x40", message[17:end]))
    return Sign1(algorithm, message[8:16], message[start:end], message[end + 2 :], signed)


def _read_bytes_head(message: bytes, at: int) -> tuple[int, int]:
    """Length and start of the byte string that begins at `at`; whether it fits is the caller's to check."""
    lead = message[at] if at < len(message) else 0
    if lead in _LENGTHS:
        size, least = _LENGTHS[lead]
        length = int.from_bytes(message[at + 1 : at + 1 + size], "big")
        if length >= least:
            return length, at + 1 + size
    elif 0x40 <= lead < 0x58:
        return lead - 0x40, at + 1
    raise NotCanonical("payload is not a byte string of the shortest length")
