import pytest

from sceau.domain.nina import warnings

AGREES = {"sex": "F", "birth_date": "1993-06-21", "nina": "12931010007008F"}


def test_nothing_to_say() -> None:
    assert warnings({}) == ()
    assert warnings(AGREES) == ()
    assert warnings({"nina": "12931010007008F"}) == ()
    assert warnings({"sex": "F", "birth_date": "1993-06-21"}) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sex": "M"}, ["sex digit"]),
        ({"birth_date": "1994-06-21"}, ["birth year"]),
        ({"sex": "M", "birth_date": "2000-01-01"}, ["sex digit", "birth year"]),
        ({"nina": "19931010007008F"}, ["sex digit"]),
    ],
)
def test_a_number_that_disagrees_is_named(change: dict[str, str], said: list[str]) -> None:
    found = warnings(AGREES | change)
    assert [word in warning.en for word, warning in zip(said, found, strict=True)] == [True] * len(said)
    assert all(warning.fr.startswith("nina : ") for warning in found)


def test_each_spouse_is_compared_with_their_own_birth() -> None:
    values = {"spouse_a_nina": "11891010007008F", "spouse_a_birth_date": "1989-01-01"}
    values |= {"spouse_b_nina": "12891010007008F", "spouse_b_birth_date": "1993-01-01"}
    assert [w.en for w in warnings(values)] == ["spouse_b_nina: its birth year disagrees"]
