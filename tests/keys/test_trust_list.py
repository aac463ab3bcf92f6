"""Where trust is made: what the root signed is still judged key by key."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from changed_trust import with_key
from nacl.bindings import crypto_core_ed25519_add

from sceau.domain import canonical, cose
from sceau.domain.errors import KeyRefused, ListInvalid
from sceau.keys.keyring import Purpose, kid_of
from sceau.keys.signed_list import sign_list
from sceau.keys.trust_list import read_trust_list, write_trust_list


def resigned(state: Any, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The list of `state` with its body changed, and properly signed by the root."""
    trust = state.trust
    body = canonical.decode(cose.split(write_trust_list(trust, state.root)).payload)[7]
    body = change(body) or body
    return sign_list("trust", "MLI", trust.version, trust.issued_at, trust.next_update, 0, body, state.root)


def test_what_the_root_signed_is_read(state: Any) -> None:
    message = write_trust_list(state.trust, state.root)
    assert read_trust_list(message, state.root.public, version_min=3) == state.trust
    assert write_trust_list(read_trust_list(message, state.root.public), state.root) == message


def test_an_older_list_and_another_root_are_refused(state: Any, make_signer: Any) -> None:
    message = write_trust_list(state.trust, state.root)
    with pytest.raises(ListInvalid, match="older than 4"):
        read_trust_list(message, state.root.public, version_min=4)
    with pytest.raises(ListInvalid, match="signed by key"):
        read_trust_list(message, make_signer(99).public)
    with pytest.raises(KeyRefused):
        read_trust_list(message, bytes([1]) + bytes(31))
    with pytest.raises(KeyRefused):
        read_trust_list(message, state.visas.public)


def test_every_changed_byte_is_refused(state: Any) -> None:
    message = write_trust_list(state.trust, state.root)
    for at in range(len(message)):
        for edit in (1, 0x80):
            edited = message[:at] + bytes([message[at] ^ edit]) + message[at + 1 :]
            with pytest.raises(ListInvalid):
                read_trust_list(edited, state.root.public)


def first(body: dict[str, Any], purpose: str, seal_format: str = "") -> dict[str, Any]:
    found: dict[str, Any] = next(
        key for key in body["keys"] if (key["purpose"], key["format"]) == (purpose, seal_format)
    )
    return found


def put(purpose: str, seal_format: str = "", /, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: first(body, purpose, seal_format).update(values)


BODIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no keys": lambda body: body.pop("keys") and None,
    "something else": lambda body: body.update(more=1),
    "not a map": lambda body: [body],
    "keys out of order": lambda body: body["keys"].reverse(),
    "a key twice": lambda body: body["keys"].insert(0, body["keys"][0]),
    "a key that is no map": lambda body: body["keys"].append(5),
    "a field missing": lambda body: body["keys"][0].pop("status") and None,
    "a field more": lambda body: body["keys"][0].update(kid=bytes(8)),
    "unknown purpose": put("lists", purpose="everything"),
    "unknown algorithm": put("lists", algorithm="none"),
    "algorithm of another key": put("lists", algorithm="ES256"),
    "identity point": put("lists", public=bytes([1]) + bytes(31)),
    "key too short": put("lists", public=bytes(31)),
    "key as text": put("lists", public="x" * 32),
    "authority in small letters": put("lists", authority="mli"),
    "authority a number": put("lists", authority=5),
    "office empty": put("lists", office=""),
    "date without hyphens": put("lists", valid_from="20260101"),
    "date as a week": put("lists", valid_from="2026-W01-1"),
    "31 February": put("lists", valid_from="2026-02-31"),
    "date a number": put("lists", valid_from=20260101),
    "ends before it begins": put("lists", valid_from="2028-01-01"),
    "unknown status": put("lists", status="suspended"),
    "active but ended": put("lists", ended_on="2026-02-01"),
    "retired without a day": put("event", ended_on=None),
    "a lists key with classes": put("lists", classes=["visa"]),
    "a lists key with a format": put("lists", format="vds"),
    "a lists key with a certificate": put("lists", certificate=b"x"),
    "unknown seal format": put("seal", "claim169", format="pdf"),
    "key id in capitals": put("seal", "claim169", reference="AB"),
    "issuer with a space": put("seal", "claim169", issuer="a b"),
    "no class": put("seal", "claim169", classes=[]),
    "classes out of order": put("seal", "claim169", classes=["identity", "civil_status"]),
    "a class twice": put("seal", "claim169", classes=["identity", "identity"]),
    "classes as text": put("seal", "claim169", classes="visa"),
    "a class that is a number": put("seal", "claim169", classes=[1]),
    "claim 169 with a certificate": put("seal", "claim169", certificate=b"x"),
    "vds without certificate": put("seal", "vds", certificate=b""),
    "vds certificate garbage": put("seal", "vds", certificate=b"0\x03abc"),
    "vds certificate too long": put("seal", "vds", certificate=bytes(5000)),
    "vds reference in small letters": put("seal", "vds", reference="01a3"),
    "vds reference of another certificate": put("seal", "vds", reference="01A4"),
    "vds signer of another certificate": put("seal", "vds", issuer="MLV2"),
    "vds country of two letters": put("seal", "vds", country="ML"),
    "vds period beyond the certificate": put("seal", "vds", valid_until="2033-01-02"),
    "vds period before the certificate": put("seal", "vds", valid_from="2025-12-31"),
    "no csca": lambda body: body.update(csca=[]),
    "csca twice": lambda body: body.update(csca=body["csca"] * 2),
    "csca that is text": lambda body: body.update(csca=["x"]),
    "csca that is a signer": lambda body: body.update(csca=[first(body, "seal", "vds")["certificate"]]),
    "csca with bytes after": lambda body: body.update(csca=[body["csca"][0] + b"\0"]),
}


