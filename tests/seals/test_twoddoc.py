"""2D-Doc: what others signed is read, whatever is misspelt is refused."""

import json
from base64 import b32encode
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import SealError, SealMalformed, SealUnsupported
from sceau.seals import twoddoc, twoddoc_fields

GS, RS, US = "\x1d", "\x1e", "\x1f"
SIGNATURE = b32encode(bytes(range(64))).decode().rstrip("=")
DATA = f"60AMINATA{GS}62KEITA{GS}66LP0000123{GS}68F69010119906ABAMAKO{GS}6CML6O31122030"


def code(
    data: str = DATA, version: str = "DC04", days: str = "265C265D", kind: str = "07", scope: str = "01ML"
) -> bytes:
    return f"{version}ML010001{days}{kind}{scope}{data}{US}{SIGNATURE}".encode("latin-1")


def test_an_identity_document() -> None:
    read = twoddoc.parse(code())
    assert (read.format, read.profile, read.issuer, read.reference, read.country) == (
        *("2ddoc", "DC04 07", "ML01", "0001"),
        "ML",
    )
    assert (read.issued_on, read.signed_on, read.valid_until) == (
        *(date(2026, 11, 20), date(2026, 11, 21)),
        date(2030, 12, 31),
    )
    assert (read.document_class, read.signature) == ("identity", bytes(range(64)))
    assert read.signed.decode() + US + SIGNATURE == code().decode()
    assert read.fields == {
        "document_type": "identity_document",
        "given_names": "AMINATA",
        "surname": "KEITA",
        "number": "LP0000123",
        "sex": "F",
        "birth_date": "1990-01-01",
        "birth_place": "BAMAKO",
        "birth_country": "ML",
        "valid_until": "2030-12-31",
    }


@pytest.mark.parametrize(("version", "scope"), [("DC01", ""), ("DC02", ""), ("DC03", "01"), ("DC04", "01FR")])
def test_all_versions(version: str, scope: str) -> None:
    read = twoddoc.parse(code(version=version, scope=scope))
    assert (read.country, read.fields["surname"], read.profile) == ("FR", "KEITA", f"{version} 07")


def test_where_a_value_ends() -> None:
    """By its size, by GS, by RS where it was cut, or at its greatest size without anything."""
    longest = "A" * 38
    for data, fields in (
        (f"62{longest}68F", {"surname": longest, "sex": "F"}),
        (f"62{longest}{GS}68F", {"surname": longest, "sex": "F"}),
        (f"62KEI{RS}68F", {"surname": "KEI", "sex": "F"}),
        (f"68F{GS}62KEITA", {"sex": "F", "surname": "KEITA"}),
        (f"ZZany thing{GS}68F", {"id_ZZ": "any thing", "sex": "F"}),
        ("08FFFF68F", {"valid_until": "FFFF", "sex": "F"}),
    ):
        read = twoddoc.parse(code(data))
        assert {name: read.fields[name] for name in fields} == fields
        assert read.valid_until is None


def test_other_perimeters_keep_their_identifiers() -> None:
    read = twoddoc.parse(code(f"62KEITA{GS}0812345678", scope="02ML"))
    assert (read.fields, read.document_class) == ({"id_62": "KEITA", "id_08": "12345678"}, None)


def test_what_is_annexed_is_not_signed() -> None:
    assert twoddoc.parse(code() + f"{GS}anything".encode()) == twoddoc.parse(code())


def test_no_date_of_issue() -> None:
    assert twoddoc.parse(code(days="FFFF265D")).issued_on == date(2026, 11, 21)
    assert twoddoc.parse(code(days="FFFFFFFF")).issued_on is None


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"DC04",
        code()[: code().index(US.encode())],
        code()[:-1] + b"=",
        code()[:-2],
        code() + b"A",
        code(version="DC05"),
        code(days="265c265D"),
        code(scope="01F1"),
        code(scope="0"),
        code(DATA + f"{GS}62DIARRA"),
        code("6812"),
        code("69320119901"),
        code("6932011990"),
        code("08FFFG"),
        code("62KEÏTA"),
        code("62KEITA\n"),
        code("6"),
        code("6a12"),
    ],
)
def test_misspelt(bad: bytes) -> None:
    with pytest.raises(SealMalformed):
        twoddoc.parse(bad)


def test_the_binary_form_is_named() -> None:
    with pytest.raises(SealUnsupported, match="binary"):
        twoddoc.parse(b"\xdc\x04" + bytes(60))


def test_every_identifier_has_one_size() -> None:
    assert not twoddoc_fields.SIZES.keys() & twoddoc_fields.LONGEST.keys()
    sizes = {one: twoddoc_fields.SIZES[one] for one in twoddoc_fields.HEX_DAYS | twoddoc_fields.DAYS}
    assert sizes == dict.fromkeys(twoddoc_fields.HEX_DAYS, 4) | dict.fromkeys(twoddoc_fields.DAYS, 8)


@given(st.text(alphabet="DC0124ABFM689" + GS + RS + US, max_size=120))
def test_any_text(text: str) -> None:
    for start in ("", "DC04ML010001265C265C0701ML"):
        try:
            twoddoc.parse((start + text).encode())
        except SealError:
            continue


def test_the_specimens_of_others(vectors: Path) -> None:
    def read(name: str) -> dict[str, str]:
        text = json.loads((vectors / f"seals/2ddoc/{name}.json").read_text())["text"]
        return dict(twoddoc.parse(text.encode()).fields)

    assert read("DC02_FR01")["name"] == "M/BOUDJEDRI/AMMAR"
    assert read("l_specs_p141")["act_date"] == "2017-11-21"
    assert read("betagouv_type28")["tax_notice_number"] == "2278012345678"
    assert read("l_img_3__NEG")["birth_date"] == "1955-01-01"
