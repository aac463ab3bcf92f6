"""The event store in one SQLite file: WAL, synchronous=FULL, one writer at a time (BEGIN IMMEDIATE).

The library's own recorder is kept for its schema and its readers; its insert is replaced (sqlite_append.py). The
notification id of the library is idx + 1, given by us: the two orders are one, and no rowid is ever guessed, reused or
renumbered.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from eventsourcing.persistence import PersistenceError
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor, SQLiteDatastore

from sceau.domain.errors import StoreUnavailable, StoreUnsafe
from sceau.ledger.stores.port import LOCK_TIMEOUT_SECONDS, LogRow, Receipt, span, without_hole
from sceau.ledger.stores.sqlite_append import NEXT_IDX, Appender

Cursor: TypeAlias = SQLiteCursor | sqlite3.Cursor
_TABLES = (
    "CREATE TABLE IF NOT EXISTS stored_events (notification_id INTEGER PRIMARY KEY, originator_id TEXT NOT NULL,"
    " originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL,"
    " UNIQUE (originator_id, originator_version))",
    "CREATE TABLE IF NOT EXISTS leaf (idx INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL,"
    " salt BLOB NOT NULL, hash BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS receipt (command_id BLOB PRIMARY KEY, mac BLOB NOT NULL, outcome BLOB NOT NULL)"
    " WITHOUT ROWID",
)
_TABLE_NAMES = ("stored_events", "leaf", "receipt")
# The condition stands both ways round, because a planner cannot turn it: else each batch would scan the whole table.
# The casts cost nothing; without them a value edited into text would look like a failing database.
_ROW = (
    "SELECT idx, originator_id, originator_version, topic, CAST(state AS BLOB), CAST(salt AS BLOB),"
    " CAST(hash AS BLOB), stream, version"
    " FROM stored_events JOIN leaf ON idx = notification_id - 1 AND notification_id = idx + 1"
)
_RECEIPT = "SELECT command_id, CAST(mac AS BLOB), CAST(outcome AS BLOB) FROM receipt WHERE command_id"
_CHUNK = 500


class SqliteRecorder(SQLiteApplicationRecorder):
    """The library's recorder over our tables."""

    def construct_create_table_statements(self) -> list[str]:
        """Our tables; a row can be neither changed nor deleted (a fence, not the proof: that is the log)."""
        fences = [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, 'rows are only inserted'); END"
            for table in _TABLE_NAMES
            for verb in ("update", "delete")
        ]
        return [*_TABLES, *fences]


class SqliteStore:
    """The port over one SQLite file."""

    def __init__(self, recorder: SqliteRecorder) -> None:
        self.recorder = recorder
        self.appender = Appender(recorder.datastore.pool.db_name)
        self.append = self.appender.append
        self.exclusive = self.appender.exclusive
        self._assert_durable()

    def _assert_durable(self) -> None:
        """StoreUnsafe unless an acknowledged commit survives a power cut (FAULTS.md: NORMAL loses rows)."""
        with self._reading() as cursor:
            mode = _one(cursor, "PRAGMA journal_mode")
            synchronous = _one(cursor, "PRAGMA synchronous")
        if mode != "wal" or synchronous not in (2, 3):
            raise StoreUnsafe(f"journal_mode={mode} synchronous={synchronous}; need wal and FULL")

    @contextmanager
    def _reading(self) -> Iterator[SQLiteCursor]:
        try:
            with self.recorder.datastore.transaction(commit=False) as cursor:
                cursor.sqlite_cursor.row_factory = None  # tuples: rows by name cost as much again as reading
                yield cursor
        except (sqlite3.Error, PersistenceError) as error:
            raise StoreUnavailable(str(error)) from error

    def _rows(self, where: str, values: Sequence[Any]) -> list[LogRow]:
        with self._reading() as cursor:
            cursor.execute(f"{_ROW} {where}", values)
            return [LogRow(*row) for row in cursor.fetchall()]

    def settled_receipts(self, command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
        """See the port."""
        with self.appender.writing() as cursor:
            return _receipts(cursor, command_ids)

    def stream(self, stream: str) -> list[LogRow]:
        """See the port."""
        return self._rows("WHERE originator_id = ? ORDER BY originator_version", (stream,))

    def streams(self, prefix: str) -> list[LogRow]:
        """See the port."""
        return self._rows("WHERE originator_id >= ? AND originator_id < ? ORDER BY idx", span(prefix))

    def last_stream(self, prefix: str) -> str | None:
        """See the port."""
        with self._reading() as cursor:
            cursor.execute(
                "SELECT max(originator_id) FROM stored_events WHERE originator_id >= ? AND originator_id < ?",
                span(prefix),
            )
            found: str | None = cursor.fetchone()[0]
            return found

    def rows(self, start: int, end: int) -> list[LogRow]:
        """See the port."""
        return self._rows("WHERE idx >= ? AND idx < ? ORDER BY idx", (start, end))

    def follow(self, start: int, limit: int) -> list[LogRow]:
        """See the port."""
        end = min(self.size(), start + limit)
        return without_hole(self.rows(start, end), start, end)

    def leaves(self, start: int, limit: int) -> list[bytes]:
        """See the port."""
        with self._reading() as cursor:
            cursor.execute("SELECT CAST(hash AS BLOB) FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?", (start, limit))
            return [row[0] for row in cursor.fetchall()]

    def find(self, pairs: Sequence[tuple[str, int]]) -> list[LogRow]:
        """See the port."""
        found = []
        with self._reading() as cursor:
            for pair in pairs:
                cursor.execute(f"{_ROW} WHERE originator_id = ? AND originator_version = ?", pair)
                found += [LogRow(*row) for row in cursor.fetchall()]
        return found

    def find_receipts(self, command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
        """See the port."""
        with self._reading() as cursor:
            return _receipts(cursor, command_ids)

    def size(self) -> int:
        """See the port."""
        with self._reading() as cursor:
            return int(_one(cursor, NEXT_IDX))

    def counts(self) -> tuple[int, int, int]:
        """See the port."""
        with self._reading() as cursor:
            events, leaves, receipts = (_one(cursor, f"SELECT count(*) FROM {table}") for table in _TABLE_NAMES)
            return events, leaves, receipts

    def close(self) -> None:
        """See the port."""
        self.appender.close()
        self.recorder.datastore.close()


def _one(cursor: Cursor, query: str) -> Any:
    cursor.execute(query)
    return cursor.fetchone()[0]


def _receipts(cursor: Cursor, command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
    found = {}
    for start in range(0, len(command_ids), _CHUNK):
        some = command_ids[start : start + _CHUNK]
        cursor.execute(f"{_RECEIPT} IN ({','.join('?' * len(some))})", some)
        found.update({row[0]: Receipt(*row) for row in cursor.fetchall()})
    return found


def open_store(path: str) -> SqliteStore:
    """Open or create the file's tables."""
    recorder = SqliteRecorder(
        SQLiteDatastore(path, lock_timeout=LOCK_TIMEOUT_SECONDS, originator_id_type="text"), "stored_events"
    )
    try:
        recorder.create_table()
    except (sqlite3.Error, PersistenceError) as error:
        raise StoreUnavailable(str(error)) from error
    return SqliteStore(recorder)
