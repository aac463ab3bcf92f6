"""A view: one SQLite file, owner-readable, that can always be thrown away and built again from the events.

    position = view, next_idx, anchor      how far it has come; written in the transaction that wrote the rows
    error    = idx, stream, topic, code, message        the event at which it stopped, if it did
    digest   = SHA-256 over every other table in the order of names:
               CBOR of ["sceau.view/1", table, [column, ...]], then CBOR of each row in the order of the primary key

`anchor` names the last event applied, so that a view never goes on along another history. WAL: whoever reads sees one
position and its rows, while they are written. What is deleted is overwritten in its page. The search index is no table
of its own and is left out of the digest.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sceau.domain import canonical
from sceau.domain.errors import IntegrityError

LOCK_TIMEOUT_S = 10.0
_OWN = ("position", "error")
_ROWS = 1_000  # digested at a time
_OWN_TABLES = (
    "CREATE TABLE position (one INTEGER PRIMARY KEY CHECK (one = 1), view TEXT NOT NULL, next_idx INTEGER NOT NULL,"
    " anchor BLOB NOT NULL)",
    "CREATE TABLE error (one INTEGER PRIMARY KEY CHECK (one = 1), idx INTEGER NOT NULL, stream TEXT NOT NULL,"
    " topic TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL)",
)


class ViewUnavailable(IntegrityError):
    """The file of a view is missing, locked, full or damaged."""

    code = "integrity.view_unavailable"
    fr = "vue indisponible ({why_fr}) : libérez la place ou le verrou et répétez, ou « sceau project rebuild »"
    en = "view unavailable ({detail}): free the space or the lock and repeat, or run 'sceau project rebuild'"


class ViewForeign(IntegrityError):
    """The view was built from another history than the ledger holds now."""

    code = "integrity.view_foreign"
    fr = "la vue {why_fr} vient d'une autre histoire que ce registre : « sceau project rebuild »"
    en = "the view {detail} was built from another history than this ledger: run 'sceau project rebuild'"


def open_view(path: Path, name: str, statements: Sequence[str], bulk: bool = False) -> sqlite3.Connection:
    """Open the file for writing, making it and its tables if need be; `bulk` is for one that a crash may lose."""
    with translated(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)  # names stand in it; -wal and -shm take the same mode
        connection = sqlite3.connect(path, LOCK_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        for pragma in _BULK if bulk else _LIVE:
            connection.execute(f"PRAGMA {pragma}")
        with writing(connection) as cursor:
            if not _has_position(cursor):
                for statement in (*_OWN_TABLES, *statements):
                    cursor.execute(statement)
                cursor.execute("INSERT INTO position VALUES (1, ?, 0, x'')", (name,))
        return connection


_LIVE = ("journal_mode=WAL", "synchronous=NORMAL", "journal_size_limit=16777216", "secure_delete=ON")
_BULK = ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-65536")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Cursor]:
    """One consistent look at a view, whatever is written meanwhile; ViewUnavailable if there is none."""
    with translated(path):
        uri = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, LOCK_TIMEOUT_S, isolation_level=None, uri=True)
        try:
            cursor = connection.cursor()
            cursor.execute("BEGIN")
            if not _has_position(cursor):
                raise ViewUnavailable(f"{path.name}: empty", why_fr=f"{path.name} : vide")
            yield cursor
        finally:
            connection.close()


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Cursor]:
    """One transaction under the write lock."""
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    try:
        yield cursor
        cursor.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """What SQLite says of the file itself becomes ViewUnavailable; an error in a statement stays what it is."""
    try:
        yield
    except OSError as error:
        raise ViewUnavailable.of(path.name, error) from None
    except sqlite3.Error as error:
        if not of_the_file(error):
            raise
        raise ViewUnavailable(f"{path.name}: {error}", why_fr=f"{path.name} : SQLite la refuse") from None


def of_the_file(error: BaseException) -> bool:
    """Whether an error comes from the disk or a lock, not from what was being written."""
    return isinstance(error, sqlite3.Error) and (getattr(error, "sqlite_errorcode", 1) & 0xFF) in _FILE_ERRORS


_FILE_ERRORS = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    }
)


def position(cursor: sqlite3.Cursor) -> int:
    """The idx of the first event that this view has not applied."""
    next_idx: int = cursor.execute("SELECT next_idx FROM position").fetchone()[0]
    return next_idx


def digest(cursor: sqlite3.Cursor) -> bytes:
    """What two views of the same events have in common; takes a second per million rows or so."""
    total = hashlib.sha256()
    for table in _tables(cursor):
        columns = cursor.execute(f"PRAGMA table_info({table})").fetchall()
        keys = [name for _, name, *_, place in sorted(columns, key=lambda column: column[-1]) if place]
        total.update(canonical.encode(["sceau.view/1", table, [column[1] for column in columns]]))
        found = cursor.execute(f"SELECT * FROM {table} ORDER BY {', '.join(keys)}")
        while rows := found.fetchmany(_ROWS):  # encoded together: the rows one after another, behind a head
            total.update(canonical.encode_ordered(rows)[len(canonical.head(canonical.ARRAY, len(rows))) :])
    return total.digest()


def _tables(cursor: sqlite3.Cursor) -> list[str]:
    found = cursor.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name")
    return [name for (name,) in found if name not in _OWN and not name.startswith("sqlite_")]


def _has_position(cursor: sqlite3.Cursor) -> bool:
    return cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'position'").fetchone() is not None
