"""Erasure orders as the log has them: whose data keys may be missing, and whether an order names what it may.

    an order           names the data keys of these subjects in the document's issuance, and relied on that document
    a data key named   belongs to that subject of that document, and to no other event of the whole log
    a data key missing is excused there, and nowhere else

An order of ours names nothing else (decide_erasure.py). Whoever writes others, to lose what an act or another document
says, is found at the order, or at the first event whose key it takes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from sceau.domain.erasure import ErasureOrdered
from sceau.domain.errors import SceauError
from sceau.domain.events import Event
from sceau.ledger import envelope
from sceau.ledger.envelope import Envelope, SealedPart
from sceau.ledger.findings import Finding
from sceau.ledger.stores.port import LogRow, Store

PREFIX = "erasure:"


class Owner(NamedTuple):
    """Whose data key an order names."""

    stream: str
    subject: str


Erased: TypeAlias = Mapping[bytes, Owner]  # data key id -> whose it is, as the first order that names it says


def document_of(stream: str) -> str:
    """The stream of the document that an order in this stream is about."""
    return f"document:{stream.removeprefix(PREFIX)}"


def named(orders: Iterable[tuple[str, Event | None]]) -> dict[bytes, Owner]:
    """The data keys that these orders name, each with its stream."""
    found: dict[bytes, Owner] = {}
    for stream, order in orders:
        if isinstance(order, ErasureOrdered):
            for subject, key_id in zip(order.subjects, order.keys, strict=False):
                found.setdefault(key_id, Owner(document_of(stream), subject))
    return found


def ordered(store: Store) -> dict[bytes, Owner]:
    """Every data key that an order in the log names; whether the orders hold is not asked here."""
    return named((row.stream, _event(row)) for row in store.streams(PREFIX))


def _event(row: LogRow) -> Event | None:
    try:
        return envelope.event(envelope.parse(row.state), None)
    except SceauError:
        return None  # the auditor names it


def excused(part: SealedPart, stream: str, erased: Erased) -> bool:
    """Whether an order lets the data key of this part of an event of that stream be missing."""
    return erased.get(part.key_id) == (stream, part.subject)


def taken(rows: Sequence[LogRow], parsed: Sequence[Envelope], erased: Erased) -> Iterator[Finding]:
    """Every event with a data key that the order about another document, or about another subject, names."""
    for row, found in zip(rows, parsed, strict=True) if erased else ():
        for part in found.sealed:
            owner = erased.get(part.key_id)
            if owner is not None and owner != (row.stream, part.subject):
                detail = (
                    f"the order to erase {owner.subject} of {owner.stream} names the data key of its {part.subject}"
                )
                yield Finding("integrity.erasure", row.idx, row.stream, detail)


def why_not(found: Envelope, rows: Mapping[tuple[str, int], LogRow]) -> str:
    """Why an order may not be, or ""; `rows` has the issuance of the document that it is about."""
    about, subjects = document_of(found.meta.stream), found.clear["subjects"]
    issued = rows.get((about, 1))
    if issued is None or dict(found.meta.read_set).get(about, 0) < 1:
        return f"orders the erasure of {about} and did not rely on it"
    own = {(part.subject, part.key_id) for part in envelope.parse(issued.state).sealed if part.subject in subjects}
    holds = own == set(zip(subjects, found.clear["keys"], strict=True))
    return "" if holds else f"names data keys that {about} has not"
