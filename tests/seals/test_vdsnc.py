"""VDS-NC and its JSON: one reading, one canonical form, whatever is misspelt is refused."""

import json
from base64 import urlsafe_b64encode
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import SealError, SealMalformed, SealUnsupported
from sceau.seals import base64url, strict_json, vdsnc

CERTIFICATE = b"not a certificate"
MESSAGE = {"dn": "ML1", "n": "DUPONT MARIE", "vf": "2026-11-20", "vu": "2027-05-20", "noe": 2, "x": [True, None]}


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def seal(message: Any = MESSAGE, **changed: Any) -> dict[str, Any]:
    header = {"is": "MLI", "t": "icao.dta", "v": 1} | changed.pop("hdr", {})
    signature = {"alg": "ES256", "cer": text(CERTIFICATE), "sigvl": text(bytes(64))} | changed.pop("sig", {})
    return {"data": {"hdr": header, "msg": message}, "sig": signature, **changed}


def parse(value: Any) -> Any:
    return vdsnc.parse(json.dumps(value).encode())


def test_an_authorisation() -> None:
    read = parse(seal())
    assert (read.format, read.profile, read.issuer, read.country) == ("vdsnc", "icao.dta", "MLI", "MLI")
    assert (read.algorithm, read.document_class, read.reference) == ("ES256", "visa", vdsnc.reference_of(CERTIFICATE))
    assert (read.issued_on, read.valid_from, read.valid_until) == (None, date(2026, 11, 20), date(2027, 5, 20))
    assert read.fields == {
        "number": "ML1",
        "full_name": "DUPONT MARIE",
        "valid_from": "2026-11-20",
        "valid_until": "2027-05-20",
        "entries": "2",
        "x.0": "true",
    }


def test_a_name_of_digits_alone_is_no_place_in_a_list() -> None:
    assert parse(seal({"7": "a", "²": "b", "٣": "c"})).fields == {"no. 7": "a", "²": "b", "٣": "c"}  # as the page says


def test_the_order_of_names_and_the_padding_change_nothing() -> None:
    other = seal(dict(reversed(MESSAGE.items())), sig={"cer": text(CERTIFICATE) + "="})
    assert json.dumps(other) != json.dumps(seal())
    assert parse(other).seal_id == parse(seal()).seal_id
    assert parse(other).signed == parse(seal()).signed


@pytest.mark.parametrize(
    "bad",
    [
        {},
        [],
        seal(more=1),
        seal(hdr={"x": 1}),
        seal(sig={"x": 1}),
        seal(sig={"cer": 5}),
        seal(message=[]),
        seal(hdr={"is": "ML"}),
        seal(hdr={"is": "mli"}),
        seal(sig={"sigvl": text(bytes(63))}),
        seal(sig={"sigvl": text(bytes(64)) + "="}),
        seal(sig={"sigvl": "!" + text(bytes(64))[1:]}),
        seal(sig={"sigvl": text(bytes(64))[:-1] + "B"}),  # an unused bit is set
        seal(MESSAGE | {"vu": "2027-5-20"}),
        seal(MESSAGE | {"vu": "20270520"}),
        seal(MESSAGE | {"noe": 1.5}),
    ],
)
def test_misspelt(bad: Any) -> None:
    with pytest.raises(SealMalformed):
        parse(bad)


@pytest.mark.parametrize("other", [seal(hdr={"v": 2}), seal(hdr={"v": True}), seal(sig={"alg": "RS256"})])
def test_another_version_or_algorithm(other: Any) -> None:
    with pytest.raises(SealUnsupported):
        parse(other)


@pytest.mark.parametrize(
    "bad",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"NaN",
        b"1e400",
        b"1.0",
        b"01",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b'"\\ud800"',
        b'{"\\udfff":1}',
        b'"\x01"',
        b'"\xff"',
        b"{} {}",
        b"[" * 5000,
        b"[" * 18 + b"]" * 18,
        b"",
        b"\xef\xbb\xbf{}",
    ],
)
def test_json_that_two_readers_would_read_in_two_ways(bad: bytes) -> None:
    with pytest.raises(SealMalformed):
        strict_json.read(bad)


def test_fractions_pass_as_text_where_they_are_not_signed_in_canonical_form() -> None:
    assert strict_json.read(b'[1.50, 1e3, 2, "x"]', fractions=True) == ["1.50", "1e3", 2, "x"]


def test_canonical_json(vectors: Path) -> None:
    for path in (vectors / "seals/jcs").glob("*.json"):
        case = json.loads(path.read_text())
        assert strict_json.canonical(strict_json.read(case["input_text"].encode())).hex() == case["canonical_hex"]


VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(VALUE)
def test_canonical_json_is_a_fixed_point(value: Any) -> None:
    canonical = strict_json.canonical(value)
    assert strict_json.read(canonical) == value
    assert strict_json.canonical(strict_json.read(json.dumps(value).encode())) == canonical


@given(st.binary(max_size=40), VALUE)
def test_any_bytes_and_any_message(data: bytes, value: Any) -> None:
    for tried in (data, json.dumps(seal(value)).encode(), json.dumps(seal(hdr={"t": value})).encode()):
        try:
            vdsnc.parse(tried)
        except SealError:
            continue


@given(st.binary(max_size=30))
def test_base64url(data: bytes) -> None:
    assert base64url.decode(urlsafe_b64encode(data).decode()) == base64url.decode(text(data)) == data


def test_the_specimens_of_others(vectors: Path) -> None:
    read = vdsnc.parse((vectors / "seals/vdsnc/au_validVDSJson.json").read_bytes())
    assert (read.issuer, read.profile, read.document_class) == ("AUS", "icao.vacc", "vaccination")
    assert read.fields["full_name"] == "CITIZEN  JANE CATHERINE"
    assert read.fields["ve.0.vd.1.dvc"] == "2021-07-01"
