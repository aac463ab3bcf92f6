"""The event store: rows that are only ever inserted, in one order without holes.

    event   = stream, version, topic, state              state: the COSE_Sign1 as it was signed
    leaf    = idx, stream, version, salt, leaf hash       idx: 0, 1, 2, ... the order of the whole ledger
    receipt = command id, MAC of the command, outcome

All rows of a batch go into one transaction, under one lock that every writer takes; `idx` is given under that lock, so
a reader who has seen idx n has seen everything before it. Two stores stand behind this port and pass one test suite.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from sceau.domain.errors import LogBroken


class EventRow(NamedTuple):
    """One event on its way in, with its leaf; `topic` and `stream` repeat what `state` says, for look-ups."""

    stream: str
    version: int
    topic: str
    state: bytes
    salt: bytes
    leaf: bytes


class LogRow(NamedTuple):
    """One event as stored, at its place in the log, and what its leaf row says of it."""

    idx: int
    stream: str
    version: int
    topic: str
    state: bytes
    salt: bytes
    leaf: bytes
    leaf_stream: str
    leaf_version: int


class Receipt(NamedTuple):
    """What came of a command; `outcome` is canonical CBOR [[stream, version], ...]."""

    command_id: bytes
    mac: bytes
    outcome: bytes


LOCK_TIMEOUT_SECONDS = 10  # for the write lock, then StoreUnavailable
CLOCK_BEHIND_MAX_MS = 5_000  # how far a writer's clock may lag behind the last event
CLOCK_AHEAD_MAX_MS = 5 * 86_400_000  # how far it may run ahead without an operator's word: a long weekend


class Conflict(Exception):  # never leaves the ledger: the command is decided again
    """A stream, number or command id was taken by another writer since the decision."""


class Store(Protocol):
    """What the ledger asks of a database."""

    def append(self, events: Sequence[EventRow], receipts: Sequence[Receipt], expected: Mapping[str, int]) -> int:
        """Write all or nothing, durably, and return the first idx.

        `expected` maps streams to the version that the decision relied on (0: no such stream). Raises Conflict if
        another writer was there first, StoreUnavailable if the outcome is unknown.
        """

    def exclusive(self) -> AbstractContextManager[None]:
        """The write lock: nobody else writes until this thread has appended inside, or to the end; StoreUnavailable."""

    def settled_receipts(self, command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
        """The receipts that exist once every transaction under way has ended (takes the lock)."""

    def stream(self, stream: str) -> list[LogRow]:
        """All events of a stream, first to last."""

    def streams(self, prefix: str) -> list[LogRow]:
        """All events of all streams whose name begins so, in log order."""

    def last_stream(self, prefix: str) -> str | None:
        """The greatest stream name that begins so."""

    def rows(self, start: int, end: int) -> list[LogRow]:
        """What there is from idx `start` up to `end`, holes and all (for the auditor)."""

    def follow(self, start: int, limit: int) -> list[LogRow]:
        """Up to `limit` rows from idx `start` on, without a hole; LogBroken if there is one."""

    def leaves(self, start: int, limit: int) -> list[bytes]:
        """Leaf hashes from idx `start` on."""

    def find(self, pairs: Sequence[tuple[str, int]]) -> list[LogRow]:
        """The rows of these (stream, version) pairs, as many as there are."""

    def find_receipts(self, command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
        """The receipts of these commands, as many as there are now."""

    def size(self) -> int:
        """How many events there are: the next idx."""

    def counts(self) -> tuple[int, int, int]:
        """Rows in events, leaves and receipts."""

    def close(self) -> None:
        """Release connections."""


def without_hole(rows: list[LogRow], start: int, end: int) -> list[LogRow]:
    """The rows from `start` to `end`; LogBroken if one is missing or its leaf is another's."""
    for place, row in enumerate(rows, start):
        if row.idx != place:
            raise LogBroken(f"no event at index {place}")
        if (row.leaf_stream, row.leaf_version) != (row.stream, row.version):
            raise LogBroken(f"leaf {row.idx} belongs to {row.leaf_stream} {row.leaf_version}, not to {row.stream}")
    if start + len(rows) < end:
        raise LogBroken(f"no event at index {start + len(rows)}")
    return rows


def span(prefix: str) -> tuple[str, str]:
    """The half-open range of names (ASCII) that begin with `prefix`."""
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
