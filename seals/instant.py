"""Instants in a seal: Unix seconds from 1970 to the year 9999, and the UTC day of one."""

from collections.abc import Mapping
from datetime import date
from typing import Any, overload

from sceau.domain.errors import SealMalformed
from sceau.domain.flaw import Flaw

LAST = 253402300799  # 9999-12-31T23:59:59Z
_DAY = 86400
_EPOCH = date(1970, 1, 1).toordinal()


def read_instant(values: Mapping[Any, Any], key: int | str) -> int | None:
    """The instant under `key`, or None where there is none; SealMalformed for another value."""
    value = values.get(key)
    if value is not None and (type(value) is not int or not 0 <= value <= LAST):
        raise SealMalformed(Flaw.DATE, f"{key} is not a time")
    return value


@overload
def day_of(instant: int) -> date: ...
@overload
def day_of(instant: None) -> None: ...
def day_of(instant: int | None) -> date | None:
    """The calendar day (UTC) of an instant."""
    return None if instant is None else date.fromordinal(_EPOCH + instant // _DAY)


def last_day(expires: int | None) -> date | None:
    """The last day on which an instant of expiry has not come."""
    return None if expires is None else day_of(max(0, expires - 1))
