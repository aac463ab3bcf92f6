"""Where each event of an export stands: a table in a temporary file, made in one pass over the chunks.

    event   = idx, stream, version, at, length      at, length: the bytes of its row in the chunk's file
    chunk   = n, refused, receipts                  whether a row of it is left out; how many commands have a receipt

The pass compares every file with the manifest's digest and refuses rows that cannot stand where they do: an index of
another chunk or past the checkpoint, out of order or twice, a version that cannot be, a value of another type. What is
refused is named, up to a limit, and is as if it were not there.
"""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sceau.audit_kit import files
from sceau.audit_kit.faults import COPY, EVENTS, Fault, limited
from sceau.domain import canonical
from sceau.domain.errors import InputUnreadable, NotCanonical
from sceau.ledger import exported
from sceau.ledger.envelope import SIZE_MAX
from sceau.ledger.exported import CHUNK, Chunk, Row, name_of, row_starts
from sceau.ledger.stores.port import Receipt

_TYPES = (int, str, int, str, bytes, bytes)
_SALT = 32
_AHEAD = 8  # chunks that each process may be ahead
_FILE_MAX = CHUNK * (SIZE_MAX + 1_024)
_SCHEMA = (
    "CREATE TABLE event (idx INTEGER PRIMARY KEY, stream TEXT, version INTEGER, at INTEGER, length INTEGER)",
    "CREATE TABLE chunk (n INTEGER PRIMARY KEY, refused INTEGER, receipts INTEGER)",
)
_DOUBLES = "SELECT stream, version, min(idx) FROM event GROUP BY stream, version HAVING count(*) > 1"
_LATER = "SELECT idx FROM event WHERE stream = ? AND version = ? AND idx > ?"
Progress = Callable[[int], None]
_Place: TypeAlias = tuple[int, str, int, int, int]


def build(
    directory: Path,
    chunks: Sequence[Chunk],
    size: int,
    path: Path,
    workers: int = 1,
    progress: Progress = lambda done: None,
) -> list[Fault]:
    """Make the index of an export at `path` and return what is wrong with its files; `size` is what it covers."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16384"):
        database.execute(f"PRAGMA {pragma}")
    for statement in _SCHEMA:
        database.execute(statement)
    with closing(database):
        return limited(_indexed(database, _read(directory, chunks, size, workers), size, progress))


class _Indexed(NamedTuple):
    """What one chunk gave."""

    n: int
    places: list[_Place]
    receipts: int
    faults: list[Fault]


def _indexed(
    database: sqlite3.Connection, chunks: Iterator[_Indexed], size: int, progress: Progress
) -> Iterator[Fault]:
    for chunk in chunks:
        yield from chunk.faults
        refused = any(one.code == "export.row" for one in chunk.faults)
        database.execute("BEGIN")
        database.executemany("INSERT INTO event VALUES (?,?,?,?,?)", chunk.places)
        database.execute("INSERT INTO chunk VALUES (?,?,?)", (chunk.n, refused, chunk.receipts))
        database.execute("COMMIT")
        progress(min(size, (chunk.n + 1) * CHUNK))
    database.execute("CREATE INDEX place ON event (stream, version)")
    yield from _doubles(database)


def _read(directory: Path, chunks: Sequence[Chunk], size: int, workers: int) -> Iterator[_Indexed]:
    """The chunks in order, read by several processes a few at a time: nobody waits with all of them in hand."""
    read = partial(_chunk, directory, size=size)
    if workers == 1:
        yield from map(read, chunks)
        return
    with ProcessPoolExecutor(workers) as pool:
        for at in range(0, len(chunks), workers * _AHEAD):
            yield from pool.map(read, chunks[at : at + workers * _AHEAD])


def _chunk(directory: Path, chunk: Chunk, size: int) -> _Indexed:
    faults, data = [], dict[str, bytes]()
    for folder, digest in chunk.digests.items():
        name = name_of(folder, chunk.n)
        data[folder], why = _content(directory / name)
        if why or hashlib.sha256(data[folder]).hexdigest() != digest:
            detail = f"{name} is not the file that the manifest names{why}"
            faults.append(Fault("export.digest", None, name, detail, COPY))
    events, found = _rows(data[exported.EVENTS], name_of(exported.EVENTS, chunk.n), len(Row._fields))
    faults += found
    places, found = _places(events, chunk, size)
    faults += found
    receipts, found = _rows(data[exported.RECEIPTS], name_of(exported.RECEIPTS, chunk.n), len(Receipt._fields))
    faults += [*found, *_receipts(receipts.values, name_of(exported.RECEIPTS, chunk.n))]
    return _Indexed(chunk.n, places, len({row[0] for row in receipts.values if is_receipt(row)}), faults)


def is_receipt(row: Sequence[Any]) -> bool:
    """Whether a row of a receipts' file is one."""
    return all(type(value) is bytes for value in row)


