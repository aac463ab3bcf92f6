"""Whether an event was allowed, judged from clear fields alone: the rules of the domain, replayed by an auditor.

key.* office.* mandate.*     by the ministry, which signed index 0; and so
lists.* view.* child_log.* clock.* log.*
erasure.*                    by the ministry, under a mandate to supervise; it names data keys of the document's own
act.* document.* register.*  by an office for itself (the ministry may supervise a document), under a mandate of the
                             officer that covered it, at the office version in the read-set
a numbered event             in the stream of its own number, from a register of the office itself
an act                       by the office that holds it
every event                  in a state of its stream that it may follow (the domain's own tables)
a new number                 from a register that was open, at its version in the read-set
document.issued              of a type that such an office may issue; about an act: at a version that is in the
                             read-set, established and not annulled
what lists are made of       the day it was done is a day, and a seal's id has 32 bytes
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sceau.domain import numbering, office
from sceau.domain.civil_act import CivilAct
from sceau.domain.document import Document, DocumentIssued
from sceau.domain.document_type import document_type
from sceau.domain.erasure import ErasureOrdered
from sceau.domain.errors import SceauError
from sceau.domain.events import Event
from sceau.domain.log_record import CLOCK, FREEZE, LISTS
from sceau.ledger import erasures
from sceau.ledger.envelope import Envelope, Meta
from sceau.ledger.history import History, day_of
from sceau.ledger.stores.port import LogRow
from sceau.ledger.streams import may_follow_of

_MINISTRY = ("key.", "office.", "mandate.", "lists.", "view.", "child_log.", "clock.", "log.", "erasure.")
_STREAM_OF: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "act.declared.v1": lambda clear: f"act:{clear['number']}",
    "act.established.v1": lambda clear: f"act:{clear['number']}",
    "document.issued.v1": lambda clear: f"document:{clear['number']}",
    "register.opened.v1": lambda clear: f"register:{clear['register']}",
    "register.closed.v1": lambda clear: f"register:{clear['register']}",
    "office.opened.v1": lambda clear: f"office:{clear['code']}",
    "key.enrolled.v1": lambda clear: f"key:{clear['kid'].hex()}",
    "erasure.ordered.v1": lambda clear: f"erasure:{clear['number']}",
    "lists.published.v1": lambda clear: LISTS,
    "view.digested.v1": lambda clear: f"log:view:{clear['name']}",
    "child_log.noted.v1": lambda clear: f"log:child:{clear['origin']}",
    "clock.confirmed.v1": lambda clear: CLOCK,
    "log.frozen.v1": lambda clear: FREEZE,
}
_EVERY_TIME = (
    "act.established.v1",
    "register.closed.v1",
    "erasure.ordered.v1",
    "lists.published.v1",
    "view.digested.v1",
    "child_log.noted.v1",
    "clock.confirmed.v1",
)
_DAYS = ("on", "issued_on")
_SEAL_ID = 32
_NOT_FOR_EXTRACTS = ("act.declared.v1", "act.annulled.v1")
_ALLOWED_MAX = 4_096


class Rules:
    """The rules, over one history. What an officer was once found to be allowed is not asked again that day."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._allowed: set[tuple[Any, ...]] = set()

    def why_not(
        self,
        found: Envelope,
        kind: type[Event],
        before: Any,
        register: str | None,
        rows: Mapping[tuple[str, int], LogRow],
    ) -> str:
        """Why the event should not exist, or "".

        `kind` is its class, `before` its stream's state, `register` the one that a new number is from ("": from none),
        `rows` the acts relied upon.
        """
        meta, topic, clear = found.meta, found.topic, found.clear
        if meta.version == 1 or topic in _EVERY_TIME:
            named = _STREAM_OF.get(topic)
            if named is not None and named(clear) != meta.stream:
                return f"{topic} speaks of {named(clear)} and stands in {meta.stream}"
        if not may_follow_of(meta.stream)(before, kind, clear):
            return f"{topic} may not follow what came before it in {meta.stream}"
        if topic.startswith(_MINISTRY):
            ministry = self._history.ministry
            if meta.office != ministry:
                return f"only {ministry} may, not {meta.office}"
            if kind is not ErasureOrdered:
                return ""
        if clear.get("office", meta.office) != meta.office:
            return f"speaks for {clear['office']} under the key of {meta.office}"
        relied = dict(meta.read_set)
        return (
            self._not_now(found, kind, before, register, relied)
            or (_no_act(clear, relied, rows) if kind is DocumentIssued else "")
            or (erasures.why_not(found, rows) if kind is ErasureOrdered else "")
            or _not_for_lists(clear)
        )

    def _not_now(
        self, found: Envelope, kind: type[Event], before: Any, register: str | None, relied: Mapping[str, int]
    ) -> str:
        """Why the office or its officer may not, as they stood."""
        meta, clear = found.meta, found.clear
        stood = relied.get(f"office:{meta.office}", 0)
        if meta.version != 1 or not register:
            return self._asked(found, kind, before, register, relied, stood)
        type, document_class = clear.get("type"), clear.get("document_class")
        given = relied.get(f"register:{register}", 0)
        asked = (kind, meta.office, stood, meta.officer, day_of(meta.time), register, given, type, document_class)
        if asked in self._allowed:
            return ""
        detail = self._asked(found, kind, before, register, relied, stood)
        if not detail:
            if len(self._allowed) >= _ALLOWED_MAX:
                self._allowed.clear()
            self._allowed.add(asked)
        return detail

    def _asked(
        self,
        found: Envelope,
        kind: type[Event],
        before: Any,
        register: str | None,
        relied: Mapping[str, int],
        stood: int,
    ) -> str:
        meta, topic, clear = found.meta, found.topic, found.clear
        here = self._history.state(f"office:{meta.office}", stood)
        if topic.startswith("register."):
            register = clear["register"]
        foreign = _foreign(meta, register, before, here)
        if foreign or topic == "register.opened.v1":
            return foreign
        if topic == "register.closed.v1":
            register = None  # it closes one; it takes no number
        return (
            _no_mandate(meta, _powers(found, kind, before), here)
            or _no_register(meta.stream, register, relied, self._history)
            or (_no_type(clear["type"], here) if kind is DocumentIssued else "")
        )


