"""Machine-readable zones as they are read: what was written, and no changed character unnoticed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_zones import BORN, LAISSEZ_PASSER, UNTIL, VISA_A, VISA_B

from sceau.domain import mrz
from sceau.domain.errors import SealMalformed
from sceau.domain.mrz import MrzFields, parse, td2, visa

OURS = {"MRV-B": VISA_B, "MRV-A": VISA_A, "TD2": LAISSEZ_PASSER}


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"


@pytest.mark.parametrize("form", OURS)
def test_what_is_written_is_read(form: str) -> None:
    read = parse(OURS[form])
    assert (read.form, read.issuer, read.birth_date, read.valid_until) == (form, "MLI", "930621", "270218")
    assert parse(VISA_A).given_names == "FANTA MARIAM"
    assert parse(VISA_A).optional == "AES"


@pytest.mark.parametrize("text", ["a", "É", "A B", "12\n"])
def test_only_what_stands_in_a_zone_has_a_check_digit(text: str) -> None:
    with pytest.raises(SealMalformed):
        mrz.check_digit(text)


def test_germany_is_d() -> None:
    lines = visa("MRV-B", "V", "MLI", "MÜLLER", "Jörg", "1", "DEU", BORN, "M", UNTIL)
    assert lines[0].startswith("V<MLIMUELLER<<JOERG<")
    assert lines[1][10:13] == "D<<"
    assert parse(lines).nationality == "DEU"
    with pytest.raises(SealMalformed, match="Germany"):
        parse((lines[0], lines[1].replace("D<<", "DEU")))


@pytest.mark.parametrize("form", ["MRV-A", "MRV-B"])
def test_a_visa_seal_carries_line_2_to_column_28(form: str) -> None:
    upper, lower = OURS[form]
    assert parse((upper, lower[:28])).number == parse((upper, lower)).number


def written_again(read: MrzFields) -> tuple[str, str]:
    """Read fields back through the writer; the two-digit years of the samples are unambiguous here."""
    born = date(1900 + int(read.birth_date[:2]), int(read.birth_date[2:4]), int(read.birth_date[4:]))
    until = date(2000 + int(read.valid_until[:2]), int(read.valid_until[2:4]), int(read.valid_until[4:]))
    names = (read.code, read.issuer, read.surname, read.given_names, read.number, read.nationality)
    if read.form == "TD2":
        return td2(*names, born, read.sex, until, read.optional)
    return visa(read.form, *names, born, read.sex, until, read.optional)


@pytest.mark.parametrize("form", OURS)
def test_every_changed_character_is_refused_or_read_as_what_it_says(form: str) -> None:
    """One spelling: whatever is accepted is exactly what the writer would write for it."""
    lines = OURS[form]
    refused = 0
    for row in (0, 1):
        for column in range(len(lines[row])):
            for char in ALPHABET.replace(lines[row][column], "") + "a é\n":
                changed = [*lines]
                changed[row] = lines[row][:column] + char + lines[row][column + 1 :]
                try:
                    read = parse(changed)
                except SealMalformed:
                    refused += 1
                    continue
                if "<" not in read.birth_date:
                    assert written_again(read) == tuple(changed)
    assert refused > 1000


@pytest.mark.parametrize("form", OURS)
def test_a_changed_digit_of_number_or_dates_is_always_refused(form: str) -> None:
    """What a check digit of weights 7, 3, 1 promises: it sees every digit replaced by another."""
    upper, lower = OURS[form]
    for column in (*range(9), *range(13, 19), *range(21, 27)):
        if lower[column].isdigit():
            for digit in "0123456789".replace(lower[column], ""):
                with pytest.raises(SealMalformed):
                    parse((upper, lower[:column] + digit + lower[column + 1 :]))


def test_an_unknown_birth_day_is_filled() -> None:
    lower = VISA_B[1][:13] + "93<<<<" + mrz.check_digit("93<<<<") + VISA_B[1][20:]
    assert parse((VISA_B[0], lower)).birth_date == "93<<<<"


@pytest.mark.parametrize("birth", ["931321", "930021", "930631", "930230", "930600", "9<0621", "A30621"])
def test_no_such_birth_date(birth: str) -> None:
    lower = VISA_B[1][:13] + birth + mrz.check_digit(birth) + VISA_B[1][20:]
    with pytest.raises(SealMalformed, match="birth date"):
        parse((VISA_B[0], lower))


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("",),
        ("", ""),
        ("V", "V"),
        VISA_B[:1],
        (*VISA_B, ""),
        (VISA_B[0], VISA_B[1] + "<"),
        (VISA_B[0], VISA_B[1][:27]),
        (VISA_B[0], VISA_A[1]),
        (VISA_A[0], VISA_B[1]),
        (LAISSEZ_PASSER[0], LAISSEZ_PASSER[1][:28]),
        (LAISSEZ_PASSER[0][:35], LAISSEZ_PASSER[1]),
        ("V<MLI" + "<" * 31, VISA_B[1]),
        ("V<MLI<<FANTA" + "<" * 24, VISA_B[1]),
        ("V<MLIKEITA<<<FANTA" + "<" * 18, VISA_B[1]),
        ("V<MLIKEITA<<FANTA<<A" + "<" * 16, VISA_B[1]),
        ("V<MLIKE1TA<<FANTA" + "<" * 19, VISA_B[1]),
        ("V<M<IKEITA<<FANTA" + "<" * 19, VISA_B[1]),
        ("V1MLIKEITA<<FANTA" + "<" * 19, VISA_B[1]),
    ],
    ids=range(19),
)
def test_what_is_not_a_zone_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(SealMalformed):
        parse(lines)


@given(st.lists(st.text(st.sampled_from(ALPHABET), min_size=28, max_size=44), max_size=3))
def test_noise_is_refused_and_nothing_else_is_raised(lines: list[str]) -> None:
    with pytest.raises(SealMalformed):
        parse(lines)