@pytest.mark.parametrize("case", BODIES)
def test_signed_by_the_root_and_still_refused(case: str, state: Any) -> None:
    read_trust_list(resigned(state, lambda body: body), state.root.public)
    with pytest.raises(ListInvalid):
        read_trust_list(resigned(state, BODIES[case]), state.root.public)


def test_two_keys_of_one_seal_name_are_refused(state: Any, make_signer: Any) -> None:
    other = make_signer(44).public

    def add(body: dict[str, Any], **more: str) -> None:
        body["keys"].append(first(body, "seal", "claim169") | {"public": other} | more)
        body["keys"].sort(key=lambda key: kid_of(key["public"]))

    read_trust_list(resigned(state, lambda body: add(body, reference="00ff")), state.root.public)
    with pytest.raises(ListInvalid, match="same format"):
        read_trust_list(resigned(state, add), state.root.public)


def test_a_mixed_order_key_is_refused_though_the_root_signed_it(state: Any) -> None:
    order_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    mixed = crypto_core_ed25519_add(state.lists.public, order_8)

    def plant(body: dict[str, Any]) -> None:
        first(body, "lists").update(public=mixed)
        body["keys"].sort(key=lambda key: kid_of(key["public"]))

    with pytest.raises(ListInvalid, match="prime order"):
        read_trust_list(resigned(state, plant), state.root.public)


def test_the_writer_refuses_what_the_reader_would(state: Any) -> None:
    lists = state.key(Purpose.LISTS)
    for trust in (
        with_key(state, lists, status="gone"),
        replace(state.trust, authority="Mali"),
        replace(state.trust, csca=()),
    ):
        with pytest.raises(ListInvalid):
            write_trust_list(trust, state.root)
    with pytest.raises(ListInvalid, match="hash of its key"):
        write_trust_list(replace(state.trust, keys=(replace(lists, kid=bytes(8)),)), state.root)
    with pytest.raises(KeyRefused):
        write_trust_list(state.trust, state.visas)


def test_a_list_of_another_kind_by_the_root_is_no_trust_list(state: Any) -> None:
    body = canonical.decode(cose.split(write_trust_list(state.trust, state.root)).payload)[7]
    for kind, as_of in (("status", 0), ("trust", 1)):
        with pytest.raises(ListInvalid):
            read_trust_list(sign_list(kind, "MLI", 3, 1, 2, as_of, body, state.root), state.root.public)


def test_a_list_beyond_its_limits_is_refused_before_any_key_is_read(state: Any) -> None:
    for change in ({"csca": [b""] * 101}, {"keys": [0] * 10_001}):
        with pytest.raises(ListInvalid, match="more than"):
            read_trust_list(resigned(state, lambda body, change=change: body | change), state.root.public)
