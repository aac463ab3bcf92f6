"""Appending to PostgreSQL: one prepared call of sceau_append (append.sql) a batch, on a connection kept for it.

    array = dimensions 1 | no nulls 0 | element type | size | lower bound 1 | (length | bytes)*       32-bit numbers

The arrays are packed here in the binary format (PostgreSQL protocol, array_recv) and handed to libpq as they are: the
client's general way from Python values to the wire costs more than the insert.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from struct import pack
from threading import RLock
from typing import Any

import psycopg
from psycopg import generators
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg_pool import ConnectionPool

from sceau.ledger.stores.port import EventRow, Receipt

SQL = (
    "SELECT {schema}.sceau_append($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[],"
    " $7::bytea[], $8::bytea[], $9::bytea[], $10::text[], $11::bigint[])"
)
_NAME = b"sceau_append"
_BINARY = (Format.BINARY,) * 11
_TEXT, _BYTEA, _INT8 = 25, 17, 20


class Appender:
    """Calls the function; psycopg.IntegrityError if another writer was first, psycopg.Error for every other failure."""

    def __init__(self, pool: ConnectionPool[Any], sql: bytes) -> None:
        self._pool = pool
        self._sql = sql
        self._calling = RLock()
        self._connection: psycopg.Connection[Any] | None = None

    def append(self, events: Sequence[EventRow], receipts: Sequence[Receipt], expected: Mapping[str, int]) -> int:
        """One statement in autocommit mode is one transaction and one round trip; the first idx."""
        values = _packed(events, receipts, expected)
        with self._calling:
            try:
                return self._call(values)
            except psycopg.IntegrityError:
                raise
            except BaseException:
                self._drop()
                raise

    @contextmanager
    def exclusive(self, lock: int) -> Iterator[None]:
        """Hold this advisory lock, which the function takes again at once: it is the session's."""
        with self._calling:
            try:
                self._connected().execute("SELECT pg_advisory_lock(%s)", (lock,))
                yield
                self._connected().execute("SELECT pg_advisory_unlock(%s)", (lock,))
            except BaseException:
                self._drop()
                raise

    def close(self) -> None:
        """Give the connection back."""
        with self._calling:
            self._drop()

    def _call(self, values: Sequence[bytes]) -> int:
        connection = self._connected()
        connection.pgconn.send_query_prepared(_NAME, values, _BINARY, Format.BINARY)
        result = connection.wait(generators.execute(connection.pgconn))[0]
        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)
        return int.from_bytes(result.get_value(0, 0) or b"", "big")

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            self._connection = self._pool.getconn()
            prepared = self._connection.pgconn.prepare(_NAME, self._sql)
            if prepared.status != ExecStatus.COMMAND_OK:
                raise error_from_result(prepared)
        return self._connection

    def _drop(self) -> None:
        """Whatever state the connection is in, it is not used again."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._pool.putconn(self._connection)
            self._connection = None


def _packed(events: Sequence[EventRow], receipts: Sequence[Receipt], expected: Mapping[str, int]) -> list[bytes]:
    """The parameters of the function, in its order."""
    streams, versions, topics, states, salts, leaves = zip(*events, strict=True)
    ids, macs, outcomes = zip(*receipts, strict=True) if receipts else ((), (), ())
    return [
        _texts(streams),
        _ints(versions),
        _texts(topics),
        *[_array(_BYTEA, column) for column in (states, salts, leaves, ids, macs, outcomes)],
        _texts(tuple(expected)),
        _ints(tuple(expected.values())),
    ]


def _array(element: int, items: Sequence[bytes]) -> bytes:
    """A one-dimensional array without nulls."""
    return b"".join([_head(element, len(items)), *[len(item).to_bytes(4, "big") + item for item in items]])


@lru_cache(maxsize=256)
def _head(element: int, size: int) -> bytes:
    return pack("!iiiii", 1, 0, element, size, 1) if size else pack("!iii", 0, 0, element)


def _texts(items: Sequence[str]) -> bytes:
    return _array(_TEXT, [item.encode() for item in items])


def _ints(items: Sequence[int]) -> bytes:
    return _array(_INT8, [item.to_bytes(8, "big") for item in items])
