"""The views without personal data, made again from the events: do they give the digests that the operator states?

Published lists come from these views. A view is made in a temporary file by the very projection that the operator
runs; what it states stands in the manifest as {name: [number of events, digest]}, and in the ledger itself, recorded at
each publication. What the events write is gathered where they are audited, in whatever process, and written in order.
"""

import sqlite3
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from sceau.audit_kit.faults import FIGURES, Fault
from sceau.audit_kit.packs import Packs
from sceau.domain.errors import SceauError
from sceau.domain.events import event_of
from sceau.ledger import envelope
from sceau.ledger.envelope import Envelope
from sceau.ledger.reader import Recorded
from sceau.ledger.stores.port import LogRow, Store
from sceau.projections import status, view
from sceau.projections.status import StatusView

_KNOWN = (StatusView.name,)
RECORDED_MAX = 3  # of the digests that the ledger recorded, the latest: each one costs a walk through the view
Stated: TypeAlias = Mapping[str, Sequence[tuple[int, str]]]
Written: TypeAlias = tuple[int, status.Write | str]  # idx, and what the event writes, or why it makes no view


class Recomputed(NamedTuple):
    """One view at one moment: how many events it covers, the digest stated and the one that the events give."""

    name: str
    events: int
    stated: str
    found: str


def recorded(store: Store) -> list[tuple[str, int, str]]:
    """The digests that the ledger recorded itself (view.digested), the latest of each view: name, events, digest."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for row in store.streams("log:view:"):
        try:
            clear = envelope.parse(row.state).clear
            one = (str(clear["name"]), int(clear["as_of"]), clear["digest"].hex())
        except (SceauError, KeyError, TypeError, ValueError, AttributeError):
            continue  # the auditor names it
        found.setdefault(row.stream, []).append(one)
    return [one for said in found.values() for one in said[-RECORDED_MAX:]]


def written(rows: Sequence[LogRow], parsed: Sequence[Envelope]) -> list[Written]:
    """What the events of a batch write into the view; an event that nobody can make is the auditor's to name."""
    made: list[Written] = []
    for row, found in zip(rows, parsed, strict=True):
        if found.topic not in status.TOPICS:
            continue
        try:
            event = event_of(found.topic, found.clear, ())
            write = status.written(Recorded(row.idx, found.meta, found.topic, event, found.kid))
        except SceauError:
            continue
        except (ValueError, TypeError) as error:
            made.append((row.idx, str(error)))
        else:
            made += [(row.idx, write)] if write else []
    return made


class Views:
    """The views for which digests are stated and that this program knows; `folder` takes their temporary files."""

    def __init__(self, stated: Stated, packs: Packs, folder: Path) -> None:
        said = {name: set(one) for name, one in stated.items() if name in _KNOWN}
        if packs.moments:  # where no digest is stated, packs are compared
            said.setdefault(StatusView.name, set()).update((moment, "") for moment in packs.moments)
        self._views = [_View(name, sorted(one), packs, folder) for name, one in said.items()]
        self._packs = packs

    def __bool__(self) -> bool:
        return bool(self._views)

    def take(self, made: Sequence[Written]) -> None:
        """Write what a range of the log gave, in order."""
        for one in self._views:
            one.take(made)

    def close(self) -> tuple[list[Recomputed], list[Fault]]:
        """Compare the digests, and remove the files' locks."""
        for one in self._views:
            one.close()
        faults = [fault for one in self._views for fault in one.faults]
        return [made for one in self._views for made in one.made], faults + self._packs.faults


class _View:
    """One view under way, and the moments at which its digest is known."""

    def __init__(self, name: str, stated: Sequence[tuple[int, str]], packs: Packs, folder: Path) -> None:
        self._name, self._packs = name, packs
        self._database = _open(folder / f"{name}.db")
        self._stated = deque(stated)
        self._broken = ""
        self.made: list[Recomputed] = []
        self.faults: list[Fault] = []

    def take(self, made: Sequence[Written]) -> None:
        while self._stated:
            until = self._stated[0][0]
            before = [one for one in made if one[0] < until]
            self._apply(before)
            if len(before) == len(made):
                return
            self._compare()
            made = made[len(before) :]

    def close(self) -> None:
        while self._stated:
            self._compare()
        self._database.close()

    def _apply(self, made: Sequence[Written]) -> None:
        why = next((one for _, one in made if isinstance(one, str)), "")
        try:
            status.write([one for _, one in made if not isinstance(one, str)], self._database.cursor())
        except sqlite3.Error as error:
            why = why or f"{error}"
        if why and not self._broken:
            self._broken = f"the events make no such view: {why}"

    def _compare(self) -> None:
        events, stated = self._stated.popleft()
        if not stated:
            self._packs.at(events, self._database)
            return
        found = view.digest(self._database.cursor()).hex()
        self.made.append(Recomputed(self._name, events, stated, found))
        if found != stated or self._broken:
            detail = self._broken or f"at {events} events the view has another digest than the operator states"
            self.faults.append(Fault("figures.view", None, f"{self._name}@{events}", detail, FIGURES))


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16384"):
        database.execute(f"PRAGMA {pragma}")
    for statement in StatusView.tables:
        database.execute(statement)
    database.execute("BEGIN")
    return database
