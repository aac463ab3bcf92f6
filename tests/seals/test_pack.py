"""The bodies of packs: what is written is read, and nothing else is."""

import hashlib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain import canonical
from sceau.domain.errors import ListInvalid
from sceau.seals import pack
from sceau.seals.pack import Beside, Blank
from sceau.seals.pack_index import Listed, Named, parse_name, read_index, write_index
from sceau.seals.pack_status import PackStatus, read_rows, shortened, write_rows
from sceau.seals.pack_trust import Renewal
from sceau.seals.published import StatusEntry

SEED = bytes(16)
BLANKS = (Blank("ML-A", "0001", "0099", "2026-11-01"), Blank("ML-A", "0200", "0200", "2026-11-02"))
BESIDE = Beside(b"a signed note\n", BLANKS)
DAYS = st.dates(date(1990, 1, 1), date(2200, 1, 1))
ENTRY = st.builds(
    StatusEntry, st.sampled_from(["revoked", "suspended", "superseded"]), st.sampled_from(["lost", "fraud"]), DAYS
)
STATUS = st.dictionaries(st.binary(min_size=16, max_size=16), ENTRY, max_size=30)


def key(n: int) -> bytes:
    return hashlib.sha256(b"%d" % n).digest()[:16]


def entry(state: Any = "revoked", reason: str = "lost", since: date = date(2026, 11, 22)) -> StatusEntry:
    return StatusEntry(state, reason, since)


ISSUED = frozenset(map(key, range(20)))
AGAINST = {key(1): entry(), key(2): entry("suspended", "fraud"), key(3): entry("superseded", "act_changed")}


SHA256 = bytes(range(32))


def full(**changed: Any) -> dict[str, Any]:
    return {**pack.full_body(ISSUED, AGAINST, SEED, BESIDE), **changed}


def delta(**changed: Any) -> dict[str, Any]:
    after = {**AGAINST, key(4): entry("suspended")}
    del after[key(2)]
    return {**pack.delta_body(pack.Origin(7, SHA256), shortened(AGAINST), after, {key(30), key(31)}, BESIDE), **changed}


def test_a_full_pack_says_what_was_written() -> None:
    known = pack.read_full(full())
    assert all(one in known for one in ISSUED) and key(99) not in known
    status = PackStatus(known.entries)
    assert all(status.get(one) == said for one, said in AGAINST.items())
    assert status.get(key(0)) is None
    assert (len(known), len(status), known.beside) == (20, 3, BESIDE)


def test_a_delta_says_what_changed_and_no_more() -> None:
    change = pack.read_delta(delta())
    assert change.issued == {key(30)[:8], key(31)[:8]}
    assert change.lifted == {key(2)[:8]}
    assert change.entries == {key(4)[:8]: entry("suspended")}
    known = pack.follow(pack.read_full(full()), pack.Origin(7, SHA256), change)
    assert key(30) in known and key(5) in known and len(known) == 22
    assert set(known.entries) == {key(1)[:8], key(3)[:8], key(4)[:8]}


@given(STATUS, STATUS, st.sets(st.integers(0, 60), max_size=20))
def test_full_and_deltas_say_the_same_as_a_new_full_pack(before: Any, after: Any, more: set[int]) -> None:
    first = pack.read_full(pack.full_body(ISSUED, before, SEED, BESIDE))
    since = {key(n) for n in more}
    change = pack.read_delta(pack.delta_body(pack.Origin(1, SHA256), first.entries, after, since, Beside()))
    known = pack.follow(first, pack.Origin(1, SHA256), change)
    assert dict(known.entries) == dict(pack.read_full(pack.full_body(ISSUED | since, after, SEED, BESIDE)).entries)
    assert all(one in known for one in ISSUED | since)
    assert known.beside == Beside()


def test_a_delta_that_continues_something_else_is_refused() -> None:
    known = pack.read_full(full())
    with pytest.raises(ListInvalid, match="continues version 7, not 6"):
        pack.follow(known, pack.Origin(6, SHA256), pack.read_delta(delta()))
    with pytest.raises(ListInvalid, match="another file of version 7"):
        pack.follow(known, pack.Origin(7, bytes(32)), pack.read_delta(delta()))
    with pytest.raises(ListInvalid, match="lifts"):
        pack.follow(known, pack.Origin(7, SHA256), pack.read_delta(delta(lifted=key(9)[:8])))