def _not_for_lists(clear: Mapping[str, Any]) -> str:
    """Why no list could tell of it: one such event, signed by any office, would stop every publication."""
    for name in _DAYS:
        if name in clear and not _is_day(clear[name]):
            return f"{name} is no day"
    return "" if len(clear.get("seal_id", bytes(_SEAL_ID))) == _SEAL_ID else "its seal id is none"


@lru_cache(maxsize=1_024)
def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _foreign(meta: Meta, register: str | None, before: Any, here: office.Office | None) -> str:
    """Why an office may not touch this: an act that another holds, or another's register."""
    if isinstance(before, CivilAct) and before.office not in ("", meta.office):
        return f"the act is held by {before.office}, not by {meta.office}"
    if register and (here is None or not numbering.kept_by(register, here.code, here.short)):
        return f"register {register} is not kept by {meta.office}"
    return ""


def _powers(found: Envelope, kind: type[Event], before: Any) -> tuple[str, ...]:
    """The powers of which one is needed."""
    if kind is DocumentIssued:
        return (found.clear["document_class"],)
    if isinstance(before, Document) and before.issued is not None:
        own = before.issued.office == found.meta.office
        return (before.issued.document_class, office.SUPERVISE) if own else (office.SUPERVISE,)
    return (office.ACTS,) if found.topic.startswith("act.") else (office.SUPERVISE,)


def _no_mandate(meta: Meta, powers: tuple[str, ...], here: office.Office | None) -> str:
    mandate = here.mandates.get(meta.officer) if here is not None and here.closed_on is None else None
    if mandate is not None:
        day = day_of(meta.time)
        for power in powers:
            if mandate.covers(power, day):
                return ""
    return f"{meta.officer} held no '{powers[0]}' mandate at {meta.office}"


def _no_register(stream: str, register: str | None, relied: Mapping[str, int], history: History) -> str:
    if register is None:
        return ""
    if not register:
        return f"{stream} is the number of no register"
    named = f"register:{register}"
    state = history.state(named, relied.get(named, 0))
    return "" if state is not None and state.closed_on is None else f"register {register} was not open"


def _no_type(code: str, here: office.Office) -> str:
    try:
        office.require_type(here, document_type(code))
    except SceauError as error:
        return str(error)
    return ""


def _no_act(clear: Mapping[str, Any], relied: Mapping[str, int], rows: Mapping[tuple[str, int], LogRow]) -> str:
    if clear["act"] is None:
        return ""
    act, version = f"act:{clear['act']}", clear["act_version"] or 0
    row = rows.get((act, version))
    good = relied.get(act) == version and row is not None and row.topic not in _NOT_FOR_EXTRACTS
    return "" if good else f"issued from {clear['act']} version {version}, which was not established"
