"""Claim 169: the tokens that we write and those of others, and every way to misspell one."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import cbor2
import pytest

from sceau.domain import cose
from sceau.domain.document_type import document_type
from sceau.domain.errors import NotCanonical, SealMalformed, SealUnsupported
from sceau.keys.keyring import P256_ORDER
from sceau.seals import claim169
from sceau.seals.claim169 import StatusReference
from sceau.seals.deflate import inflate
from sceau.seals.make import Draft, prepare

KID = bytes.fromhex("00112233aabbccdd")
CLAIMS: dict[Any, Any] = {1: "ML", 6: 1795338000, 169: {1: "N00000123", 4: "Aminata KEÏTA", 8: "20260214", 9: 2}}


def token(
    claims: Any = CLAIMS,
    protected: Any = None,
    unprotected: Any = None,
    payload: Any = None,
    signature: Any = bytes(64),
    head: str = "d2",
) -> bytes:
    """A message spelled by cbor2, right or wrong."""
    header = {1: -8, 4: KID} if protected is None else protected
    parts = [
        header if isinstance(header, bytes) else cbor2.dumps(header),
        {} if unprotected is None else unprotected,
        cbor2.dumps(claims) if payload is None else payload,
        signature,
    ]
    return bytes.fromhex(head) + cbor2.dumps(parts)


def test_a_token() -> None:
    read = claim169.parse(token())
    assert (read.format, read.profile, read.issuer, read.reference) == ("claim169", "169", "ML", KID.hex())
    assert (read.algorithm, read.issued_on, read.issued_at) == ("EdDSA", date(2026, 11, 22), 1795338000)
    assert (read.country, read.type_code, read.document_class, read.valid_until, read.valid_from) == (None,) * 5
    assert read.status is None
    assert read.fields == {
        "number": "N00000123",
        "full_name": "Aminata KEÏTA",
        "birth_date": "2026-02-14",
        "sex": "F",
    }
    assert read.signed == cose.to_sign(cose.protected_header(cose.EDDSA, KID), cbor2.dumps(CLAIMS))


def test_tags_and_compression_do_not_change_a_token() -> None:
    plain = claim169.parse(token())
    for spelled in (token(head=""), token(head="d83dd2"), zlib.compress(token()), zlib.compress(token(), 1)):
        read = claim169.parse(spelled)
        assert read == plain
        assert read.seal_id == plain.seal_id


def test_an_es256_token() -> None:
    assert claim169.parse(token(protected={1: -7, 4: KID})).algorithm == "ES256"


def test_the_other_signature_of_es256_has_the_same_seal_id_and_eddsa_has_one() -> None:
    """A revoked token is known by one name, however its s is written; S of Ed25519 is no number to be turned round."""
    low, high = bytes(31) + b"\x01" + bytes(31) + b"\x07", bytes(31) + b"\x01" + (P256_ORDER - 7).to_bytes(32, "big")
    for algorithm, alike in ((-7, True), (-8, False)):
        seal = claim169.parse(token(protected={1: algorithm, 4: KID}))
        assert (replace(seal, signature=low).seal_id == replace(seal, signature=high).seal_id) is alike


def test_tokens_of_others_name_their_key_elsewhere_or_not_at_all() -> None:
    assert claim169.parse(token(protected={1: -8})).reference == ""
    assert claim169.parse(token(protected={1: -8}, unprotected={4: b"12"})).reference == "3132"
    assert claim169.parse(token(protected={1: -8, 4: b"12"})).reference == "3132"


def test_a_token_that_names_no_issuer() -> None:
    assert claim169.parse(token({key: value for key, value in CLAIMS.items() if key != 1})).issuer == ""


def test_dates() -> None:
    midnight = 1795392000  # 2026-11-23T00:00:00Z
    read = claim169.parse(token({**CLAIMS, 4: midnight, 5: midnight, 6: midnight}))
    assert (read.valid_until, read.valid_from, read.issued_on) == (date(2026, 11, 22), *[date(2026, 11, 23)] * 2)
    assert claim169.parse(token({**CLAIMS, 4: midnight + 1})).valid_until == date(2026, 11, 23)
    assert claim169.parse(token({**CLAIMS, 4: 0, 6: 0})).valid_until == date(1970, 1, 1)
    assert claim169.parse(token({**CLAIMS, 4: 253402300799})).valid_until == date(9999, 12, 31)


def test_status_reference() -> None:
    read = claim169.parse(token({**CLAIMS, claim169.STATUS: {"status_list": {"idx": 7, "uri": "https://l/1"}}}))
    assert read.status == StatusReference("https://l/1", 7)
    assert "status" not in read.fields


def test_images_biometrics_and_versions_are_not_shown() -> None:
    person = {1: "N1", 2: "1.2", 3: "fra", 16: b"\xff\xd8", 17: 1, 18: [1, 2], 20: "bm", 62: [{0: b"\xff"}], 70: True}
    assert claim169.parse(token({**CLAIMS, 169: person})).fields == {"number": "N1"}


def test_what_the_standard_does_not_know_yet_is_shown_by_its_key() -> None:
    fields = claim169.parse(token({**CLAIMS, 169: {30: "x", 31: 5}})).fields
    assert fields == {"claim_30": "x", "claim_31": "5"}


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [(8, "1990", "1990"), (8, "ca. 1990", "ca. 1990"), (8, "٢٠٢٦٠٢١٤", "٢٠٢٦٠٢١٤"), (9, 3, "X"), (9, "F", "F")],
)
def test_values_of_others_are_shown_as_they_stand(key: int, value: object, shown: str) -> None:
    assert shown in claim169.parse(token({**CLAIMS, 169: {key: value}})).fields.values()


def test_an_act_of_an_unknown_type() -> None:
    act = {0: "no_such_type", 1: "civil_status", 2: "PAR", 3: "PAR/1", 10: "Moussa", 11: 5, 12: b"x"}
    read = claim169.parse(token({**CLAIMS, 169: {}, claim169.ACT: act}))
    assert (read.type_code, read.document_class) == ("no_such_type", "civil_status")
    assert read.fields == {"office": "PAR", "act_number": "PAR/1", "act_10": "Moussa", "act_11": "5"}


def test_a_declared_type_gives_its_names() -> None:
    nina = document_type("birth_extract").by_name["nina"].act_claim
    act = {0: "birth_extract", 1: "civil_status", nina: "22602001001007K"}
    read = claim169.parse(token({**CLAIMS, 169: {21: "Bamako"}, claim169.ACT: act}))
    assert read.fields == {"birth_place": "Bamako", "nina": "22602001001007K"}


# Refused

DUPLICATE_ISSUER = bytes.fromhex("a4 01614d 01614d 061a6b02af10 18a9a0".replace(" ", ""))
DUPLICATE_NUMBER = bytes.fromhex("a3 01614d 061a6b02af10 18a9a2 016141 016142".replace(" ", ""))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "cut short"),
        (b"\xd2", "cut short"),
        (b"\xd2\x84", "cut short"),
        (b"\x80", "not a COSE_Sign1"),
        (b"\x63abc", "not a COSE_Sign1"),
        (token() + b"\0", "after the end"),
        (token()[:-1], "cut short"),
        (token(head="d83d"), "tag 61"),
        (token(head="d2d2"), "tag 18 has no place"),
        (token(head="d2d83d"), "tag 61"),
        (token(head="d83dd83dd2"), "tag 61"),
        (token(head="d812"), "tag 18|shortest"),
        (token(protected=b""), "no algorithm"),
        (token(protected=b"\xa0"), "no algorithm"),
        (token(protected={4: KID}, unprotected={1: -8}), "no algorithm"),
        (token(protected={1: -8}, unprotected={1: -8}), "unprotected"),
        (token(unprotected={4: KID}), "unprotected"),
        (token(unprotected={33: b"x"}), "unprotected"),
        (token(protected={1: -8, 4: "11"}), "key id is a byte string"),
        (token(protected={1: -8, 2: [4], 4: KID}), "cannot honour"),
        (token(protected=cbor2.dumps([1, -8])), "cannot honour"),
        (token(protected=bytes.fromhex("a201270127")), "duplicate key"),
        (token(protected=bytes.fromhex("a1013807")), "shortest"),
        (token(signature=bytes(63)), "impossible length"),
        (token(signature="x" * 64), "with its payload"),
        (token(payload="text"), "with its payload"),
        (token(unprotected=[]), "with its payload"),
        (token(payload=b""), "cut short"),
        (token(claims=[]), "not a map"),
        (token(payload=DUPLICATE_ISSUER), "duplicate key"),
        (token(payload=DUPLICATE_NUMBER), "duplicate key"),
        (token({**CLAIMS, b"k": 1}), "neither integer nor text"),
        (
            token(payload=b"\xa4" + cbor2.dumps(CLAIMS)[1:] + b"\xf5\x61X"),
            "neither integer nor text",
        ),  # true == 1 in Python
        (token(payload=cbor2.dumps(CLAIMS) + b"\0"), "after the end"),
        (token({**CLAIMS, 169: []}), "not a map"),
        (token({**CLAIMS, claim169.ACT: "x"}), "not a map"),
        (token({**CLAIMS, claim169.ACT: {0: 5}}), "0 is not text"),
        (token({**CLAIMS, 1: 5}), "1 is not text"),
        (token({**CLAIMS, 169: {23: 5}}), "23 is not text"),
        (token({1: "ML", 169: {}}), "no time of issue"),
        (token({**CLAIMS, 6: "now"}), "6 is not a time"),
        (token({**CLAIMS, 6: True}), "6 is not a time"),
        (token({**CLAIMS, 6: -1}), "6 is not a time"),
        (token({**CLAIMS, 6: 253402300800}), "6 is not a time"),
        (token({**CLAIMS, 6: 1.5}), "float"),
        (token({**CLAIMS, 4: 1 << 64}), "tag 2"),
        (token({**CLAIMS, claim169.STATUS: {}}), "status"),
        (token({**CLAIMS, claim169.STATUS: 7}), "status"),
        (token({**CLAIMS, claim169.STATUS: {"status_list": {"idx": -1, "uri": "u"}}}), "status"),
        (token({**CLAIMS, claim169.STATUS: {"status_list": {"idx": 1}}}), "status"),
        (zlib.compress(token())[:-1], "not one whole zlib stream"),
        (zlib.compress(token()) + b"\0", "not one whole zlib stream"),
        (zlib.compress(bytes(20_000)), "not one whole zlib stream"),
        (b"\x78\x9cnonsense", "not one whole zlib stream"),
    ],
)
def test_refused(data: bytes, why: str) -> None:
    with pytest.raises(SealMalformed, match=why):
        claim169.parse(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (token({1: "ML", 6: 1}), "without claim 169"),
        (token(protected={1: -37, 4: KID}), "algorithm"),
        (token(protected={1: "ES256", 4: KID}), "algorithm"),
        (token(head="d0"), "encrypted"),
        (token(head="d83dd0"), "encrypted"),
        (cbor2.dumps([b"", {}, b"x"]), "encrypted"),
    ],
)
def test_unsupported(data: bytes, why: str) -> None:
    with pytest.raises(SealUnsupported, match=why):
        claim169.parse(data)


def test_a_bomb_is_not_inflated() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    with pytest.raises(SealMalformed):
        inflate(bomb)


def test_unsigned_specimens_can_be_read_but_not_confused_with_signed_ones() -> None:
    read = claim169.parse(token(protected={1: -8}, signature=b""))
    assert read.signature == b""


def test_compressed_and_back(draft: Callable[..., Draft], office: Any) -> None:
    message = office.seal(draft("birth_extract"))
    assert inflate(claim169.compress(message)) == message


def test_a_key_id_of_another_length_is_not_written() -> None:
    with pytest.raises(NotCanonical):
        claim169.unsigned(CLAIMS, cose.EDDSA, b"short")


def test_a_signature_of_another_length_is_not_joined(draft: Callable[..., Draft], office: Any) -> None:
    unsigned = prepare(draft("birth_extract"), office.claim169)
    with pytest.raises(NotCanonical):
        unsigned.sealed(bytes(63))
