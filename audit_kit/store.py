"""The read half of the ledger's Store port over an export: the ledger's own auditor runs on it unchanged.

Events come from the chunks, by way of the index; leaf hashes from the level-0 tiles of the log. One chunk is held in
memory at a time, so a million events take no more than a thousand. The receipt of a command stands in the chunk in
which its first event stands, and the events of a command follow one another: receipts are looked for in the chunks that
were read last, and in the one before them.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

from sceau.audit_kit.index import is_receipt, read_file, refusals
from sceau.audit_kit.tree import Leaves
from sceau.domain import canonical
from sceau.domain.errors import LogBroken, NotCanonical
from sceau.ledger import exported
from sceau.ledger.exported import CHUNK, name_of, read_list
from sceau.ledger.stores.port import EventRow, LogRow, Receipt, span, without_hole
from sceau.tlog.leaf import event_leaf

_OPEN_MAX = 32
_ANY = "SELECT 1 FROM event WHERE idx >= ? AND idx < ? LIMIT 1"
_PLACE = "SELECT idx, at, length FROM event WHERE stream = ? AND version = ? ORDER BY idx LIMIT 1"


class ExportStore:
    """One export, read-only; `index` was made by index.build. Not for several threads."""

    def __init__(self, directory: Path, index: Path, size: int, leaves: Leaves, tiles_missing: bool = False) -> None:
        self._directory = directory
        self._size = size
        self._leaves = leaves
        self._tiles_missing = tiles_missing
        self._index = sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        self._refused = {n for (n,) in self._index.execute("SELECT n FROM chunk WHERE refused")}
        self._chunks: OrderedDict[int, list[LogRow]] = OrderedDict()
        self._receipts: OrderedDict[int, dict[bytes, Receipt]] = OrderedDict()
        self._files: OrderedDict[int, IO[bytes]] = OrderedDict()
        self._around = range(0)

    def rows(self, start: int, end: int) -> list[LogRow]:
        """See the port."""
        self._around = range(start // CHUNK, -(-end // CHUNK))
        found: list[LogRow] = []
        for n in self._around:
            rows = self._chunk(n)
            found += rows if start <= n * CHUNK and end >= (n + 1) * CHUNK else _between(rows, start, end)
        return found

    def follow(self, start: int, limit: int) -> list[LogRow]:
        """See the port; LogBroken where the export leaves something out."""
        end = min(self._size, start + limit)
        return without_hole(self.rows(start, end), start, end)

    def leaves(self, start: int, limit: int) -> list[bytes]:
        """See the port."""
        return self._leaves.between(start, min(self._size, start + limit))

    def stream(self, stream: str) -> list[LogRow]:
        """See the port."""
        query = "SELECT idx, at, length FROM event WHERE stream = ? ORDER BY version"
        return [self._read(*found) for found in self._index.execute(query, (stream,)).fetchall()]

    def streams(self, prefix: str) -> list[LogRow]:
        """See the port."""
        query = "SELECT idx, at, length FROM event WHERE stream >= ? AND stream < ? ORDER BY idx"
        return [self._read(*found) for found in self._index.execute(query, span(prefix)).fetchall()]

    def last_stream(self, prefix: str) -> str | None:
        """See the port."""
        query = "SELECT max(stream) FROM event WHERE stream >= ? AND stream < ?"
        found: str | None = self._index.execute(query, span(prefix)).fetchone()[0]
        return found

    def find(self, pairs: Sequence[tuple[str, int]]) -> list[LogRow]:
        """See the port."""
        found = (self._index.execute(_PLACE, pair).fetchone() for pair in pairs)
        return [self._read(*one) for one in found if one is not None]

    def find_receipts(self, command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
        """The receipts of commands whose events were read last."""
        held: dict[bytes, Receipt] = {}
        for n in range(self._around.stop - 1, max(-1, self._around.start - 2), -1):
            if len(held) < len(command_ids):
                receipts = self._receipts_of(n)
                held.update((one, receipts[one]) for one in command_ids if one in receipts and one not in held)
        return held

    def size(self) -> int:
        """The size of the checkpoint."""
        return self._size

    def counts(self) -> tuple[int, int, int]:
        """Events here, leaves in the log, receipts here."""
        events = self._index.execute("SELECT count(*) FROM event").fetchone()[0]
        receipts = self._index.execute("SELECT coalesce(sum(receipts), 0) FROM chunk").fetchone()[0]
        return events, self._size, receipts

    def close(self) -> None:
        """Release files."""
        for file in self._files.values():
            file.close()
        self._files.clear()
        self._index.close()

    def append(self, events: Sequence[EventRow], receipts: Sequence[Receipt], expected: Mapping[str, int]) -> NoReturn:
        """An export is only read."""
        raise LogBroken("an export takes no events")

    def exclusive(self) -> NoReturn:
        """An export is only read."""
        raise LogBroken("an export takes no events")

    def settled_receipts(self, command_ids: Sequence[bytes]) -> dict[bytes, Receipt]:
        """As `find_receipts`: nobody writes."""
        return self.find_receipts(command_ids)

    def _chunk(self, n: int) -> list[LogRow]:
        if n not in self._chunks:
            self._chunks[n] = self._load(n)
            if len(self._chunks) > 2:
                self._chunks.popitem(last=False)
        return self._chunks[n]

    def _load(self, n: int) -> list[LogRow]:
        """The rows of a chunk that were good when the index was made: what was not is named, and not read again."""
        if self._index.execute(_ANY, (n * CHUNK, (n + 1) * CHUNK)).fetchone() is None:
            return []
        rows = canonical.read(read_file(self._directory / name_of(exported.EVENTS, n)))
        if n in self._refused:
            rows = [row for row, why in zip(rows, refusals(rows, n, self._size), strict=True) if not why]
        first = n * CHUNK
        leaves = self._leaves.between(first, min(self._size, first + CHUNK))
        return [self._row(row, leaves[row[0] - first]) for row in rows]

    def _read(self, idx: int, at: int, length: int) -> LogRow:
        """One row by its place, without its chunk."""
        file = self._file(idx // CHUNK)
        file.seek(at)
        return self._row(canonical.read(file.read(length)), self._leaves.between(idx, idx + 1)[0])

    def _row(self, row: Sequence[Any], leaf: bytes) -> LogRow:
        """Only where a tile was named as missing, an event without leaf is judged by everything else."""
        idx, stream, version, topic, salt, state = row
        if not leaf and self._tiles_missing:
            leaf = event_leaf(salt, state, topic)
        return LogRow(idx, stream, version, topic, state, salt, leaf, stream, version)

    def _file(self, n: int) -> IO[bytes]:
        if n in self._files:
            self._files.move_to_end(n)
            return self._files[n]
        self._files[n] = (self._directory / name_of(exported.EVENTS, n)).open("rb")
        if len(self._files) > _OPEN_MAX:
            self._files.popitem(last=False)[1].close()
        return self._files[n]

    def _receipts_of(self, n: int) -> dict[bytes, Receipt]:
        if n not in self._receipts:
            try:
                rows = read_list(read_file(self._directory / name_of(exported.RECEIPTS, n)), len(Receipt._fields))
            except NotCanonical:
                rows = []
            self._receipts[n] = {row[0]: Receipt(*row) for row in rows if is_receipt(row)}
            if len(self._receipts) > 3:
                self._receipts.popitem(last=False)
        return self._receipts[n]


def _between(rows: Sequence[LogRow], start: int, end: int) -> list[LogRow]:
    if rows and rows[-1].idx - rows[0].idx == len(rows) - 1:  # no hole: a slice
        first = rows[0].idx
        return list(rows[max(0, start - first) : max(0, end - first)])
    return [row for row in rows if start <= row.idx < end]
