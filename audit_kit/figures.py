"""What was issued, counted from the events: by office, officer, day and type; by register and number.

Reconciled are: the day and officer that a document states with the day and officer of its signature; and the numbers
of each register, which follow one another from the first to the last, with as many documents. Numbers come in the
order of the log, so a register needs no memory of them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sceau.audit_kit.faults import FIGURES, Fault
from sceau.domain import numbering
from sceau.domain.errors import NotFound
from sceau.ledger.envelope import Envelope
from sceau.ledger.history import day_of
from sceau.ledger.stores.port import LogRow

_MADE = {"document.issued.v1": ("type", "issued_on"), "act.established.v1": ("kind", "on")}
_FIRSTS = (*_MADE, "act.declared.v1")
_REVOKED = "document.revoked.v1"
GAPS_MAX = 100


class Issuance(NamedTuple):
    """What one officer did in one office on one day, of one type."""

    office: str
    officer: str
    day: str
    type: str


class Register(NamedTuple):
    """The numbers taken from one register; `gaps` are the serials passed over, as [first, last]."""

    kind: str
    register: str
    first: int
    last: int
    entries: int
    gaps: tuple[tuple[int, int], ...]


class Figures:
    """Counts as events come, in the order of the log; `whole` says that nothing was left out on purpose."""

    def __init__(self, whole: bool) -> None:
        self._whole = whole
        self.issued: Counter[Issuance] = Counter()
        self.revoked: Counter[Issuance] = Counter()
        self.registers: dict[tuple[str, str], Register] = {}
        self.faults: list[Fault] = []

    def take(self, rows: Sequence[LogRow], parsed: Sequence[Envelope]) -> None:
        """Count a batch of well-signed events."""
        for row, found in zip(rows, parsed, strict=True):
            if found.topic in _MADE:
                self._made(row, found)
            elif found.topic == _REVOKED:
                meta = found.meta
                self.revoked[Issuance(meta.office, meta.officer, day_of(meta.time), "")] += 1

    def _made(self, row: LogRow, found: Envelope) -> None:
        meta, clear = found.meta, found.clear
        day = day_of(meta.time)
        kind, stated = (clear.get(name) for name in _MADE[found.topic])
        self.issued[Issuance(meta.office, meta.officer, day, str(kind))] += 1
        if stated != day or clear.get("officer") != meta.officer:
            detail = f"states {clear.get('officer')} on {stated}, signed as {meta.officer} on {day}"
            self.faults.append(Fault("figures.stated", row.idx, row.stream, detail, FIGURES))

    def number(self, rows: Sequence[LogRow]) -> None:
        """Count the numbers that a batch of rows takes, well signed or not."""
        for row in rows:
            if row.version == 1 and row.topic in _FIRSTS:
                self._number(row)

    def _number(self, row: LogRow) -> None:
        kind, _, number = row.stream.partition(":")
        try:
            register, serial = numbering.split(number)
        except NotFound:
            return  # the auditor names it
        known = self.registers.get((kind, register))
        if known is None:
            self.registers[kind, register] = Register(kind, register, serial, serial, 1, ())
        elif serial == known.last + 1:
            self.registers[kind, register] = known._replace(last=serial, entries=known.entries + 1)
        else:
            self._join(known, Register(kind, register, serial, serial, 1, ()), row.idx)

    def add(self, later: "Figures") -> None:
        """Take over what was counted in the range of the log that follows."""
        self.issued += later.issued
        self.revoked += later.revoked
        self.faults += later.faults
        for name, one in later.registers.items():
            known = self.registers.get(name)
            if known is not None:
                self._join(known, one, None)
            else:
                gaps = ((1, one.first - 1), *one.gaps) if self._whole and one.first > 1 else one.gaps
                self.registers[name] = one._replace(gaps=gaps)

    def _join(self, known: Register, later: Register, idx: int | None) -> None:
        gaps = (*known.gaps, *later.gaps)
        if later.first > known.last + 1:
            gaps = (*known.gaps, (known.last + 1, later.first - 1), *later.gaps)
        elif later.first <= known.last:
            detail = f"serial {later.first} after {known.last}: a number taken twice, or out of turn"
            self.faults.append(Fault("figures.number", idx, f"register:{known.register}", detail, FIGURES))
        joined = known._replace(last=max(known.last, later.last), entries=known.entries + later.entries)
        self.registers[known.kind, known.register] = joined._replace(gaps=gaps[:GAPS_MAX])

    def reconcile(self) -> Iterator[Fault]:
        """Everything that does not add up."""
        yield from self.faults
        for one in self.registers.values() if self._whole else ():
            for first, last in one.gaps:
                numbers = f"{numbering.nth(one.register, first)} to {numbering.nth(one.register, last)}"
                detail = f"register {one.register}: no {numbers}"
                yield Fault("figures.gap", None, f"register:{one.register}", detail, FIGURES)
            if one.entries != one.last - one.first + 1 and not one.gaps:
                detail = f"register {one.register}: {one.entries} entries for {one.last} numbers"
                yield Fault("figures.count", None, f"register:{one.register}", detail, FIGURES)
