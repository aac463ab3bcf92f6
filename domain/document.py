"""The issued document.

    document = issued -> (printed | delivered)* -> (suspended <-> resumed)* -> [superseded | revoked]

It is issued at one version of its act and bears the seal that was signed with it: nothing is ever sealed again. What
the act said at that version is read from the act, not copied here; the personal part holds what the clerk entered,
and the seal. Expiry is a matter of the calendar, not an event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sceau.domain.civil_act import CivilAct
from sceau.domain.document_type import DocumentType, Field, Kind, Label, act_kind, add_months, document_type
from sceau.domain.errors import FieldInvalid, WrongState
from sceau.domain.events import Event, Personal, topic

HOLDER = "holder"
_REASON = Field("reason", Label("Motif", "Reason"), Kind.TEXT, length_max=200)


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
            return replace(state, state="suspended", reason=event.reason)
        case DocumentResumed():
            return replace(state, state="issued", reason=None)
        case DocumentRevoked():
            return replace(state, state="revoked", reason=event.reason)
        case DocumentSuperseded():
            return replace(state, state="superseded", reason=event.by)
        case _:
            return state


@dataclass(frozen=True, slots=True)
class Draft:
    """A document decided but not yet sealed: everything that stands on the paper."""

    type: DocumentType
    values: Mapping[str, str]  # every field, the act's included
    entered: Mapping[str, str]  # what the clerk entered
    act: CivilAct | None
    act_version: int | None
    issued_on: date
    valid_from: date | None
    valid_until: date | None
    fee: int
    waiver: str | None


def draft(
    declared: DocumentType,
    entered: Mapping[str, str],
    act: CivilAct | None,
    act_version: int | None,
    today: date,
    waiver: str | None = None,
) -> Draft:
    """Decide what the paper will say; the office's and officer's right to say it is checked before."""
    values = dict(entered)
    if declared.act_kind is None:
        if act is not None:
            raise FieldInvalid(
                "act", f"{declared.code} is not about an act", f"{declared.code} ne porte pas sur un acte"
            )
    else:
        values.update(_from_act(declared, entered, act))
    declared.check(values, ordered=act is None)
    if waiver is not None:
        _REASON.check(waiver)
    valid_until = declared.validity.until(today, values)
    _check_dates(declared, values, today, valid_until)
    stated = declared.validity.stated
    return Draft(
        declared,
        values,
        entered,
        act,
        act_version,
        today,
        date.fromisoformat(values["valid_from"]) if stated else (today if valid_until else None),
        valid_until,
        0 if waiver else declared.fee.amount,
        waiver,
    )


def _from_act(declared: DocumentType, entered: Mapping[str, str], act: CivilAct | None) -> Mapping[str, str]:
    if act is None:
        raise FieldInvalid("act", "the act's number is missing", "le numéro de l'acte manque")
    if act.kind != declared.act_kind:
        raise FieldInvalid("act", f"must be a {declared.act_kind} act", f"doit être un acte « {declared.act_kind} »")
    if act.state != "established":
        raise WrongState(f"act {act.number}", act.state, f"issue {declared.code}")
    copied = {f.name: f.from_act for f in declared.fields if f.from_act is not None}
    for name in copied.keys() & entered.keys():
        raise FieldInvalid(name, "comes from the act and is not entered", "vient de l'acte et ne se saisit pas")
    return {name: act.values[source] for name, source in copied.items() if source in act.values}


def _check_dates(declared: DocumentType, values: Mapping[str, str], today: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until < today:
        raise FieldInvalid("valid_until", "is in the past", "est dans le passé")
    birth = values.get("birth_date")
    if birth is None:
        return
    if birth > today.isoformat():
        raise FieldInvalid("birth_date", "is in the future", "est dans l'avenir")
    age = declared.age_min_years
    if age and add_months(date.fromisoformat(birth), 12 * age) > today:
        raise FieldInvalid("birth_date", f"younger than {age} years", f"moins de {age} ans")


def issue(
    decided: Draft,
    number: str,
    office: str,
    officer: str,
    seal: bytes,
    seal_id: bytes,
    seal_key: bytes,
    engine: tuple[bytes, str, bytes],
) -> Event:
    """The event of an issued document; `engine` is template digest, engine version, fonts digest."""
    declared = decided.type
    template, engine_version, fonts = engine
    return DocumentIssued(
        number,
        declared.code,
        declared.version,
        declared.document_class.value,
        office,
        officer,
        decided.act.number if decided.act else None,
        decided.act_version,
        decided.fee,
        declared.fee.currency,
        decided.waiver,
        decided.issued_on.isoformat(),
        decided.valid_from.isoformat() if decided.valid_from else None,
        decided.valid_until.isoformat() if decided.valid_until else None,
        seal_id,
        declared.seal.format.value,
        seal_key,
        declared.waits_for_quorum,
        template,
        engine_version,
        fonts,
        personal=_parts(decided, seal),
    )


def _parts(decided: Draft, seal: bytes) -> tuple[Personal, ...]:
    """Entered values by subject and group, and the seal; the holder of an act's extract is the act's principal."""
    known: Mapping[str, bytes] = {}
    if decided.act is not None:
        principal = act_kind(decided.act.kind).principal
        known = {HOLDER: decided.act.subject_keys[principal]}
    grouped: dict[tuple[str, str], dict[str, Any]] = {(HOLDER, "seal"): {"seal": seal}}
    for name, value in decided.entered.items():
        declared = decided.type.by_name[name]
        grouped.setdefault((declared.subject, declared.group), {})[name] = value
    return tuple(Personal(subject, group, part, known.get(subject)) for (subject, group), part in grouped.items())


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
    _require(state, ("issued", "delivered", "suspended"), "print")
    return DocumentPrinted(state.copies, office, officer, on)


def deliver(state: Document, office: str, officer: str, on: str) -> Event:
    """Decide the delivery."""
    _require(state, ("issued",), "deliver")
    return DocumentDelivered(office, officer, on)


def suspend(state: Document, reason: str, office: str, officer: str, on: str) -> Event:
    """Decide a suspension."""
    _require(state, ("issued", "delivered"), "suspend")
    _REASON.check(reason)
    return DocumentSuspended(reason, office, officer, on)


def resume(state: Document, reason: str, office: str, officer: str, on: str) -> Event:
    """Decide the end of a suspension."""
    _require(state, ("suspended",), "resume")
    _REASON.check(reason)
    return DocumentResumed(reason, office, officer, on)


def revoke(state: Document, reason: str, office: str, officer: str, on: str) -> Event:
    """Decide a revocation; it is final."""
    _require(state, ("issued", "delivered", "suspended", "superseded"), "revoke")
    _REASON.check(reason)
    return DocumentRevoked(reason, office, officer, on)


def supersede(state: Document, by_type: str, by: str, office: str, officer: str, on: str) -> Event:
    """Decide that another document, of the same type, takes its place."""
    _require(state, ("issued", "delivered", "suspended"), "supersede")
    if state.issued is None or state.issued.type != by_type:
        raise FieldInvalid("supersedes", f"is not a {by_type}", f"n'est pas du type « {by_type} »")
    return DocumentSuperseded(by, office, officer, on)


def _require(state: Document, states: tuple[str, ...], action: str) -> None:
    if state.state not in states:
        number = state.issued.number if state.issued else "?"
        raise WrongState(f"document {number}", state.state, action)
