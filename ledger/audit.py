"""Replay everything and say whether it holds: what `sceau audit` runs.

For each event, in the order of the log:
    1  its leaf is the hash of the stored bytes
    2  its key signed it, was enrolled before for this office, and was not ended
    3  it stands in the place it was signed for
    4  it follows the event before it in its stream
    5  everything it relied on stood as it says, and the rules of the domain allowed it (entitlement.py)
    6  its number has no gap, its receipt tells of it and of nothing else, its time neither goes back nor leaps
    7  no order to erase something else names its data key (erasures.py)
For the whole: no hole, no orphan row, no publication passed over, no seal twice, the kept head is a prefix, the vault
opens every data key but those that an order names where it stands.

An auditor trusts one thing: the id of the key at index 0. Memory does not grow with the log: what lies outside the
batch is looked up again, and was or will be checked in its own turn. Ranges can be audited by several processes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sceau.domain.errors import IntegrityError, LogBroken, SceauError
from sceau.domain.events import class_of
from sceau.ledger import audit_commands, entitlement, envelope, erasures, publications
from sceau.ledger.audit_numbers import Number, number_of
from sceau.ledger.envelope import Envelope
from sceau.ledger.findings import Finding as Finding
from sceau.ledger.findings import Report as Report
from sceau.ledger.garbage import seldom_collected
from sceau.ledger.history import PREFIXES, day_of, read_history
from sceau.ledger.reader import check_links, check_place, rows_at
from sceau.ledger.replay import Replay, Rows
from sceau.ledger.seals_borne import Borne, BorneSeals, borne
from sceau.ledger.stores.port import LogRow, Store
from sceau.ledger.streams import empty
from sceau.tlog.leaf import event_leaf

if TYPE_CHECKING:
    from sceau.ledger.head import Head

BATCH = 1_024  # a chunk of an export is four
FINDINGS_MAX = 100
_SPAN_MIN = 250
Progress = Callable[[int], None]


def audit(
    store: Store,
    origin: str,
    genesis_kid: bytes,
    head: "Head | None" = None,
    missing_data_keys: Callable[[Sequence[bytes]], set[bytes]] | None = None,
    progress: Progress = lambda done: None,
) -> Report:
    """Audit the whole ledger in this process."""
    report = _frame(store, head)
    seals = BorneSeals()
    ranges = Auditor(store, origin, genesis_kid, missing_data_keys, seals.add)
    report.add(ranges.run(0, store.size(), progress))
    _count(store, report, seals)
    return report


def audit_parallel(
    opened: Callable[[], Store], origin: str, genesis_kid: bytes, head: "Head | None", workers: int, progress: Progress
) -> Report:
    """The same with several processes, each opening the store itself; the vault is not looked at."""
    store = opened()
    size = store.size()
    step = max(_SPAN_MIN, -(-size // (workers * 16)))  # short enough that all are done at nearly the same time
    spans = list(pairwise([*range(0, size, step), size]))
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(opened, origin, genesis_kid)) as pool:
        jobs = [pool.submit(_range, *span) for span in spans]
        report, seals = _frame(store, head), BorneSeals()  # meanwhile
        for job, (_, end) in zip(jobs, spans, strict=True):
            found, borne = job.result()
            report.add(found)
            seals.add(borne)
            progress(end)
    _count(store, report, seals)
    store.close()
    return report


_auditor: "Callable[[], Auditor]"  # in a process that audits ranges for another: its auditor, made once
_borne: list[Borne] = []  # what that auditor noted of the range at hand


def _begin(opened: Callable[[], Store], origin: str, genesis_kid: bytes) -> None:
    """Begin a worker; what fails in opening the store fails in its first range, where it is told."""
    global _auditor
    _auditor = cache(lambda: Auditor(opened(), origin, genesis_kid, None, _borne.extend))


def _range(start: int, end: int) -> tuple[Report, list[Borne]]:
    _borne.clear()
    return _auditor().run(start, end), _borne


def _frame(store: Store, head: "Head | None") -> Report:
    """The kept head is a prefix of what is stored, recomputed from the leaves."""
    report = Report()
    if head is not None:
        try:
            head.audit(store)
        except SceauError as error:
            report.findings.append(Finding(error.code, None, "", str(error)))
    return report


def _count(store: Store, report: Report, seals: BorneSeals) -> None:
    """No row beside those that were audited, a history that begins, every publication in it, each seal once."""
    if report.events == 0:
        report.findings.append(Finding("integrity.log", None, "", "no event at all, not even the founding key"))
    events, leaves, receipts = store.counts()
    if not events == leaves == report.events:
        detail = f"{events} events, {leaves} leaves, {report.events} read in order"
        report.findings.append(Finding("integrity.log", None, "", detail))
    if receipts != report.receipts:
        detail = f"{receipts} receipts for {report.receipts} commands"
        report.findings.append(Finding("integrity.receipts", None, "", detail))
    report.findings += publications.gaps(store)
    report.findings += seals.twice(store)


class _AtHand(NamedTuple):
    """The rows of a batch and of what it relies on, and the batch's own events, by stream and version."""

    rows: Rows
    parsed: Mapping[tuple[str, int], Envelope]


