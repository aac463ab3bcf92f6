"""The act in the civil register (Loi 2011-087, Code des personnes et de la famille).

    act = [declared] -> established -> (mentioned | rectified)* -> [annulled]

The law itself is append-only: what is written is never changed, a mention is entered. Only a court decision
rectifies or annuls. A foreign act is transcribed with its errors (art. 198); a *jugement supplétif* is transcribed
(art. 133). Extracts and copies are documents of their own, each pinned to one version of the act.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sceau.domain.document_type import ActKind, Field, Kind, Label, act_kind
from sceau.domain.errors import DecisionRequired, FieldInvalid, WrongState
from sceau.domain.events import Event, FreshKey, Personal, personal_parts, topic, unnamed

ORIGINS = ("declaration", "judgment", "foreign")
MENTIONS = ("marriage", "divorce", "death", "recognition", "rectification", "annulment", "other")
_TEXT = Field("text", Label("Texte de la mention", "Text of the mention"), Kind.TEXT, length_max=400)
_REFERENCE = Field("reference", Label("Référence", "Reference"), Kind.TEXT, length_max=120)
_DAY = Field("date", Label("Date", "Date"), Kind.DATE)


@topic("act.declared.v1")
@dataclass(frozen=True, slots=True)
class ActDeclared(Event):
    """Somebody declared the fact; the act awaits the officer's signature."""

    number: str
    kind: str
    kind_version: int
    office: str
    officer: str
    on: str


@topic("act.established.v1")
@dataclass(frozen=True, slots=True)
class ActEstablished(Event):
    """A mandated officer signed the act; carries the values unless they were declared before."""

    number: str
    kind: str
    kind_version: int
    office: str
    officer: str
    on: str
    origin: str
    reference: str | None


@topic("act.mentioned.v1")
@dataclass(frozen=True, slots=True)
class ActMentioned(Event):
    """A mention was entered in the margin."""

    mention: str
    office: str
    officer: str
    on: str
    reference: str


@topic("act.rectified.v1")
@dataclass(frozen=True, slots=True)
class ActRectified(Event):
    """A court decision changed values of the act."""

    court: str
    decision: str
    decided_on: str
    office: str
    officer: str
    on: str
    fields: tuple[str, ...]


@topic("act.annulled.v1")
@dataclass(frozen=True, slots=True)
class ActAnnulled(Event):
    """A court decision declared the act void."""

    court: str
    decision: str
    decided_on: str
    office: str
    officer: str
    on: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention in the margin."""

    mention: str
    on: str
    reference: str
    text: str


@dataclass(frozen=True, slots=True)
class CivilAct:
    """One act as its events leave it; `values` are empty where the reader holds no key."""

    number: str = ""
    kind: str = ""
    office: str = ""
    officer: str = ""
    state: str = "none"
    declared_on: str = ""
    established_on: str = ""
    origin: str = ""
    reference: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    mentions: tuple[Mention, ...] = ()
    subject_keys: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CourtDecision:
    """Who decided, under which number, when."""

    court: str
    number: str
    date: str

    def check(self) -> None:
        """DecisionRequired unless all three are given and well spelled."""
        if not (self.court and self.number and self.date):
            raise DecisionRequired()
        replace(_REFERENCE, name="court").check(self.court)
        replace(_REFERENCE, name="decision").check(self.number)
        _DAY.check(self.date)


def evolve(state: CivilAct, event: Event) -> CivilAct:
    """Apply one event."""
    match event:
        case ActDeclared():
            values, keys = _personal(state, event)
            begun = CivilAct(event.number, event.kind, event.office, event.officer, "declared", event.on)
            return replace(begun, values=values, subject_keys=keys)
        case ActEstablished():
            values, keys = _personal(state, event)
            return CivilAct(
                event.number,
                event.kind,
                event.office,
                event.officer,
                "established",
                state.declared_on or event.on,
                event.on,
                event.origin,
                event.reference,
                values,
                (),
                keys,
            )
        case ActMentioned():
            text = str((event.personal[0].values or {}).get("text", "")) if event.personal else ""
            mention = Mention(event.mention, event.on, event.reference, text)
            return replace(state, mentions=(*state.mentions, mention))
        case ActRectified():
            reference = f"{event.court}, {event.decision}, {event.decided_on}"
            mention = Mention("rectification", event.on, reference, "")
            values, keys = _personal(state, event)
            return replace(state, values=values, subject_keys=keys, mentions=(*state.mentions, mention))
        case ActAnnulled():
            return replace(state, state="annulled")
        case _:
            return state


def _personal(state: CivilAct, event: Event) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    """The values and the subjects' data keys after an event."""
    values, keys = dict(state.values), dict(state.subject_keys)
    for part in event.personal:
        values.update(part.values or {})
        if part.key_id is not None:
            keys[part.subject] = part.key_id
    return values, keys


