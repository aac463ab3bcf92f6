"""Offline packs, made again from the events: do devices carry what the ledger says?

    pack.unlogged     no publication in the log names the pack with this digest
    pack.issued       its positive set, or what a delta adds, is not of the documents that the events issued
    pack.status       its status rows, or what a delta lifts, do not follow from the events
    pack.body         anything else in it is not what the events give, byte for byte
    pack.unexamined   it speaks of events that the export does not have

A pack is compared at the moment that it speaks of, a delta also with the publication that it continues. The seed is
taken from the pack: under any seed the set of the same documents contains them all. `stream` names the pack. The
checkpoint that it carries is compared like one that a witness shows (heads.py).
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, cast

from sceau.audit_kit import files
from sceau.audit_kit.faults import FIGURES, Fault
from sceau.audit_kit.kept import Kept
from sceau.domain.errors import InputUnreadable, ListInvalid, NoteInvalid
from sceau.keys.signed_list import SignedList, peek
from sceau.ledger.publications import Logged, logged
from sceau.ledger.stores.port import Store
from sceau.projections.listed import published
from sceau.seals import pack
from sceau.seals.pack import Beside, Delta, Known, Origin
from sceau.seals.pack_index import FOLDER, Named
from sceau.seals.pack_status import Entries, shortened
from sceau.seals.published import State, StatusEntry
from sceau.tlog.checkpoint import open_checkpoint
from sceau.tlog.note import Verifier

_PARTS = {
    "issued": frozenset({"count", "issued"}),
    "status": frozenset({"status", "reasons", "lifted"}),
    "body": frozenset({"blanks", "checkpoint", "from", "seed"}),
}


class Claim(NamedTuple):
    """A pack that somebody holds, and what it says."""

    name: str  # as the log names it: pack/full-7.pack
    sha256: bytes
    listed: SignedList
    says: Known | Delta

    @property
    def continues(self) -> int | None:
        """The version that a delta continues."""
        return self.says.continues.version if isinstance(self.says, Delta) else None


def read(path: Path) -> Claim:
    """The pack in a file; InputUnreadable for what is none."""
    try:
        content = files.read(path, pack.SIZE_MAX[pack.FULL])
        listed = peek(pack.read_file(content).listed)
        says = pack.read_delta(listed.body) if listed.kind == pack.DELTA else pack.read_full(listed.body)
    except FileNotFoundError as error:
        raise InputUnreadable.of(path, error) from None
    except ListInvalid as error:
        raise InputUnreadable(
            f"{path}: {error.detail}", why_fr=f"{path} : pas un paquet que l'on puisse lire"
        ) from None
    continues = says.continues.version if isinstance(says, Delta) else None
    return Claim(f"{FOLDER}/{Named(listed.version, continues).file}", hashlib.sha256(content).digest(), listed, says)


def heads(claims: Sequence[Claim], log: Verifier) -> tuple[list[Kept], list[Fault]]:
    """The checkpoints that packs carry, to be compared like any other that was seen; and those that are none."""
    found, faults = [], []
    for claim in claims:
        note = claim.says.beside.checkpoint
        try:
            if note:
                found.append(Kept(open_checkpoint(note, log)[0], note, claim.name, shown=True))
        except NoteInvalid as error:
            faults.append(_fault("body", claim, f"its checkpoint: {error}"))
    return found, faults


class Task(NamedTuple):
    """A pack to be compared; a delta with what counted when `since` events were covered."""

    claim: Claim
    since: int | None


class Packs:
    """Packs under comparison: the status view shows each moment in `moments` to `at`, in order."""

    def __init__(self, tasks: Sequence[Task] = (), faults: Sequence[Fault] = ()) -> None:
        self.faults = list(faults)
        self._tasks = tuple(tasks)
        self._before: dict[int | None, Entries] = {}

    @classmethod
    def of(cls, claims: Sequence[Claim], store: Store) -> "Packs":
        """What can be compared, and what the log does not know."""
        said, tasks, faults = logged(store) if claims else {}, [], []
        for claim in claims:
            if claim.listed.as_of >= store.size():  # nor has the export the event that would name it
                faults.append(unexamined(claim, f"it covers {claim.listed.as_of} events, the export {store.size()}"))
                continue
            faults += _unlogged(claim, said)
            if claim.continues is None or claim.continues in said:
                tasks.append(Task(claim, None if claim.continues is None else said[claim.continues].as_of))
        return cls(tasks, faults)

    @property
    def moments(self) -> set[int]:
        """How many events the view must have seen, each time."""
        found = {moment for task in self._tasks for moment in (task.since, task.claim.listed.as_of)}
        return {moment for moment in found if moment is not None}

    def at(self, events: int, view: sqlite3.Connection) -> None:
        """Compare the packs of this moment."""
        try:
            issued, status = _moment(view)
            self._before[events] = shortened(status)
            for task in self._tasks:
                if task.claim.listed.as_of == events:
                    self.faults += _compared(task, issued, status, self._before)
        except (ValueError, ListInvalid) as error:  # whatever an insider may have signed
            mine = [task.claim for task in self._tasks if task.claim.listed.as_of == events]
            self.faults += [_fault("body", one, f"the events make no such pack: {error}") for one in mine]


def unexamined(claim: Claim, why: str) -> Fault:
    """A pack that nothing can be said of."""
    return _fault("unexamined", claim, why)


def _unlogged(claim: Claim, said: Mapping[int, Logged]) -> Iterator[Fault]:
    publication = said.get(claim.listed.version, Logged(0, {}))
    if publication.files.get(claim.name) != claim.sha256 or publication.as_of != claim.listed.as_of:
        yield _fault("unlogged", claim, f"no publication in the log has it with SHA-256 {claim.sha256.hex()}")
    if isinstance(claim.says, Delta):
        version, sha256 = claim.says.continues
        if sha256 not in said.get(version, Logged(0, {})).files.values():
            yield _fault("unlogged", claim, f"it continues a file of version {version}, which is not in the log")


def _moment(view: sqlite3.Connection) -> tuple[Mapping[bytes, int], Entries]:
    """By list key: at which index each document was issued, and what is said against it."""
    issued, status = {}, {}
    for one in published(view):
        issued[one.list_key] = one.issued_idx
        state, reason, since = one.standing
        if state != "issued":
            status[one.list_key] = StatusEntry(cast("State", state), reason or "", date.fromisoformat(since))
    return issued, status


def _compared(
    task: Task, issued: Mapping[bytes, int], status: Entries, before: Mapping[int | None, Entries]
) -> Iterator[Fault]:
    claim, given = task.claim, task.claim.listed.body
    beside = Beside(claim.says.beside.checkpoint)  # no event recalls blanks
    if task.since is None:
        expected = pack.full_body(issued.keys(), status, given["seed"], beside)
    else:
        new = {key for key, idx in issued.items() if idx >= task.since}
        expected = pack.delta_body(Origin(*given["from"]), before[task.since], status, new, beside)
    other = {name for name in expected if expected[name] != given[name]}
    for what, names in _PARTS.items():
        if wrong := sorted(other & names):
            detail = f"{', '.join(wrong)}: {_told(given, wrong)}; the events give {_told(expected, wrong)}"
            yield _fault(what, claim, detail)


def _told(body: Mapping[str, Any], names: Sequence[str]) -> str:
    """Values as a finding can say them: byte strings by length and digest."""
    values = [body[name] for name in names]
    return ", ".join(
        f"{len(one)} bytes {hashlib.sha256(one).hexdigest()[:16]}" if type(one) is bytes else str(one)[:80]
        for one in values
    )


def _fault(what: str, claim: Claim, detail: str) -> Fault:
    return Fault(f"pack.{what}", None, claim.name, detail, FIGURES)
