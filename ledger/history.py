"""The few streams that everything relies on, read whole before an audit: keys, offices, registers, the log's own.

What they say is believed only as far as it goes: every one of their events is verified when its own index is audited.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from sceau.domain import signing_key
from sceau.domain.log_record import FREEZE
from sceau.ledger import envelope
from sceau.ledger.stores.port import LogRow, Store
from sceau.ledger.streams import empty, evolve_of

_EPOCH = date(1970, 1, 1).toordinal()
PREFIXES = ("key:", "office:", "register:", "log:")


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
    states: Mapping[str, Sequence[Any]]  # stream -> its state at version 1, 2, ...
    stood: Mapping[tuple[str, int], tuple[int, int]]  # stream at a version -> idx after which, and until which

    def state(self, stream: str, version: int) -> Any:
        """The state of an office, register or key at a version; None where there is none."""
        states = self.states.get(stream, ())
        return states[version - 1] if 0 < version <= len(states) else None

    @property
    def frozen_at(self) -> int | None:
        """The index after which nothing may come."""
        span = self.stood.get((FREEZE, 1))
        return span[0] if span else None

    @property
    def ministry(self) -> str:
        """The office whose key stands at index 0."""
        return next((key.enrolled.office for key in self.keys.values() if key.since == 0), "")


def read_history(store: Store) -> History:
    """Read those streams; what they say is verified when their own indexes are audited."""
    keys: dict[bytes, EventKey] = {}
    states: dict[str, list[Any]] = {}
    places: dict[str, list[int]] = {}
    for prefix in PREFIXES:
        for row in store.streams(prefix):
            places.setdefault(row.stream, []).append(row.idx)
            folded = states.setdefault(row.stream, [])
            before = folded[-1] if folded else empty(row.stream).state
            try:
                happened = envelope.event(envelope.parse(row.state), None)
                folded.append(evolve_of(row.stream)(before, happened))
            except Exception:  # whatever an insider may have written: it is reported at its own index
                folded.append(before)
                continue
            if isinstance(happened, signing_key.KeyEnrolled) and happened.purpose == "event":
                keys.setdefault(happened.kid, EventKey(happened, row.idx, None))
            elif isinstance(happened, signing_key.KeyRetired):
                _retire(keys, row)
    return History(keys, states, _stood(places))


def _retire(keys: dict[bytes, EventKey], row: LogRow) -> None:
    for kid, key in keys.items():
        if row.stream == f"key:{kid.hex()}":
            keys[kid] = key._replace(until=row.idx)


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
