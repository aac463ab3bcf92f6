"""The few streams that everything relies on, read whole before an audit: keys, offices, registers, erasure orders, the
log's own.

What they say is believed only as far as it goes: every one of their events is verified when its own index is audited.
So their events are kept, and folded once, as far as another event relied on them. States share what they hold
(domain/book.py): thousands that nobody signed cost their own size.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from sceau.domain import signing_key
from sceau.domain.errors import SceauError
from sceau.domain.events import Event
from sceau.domain.log_record import FREEZE
from sceau.ledger import envelope, erasures
from sceau.ledger.stores.port import LogRow, Store
from sceau.ledger.streams import empty, evolve_of

_EPOCH = date(1970, 1, 1).toordinal()
_KID = re.compile("(?:[0-9a-f]{2})+")
PREFIXES = ("key:", "office:", "register:", "erasure:", "log:")


class EventKey(NamedTuple):
    """An event key and the span of the log in which it could sign."""

    enrolled: signing_key.KeyEnrolled
    since: int
    until: int | None

    def signs(self, idx: int, office_code: str, day: str) -> bool:
        """Whether it could sign at that index, for that office, on that day."""
        alive = (self.since < idx or idx == 0) and (self.until is None or idx <= self.until)
        return (
            alive
            and self.enrolled.office == office_code
            and self.enrolled.valid_from <= day <= self.enrolled.valid_until
        )


class History(NamedTuple):
    """The few streams that everything relies on, whole: keys, offices, registers."""

    keys: Mapping[bytes, EventKey]
    events: Mapping[str, Sequence[Event | None]]  # stream -> its events in order; None for one that is none
    stood: Mapping[tuple[str, int], tuple[int, int]]  # stream at a version -> idx after which, and until which
    folded: dict[str, list[Any]]  # stream -> its states from version 0 on, as far as one was asked for

    def state(self, stream: str, version: int) -> Any:
        """The state of an office, register or key at a version; None where there is none."""
        events = self.events.get(stream, ())
        if not 0 < version <= len(events):
            return None
        states = self.folded.setdefault(stream, [empty(stream).state])
        for event in events[len(states) - 1 : version]:
            states.append(_applied(stream, states[-1], event))
        return states[version]

    @property
    def frozen_at(self) -> int | None:
        """The index after which nothing may come."""
        span = self.stood.get((FREEZE, 1))
        return span[0] if span else None

    @property
    def erased(self) -> erasures.Erased:
        """The data keys that erasure orders name."""
        orders = ((stream, one) for stream, events in self.events.items() for one in events)
        return erasures.named(order for order in orders if order[0].startswith(erasures.PREFIX))

    @property
    def ministry(self) -> str:
        """The office whose key stands at index 0."""
        return next((key.enrolled.office for key in self.keys.values() if key.since == 0), "")


def read_history(store: Store) -> History:
    """Read those streams; what they say is verified when their own indexes are audited."""
    keys: dict[bytes, EventKey] = {}
    events: dict[str, list[Event | None]] = {}
    places: dict[str, list[int]] = {}
    for prefix in PREFIXES:
        for row in store.streams(prefix):
            happened = _event(row)
            places.setdefault(row.stream, []).append(row.idx)
            events.setdefault(row.stream, []).append(happened)
            if isinstance(happened, signing_key.KeyEnrolled) and happened.purpose == "event":
                keys.setdefault(happened.kid, EventKey(happened, row.idx, None))
            elif isinstance(happened, signing_key.KeyRetired):
                _retire(keys, row)
    return History(keys, events, _stood(places), {})


def _event(row: LogRow) -> Event | None:
    try:
        return envelope.event(envelope.parse(row.state), None)
    except SceauError:
        return None  # it is reported at its own index


def _applied(stream: str, state: Any, event: Event | None) -> Any:
    """The state after an event; as it was where the event cannot follow, whatever an insider may have written."""
    try:
        return state if event is None else evolve_of(stream)(state, event)
    except Exception:
        return state


def _retire(keys: dict[bytes, EventKey], row: LogRow) -> None:
    name = row.stream.removeprefix("key:")
    kid = bytes.fromhex(name) if _KID.fullmatch(name) else b""
    if kid in keys:
        keys[kid] = keys[kid]._replace(until=row.idx)


def _stood(places: Mapping[str, Sequence[int]]) -> dict[tuple[str, int], tuple[int, int]]:
    """The span of each version, version 0 included, from the idx of each stream's events."""
    return {
        (stream, version): span
        for stream, at in places.items()
        for version, span in enumerate(pairwise([-1, *at, sys.maxsize]))
    }


@lru_cache(maxsize=64)
def _date(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()


def day_of(time: int) -> str:
    """The UTC date of an instant in milliseconds."""
    return _date(time // 86_400_000)
