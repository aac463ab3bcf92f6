"""A projection follows the ledger: each event applied exactly once, in order, or loudly not at all.

    catch_up:  read a batch from next_idx -> apply -> write the position -> commit       one transaction

Rows and position are one transaction, so a process may be killed anywhere; several may follow the same file, for the
position is looked at again under the lock. An event that a projection cannot digest stops that projection alone:
everything before it is kept, the file says which event it was, and nothing goes on until `resume`, once the fault is
mended.
"""

import hashlib
import sqlite3
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Protocol

from sceau.domain import canonical
from sceau.domain.errors import EnvelopeInvalid, IntegrityError, LogBroken, SceauError, StoreUnavailable
from sceau.ledger.reader import Reader, Recorded
from sceau.projections import view
from sceau.projections.view import ViewForeign, ViewUnavailable

BATCH = 1_000
Progress = Callable[[int, int], None]


class Projection(Protocol):
    """What a view holds and how events change it."""

    @property
    def name(self) -> str:
        """Its name with its version, "register_v1": another meaning is another view."""

    @property
    def tables(self) -> Sequence[str]:
        """The statements that make its tables, each with a primary key, and the indexes that `apply` needs."""

    @property
    def indexes(self) -> Sequence[str]:
        """The statements that make what only searches need; a rebuild runs them last."""

    def apply(self, rows: Sequence[Recorded], cursor: sqlite3.Cursor) -> None:
        """Apply events in order; the rows must come out the same however the events are cut into batches."""


class ProjectionStopped(IntegrityError):
    """A projection met an event that it cannot apply, and waits there."""

    code = "integrity.projection_stopped"
    fr = "la vue {view} s'est arrêtée à l'événement {idx} ({stream} {topic}) : {cause} ; corrigez, puis reprenez"
    en = "the view {view} stopped at event {idx} ({stream} {topic}): {cause}; mend the fault, then resume"

    def __init__(self, view: str, idx: int, stream: str, topic: str, cause: str, message: str) -> None:
        detail = f"{view}: event {idx} {stream} {topic}: {cause} {message}".rstrip()
        super().__init__(detail, view=view, idx=idx, stream=stream, topic=topic, cause=cause, message=message)


@dataclass(frozen=True, slots=True)
class Status:
    """How far a view is."""

    name: str
    next_idx: int
    lag: int
    error: ProjectionStopped | None


