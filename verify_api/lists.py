"""What a checker knows besides keys: which seals were made, and which of them no longer count.

Both lists speak for one authority only, and for the day on which they were signed: fresh for a day, then old, and after
seven days no longer able to say that nothing speaks against a seal.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Protocol

from sceau.seals.published import StatusEntry

DAY_S = 86_400
AGE_FRESH_DAYS = 1
AGE_MAX_DAYS = 7
_UNIX_EPOCH = date(1970, 1, 1).toordinal()


class Entries(Protocol):
    """What is said against seals: of the exact list, or of a pack."""

    def get(self, key: bytes, /) -> StatusEntry | None:
        """What is said against the seal of this list key."""

    def __len__(self) -> int: ...


class Members(Protocol):
    """The list keys of seals that were made: the exact list, or the positive set of a pack."""

    def __contains__(self, key: bytes, /) -> bool: ...

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class StatusList:
    """Every seal of `authority` that was revoked, suspended or superseded, by list key."""

    authority: str
    version: int
    issued_at: int  # Unix seconds
    as_of: int  # the ledger's index up to which the list speaks
    entries: Entries


@dataclass(frozen=True, slots=True)
class IssuedList:
    """Every seal that `authority` made."""

    authority: str
    version: int
    issued_at: int
    as_of: int
    members: Members


def age_days(issued_at: int, today: date) -> int:
    """How many calendar days (UTC) a list has on the verifier's `today`; negative if the list comes from the future."""
    return today.toordinal() - _UNIX_EPOCH - issued_at // DAY_S


def day_of(issued_at: int) -> date:
    """The calendar day (UTC) of an instant in Unix seconds."""
    return date.fromordinal(_UNIX_EPOCH + issued_at // DAY_S)


class Freshness(Enum):
    """How far lists may be relied on."""

    FRESH = "fresh"
    OLD = "old"
    TOO_OLD = "too_old"
    AHEAD = "ahead"  # they come from the future: the verifier's clock is behind


@lru_cache(maxsize=64)
def freshness(instants: tuple[int, ...], today: date) -> Freshness:
    """What lists signed at `instants` (Unix seconds) are worth together; a day's difference may be the time zone's."""
    ages = [age_days(instant, today) for instant in instants]
    if min(ages) < -1:
        return Freshness.AHEAD
    if max(ages) > AGE_MAX_DAYS:
        return Freshness.TOO_OLD
    return Freshness.OLD if max(ages) > AGE_FRESH_DAYS else Freshness.FRESH
