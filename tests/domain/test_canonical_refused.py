"""What canonical CBOR refuses: every other spelling, what has no place in a signed message, and noise."""

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.canonical import DEPTH_MAX, decode, decode_foreign, encode, require_spelling, scan_item
from sceau.domain.errors import NotCanonical

OTHER_SPELLINGS = {
    "nothing": "",
    "one byte long zero": "1800",
    "two byte long 24": "190018",
    "four byte long 24": "1a00000018",
    "eight byte long 24": "1b0000000000000018",
    "long length of bytes": "580161",
    "long length of text": "780161",
    "long length of a list": "980101",
    "long length of a map": "b8010102",
    "endless bytes": "5f4161ff",
    "endless text": "7f6161ff",
    "endless list": "9f01ff",
    "endless map": "bf0102ff",
    "break alone": "ff",
    "keys in the wrong order": "a220000100",
    "text before integer": "a26161000100",
    "text keys in the wrong order": "a2616200616100",
    "duplicate key": "a201000101",
    "duplicate key spelled longer": "a20100180101",
    "byte string key": "a1416100",
    "list key": "a1810000",
    "map key": "a1a00000",
    "null key": "a1f600",
    "true key": "a1f500",
    "true beside one": "a20102f503",
    "float key": "a1f93c0000",
    "half float": "f93c00",
    "single float": "fa3f800000",
    "double float": "fb3ff0000000000000",
    "not a number": "f97e00",
    "undefined": "f7",
    "simple value 0": "e0",
    "simple value 255": "f8ff",
    "true spelled longer": "f815",
    "tag: date": "c074323031332d30332d32315432303a30343a30305a",
    "tag: epoch": "c11a514b67b0",
    "tag: big number that fits": "c24101",
    "tag: big number": "c249010000000000000000",
    "tag: negative big number": "c349010000000000000000",
    "tag: encoded CBOR": "d8184100",
    "tag: shared value": "d81c80",
    "tag: itself": "d81c81d81d00",
    "tag: set": "d901028101",
    "tag: self-described": "d9d9f700",
    "tag: fraction": "c48221196ab3",
    "tag: regular expression": "d8236428282828",
    "byte after the end": "0000",
    "cut head": "19",
    "cut bytes": "4261",
    "cut list": "8201",
    "cut map": "a101",
    "reserved length": "1c",
    "reserved length of bytes": "5e",
    "text that is not UTF-8": "61ff",
    "overlong UTF-8": "62c080",
    "half a surrogate": "63eda080",
    "promises 2^63 items": "9b7fffffffffffffff",
    "promises 2^28 items": "9a0fffffff",
    "promises 2^31 pairs": "ba7fffffff",
    "promises 500 GB": "5b0000007fffffffff",
}


@pytest.mark.parametrize("data", OTHER_SPELLINGS.values(), ids=OTHER_SPELLINGS)
def test_every_other_spelling_is_refused(data: str) -> None:
    raw = bytes.fromhex(data)
    with pytest.raises(NotCanonical):
        decode(raw)
    with pytest.raises(NotCanonical):
        decode(b"\x81" + raw)
    with pytest.raises(NotCanonical):
        decode(b"\xa1\x01" + raw)


FREE_IN_FOREIGN = {"keys in the wrong order", "text before integer", "text keys in the wrong order"}


@pytest.mark.parametrize("name", sorted(OTHER_SPELLINGS.keys() - FREE_IN_FOREIGN))
def test_strangers_have_no_more_freedom(name: str) -> None:
    with pytest.raises(NotCanonical):
        decode_foreign(bytes.fromhex(OTHER_SPELLINGS[name]))


@pytest.mark.parametrize("name", sorted(FREE_IN_FOREIGN))
def test_strangers_order_their_keys_as_they_like(name: str) -> None:
    data = bytes.fromhex(OTHER_SPELLINGS[name])
    assert decode_foreign(data) == cbor2.loads(data)


