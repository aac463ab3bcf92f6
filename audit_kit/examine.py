"""The whole audit, step by step; nothing that is received is believed before it has been recomputed.

    1  the checkpoint is signed by the policy's log, and witnessed by its quorum           heads.py
    2  tiles, entries and root follow from one another                                     tree.py
    3  the tree begins with every checkpoint that was ever kept, or that a witness shows    heads.py
    4  each event is the one at its leaf, signed, chained, allowed; none missing or twice  index.py, events.py
    5  views, figures and offline packs follow from the events                  views.py, figures.py, packs.py
    6  if asked for: a server shows what was published                          served.py

What the auditor brings: the policy, the state directory, and, if known, the id of the key at index 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sceau.audit_kit import events, files, heads, index, packs, served, tree
from sceau.audit_kit.faults import COPY, EVENTS, Fault
from sceau.audit_kit.figures import Figures
from sceau.audit_kit.heads import Compared, Head
from sceau.audit_kit.kept import State
from sceau.audit_kit.packs import Claim
from sceau.audit_kit.served import Shown
from sceau.audit_kit.source import Source, get
from sceau.audit_kit.views import Recomputed
from sceau.domain.errors import InputUnreadable, SceauError
from sceau.ledger import envelope, publications
from sceau.ledger.exported import LOG, MANIFEST, MANIFEST_MAX, Manifest
from sceau.ledger.findings import Report
from sceau.tlog.policy import Policy

Progress = Callable[[str, int, int], None]


class Inputs(NamedTuple):
    """What is examined, and against what; `part`: less than everything was asked for."""

    directory: Path
    policy: Policy
    state: State
    log: Source
    genesis_kid: bytes | None = None
    ask_witnesses: bool = False
    workers: int = 1
    part: bool = False
    packs: tuple[Path, ...] = ()
    served: Source | None = None


@dataclass
class Examined:
    """Everything that came of it."""

    manifest: Manifest
    head: Head
    faults: list[Fault]
    roots: Mapping[int, bytes] = field(default_factory=dict)
    compared: list[Compared] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    genesis_kid: bytes = b""
    genesis_from: str = ""
    counts: Report = field(default_factory=Report)
    left_out: int = 0
    figures: Figures = field(default_factory=lambda: Figures(True))
    views: list[Recomputed] = field(default_factory=list)
    packs: list[Claim] = field(default_factory=list)
    shown: Shown | None = None


def log_of(directory: Path, place: str | None) -> Source:
    """Where the log of an export is."""
    return Source(place or str(directory / LOG))


def examine(inputs: Inputs, progress: Progress = lambda step, done, total: None) -> Examined:
    """Audit an export; InputUnreadable if manifest or checkpoint cannot be read at all."""
    manifest = _manifest_of(inputs.directory)
    head, faults = heads.read(_checkpoint(inputs.log), inputs.policy)
    found = Examined(manifest, head, faults, packs=[packs.read(path) for path in inputs.packs])
    _compare(inputs, found, progress)
    tiles_missing = any(fault.kind == COPY for fault in faults)
    with TemporaryDirectory(prefix="sceau-audit-") as scratch:
        places = Path(scratch) / "index"
        size = min(head.checkpoint.size, manifest.size)
        faults += _manifest(inputs, manifest, head)
        told = partial(_told, progress, "index", size)
        faults += index.build(inputs.directory, manifest.chunks, size, places, inputs.workers, told)
        opened = events.Opener(inputs.directory, places, inputs.log, size, head.checkpoint.size, tiles_missing)
        if head.signed:
            inputs.state.keep(head.checkpoint, head.note)
        try:
            _events(inputs, found, opened, progress)
        except InputUnreadable as error:  # it could be read a moment ago
            faults.append(Fault("export.unreadable", None, "", f"{error.detail}", COPY))
        except Exception as error:  # whatever an insider may have written: what was found so far must be told
            faults.append(Fault("integrity.unreadable", None, "", f"the audit stopped: {type(error).__name__}", EVENTS))
    if found.genesis_from == "export" and not faults:
        inputs.state.keep_genesis(found.genesis_kid)
    return found


def _manifest_of(directory: Path) -> Manifest:
    try:
        return Manifest.parse(files.read(directory / MANIFEST, MANIFEST_MAX))
    except FileNotFoundError as error:
        raise InputUnreadable(
            f"{directory}: {error}", why_fr=f"{directory} : pas un export que l'on puisse lire"
        ) from None


def _checkpoint(log: Source) -> bytes:
    try:
        return log.fetch("checkpoint")
    except FileNotFoundError as error:
        raise InputUnreadable(
            f"{log.place}: {error}", why_fr=f"{log.place} : pas un journal que l'on puisse lire"
        ) from None


def _compare(inputs: Inputs, found: Examined, progress: Progress) -> None:
    """Steps 2 and 3."""
    others = inputs.state.checkpoints()
    origin, size = found.head.checkpoint.origin, found.head.checkpoint.size
    if inputs.ask_witnesses:
        shown, found.unreachable = heads.of_witnesses(inputs.policy, origin, get)
        others += shown
        for one in shown:
            inputs.state.keep(one.checkpoint, one.note, shown=True)
    carried, faults = packs.heads(found.packs, inputs.policy.log)
    found.faults += faults
    others += carried
    checked = tree.check(
        inputs.log.fetch,
        found.head.checkpoint,
        [one.checkpoint.size for one in others],
        lambda done: progress("log", done, size),
    )
    found.roots = checked.roots
    found.faults += checked.faults
    found.compared, faults = heads.compare(others, checked.roots, found.head)
    found.faults += faults


def _manifest(inputs: Inputs, manifest: Manifest, head: Head) -> list[Fault]:
    """What the manifest says of the whole; the indexes that it does not even speak of are missing all at once."""
    checkpoint, faults = head.checkpoint, []
    if not manifest.selection.everything and not inputs.part:
        asked = ", ".join(f"{name} {value}" for name, value in manifest.selection._asdict().items() if value)
        detail = f"the export is a part ({asked}): say --part if that is what you asked for"
        faults.append(Fault("export.part", None, "", detail, COPY))
    if manifest.size < checkpoint.size:
        faults.append(events.hole(manifest.size, checkpoint.size - 1))
    if manifest.origin != checkpoint.origin:
        detail = f"the manifest speaks of {manifest.origin}, the checkpoint of {checkpoint.origin}"
        faults.append(Fault("export.origin", None, "", detail, COPY))
    if manifest.size != checkpoint.size:
        detail = f"the manifest covers {manifest.size} events, the checkpoint {checkpoint.size}"
        faults.append(Fault("export.size", None, "", detail, COPY))
    return faults


def _events(inputs: Inputs, found: Examined, opened: events.Opener, progress: Progress) -> None:
    """Steps 4 and 5; the key at index 0 is the one given, else the one kept, else the one that stands there."""
    there = _founding(opened)
    kept = inputs.state.genesis()
    known = inputs.genesis_kid or kept
    found.genesis_kid = known or there
    found.genesis_from = "given" if inputs.genesis_kid else "kept" if kept else "export"
    if inputs.genesis_kid and kept and inputs.genesis_kid != kept:
        detail = f"the key given for index 0 is not {kept.hex()}, which was seen there first"
        found.faults.append(Fault("integrity.genesis", 0, "", detail, EVENTS))
    trusted = events.Trusted(found.head.checkpoint.origin, found.genesis_kid)
    size = opened.size
    manifest, told = found.manifest, partial(_told, progress, "events", size)
    audited = events.audit(opened, trusted, manifest.selection, manifest.views, found.packs, inputs.workers, told)
    found.counts, found.left_out = audited.report, audited.left_out
    found.figures, found.views = audited.figures, audited.views
    found.faults += audited.faults
    if inputs.served is not None:
        found.shown = _shown(inputs.served, opened)
        found.faults += found.shown.faults


def _shown(source: Source, opened: events.Opener) -> Shown:
    """Step 6."""
    store = opened()
    try:
        return served.look(source, lambda: publications.logged(store))
    finally:
        store.close()


def _told(progress: Progress, step: str, size: int, done: int) -> None:
    progress(step, done, size)


def _founding(opened: events.Opener) -> bytes:
    store = opened()
    try:
        return next((envelope.parse(row.state).kid for row in store.rows(0, min(1, opened.size))), b"")
    except SceauError:
        return b""
    finally:
        store.close()
