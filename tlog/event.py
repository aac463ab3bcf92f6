"""A stored event as anybody reads it, without the ledger and without the classes of events (docs/format/envelope.md).

    stored  = COSE_Sign1 by the office's event key (domain/cose.py) over
    payload = ["sceau.event/1", origin, stream, version, topic, previous, time, office, officer, authentication,
               command id, command MAC, read-set, clear, sealed]            canonical CBOR

ledger/envelope.py writes it, and says what each part means. Versions count from 1 and times from 1970 to the end of
9999; what lies beyond is no event, whoever signed it.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from sceau.domain import canonical, cose
from sceau.domain.canonical import ARRAY, BYTES
from sceau.domain.errors import EnvelopeInvalid, NotCanonical, SignatureInvalid
from sceau.keys.keyring import verify_ed25519

CONTEXT = "sceau.event/1"
SIZE_MAX = 65_535  # a tlog entry bundle holds no more (LOG.md section 2)
VERSION_MAX = (1 << 53) - 1
TIME_MAX = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z
_TYPES = (str, str, str, int, str, bytes, int, str, str, str, bytes, bytes, list, dict, list)
_HEAD = canonical.head(ARRAY, len(_TYPES)) + canonical.encode(CONTEXT)


class Meta(NamedTuple):
    """Everything an envelope says besides the event."""

    origin: str
    stream: str
    version: int
    previous: bytes
    time: int
    office: str
    officer: str
    authentication: str
    command_id: bytes
    command_mac: bytes
    read_set: tuple[tuple[str, int], ...]


class SealedPart(NamedTuple):
    """One personal part as stored."""

    subject: str
    group: str
    key_id: bytes
    box: bytes


class Envelope(NamedTuple):
    """A stored event cut into its parts; `signed` and `signature` are still to be verified."""

    meta: Meta
    topic: str
    clear: dict[str, Any]
    sealed: tuple[SealedPart, ...]
    kid: bytes
    payload: bytes
    signed: bytes
    signature: bytes


def parse(message: bytes) -> Envelope:
    """Cut a stored event into its parts, nothing verified yet; EnvelopeInvalid if it cannot be one of ours."""
    if len(message) > SIZE_MAX:
        raise EnvelopeInvalid(f"not an event of ours: {len(message)} bytes, at most {SIZE_MAX}")
    try:
        sign1 = cose.split(message)
        return _envelope(sign1, canonical.read(sign1.payload))
    except (NotCanonical, TypeError, ValueError) as error:
        raise EnvelopeInvalid(f"not an event of ours: {error}") from None


def _envelope(sign1: cose.Sign1, parts: Any) -> Envelope:
    algorithm, kid, payload, signature, signed = sign1
    if type(parts) is not list or len(parts) != len(_TYPES) or parts[0] != CONTEXT or algorithm != cose.EDDSA:
        raise EnvelopeInvalid("not an event of ours")
    if tuple(map(type, parts)) != _TYPES:
        raise EnvelopeInvalid("not an event of ours: a part of another type")
    _, origin, stream, version, topic, previous, time, office, officer, how, command_id, mac, read, clear, sealed = (
        parts
    )
    if not (0 < version <= VERSION_MAX and 0 <= time <= TIME_MAX and stream.isprintable()):
        raise EnvelopeInvalid("not an event of ours: its stream, version or time lies out of bounds")
    read_set = tuple([(name, seen) for name, seen in read])
    if not all([type(name) is str and type(seen) is int for name, seen in read_set]):
        raise EnvelopeInvalid("not an event of ours: a part of another type")
    if not all([0 <= seen <= VERSION_MAX and name.isprintable() for name, seen in read_set]):
        raise EnvelopeInvalid("not an event of ours: its read-set lies out of bounds")
    parts_sealed = tuple([SealedPart(*part) for part in sealed])
    if not all([type(a) is type(b) is str and type(c) is type(d) is bytes for a, b, c, d in parts_sealed]):
        raise EnvelopeInvalid("not an event of ours: a sealed part of another type")
    meta = Meta(origin, stream, version, previous, time, office, officer, how, command_id, mac, read_set)
    return Envelope(meta, topic, clear, parts_sealed, kid, payload, signed, signature)


def verify(envelope: Envelope, public: bytes) -> None:
    """EnvelopeInvalid unless the key signed these very bytes, and they are the one spelling of what they say."""
    try:
        verify_ed25519(public, envelope.signed, envelope.signature)
        if spelling(envelope) != envelope.payload:
            raise NotCanonical("not the deterministic encoding")
    except (SignatureInvalid, NotCanonical) as error:
        place = f"{envelope.meta.stream} {envelope.meta.version}"
        raise EnvelopeInvalid(f"{place}: the signature does not hold ({error})") from None


def spelling(envelope: Envelope) -> bytes:
    """The one payload that says what the parts say, joined from pieces, most of which are the same in every event."""
    meta, clear, head = envelope.meta, envelope.clear, canonical.head
    said = canonical.encode_ordered((*meta[:3], envelope.topic, *meta[3:10]))
    pieces = [_HEAD, said[1:], head(ARRAY, len(meta.read_set)), *map(_relied, meta.read_set)]
    pieces.append(canonical.encode_ordered(clear) if canonical.is_plain(clear) else canonical.encode(clear))
    pieces.append(head(ARRAY, len(envelope.sealed)))
    for subject, group, key_id, box in envelope.sealed:
        pieces += (_names(subject, group), head(BYTES, len(key_id)), key_id, head(BYTES, len(box)), box)
    return b"".join(pieces)


@lru_cache(maxsize=256)
def _relied(pair: tuple[str, int]) -> bytes:
    return canonical.encode_ordered(pair)


@lru_cache(maxsize=256)
def _names(subject: str, group: str) -> bytes:
    """The head of a sealed part, and whom and what it is about."""
    return canonical.head(ARRAY, len(SealedPart._fields)) + canonical.encode_ordered((subject, group))[1:]
