"""ICAO VDS: what is written is read, whatever is misspelt is refused."""

from datetime import date

import pytest

from sceau.domain import mrz
from sceau.domain.errors import FieldInvalid, SealMalformed
from sceau.seals import c40, vds
from sceau.seals.seal import ParsedSeal

ISSUED = date(2026, 11, 22)
VISA = "V<MLIDUPONT<<MARIE<CLAIRE<<<<<<<<<<<" + "V000001233FRA8504124F2705206"
SIGNATURE = bytes(range(1, 65))


def seal(
    *features: tuple[int, bytes], profile: str = "5D01", country: str = "MLI", signature: bytes = SIGNATURE
) -> bytes:
    return vds.assemble(vds.unsigned(profile, country, "MLV1", "2A", ISSUED, date(2026, 11, 23), features), signature)


def visa(*features: tuple[int, bytes], zone: str = VISA, country: str = "MLI") -> bytes:
    return seal((2, c40.encode(zone)), *features, country=country)


def test_header() -> None:
    read = vds.parse(visa())
    assert (read.profile, read.country, read.issuer, read.reference) == ("5D01", "MLI", "MLV1", "2A")
    assert (read.issued_on, read.signed_on, read.valid_until) == (ISSUED, date(2026, 11, 23), date(2027, 5, 20))
    assert (read.document_class, read.algorithm, read.issued_at, read.valid_from) == ("visa", None, None, None)
    assert read.signature == SIGNATURE
    assert visa() == read.signed + b"\xff\x40" + SIGNATURE


def test_the_bytes_of_a_header() -> None:
    """Against the header of a seal that two foreign verifiers accept (own/vds_visa_mrvb)."""
    day = date(2026, 11, 20)
    assert vds.unsigned("5D01", "MLI", "MLCS", "01", day, day, ()).hex() == "dc03a67fa679c8a719c9aaedeaaaedea5d01"


def test_fields_of_a_visa() -> None:
    features = ((3, b"\x02"), (4, b"\x5a\0\0"), (5, c40.encode("18AB12345")), (6, b"\x41"), (7, b"\xbe\xef"))
    assert vds.parse(visa(*features)).fields == {
        "mrz": VISA[:36] + "\n" + VISA[36:],
        "number": "V00000123",
        "surname": "DUPONT",
        "given_names": "MARIE CLAIRE",
        "nationality": "FRA",
        "birth_date": "1985-04-12",
        "sex": "F",
        "valid_until": "2027-05-20",
        "entries": "2",
        "stay": "P90D",
        "passport_number": "18AB12345",
        "category": "short",
        "tag_07": "beef",
    }


def test_a_category_byte_names_the_declared_type() -> None:
    assert vds.parse(visa((6, b"\x41"))).type_code == "visa_liptako"
    assert vds.parse(visa((6, b"\x01"))).type_code == "visa_short"
    assert vds.parse(visa()).type_code is None
    unknown = vds.parse(visa((6, b"\x7f")))
    assert (unknown.type_code, unknown.fields["visa_type"]) == (None, "7f")


def test_the_category_byte_of_another_state_means_what_that_state_says() -> None:
    foreign = vds.parse(visa((6, b"\x01"), country="FRA"))
    assert foreign.type_code is None
    assert foreign.fields["visa_type"] == "01"
    assert "category" not in foreign.fields


@pytest.mark.parametrize(
    ("stay", "text"),
    [
        ("5a0000", "P90D"),
        ("000c00", "P12M"),
        ("000001", "P1Y"),
        ("020601", "P1Y6M2D"),
        ("000000", "P0D"),
        ("ff0000", "P255D"),
    ],
)
def test_stay(stay: str, text: str) -> None:
    assert vds.parse(visa((4, bytes.fromhex(stay)))).fields["stay"] == text


def test_an_emergency_travel_document() -> None:
    lines = mrz.td2("PU", "MLI", "KEÏTA", "Moussa", "P00000007", "MLI", date(1990, 1, 2), "M", date(2026, 12, 22))
    read = vds.parse(seal((2, c40.encode("".join(lines))), profile="5E03"))
    assert (read.document_class, read.type_code) == ("travel", "laissez_passer")
    assert (read.fields["mrz"], read.valid_until) == ("\n".join(lines), date(2026, 12, 22))


