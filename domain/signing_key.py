"""Signing keys in history: an envelope's key must be valid at its index, from index 0 on.

    key = enrolled -> retired

A retired key signs no more, and what it signed before stays good; a key retired as compromised makes verifiers
refuse what bears a later date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sceau.domain.errors import WrongState
from sceau.domain.events import Event, topic


@topic("key.enrolled.v1")
@dataclass(frozen=True, slots=True)
class KeyEnrolled(Event):
    """A public key may sign for one purpose; fields as in `keys.keyring.TrustedKey`."""

    kid: bytes
    purpose: str
    algorithm: str
    public: bytes
    authority: str
    office: str
    valid_from: str
    valid_until: str
    format: str = ""
    issuer: str = ""
    reference: str = ""
    country: str = ""
    classes: tuple[str, ...] = ()
    certificate: bytes = b""


@topic("key.retired.v1")
@dataclass(frozen=True, slots=True)
class KeyRetired(Event):
    """The key signs no more."""

    on: str
    reason: str
    compromised: bool


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key as its events leave it."""

    enrolled: KeyEnrolled | None = None
    retired: KeyRetired | None = None

    def active(self, day: str) -> bool:
        """Whether it may sign on that day."""
        key = self.enrolled
        return key is not None and self.retired is None and key.valid_from <= day <= key.valid_until


def evolve(state: SigningKey, event: Event) -> SigningKey:
    """Apply one event."""
    match event:
        case KeyEnrolled():
            return SigningKey(event)
        case KeyRetired():
            return replace(state, retired=event)
        case _:
            return state


def enrol(state: SigningKey, enrolled: KeyEnrolled) -> Event:
    """Decide an enrolment; a key is enrolled once."""
    if state.enrolled is not None:
        raise WrongState(f"key {enrolled.kid.hex()}", "enrolled", "enrol")
    return enrolled


def retire(state: SigningKey, on: str, reason: str, compromised: bool) -> Event:
    """Decide the end of a key."""
    if state.enrolled is None or state.retired is not None:
        raise WrongState("key", "retired" if state.retired else "unknown", "retire")
    return KeyRetired(on, reason, compromised)


def may_follow(state: SigningKey, kind: type[Event], clear: Mapping[str, Any]) -> bool:
    """Whether such an event may come after this state."""
    if kind is KeyEnrolled:
        return state.enrolled is None
    return state.enrolled is not None and state.retired is None
