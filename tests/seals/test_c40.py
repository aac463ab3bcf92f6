"""C40: others' examples, one spelling, and nothing but a SealMalformed on any bytes."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import FieldInvalid, SealMalformed
from sceau.seals import c40

TEXT = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")


def test_the_examples_of_others(vectors: Path) -> None:
    examples = json.loads((vectors / "seals/vds/c40_examples.json").read_text())
    for case in examples["cases"]:
        assert c40.encode(case["text"]).hex() == case["hex"]
        assert c40.decode(bytes.fromhex(case["hex"])) == case["text"]
    for text in examples["negative_text"]:
        with pytest.raises(FieldInvalid):
            c40.encode(text)


@given(TEXT)
def test_what_is_written_is_read(text: str) -> None:
    assert c40.decode(c40.encode(text)) == text


@given(TEXT)
def test_a_filler_is_written_as_a_space(text: str) -> None:
    assert c40.encode(text.replace(" ", "<")) == c40.encode(text)


@given(st.binary(max_size=12))
def test_one_text_has_one_spelling(data: bytes) -> None:
    try:
        text = c40.decode(data)
    except SealMalformed:
        return
    assert c40.encode(text) == data


def test_every_word_is_refused_or_has_one_spelling() -> None:
    read = 0
    for word in range(1 << 16):
        data = word.to_bytes(2, "big")
        try:
            text = c40.decode(data)
        except SealMalformed:
            continue
        read += 1
        assert c40.encode(text) == data
    assert read == 37**3 + 37**2 + 37  # three characters, two, one


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("eb", "an odd number of bytes"),
        ("fe3d", "one character left, `<` where a space must stand"),
        ("fe45eb04", "one character left, in the middle"),
        ("eb01eb04", "two characters left, in the middle"),
        ("0001", "shifts instead of characters"),
        ("0000", "below the first value"),
        ("ffff", "beyond the last value"),
    ],
)
def test_refused(data: str, why: str) -> None:
    with pytest.raises(SealMalformed):
        c40.decode(bytes.fromhex(data))
