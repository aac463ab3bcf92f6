"""The kinds of streams: how each begins, applies an event, and tells whether an event may come. Pure.

stream = "office:PAR" | "register:PAR-2026-N" | "act:PAR-2026-N-000012" | "document:VPA26000A" | "key:<kid hex>"
       | "erasure:VPA26000A" | "log:lists" | "log:view:status_v1" | "log:child:<origin>" | "log:clock"
       | "log:freeze"
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sceau.domain import civil_act, document, erasure, log_record, numbering, office, signing_key
from sceau.domain.events import Event


class Stream(NamedTuple):
    """One stream folded: its state, its version (0: none), the digest of its last event."""

    state: Any
    version: int
    tail: bytes


Evolve = Callable[[Any, Event], Any]
MayFollow = Callable[[Any, type[Event], Mapping[str, Any]], bool]
KINDS: Mapping[str, tuple[Any, Evolve, MayFollow]] = {
    "office": (office.Office(), office.evolve, office.may_follow),
    "register": (numbering.Register(), numbering.evolve, numbering.may_follow),
    "act": (civil_act.CivilAct(), civil_act.evolve, civil_act.may_follow),
    "document": (document.Document(), document.evolve, document.may_follow),
    "erasure": (erasure.Erasure(), erasure.evolve, erasure.may_follow),
    "key": (signing_key.SigningKey(), signing_key.evolve, signing_key.may_follow),
    "log": (log_record.LogRecord(), log_record.evolve, log_record.may_follow),
}


def kind_of(stream: str) -> str:
    """The part before the colon."""
    return stream.partition(":")[0]


def empty(stream: str) -> Stream:
    """A stream before its first event."""
    return Stream(KINDS[kind_of(stream)][0], 0, b"")


def evolve_of(stream: str) -> Evolve:
    """How this kind of stream applies an event."""
    return KINDS[kind_of(stream)][1]


def may_follow_of(stream: str) -> MayFollow:
    """How this kind of stream tells whether an event may come."""
    return KINDS[kind_of(stream)][2]
