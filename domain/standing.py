"""What a document counts for in view of its act, and in which words that may be published.

    standing   revoked > act annulled > suspended > superseded > act changed > issued, delivered      the gravest first
    reason     act_annulled | act_changed | replaced | lost | stolen | error | fraud | court | other   alone published

An annulled act takes every document with it; a mention or rectification after the version of issue outdates it. Only a
code is published, never a clerk's own words (reasons.py); "other" stands for whatever an event says that is no code.
"""

from functools import lru_cache
from typing import NamedTuple

from sceau.domain.civil_act import CivilAct
from sceau.domain.document import Document
from sceau.domain.reasons import CLERK_REASONS, OTHER, code_of

ACT_ANNULLED = "act_annulled"
ACT_CHANGED = "act_changed"
REPLACED = "replaced"
REASON_CODES = (ACT_ANNULLED, ACT_CHANGED, REPLACED, *CLERK_REASONS)  # the first three are never a clerk's to claim


class Standing(NamedTuple):
    """What a document counts for: issued, delivered, suspended, superseded or revoked; why, and since which day."""

    state: str
    reason: str | None
    since: str


def counts_for(state: str, act_annulled: bool, act_changed: bool) -> tuple[str, str | None]:
    """The state that counts, and the reason code if it comes from the act (None: the document's own state stands)."""
    if state == "revoked":
        return state, None
    if act_annulled:
        return "revoked", ACT_ANNULLED
    if state in ("suspended", "superseded"):
        return state, None
    return ("superseded", ACT_CHANGED) if act_changed else (state, None)


def standing(own: Standing, annulled_on: str | None, changed_on: str | None) -> Standing:
    """A document's own standing and the days on which its act was annulled, or first changed since it was issued."""
    state, reason = counts_for(own.state, annulled_on is not None, changed_on is not None)
    if reason is None:
        return own
    return Standing(state, reason, (annulled_on if reason == ACT_ANNULLED else changed_on) or own.since)


def standing_now(document: Document, act: CivilAct | None, act_version: int) -> tuple[str, str | None]:
    """`counts_for` of a document and its act as they stand; `act_version` is the act's version now."""
    issued = document.issued
    if issued is None or act is None:
        return document.state, None
    return counts_for(document.state, act.state == "annulled", act_version > (issued.act_version or 0))


@lru_cache(maxsize=256)
def reason_code(text: str) -> str:
    """The code of a clerk's reason: its own, or that of its French or English label, else "other"."""
    return code_of(text, CLERK_REASONS) or OTHER


def published_reason(state: str, text: str | None) -> str | None:
    """What may be said of the reason for a document's own state; never `text`, nor the number of another document."""
    if state == "superseded":
        return REPLACED
    return reason_code(text or "") if state in ("suspended", "revoked") else None
