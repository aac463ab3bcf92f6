"""Numbers, base64 and hashes have one spelling each."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.tlog.line import SIZE_MAX, decimal, to_base64, tree_hash, unbase64


@given(st.integers(0, SIZE_MAX))
def test_a_number_is_read_back(number: int) -> None:
    assert decimal(str(number)) == number


HOSTILE_NUMBERS = [
    "",
    "00",
    "012",
    "+1",
    "-1",
    "-0",
    " 1",
    "1 ",
    "1_2",
    "1\n",
    "0x1",
    "1.0",
    "1e3",
    "٣",
    "²",
    "1" * 5000,
]


@pytest.mark.parametrize("text", [*HOSTILE_NUMBERS, str(1 << 63), str(1 << 64), "9" * 19])
def test_another_spelling_of_a_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        decimal(text)


@given(st.binary(max_size=70))
def test_base64_is_read_back(data: bytes) -> None:
    assert unbase64(to_base64(data)) == data


@pytest.mark.parametrize(
    "text", ["A", "AA", "AAA", "AA=", "AA==\n", " AA==", "AB==", "AAB=", "AA==AA==", "A-_=", "AA=A", "é==="]
)
def test_another_spelling_of_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        unbase64(text)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_hash_has_32_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tree_hash(base64.b64encode(bytes(length)).decode())
