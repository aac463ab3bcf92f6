"""The index of an export: one process or several, the same places, counts and faults in the same order."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sceau.audit_kit import index
from sceau.audit_kit.faults import Fault
from sceau.ledger.exported import CHUNK, EVENTS, RECEIPTS, Chunk, Row, name_of, write_list

CHUNKS = 20  # more than two processes may be ahead


@pytest.fixture
def chunks(tmp_path: Path) -> list[Chunk]:
    """Three events and two receipts in each; one receipt is none, one row is of another chunk, one file is another."""
    return [chunk(tmp_path, n) for n in range(CHUNKS)]


def chunk(directory: Path, n: int) -> Chunk:
    rows = [list(Row(n * CHUNK + i, f"act:{n}-{i}", 1, "act.x", bytes(32), b"state")) for i in range(3)]
    receipts: list[list[Any]] = [[b"%d" % n, b"mac", b"outcome"], [b"second", b"mac", None if n == 4 else b"outcome"]]
    if n == 7:
        rows[2][0] = 1
    digests = {}
    for folder, values in ((EVENTS, rows), (RECEIPTS, receipts)):
        path = directory / name_of(folder, n)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(write_list(values))
        digests[folder] = hashlib.sha256(path.read_bytes() + b"?" * (n == 9)).hexdigest()
    return Chunk(n, 3, 2, digests)


def built(directory: Path, chunks: list[Chunk], workers: int) -> tuple[list[Fault], list[Any]]:
    path, done = directory / f"index{workers}", list[int]()
    faults = index.build(directory, chunks, CHUNKS * CHUNK, path, workers, done.append)
    assert done == [(n + 1) * CHUNK for n in range(CHUNKS)]
    with closing(sqlite3.connect(path)) as database:
        return faults, [database.execute(f"SELECT * FROM {table}").fetchall() for table in ("event", "chunk")]


def test_several_processes_make_the_same_index(tmp_path: Path, chunks: list[Chunk]) -> None:
    faults, (events, counted) = built(tmp_path, chunks, 1)
    assert (faults, [events, counted]) == built(tmp_path, chunks, 2)
    assert [fault.code for fault in faults] == ["export.row", "export.digest", "export.digest"]
    assert len(events) == 3 * CHUNKS - 1
    assert [one for one in counted if one[1:] != (0, 2)] == [(4, 0, 1), (7, 1, 2)]
