"""ICAO barcodes: what others signed is read, whatever is misspelt is refused."""

import hashlib
import json
import zlib
from base64 import b32encode
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import SealError, SealMalformed, SealUnsupported
from sceau.domain.mrz import check_digit
from sceau.seals import c40, idb

CERTIFICATE = b"not a certificate, but bytes of one"
REFERENCE = hashlib.sha1(CERTIFICATE, usedforsecurity=False).digest()[-5:]
TD3 = "P<D<<GARCIA<<EVELYN<<<<<<<<<<<<<<<<<<<<<<<<<B870L41688D<<8108108F3507050<<<<<<<<<<<<<<08"
DAY = bytes.fromhex("31782a")  # 2026-03-24


def item(tag: int, value: bytes) -> bytes:
    size = len(value)
    head = (
        bytes((size,))
        if size < 0x80
        else b"\x81" + bytes((size,))
        if size < 0x100
        else b"\x82" + size.to_bytes(2, "big")
    )
    return bytes((tag,)) + head + value


def payload(*messages: bytes, day: bytes = b"\0" + DAY, tail: bytes = b"", algorithm: int = 1) -> bytes:
    head = c40.encode("D<<") + bytes((algorithm,)) + REFERENCE + day
    return head + item(0x61, b"".join(messages)) + tail + item(0x7F, bytes(range(64)))


def code(content: bytes, start: str = "RDB1B") -> bytes:
    return start.encode() + b32encode(content).rstrip(b"=")


ZONE = item(0x08, c40.encode(TD3))


@pytest.mark.parametrize("start", ["RDB1B", "NDB1B"])
@pytest.mark.parametrize("day", [b"\0" + DAY, DAY], ids=["four bytes", "three bytes"])
def test_a_passport(start: str, day: bytes) -> None:
    read = idb.parse(code(payload(ZONE, day=day), start))
    assert (read.format, read.profile, read.issuer, read.country) == ("idb", start[:4], "D", "D")
    assert (read.reference, read.algorithm, read.signature) == (REFERENCE.hex(), "SHA-256", bytes(range(64)))
    assert (read.issued_on, read.signed_on, read.valid_until) == (*[date(2026, 3, 24)] * 2, date(2035, 7, 5))
    assert read.fields["surname"] == "GARCIA"
    assert read.fields["birth_date"] == "1981-08-10"
    assert read.signed == payload(ZONE, day=day)[:-66]


def test_compressed_content_is_the_same_seal() -> None:
    assert idb.parse(code(zlib.compress(payload(ZONE)), "RDB1D")) == idb.parse(code(payload(ZONE)))


def test_what_a_visa_says() -> None:
    visa = item(0x01, item(3, b"\2") + item(4, b"\x5a") + item(5, c40.encode("C00000073")) + item(9, b"\xab"))
    read = idb.parse(code(payload(visa, item(0x84, b"\0" + DAY), item(0x86, b"\x07"), item(0x90, b"\xff"))))
    assert read.document_class == "visa"
    assert read.valid_until == date(2026, 3, 24)
    assert read.fields == {
        "entries": "2",
        "stay": "P90D",
        "passport_number": "C00000073",
        "tag_09": "ab",
        "message_90": "ff",
        "document_type": "temporary_diplomatic_passport",
        "valid_until": "2026-03-24",
    }


def test_a_certificate_that_comes_along_must_be_the_one_named() -> None:
    assert idb.parse(code(payload(ZONE, tail=item(0x7E, CERTIFICATE)))) == idb.parse(code(payload(ZONE)))
    with pytest.raises(SealMalformed, match="not the one"):
        idb.parse(code(payload(ZONE, tail=item(0x7E, CERTIFICATE + b"!"))))


@pytest.mark.parametrize("flag", "AC")
def test_what_nobody_signed_is_not_read(flag: str) -> None:
    with pytest.raises(SealUnsupported, match="nobody signed"):
        idb.parse(code(payload(ZONE), f"RDB1{flag}"))


GOOD = payload(ZONE)


@pytest.mark.parametrize(
    "bad",
    [
        b"RDB1",
        b"RDB1E" + code(GOOD)[5:],
        code(GOOD) + b"=",
        code(GOOD)[:-8],
        code(GOOD + b"\0"),
        code(zlib.compress(GOOD) + b"\0", "RDB1D"),
        code(zlib.compress(bytes(100_000)), "RDB1D"),
        code(payload(ZONE, ZONE)),
        code(payload(ZONE, algorithm=4)),
        code(payload(ZONE, day=b"\0\0\0\0")),
        code(payload(ZONE, day=bytes.fromhex("80") + DAY)),  # a digit of the day is unknown
        code(payload(item(0x08, c40.encode(TD3[:-1])))),
        code(payload(item(0x08, c40.encode(TD3.replace("B870L41688", "B870L41680"))))),
        code(payload(item(0x84, DAY + b"\0"))),
        code(payload(item(0x86, b"\1\1"))),
        code(payload(ZONE).replace(b"\x61\x3e", b"\x61\x81\x3e")),
        code(payload(ZONE).replace(b"\x7f\x40", b"\x7d\x40")),
        code(GOOD[:11]),
        b"RDB1B",
    ],
)
def test_misspelt(bad: bytes) -> None:
    with pytest.raises(SealMalformed):
        idb.parse(bad)


def test_every_cut_and_every_changed_byte_is_refused_or_changes_what_was_signed() -> None:
    whole = idb.parse(code(GOOD))
    for at in range(len(GOOD)):
        for spoilt in (GOOD[:at], GOOD[:at] + bytes((GOOD[at] ^ 1,)) + GOOD[at + 1 :]):
            try:
                read = idb.parse(code(spoilt))
            except SealError:
                continue
            assert (read.signed, read.signature) != (whole.signed, whole.signature)


@given(st.binary(max_size=200))
def test_any_payload(data: bytes) -> None:
    for start in ("RDB1B", "NDB1D"):
        try:
            idb.parse(code(data, start))
        except SealError:
            continue


def specimens(vectors: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted((vectors / "seals/idb").glob("*.json")):
        yield path.stem, json.loads(path.read_text())["text"].encode()


def test_the_specimens_of_others(vectors: Path) -> None:
    read = {name: idb.parse(text) for name, text in specimens(vectors)}
    assert {seal.reference for seal in read.values()} == {"a57a790577"}
    assert read["vdstools_Visa"].fields["passport_number"] == "C000000736"
    assert read["vdstools_FrontierWorkerPermit"].fields["document_type"] == "frontier_worker_permit"
    assert read["li0ard_temporary_passport"].fields["surname"] == "FOLKS"


@pytest.mark.parametrize("until", ["<<<<<<", "<50705", "35<705", "3507<5", "350732"])
def test_a_zone_without_an_end_is_refused(until: str) -> None:
    """The check digits of a zone hold over `<` too, and whoever prints it chooses them."""
    zone = TD3[:65] + until + check_digit(until) + TD3[72:]
    with pytest.raises(SealMalformed, match="no such date"):
        idb.parse(code(payload(item(0x08, c40.encode(zone)))))
