"""The event store in PostgreSQL: one function call a batch, under an advisory lock (append.sql).

The library's recorder is kept for its schema and its readers; its insert is replaced, because `LOCK TABLE` asks for
more than SELECT and INSERT, fights VACUUM and costs half the speed (LEDGER.md section 0). The notification id is idx
+ 1, given by us.
"""

import importlib.resources
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from eventsourcing.persistence import IntegrityError as TakenError
from eventsourcing.persistence import PersistenceError
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from sceau.domain.errors import StoreUnavailable, StoreUnsafe
from sceau.ledger.stores import postgres_append
from sceau.ledger.stores.port import LOCK_TIMEOUT_SECONDS, Conflict, EventRow, LogRow, Receipt, span, without_hole

LOCK_KEY = 0x5CEA0
_ROW = (
    "SELECT idx, originator_id, originator_version, topic, state, salt, hash, stream, version"
    " FROM {schema}.stored_events JOIN {schema}.leaf ON idx = notification_id - 1 AND notification_id = idx + 1 "
)


class _Datastore(PostgresDatastore):
    """Whose connections wait for a lock as long as SQLite's, and no longer: whoever holds it may have been stopped."""

    def after_connect_func(self) -> Callable[[psycopg.Connection[Any]], None]:
        prepare = super().after_connect_func()

        def after_connect(connection: psycopg.Connection[Any]) -> None:
            prepare(connection)
            connection.execute(SQL("SET lock_timeout = '{}s'").format(SQL(str(LOCK_TIMEOUT_SECONDS))))

        return after_connect


class PostgresRecorder(PostgresApplicationRecorder):
    """The library's recorder with our tables and function beside its own."""

    def migrate(self) -> None:
        """Create tables and function; run by the owner, not by workers (parallel starts would collide)."""
        schema = Identifier(self.datastore.schema)
        text = importlib.resources.files("sceau.ledger.stores").joinpath("append.sql").read_text()
        self.sql_create_statements = [
            SQL(
                'CREATE TABLE IF NOT EXISTS {schema}.stored_events (originator_id text COLLATE "C" NOT NULL,'
                " originator_version bigint NOT NULL, topic text NOT NULL, state bytea NOT NULL,"
                " notification_id bigint NOT NULL UNIQUE, PRIMARY KEY (originator_id, originator_version))"
            ).format(schema=schema),
            SQL(text).format(schema=schema, lock=SQL(str(LOCK_KEY))),
        ]
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(SQL("SELECT pg_advisory_xact_lock({})").format(LOCK_KEY))
            for statement in self.sql_create_statements:
                cursor.execute(statement, prepare=False)


