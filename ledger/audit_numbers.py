"""The number that a stream's first event takes, and the one that must stand before it: registers have no gaps."""

from typing import NamedTuple

from sceau.domain import numbering
from sceau.domain.errors import NotFound
from sceau.ledger.stores.port import LogRow

_REGISTERED = ("act:", "document:")


class Number(NamedTuple):
    """The number that a stream's first event takes."""

    register: str  # "" for a number of no register
    before: tuple[str, int] | None  # the stream with the number just before it, and its first version


def number_of(row: LogRow) -> Number | None:
    """The number that an event takes from a register; None for an event that takes none."""
    if row.version != 1 or not row.stream.startswith(_REGISTERED):
        return None
    kind, _, number = row.stream.partition(":")
    try:
        register, serial = numbering.split(number)
    except NotFound:
        return Number("", (row.stream, 0))  # reported as a gap too
    return Number(register, (f"{kind}:{numbering.nth(register, serial - 1)}", 1) if serial > 1 else None)
