"""Whether an event was allowed, judged from clear fields alone: the rules of the domain, replayed by an auditor.

key.* office.* mandate.*     by the ministry, which signed index 0
act.* document.* register.*  by an office for itself (the ministry may supervise a document), under a mandate of the
                             officer that covered it, at the office version in the read-set
every event                  in a state of its stream that it may follow (the domain's own tables)
a new number                 from a register that was open, at its version in the read-set
document.issued              of a type that such an office may issue; about an act: at a version that is in the
                             read-set, established and not annulled
"""

from collections.abc import Mapping
from typing import Any

from sceau.domain import numbering, office
from sceau.domain.document import Document, DocumentIssued
from sceau.domain.document_type import document_type
from sceau.domain.errors import SceauError
from sceau.domain.events import Event
from sceau.ledger.envelope import Envelope
from sceau.ledger.history import History, day_of
from sceau.ledger.states import may_follow_of
from sceau.ledger.stores.port import LogRow

_MINISTRY = ("key.", "office.", "mandate.")
_NOT_FOR_EXTRACTS = ("act.declared.v1", "act.annulled.v1")
_REGISTERED = ("act:", "document:")


def why_not(
    found: Envelope, happened: Event, before: Any, history: History, rows: Mapping[tuple[str, int], LogRow]
) -> str:
    """Why the event should not exist, or ""; `before` is its stream's state, `rows` the acts relied upon."""
    meta = found.meta
    if not may_follow_of(meta.stream)(before, happened):
        return f"{found.topic} may not follow what came before it in {meta.stream}"
    if found.topic.startswith(_MINISTRY):
        return "" if meta.office == history.ministry else f"only {history.ministry} may, not {meta.office}"
    if found.clear.get("office", meta.office) != meta.office:
        return f"speaks for {found.clear['office']} under the key of {meta.office}"
    if found.topic == "register.opened.v1":
        return ""
    reasons = (
        _no_mandate(found, _powers(found, happened, before), history),
        _no_register(found, history),
        _no_type(found, happened, history),
        _no_act(found, happened, rows),
    )
    return next((reason for reason in reasons if reason), "")


def _powers(found: Envelope, happened: Event, before: Any) -> tuple[str, ...]:
    """The powers of which one is needed."""
    if isinstance(happened, DocumentIssued):
        return (happened.document_class,)
    if isinstance(before, Document) and before.issued is not None:
        own = before.issued.office == found.meta.office
        return (before.issued.document_class, office.SUPERVISE) if own else (office.SUPERVISE,)
    return (office.ACTS,) if found.topic.startswith("act.") else (office.SUPERVISE,)


def _no_mandate(found: Envelope, powers: tuple[str, ...], history: History) -> str:
    meta = found.meta
    here = _relied(found, f"office:{meta.office}", history)
    mandate = here.mandates.get(meta.officer) if here is not None and here.closed_on is None else None
    held = mandate is not None and any(mandate.covers(power, day_of(meta.time)) for power in powers)
    return "" if held else f"{meta.officer} held no '{powers[0]}' mandate at {meta.office}"


def _no_register(found: Envelope, history: History) -> str:
    meta = found.meta
    if meta.version != 1 or not meta.stream.startswith(_REGISTERED):
        return ""
    try:
        register = numbering.split(meta.stream.partition(":")[2])[0]
    except SceauError:
        return f"{meta.stream} is the number of no register"
    state = _relied(found, f"register:{register}", history)
    return "" if state is not None and state.closed_on is None else f"register {register} was not open"


def _no_type(found: Envelope, happened: Event, history: History) -> str:
    here = _relied(found, f"office:{found.meta.office}", history)
    if not isinstance(happened, DocumentIssued) or here is None:
        return ""
    try:
        office.require_type(here, document_type(happened.type))
    except SceauError as error:
        return str(error)
    return ""


def _no_act(found: Envelope, happened: Event, rows: Mapping[tuple[str, int], LogRow]) -> str:
    if not isinstance(happened, DocumentIssued) or happened.act is None:
        return ""
    pair = (f"act:{happened.act}", happened.act_version or 0)
    row = rows.get(pair)
    good = pair in found.meta.read_set and row is not None and row.topic not in _NOT_FOR_EXTRACTS
    return "" if good else f"issued from {happened.act} version {pair[1]}, which was not established"


def _relied(found: Envelope, stream: str, history: History) -> Any:
    """The state of a stream as the event's decision read it."""
    return history.state(stream, dict(found.meta.read_set).get(stream, 0))
