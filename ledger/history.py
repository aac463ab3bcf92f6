"""The few streams that everything relies on, read whole before an audit: keys, offices, registers.

What they say is believed only as far as it goes: every one of their events is verified when its own index is audited.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sceau.domain import office, signing_key
from sceau.domain.errors import SceauError
from sceau.ledger import envelope
from sceau.ledger.stores.port import Store

_EPOCH = date(1970, 1, 1).toordinal()
PREFIXES = ("key:", "office:", "register:")


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
    offices: Mapping[str, Sequence[office.Office]]
    places: Mapping[str, Sequence[int]]  # stream -> idx of version 1, 2, ...

    @property
    def ministry(self) -> str:
        """The office whose key stands at index 0."""
        return next((key.enrolled.office for key in self.keys.values() if key.since == 0), "")


def read_history(store: Store) -> History:
    """Read keys, offices and registers; what they say is verified when their own indexes are audited."""
    keys: dict[bytes, EventKey] = {}
    offices: dict[str, list[office.Office]] = {}
    places: dict[str, list[int]] = {}
    for prefix in PREFIXES:
        for row in store.streams(prefix):
            places.setdefault(row.stream, []).append(row.idx)
            try:
                happened = envelope.event(envelope.parse(row.state), None)
            except SceauError:
                continue  # reported at its own index
            if isinstance(happened, signing_key.KeyEnrolled) and happened.purpose == "event":
                keys.setdefault(happened.kid, EventKey(happened, row.idx, None))
            elif isinstance(happened, signing_key.KeyRetired):
                kid = bytes.fromhex(row.stream.removeprefix("key:"))
                if kid in keys:
                    keys[kid] = keys[kid]._replace(until=row.idx)
            elif prefix == "office:":
                states = offices.setdefault(row.stream, [])
                states.append(office.evolve(states[-1] if states else office.Office(), happened))
    return History(keys, offices, places)


@lru_cache(maxsize=64)
def _date(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()


def day_of(time: int) -> str:
    """The UTC date of an instant in milliseconds."""
    return _date(time // 86_400_000)
