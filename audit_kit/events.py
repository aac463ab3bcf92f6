"""Every event, audited by the ledger's own auditor over the export, in one process or in several.

An index without an event is a hole where the export claims to hold everything; in one made for a mission or for some
days it is what was left out, and counted. There, too, what was kept only because something relies on it may lack the
number before its own. An event that nobody could have written by accident may stop the auditor itself: it is named.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sceau.audit_kit.faults import EVENTS, FAULTS_MAX, Fault, of_finding
from sceau.audit_kit.figures import Figures
from sceau.audit_kit.source import Source
from sceau.audit_kit.store import ExportStore
from sceau.audit_kit.tree import Leaves
from sceau.audit_kit.views import Recomputed, Stated, Views, recorded
from sceau.domain.errors import LogBroken, SceauError
from sceau.ledger import envelope
from sceau.ledger.audit import BATCH, Auditor
from sceau.ledger.envelope import Envelope
from sceau.ledger.exported import Selection
from sceau.ledger.findings import Finding, Report
from sceau.ledger.garbage import seldom_collected
from sceau.ledger.history import day_of
from sceau.ledger.replay import Rows
from sceau.ledger.stores.port import LogRow

_GAP = "integrity.number_gap"
_BATCHES = 16
Progress = Callable[[int], None]
Observe = Callable[[Sequence[LogRow], Sequence[Envelope]], None]


class Opener(NamedTuple):
    """How any process opens the export: `size` events of a log that has `leaves`, perhaps not all at hand."""

    directory: Path
    places: Path
    log: Source
    size: int
    leaves: int
    tiles_missing: bool

    def __call__(self) -> ExportStore:
        """A store of its own."""
        leaves = Leaves(self.log.fetch, self.leaves)
        return ExportStore(self.directory, self.places, self.size, leaves, self.tiles_missing)


class Trusted(NamedTuple):
    """The name of the log, and the id of the key at index 0."""

    origin: str
    genesis_kid: bytes


class Audited(NamedTuple):
    """What came of the events: counts, faults, figures, and how many indexes the export leaves out on purpose."""

    report: Report
    faults: list[Fault]
    figures: Figures
    views: list[Recomputed]
    left_out: int


class Part(NamedTuple):
    """What was found in one range; `holes` are the indexes without an event."""

    end: int
    report: Report
    holes: list[int]
    figures: Figures


class _Observed(Auditor):
    """The ledger's auditor; keeps the rows it read and the events it found well signed: nobody reads them twice."""

    def __init__(self, store: ExportStore, trusted: Trusted) -> None:
        super().__init__(store, trusted.origin, trusted.genesis_kid, None)
        self.rows: list[Sequence[LogRow]] = []
        self.signed: list[tuple[Sequence[LogRow], Sequence[Envelope]]] = []

    def _batch(self, rows: Sequence[LogRow], report: Report) -> Iterator[Finding]:
        self.rows.append(rows)
        return super()._batch(rows, report)

    def _chains(self, rows: Sequence[LogRow], parsed: Sequence[Envelope], around: Rows) -> Iterator[Finding]:
        self.signed.append((rows, parsed))
        return super()._chains(rows, parsed, around)


def audit(
    opened: Opener,
    trusted: Trusted,
    selection: Selection,
    stated: Mapping[str, tuple[int, str]],
    workers: int,
    progress: Progress,
) -> Audited:
    """Audit every event there is; `stated` are the digests of views: none can be made where something is left out."""
    whole, report, holes = selection.everything, Report(), list[int]()
    figures = Figures(whole)
    run = alone if workers == 1 else together
    made = run(opened, trusted, _said(opened, stated) if whole else {}, workers)
    for part in made.parts:
        report.add(part.report)
        holes += part.holes
        figures.add(part.figures)
        progress(part.end)
    store = opened()
    faults = [of_finding(one) for one in (report.findings if whole else _asked(store, report.findings, selection))]
    faults += [hole(first, last) for first, last in _spans(holes)] if whole else []
    views, others = made.views()
    faults += [*_counted(store, report), *figures.reconcile(), *others]
    store.close()
    return Audited(report, faults, figures, views, 0 if whole else len(holes))


def _said(opened: Opener, stated: Mapping[str, tuple[int, str]]) -> Stated:
    """Everything that is stated of the views: in the manifest, and in the ledger."""
    said = {name: [one] for name, one in stated.items()}
    with closing(opened()) as store:
        for name, events, digest in recorded(store):
            said.setdefault(name, []).append((events, digest))
    return said


class _Run(NamedTuple):
    """An audit under way: its parts in the order of the log, and then the views."""

    parts: Iterator[Part]
    views: Callable[[], tuple[list[Recomputed], list[Fault]]]


def alone(opened: Opener, trusted: Trusted, stated: Stated, workers: int) -> _Run:
    """In this process: the views see each event as it is audited."""
    views = Views(stated, opened.places.parent)
    cuts = range(0, opened.size, BATCH * _BATCHES)
    ranges = ((start, min(opened.size, start + BATCH * _BATCHES)) for start in cuts)
    return _Run((_range(opened, trusted, *one, views.take) for one in ranges), views.close)