@pytest.mark.parametrize("name", sorted(full()))
def test_a_full_body_without_one_of_its_keys_is_refused(name: str) -> None:
    for wrong in ({k: v for k, v in full().items() if k != name}, full(more=1), full(**{name: None}), []):
        with pytest.raises(ListInvalid):
            pack.read_full(wrong)


@pytest.mark.parametrize("name", sorted(delta()))
def test_a_delta_without_one_of_its_keys_is_refused(name: str) -> None:
    for wrong in ({k: v for k, v in delta().items() if k != name}, delta(more=1), delta(**{name: None}), "delta"):
        with pytest.raises(ListInvalid):
            pack.read_delta(wrong)


ROWS = write_rows(shortened(AGAINST)).rows
REASONS = ["act_changed", "fraud", "lost"]


@pytest.mark.parametrize(
    "changed",
    [
        {"status": ROWS[12:24] + ROWS[:12] + ROWS[24:]},  # order
        {"status": ROWS[:12] + ROWS[:12]},  # twice
        {"status": ROWS[:12] + ROWS[:8] + ROWS[20:24]},  # the same key with another state
        {"status": ROWS[:-1]},
        {"status": ROWS + b"\0"},
        {"status": ROWS[:8] + b"\0" + ROWS[9:]},  # state 0
        {"status": ROWS[:8] + b"\4" + ROWS[9:]},
        {"status": ROWS[:9] + b"\3" + ROWS[10:]},  # reason that there is not
        {"reasons": REASONS[::-1]},
        {"reasons": ["fraud", *REASONS]},
        {"reasons": ["Fraud"]},
        {"reasons": ["a" * 41, *REASONS]},
        {"reasons": ["act_changed", "fraud", "lost", "é"]},
        {"reasons": [*REASONS, 3]},
        {"reasons": [f"r{n:03d}" for n in range(201)]},
        {"reasons": "lost"},
        {"checkpoint": "text"},
        {"checkpoint": bytes((1 << 16) + 1)},
        {"blanks": [list(BLANKS[1]), list(BLANKS[0])]},
        {"blanks": [list(BLANKS[0])] * 2},
        {"blanks": [[*BLANKS[0], "more"]]},
        {"blanks": [["ML-A", "0001", "0099", 20261101]]},
        {"blanks": [["ml-a", "0001", "0099", "2026-11-01"]]},
        {"blanks": [["", "0001", "0099", "2026-11-01"]]},
        {"blanks": [["ML-A", "0099", "0001", "2026-11-01"]]},
        {"blanks": [["ML-A", "001", "0099", "2026-11-01"]]},
        {"blanks": [["ML-A", "0001", "0099", "20261101"]]},
        {"blanks": [["ML-A", "0001", "0099", "2026-13-01"]]},
        {"blanks": [["ML-A", f"{n:05d}", f"{n:05d}", "2026-11-01"] for n in range(10_001)]},
        {"blanks": "ML-A"},
    ],
)
def test_what_both_bodies_share_has_one_spelling(changed: dict[str, Any]) -> None:
    with pytest.raises(ListInvalid):
        pack.read_full(full(**changed))
    with pytest.raises(ListInvalid):
        pack.read_delta(delta(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"from": 0},
        {"from": True},
        {"from": "7"},
        {"issued": key(1)[:7]},
        {"issued": key(1)[:8] * 2},
        {"issued": max(key(1), key(2))[:8] + min(key(1), key(2))[:8]},
        {"lifted": [key(1)[:8]]},
        {"lifted": key(4)[:8]},  # lifted, and has a row
    ],
)
def test_what_only_a_delta_says_has_one_spelling(changed: dict[str, Any]) -> None:
    with pytest.raises(ListInvalid):
        pack.read_delta(delta(**changed))


