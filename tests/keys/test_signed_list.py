"""Lists are believed only as their authority signed them, and never older than seen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sceau.domain import canonical, cose
from sceau.domain.errors import ListInvalid
from sceau.keys.keyring import Algorithm, Purpose, kid_of
from sceau.keys.signed_list import SIZE_MAX, SignedList, open_list, read_list, sign_list

NOW = 1_793_000_000
BODY = {"revoked": [b"\1" * 16], "count": 1, "note": "été"}


def signed(held: Any, kind: Any = "status", authority: Any = "MLI", version: Any = 5, **more: Any) -> bytes:
    fields = {"issued_at": NOW, "next_update": NOW + 86400, "as_of": 42, "body": BODY} | more
    return sign_list(kind, authority, version, signer=held, **fields)


def raw(held: Any, payload: bytes) -> bytes:
    """A message over any payload at all, signed with the right key."""
    protected = cose.protected_header(cose.EDDSA, held.kid)
    return cose.join(protected, payload, held.sign(cose.to_sign(protected, payload)))


@pytest.mark.parametrize("algorithm", [Algorithm.ED25519, Algorithm.ES256])
def test_what_was_signed_is_read(algorithm: Algorithm, make_signer: Any, make_key: Any) -> None:
    held = make_signer(9, algorithm)
    found = read_list(signed(held), "status", make_key(held, Purpose.LISTS), version_min=5)
    assert found == SignedList("status", "MLI", 5, NOW, NOW + 86400, 42, BODY)


def test_the_bytes_are_as_documented(state: Any) -> None:
    """docs/format/trust.md: the layout, written out by hand."""
    message = signed(state.lists, body=[])
    payload = (
        bytes.fromhex("88" "6c") + b"sceau.list/1" + b"\x66status" + b"\x63MLI" + b"\x05"
        + b"\x1a" + NOW.to_bytes(4, "big") + b"\x1a" + (NOW + 86400).to_bytes(4, "big") + bytes.fromhex("182a" "80")
    )  # fmt: skip
    head = bytes.fromhex("d2844da201270448") + kid_of(state.lists.public) + b"\xa0\x58" + bytes([len(payload)])
    assert message[:-64] == head + payload + b"\x58\x40"
    to_sign = b"\x84\x6aSignature1\x4d" + message[3:16] + b"\x40\x58" + bytes([len(payload)]) + payload
    assert message[-64:] == state.lists.sign(to_sign)


def test_every_changed_bit_and_every_cut_is_refused(state: Any) -> None:
    key, message = state.key(Purpose.LISTS), signed(state.lists)
    for bit in range(8 * len(message)):
        edited = bytearray(message)
        edited[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ListInvalid):
            read_list(bytes(edited), "status", key)
    for cut in range(len(message)):
        with pytest.raises(ListInvalid):
            read_list(message[:cut], "status", key)
    with pytest.raises(ListInvalid):
        read_list(message + b"\0", "status", key)


def test_an_older_version_is_refused_though_signed(state: Any) -> None:
    key = state.key(Purpose.LISTS)
    for version in (6, 7):
        with pytest.raises(ListInvalid, match=f"older than {version}"):
            read_list(signed(state.lists), "status", key, version_min=version)


CASES: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "another kind": (lambda held, key: (signed(held, kind="issued"), key), "kind 'issued'"),
    "another authority": (lambda held, key: (signed(held, authority="CIV"), key), "speaks for MLI"),
    "another key's purpose": (
        lambda held, key: (signed(held), replace(key, purpose=Purpose.SEAL)),
        "may not sign lists",
    ),
    "a revoked key": (
        lambda held, key: (signed(held), replace(key, status="revoked", ended_on=date(2027, 1, 1))),
        "may not sign lists",
    ),
    "issued before the key's period": (
        lambda held, key: (signed(held), replace(key, valid_from=date(2026, 12, 1))),
        "period",
    ),
    "issued after the key's retirement": (
        lambda held, key: (signed(held), replace(key, status="retired", ended_on=date(2026, 3, 1))),
        "period",
    ),
    "another kid": (lambda held, key: (signed(held), replace(key, kid=bytes(8))), "signed by key"),
    "another algorithm": (lambda held, key: (signed(held), replace(key, algorithm=Algorithm.ES256)), "signed by key"),
}


@pytest.mark.parametrize("case", CASES)
def test_signed_but_not_for_this(case: str, state: Any) -> None:
    build, why = CASES[case]
    message, key = build(state.lists, state.key(Purpose.LISTS))
    with pytest.raises(ListInvalid, match=why):
        read_list(message, "status", key)


def test_a_signature_of_another_key_under_our_kid_is_refused(state: Any, make_signer: Any) -> None:
    other = make_signer(77)
    message = signed(state.lists)
    forged = message[:-64] + other.sign(cose.split(message).signed)
    with pytest.raises(ListInvalid, match="does not hold"):
        read_list(forged, "status", state.key(Purpose.LISTS))


GOOD = ["sceau.list/1", "status", "MLI", 5, NOW, NOW + 1, 42, {}]
PAYLOADS = {
    "another context": ["sceau.event/1", *GOOD[1:]],
    "too short": GOOD[:-1],
    "too long": [*GOOD, 0],
    "not an array": {"kind": "status"},
    "kind a number": [GOOD[0], 1, *GOOD[2:]],
    "no kind": [GOOD[0], "", *GOOD[2:]],
    "authority bytes": [*GOOD[:2], b"MLI", *GOOD[3:]],
    "version zero": [*GOOD[:3], 0, *GOOD[4:]],
    "version true": [*GOOD[:3], True, *GOOD[4:]],
    "version text": [*GOOD[:3], "5", *GOOD[4:]],
    "issued before time": [*GOOD[:4], -1, *GOOD[5:]],
    "never next": [*GOOD[:5], NOW, *GOOD[6:]],
    "next beyond the year 9999": [*GOOD[:5], 253402300800, *GOOD[6:]],
    "as_of negative": [*GOOD[:6], -1, GOOD[7]],
}


@pytest.mark.parametrize("case", PAYLOADS)
def test_signed_payloads_of_another_form_are_refused(case: str, state: Any) -> None:
    with pytest.raises(ListInvalid):
        read_list(raw(state.lists, canonical.encode(PAYLOADS[case])), "status", state.key(Purpose.LISTS))


SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "bytes after": lambda payload: payload + b"\0",
    "indefinite array": lambda payload: b"\x9f" + payload[1:] + b"\xff",
    "duplicate key": lambda payload: payload[:-1] + bytes.fromhex("a2616100616101"),
    "keys out of order": lambda payload: payload[:-1] + bytes.fromhex("a2616200616100"),
    "number not shortest": lambda payload: payload[:-1] + bytes.fromhex("1800"),
    "float": lambda payload: payload[:-1] + bytes.fromhex("f90000"),
    "not UTF-8": lambda payload: payload[:-1] + bytes.fromhex("61ff"),
}


@pytest.mark.parametrize("case", SPELLINGS)
def test_signed_payloads_of_another_spelling_are_refused(case: str, state: Any) -> None:
    payload = canonical.encode(GOOD)
    read_list(raw(state.lists, payload), "status", state.key(Purpose.LISTS))
    with pytest.raises(ListInvalid):
        read_list(raw(state.lists, SPELLINGS[case](payload)), "status", state.key(Purpose.LISTS))


def test_a_list_beyond_the_limit_is_neither_written_nor_read(state: Any) -> None:
    with pytest.raises(ListInvalid, match="longer"):
        signed(state.lists, body=bytes(SIZE_MAX))
    with pytest.raises(ListInvalid, match="longer"):
        read_list(bytes(SIZE_MAX + 1), "status", state.key(Purpose.LISTS))


def test_what_a_reader_would_refuse_is_not_signed(state: Any) -> None:
    for more in ({"version": 0}, {"as_of": -1}, {"next_update": NOW}, {"kind": ""}):
        with pytest.raises(ListInvalid):
            signed(state.lists, **more)


def test_an_event_signature_is_no_list(state: Any) -> None:
    """Domain separation: the same key, the same COSE frame, another first element."""
    event = raw(state.lists, canonical.encode(["sceau.event/1", *GOOD[1:]]))
    with pytest.raises(ListInvalid, match="not a signed list"):
        open_list(event, "status", state.key(Purpose.LISTS), 0)
