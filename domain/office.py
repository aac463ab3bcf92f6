"""Offices and who may sign there.

    office  = opened -> (mandate granted | mandate ended)* -> closed
    mandate = officer, powers, from day, until day

An officer is named by a pseudonym in the clear; the name printed on papers is personal. A power is the value of a
document class ("visa", "civil_status", ...), `acts` for the civil register, or `supervise` for suspending and
revoking what others issued. An honorary consulate holds no visa power, whatever is granted (OfficeKind,
DocumentType.issued_by).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sceau.domain.book import Book
from sceau.domain.document_type import DocumentClass, DocumentType, OfficeKind
from sceau.domain.errors import FieldInvalid, NotEntitled, NotMandated, WrongState
from sceau.domain.events import Event, FreshKey, Personal, personal_values, topic, unnamed

ACTS = "acts"
SUPERVISE = "supervise"
POWERS = (ACTS, *(c.value for c in DocumentClass), SUPERVISE)


@topic("office.opened.v1")
@dataclass(frozen=True, slots=True)
class OfficeOpened(Event):
    """A mission, or the ministry itself, began to work."""

    code: str
    short: str
    kind: str
    country: str
    city: str
    name_fr: str
    name_en: str
    on: str


@topic("office.closed.v1")
@dataclass(frozen=True, slots=True)
class OfficeClosed(Event):
    """The office issues nothing more."""

    on: str
    reason: str


@topic("mandate.granted.v1")
@dataclass(frozen=True, slots=True)
class MandateGranted(Event):
    """An officer may sign here; the personal part holds name and title as printed."""

    officer: str
    powers: tuple[str, ...]
    valid_from: str
    valid_until: str


@topic("mandate.ended.v1")
@dataclass(frozen=True, slots=True)
class MandateEnded(Event):
    """From this day on the officer signs nothing here."""

    officer: str
    on: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """What one officer may sign, on which days (both included)."""

    powers: tuple[str, ...]
    valid_from: str
    valid_until: str
    name: str = ""
    title: str = ""
    ended_on: str | None = None
    key_id: bytes | None = None

    def covers(self, power: str, day: str) -> bool:
        """Whether the power is held on that day (YYYY-MM-DD)."""
        ended = self.ended_on is not None and day >= self.ended_on
        return power in self.powers and self.valid_from <= day <= self.valid_until and not ended


@dataclass(frozen=True, slots=True)
class Office:
    """One office as its events leave it."""

    code: str = ""
    short: str = ""
    kind: OfficeKind = OfficeKind.MINISTRY
    country: str = ""
    city: str = ""
    name_fr: str = ""
    name_en: str = ""
    closed_on: str | None = None
    mandates: Book[Mandate] = field(default_factory=Book)


def evolve(state: Office, event: Event) -> Office:
    """Apply one event."""
    match event:
        case OfficeOpened():
            return Office(
                event.code,
                event.short,
                OfficeKind(event.kind),
                event.country,
                event.city,
                event.name_fr,
                event.name_en,
            )
        case OfficeClosed():
            return replace(state, closed_on=event.on)
        case MandateGranted():
            named = personal_values(event.personal)
            key_id = event.personal[0].key_id if event.personal else None
            mandate = Mandate(
                event.powers,
                event.valid_from,
                event.valid_until,
                named.get("name", ""),
                named.get("title", ""),
                key_id=key_id,
            )
            return replace(state, mandates=state.mandates.written(event.officer, mandate))
        case MandateEnded():
            ended = replace(state.mandates[event.officer], ended_on=event.on)
            return replace(state, mandates=state.mandates.written(event.officer, ended))
        case _:
            return state


def require(office: Office, officer: str, power: str, day: str) -> Mandate:
    """The mandate under which `officer` acts; NotEntitled or NotMandated otherwise."""
    require_open(office)
    mandate = office.mandates.get(officer)
    if mandate is None or not mandate.covers(power, day):
        raise NotMandated(officer, power, office.code, day)
    return mandate


def require_open(office: Office) -> None:
    """NotEntitled for an office that was never opened or is closed."""
    if not office.code or office.closed_on is not None:
        raise NotEntitled(office.code or "?", "the office is not open", "le poste n'est pas ouvert")


def require_type(office: Office, declared: DocumentType) -> None:
    """NotEntitled where this kind of office may not issue this type."""
    if office.kind not in declared.issued_by:
        raise NotEntitled(
            office.code,
            f"an office of kind {office.kind.value} does not issue {declared.code}",
            f"un poste de type {office.kind.value} ne délivre pas « {declared.title.fr} »",
        )


def grant(
    state: Office,
    officer: str,
    powers: tuple[str, ...],
    since: str,
    until: str,
    name: str,
    title: str,
    fresh: FreshKey = unnamed,
) -> Event:
    """Decide a mandate."""
    require_open(state)
    for power in powers:
        if power not in POWERS:
            raise FieldInvalid("powers", f"one of {', '.join(POWERS)}", f"un de {', '.join(POWERS)}")
    if since > until:
        raise FieldInvalid("valid_until", "is before valid_from", "précède valid_from")
    known = state.mandates.get(officer)
    part = Personal("officer", "name", {"name": name, "title": title}, (known and known.key_id) or fresh("officer"))
    return MandateGranted(officer, powers, since, until, personal=(part,))


def end_mandate(state: Office, officer: str, on: str, reason: str) -> Event:
    """Decide the end of a mandate."""
    mandate = state.mandates.get(officer)
    if mandate is None or mandate.ended_on is not None:
        raise WrongState(f"{officer}@{state.code}", "no mandate", "end the mandate")
    return MandateEnded(officer, on, reason)


def close(state: Office, on: str, reason: str) -> Event:
    """Decide the closing of an office."""
    require_open(state)
    return OfficeClosed(on, reason)


def may_follow(state: Office, kind: type[Event], clear: Mapping[str, Any]) -> bool:
    """Whether such an event, with these clear fields, may come after this state."""
    if kind is OfficeOpened:
        return not state.code
    if kind is MandateEnded:
        mandate = state.mandates.get(clear["officer"])
        return mandate is not None and mandate.ended_on is None
    return bool(state.code) and state.closed_on is None
