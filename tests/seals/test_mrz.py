"""Bare zones: all five forms, their sums, and what is no zone."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import SealMalformed
from sceau.seals import mrz

# The specimens of ICAO Doc 9303, parts 4 to 7
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD1_LONG = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
MRV_A = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"
MRV_B = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"
FORMS = {"TD1": TD1, "TD2": TD2, "TD3": TD3, "MRV-A": MRV_A, "MRV-B": MRV_B}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", ""])
def test_each_form(form: str, newline: str) -> None:
    read = mrz.parse(FORMS[form].replace("\n", newline).encode())
    assert (read.format, read.profile, read.issuer, read.wrong) == ("mrz", form, "UTO", ())
    assert (read.signed, read.signature, read.fields) == (b"", b"", {})  # nobody signed it, so it says nothing


def test_what_a_zone_says() -> None:
    for form, text in FORMS.items():
        zone, wrong = mrz.read(form, text.replace("\n", ""))
        assert (zone.surname, zone.given_names, wrong) == ("ERIKSSON", "ANNA MARIA", ())
    zone, wrong = mrz.read("TD1", TD1_LONG.replace("\n", ""))
    assert (zone.number, wrong) == ("D23145890734", ())
    assert mrz.lines("TD1", TD1.replace("\n", "")) == TD1


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (TD3.replace("L898902C36", "L898902C37"), ("number", "composite")),
        (TD3.replace("7408122", "7408123"), ("birth", "composite")),
        (TD3.replace("1204159", "1204158"), ("until", "composite")),
        (TD3.replace("<<<<<10", "<<<<<20"), ("optional", "composite")),
        (TD3[:-1] + "1", ("composite",)),
        (TD1.replace("D231458907", "D231458908"), ("number", "composite")),
        (TD1_LONG.replace("7349", "7348"), ("composite", "number")),
        (MRV_B.replace("9612109", "9612108"), ("until",)),
    ],
)
def test_sums_that_do_not_hold(text: str, wrong: tuple[str, ...]) -> None:
    assert mrz.parse(text.encode()).wrong == wrong


def test_an_empty_personal_number_needs_no_digit() -> None:
    line = "L898902C36UTO7408122F1204159<<<<<<<<<<<<<<<8"
    assert mrz.parse(f"{TD3[:45]}{line}".encode()).wrong == ()


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        TD3.lower().encode(),
        TD3[:-1].encode(),
        TD3.encode() + b"\n",
        TD3.replace("\n", "\n\n").encode(),
        TD3.replace("P<", "X<").encode(),
        TD3.replace("ERIKSSON<<", "ERIK5SON<<").encode(),
        TD3.replace("740812", "74081A").encode(),
        b"P" * 88,
    ],
)
def test_no_zone(bad: bytes) -> None:
    with pytest.raises(SealMalformed):
        mrz.parse(bad)


@given(st.text(alphabet="<A1\n", min_size=70, max_size=95))
def test_any_lines(text: str) -> None:
    for first in ("P", "I", "V"):
        try:
            mrz.parse((first + text).encode())
        except SealMalformed:
            continue


def test_the_visas_of_others(vectors: Path) -> None:
    for lines in json.loads((vectors / "seals/misc/mrz_mrv.json").read_text()).values():
        if isinstance(lines, list):
            assert mrz.parse("\n".join(lines).encode()).wrong == ()
