"""The envelope of one event: signed where it is made, verified wherever it counts.

    stored  = COSE_Sign1 by the office's event key (domain/cose.py) over
    payload = ["sceau.event/1", origin, stream, version, topic, previous, time, office, officer, authentication,
               command id, command MAC, read-set, clear, sealed]            canonical CBOR
    previous = SHA-256 of the stream's previous stored event, empty for the first
    time     = milliseconds since 1970, UTC
    read-set = [[stream, version], ...]        everything that the decision relied on
    clear    = {field: value}                  the event's clear fields
    sealed   = [[subject, group, data key id, box], ...]    box: keys/personal.py, additional data
               "sceau.event/1|origin|stream|version|subject|group"

`authentication` says how the officer was authenticated when the command was given; "none" until the desk does it.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sceau.domain import canonical, cose
from sceau.domain.errors import EnvelopeInvalid, NotCanonical, SignatureInvalid
from sceau.domain.events import Event, Personal, clear_of, event_of
from sceau.keys.box import NONCE_SIZE
from sceau.keys.keyring import verify_ed25519
from sceau.keys.personal import open_personal, seal_personal
from sceau.keys.signer import Random, Signer

CONTEXT = "sceau.event/1"
SIZE_MAX = 65_535  # a tlog entry bundle holds no more (LOG.md section 2)
_PARTS = 15


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
    parts: list[Any]  # the payload as it was read
    payload: bytes
    signed: bytes
    signature: bytes


def seal(meta: Meta, event: Event, signer: Signer, key: Callable[[bytes], bytes], random: Random) -> bytes:
    """Encrypt the personal parts, sign, and return the bytes to store. Every part must name its data key."""
    place = _place(meta)
    sealed = [[part.subject, part.group, part.key_id, _box(place, part, key, random)] for part in event.personal]
    payload = canonical.encode_ordered(
        [CONTEXT, *meta[:3], event.topic, *meta[3:], clear_of(event), sealed],
    )
    protected = cose.protected_header(cose.EDDSA, signer.kid)
    message = cose.join(protected, payload, signer.sign(cose.to_sign(protected, payload)))
    if len(message) > SIZE_MAX:
        raise EnvelopeInvalid(f"{meta.stream}: an event of {len(message)} bytes; at most {SIZE_MAX}")
    return message


def _box(place: str, part: Personal, key: Callable[[bytes], bytes], random: Random) -> bytes:
    if part.key_id is None:
        raise EnvelopeInvalid(f"{place}: a personal part without a data key")
    about = f"{place}|{part.subject}|{part.group}".encode()
    return seal_personal(key(part.key_id), random(NONCE_SIZE), about, canonical.encode_ordered(part.values))


def _place(meta: Meta) -> str:
    return f"{CONTEXT}|{meta.origin}|{meta.stream}|{meta.version}"


def _additional(meta: Meta, subject: str, group: str) -> bytes:
    return f"{_place(meta)}|{subject}|{group}".encode()


def parse(message: bytes) -> Envelope:
    """Cut a stored event into its parts, nothing verified yet; EnvelopeInvalid if it cannot be one of ours."""
    try:
        sign1 = cose.split(message)
        return _envelope(sign1, canonical.read(sign1.payload))
    except (NotCanonical, TypeError, ValueError) as error:
        raise EnvelopeInvalid(f"not an event of ours: {error}") from None


def _envelope(sign1: cose.Sign1, parts: Any) -> Envelope:
    algorithm, kid, payload, signature, signed = sign1
    if type(parts) is not list or len(parts) != _PARTS or parts[0] != CONTEXT or algorithm != cose.EDDSA:
        raise EnvelopeInvalid("not an event of ours")
    _, origin, stream, version, topic, previous, time, office, officer, how, command_id, mac, read, clear, sealed = (
        parts
    )
    if type(version) is not int or type(time) is not int or type(clear) is not dict:
        raise EnvelopeInvalid("not an event of ours: version, time or clear fields of another type")
    read_set = tuple([(name, seen) for name, seen in read])
    meta = Meta(origin, stream, version, previous, time, office, officer, how, command_id, mac, read_set)
    parts_sealed = tuple([SealedPart(*part) for part in sealed])
    return Envelope(meta, topic, clear, parts_sealed, kid, parts, payload, signed, signature)


def verify(envelope: Envelope, public: bytes) -> None:
    """EnvelopeInvalid unless the key signed these very bytes, and they are the one spelling of what they say."""
    try:
        verify_ed25519(public, envelope.signed, envelope.signature)
        canonical.require_spelling(envelope.parts, envelope.payload)
    except (SignatureInvalid, NotCanonical) as error:
        place = f"{envelope.meta.stream} {envelope.meta.version}"
        raise EnvelopeInvalid(f"{place}: the signature does not hold ({error})") from None


def event(
    envelope: Envelope,
    keys: Callable[[Sequence[bytes]], dict[bytes, bytes]] | None,
    closed: frozenset[str] = frozenset(),
) -> Event:
    """The event, with its personal parts opened where `keys` gives their data keys (None: all stay sealed).

    Parts of the groups in `closed` stay sealed, whatever key there is.
    """
    held = keys([part.key_id for part in envelope.sealed]) if keys and envelope.sealed else {}
    parts = [_open(envelope.meta, part, {} if part.group in closed else held) for part in envelope.sealed]
    return event_of(envelope.topic, envelope.clear, tuple(parts))


def _open(meta: Meta, part: SealedPart, held: dict[bytes, bytes]) -> Personal:
    key = held.get(part.key_id)
    if key is None:
        return Personal(part.subject, part.group, None, part.key_id)
    values = canonical.read(open_personal(key, _additional(meta, part.subject, part.group), part.box))
    return Personal(part.subject, part.group, values, part.key_id)


def digest(message: bytes) -> bytes:
    """What the next event of the stream names as `previous`."""
    return hashlib.sha256(message).digest()
