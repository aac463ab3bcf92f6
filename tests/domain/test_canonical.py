"""One value, one spelling: deterministic CBOR against every other spelling, and against cbor2 where they agree."""

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.canonical import INT_MAX, decode, decode_foreign, encode, encode_ordered, ordered, scan_item

INTEGERS = st.integers(-INT_MAX - 1, INT_MAX)


TEXT = st.text(max_size=30)


SCALARS = st.none() | st.booleans() | INTEGERS | TEXT | st.binary(max_size=300)


VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(INTEGERS | TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_round_trip(value: Any) -> None:
    data = encode(value)
    assert decode(data) == value
    assert decode_foreign(data) == value
    assert scan_item(data) == len(data)
    assert encode(decode(data)) == data


@given(VALUES)
def test_cbor2_reads_what_we_write(value: Any) -> None:
    assert cbor2.loads(encode(value)) == value


@given(st.dictionaries(st.text(max_size=23), SCALARS, max_size=8))
def test_text_keys_stand_as_in_the_older_canonical_order(value: dict[str, Any]) -> None:
    """For keys of one type, RFC 8949 section 4.2.1 and RFC 7049 section 3.9 (cbor2's) agree."""
    assert encode(value) == cbor2.dumps(value, canonical=True)


@given(st.dictionaries(TEXT, SCALARS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_keys_in_memory_does_not_matter(value: dict[str, Any], random: Any) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert encode(dict(items)) == encode(value) == encode_ordered(decode(encode(value)))


@given(st.dictionaries(TEXT, SCALARS, max_size=8))
def test_a_map_put_in_order_needs_no_sorting_encoder(value: dict[str, Any]) -> None:
    assert encode_ordered(ordered(value)) == encode(value)


def test_mixed_keys_stand_in_bytewise_order() -> None:
    """The example of RFC 8949 section 4.2.1: 10, 100, -1, "z", "aa"; length-first would put -1 before 100."""
    value = {"aa": 0, "z": 0, -1: 0, 100: 0, 10: 0}
    data = bytes.fromhex("a50a00186400200061" + "7a00" + "626161" + "00")
    assert encode(value) == data
    assert list(decode(data)) == [10, 100, -1, "z", "aa"]
    assert cbor2.dumps(value, canonical=True) != data


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (255, "18ff"),
        (256, "190100"),
        (65536, "1a00010000"),
        (1 << 32, "1b0000000100000000"),
        (INT_MAX, "1bffffffffffffffff"),
        (-1, "20"),
        (-INT_MAX - 1, "3bffffffffffffffff"),
        (b"", "40"),
        ("ü", "62c3bc"),
        ("水", "63e6b0b4"),
        ([], "80"),
        ([1, [2, 3]], "8201820203"),
        ({}, "a0"),
        ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
        (False, "f4"),
        (True, "f5"),
        (None, "f6"),
    ],
)
def test_examples_of_rfc_8949_appendix_a(value: Any, data: str) -> None:
    assert encode(value).hex() == data
    assert decode(bytes.fromhex(data)) == value