def declare(
    kind: ActKind,
    number: str,
    values: Mapping[str, str],
    office: str,
    officer: str,
    on: str,
    fresh: FreshKey = unnamed,
) -> Event:
    """Decide a declaration; `fresh` names a data key for a subject."""
    _check(kind, values, "declaration", on)
    parts = personal_parts(kind.parts, values, {}, fresh)
    return ActDeclared(number, kind.code, kind.version, office, officer, on, personal=parts)


def establish(
    state: CivilAct,
    kind: ActKind,
    number: str,
    values: Mapping[str, str],
    office: str,
    officer: str,
    on: str,
    origin: str = "declaration",
    reference: str | None = None,
    fresh: FreshKey = unnamed,
) -> Event:
    """Decide that the act is established: from `values`, or as it was declared (then `values` is empty)."""
    if state.state not in _FROM[ActEstablished]:
        raise WrongState(f"act {number}", state.state, "establish")
    if origin not in ORIGINS:
        raise FieldInvalid("origin", f"one of {', '.join(ORIGINS)}", f"un de {', '.join(ORIGINS)}")
    if origin != "declaration" and not reference:
        raise DecisionRequired()
    if reference:
        _REFERENCE.check(reference)
    if state.state == "none":
        _check(kind, values, origin, on)
    personal = personal_parts(kind.parts, values, {}, fresh) if state.state == "none" else ()
    return ActEstablished(number, kind.code, kind.version, office, officer, on, origin, reference, personal=personal)


def _check(kind: ActKind, values: Mapping[str, str], origin: str, on: str) -> None:
    kind.check(values, ordered=origin != "foreign")
    event_date = values.get(kind.event_date, on)
    if event_date > on:
        raise FieldInvalid(kind.event_date, "is in the future", "est dans l'avenir")


def mention(
    state: CivilAct,
    what: str,
    text: str,
    reference: str,
    office: str,
    officer: str,
    on: str,
    fresh: FreshKey = unnamed,
) -> Event:
    """Decide a mention in the margin."""
    _require_established(state, "mention")
    if what not in MENTIONS:
        raise FieldInvalid("mention", f"one of {', '.join(MENTIONS)}", f"un de {', '.join(MENTIONS)}")
    _TEXT.check(text)
    _REFERENCE.check(reference)
    subject = act_kind(state.kind).principal
    part = Personal(subject, "mention", {"text": text}, state.subject_keys.get(subject) or fresh(subject))
    return ActMentioned(what, office, officer, on, reference, personal=(part,))


def rectify(
    state: CivilAct,
    values: Mapping[str, str],
    decision: CourtDecision,
    office: str,
    officer: str,
    on: str,
    fresh: FreshKey = unnamed,
) -> Event:
    """Decide a rectification ordered by a court; `values` holds the corrected fields alone."""
    _require_established(state, "rectify")
    decision.check()
    if not values:
        raise FieldInvalid("values", "nothing to rectify", "rien à rectifier")
    kind = act_kind(state.kind)
    kind.check({**state.values, **values}, ordered=state.origin != "foreign")
    changed = tuple(sorted(values))
    parts = personal_parts(kind.parts, values, state.subject_keys, fresh)
    return ActRectified(decision.court, decision.number, decision.date, office, officer, on, changed, personal=parts)


def annul(state: CivilAct, decision: CourtDecision, office: str, officer: str, on: str) -> Event:
    """Decide an annulment ordered by a court."""
    _require_established(state, "annul")
    decision.check()
    return ActAnnulled(decision.court, decision.number, decision.date, office, officer, on)


_FROM: Mapping[type[Event], tuple[str, ...]] = {
    ActDeclared: ("none",),
    ActEstablished: ("none", "declared"),
    ActMentioned: ("established",),
    ActRectified: ("established",),
    ActAnnulled: ("established",),
}


def may_follow(state: CivilAct, kind: type[Event], clear: Mapping[str, Any]) -> bool:
    """Whether such an event may come after this state: commands decide by it, auditors replay it."""
    return state.state in _FROM.get(kind, ())


def _require_established(state: CivilAct, action: str) -> None:
    if state.state != "established":
        raise WrongState(f"act {state.number}", state.state, action)
