"""Who was entitled to write an event, judged from clear fields alone: the rules of the domain, replayed by an auditor.

key.* office.* mandate.*          the ministry, which signed index 0
act.* document.* register.*       an office for itself (the ministry may supervise a document)
document.issued, act.established  an officer whose mandate covered it, at the office version in the read-set
document.issued about an act      the act at a version that is in the read-set, established and not annulled
"""

from collections.abc import Mapping

from sceau.domain import office
from sceau.ledger.envelope import Envelope
from sceau.ledger.history import History, day_of
from sceau.ledger.stores.port import LogRow

_MINISTRY = ("key.", "office.", "mandate.")
_NOT_FOR_EXTRACTS = ("act.declared.v1", "act.annulled.v1")


def why_not(found: Envelope, history: History, rows: Mapping[tuple[str, int], LogRow]) -> str:
    """Why the event should not exist, or ""; `rows` holds the acts that its batch relied on."""
    meta, clear, topic = found.meta, found.clear, found.topic
    if topic.startswith(_MINISTRY):
        return "" if meta.office == history.ministry else f"only {history.ministry} may, not {meta.office}"
    if clear.get("office", meta.office) != meta.office:
        return f"speaks for {clear['office']} under the key of {meta.office}"
    if topic == "document.issued.v1":
        return _no_mandate(found, clear["document_class"], history) or _no_act(found, rows)
    if topic == "act.established.v1":
        return _no_mandate(found, office.ACTS, history)
    return ""


def _no_mandate(found: Envelope, power: str, history: History) -> str:
    meta = found.meta
    version = dict(meta.read_set).get(f"office:{meta.office}", 0)
    states = history.offices.get(f"office:{meta.office}", ())
    mandate = states[version - 1].mandates.get(meta.officer) if 0 < version <= len(states) else None
    held = mandate is not None and mandate.covers(power, day_of(meta.time))
    return "" if held else f"{meta.officer} held no '{power}' mandate"


def _no_act(found: Envelope, rows: Mapping[tuple[str, int], LogRow]) -> str:
    act = found.clear["act"]
    if act is None:
        return ""
    pair = (f"act:{act}", found.clear["act_version"])
    row = rows.get(pair)
    good = pair in found.meta.read_set and row is not None and row.topic not in _NOT_FOR_EXTRACTS
    return "" if good else f"issued from {act} version {pair[1]}, which was not established"
