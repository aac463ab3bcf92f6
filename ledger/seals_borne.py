"""Which document bears which seal: no two may bear one, or what a list says of the one it says of the other.

`seal_id` stands in clear, so nobody needs a key to compare. A pack knows a seal by its first 8 bytes (pack_status.py):
these are compared. The document that bore them first in the log keeps them. What is noted of each document waits in a
temporary file, so that memory does not grow with the log.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from sceau.domain.document import DocumentIssued
from sceau.ledger.envelope import Envelope
from sceau.ledger.findings import Finding
from sceau.ledger.stores.port import LogRow, Store

SHORT = 8
FINDINGS_MAX = 100
Borne: TypeAlias = tuple[bytes, int]  # the first 8 bytes of a seal_id, and the index of the document's issuance
_TWICE = (
    "SELECT borne.idx, first FROM borne JOIN (SELECT seal, min(idx) AS first FROM borne GROUP BY seal"
    " HAVING count(*) > 1) USING (seal) WHERE borne.idx > first ORDER BY borne.idx LIMIT ?"
)


def borne(rows: Sequence[LogRow], parsed: Sequence[Envelope]) -> list[Borne]:
    """The seals of the documents that these events issue; what is none is named by the rules (entitlement.py)."""
    seals = [(found.clear.get("seal_id"), row.idx) for row, found in _issued(rows, parsed)]
    return [(seal[:SHORT], idx) for seal, idx in seals if type(seal) is bytes]


def _issued(rows: Sequence[LogRow], parsed: Sequence[Envelope]) -> Iterator[tuple[LogRow, Envelope]]:
    return ((row, found) for row, found in zip(rows, parsed, strict=True) if found.topic == DocumentIssued.topic)


class BorneSeals:
    """All seals of a ledger under audit."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)  # SQLite's temporary file
        self._file.execute("CREATE TABLE borne (seal BLOB NOT NULL, idx INTEGER NOT NULL)")

    def add(self, seals: Iterable[Borne]) -> None:
        """Note these too."""
        self._file.execute("BEGIN")
        self._file.executemany("INSERT INTO borne VALUES (?, ?)", seals)
        self._file.execute("COMMIT")

    def twice(self, store: Store) -> Iterator[Finding]:
        """Every document that bears the seal of one before it, up to a limit; nothing can be added afterwards."""
        for idx, first in self._file.execute(_TWICE, (FINDINGS_MAX,)).fetchall():
            stream, before = (row.stream for at in (idx, first) for row in store.rows(at, at + 1))
            yield Finding("integrity.seal_twice", idx, stream, f"bears the seal of {before}")
        self._file.close()
