"""Recognition: the table of standards, and only SealErrors whatever stands in the code."""

from base64 import b32encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sceau.domain.document_type import Carrier
from sceau.domain.errors import NotASeal, SealError, SealMalformed, SealUnsupported
from sceau.seals import base45, carrier, recognise
from sceau.seals.make import Draft
from sceau.seals.recognise import Standard

ISO22376 = b32encode(b"\xde\x01 and a header of 17 bytes").rstrip(b"=")


@pytest.mark.parametrize(
    ("data", "standard"),
    [
        (b"\xdc\x02", Standard.VDS),
        (b"\xdc\x03", Standard.VDS),
        (b"\xd2\x84", Standard.CLAIM169),
        (b"\x84", Standard.CLAIM169),
        (b"\xd8\x3d\xd2", Standard.CLAIM169),
        (b"\xd0\x83", Standard.CLAIM169),
        (b"\x78\x9c", Standard.CLAIM169),
        (b"\xdc\x04", Standard.TWODDOC),
        (b"DC01", Standard.TWODDOC),
        (b"DC04FR00", Standard.TWODDOC),
        (b"RDB1A", Standard.IDB),
        (b"NDB1A", Standard.IDB),
        (b"HC1:6BF", Standard.HCERT),
        (b"shc:/56", Standard.SHC),
        (b'{"data":{"hdr":{},"msg":{}},"sig":{}}', Standard.VDSNC),
        (ISO22376, Standard.ISO22376),
        (b"", None),
        (b"\xdc", None),
        (b"\xdc\x05", None),
        (b"hc1:", None),
        (b' {"data":{"hdr":{}},"sig":{}}', None),
        (b"{}", None),
        (b'{"data":[],"sig":{}}', None),
        (b'{"data":{},"sig":{}}', None),
        (b'{"data":5,"sig":{}}', None),
        (b'{"hdr"', None),
        (
            b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" + b"L898902C36UTO7408122F1204159ZE184226B<<<<<10",
            Standard.MRZ,
        ),
        (b'{"data":{"hdr":{}}}', None),
        (b"{", None),
        (b'{"a":' * 1000, None),
        (b"BB8", None),
        (b"V<MLIDUPONT<<MARIE", None),
    ],
)
def test_first_bytes(data: bytes, standard: Standard | None) -> None:
    assert recognise.recognise(data).standard is standard


@pytest.mark.parametrize("hidden", [b"\xdc\x03", b"\xd2\x84", b"\x84\x43", b"\x78\x9c"])
def test_what_an_address_hides(hidden: bytes) -> None:
    found = recognise.recognise(carrier.write(hidden, Carrier.URL, "https://any.example/"))
    assert found.standard in (Standard.VDS, Standard.CLAIM169)
    assert found.seal == hidden


def test_what_base45_hides() -> None:
    assert recognise.recognise(base45.encode(b"\xd2\x84\x43").encode()).standard is Standard.CLAIM169
    assert recognise.recognise(base45.encode(b"\x84\x43").encode()).standard is Standard.CLAIM169
    assert recognise.recognise(base45.encode(b"hello").encode()).standard is None


def test_a_known_standard_that_is_not_read_is_named() -> None:
    for data, name in ((ISO22376, "22376"), (b"\xdc\x04", "2D-Doc"), (b"RDB1A", "nobody signed")):
        with pytest.raises(SealUnsupported, match=name):
            recognise.parse(data)


def test_the_standard_of_what_is_misspelt() -> None:
    for data, standard in ((b"HC1:X", Standard.HCERT), (b"shc:/5", Standard.SHC), (b"hello", None), (b"BB", None)):
        assert recognise.standard_of(data) is standard
    assert recognise.standard_of(bytes(9000)) is None


