"""Appending to SQLite: one transaction a batch, on a connection kept for it, under the write lock (BEGIN IMMEDIATE).

The event store library's connections keep one prepared statement each; this one keeps them all. Whoever finds the lock
taken asks for it again twice a millisecond: SQLite's own waiting sleeps up to 100 ms beside a lock that is free.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from threading import RLock
from typing import Any

from sceau.domain.errors import StoreUnavailable
from sceau.ledger.stores.port import LOCK_TIMEOUT_SECONDS, Conflict, EventRow, Receipt

_LOCK_EVERY_SECONDS = 0.0005
_ROWS = 32  # in one INSERT
_CHUNK = 500
NEXT_IDX = "SELECT coalesce(max(idx), -1) + 1 FROM leaf"
_MOVED = (
    "SELECT column1 FROM (VALUES {}) WHERE column2 <>"
    " coalesce((SELECT max(originator_version) FROM stored_events WHERE originator_id = column1), 0) LIMIT 1"
)


class Appender:
    """The writing connection of one file, for all threads of this process; opened when first needed."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._writing = RLock()
        self._writer: sqlite3.Connection | None = None

    def append(self, events: Sequence[EventRow], receipts: Sequence[Receipt], expected: Mapping[str, int]) -> int:
        """Write one batch; see `port.Store.append`."""
        with self.writing() as cursor:
            require_unmoved(cursor, list(expected.items()))
            first: int = cursor.execute(NEXT_IDX).fetchone()[0]
            stored = [(first + n + 1, e.stream, e.version, e.topic, e.state) for n, e in enumerate(events)]
            leaves = [(first + n, e.stream, e.version, e.salt, e.leaf) for n, e in enumerate(events)]
            for table, rows in (("stored_events", stored), ("leaf", leaves), ("receipt", receipts)):
                insert(cursor, table, rows)
        return first

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """See the port: a transaction that the next `writing` goes on with, and ends."""
        with self._writing:
            try:
                self._begun()
                yield
            except sqlite3.Error as error:
                raise StoreUnavailable(str(error)) from error
            finally:
                self._roll_back()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """One durable transaction under the write lock; every failure says whether a retry makes sense."""
        with self._writing:
            try:
                cursor = self._begun()
                yield cursor
                cursor.execute("COMMIT")
            except sqlite3.IntegrityError as error:
                self._roll_back()
                raise Conflict(str(error)) from None
            except sqlite3.Error as error:
                self._roll_back()
                raise StoreUnavailable(str(error)) from error
            except BaseException:
                self._roll_back()
                raise

    def _begun(self) -> sqlite3.Cursor:
        """A cursor in the transaction under way, or in a new one."""
        connection = self._connected()
        cursor = connection.cursor()
        if not connection.in_transaction:
            cursor.execute("PRAGMA synchronous=FULL")
            _lock(cursor)
        return cursor

    def _connected(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = sqlite3.connect(self._path, 0, isolation_level=None, check_same_thread=False)
        return self._writer

    def _roll_back(self) -> None:
        if self._writer is not None and self._writer.in_transaction:
            with suppress(sqlite3.Error):  # what cannot be rolled back is rolled back by closing
                self._writer.execute("ROLLBACK")
                return
            self._close()

    def close(self) -> None:
        """Release the writing connection, once nobody writes; the next write opens another."""
        with self._writing:
            self._close()

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _lock(cursor: sqlite3.Cursor) -> None:
    end = time.monotonic() + LOCK_TIMEOUT_SECONDS
    while True:
        try:
            cursor.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(_LOCK_EVERY_SECONDS)


def insert(cursor: sqlite3.Cursor, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """In statements of many rows: each one gives the interpreter lock away once, not once a row."""
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        cursor.execute(_insertion(table, len(some), len(some[0])), [value for row in some for value in row])


@lru_cache(maxsize=256)
def _insertion(table: str, rows: int, columns: int) -> str:
    return f"INSERT INTO {table} VALUES {_marks(rows, columns)}"


def _marks(rows: int, columns: int) -> str:
    return ",".join([f"({','.join('?' * columns)})"] * rows)


def require_unmoved(cursor: sqlite3.Cursor, expected: Sequence[tuple[str, int]]) -> None:
    """Conflict if a stream stands at another version; asked in statements of many, as rows are inserted."""
    for start in range(0, len(expected), _CHUNK):
        some = expected[start : start + _CHUNK]
        cursor.execute(_MOVED.format(_marks(len(some), 2)), [value for pair in some for value in pair])
        moved = cursor.fetchone()
        if moved is not None:
            raise Conflict(moved[0])
