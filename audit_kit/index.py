"""Where each event of an export stands: a table in a temporary file, made in one pass over the chunks.

    event   = idx, stream, version, at, length      at, length: the bytes of its row in the chunk's file
    refused = chunk                                 chunks that hold a row that is left out

The pass compares every file with the manifest's digest and refuses rows that cannot stand where they do: an index of
another chunk or past the checkpoint, out of order or twice, a value of another type. What is refused is named, and is
as if it were not there.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from sceau.audit_kit.faults import COPY, EVENTS, Fault
from sceau.domain import canonical
from sceau.domain.errors import NotCanonical
from sceau.ledger import exported
from sceau.ledger.envelope import SIZE_MAX
from sceau.ledger.exported import CHUNK, Chunk, Row, name_of, read_list

_TYPES = (int, str, int, str, bytes, bytes)
_SALT = 32
_FILE_MAX = CHUNK * (SIZE_MAX + 1_024)
_SCHEMA = (
    "CREATE TABLE event (idx INTEGER PRIMARY KEY, stream TEXT, version INTEGER, at INTEGER, length INTEGER)",
    "CREATE TABLE refused (chunk INTEGER PRIMARY KEY)",
)
_DOUBLES = (
    "SELECT b.idx, b.stream, b.version, a.idx FROM event a JOIN event b"
    " ON a.stream = b.stream AND a.version = b.version AND a.idx < b.idx"
)
Progress = Callable[[int], None]
_Place: TypeAlias = tuple[int, str, int, int, int]


def build(
    directory: Path, chunks: Sequence[Chunk], size: int, path: Path, progress: Progress = lambda done: None
) -> list[Fault]:
    """Make the index of an export at `path` and return what is wrong with its files; `size` is what it covers."""
    faults: list[Fault] = []
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16384"):
        database.execute(f"PRAGMA {pragma}")
    for statement in _SCHEMA:
        database.execute(statement)
    for chunk in chunks:
        places, found = _chunk(directory, chunk, size)
        faults += found
        database.execute("BEGIN")
        database.executemany("INSERT INTO event VALUES (?,?,?,?,?)", places)
        if any(one.code == "export.row" for one in found):
            database.execute("INSERT INTO refused VALUES (?)", (chunk.n,))
        database.execute("COMMIT")
        progress(min(size, (chunk.n + 1) * CHUNK))
    database.execute("CREATE INDEX place ON event (stream, version)")
    faults += _doubles(database)
    database.close()
    return faults


def _chunk(directory: Path, chunk: Chunk, size: int) -> tuple[list[_Place], list[Fault]]:
    faults = []
    data = {folder: read_file(directory / name_of(folder, chunk.n)) for folder in chunk.digests}
    for folder, digest in chunk.digests.items():
        if hashlib.sha256(data[folder]).hexdigest() != digest:
            name = name_of(folder, chunk.n)
            faults.append(Fault("export.digest", None, name, f"{name} is not the file that the manifest names", COPY))
    name = name_of(exported.EVENTS, chunk.n)
    try:
        rows = read_list(data[exported.EVENTS], len(Row._fields))
        starts = _starts(rows, data[exported.EVENTS])
    except NotCanonical as error:
        return [], [*faults, Fault("export.unreadable", None, name, f"{name}: {error}", COPY)]
    good: list[_Place] = []
    for row, why, (at, end) in zip(rows, refusals(rows, chunk.n, size), pairwise(starts), strict=True):
        if why:
            known = (row[0] if type(row[0]) is int else None, row[1] if type(row[1]) is str else "")
            faults.append(Fault("export.row", *known, f"{name}: {why}", EVENTS))
        else:
            good.append((row[0], row[1], row[2], at, end - at))
    if len(rows) != chunk.events:
        detail = f"{name} holds {len(rows)} events, the manifest says {chunk.events}"
        faults.append(Fault("export.count", None, name, detail, COPY))
    return good, faults


def refusals(rows: Sequence[Sequence[Any]], n: int, size: int) -> Iterator[str]:
    """Why each row of chunk n cannot stand there, or ""."""
    last, end = n * CHUNK - 1, (n + 1) * CHUNK
    for values in rows:
        idx = values[0]
        if tuple(map(type, values)) != _TYPES or len(values[4]) != _SALT or not values[1].isascii():
            yield "a row of other types"
        elif not last < idx < end:
            yield f"index {idx} is twice, out of order, or of another chunk"
        elif idx >= size:
            yield f"index {idx} lies past the {size} that manifest and checkpoint cover"
        else:
            last = idx
            yield ""


def _starts(rows: Sequence[Sequence[Any]], data: bytes) -> list[int]:
    """Where each row starts in its file, and the last one ends; NotCanonical unless all is written the shortest way.

    One spelling of these values is shorter than every other: the sum of the shortest lengths tells.
    """
    starts = [_head(len(rows))]
    for row in rows:
        starts.append(starts[-1] + _length(row))
    if starts[-1] != len(data):
        raise NotCanonical("not the deterministic encoding")
    return starts


def _length(row: Sequence[Any]) -> int:
    """How many bytes the row takes; counted, as encoding a million of them takes seconds."""
    if tuple(map(type, row)) != _TYPES or not (row[1].isascii() and row[3].isascii()) or row[0] < 0 or row[2] < 0:
        return len(canonical.encode(row))
    idx, stream, version, topic, salt, state = row
    heads = _head(idx) + _head(version) + _head(len(stream)) + _head(len(topic)) + _head(len(salt)) + _head(len(state))
    return 1 + heads + len(stream) + len(topic) + len(salt) + len(state)


def _head(number: int) -> int:
    """How many bytes the head of a CBOR item takes (RFC 8949 section 3)."""
    return 1 if number < 24 else 2 if number < 1 << 8 else 3 if number < 1 << 16 else 5 if number < 1 << 32 else 9


def _doubles(database: sqlite3.Connection) -> Iterator[Fault]:
    for idx, stream, version, first in database.execute(_DOUBLES):
        detail = f"{stream} {version} stands at index {first} already"
        yield Fault("export.double", idx, stream, detail, EVENTS)


def read_file(path: Path) -> bytes:
    """The bytes of a file; none where it cannot be read or is larger than any chunk (its digest will not fit)."""
    try:
        return path.read_bytes() if path.stat().st_size <= _FILE_MAX else b""
    except OSError:
        return b""
