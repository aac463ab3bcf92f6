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

Reading needs neither the ledger nor the classes of events, so it stands where checkers reach it: tlog/event.py.

`authentication` says how the officer was authenticated when the command was given; "none" until the desk does it.
"""

import hashlib
from collections.abc import Callable, Sequence

from sceau.domain import canonical, cose
from sceau.domain.errors import EnvelopeInvalid
from sceau.domain.events import Event, Personal, clear_of, event_of
from sceau.keys.box import NONCE_SIZE
from sceau.keys.personal import open_personal, seal_personal
from sceau.keys.signer import Random, Signer
from sceau.tlog.event import CONTEXT, SIZE_MAX, Envelope, Meta, SealedPart, parse, verify

__all__ = ["CONTEXT", "SIZE_MAX", "Envelope", "Meta", "SealedPart", "digest", "event", "parse", "seal", "verify"]


def seal(meta: Meta, event: Event, signer: Signer, key: Callable[[bytes], bytes], random: Random) -> bytes:
    """Encrypt the personal parts, sign, and return the bytes to store. Every part must name its data key."""
    place = _place(meta)
    nonces = random(NONCE_SIZE * len(event.personal))
    sealed = [
        [part.subject, part.group, part.key_id, _box(place, part, key, nonces[at : at + NONCE_SIZE])]
        for at, part in zip(range(0, len(nonces), NONCE_SIZE), event.personal, strict=True)
    ]
    payload = canonical.encode_ordered(
        [CONTEXT, *meta[:3], event.topic, *meta[3:], clear_of(event), sealed],
    )
    protected = cose.protected_header(cose.EDDSA, signer.kid)
    message = cose.join(protected, payload, signer.sign(cose.to_sign(protected, payload)))
    if len(message) > SIZE_MAX:
        raise EnvelopeInvalid(f"{meta.stream}: an event of {len(message)} bytes; at most {SIZE_MAX}")
    return message


def _box(place: str, part: Personal, key: Callable[[bytes], bytes], nonce: bytes) -> bytes:
    if part.key_id is None:
        raise EnvelopeInvalid(f"{place}: a personal part without a data key")
    about = f"{place}|{part.subject}|{part.group}".encode()
    return seal_personal(key(part.key_id), nonce, about, canonical.encode_ordered(part.values))


def _place(meta: Meta) -> str:
    return f"{CONTEXT}|{meta.origin}|{meta.stream}|{meta.version}"


def event(
    envelope: Envelope,
    keys: Callable[[Sequence[bytes]], dict[bytes, bytes]] | None,
    closed: frozenset[str] = frozenset(),
) -> Event:
    """The event, with its personal parts opened where `keys` gives their data keys (None: all stay sealed).

    Parts of the groups in `closed` stay sealed, whatever key there is.
    """
    held = keys([part.key_id for part in envelope.sealed]) if keys and envelope.sealed else {}
    place = _place(envelope.meta)
    parts = [_open(place, part, None if part.group in closed else held.get(part.key_id)) for part in envelope.sealed]
    return event_of(envelope.topic, envelope.clear, tuple(parts))


def _open(place: str, part: SealedPart, key: bytes | None) -> Personal:
    subject, group, key_id, box = part
    if key is None:
        return Personal(subject, group, None, key_id)
    values = canonical.read(open_personal(key, f"{place}|{subject}|{group}".encode(), box))
    return Personal(subject, group, values, key_id)


def digest(message: bytes) -> bytes:
    """What the next event of the stream names as `previous`."""
    return hashlib.sha256(message).digest()