class _Rows(NamedTuple):
    """The rows of a file, where each begins, and the last one ends."""

    values: list[list[Any]]
    starts: list[int]


def _rows(data: bytes, name: str, width: int) -> tuple[_Rows, list[Fault]]:
    try:
        starts = row_starts(data, width)
        return _Rows(canonical.read(data), starts), []
    except NotCanonical as error:
        return _Rows([], [0]), [Fault("export.unreadable", None, name, f"{name}: {error}", COPY)]


def _places(rows: _Rows, chunk: Chunk, size: int) -> tuple[list[_Place], list[Fault]]:
    good, faults, name = list[_Place](), [], name_of(exported.EVENTS, chunk.n)
    for row, why, (at, end) in zip(
        rows.values, refusals(rows.values, chunk.n, size), pairwise(rows.starts), strict=True
    ):
        if why:
            known = (row[0] if type(row[0]) is int and row[0] >= 0 else None, row[1] if type(row[1]) is str else "")
            faults.append(Fault("export.row", *known, f"{name}: {why}", EVENTS))
        else:
            good.append((row[0], row[1], row[2], at, end - at))
    if len(rows.values) != chunk.events:
        detail = f"{name} holds {len(rows.values)} events, the manifest says {chunk.events}"
        faults.append(Fault("export.count", None, name, detail, COPY))
    return good, faults


def _receipts(rows: Sequence[Sequence[Any]], name: str) -> Iterator[Fault]:
    """One command has one receipt: of two, either could be the one that the events are compared with."""
    seen = Counter(row[0] for row in rows)
    for command_id, count in seen.items() if len(seen) < len(rows) else ():
        if count > 1:
            told = command_id.hex() if type(command_id) is bytes else "no command"
            yield Fault("export.double", None, name, f"{name}: {count} receipts of {told}", EVENTS)


def refusals(rows: Sequence[Sequence[Any]], n: int, size: int) -> Iterator[str]:
    """Why each row of chunk n cannot stand there, or ""."""
    last, end = n * CHUNK - 1, (n + 1) * CHUNK
    for values in rows:
        idx = values[0]
        if tuple(map(type, values)) != _TYPES or len(values[4]) != _SALT or not values[1].isascii():
            yield "a row of other types"
        elif not 0 < values[2] <= idx + 1:
            yield f"version {values[2]}, where at most {idx} events came before"
        elif not last < idx < end:
            yield f"index {idx} is twice, out of order, or of another chunk"
        elif idx >= size:
            yield f"index {idx} lies past the {size} that manifest and checkpoint cover"
        else:
            last = idx
            yield ""


def _doubles(database: sqlite3.Connection) -> Iterator[Fault]:
    """Each is compared with the first alone: thousands of one event make thousands of findings, not millions."""
    for stream, version, first in database.execute(_DOUBLES):
        detail = f"{stream} {version} stands at index {first} already"
        for (idx,) in database.execute(_LATER, (stream, version, first)):
            yield Fault("export.double", idx, stream, detail, EVENTS)


def read_file(path: Path) -> bytes:
    """The bytes of a chunk's file; none where there is no such file (it was named when the index was made)."""
    return _content(path)[0]


def _content(path: Path) -> tuple[bytes, str]:
    """The bytes of a file, and why there are none."""
    try:
        return files.read(path, _FILE_MAX), ""
    except (FileNotFoundError, InputUnreadable) as error:
        return b"", f": {error.detail if isinstance(error, InputUnreadable) else error}"
