"""The vault's rows in SQLite, in a file of their own with its own, short-lived backups.

    data_key = (id BLOB PRIMARY KEY, wrapped BLOB)      INSERT and SELECT, and emptied once: destroyed

WAL with synchronous=FULL: a commit that returned survives a power cut. secure_delete: what is emptied is overwritten in
its page; the WAL, which has older pages, is then truncated. All three are read back, as SQLite ignores a PRAGMA that it
cannot obey.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sceau.domain.errors import IntegrityError, StoreUnavailable, StoreUnsafe

_FULL, _ON = 2, 1
_REWRITTEN = 1  # the user_version of a file that was written anew, and since then only by connections that overwrite
_CHUNK = 500
_WAIT_S = 5.0
_AGAIN_S = 0.01
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
        self._write("INSERT INTO data_key (id, wrapped) VALUES (?, ?)", rows)

    def _write(self, statement: str, rows: Sequence[tuple[bytes, ...]]) -> None:
        with self._lock, _translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany(statement, rows)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def select(self, ids: Sequence[bytes]) -> dict[bytes, bytes]:
        """The rows of those ids that have a key."""
        return dict(self._rows("id, wrapped", ids, _KEPT))

    def missing(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those ids that have no key, destroyed or never there."""
        return set(ids).difference(row[0] for row in self._rows("id", ids, _KEPT))

    def destroyed(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those ids whose key was destroyed."""
        return {row[0] for row in self._rows("id", ids, _EMPTIED)}

    def destroy(self, ids: Sequence[bytes]) -> None:
        """Empty these rows durably and truncate the WAL; StoreUnavailable while somebody else reads it."""
        self._rewrite_once()
        self._write(_DESTROY, [(one,) for one in ids])
        end = time.monotonic() + _WAIT_S
        while not self._truncated():
            if time.monotonic() > end:
                raise StoreUnavailable("vault: the keys are destroyed, but another process holds up the end of the WAL")
            time.sleep(_AGAIN_S)  # SQLite itself does not wait for a checkpoint of somebody else's

    def count(self) -> int:
        """How many rows there are."""
        with self._lock, _translated():
            return int(self._db.execute("SELECT count(*) FROM data_key").fetchone()[0])

    def _rewrite_once(self) -> None:
        """Before the first key is destroyed: pages written without secure_delete hold copies of rows that moved."""
        with self._lock, _translated():
            if self._db.execute("PRAGMA user_version").fetchone()[0] < _REWRITTEN:
                self._db.execute("VACUUM")
                self._db.execute(f"PRAGMA user_version = {_REWRITTEN}")

    def _truncated(self) -> bool:
        """Empty the WAL of the pages that it has from before; False while another process reads one of them."""
        with self._lock, _translated():
            return bool(self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def _rows(self, columns: str, ids: Sequence[bytes], condition: str) -> Iterator[Any]:
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            query = f"SELECT {columns} FROM data_key WHERE id IN ({','.join('?' * len(part))}) AND {condition}"
            with self._lock, _translated():
                rows = self._db.execute(query, part).fetchall()
            yield from rows

    def _prepare(self) -> None:
        with _translated():
            mode = self._db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            self._db.execute("PRAGMA synchronous = FULL")
            synchronous = self._db.execute("PRAGMA synchronous").fetchone()[0]
            overwrites = self._db.execute("PRAGMA secure_delete = ON").fetchone()[0]
            if (mode, synchronous, overwrites) != ("wal", _FULL, _ON):
                found = f"journal_mode {mode}, synchronous {synchronous}, secure_delete {overwrites}"
                raise StoreUnsafe(f"vault: {found}; needs wal, 2 (FULL) and 1 (ON)")
            self._db.execute(_SCHEMA)
            self._db.execute("PRAGMA busy_timeout = 0")  # whoever is in the way may stay there
        self._truncated()  # a kill may have come between destroying and this
        with _translated():
            self._db.execute(f"PRAGMA busy_timeout = {round(_WAIT_S * 1000)}")


_KEPT, _EMPTIED = "wrapped <> x''", "wrapped = x''"
_DESTROY = "INSERT INTO data_key (id, wrapped) VALUES (?, x'') ON CONFLICT (id) DO UPDATE SET wrapped = x''"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise IntegrityError(f"vault refused a row ({error}): does the random source repeat itself?") from None
    except sqlite3.Error as error:
        raise StoreUnavailable(f"vault: {error}") from None
