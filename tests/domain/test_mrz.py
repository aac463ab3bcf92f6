"""The machine-readable zone: the examples of ICAO 9303, seals that other states made, every changed character."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_zones import BORN, LAISSEZ_PASSER, UNTIL, VISA_A, VISA_B

from sceau.domain import mrz
from sceau.domain.document_type import Field, Kind, Label
from sceau.domain.errors import FieldInvalid
from sceau.domain.mrz import name_field, parse, td2, transliterate, visa


def test_what_is_written() -> None:
    """Check digits as the independent package `mrz` 0.6.2 computes them."""
    assert VISA_B == ("V<MLITRAORE<<NAGALEN<<<<<<<<<<<<<<<<", "VPA26000A4MLI9306211F2702180<<<<<<<<")
    assert VISA_A == ("V<MLIKEITA<<FANTA<MARIAM<<<<<<<<<<<<<<<<<<<<", "XBG2600013FRA9306211F2702180AES<<<<<<<<<<<<<")
    assert LAISSEZ_PASSER == ("PUMLICOULIBALY<<NOLO<<<<<<<<<<<<<<<<", "PPA2600013MLI9306211M2702180<<<<<<<8")


@pytest.mark.parametrize(
    ("text", "digit"),
    [("520727", "3"), ("AB2134<<<", "5"), ("L8988901C", "4"), ("400907", "8"), ("961210", "9"), ("HA672242<", "6")],
)
def test_check_digits_of_icao_9303_3(text: str, digit: str) -> None:
    assert mrz.check_digit(text) == digit


def test_specimens_of_icao_9303_7(vectors: Path) -> None:
    specimens = json.loads((vectors / "seals/misc/mrz_mrv.json").read_text())
    large, small = parse(specimens["mrva"]), parse(specimens["mrvb"])
    assert (large.form, small.form) == ("MRV-A", "MRV-B")
    assert large.optional == "6ZE184226B"
    for read in (large, small):
        assert (read.issuer, read.surname, read.given_names) == ("UTO", "ERIKSSON", "ANNA MARIA")
        assert (read.number, read.nationality, read.birth_date) == ("L8988901C", "XXX", "400907")
        assert (read.sex, read.valid_until, read.name_full) == ("F", "961210", False)
    again = ("V", "UTO", "ERIKSSON", "ANNA MARIA", "L8988901C", "XXX", date(1940, 9, 7), "F", date(1996, 12, 10))
    assert list(visa("MRV-A", *again, optional="6ZE184226B")) == specimens["mrva"]
    assert list(visa("MRV-B", *again)) == specimens["mrvb"]


def zone_of_seal(vectors: Path, name: str) -> str:
    """Tag 01 or 02 of a visible digital seal, from its C40 (ISO/IEC 16022)."""
    seal = bytes.fromhex(json.loads((vectors / "seals" / name).read_text())["hex"])
    found = re.search(b"\x01\x30|\x02[\x2c\x30]", seal)
    assert found is not None
    raw, text = seal[found.end() : found.end() + seal[found.end() - 1]], ""
    for high, low in zip(raw[0::2], raw[1::2], strict=True):
        if high == 0xFE:
            text += chr(low - 1)
            continue
        word = high * 256 + low - 1
        for value in (word // 1600, word // 40 % 40, word % 40):
            text += "" if value == 0 else "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[value - 3]
    return text


@pytest.mark.parametrize(
    ("name", "form", "holder"),
    [
        ("vds/li0ard_visa_document.json", "MRV-B", ("DENT", "ARTHUR PHILIP", "GBR", "520311", "DEU")),
        ("vds/visa_224bitSig.json", "MRV-B", ("DENT", "ARTHUR PHILIP", "GBR", "520311", "DEU")),
        ("vds/emergenyTravelDoc.json", "TD2", ("SUPAMANN", "MARY", "USA", "700803", "GBR")),
        ("vds/li0ard_emergency_travel_document.json", "TD2", ("SUPAMANN", "MARY", "USA", "700803", "GBR")),
        ("vds/residentPermit.json", "TD2", ("RESIDORCE", "ROLAND", "USA", "700803", "DEU")),
        ("vds/utoVisa.json", "TD2", ("BENZ", "PAULA", "USA", "920605", "UTO")),
    ],
)
def test_zones_that_others_sealed(vectors: Path, name: str, form: str, holder: tuple[str, ...]) -> None:
    zone = zone_of_seal(vectors, name)
    read = parse((zone[:36], zone[36:]))
    assert read.form == form
    assert (read.surname, read.given_names, read.nationality, read.birth_date, read.issuer) == holder


@pytest.mark.parametrize(
    ("surname", "given_names", "written"),
    [
        ("HENG", "DEBORAH MING LO", "HENG<<DEBORAH<MING<LO<<<<<<<<<<<<<<<<<<"),
        ("SMITH-JONES", "SUSIE MARGARET", "SMITH<JONES<<SUSIE<MARGARET<<<<<<<<<<<<"),
        ("O'CONNOR", "ENYA SIOBHAN", "OCONNOR<<ENYA<SIOBHAN<<<<<<<<<<<<<<<<<<"),
        ("VAN DER MUELLEN", "MARTIN", "VAN<DER<MUELLEN<<MARTIN<<<<<<<<<<<<<<<<"),
        ("ARKFREITH", "", "ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"),
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        ("NILAVADHANANANDA", "ARNPOL PETCH CHARONGUANG", "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
        (
            "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL",
            "DINGO POTOROO",
            "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI",
        ),
        ("PAPANDROPOULOUS", "JONATHON WARREN TREVOR", "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"),
    ],
)
def test_names_of_icao_9303_7(surname: str, given_names: str, written: str) -> None:
    assert name_field(surname, given_names, 39) == written


@pytest.mark.parametrize(
    ("surname", "given_names", "written"),
    [
        ("A" * 60, "Fanta", "A" * 27 + "<<FA"),
        ("A" * 60, "F", "A" * 28 + "<<F"),
        ("A" * 60, "F X", "A" * 26 + "<<F<X"),
        ("A" * 60, "", "A" * 31),
        ("A" * 27, "Fanta", "A" * 27 + "<<FA"),
        ("A" * 28, "Fanta", "A" * 27 + "<<FA"),
        ("BAKAYOKO SIDIBE TOURE DEMBELE", "D", "BAKAYOKO<SIDIBE<TOURE<DEMBEL<<D"),
        ("A" * 31, "", "A" * 31),
        ("A" * 60 + " B C", "Fanta", "A" * 23 + "<B<C<<FA"),
        ("COULIBALY", "Abdramane Souleymane X", "COULIBALY<<ABDRAMANE<SOULEYMANE"),
        # the last column would be a filler: one letter before it goes
        ("COULIBALY", "Abdramane Souleyman Issa", "COULIBALY<<ABDRAMANE<SOULEYMA<I"),
    ],
)
def test_names_cut_to_31_columns(surname: str, given_names: str, written: str) -> None:
    assert name_field(surname, given_names, 31) == written


NAMES = st.text(st.sampled_from("abcÉŋɔZ' -’"), min_size=1, max_size=60)


@given(NAMES, NAMES, st.sampled_from((31, 39)))
def test_both_names_stand_and_the_cut_shows(surname: str, given_names: str, width: int) -> None:
    """ICAO 9303-7 section 4.2.2.1, for every name that can be written at all."""
    try:
        primary, secondary = transliterate(surname), transliterate(given_names)
    except FieldInvalid:
        return
    field = name_field(surname, given_names, width)
    assert len(field) == width
    left, separator, right = field.rstrip("<").partition("<<")
    assert separator
    assert left[0] == primary[0]
    assert right[0] == secondary[0]
    if len(primary) + 2 + len(secondary) <= width:
        assert (left, right) == (primary, secondary)
    else:
        assert field[-1] != "<" or all(len(word) == 1 for word in re.split("<+", field.rstrip("<")))


ICAO_TABLE = dict(
    (
        *zip("ÀÁÂÃÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÙÚÛÝ", "AAAACEEEEIIIIDNOOOOUUUY", strict=True),
        *zip("ĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİıĴĶĹĻĽĿŁ", "AAACCCCDDEEEEEGGGGHHIIIIIIJKLLLLL", strict=True),
        *zip("ŃŅŇŊŌŎŐŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ", "NNNNOOORRRSSSSTTTUUUUUUWYYZZZ", strict=True),
        *{"Ä": "AE", "Å": "AA", "Æ": "AE", "Ö": "OE", "Ø": "OE", "Ü": "UE", "Þ": "TH"}.items(),
        *{"Ĳ": "IJ", "Œ": "OE", "ẞ": "SS", "ß": "SS"}.items(),
    )
)


def test_letters_of_icao_9303_3_section_6() -> None:
    assert len(ICAO_TABLE) > 90
    for letter, plain in ICAO_TABLE.items():
        assert transliterate(letter) == transliterate(letter.lower()) == plain


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Fanta KƐITA", "FANTA<KEITA"),
        ("Ɲagalen", "NAGALEN"),
        ("Ŋɔlɔ", "NOLO"),
        ("Ɛ\u0301lisabɛ\u0300", "ELISABE"),
        ("Ɓii Ɗemba Ƴero", "BII<DEMBA<YERO"),
        ("Nguyễn Thị Ơn", "NGUYEN<THI<ON"),
        ("Țepeș", "TEPES"),
        ("Əliyev", "ELIYEV"),
        ("Jr. d’Almeida - Sow", "JR<DALMEIDA<SOW"),
    ],
)
def test_letters_that_the_table_lacks(name: str, written: str) -> None:
    assert transliterate(name) == written


@pytest.mark.parametrize("name", ["", " ", "'", "-", "Фанта", "محمد", "Fanta1", "A😀", "A\u202eB", "ʔ", "A\nB"])
def test_a_name_that_cannot_be_written(name: str) -> None:
    with pytest.raises(FieldInvalid, match="given_names"):
        transliterate(name, "given_names")


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF), min_size=1, max_size=12))
def test_names_are_written_in_capitals_or_refused(name: str) -> None:
    declared = Field("it", Label("Nom", "Name"), Kind.NAME)
    try:
        declared.check(name)
        written = transliterate(name)
    except FieldInvalid:
        return
    assert re.fullmatch("[A-Z]+(<[A-Z]+)*", written)


@pytest.mark.parametrize(
    "change",
    [
        {"number": "A" * 10},
        {"number": ""},
        {"number": "A-1"},
        {"number": "vpa260001"},
        {"sex": "X"},
        {"sex": "f"},
        {"sex": "<"},
        {"nationality": "ML1"},
        {"nationality": ""},
        {"nationality": "MALI"},
        {"issuer": "mli"},
        {"code": ""},
        {"code": "V12"},
        {"code": "VV<"},
        {"code": "1"},
        {"optional": "A" * 9},
        {"optional": "a"},
        {"optional": "A B"},
        {"surname": ""},
        {"surname": "漢字"},
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_refused(change: dict[str, str]) -> None:
    good = {"code": "V", "issuer": "MLI", "surname": "A", "given_names": "B", "number": "1", "nationality": "MLI"}
    good |= {"sex": "M", "optional": ""}
    for write in (lambda **v: visa("MRV-B", **v), td2):
        write(**good, birth_date=BORN, valid_until=UNTIL)
        with pytest.raises(FieldInvalid):
            write(**good | change, birth_date=BORN, valid_until=UNTIL)


def test_centuries_and_old_dates_are_two_digits() -> None:
    lines = visa("MRV-B", "V", "MLI", "A", "B", "1", "MLI", date(1905, 1, 2), "", date(2105, 12, 31))
    read = parse(lines)
    assert (read.birth_date, read.valid_until, read.sex) == ("050102", "051231", "")