class PostgresStore:
    """The port over one PostgreSQL schema."""

    def __init__(self, recorder: PostgresRecorder) -> None:
        self.recorder = recorder
        self.schema = Identifier(recorder.datastore.schema)
        call = SQL(postgres_append.SQL).format(schema=self.schema).as_string().encode()
        self._appender = postgres_append.Appender(recorder.datastore.pool, call)
        self._assert_durable()

    def _sql(self, text: str) -> Composed:
        return SQL(text).format(schema=self.schema)

    def _assert_durable(self) -> None:
        """StoreUnsafe where an acknowledged commit might be lost."""
        with self._connection() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                row = connection.execute(f"SHOW {setting}").fetchone()
                if row is None or row[0] == "off":
                    raise StoreUnsafe(f"{setting} is off")

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of the library's pool, giving tuples."""
        with _told(), self.recorder.datastore.get_connection() as connection:
            connection.row_factory = tuple_row  # type: ignore[assignment]
            yield connection

    def append(self, events: Sequence[EventRow], receipts: Sequence[Receipt], expected: Mapping[str, int]) -> int:
        """See the port."""
        with _told():
            return self._appender.append(events, receipts, expected)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """See the port."""
        with _told(), self._appender.exclusive(LOCK_KEY):
            yield

    def _rows(self, where: str, values: Sequence[Any]) -> list[LogRow]:
        with self._connection() as connection, connection.cursor(binary=True) as cursor:
            cursor.execute(self._sql(_ROW + where), values, prepare=True)
            return [LogRow(*row) for row in cursor.fetchall()]

    def settled_receipts(self, command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
        """See the port."""
        with self._connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
            return self._receipts(connection, command_ids)

    def stream(self, stream: str) -> list[LogRow]:
        """See the port."""
        return self._rows("WHERE originator_id = %s ORDER BY originator_version", (stream,))

    def streams(self, prefix: str) -> list[LogRow]:
        """See the port."""
        return self._rows("WHERE originator_id >= %s AND originator_id < %s ORDER BY idx", span(prefix))

    def last_stream(self, prefix: str) -> str | None:
        """See the port."""
        query = (
            "SELECT originator_id FROM {schema}.stored_events WHERE originator_id >= %s AND originator_id < %s"
            " ORDER BY originator_id DESC LIMIT 1"
        )
        with self._connection() as connection:
            row = connection.execute(self._sql(query), span(prefix)).fetchone()
            return row[0] if row else None

    def rows(self, start: int, end: int) -> list[LogRow]:
        """See the port."""
        return self._rows("WHERE idx >= %s AND idx < %s ORDER BY idx", (start, end))

    def follow(self, start: int, limit: int) -> list[LogRow]:
        """See the port."""
        end = min(self.size(), start + limit)
        return without_hole(self.rows(start, end), start, end)

    def leaves(self, start: int, limit: int) -> list[bytes]:
        """See the port."""
        query = self._sql("SELECT hash FROM {schema}.leaf WHERE idx >= %s ORDER BY idx LIMIT %s")
        with self._connection() as connection:
            return [row[0] for row in connection.execute(query, (start, limit), binary=True)]

    def find(self, pairs: Sequence[tuple[str, int]]) -> list[LogRow]:
        """See the port."""
        streams, versions = zip(*pairs, strict=True) if pairs else ((), ())
        where = "WHERE (originator_id, originator_version) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))"
        return self._rows(where, (list(streams), list(versions)))

    def find_receipts(self, command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
        """See the port."""
        with self._connection() as connection:
            return self._receipts(connection, command_ids)

    def _receipts(self, connection: psycopg.Connection[Any], command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
        query = self._sql("SELECT command_id, mac, outcome FROM {schema}.receipt WHERE command_id = ANY(%s)")
        return {row[0]: Receipt(*row) for row in connection.execute(query, (list(command_ids),), binary=True)}

    def size(self) -> int:
        """See the port."""
        with self._connection() as connection:
            row = connection.execute(self._sql("SELECT coalesce(max(idx), -1) + 1 FROM {schema}.leaf")).fetchone()
            return row[0] if row else 0

    def counts(self) -> tuple[int, int, int]:
        """See the port."""
        with self._connection() as connection:
            events, leaves, receipts = (
                connection.execute(self._sql(f"SELECT count(*) FROM {{schema}}.{table}")).fetchone()
                for table in ("stored_events", "leaf", "receipt")
            )
            return events[0], leaves[0], receipts[0]  # type: ignore[index]

    def close(self) -> None:
        """See the port."""
        self._appender.close()
        self.recorder.datastore.close()


@contextmanager
def _told() -> Iterator[None]:
    """Every failure says whether a retry makes sense."""
    try:
        yield
    except (TakenError, psycopg.IntegrityError) as error:
        raise Conflict(str(error)) from None
    except (psycopg.Error, PersistenceError, OSError) as error:
        raise StoreUnavailable(" ".join(str(error).split())) from error


def open_store(url: str, migrate: bool = True) -> PostgresStore:
    """Connect to a postgresql:// URL; `migrate` creates what is missing and needs the owner's rights."""
    parts = conninfo_to_dict(url)
    datastore = _Datastore(
        dbname=str(parts.get("dbname") or ""),
        host=str(parts.get("host") or ""),
        port=str(parts.get("port") or "5432"),
        user=str(parts.get("user") or ""),
        password=str(parts.get("password") or ""),
        pool_size=1,
        max_overflow=8,
        originator_id_type="text",
    )
    try:
        recorder = PostgresRecorder(datastore, events_table_name="stored_events")
        if migrate:
            recorder.migrate()
        return PostgresStore(recorder)
    except (psycopg.Error, PersistenceError, OSError) as error:
        datastore.close()
        raise StoreUnavailable(" ".join(str(error).split())) from error
