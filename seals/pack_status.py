"""The status rows of a pack (docs/format/pack.md section 4): 12 bytes where the exact list takes some 40.

    row    = key[8] state reason since[2]       key: first 8 bytes of the seal_id
    state  = 1 revoked, 2 suspended, 3 superseded
    reason = index into the reason codes of the same body; since = days after 2000-01-01, big-endian

Of two documents that share 8 bytes the gravest counts. A day that two bytes cannot hold is the nearest that they can.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from sceau.domain.errors import ListInvalid
from sceau.seals.published import State, StatusEntry

SHORT = 8
ROW_SIZE = SHORT + 4
REASONS_MAX = 200
_STATES: tuple[State, ...] = ("revoked", "suspended", "superseded")
_DAY_0 = date(2000, 1, 1).toordinal()
_DAYS_MAX = (1 << 16) - 1
_REASON = re.compile("[a-z][a-z0-9_]{0,39}")
Entries = Mapping[bytes, StatusEntry]  # by the first 8 bytes of the list key


class Rows(NamedTuple):
    """Status as it stands in a body: the reason codes, and the rows that name them."""

    reasons: list[str]
    rows: bytes


class PackStatus:
    """What is said against seals, by list key."""

    __slots__ = ("short",)

    def __init__(self, short: Entries) -> None:
        self.short = short

    def __len__(self) -> int:
        return len(self.short)

    def get(self, key: bytes) -> StatusEntry | None:
        """What is said against the seal of this list key."""
        return self.short.get(key[:SHORT])


def shortened(entries: Entries) -> Entries:
    """The same entries as a pack can say them, in the order of their keys."""
    found: dict[bytes, StatusEntry] = {}
    for key, entry in sorted(entries.items(), key=lambda item: item[0]):
        day = min(max(entry.since.toordinal(), _DAY_0), _DAY_0 + _DAYS_MAX)
        said = StatusEntry(entry.state, entry.reason, date.fromordinal(day))
        before = found.get(key[:SHORT], said)
        found[key[:SHORT]] = min(before, said, key=lambda one: (_STATES.index(one.state), one.since, one.reason))
    return found


def write_rows(entries: Entries) -> Rows:
    """The rows of shortened entries."""
    reasons = sorted({entry.reason for entry in entries.values()})
    index = {reason: at for at, reason in enumerate(check_reasons(reasons))}
    rows = [
        b"".join(
            (
                key,
                bytes((_STATES.index(entry.state) + 1, index[entry.reason])),
                (entry.since.toordinal() - _DAY_0).to_bytes(2, "big"),
            )
        )
        for key, entry in sorted(entries.items())
    ]
    return Rows(reasons, b"".join(rows))


def read_rows(reasons: object, rows: object) -> Entries:
    """The entries by the first 8 bytes of their keys; ListInvalid for rows in another spelling."""
    words = check_reasons(reasons)
    keys = check_keys(rows, ROW_SIZE, "status")
    return {key[:SHORT]: _entry(key[SHORT:], words) for key in keys}


def check_reasons(reasons: object) -> Sequence[str]:
    """ListInvalid unless these are reason codes, ascending, each once."""
    if type(reasons) is not list or len(reasons) > REASONS_MAX:
        raise ListInvalid(f"pack: at most {REASONS_MAX} reasons")
    if any(type(one) is not str or not _REASON.fullmatch(one) for one in reasons) or reasons != sorted(set(reasons)):
        raise ListInvalid("pack: reasons are codes, ascending, each once")
    return reasons


def check_keys(body: object, size: int, name: str) -> list[bytes]:
    """Rows of `size` bytes, ascending by their first 8, each of these once; else ListInvalid."""
    if type(body) is not bytes or len(body) % size:
        raise ListInvalid(f"pack, {name}: not rows of {size} bytes")
    rows = [body[at : at + size] for at in range(0, len(body), size)]
    if not _ascending([row[:SHORT] for row in rows]):
        raise ListInvalid(f"pack, {name}: keys out of order, or one twice")
    return rows


def _ascending(keys: Sequence[bytes]) -> bool:
    return all(before < after for before, after in pairwise(keys))


def _entry(row: bytes, words: Sequence[str]) -> StatusEntry:
    state, reason = row[0], row[1]
    if not 1 <= state <= len(_STATES) or reason >= len(words):
        raise ListInvalid("pack, status: a state or a reason that there is not")
    return StatusEntry(_STATES[state - 1], words[reason], date.fromordinal(_DAY_0 + int.from_bytes(row[2:], "big")))


def joined(keys: Iterable[bytes]) -> bytes:
    """The first 8 bytes of keys, ascending, each once."""
    return b"".join(sorted({key[:SHORT] for key in keys}))
