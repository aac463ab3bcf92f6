"""A number has one spelling: what `nth` writes, and nothing else, is split again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import NotFound, RegisterFull
from sceau.domain.numbering import nth, split


@given(st.sampled_from(("PAR-2026-N-", "VPA26")), st.integers(1, 999_999))
def test_a_number_is_split_into_what_it_was_made_of(register: str, serial: int) -> None:
    assert split(nth(register, serial)) == (register, serial)


def test_the_order_of_numbers_is_the_order_of_text() -> None:
    numbers = [nth("VPA26", serial) for serial in range(32**4)]
    assert numbers == sorted(set(numbers))
    assert (numbers[1], numbers[10], numbers[-1]) == ("VPA260001", "VPA26000A", "VPA26ZZZZ")


@pytest.mark.parametrize(("register", "serial"), [("VPA26", 32**4), ("PAR-2026-N-", 1_000_000)])
def test_a_register_has_an_end(register: str, serial: int) -> None:
    nth(register, serial - 1)
    with pytest.raises(RegisterFull):
        nth(register, serial)


@pytest.mark.parametrize(
    "number",
    ["", "-", "0001", "A1", "VPA260000", "VPA26000a", "VPA26000I", "VPA26 001", "VPA26\u0660\u0660\u0660\u0661"]
    + [f"PAR-2026-N-{digits}" for digits in ("000000", "1", "00001", "0000001", "00000A", "+00001", " 00001", "1_0000")]
    + ["PAR-2026-N-\u0660\u0660\u0660\u0660\u0660\u0661", "PAR-2026-N000001", "PAR-2026-N-00-001"],
)
def test_another_spelling_is_no_number(number: str) -> None:
    with pytest.raises(NotFound):
        split(number)
