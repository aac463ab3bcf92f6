"""The leaf of one event: a commitment that reveals its kind and nothing else.

    entry      = canonical CBOR ["sceau.leaf/1", kind, commitment]
    kind       = "event" | "key" | "erasure" | "status-list" | "projection" | "child-log" | "freeze"    by the topic
    commitment = SHA-256("sceau.leaf/1" || 0 || salt || COSE_Sign1 as stored)
    leaf       = SHA-256(00 || entry)                              RFC 6962 section 2.1

Whoever follows the public log sees at once that a key was enrolled or ended, personal data ordered erased, a list given
out, the log frozen. The salt has 32 random bytes and never leaves the leaf rows, exports, and the proofs of one event
(opening.py).
"""

import hashlib
from collections.abc import Mapping

from sceau.domain.canonical import encode

KINDS: Mapping[str, str] = {
    "key.enrolled.v1": "key",
    "key.retired.v1": "key",
    "erasure.ordered.v1": "erasure",
    "lists.published.v1": "status-list",
    "view.digested.v1": "projection",
    "child_log.noted.v1": "child-log",
    "log.frozen.v1": "freeze",
}
EVENT = "event"
_sha256 = hashlib.sha256
_CONTEXT = b"sceau.leaf/1\0"


def _head(kind: str) -> bytes:
    return encode(["sceau.leaf/1", kind, bytes(32)])[:-32]


_EVENT_HEAD = _head(EVENT)
_HEADS = {topic: _head(kind) for topic, kind in KINDS.items()}


def entry(salt: bytes, message: bytes, topic: str) -> bytes:
    """The public entry of an event."""
    return _HEADS.get(topic, _EVENT_HEAD) + _sha256(b"".join((_CONTEXT, salt, message))).digest()


def event_leaf(salt: bytes, message: bytes, topic: str) -> bytes:
    """The leaf hash of an event as stored."""
    return _sha256(b"\0" + entry(salt, message, topic)).digest()
