"""The bodies of the published lists: one spelling each, and look-ups that find what is there and nothing else."""

from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain import canonical
from sceau.domain.errors import ListInvalid
from sceau.seals.published import (
    IssuedSet,
    LookUp,
    StatusEntry,
    issued_body,
    look_up_body,
    look_up_key,
    read_status,
    status_body,
)

A, B, C = b"\1" * 16, b"\2" * 16, b"\3" * 16
REVOKED = StatusEntry("revoked", "obtenu par fraude", date(2026, 11, 2))
KEY = st.binary(min_size=16, max_size=16)


def row(key: object = A, state: object = "revoked", reason: object = "perdu", since: object = "2026-11-02") -> list:
    return [key, state, reason, since]


def test_a_status_list_survives_its_canonical_bytes() -> None:
    entries = {B: REVOKED, A: StatusEntry("suspended", "", date(2026, 1, 31))}
    body = canonical.decode(canonical.encode(status_body(entries)))
    assert read_status(body) == entries
    assert [r[0] for r in body] == [A, B]


@pytest.mark.parametrize(
    "body",
    [
        {},
        None,
        b"",
        (),
        [[]],
        [row()[:3]],
        [[*row(), 0]],
        [tuple(row())],
        [row(key=b"\1" * 15)],
        [row(key="1" * 16)],
        [row(state="valid")],
        [row(state=1)],
        [row(state=["revoked"])],
        [row(reason=None)],
        [row(reason="x" * 201)],
        [row(reason="a\nb")],
        [row(reason="a\u202eb")],
        [row(since="2026-02-31")],
        [row(since="20261102")],
        [row(since="2026-W01-1")],
        [row(since=20261102)],
        [row(), row()],
        [row(B), row(A)],
    ],
)
def test_a_status_list_has_one_spelling(body: object) -> None:
    with pytest.raises(ListInvalid):
        read_status(body)


def test_what_could_not_be_read_is_not_written() -> None:
    with pytest.raises(ListInvalid):
        status_body({b"short": REVOKED})


@given(st.sets(KEY, max_size=40), KEY)
def test_the_issued_set_holds_its_keys_and_no_other(keys: set[bytes], other: bytes) -> None:
    issued = IssuedSet(issued_body(keys))
    assert len(issued) == len(keys)
    assert all(key in issued for key in keys)
    assert (other in issued) == (other in keys)


def test_keys_that_begin_alike_are_told_apart() -> None:
    keys = [b"\0" * 4 + bytes([n]) * 12 for n in range(0, 256, 2)]
    issued = IssuedSet(issued_body(keys))
    assert all(key in issued for key in keys)
    assert not any(b"\0" * 4 + bytes([n]) * 12 in issued for n in range(1, 256, 2))


def test_an_empty_issued_set_holds_nothing() -> None:
    for key in (b"", b"\0" * 16, b"\xff" * 16):
        assert key not in IssuedSet(b"")
    assert b"\xff" * 16 not in IssuedSet(A)


def test_an_issued_key_written_twice_counts_once() -> None:
    assert issued_body([B, A, B]) == A + B


@pytest.mark.parametrize("body", [None, "", [A], A[:15], A + B[:1], B + A, A + A, A + C + B, bytearray(A)])
def test_an_issued_set_is_sorted_whole_and_without_repeats(body: object) -> None:
    with pytest.raises(ListInvalid):
        IssuedSet(body)


@pytest.mark.parametrize("body", [None, A, A + B + C, B + A + A + A, A + B + A + C])
def test_a_look_up_is_sorted_whole_and_without_repeats(body: object) -> None:
    with pytest.raises(ListInvalid):
        LookUp(body)


def test_rows_of_the_wrong_size_are_not_written() -> None:
    for write, rows in ((issued_body, [A[:15]]), (look_up_body, [(A, B[:4])]), (look_up_body, [(A, B), (A, C)])):
        with pytest.raises(ListInvalid):
            write(rows)


def test_the_look_up_wants_number_and_code() -> None:
    code, other = "ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOQ"
    found = LookUp(look_up_body([(look_up_key("VI26A1", code), A), (look_up_key("VI26A2", code), B)]))
    assert (found.find("VI26A1", code), found.find("VI26A2", code)) == (A, B)
    assert found.find("VI26A1", other) is None
    assert found.find("VI26A3", code) is None
    assert found.find("", "") is None
    assert len(found) == 2


def test_the_look_up_key_is_the_published_formula() -> None:
    assert look_up_key("VI26A1", "CODE") == sha256(b"sceau.lookup/1VI26A1\0CODE").digest()[:16]
    assert look_up_key("AB", "C") != look_up_key("A", "BC")
