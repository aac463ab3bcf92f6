"""Carriers: what is written is read, in one spelling, whatever host it names."""

from base64 import b32encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.document_type import Carrier
from sceau.domain.errors import FieldInvalid, SealMalformed
from sceau.seals import carrier
from sceau.seals.make import Draft

ADDRESS = "HTTPS://VERIF.EXAMPLE/"


@given(st.binary(min_size=1))
def test_an_address_carries_any_bytes(seal: bytes) -> None:
    code = carrier.write(seal, Carrier.URL, ADDRESS)
    assert code.startswith(b"HTTPS://VERIF.EXAMPLE/#")
    assert carrier.read(code) == seal


def test_an_address_stays_in_the_alphabets_of_a_compact_qr_code() -> None:
    """One `#` apart: everything else is alphanumeric (ISO/IEC 18004 table 5)."""
    code = carrier.write(bytes(range(256)), Carrier.URL, ADDRESS)
    assert set(code) <= set(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:#")


def test_text_and_binary(draft: Callable[..., Draft], office: Any) -> None:
    card = office.seal(draft("birth_extract"))
    text = carrier.write(card, Carrier.TEXT, ADDRESS)
    assert set(text) <= set(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert carrier.read(text) == card
    for seal in (card, office.seal(draft("visa_short"))):
        assert carrier.write(seal, Carrier.BINARY, ADDRESS) == seal
        assert carrier.read(seal) == seal


def test_text_carries_claim_169_alone(draft: Callable[..., Draft], office: Any) -> None:
    with pytest.raises(FieldInvalid):
        carrier.write(office.seal(draft("visa_short")), Carrier.TEXT, ADDRESS)


@given(st.binary(min_size=1))
def test_base32_as_the_standard_library_writes_it(data: bytes) -> None:
    assert carrier.read_base32(b32encode(data).rstrip(b"=")) == data


@given(st.text(alphabet="ABCYZ2367", min_size=1, max_size=17))
def test_base32_has_one_spelling(text: str) -> None:
    try:
        data = carrier.read_base32(text.encode())
    except SealMalformed:
        return
    assert b32encode(data).rstrip(b"=") == text.encode()


@pytest.mark.parametrize(
    ("fragment", "why"),
    [
        (b"", "nothing"),
        (b"A", "one character: no whole byte"),
        (b"AAA", "three characters"),
        (b"AAAAAA", "six characters"),
        (b"AB", "an unused bit is set"),
        (b"AA======", "padding"),
        (b"aa", "small letters"),
        (b"A1", "1 is not in the alphabet"),
        (b"A_A", "Python's own separator"),
        (b" AA", "a space"),
        (b"+AA", "a sign"),
        (b"AA\n", "a line feed"),
        (b"AA#AA", "two fragments"),
        (b"AA\xc3\xa9", "not ASCII"),
    ],
)
def test_a_misspelt_fragment(fragment: bytes, why: str) -> None:
    with pytest.raises(SealMalformed):
        carrier.read(ADDRESS.encode() + b"#" + fragment)


def test_an_address_without_fragment() -> None:
    with pytest.raises(SealMalformed):
        carrier.read(ADDRESS.encode())


def test_the_host_is_ignored() -> None:
    seal = b"\xdc\x03seal"
    for address in ("https://verif.example/", "HTTPS://EVIL.EXAMPLE/SOME/PATH?Q=1", "https://"):
        assert carrier.read(carrier.write(seal, Carrier.URL, address)) == seal


@pytest.mark.parametrize(
    ("code", "host"),
    [
        ("HTTPS://VERIF.EXAMPLE/#AA", "verif.example"),
        ("https://Verif.Example:443/x?y#AA", "verif.example"),
        ("https://evil.example/@verif.example/#AA", "evil.example"),
        ("https://evil.example?verif.example/#AA", "evil.example"),
        ("https://evil.example#verif.example/#AA", "evil.example"),
        ("hTtPs://evil.example/", "evil.example"),
        ("https:///#AA", ""),
        ("https://v\u00e9rif.example/#AA", "v\ufffd\ufffdrif.example"),
        ("NCFOXN", None),
        ("http://verif.example/#AA", None),
    ],
)
def test_the_host_that_a_phone_would_open(code: str, host: str | None) -> None:
    assert carrier.host_of(code.encode()) == host


@pytest.mark.parametrize(
    "authority",
    [
        "verif.example\\@evil.example",
        "verif.example:80\\.evil.example",
        "verif.example\\.evil.example",
        "evil.example\\verif.example",
        "\\verif.example",
        "verif.example\\",
        "evil.example@verif.example",
        "verif.example@evil.example",
        "verif.example:x@evil.example",
        "@verif.example",
        "verif.example@",
        "verif.example:8443",
        "verif.example:80",
        "verif.example:0443",
        "verif.example:443:80",
        "verif.example:",
        "verif.example:443@evil.example",
        "verif%2eexample",
        "verif.example%00.evil.example",
        "verif.example%2f.evil.example",
        "verif.example\t.evil.example",
        "ver\nif.example",
        "verif.example\n",
        "verif.example\0",
        "verif.example\x7f",
        " verif.example",
        "verif.example ",
        "verif.example .evil.example",
        "[verif.example]",
        "verif.example;evil.example",
        "VERIF.EXAMPLE:80",
    ],
)
def test_an_address_that_is_read_in_two_ways_has_no_host_of_ours(authority: str) -> None:
    """As it stands, so that it equals no host: it held for ours where the reading stopped at the backslash."""
    for end in ("/#AA", "#AA", "?x#AA", ""):
        assert carrier.host_of(f"https://{authority}{end}".encode()) == authority


@given(st.binary(max_size=12), st.binary(max_size=12))
def test_only_letters_digits_dots_and_hyphens_make_our_host(before: bytes, after: bytes) -> None:
    code = b"https://" + before + b"verif.example" + after + b"/#AA"
    if carrier.host_of(code) == "verif.example":
        assert before == b""
        assert after[:1] in (b"", b"/", b"?", b"#") or after == b":443" or after[:5] in (b":443/", b":443?", b":443#")


def test_no_host_in_a_binary_seal() -> None:
    assert carrier.host_of(b"\xdc\x03") is None
    assert carrier.host_of(b"") is None


def test_what_bears_no_carrier_is_returned_as_it_is() -> None:
    for data in (b"", b"\xdc\x03", b"HC1:abc", b"{}"):
        assert carrier.read(data) == data


@pytest.mark.parametrize("size", range(60, 80))
@pytest.mark.parametrize("by", list(Carrier))
def test_the_length_that_is_judged_is_the_length_that_is_printed(by, size, monkeypatch):
    sealed = b"\xd2" + bytes(range(size))
    length = len(carrier.write(sealed, by, "HTTPS://VERIF.EXAMPLE/"))
    monkeypatch.setitem(carrier.LENGTH_MAX, by, length)
    carrier.check_length(sealed, by, "HTTPS://VERIF.EXAMPLE/")
    monkeypatch.setitem(carrier.LENGTH_MAX, by, length - 1)
    with pytest.raises(FieldInvalid, match="too dense"):
        carrier.check_length(sealed, by, "HTTPS://VERIF.EXAMPLE/")