def test_of_two_documents_that_share_eight_bytes_the_gravest_counts() -> None:
    first, second = key(1)[:8] + bytes(8), key(1)[:8] + b"\1" * 8
    for entries in ({first: entry("suspended"), second: entry()}, {first: entry(), second: entry("suspended")}):
        assert PackStatus(shortened(entries)).get(first) == entry()


@given(DAYS)
def test_a_day_is_kept_or_the_nearest_that_there_is(day: date) -> None:
    said = read_rows(*write_rows(shortened({key(1): entry(since=day)})))[key(1)[:8]].since
    assert said == min(max(day, date(2000, 1, 1)), date(2179, 6, 6))


def test_a_reason_that_is_no_code_is_not_published() -> None:
    with pytest.raises(ListInvalid):
        pack.full_body(ISSUED, {key(1): entry(reason="rendue par Fanta")}, SEED, BESIDE)


def test_a_file_is_an_array_of_three_in_one_spelling() -> None:
    data = pack.write_file(b"trust", b"list")
    assert pack.read_file(data) == pack.File(b"trust", b"list")
    parts = Renewal(b"head", ((1, 2, b"x"),), b"signature"), b"list"
    assert pack.read_file(pack.write_file(*parts), pack.DELTA) == parts
    wrong = [
        data[:-1],
        data + b"\0",
        canonical.encode(["sceau.pack/2", b"trust", b"list"]),
        canonical.encode(["sceau.pack/1", b"trust"]),
        canonical.encode(["sceau.pack/1", b"trust", b"list", b""]),
        canonical.encode(["sceau.pack/1", "trust", b"list"]),
        canonical.encode({}),
        canonical.encode(["sceau.pack/1", [b"head"], b"list"]),
        canonical.encode(["sceau.pack/1", [b"head", [], "signature"], b"list"]),
        canonical.encode(["sceau.pack/1", [b"head", b"signature"], b"list"]),
        canonical.encode(["sceau.pack/2", [b"head", [], b"signature"], b"list"]),
        canonical.encode(["sceau.pack/1", b"trust", [b"list", b""]]),
        b"\x9f" + data[1:] + b"\xff",
        b"",
    ]
    for one in wrong:
        with pytest.raises(ListInvalid):
            pack.read_file(one)
    for kind, size in pack.SIZE_MAX.items():
        with pytest.raises(ListInvalid, match="longer"):
            pack.read_file(pack.write_file(b"", bytes(size)), kind)


# --- the index ----------------------------------------------------------------------------------------------------

CHAIN = [Listed(Named(7), 100, 1, "aa"), Listed(Named(8, 7), 120, 2, "bb"), Listed(Named(11, 8), 120, 3, "cc")]


def test_the_index_names_the_chain_in_order() -> None:
    assert read_index(write_index(CHAIN)) == CHAIN
    assert b'"delta-8-11.pack"' in write_index(CHAIN)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        write_index([CHAIN[0], CHAIN[2]]),
        write_index(CHAIN).replace(b"packs/1", b"packs/2"),
        write_index(CHAIN).replace(b'"from": 7', b'"from": 6'),
        write_index(CHAIN).replace(b'"version": 7', b'"version": 6'),
        write_index(CHAIN).replace(b'"full-7.pack"', b'"../full-7.pack"'),
        write_index(CHAIN).replace(b'"full-7.pack"', b'"full-07.pack"'),
        write_index(CHAIN).replace(b'"full-7.pack"', b"7"),
        write_index(CHAIN).replace(b'"size": 1', b'"size": true'),
        write_index([CHAIN[0], *(Listed(Named(n + 1, n), 0, 0, "") for n in range(7, 72))]),
    ],
)
def test_another_index_is_refused(wrong: bytes) -> None:
    with pytest.raises(ListInvalid):
        read_index(wrong)


@pytest.mark.parametrize("name", ["full-7.pack", "delta-7-8.pack"])
def test_a_name_says_its_version_in_one_way(name: str) -> None:
    named = parse_name(name)
    assert named is not None and named.file == name
    for wrong in (f".{name}.tmp", f"x/{name}", name.replace("7", "07"), name.replace("7", "0"), name[:-1], f"{name}\n"):
        assert parse_name(wrong) is None
