"""The views without personal data, made again from the events: do they give the digests that the operator states?

Published lists come from these views. A view is made in a temporary file by the very projection that the operator
runs; what it states stands in the manifest as {name: [number of events, digest]}.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sceau.audit_kit.faults import FIGURES, Fault
from sceau.domain.errors import SceauError
from sceau.domain.events import Event
from sceau.ledger import envelope
from sceau.ledger.envelope import Envelope
from sceau.ledger.reader import Recorded
from sceau.ledger.stores.port import LogRow
from sceau.projections import status, view
from sceau.projections.status import StatusView

_KNOWN = {StatusView.name: StatusView}
Stated: TypeAlias = Mapping[str, tuple[int, str]]


class Recomputed(NamedTuple):
    """One view: how many events it was said to cover, the digest stated and the one that the events give."""

    name: str
    events: int
    stated: str
    found: str


class Views:
    """The views that the manifest states and this program knows; `folder` takes their temporary files."""

    def __init__(self, stated: Stated, folder: Path) -> None:
        self._views = {
            name: (_KNOWN[name](), _open(folder / f"{name}.db", _KNOWN[name])) for name in stated if name in _KNOWN
        }
        self.topics = frozenset(kind.topic for kind in status._HANDLERS if issubclass(kind, Event))
        self._stated = stated
        self._broken: dict[str, str] = {}

    def take(self, rows: Sequence[LogRow], parsed: Sequence[Envelope]) -> None:
        """Apply a batch of events, in order."""
        for name, (projection, database) in self._views.items():
            until = self._stated[name][0]
            recorded = [_recorded(row, found) for row, found in zip(rows, parsed, strict=True) if row.idx < until]
            try:
                projection.apply([one for one in recorded if one is not None], database.cursor())
            except (sqlite3.Error, ValueError, TypeError) as error:
                self._broken.setdefault(name, f"the events make no such view: {error}")

    def close(self) -> tuple[list[Recomputed], list[Fault]]:
        """Compare the digests, and remove the files' locks."""
        made, faults = [], []
        for name, (_, database) in self._views.items():
            events, stated = self._stated[name]
            found = view.digest(database.cursor()).hex()
            database.close()
            made.append(Recomputed(name, events, stated, found))
            if found != stated or name in self._broken:
                detail = self._broken.get(name, f"view {name}: the events give another digest than the operator states")
                faults.append(Fault("figures.view", None, name, detail, FIGURES))
        return made, faults


def _open(path: Path, projection: Any) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16384"):
        database.execute(f"PRAGMA {pragma}")
    for statement in projection.tables:
        database.execute(statement)
    database.execute("BEGIN")
    return database


def _recorded(row: LogRow, found: Envelope) -> Recorded | None:
    try:
        return Recorded(row.idx, found.meta, found.topic, envelope.event(found, None), found.kid)
    except SceauError:
        return None  # the auditor names it