def test_only_the_named_tags_may_stand() -> None:
    tagged = cbor2.dumps(cbor2.CBORTag(18, [1]))
    found = decode_foreign(tagged, frozenset({18}))
    assert (found.tag, list(found.value)) == (18, [1])  # cbor2 6 puts a tuple into a tag
    for tags in (frozenset[int](), frozenset({61})):
        with pytest.raises(NotCanonical, match="tag 18"):
            decode_foreign(tagged, tags)


def test_scan_item_says_where_the_item_ends() -> None:
    assert scan_item(bytes.fromhex("820102ff")) == 3
    assert scan_item(bytes.fromhex("ff820102"), start=1) == 4


@pytest.mark.parametrize("head", ["81", "a100"])
def test_nesting_has_a_limit(head: str) -> None:
    deepest = bytes.fromhex(head) * DEPTH_MAX + b"\x00"
    assert encode(decode(deepest)) == deepest
    assert scan_item(deepest) == len(deepest)
    for depth in (DEPTH_MAX + 1, 900, 100_000):
        deeper = bytes.fromhex(head) * depth + b"\x00"
        with pytest.raises(NotCanonical):
            decode(deeper)
        with pytest.raises(NotCanonical):
            scan_item(deeper)


UNSIGNABLE: dict[str, Any] = {
    "float": 1.0,
    "not a number": float("nan"),
    "integer of 65 bits": 1 << 64,
    "negative integer of 65 bits": -(1 << 64) - 1,
    "float key": {1.0: 1},
    "bytes key": {b"a": 1},
    "true key": {True: 1},
    "null key": {None: 1},
    "tuple key": {(1,): 1},
    "set": {1, 2},
    "frozen set": frozenset(),
    "object": object(),
    "object in a list": [object()],
    "set in a map": {"a": {2}},
    "complex": 1j,
}


@pytest.mark.parametrize("value", UNSIGNABLE.values(), ids=UNSIGNABLE)
def test_what_has_no_place_in_a_signed_message(value: Any) -> None:
    with pytest.raises(NotCanonical):
        encode(value)


def test_a_list_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(NotCanonical, match="deeply"):
        encode(loop)


def test_what_cannot_be_written_has_no_spelling() -> None:
    """And the next value is none the worse for it, be it the same list mended."""
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(NotCanonical):
        require_spelling(loop, b"")
    loop[0] = 1
    require_spelling(loop, b"\x81\x01")
    for other in (b"\x81\x02", b"\x81\x01\x00", b"\x81", b"\x81\x18\x01", b""):
        with pytest.raises(NotCanonical):
            require_spelling(loop, other)


SAMPLE = encode({"a": [1, 24, -1, True, None], "values": {"surname": "KƐITA", 1: b"\x00\x01"}, 7: 1 << 33})


def test_every_truncation_is_refused() -> None:
    for end in range(len(SAMPLE)):
        with pytest.raises(NotCanonical):
            decode(SAMPLE[:end])
        with pytest.raises(NotCanonical):
            decode_foreign(SAMPLE[:end])


def test_every_changed_byte_is_refused_or_another_value() -> None:
    value = decode(SAMPLE)
    for at, byte in ((at, byte) for at in range(len(SAMPLE)) for byte in range(256)):
        changed = SAMPLE[:at] + bytes((byte,)) + SAMPLE[at + 1 :]
        if changed == SAMPLE:
            continue
        try:
            read = decode(changed)
        except NotCanonical:
            continue
        assert encode(read) == changed
        assert repr(read) != repr(value)


@given(st.binary(max_size=40))
def test_noise_has_one_spelling_or_is_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except NotCanonical:
        return
    assert encode(value) == data
    assert scan_item(data) == len(data)


@given(st.binary(max_size=40))
def test_the_gate_for_strangers_raises_nothing_else(data: bytes) -> None:
    try:
        end = scan_item(data, frozenset({18, 61}))
    except NotCanonical:
        return
    assert 0 < end <= len(data)
