"""Rows and receipts made to hurt the auditor: of any number, width or count, none is believed or waited for."""

import hashlib
import tracemalloc
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from auditor_desk import Copy, Desk, Program, codes
from small_ledger import Small

from sceau.audit_kit import index
from sceau.audit_kit.faults import EVENTS, FAULTS_MAX, Fault, limited
from sceau.domain import canonical
from sceau.domain.errors import NotCanonical
from sceau.ledger.audit_commands import _told
from sceau.ledger.exported import CHUNK, MANIFEST, RECEIPTS, Chunk, Manifest, name_of, read_list, row_starts, write_list
from sceau.ledger.exported import EVENTS as FOLDER
from sceau.ledger.stores.port import Receipt

# Rows.


@pytest.mark.parametrize("version", [0, -1, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_a_version_that_cannot_be(program: Program, version: int) -> None:
    copy = Copy(program.desk.export)
    row = copy.rows[5]
    copy.replace(row, row._replace(version=version))
    copy.save()
    assert program.ended() == 2
    assert ("export.row", 5) in {(one["code"], one["idx"]) for one in program.told["findings"]}


@pytest.mark.parametrize("idx", [-1, -(1 << 64), 1 << 40, 1 << 63, (1 << 64) - 1])
def test_an_index_that_cannot_be(program: Program, idx: int) -> None:
    copy = Copy(program.desk.export)
    rows = [*copy.rows[:5], copy.rows[5]._replace(idx=idx), *copy.rows[6:]]
    _rewrite(copy, {FOLDER: canonical.encode([list(row) for row in rows])})
    assert program.ended() == 2
    assert {"export.row", "integrity.hole"} <= codes(program)


def _rewrite(copy: Copy, files: dict[str, bytes]) -> None:
    """Files as they are, and a manifest that fits them."""
    path = copy.export / MANIFEST
    manifest = Manifest.parse(path.read_bytes())
    digests = {**manifest.chunks[0].digests}
    for folder, data in files.items():
        (copy.export / name_of(folder, 0)).write_bytes(data)
        digests[folder] = hashlib.sha256(data).hexdigest()
    path.write_bytes(manifest._replace(chunks=(manifest.chunks[0]._replace(digests=digests),)).encode())


@pytest.mark.parametrize("folder", [FOLDER, RECEIPTS])
@pytest.mark.parametrize(
    "data",
    [
        b"\x81\x9a\x00\xff\xff\xff" + b"\x80" * 64,
        b"\x81\x86" + b"\x80" * 6,
        b"\x81\x86\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00" + b"\x00" * 5,
        b"\x81" * 100_000,
        b"\x9f\xff",
        b"\x99\x10\x01",
        b"\x81\x86\x63\xed\xa0\x80" + b"\x00" * 5,
        b"\x80\x00",
    ],
    ids=["long", "nested", "infinite", "deep", "indefinite", "too many", "surrogate", "more"],
)
def test_rows_that_are_none(program: Program, folder: str, data: bytes) -> None:
    copy = Copy(program.desk.export)
    _rewrite(copy, {folder: data})
    assert program.ended() == 5
    assert "export.unreadable" in codes(program)


def test_nothing_is_built_of_what_is_no_row() -> None:
    """Eight million empty arrays in as many bytes would take half a gigabyte."""
    data = b"\x81\x86" + canonical.encode([bytes(1)] * 5)[1:] + b"\x9a\x00\x7f\xff\xff" + b"\x80" * 0x7FFFFF
    tracemalloc.start()
    try:
        with pytest.raises(NotCanonical, match="not plain"):
            read_list(data, 6)
        assert tracemalloc.get_traced_memory()[1] < 1 << 16
    finally:
        tracemalloc.stop()


def test_rows_of_another_number_or_width() -> None:
    for data in (canonical.encode([[1]] * (CHUNK + 1)), b"\x81\x80\x01", b"\x81\x82\x01\x02", b"\x82\x81\x01"):
        with pytest.raises(NotCanonical):
            row_starts(data, 1)


@pytest.mark.parametrize("count", [0, 1, 23, 24, 255, 256, CHUNK])
def test_the_rows_of_any_count(count: int) -> None:
    rows = [[n, "text", b"bytes", -n, None] for n in range(count)]
    data = canonical.encode(rows)
    assert read_list(data, 5) == rows
    starts = row_starts(data, 5)
    assert [canonical.decode(data[at:end]) for at, end in pairwise(starts)] == rows
    for wrong in (data[:-1] if count else b"", data + b"\0", b"\x9a" + count.to_bytes(4, "big") + data[1:]):
        with pytest.raises(NotCanonical):
            read_list(wrong, 5)
    if count:
        with pytest.raises(NotCanonical):
            read_list(data, 4)


def test_one_event_a_thousand_times(tmp_path: Path) -> None:
    """Compared with one another they would be eight million findings."""
    (tmp_path / FOLDER).mkdir(), (tmp_path / RECEIPTS).mkdir()
    files = {
        FOLDER: write_list([[n, "act:A-1", 1, "t", bytes(32), b""] for n in range(CHUNK)]),
        RECEIPTS: write_list([]),
    }
    for folder, data in files.items():
        (tmp_path / name_of(folder, 0)).write_bytes(data)
    started = process_time()
    faults = index.build(tmp_path, [Chunk(0, CHUNK, 0, dict.fromkeys(files, ""))], CHUNK, tmp_path / "index")
    assert process_time() - started < 2
    doubles = [one for one in faults if one.code == "export.double"]
    assert len(doubles) == FAULTS_MAX + 1
    assert doubles[0].idx == 1 and doubles[-1].idx is None


def test_rows_that_are_refused_by_the_thousand(program: Program) -> None:
    copy = Copy(program.desk.export)
    spoiled = [[n, "act:A-1", 0, "t", bytes(32), b""] for n in range(CHUNK)]
    _rewrite(copy, {FOLDER: canonical.encode(spoiled)})
    assert program.ended() == 5  # and not as many as the manifest says
    rows = [one for one in program.told["findings"] if one["code"] == "export.row"]
    assert len(rows) == FAULTS_MAX + 1
    assert rows[0]["detail"] == f"{CHUNK - FAULTS_MAX} more of these are not listed"


def test_of_each_code_some_are_listed_and_the_others_counted() -> None:
    faults = [Fault(code, n, "", "", EVENTS) for n in range(FAULTS_MAX + 3) for code in "ab"]
    assert limited(faults[: 2 * FAULTS_MAX]) == faults[: 2 * FAULTS_MAX]
    assert [one.detail[:2] for one in limited(faults)[-2:]] == ["3 ", "3 "]


@pytest.mark.parametrize(
    "outcome",
    [
        [[["act:A"], 1]],
        [[b"act:A", 1]],
        [["act:A", (1 << 64) - 1]],
        [["act:A", -1]],
        [["act:\0", 1]],
        [["act:A", "1"]],
        [1],
        {"act:A": 1},
        [["act:A", 1]] * 20_000,
    ],
    ids=str,
)
def test_a_receipt_that_tells_of_nothing(program: Program, outcome: Any) -> None:
    copy = Copy(program.desk.export)
    one = copy.receipts[3]
    own = canonical.decode(one.outcome)
    copy.receipts[3] = one._replace(outcome=canonical.encode([*own, *outcome] if type(outcome) is list else outcome))
    copy.save()
    assert program.ended() == 2
    assert codes(program) == {"integrity.receipts"}


def test_nothing_is_built_of_an_outcome_of_any_size() -> None:
    receipt = Receipt(b"", b"", b"\x9a\x00\x7f\xff\xff" + b"\x80" * 0x7FFFFF)
    tracemalloc.start()
    try:
        assert _told(receipt) == []
        assert tracemalloc.get_traced_memory()[1] < 1 << 16
    finally:
        tracemalloc.stop()


def test_two_receipts_of_one_command(program: Program) -> None:
    """Either could be the one that is compared; what they tell apart is for the operator to explain."""
    copy = Copy(program.desk.export)
    one = copy.receipts[3]
    copy.receipts.insert(3, Receipt(one.command_id, bytes(16), canonical.encode([["act:A", 1]])))
    copy.save()
    assert program.ended() == 2
    (found,) = [one for one in program.told["findings"] if one["code"] == "export.double"]
    assert one.command_id.hex() in found["detail"]


def test_two_receipts_of_one_command_in_two_chunks(
    house: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("ledger.export", "ledger.exported", "audit_kit.index", "audit_kit.store", "audit_kit.evidence"):
        monkeypatch.setattr(f"sceau.{room}.CHUNK", 8)
    desk = Desk(tmp_path, house)
    desk.write()
    assert desk.codes() == set()
    path = desk.export / MANIFEST
    manifest = Manifest.parse(path.read_bytes())
    first, other = (read_list((desk.export / name_of(RECEIPTS, n)).read_bytes(), 3) for n in (0, 2))
    data = write_list([[first[0][0], bytes(16), b""], *other])
    (desk.export / name_of(RECEIPTS, 2)).write_bytes(data)
    digests = {**manifest.chunks[2].digests, RECEIPTS: hashlib.sha256(data).hexdigest()}
    chunks = (*manifest.chunks[:2], manifest.chunks[2]._replace(digests=digests), *manifest.chunks[3:])
    path.write_bytes(manifest._replace(chunks=chunks).encode())
    found = desk.codes()
    assert {code for code, _ in found} == {"integrity.receipts"}
    assert ("integrity.receipts", None) in found