def test_what_nobody_knows() -> None:
    for data in (b"", b"hello", b"https", b"123", b"32109X", b"DC05", b"BB8", b"\x00" * 100):
        with pytest.raises(SealMalformed):
            recognise.parse(data)


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (b"https://verif.example/", "web"),
        (b"HTTPS://VERIF.EXAMPLE/#", "web"),
        (b"https://verif.example/page#part", "web"),
        (b"http://verif.example/", "web"),
        (b"www.example.org", "web"),
        (b"HTTPS://VERIF.EXAMPLE/#AAAAAAAA", "web"),  # Base32 of nothing that we know
        (b"WIFI:T:WPA;S:hotel;P:12345678;;", "wifi"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "contact"),
        (b"begin:vcalendar", "event"),
        (b"mailto:a@example.org", "message"),
        (b"tel:+22320000000", "message"),
        (b"geo:12.6,-8.0", "place"),
        (b"00020101021129", "payment"),
        (b"BCD\n002\n1\nSCT\n", "payment"),
        (b"otpauth://totp/x?secret=y", "login"),
        (b"M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100", "boarding"),
        (b"@\n\x1e\rANSI 636026", "driving_licence"),
        (b"mdoc:owBjMS4w", "wallet"),
        (b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.AA", "wallet"),
        (b"4006381333931", "number"),
    ],
)
def test_what_a_code_without_a_seal_seems_to_be(data: bytes, seen: str) -> None:
    with pytest.raises(NotASeal) as caught:
        recognise.parse(data)
    assert caught.value.why == seen


def test_a_damaged_seal_in_an_address_is_no_mere_address() -> None:
    with pytest.raises(SealMalformed, match="Base32"):
        recognise.parse(b"HTTPS://VERIF.EXAMPLE/#" + b"2KCE2" * 20 + b"1")


def test_the_size_is_looked_at_first() -> None:
    with pytest.raises(SealMalformed, match="more than 8192 bytes"):
        recognise.recognise(b"\xdc\x03" + bytes(8191))
    with pytest.raises(SealMalformed, match="more than 8192 bytes"):
        recognise.parse(b"HTTPS://X/#" + b"A" * 50_000_000)
    assert recognise.recognise(b"\xdc\x03" + bytes(8190)).standard is Standard.VDS


def refused_or_read(data: bytes) -> None:
    try:
        recognise.parse(data)
    except SealError:
        return


@given(st.binary(max_size=300))
@example(b"\xd2" + b"\x81" * 8000)
@example(b"\xd2" + b"\xa1" * 8000)
@example(b"\xd2\x9b" + b"\xff" * 8)
@example(b"\xd2\x84\x43\xa1\x01\x27\xa0\x5b" + b"\xff" * 8)
def test_any_bytes(data: bytes) -> None:
    refused_or_read(data)


@given(
    st.sampled_from([start for start, _ in recognise.STARTS] + [b"\xd2\x84", b"\x78\x9c", b"{", b"https://x/#"]),
    st.binary(max_size=200),
)
def test_any_bytes_after_a_good_start(start: bytes, data: bytes) -> None:
    refused_or_read(start + data)


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:#", max_size=200))
def test_any_alphanumeric_code(text: str) -> None:
    refused_or_read(text.encode())


@given(
    st.recursive(
        st.none() | st.integers() | st.floats() | st.text(max_size=4) | st.binary(max_size=4) | st.booleans(),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.integers() | st.text(max_size=3), inner, max_size=4)
        ),
    )
)
def test_any_cbor_where_claims_are_expected(value: object) -> None:
    import cbor2

    payload = cbor2.dumps(value)
    refused_or_read(b"\xd2" + cbor2.dumps([b"\xa1\x01\x27", {}, payload, bytes(64)]))
    person = cbor2.dumps({6: 1, 169: value, -70001: value, 65535: value})
    refused_or_read(b"\xd2" + cbor2.dumps([b"\xa1\x01\x27", {}, person, bytes(64)]))


def test_all_carriers_lead_to_the_same_seal(draft: Callable[..., Draft], office: Any) -> None:
    seal = office.seal(draft("birth_extract"))
    read = [recognise.parse(carrier.write(seal, kind, "HTTPS://VERIF.EXAMPLE/")) for kind in Carrier]
    assert read[0] == read[1] == read[2]
