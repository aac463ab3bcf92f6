"""The positive set: every document is in it, hardly anything else, and it has one spelling."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import ListInvalid
from sceau.seals.positive_set import COUNT_MAX, PositiveSet, positive_set

SEED = bytes(range(16))
EDGES = (0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 127, 128, 255, 256, 257, 1000)


def keys(count: int, name: bytes = b"") -> frozenset[bytes]:
    return frozenset(hashlib.sha256(name + n.to_bytes(4, "big")).digest()[:16] for n in range(count))


def parts(count: int) -> tuple[bytes, bytes]:
    """Sizes and rests of a set of `count` keys."""
    body, buckets = positive_set(keys(count), SEED), max(1, 1 << (count // 8).bit_length() - 1 if count >= 8 else 1)
    return body[:buckets], body[buckets:]


@pytest.mark.parametrize("count", EDGES)
def test_every_key_is_in_it_and_its_size_is_the_formula_s(count: int) -> None:
    made = keys(count)
    body = positive_set(made, SEED)
    found = PositiveSet(body, count, SEED)
    assert all(key in found for key in made)
    assert len(found) == count
    buckets = 1
    while count // 8 >= 2 * buckets:
        buckets *= 2
    assert len(body) == buckets + (5 * sum(body[:buckets]) + 1) // 2
    assert sum(body[:buckets]) <= count < max(16, 16 * buckets)


@given(st.sets(st.binary(min_size=16, max_size=16), max_size=300), st.binary(min_size=16, max_size=16))
def test_whatever_the_keys_and_the_seed(made: set[bytes], seed: bytes) -> None:
    found = PositiveSet(positive_set(made, seed), len(made), seed)
    assert all(key in found for key in made)


@pytest.mark.parametrize("count", [*EDGES[5:], 511, 8_191, 65_535])
def test_the_rests_that_there_are_take_fewer_than_one_stranger_in_65536(count: int) -> None:
    sizes, _ = parts(count)
    odds = PositiveSet(positive_set(keys(count), SEED), count, SEED).odds
    assert odds == sum(sizes) / len(sizes) / 2**20 < 1 / 65_536


def test_fewer_than_one_stranger_in_65536_is_taken_for_issued() -> None:
    """Counted, over 2,000,000 strangers and sets of several sizes."""
    taken = 0
    for count in (520, 10_000, 20_000, 140_000):
        found = PositiveSet(positive_set(keys(count), SEED), count, SEED)
        taken += sum(n.to_bytes(16, "big") in found for n in range(500_000))
    assert 0 < taken < 2_000_000 / 65_536


def test_the_set_is_what_the_page_says() -> None:
    """Written out by hand from docs/format/pack.md, on 40 keys."""
    made, bits = keys(40), 2
    rows = []
    for key in made:
        digest = hashlib.sha256(b"sceau.issued/1" + SEED + key).hexdigest()
        rows.append((int(digest[0], 16) >> 2, digest[8:13]))
    sizes = [sum(bucket == n for bucket, _ in rows) for n in range(1 << bits)]
    digits = "".join(rest for _, rest in sorted(rows))
    assert positive_set(made, SEED) == bytes(sizes) + bytes.fromhex(digits)


def test_another_seed_makes_another_set() -> None:
    made = keys(100)
    assert positive_set(made, SEED) != positive_set(made, SEED[::-1])
    other = PositiveSet(positive_set(made, SEED), 100, SEED[::-1])
    assert sum(key in other for key in made) == 0


@pytest.mark.parametrize("count", [1, 15, 16, 17, 255])
def test_no_bit_can_be_changed_unseen(count: int) -> None:
    """Refused, or another set: never the same one in another spelling."""
    made, body = keys(count), positive_set(keys(count), SEED)
    for at in range(0, 8 * len(body), 1 + count // 30):
        changed = bytearray(body)
        changed[at // 8] ^= 1 << at % 8
        try:
            found = PositiveSet(bytes(changed), count, SEED)
        except ListInvalid:
            continue
        assert not all(key in found for key in made)


@pytest.mark.parametrize("count", [1, 15, 16, 256])
def test_cut_or_longer_is_refused(count: int) -> None:
    body = positive_set(keys(count), SEED)
    for wrong in (*(body[:end] for end in range(len(body))), body + b"\0"):
        with pytest.raises(ListInvalid):
            PositiveSet(wrong, count, SEED)


def test_sizes_that_lie_are_refused() -> None:
    sizes, rests = parts(40)
    for wrong in (
        bytes((sizes[0] + 1, *sizes[1:])),  # more than there are
        bytes((sizes[0] - 1, *sizes[1:])),
        bytes((255, *sizes[1:])),
        bytes((sizes[0] - 1, sizes[1] + 1, *sizes[2:])),  # the sum is right, the order is not
    ):
        with pytest.raises(ListInvalid):
            PositiveSet(wrong + rests, 40, SEED)


def test_rests_out_of_order_or_doubled_are_refused() -> None:
    sizes, rests = parts(15)
    digits = rests.hex()[:75]
    rows = [digits[at : at + 5] for at in range(0, 75, 5)]
    for wrong in ([rows[1], rows[0], *rows[2:]], [rows[0], rows[0], *rows[2:]], rows[::-1]):
        with pytest.raises(ListInvalid, match="order"):
            PositiveSet(sizes + bytes.fromhex("".join(wrong) + "0"), 15, SEED)
    with pytest.raises(ListInvalid, match="last digit"):
        PositiveSet(sizes + bytes.fromhex("".join(rows) + "1"), 15, SEED)


@pytest.mark.parametrize(
    ("count", "seed"),
    [
        (True, SEED),
        (-1, SEED),
        (COUNT_MAX + 1, SEED),
        ("1", SEED),
        (None, SEED),
        (1, SEED[1:]),
        (1, "seed"),
        (17, SEED),
    ],
)
def test_a_count_or_a_seed_that_does_not_fit_is_refused(count: object, seed: object) -> None:
    body = positive_set(keys(1), SEED)
    with pytest.raises(ListInvalid):
        PositiveSet(body, count, seed)
    with pytest.raises(ListInvalid):
        PositiveSet(list(body), 1, SEED)


def test_a_count_of_some_with_no_rest_is_refused() -> None:
    with pytest.raises(ListInvalid):
        PositiveSet(bytes(1), 1, SEED)
    with pytest.raises(ListInvalid):
        PositiveSet(positive_set(keys(2), SEED), 1, SEED)


def test_a_key_of_another_length_is_not_built_in() -> None:
    with pytest.raises(ListInvalid):
        positive_set(frozenset({b"short"}), SEED)
