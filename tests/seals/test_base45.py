"""Base45: the examples of RFC 9285, one spelling, and values that do not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import SealMalformed
from sceau.seals import base45


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_rfc_9285_section_4(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data
    assert base45.decode(text.encode()) == data


@given(st.binary())
def test_what_is_written_is_read(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet=base45.ALPHABET.decode(), max_size=12))
def test_one_value_has_one_spelling(text: str) -> None:
    try:
        data = base45.decode(text)
    except SealMalformed:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("GGW", "65536 (RFC 9285 section 6)"),
        (":::", "91124"),
        ("BB8GGW", "65536 after a good value"),
        ("GGWBB8", "65536 before a good value"),
        ("::", "2024 does not fit one byte"),
        ("V5", "256 does not fit one byte"),
        ("BB8A", "a lone last character"),
        ("bb8", "lower case"),
        ("BB8\n", "a line feed"),
        ("BBé", "not ASCII"),
        ("BB\x80", "beyond ASCII"),
    ],
)
def test_refused(text: str, why: str) -> None:
    with pytest.raises(SealMalformed):
        base45.decode(text)


def test_the_last_value_fits() -> None:
    assert base45.decode("FGW") == b"\xff\xff"
    assert base45.decode("U5") == b"\xff"
