"""Trust lists, signed lists and CBOR: Python and the page read the same, and refuse the same."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import cbor2
import pytest
from mutations import LEADS, mutants
from page_answers import LEAF_VALUES, code_of
from page_judge import hexed, told

from sceau.domain import canonical, cose
from sceau.domain.errors import ListInvalid, NotCanonical
from sceau.keys.signed_list import open_list
from sceau.keys.trust_list import read_trust_list, write_trust_list


def test_trust_lists_are_read_alike(made: Any, state: Any, judge: Any) -> None:
    """But for certificates, which Python judges before the root signs and the page does not (trust_list.js)."""
    state.keys = (made.LISTS_KEY, made.CIVIL_KEY)
    good = canonical.decode(cose.split(write_trust_list(state.trust, made.ROOT)).payload)
    messages = [signed(made.ROOT, payload) for payload in spoiled(good)]
    page = judge.ask("read_trust_list", cases=[[message.hex(), made.ROOT.public.hex(), 1] for message in messages])
    python = [trust_of(made, message) for message in messages]
    assert [(one, other) for one, other in zip(python, map(code_of, page), strict=True) if one != other][:3] == []
    assert 5 < sum(type(one) is list for one in python) < len(python) / 3


def trust_of(made: Any, message: bytes) -> Any:
    try:
        found = read_trust_list(message, made.ROOT.public, 1)
    except ListInvalid as error:
        return error.code
    return [found.authority, found.version, found.issued_at, found.next_update, hexed([key.kid for key in found.keys])]


def spoiled(payload: list[Any]) -> Iterator[list[Any]]:
    """The payload of a trust list, and what becomes of it by one value of its frame, its body or a key."""
    values = (
        *LEAF_VALUES,
        "2026-01-01",
        "20260101",
        "0000-01-01",
        "active",
        "retired",
        "revoked",
        "seal",
        "ES256",
        ["visa", "travel"],
        ["travel", "visa"],
    )
    yield payload
    for at, _ in enumerate(payload):
        yield from ([*payload[:at], value, *payload[at + 1 :]] for value in values)
    yield from (payload[:7], [*payload, 1])
    body = payload[7]
    keys = body["keys"]
    for n, key in enumerate(keys):
        for name in key:
            for value in values:
                yield [*payload[:7], {**body, "keys": [*keys[:n], {**key, name: value}, *keys[n + 1 :]]}]
            less = {one: key[one] for one in key if one != name}
            yield [*payload[:7], {**body, "keys": [*keys[:n], less, *keys[n + 1 :]]}]
    for bodies in (
        {**body, "keys": keys[::-1]},
        {**body, "keys": [*keys, keys[0]]},
        {**body, "csca": [b"a", b"b"][::-1]},
        {**body, "x": 1},
    ):
        yield [*payload[:7], bodies]


def signed(by: Any, payload: Any) -> bytes:
    raw = canonical.encode(payload)
    protected = cose.protected_header(cose.EDDSA, by.kid)
    return cose.join(protected, raw, by.sign(cose.to_sign(protected, raw)))


def test_the_frame_of_a_signed_list_is_read_alike(made: Any, judge: Any) -> None:
    key = replace(made.LISTS_KEY)
    good = ["sceau.list/1", "status", "MLI", 3, made.NOON, made.NOON + 1, 7, []]
    payloads = [
        [*good[:at], value, *good[at + 1 :]] for at in range(8) for value in (*LEAF_VALUES, 253402300799, 253402300800)
    ]
    messages = [signed(made.LISTS, payload) for payload in [good, *payloads]]
    chance = random.Random(15)
    messages += [mutant for mutant in mutants(messages[0], chance, 300)]
    asked = {"kind": "status", "key": {"kid": key.kid.hex(), "algorithm": "Ed25519", "public": key.public.hex()}}
    page = judge.ask("open_list", cases=hexed(messages), **asked)
    python = [list_of(key, message) for message in messages]
    assert [
        (one, other) for one, other in zip(python, page, strict=True) if one != other and not both_refuse(one, other)
    ][:3] == []


def list_of(key: Any, message: bytes) -> Any:
    try:
        found = open_list(message, "status", key, 0)
    except ListInvalid as error:
        return told(error)
    return [found.authority, found.version, found.issued_at, found.next_update, found.as_of]


def both_refuse(one: Any, other: Any) -> bool:
    return code_of(one) == code_of(other) == "integrity.list"


@pytest.mark.parametrize("ours", [True, False])
def test_cbor_is_read_alike(judge: Any, ours: bool) -> None:
    """Every first byte before every kind of item, and thousands that grew from genuine values."""
    chance = random.Random(8949)
    seeds = [
        cbor2.dumps(value)
        for value in (*LEAF_VALUES, {"b": 1, "a": [2, {"c": b"d"}]}, {1: 2, -1: 3, "1": 4}, [[[[]]]], "\ufeffé", "😀")
    ]
    items = [bytes((a, b)) for a in range(256) for b in LEADS]
    items += [bytes((a,)) for a in range(256)] + [mutant for seed in seeds for mutant in mutants(seed, chance, 100)]
    items += [b"\x81" * depth + b"\x80" for depth in range(14, 19)] + [
        b"\x81" * depth + b"\0" for depth in range(14, 19)
    ]
    page = judge.ask("decode", cases=hexed(items), ours=ours)
    read = canonical.decode if ours else canonical.decode_foreign
    python = [read_as(read, item) for item in items]
    same = [
        one == other or (ours and code_of(one) == code_of(other) == "integrity.not_canonical")
        for one, other in zip(python, page, strict=True)
    ]
    assert [
        (item.hex(), one, other) for item, one, other, alike in zip(items, python, page, same, strict=True) if not alike
    ][:3] == []


def read_as(read: Callable[[bytes], Any], item: bytes) -> Any:
    try:
        return spelled(read(item))
    except NotCanonical as error:
        return told(error)


def spelled(value: Any) -> Any:
    """A value as JSON that keeps apart what CBOR does, as operations.js writes it."""
    if type(value) is bytes:
        return {"bytes": value.hex()}
    if type(value) is dict:
        return {"map": [[spelled(key), spelled(one)] for key, one in value.items()]}
    if type(value) is list:
        return [spelled(one) for one in value]
    return {"int": str(value)} if type(value) is int else value