def together(opened: Opener, trusted: Trusted, stated: Stated, workers: int) -> _Run:
    """In several: ranges side by side, and beside them one process that makes the views."""
    pool = ProcessPoolExecutor(workers)
    step = max(BATCH, -(-opened.size // (workers * 8) // BATCH) * BATCH)
    made = pool.submit(_views, opened, stated)
    jobs = [pool.submit(_range, opened, trusted, *one) for one in pairwise([*range(0, opened.size, step), opened.size])]

    def views() -> tuple[list[Recomputed], list[Fault]]:
        with pool:
            return made.result()

    return _Run((job.result() for job in jobs), views)


def _views(opened: Opener, stated: Stated) -> tuple[list[Recomputed], list[Fault]]:
    """The views from events that another process audits: only those of which they speak are read."""
    views = Views(stated, opened.places.parent)
    with closing(opened()) as store, seldom_collected():
        for start in range(0, opened.size if stated else 0, BATCH):
            rows = [row for row in store.rows(start, min(opened.size, start + BATCH)) if row.topic in views.topics]
            parsed = [(row, found) for row in rows if (found := _parsed(row)) is not None]
            views.take([row for row, _ in parsed], [found for _, found in parsed])
    return views.close()


def _parsed(row: LogRow) -> Envelope | None:
    try:
        return envelope.parse(row.state)
    except SceauError:
        return None  # the auditor names it


def _range(
    opened: Opener, trusted: Trusted, start: int, end: int, observe: Observe = lambda rows, parsed: None
) -> Part:
    """Audit batch by batch: the auditor gives up after many findings, and holes are none in a part of a ledger."""
    with closing(opened()) as store, seldom_collected():
        auditor = _Observed(store, trusted)
        report, holes, figures = Report(), list[int](), Figures(False)
        for first in range(start, end, BATCH):
            last = min(end, first + BATCH)
            if len(report.findings) >= FAULTS_MAX:
                detail = f"more than {FAULTS_MAX} findings: what follows up to {end} was not examined"
                report.findings.append(Finding("integrity.audit_stopped", first, "", detail))
                break
            found = _batch(auditor, first, last)
            holes += [one.idx for one in found.findings if _is_hole(one) and one.idx is not None]
            found.findings = [one for one in found.findings if not _is_hole(one)]
            report.add(found)
            for rows in auditor.rows:
                figures.number(rows)
            for signed, parsed in auditor.signed:
                figures.take(signed, parsed)
                observe(signed, parsed)
            auditor.rows, auditor.signed = [], []
    return Part(end, report, holes, figures)


def _batch(auditor: _Observed, first: int, last: int) -> Report:
    rows, signed = len(auditor.rows), len(auditor.signed)
    try:
        return auditor.run(first, last)
    except Exception as error:  # whatever an insider may have signed: the event is found by halving
        del auditor.rows[rows:], auditor.signed[signed:]
        if last - first == 1:
            detail = f"it cannot be audited: {type(error).__name__}"
            return Report(events=1, findings=[Finding("integrity.unreadable", first, "", detail)])
        middle = (first + last) // 2
        report = _batch(auditor, first, middle)
        report.add(_batch(auditor, middle, last))
        return report


def _is_hole(finding: Finding) -> bool:
    return finding.code == LogBroken.code and finding.idx is not None and not finding.stream


def _spans(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of indexes that follow one another, as first and last."""
    begun = None
    for at, idx in enumerate(indexes):
        begun = idx if begun is None else begun
        if at + 1 == len(indexes) or indexes[at + 1] != idx + 1:
            yield begun, idx
            begun = None


def hole(first: int, last: int) -> Fault:
    """Indexes at which the log has leaves and the export no events."""
    where = f"at index {first}" if first == last else f"from index {first} to {last}"
    return Fault("integrity.hole", first, "", f"no event {where}, where the log has a leaf", EVENTS)


def _asked(store: ExportStore, findings: Sequence[Finding], selection: Selection) -> list[Finding]:
    """Without the gaps before numbers that were not asked for."""
    return [one for one in findings if one.code != _GAP or _was_asked_for(store, one, selection)]


def _was_asked_for(store: ExportStore, finding: Finding, selection: Selection) -> bool:
    try:
        rows: list[LogRow] = store.find([(finding.stream, 1)])
        meta = envelope.parse(rows[0].state).meta
        return selection.takes(meta.office, day_of(meta.time))
    except (SceauError, IndexError):
        return True


def _counted(store: ExportStore, report: Report) -> Iterator[Fault]:
    """No row beside those that were audited, and a history that begins."""
    events, _, receipts = store.counts()
    if not events:
        yield Fault("integrity.log", None, "", "no event at all, not even the founding key", EVENTS)
    if events != report.events and not any(one.code == "integrity.audit_stopped" for one in report.findings):
        yield Fault("integrity.log", None, "", f"{events} events, {report.events} read in order", EVENTS)
    if receipts != report.receipts:
        detail = f"{receipts} receipts for {report.receipts} commands"
        yield Fault("integrity.receipts", None, "", detail, EVENTS)