class Projector:
    """One view and its file. Thread-safe; close it."""

    def __init__(self, projection: Projection, path: Path, bulk: bool = False) -> None:
        statements = projection.tables if bulk else (*projection.tables, *projection.indexes)
        self.projection = projection
        self.path = path
        self._connection = view.open_view(path, projection.name, statements, bulk)
        self._lock = RLock()

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def catch_up(
        self, reader: Reader, batch: int = BATCH, progress: Progress | None = None, until: int | None = None
    ) -> int:
        """Apply all events that there are (or those before `until`), and return the next idx.

        `progress` is told (next idx, size of the ledger) after each batch. Raises ProjectionStopped at an event that
        cannot be applied, now or before; ViewForeign if the ledger is not the one that the view was built from.
        """
        with self._lock, view.translated(self.path):
            at, stopped = self._where()
            if stopped is not None:
                raise stopped
            while at < (end := self._end(reader, until, at)):
                at = self._advance(reader, min(batch, end - at))
                if progress is not None:
                    progress(at, end)
            return at

    def resume(self, reader: Reader, batch: int = BATCH, progress: Progress | None = None) -> int:
        """Try again from the event at which the view stopped."""
        with self._lock:
            with view.translated(self.path), view.writing(self._connection) as cursor:
                cursor.execute("DELETE FROM error")
            return self.catch_up(reader, batch, progress)

    def status(self, reader: Reader) -> Status:
        """How far this view is behind the ledger, and whether it stopped."""
        size = reader.store.size()
        with view.reading(self.path) as cursor:
            at = view.position(cursor)
            return Status(self.projection.name, at, size - at, _stopped(cursor))

    def digest(self) -> tuple[int, bytes]:
        """Where the view stands, and the digest of its rows there."""
        with view.reading(self.path) as cursor:
            return view.position(cursor), view.digest(cursor)

    def execute(self, statements: Sequence[str]) -> None:
        """Run statements of the projection in one transaction: what a bulk load left for the end."""
        with self._lock, view.translated(self.path), view.writing(self._connection) as cursor:
            for statement in statements:
                cursor.execute(statement)

    def copy_over(self, other: "Projector", waits_max: int = 240) -> None:
        """Replace the whole content of `other` by this one's in one transaction of `other`.

        Copied, not renamed: a file renamed over a database in use would meet the WAL of the old one. Readers keep
        what they see until the commit, a crash leaves the old content.
        """
        waits = iter(range(waits_max))

        def wait(status: int, _remaining: int, _total: int) -> None:
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and next(waits, None) is None:
                raise ViewUnavailable(f"{other.path.name}: locked", why_fr=f"{other.path.name} : verrouillée")

        with self._lock, other._lock, view.translated(other.path):
            self._connection.backup(other._connection, progress=wait)

    def _where(self) -> tuple[int, ProjectionStopped | None]:
        cursor = self._connection.cursor()
        return view.position(cursor), _stopped(cursor)

    def _end(self, reader: Reader, until: int | None, at: int) -> int:
        size = reader.store.size()
        if size < at:
            raise ViewForeign(
                f"{self.projection.name}: {at} events applied, {size} in the ledger",
                why_fr=f"{self.projection.name} ({at} événements appliqués, {size} dans le registre)",
            )
        return size if until is None else min(until, size)

    def _advance(self, reader: Reader, count: int) -> int:
        """Apply the next `count` events, one by one if they do not go together."""
        try:
            return self._step(reader, count)
        except Exception as error:
            _raise_if_of(error, _NOT_NOW)
        at = 0
        for _ in range(count):
            try:
                at = self._step(reader, 1)
            except Exception as error:
                _raise_if_of(error, (*_NOT_NOW, *_LEDGER_BROKEN))
                raise self._park(reader, error) from None  # its text may name a person
        return at

    def _step(self, reader: Reader, count: int) -> int:
        """Apply up to `count` events in one transaction; another follower may have been faster."""
        cursor = self._connection.cursor()
        at, anchor = cursor.execute("SELECT next_idx, anchor FROM position").fetchone()
        rows = self._following(reader, at, anchor, count)
        if not rows:
            return int(at)
        with view.writing(self._connection) as cursor:
            if view.position(cursor) != at:
                return view.position(cursor)
            self.projection.apply(rows, cursor)
            last = rows[-1]
            cursor.execute("UPDATE position SET next_idx = ?, anchor = ?", (last.idx + 1, _anchor(last)))
        return last.idx + 1

    def _following(self, reader: Reader, at: int, anchor: bytes, count: int) -> list[Recorded]:
        """The events from `at` on; ViewForeign unless the one before is the one that we applied last."""
        if at == 0:
            return reader.read(0, count)
        before, *rows = reader.read(at - 1, count + 1)
        if _anchor(before) != anchor:
            raise ViewForeign(self.projection.name)
        return rows

    def _park(self, reader: Reader, error: Exception) -> ProjectionStopped:
        """Write down which event it was and why, in words that name nobody."""
        at, _ = self._where()
        rows = reader.store.follow(at, 1)
        stream, topic = (rows[0].stream, rows[0].topic) if rows else ("", "")
        cause = error.code if isinstance(error, SceauError) else type(error).__name__
        frame = traceback.extract_tb(error.__traceback__)[-1]
        values = (at, stream, topic, cause, f"{Path(frame.filename).name}:{frame.lineno}")
        with view.writing(self._connection) as cursor:
            cursor.execute("INSERT OR REPLACE INTO error VALUES (1, ?, ?, ?, ?, ?)", values)
        return ProjectionStopped(self.projection.name, *values)


def catch_up_all(projectors: Sequence[Projector], reader: Reader, batch: int = BATCH) -> list[IntegrityError]:
    """Bring every view up to date; what stops one is reported and does not hinder the others."""
    faults = []
    for projector in projectors:
        try:
            projector.catch_up(reader, batch)
        except IntegrityError as error:
            faults.append(error)
    return faults


_NOT_NOW = (StoreUnavailable, ViewUnavailable, ViewForeign)
_LEDGER_BROKEN = (LogBroken, EnvelopeInvalid)  # nobody's event: reported as it is, nothing to resume


def _raise_if_of(error: Exception, kinds: tuple[type[Exception], ...]) -> None:
    if isinstance(error, kinds) or view.of_the_file(error):
        raise error


def _anchor(row: Recorded) -> bytes:
    meta = row.meta
    named = [meta.origin, meta.stream, meta.version, meta.time, meta.previous, meta.command_id, row.kid]
    return hashlib.sha256(canonical.encode(named)).digest()


def _stopped(cursor: sqlite3.Cursor) -> ProjectionStopped | None:
    query = "SELECT view, idx, stream, topic, code, message FROM error, position"
    row = cursor.execute(query).fetchone()
    return None if row is None else ProjectionStopped(*row)
