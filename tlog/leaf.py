"""The leaf of one event: a commitment that reveals nothing of it.

    entry      = canonical CBOR ["sceau.leaf/1", kind, commitment]
    commitment = SHA-256("sceau.leaf/1" || 0 || salt || COSE_Sign1 as stored)
    leaf       = SHA-256(00 || entry)                              RFC 6962 section 2.1

The salt has 32 random bytes and never leaves the leaf rows and exports.
"""

import hashlib

from sceau.domain.canonical import encode

_sha256 = hashlib.sha256
_CONTEXT = b"sceau.leaf/1\0"
_EVENT_ENTRY = encode(["sceau.leaf/1", "event", bytes(32)])[:-32]
_EVENT_LEAF = b"\x00" + _EVENT_ENTRY


def entry(salt: bytes, message: bytes) -> bytes:
    """The public entry of an event: it reveals nothing of it."""
    return _EVENT_ENTRY + _sha256(b"".join((_CONTEXT, salt, message))).digest()


def event_leaf(salt: bytes, message: bytes) -> bytes:
    """The leaf hash of an event as stored."""
    return _sha256(_EVENT_LEAF + _sha256(b"".join((_CONTEXT, salt, message))).digest()).digest()
