"""What the ledger records of itself, so that its log proves that too: published lists, views, other logs, its end.

    log:lists            lists.published*       the digests of the files of each publication
    log:view:<name>      view.digested*         the digest of a view without personal data, as an auditor recomputes it
    log:child:<origin>   child_log.noted*       the checkpoint of a mission's own log
    log:clock            clock.confirmed*       an operator's word that the clock is right, after days without an event
    log:freeze           log.frozen             nothing comes after it

Versions, indexes and sizes only grow, and of one size another log has one root. All of it is the ministry's to record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sceau.domain.errors import WrongState
from sceau.domain.events import Event, topic

LISTS = "log:lists"
CLOCK = "log:clock"
FREEZE = "log:freeze"


@topic("lists.published.v1")
@dataclass(frozen=True, slots=True)
class ListsPublished(Event):
    """Publication `version` covers `as_of` events; `names` and `digests` (SHA-256) are of its files, in one order."""

    version: int
    as_of: int
    names: tuple[str, ...]
    digests: tuple[bytes, ...]


@topic("view.digested.v1")
@dataclass(frozen=True, slots=True)
class ViewDigested(Event):
    """The view `name` made of the first `as_of` events has this digest (SHA-256 of its rows in order)."""

    name: str
    as_of: int
    digest: bytes


@topic("child_log.noted.v1")
@dataclass(frozen=True, slots=True)
class ChildLogNoted(Event):
    """Another log of ours had this checkpoint; `note` is the signed note as it was received."""

    origin: str
    size: int
    root: bytes
    note: str


@topic("clock.confirmed.v1")
@dataclass(frozen=True, slots=True)
class ClockConfirmed(Event):
    """An operator read elsewhere that today is `on` (UTC), the day that this event is dated."""

    on: str


@topic("log.frozen.v1")
@dataclass(frozen=True, slots=True)
class LogFrozen(Event):
    """This log takes no more events; `successor` is the origin of the log that goes on, or empty."""

    reason: str
    successor: str
    on: str


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One of these streams as its events leave it: how far it has come, and whether it is the end.

    `root` is that of another log at the size reached.
    """

    reached: int = -1
    frozen: bool = False
    root: bytes = b""


_REACHED = {ListsPublished: "version", ViewDigested: "as_of", ChildLogNoted: "size"}


def evolve(state: LogRecord, event: Event) -> LogRecord:
    """Apply one event."""
    if isinstance(event, LogFrozen):
        return LogRecord(state.reached, frozen=True)
    measure = _REACHED.get(type(event))
    root = event.root if isinstance(event, ChildLogNoted) else b""
    return state if measure is None else LogRecord(getattr(event, measure), state.frozen, root)


def may_follow(state: LogRecord, kind: type[Event], clear: Mapping[str, Any]) -> bool:
    """Whether such an event may come after this state."""
    measure = _REACHED.get(kind)
    if measure is None:
        return kind in (LogFrozen, ClockConfirmed) and not state.frozen
    same = kind is ViewDigested or (kind is ChildLogNoted and clear["root"] == state.root)
    return not state.frozen and (clear[measure] > state.reached or (same and clear[measure] == state.reached))


def record(state: LogRecord, event: Event, clear: Mapping[str, Any], stream: str) -> Event:
    """Decide to record; WrongState where it would go back."""
    if not may_follow(state, type(event), clear):
        raise WrongState(stream, "frozen" if state.frozen else f"already at {state.reached}", "record")
    return event


def note(state: LogRecord, noted: ChildLogNoted, extends: tuple[int, bytes] | None, stream: str) -> Event:
    """Decide to note a head that was proved to extend another; WrongState unless that one was noted last.

    `extends` is its size and root, None where none was noted: of two forks, each proved against the same head, only
    one is noted.
    """
    last = None if state.reached < 0 else (state.reached, state.root)
    if extends != last:
        raise WrongState(stream, f"already at {state.reached}", "record")
    return noted