def test_a_travel_document_with_the_zone_of_a_visa() -> None:
    lines = mrz.visa(
        "MRV-B", "V", "MLI", "KEÏTA", "Moussa", "V00000007", "MLI", date(1990, 1, 2), "M", date(2026, 12, 22)
    )
    with pytest.raises(SealMalformed, match="not the machine-readable zone of this profile"):
        vds.parse(seal((2, c40.encode("".join(lines))), profile="5E03"))
    with pytest.raises(SealMalformed, match="another length"):
        vds.parse(seal((2, c40.encode("".join(lines)))))


def test_an_unknown_profile_shows_its_features_in_hex() -> None:
    read = vds.parse(seal((1, b"\x01\x02"), (0xFE, b""), profile="ABCD"))
    assert (read.profile, read.document_class, read.valid_until) == ("ABCD", None, None)
    assert read.fields == {"tag_01": "0102", "tag_FE": ""}


def dated(birth: str, until: str) -> ParsedSeal:
    line_2 = f"V000001233FRA{birth}{mrz.check_digit(birth)}F{until}{mrz.check_digit(until)}"
    return vds.parse(visa(zone=VISA[:36] + line_2))


@pytest.mark.parametrize(
    ("birth", "day"),
    [("261122", "2026-11-22"), ("261123", "1926-11-23"), ("270101", "1927-01-01"), ("000229", "2000-02-29")],
)
def test_a_birth_lies_in_the_hundred_years_before_issue(birth: str, day: str) -> None:
    assert dated(birth, "270520").fields["birth_date"] == day


@pytest.mark.parametrize(("until", "year"), [("260101", 2026), ("060101", 2006), ("050101", 2105), ("990101", 2099)])
def test_an_expiry_lies_from_20_years_before_issue_to_79_after(until: str, year: int) -> None:
    assert dated("850412", until).valid_until == date(year, 1, 1)


def test_what_is_unknown_of_a_birth_stays_in_the_zone() -> None:
    read = dated("85<<<<", "270520")
    assert "birth_date" not in read.fields
    assert "85<<<<" in read.fields["mrz"]


@pytest.mark.parametrize(("birth", "until"), [("850231", "270520"), ("850412", "270229"), ("850412", "27<<<<")])
def test_a_zone_with_a_day_that_is_none(birth: str, until: str) -> None:
    with pytest.raises(SealMalformed):
        dated(birth, until)


SIGNED = visa()[:-66]
HEADER = SIGNED[: SIGNED.index(b"\x5d\x01") + 2]
ZONE = SIGNED[len(HEADER) :]
END = b"\xff\x40" + SIGNATURE


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no header"),
        (b"\xdc", "no header"),
        (b"\xdc\x01" + SIGNED[2:] + END, "no header of version 3 or 4"),
        (b"\xdd\x03" + SIGNED[2:] + END, "no header of version 3 or 4"),
        (HEADER[:5], "odd number of bytes"),
        (HEADER[:8], "cut short in the header"),
        (HEADER[:-1], "cut short in the header"),
        (SIGNED, "without a signature"),
        (SIGNED + b"\xff", "without a signature"),
        (SIGNED + END[:-1], "not the last thing"),
        (SIGNED + END + b"\0", "not the last thing"),
        (SIGNED + END + b"\x03\x01\x63", "not the last thing"),
        (SIGNED + b"\xff\x00", "impossible length"),
        (SIGNED + b"\xff\x3f" + SIGNATURE[:-1], "impossible length"),
        (SIGNED + b"\xff\x36" + SIGNATURE[:54], "impossible length"),
        (SIGNED + b"\x03\x01\x02\x03\x01\x63" + END, "tag 03 stands twice"),
        (SIGNED + b"\x03\xfe\x02" + END, "without a signature"),
        (HEADER + END, "not exactly one machine-readable zone"),
        (HEADER + b"\x01\x30" + c40.encode(" " * 72) + ZONE + END, "not exactly one machine-readable zone"),
        (HEADER + b"\x02\x00" + END, "another length"),
        (HEADER + b"\x01" + ZONE[1:] + END, "another length"),
        (SIGNED + b"\x03\x02\x01\x01" + END, "a count has one byte"),
        (SIGNED + b"\x04\x01\x5a" + END, "a duration has three bytes"),
        (SIGNED + b"\x05\x03\xeb\x04\x66" + END, "odd number of bytes"),
        (HEADER[:-8] + b"\0\0\0" + HEADER[-5:] + ZONE + END, "no such date"),
        (HEADER[:-5] + (2302026).to_bytes(3, "big") + HEADER[-2:] + ZONE + END, "no such date"),
        (HEADER[:-5] + (0xFFFFFF).to_bytes(3, "big") + HEADER[-2:] + ZONE + END, "no such date"),
    ],
)
def test_refused(data: bytes, why: str) -> None:
    with pytest.raises(SealMalformed, match=why):
        vds.parse(data)


