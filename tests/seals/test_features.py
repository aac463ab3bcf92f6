"""Features of a VDS: each kind is read as it was written, and nobody's codes are read as another's."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.document_type import Field, Kind, Label
from sceau.domain.errors import SealMalformed
from sceau.seals import features

LABEL = Label("x", "x")


@given(
    st.sampled_from(
        [
            (Kind.NUMBER, "[A-Z0-9]{1,12}"),
            (Kind.COUNT, "[1-9][0-9]|1[0-9]{2}|25[0-5]|0"),
            (Kind.DURATION, "P[1-9][0-9]?[DMY]"),
            (Kind.COUNTRY, "[A-Z]{3}"),
            (Kind.NINA, "[0-9]{14}[A-Z]"),
            (Kind.SEX, "[MF]"),
            (Kind.DATE, "2026-0[1-9]-[12][0-9]"),
            (Kind.TEXT, "[a-zɛéЖ ]{1,20}"),
        ]
    ).flatmap(lambda row: st.tuples(st.just(row[0]), st.from_regex(row[1], fullmatch=True)))
)
def test_each_kind_is_read_as_it_was_written(sample: tuple[Kind, str]) -> None:
    kind, value = sample
    assert features.reader(kind)(features.write(Field("x", LABEL, kind, feature=9), value)) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.COUNT, b""),
        (Kind.COUNT, b"\1\2"),
        (Kind.DURATION, b"\1\2"),
        (Kind.NUMBER, b"\0\0"),
        (Kind.TEXT, b"\xff"),
    ],
)
def test_refused(kind: Kind, value: bytes) -> None:
    with pytest.raises(SealMalformed):
        features.reader(kind)(value)


def declared(code: str, name: str = "category", choice: str = "press", byte: int = 7) -> Any:
    field = Field(name, LABEL, Kind.CHOICE, choices={choice: LABEL}, feature=6, codes={choice: byte})
    return SimpleNamespace(code=code, seal=SimpleNamespace(profile="TEST"), fields=(field,))


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    known: dict[str, Any] = {}
    monkeypatch.setattr(features, "document_types", lambda: known)
    features._declared.cache_clear()
    yield known
    features._declared.cache_clear()


def test_a_type_added_later_is_seen(types: dict[str, Any]) -> None:
    assert features.declared("TEST") == features.NOTHING
    types["one"] = declared("one")
    assert features.declared("TEST").choices == {(6, b"\7"): ("one", "category", "press")}
    assert features.declared("TEST").type_code == "one"


def test_a_byte_that_two_types_claim_tells_neither(types: dict[str, Any]) -> None:
    types |= {"one": declared("one"), "two": declared("two", choice="court"), "three": declared("three")}
    assert features.declared("TEST").choices == {}
    assert features.declared("TEST").type_code is None


def test_a_byte_that_no_type_claims_is_not_read_as_text(types: dict[str, Any]) -> None:
    types["one"] = declared("one")
    assert features.declared("TEST").readers == {}


def test_tags_of_another_profile_are_not_read(types: dict[str, Any]) -> None:
    types["one"] = declared("one")
    assert features.declared("5D01") == features.NOTHING
