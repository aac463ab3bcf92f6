"""The issued document.

    document = issued -> (printed | delivered)* -> (suspended <-> resumed)* -> [superseded | revoked]

It is issued at one version of its act and bears the seal that was signed with it: nothing is ever sealed again. What
the act said at that version is read from the act, not copied here; the personal part holds what the clerk entered,
and the seal. Reasons are words of a list, a note on them is personal (reasons.py). Expiry is a matter of the calendar,
not an event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sceau.domain.civil_act import CivilAct
from sceau.domain.document_type import document_type
from sceau.domain.errors import FieldInvalid, WrongState
from sceau.domain.events import Event, Personal, personal_values, topic
from sceau.domain.reasons import CLERK_REASONS, NOTE, RESUMING, require

HOLDER = "holder"


@topic("document.issued.v1")
@dataclass(frozen=True, slots=True)
class DocumentIssued(Event):
    """The seal was signed and the document exists; amounts are in the smallest unit of the currency."""

    number: str
    type: str
    type_version: int
    document_class: str
    office: str
    officer: str
    act: str | None
    act_version: int | None
    fee: int
    currency: str
    waiver: str | None
    issued_on: str
    valid_from: str | None
    valid_until: str | None
    seal_id: bytes
    seal_format: str
    seal_key: bytes
    waits: bool
    template: bytes
    engine: str
    fonts: bytes


@topic("document.printed.v1")
@dataclass(frozen=True, slots=True)
class DocumentPrinted(Event):
    """A copy left the printer; copy 0 is the original."""

    copy: int
    office: str
    officer: str
    on: str


@topic("document.delivered.v1")
@dataclass(frozen=True, slots=True)
class DocumentDelivered(Event):
    """Handed to the holder."""

    office: str
    officer: str
    on: str


@topic("document.suspended.v1")
@dataclass(frozen=True, slots=True)
class DocumentSuspended(Event):
    """Not to be accepted until resumed."""

    reason: str
    office: str
    officer: str
    on: str


@topic("document.resumed.v1")
@dataclass(frozen=True, slots=True)
class DocumentResumed(Event):
    """The suspension ended."""

    reason: str
    office: str
    officer: str
    on: str


@topic("document.revoked.v1")
@dataclass(frozen=True, slots=True)
class DocumentRevoked(Event):
    """Void from now on, for good."""

    reason: str
    office: str
    officer: str
    on: str


@topic("document.superseded.v1")
@dataclass(frozen=True, slots=True)
class DocumentSuperseded(Event):
    """Another document took its place."""

    by: str
    office: str
    officer: str
    on: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document as its events leave it; `values` holds what the clerk entered."""

    issued: DocumentIssued | None = None
    state: str = "none"
    reason: str | None = None
    note: str | None = None
    copies: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    seal: bytes | None = None


def evolve(state: Document, event: Event) -> Document:
    """Apply one event."""
    match event:
        case DocumentIssued():
            values: dict[str, Any] = {}
            for part in event.personal:
                values.update(part.values or {})
            seal = values.pop("seal", None)
            return Document(event, "issued", values=values, seal=seal)
        case DocumentPrinted():
            return replace(state, copies=state.copies + 1)
        case DocumentDelivered():
            return replace(state, state="delivered") if state.state == "issued" else state
        case DocumentSuspended():
            return replace(state, state="suspended", reason=event.reason, note=_note_of(event))
        case DocumentResumed():
            return replace(state, state="issued", reason=None, note=None)
        case DocumentRevoked():
            return replace(state, state="revoked", reason=event.reason, note=_note_of(event))
        case DocumentSuperseded():
            return replace(state, state="superseded", reason=event.by, note=None)
        case _:
            return state


def values_of(state: Document, act: CivilAct | None) -> dict[str, str]:
    """Every field of the paper, the act's included; `act` is the act at the version of issue."""
    if state.issued is None:
        return {}
    values = dict(state.values)
    if act is not None:
        for declared in document_type(state.issued.type).fields:
            if declared.from_act is not None and declared.from_act in act.values:
                values[declared.name] = act.values[declared.from_act]
    return values


def print_copy(state: Document, office: str, officer: str, on: str) -> Event:
    """Decide a print; a revoked or superseded document is not printed."""
    _require(state, DocumentPrinted, "print")
    return DocumentPrinted(state.copies, office, officer, on)


def deliver(state: Document, office: str, officer: str, on: str) -> Event:
    """Decide the delivery."""
    _require(state, DocumentDelivered, "deliver")
    return DocumentDelivered(office, officer, on)


def suspend(state: Document, reason: str, note: str, office: str, officer: str, on: str) -> Event:
    """Decide a suspension."""
    _require(state, DocumentSuspended, "suspend")
    return DocumentSuspended(
        require("reason", reason, CLERK_REASONS), office, officer, on, personal=_noted(state, note)
    )


def resume(state: Document, reason: str, note: str, office: str, officer: str, on: str) -> Event:
    """Decide the end of a suspension."""
    _require(state, DocumentResumed, "resume")
    why = require("reason", reason, RESUMING)
    return DocumentResumed(why, office, officer, on, personal=_noted(state, note))


def revoke(state: Document, reason: str, note: str, office: str, officer: str, on: str) -> Event:
    """Decide a revocation; it is final."""
    _require(state, DocumentRevoked, "revoke")
    why = require("reason", reason, CLERK_REASONS)
    return DocumentRevoked(why, office, officer, on, personal=_noted(state, note))


def _noted(state: Document, note: str) -> tuple[Personal, ...]:
    """What more is said, under the data key that the document's holder has already."""
    if not note or state.issued is None:
        return ()
    NOTE.check(note)
    key_id = next(part.key_id for part in state.issued.personal if part.subject == HOLDER)
    return (Personal(HOLDER, NOTE.name, {NOTE.name: note}, key_id),)


def _note_of(event: Event) -> str | None:
    return personal_values(event.personal).get(NOTE.name)


def supersede(state: Document, by_type: str, by: str, office: str, officer: str, on: str) -> Event:
    """Decide that another document, of the same type, takes its place."""
    _require(state, DocumentSuperseded, "supersede")
    if state.issued is None or state.issued.type != by_type:
        raise FieldInvalid("supersedes", f"is not a {by_type}", f"n'est pas du type « {by_type} »")
    return DocumentSuperseded(by, office, officer, on)


_FROM: Mapping[type[Event], tuple[str, ...]] = {
    DocumentIssued: ("none",),
    DocumentPrinted: ("issued", "delivered", "suspended"),
    DocumentDelivered: ("issued",),
    DocumentSuspended: ("issued", "delivered"),
    DocumentResumed: ("suspended",),
    DocumentRevoked: ("issued", "delivered", "suspended", "superseded"),
    DocumentSuperseded: ("issued", "delivered", "suspended"),
}


def may_follow(state: Document, kind: type[Event], clear: Mapping[str, Any]) -> bool:
    """Whether such an event may come after this state: commands decide by it, auditors replay it."""
    return state.state in _FROM.get(kind, ())


def _require(state: Document, event: type[Event], action: str) -> None:
    if state.state not in _FROM[event]:
        number = state.issued.number if state.issued else "?"
        raise WrongState(f"document {number}", state.state, action)
