"""The vault's rows in SQLite, in a file of their own with its own, short-lived backups.

    data_key = (id BLOB PRIMARY KEY, wrapped BLOB)      INSERT and SELECT only

WAL with synchronous=FULL: a commit that returned survives a power cut. Both are read back, as SQLite ignores a PRAGMA
that it cannot obey.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sceau.domain.errors import IntegrityError, StoreUnavailable, StoreUnsafe

_FULL = 2
_CHUNK = 500
_WAIT_S = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS data_key (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID
"""


class SqliteVaultStore:
    """One connection behind a lock, usable from every thread of one process."""

    def __init__(self, path: str | Path) -> None:
        self._lock = Lock()
        with _translated():
            self._db = sqlite3.connect(path, _WAIT_S, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def insert(self, rows: Sequence[tuple[bytes, bytes]]) -> None:
        """Add rows in one transaction, durable when it returns; IntegrityError for an id that exists."""
        with self._lock, _translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany("INSERT INTO data_key (id, wrapped) VALUES (?, ?)", rows)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def select(self, ids: Sequence[bytes]) -> dict[bytes, bytes]:
        """The rows of those ids that exist."""
        return dict(self._rows("id, wrapped", ids))

    def missing(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those ids that do not exist."""
        return set(ids).difference(row[0] for row in self._rows("id", ids))

    def count(self) -> int:
        """How many rows there are."""
        with self._lock, _translated():
            return int(self._db.execute("SELECT count(*) FROM data_key").fetchone()[0])

    def _rows(self, columns: str, ids: Sequence[bytes]) -> Iterator[Any]:
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            query = f"SELECT {columns} FROM data_key WHERE id IN ({','.join('?' * len(part))})"
            with self._lock, _translated():
                rows = self._db.execute(query, part).fetchall()
            yield from rows

    def _prepare(self) -> None:
        with _translated():
            mode = self._db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            self._db.execute("PRAGMA synchronous = FULL")
            synchronous = self._db.execute("PRAGMA synchronous").fetchone()[0]
            if mode != "wal" or synchronous != _FULL:
                raise StoreUnsafe(f"vault: journal_mode {mode}, synchronous {synchronous}; needs wal and 2 (FULL)")
            self._db.execute(_SCHEMA)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise IntegrityError(f"vault refused a row ({error}): does the random source repeat itself?") from None
    except sqlite3.Error as error:
        raise StoreUnavailable(f"vault: {error}") from None