class Auditor:
    """Audits ranges of one ledger."""

    def __init__(
        self,
        store: Store,
        origin: str,
        genesis_kid: bytes,
        missing_data_keys: Callable[[Sequence[bytes]], set[bytes]] | None,
        take_seals: Callable[[Sequence[Borne]], None] = lambda seals: None,
    ) -> None:
        self._store = store
        self._origin = origin
        self._genesis_kid = genesis_kid
        self._missing_data_keys = missing_data_keys
        self._take_seals = take_seals
        self._history = read_history(store)
        self._rules = entitlement.Rules(self._history)
        self._replay = Replay(store)
        self._frozen_at = self._history.frozen_at
        self._erased = self._history.erased

    def run(self, start: int, end: int, progress: Progress = lambda done: None) -> Report:
        """Audit the events from idx `start` up to `end`."""
        report = Report()
        with seldom_collected():
            for first in range(start, end, BATCH):
                last = min(first + BATCH, end)
                if len(report.findings) >= FINDINGS_MAX:
                    detail = f"more than {FINDINGS_MAX} findings: what follows was not examined"
                    report.findings.append(Finding("integrity.audit_stopped", first, "", detail))
                    break
                rows = self._store.rows(first, last)
                report.findings += _holes(rows, first, last)
                report.findings += self._batch(rows, report)
                progress(last)
        return report

    def _batch(self, rows: Sequence[LogRow], report: Report) -> Iterator[Finding]:
        good, parsed = [], []
        for row in rows:
            report.events += 1
            try:
                parsed.append(self._one(row))
                good.append(row)
                report.signatures += 1
            except SceauError as error:
                yield Finding(error.code, row.idx, row.stream, str(error))
        numbers = [number_of(row) for row in good]
        stored = {(row.stream, row.version): found for row, found in zip(good, parsed, strict=True)}
        at_hand = _AtHand(rows_at(self._store, good, self._wanted(good, parsed, numbers)), stored)
        yield from self._chains(good, parsed, at_hand.rows)
        yield from self._relied(good, parsed, numbers, at_hand)
        yield from audit_commands.receipts(self._store, good, parsed, stored, report)
        yield from audit_commands.times(self._store, good, parsed)
        yield from erasures.taken(good, parsed, self._erased)
        yield from self._data_keys(good, parsed, report)
        self._take_seals(borne(good, parsed))

    def _one(self, row: LogRow) -> Envelope:
        """Steps 1 to 3: what needs nothing but the row and the keys."""
        if event_leaf(row.salt, row.state, row.topic) != row.leaf:
            raise IntegrityError("the leaf is not the hash of the stored event")
        found = envelope.parse(row.state)
        check_place(found, row, self._origin)
        if (row.leaf_stream, row.leaf_version) != (row.stream, row.version):
            raise IntegrityError(f"its leaf belongs to {row.leaf_stream} {row.leaf_version}")
        if self._frozen_at is not None and row.idx > self._frozen_at:
            raise IntegrityError(f"written after the log was frozen at index {self._frozen_at}")
        key = self._history.keys.get(found.kid)
        if row.idx == 0 and found.kid != self._genesis_kid:
            raise IntegrityError("the ledger does not begin with the key that the auditor trusts")
        if key is None or not key.signs(row.idx, found.meta.office, day_of(found.meta.time)):
            raise IntegrityError(f"key {found.kid.hex()} could not sign for {found.meta.office} here")
        envelope.verify(found, key.enrolled.public)
        return found

    def _chains(self, rows: Sequence[LogRow], parsed: Sequence[Envelope], around: Rows) -> Iterator[Finding]:
        """Step 4; only a batch that fails is looked at row by row."""
        try:
            check_links(rows, parsed, around)
        except IntegrityError:
            for row, found in zip(rows, parsed, strict=True):
                try:
                    check_links([row], [found], around)
                except IntegrityError as error:
                    yield Finding(error.code, row.idx, row.stream, str(error))

    def _relied(
        self, rows: Sequence[LogRow], parsed: Sequence[Envelope], numbers: Sequence[Number | None], at_hand: "_AtHand"
    ) -> Iterator[Finding]:
        """Steps 5 and 6: read-sets, rules and numbers."""
        stood, around = self._history.stood, at_hand.rows
        for row, found, number in zip(rows, parsed, numbers, strict=True):
            for pair in found.meta.read_set:
                span = stood.get(pair)
                if not (self._stood(pair, row.idx, around) if span is None else span[0] < row.idx <= span[1]):
                    detail = f"relied on {pair[0]} at version {pair[1]}, which did not stand then"
                    yield Finding("integrity.read_set", row.idx, row.stream, detail)
            detail = self._why_not(row, found, number, at_hand)
            if detail:
                yield Finding("integrity.entitlement", row.idx, row.stream, detail)
            if number is not None and number.before is not None:
                before = around.get(number.before)
                if before is None or before.idx > row.idx:
                    yield Finding("integrity.number_gap", row.idx, row.stream, f"no {number.before[0]} before it")

    def _why_not(self, row: LogRow, found: Envelope, number: Number | None, at_hand: "_AtHand") -> str:
        """Step 5: replay the rules on the stream's state before the event."""
        register = None if number is None else number.register
        try:
            kind = class_of(found.topic, found.clear)
            if row.stream.startswith(PREFIXES):
                before = self._history.state(row.stream, row.version - 1) or empty(row.stream).state
            else:
                before = self._replay.before(row, at_hand.rows, at_hand.parsed)
            return self._rules.why_not(found, kind, before, register, at_hand.rows)
        except (SceauError, KeyError, TypeError) as error:
            return f"its stream cannot be replayed: {error}"

    def _wanted(
        self, rows: Sequence[LogRow], parsed: Sequence[Envelope], numbers: Sequence[Number | None]
    ) -> set[tuple[str, int]]:
        """What must be looked up: acts and documents relied upon or erased, the event before, the number before."""
        stood = self._history.stood
        wanted = {(erasures.document_of(row.stream), 1) for row in rows if row.stream.startswith(erasures.PREFIX)}
        wanted |= {(row.stream, row.version - 1) for row in rows if row.version > 1}
        wanted.update([number.before for number in numbers if number is not None and number.before is not None])
        for found in parsed:
            for pair in found.meta.read_set:
                if pair not in stood and not pair[0].startswith(PREFIXES):
                    wanted.add(pair)
                    wanted.add((pair[0], pair[1] + 1))
        return wanted

    def _stood(self, pair: tuple[str, int], idx: int, around: Rows) -> bool:
        """Whether a stream that is none of the history's was at that version just before that index."""
        stream, version = pair
        if stream.startswith(PREFIXES):
            return version == 0  # it never was, or not at that version
        at, after = around.get(pair), around.get((stream, version + 1))
        return (version == 0 or (at is not None and at.idx < idx)) and (after is None or after.idx >= idx)

    def _data_keys(self, rows: Sequence[LogRow], parsed: Sequence[Envelope], report: Report) -> Iterator[Finding]:
        if self._missing_data_keys is None:
            return
        used = {part.key_id for found in parsed for part in found.sealed}
        report.data_keys += len(used)
        missing = self._missing_data_keys(sorted(used)) if used else set()
        for row, found in zip(rows, parsed, strict=True):
            lost = [part for part in found.sealed if part.key_id in missing]
            if not all(erasures.excused(part, row.stream, self._erased) for part in lost):
                yield Finding("integrity.vault_behind", row.idx, row.stream, "the vault lacks its data key")


def _holes(rows: Sequence[LogRow], start: int, end: int) -> Iterator[Finding]:
    """Every index without an event or without a leaf; the events around it are audited all the same."""
    found = [row.idx for row in rows]
    for idx in sorted(set(range(start, end)).difference(found)) if found != list(range(start, end)) else ():
        yield Finding(LogBroken.code, idx, "", "no event with its leaf at this index")