def key_zone(country: str, key: str, version: int = 3) -> bytes:
    return bytes((0xDC, version)) + c40.encode(country) + c40.encode(key) + HEADER[-8:] + ZONE + END


@pytest.mark.parametrize(
    ("country", "key", "why"),
    [
        ("ML1", "MLV1022A", "misspelt"),
        (" ML", "MLV1022A", "misspelt"),
        ("   ", "MLV1022A", "misspelt"),
        ("MLI", "1LV1022A", "misspelt"),
        ("MLI", "ML 1022A", "misspelt"),
        ("MLI", "MLV1 22A", "no length"),
        ("MLI", "MLV12 2A", "no length"),
        ("MLI", "MLV1GG2A", "no length"),
        ("MLI", "MLV102A ", "misspelt|no length"),
        ("MLI", "MLV100", "misspelt"),
        ("MLI", "MLV1012A", "another length"),
        ("MLI", "DEZV0A0123456789", "no length"),
    ],
)
def test_a_misspelt_key(country: str, key: str, why: str) -> None:
    with pytest.raises(SealMalformed, match=why):
        vds.parse(key_zone(country, key))


def test_small_states_are_filled_or_stand_alone() -> None:
    assert vds.parse(key_zone("D  ", "MLV1022A")).country == "D"
    assert vds.parse(key_zone("RK ", "MLV1022A")).country == "RK"
    assert vds.parse(visa(country="D")).country == "D"


def test_the_length_of_the_reference_is_hexadecimal_but_for_dezv() -> None:
    ten = "0123456789"
    assert vds.parse(key_zone("MLI", f"MLV10A{ten}")).reference == ten
    assert vds.parse(key_zone("D  ", f"DEZV10{ten}")).reference == ten
    with pytest.raises(SealMalformed):
        vds.parse(key_zone("MLI", f"MLV110{ten}"))
    assert vds.unsigned("5D01", "D", "DEZV", ten, ISSUED, ISSUED, ())[4:].startswith(c40.encode(f"DEZV10{ten}"))


def test_version_3_fills_the_reference_with_zeros() -> None:
    read = vds.parse(key_zone("MLI", "MLV10002A", version=2))
    assert (read.issuer, read.reference) == ("MLV1", "2A")
    for short in ("MLV10002", "MLV1000"):
        with pytest.raises(SealMalformed):
            vds.parse(key_zone("MLI", short, version=2))


@pytest.mark.parametrize(
    ("country", "signer", "reference"),
    [("mli", "MLV1", "2A"), ("MLIX", "MLV1", "2A"), ("MLI", "MLV", "2A"), ("MLI", "MLV1", ""), ("MLI", "MLV1", "2a")],
)
def test_a_key_that_cannot_be_named(country: str, signer: str, reference: str) -> None:
    with pytest.raises(FieldInvalid):
        vds.unsigned("5D01", country, signer, reference, ISSUED, ISSUED, ())


def test_what_does_not_fit_is_not_written() -> None:
    with pytest.raises(FieldInvalid, match="twice"):
        seal((3, b"\x01"), (3, b"\x02"))
    with pytest.raises(FieldInvalid, match="254"):
        seal((7, bytes(255)))
    with pytest.raises(FieldInvalid, match="254"):
        seal((0xFF, b""))
    with pytest.raises(SealMalformed):
        vds.assemble(SIGNED, b"\0" * 63)


def test_an_administrative_document_states_its_validity() -> None:
    read = vds.parse(seal((0, bytes(16)), (1, b"20260101"), (2, b"20261231"), (10, "Keïta".encode()), profile="01C9"))
    assert (read.valid_from, read.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert read.fields == {
        "profile": "00" * 16,
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "tag_0A": "Keïta",
    }


@pytest.mark.parametrize("day", [b"20261301", b"2026-1-1", b"2026010", b"\xff" * 8, "２０２６０１０１".encode()])
def test_a_day_that_is_none_is_refused(day: bytes) -> None:
    with pytest.raises(SealMalformed):
        vds.parse(seal((2, day), profile="01C8"))
