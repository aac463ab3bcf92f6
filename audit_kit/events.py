"""Every event, audited by the ledger's own auditor over the export, in one process or in several.

An index without an event is a hole where the export claims to hold everything; in one made for a mission or for some
days it is what was left out, and counted. There, too, what was kept only because something relies on it may lack the
number before its own. An event that nobody could have written by accident may stop the auditor itself: it is named.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sceau.audit_kit.faults import EVENTS, FAULTS_MAX, Fault, of_finding
from sceau.audit_kit.figures import Figures
from sceau.audit_kit.packs import Claim, Packs, unexamined
from sceau.audit_kit.source import Source
from sceau.audit_kit.store import ExportStore
from sceau.audit_kit.tree import Leaves
from sceau.audit_kit.views import Recomputed, Stated, Views, Written, recorded, written
from sceau.domain.errors import LogBroken, SceauError
from sceau.ledger import envelope, publications
from sceau.ledger.audit import BATCH, Auditor
from sceau.ledger.envelope import Envelope
from sceau.ledger.exported import CHUNK, Selection
from sceau.ledger.findings import Finding, Report
from sceau.ledger.garbage import seldom_collected
from sceau.ledger.history import day_of
from sceau.ledger.replay import Rows
from sceau.ledger.seals_borne import Borne, BorneSeals, borne
from sceau.ledger.stores.port import LogRow

_GAP = "integrity.number_gap"
_RANGES_MIN = 8
_AHEAD = 4  # ranges that each process may be ahead
Progress = Callable[[int], None]


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
    """What was found in one range; `holes` are the indexes without an event, `written` is for the views."""

    end: int
    report: Report
    holes: list[int]
    figures: Figures
    written: list[Written]
    borne: list[Borne]


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
    claims: Sequence[Claim],
    workers: int,
    progress: Progress,
) -> Audited:
    """Audit every event there is.

    `stated` are the digests of views, `claims` packs: neither can be made again where something is left out.
    """
    whole, report, holes = selection.everything, Report(), list[int]()
    figures = Figures(whole)
    seals = BorneSeals()
    views = Views(_said(opened, stated) if whole else {}, _packs(opened, claims, whole), opened.places.parent)
    parts = alone if workers == 1 else partial(together, workers=workers)
    for part in parts(opened, trusted, bool(views)):
        report.add(part.report)
        holes += part.holes
        figures.add(part.figures)
        views.take(part.written)
        seals.add(part.borne)
        progress(part.end)
    store = opened()
    faults = [of_finding(one) for one in (report.findings if whole else _asked(store, report.findings, selection))]
    faults += [hole(first, last) for first, last in _spans(holes)] if whole else []
    made, others = views.close()
    faults += [*_counted(store, report), *map(of_finding, seals.twice(store)), *figures.reconcile(), *others]
    store.close()
    return Audited(report, faults, figures, made, 0 if whole else len(holes))


def _said(opened: Opener, stated: Mapping[str, tuple[int, str]]) -> Stated:
    """Everything that is stated of the views: in the manifest, and in the ledger."""
    said = {name: [one] for name, one in stated.items()}
    with closing(opened()) as store:
        for name, events, digest in recorded(store):
            said.setdefault(name, []).append((events, digest))
    return said


def _packs(opened: Opener, claims: Sequence[Claim], whole: bool) -> Packs:
    if not whole:
        return Packs(faults=[unexamined(one, "the export is only a part") for one in claims])
    with closing(opened()) as store:
        return Packs.of(claims, store)


def alone(opened: Opener, trusted: Trusted, viewed: bool) -> Iterator[Part]:
    """In this process."""
    with closing(opened()) as store:
        auditor = _Observed(store, trusted)
        for span in _ranges(opened.size):
            yield _range(auditor, viewed, *span)


def together(opened: Opener, trusted: Trusted, viewed: bool, workers: int) -> Iterator[Part]:
    """In several: ranges side by side, their parts in the order of the log; few are waiting, however long the log."""
    jobs: deque[Future[Part]] = deque()
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(opened, trusted)) as pool:
        for span in _ranges(opened.size):
            jobs.append(pool.submit(_work, viewed, *span))
            if len(jobs) == workers * _AHEAD:
                yield jobs.popleft().result()
        while jobs:
            yield jobs.popleft().result()


def _ranges(size: int) -> Iterator[tuple[int, int]]:
    """One chunk each, so that what is gathered in one takes little memory; parts of chunks where there are few."""
    step = CHUNK
    while step > CHUNK // 4 and size < step * _RANGES_MIN:
        step //= 2
    return pairwise([*range(0, size, step), size])


_auditor: "Callable[[], _Observed]"  # in a process that audits ranges for another: its auditor, made once


def _begin(opened: Opener, trusted: Trusted) -> None:
    """Begin a worker; what fails in opening the export fails in its first range, where it is told."""
    global _auditor
    _auditor = cache(lambda: _Observed(opened(), trusted))


def _work(viewed: bool, start: int, end: int) -> Part:
    return _range(_auditor(), viewed, start, end)


def _range(auditor: _Observed, viewed: bool, start: int, end: int) -> Part:
    """Audit batch by batch: the auditor gives up after many findings, and holes are none in a part of a ledger."""
    made = Part(end, Report(), [], Figures(False), [], [])
    with seldom_collected():
        for first in range(start, end, BATCH):
            last = min(end, first + BATCH)
            if len(made.report.findings) >= FAULTS_MAX:
                detail = f"more than {FAULTS_MAX} findings: what follows up to {end} was not examined"
                made.report.findings.append(Finding("integrity.audit_stopped", first, "", detail))
                break
            found = _batch(auditor, first, last)
            made.holes.extend(one.idx for one in found.findings if _is_hole(one) and one.idx is not None)
            found.findings = [one for one in found.findings if not _is_hole(one)]
            made.report.add(found)
            for rows in auditor.rows:
                made.figures.number(rows)
            for signed, parsed in auditor.signed:
                made.figures.take(signed, parsed)
                made.written.extend(written(signed, parsed) if viewed else ())
                made.borne.extend(borne(signed, parsed))
            auditor.rows, auditor.signed = [], []
    return made


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
    """No row beside those that were audited, a history that begins, and every publication in it."""
    events, _, receipts = store.counts()
    if not events:
        yield Fault("integrity.log", None, "", "no event at all, not even the founding key", EVENTS)
    if events != report.events and not any(one.code == "integrity.audit_stopped" for one in report.findings):
        yield Fault("integrity.log", None, "", f"{events} events, {report.events} read in order", EVENTS)
    if receipts != report.receipts:
        detail = f"{receipts} receipts for {report.receipts} commands"
        yield Fault("integrity.receipts", None, "", detail, EVENTS)
    yield from map(of_finding, publications.gaps(store))
