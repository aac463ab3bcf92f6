"""COSE_Sign1 as we write it: read by an independent library, and no byte of it can be changed unseen."""

from types import ModuleType
from typing import Any

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.cose import EDDSA, ES256, Sign1, join, protected_header, split, to_sign
from sceau.domain.errors import NotCanonical

KID = bytes(range(8))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIZES = [0, 1, 23, 24, 255, 256, 65_535, 65_536]


def signed_message(payload: bytes) -> bytes:
    protected = protected_header(EDDSA, KID)
    return join(protected, payload, KEY.sign(to_sign(protected, payload)))


def public_key(cwt: ModuleType) -> Any:
    raw = KEY.public_key().public_bytes_raw()
    return cwt.COSEKey.new({1: 1, 2: KID, 3: -8, -1: 6, -2: raw, -4: KEY.private_bytes_raw()})


@pytest.mark.parametrize("size", SIZES)
def test_cwt_reads_and_verifies_what_join_writes(size: int, cwt: ModuleType) -> None:
    payload = bytes(size)
    assert cwt.COSE.new().decode(signed_message(payload), public_key(cwt)) == payload


def test_cwt_refuses_a_wrong_signature(cwt: ModuleType) -> None:
    message = bytearray(signed_message(b"hello"))
    message[-1] ^= 1
    with pytest.raises(cwt.VerifyError):
        cwt.COSE.new().decode(bytes(message), public_key(cwt))


@pytest.mark.parametrize("size", SIZES)
def test_split_reads_what_cwt_writes(size: int, cwt: ModuleType) -> None:
    payload = bytes(size)
    theirs = cwt.COSE.new().encode_and_sign(payload, public_key(cwt), protected={1: -8, 4: KID}, unprotected={})
    assert theirs == signed_message(payload)
    read = split(theirs)
    assert (read.algorithm, read.kid, read.payload) == (EDDSA, KID, payload)
    KEY.public_key().verify(read.signature, read.signed)


@pytest.mark.parametrize("algorithm", [EDDSA, ES256])
@pytest.mark.parametrize("size", SIZES)
def test_what_is_signed_is_the_sig_structure(algorithm: int, size: int) -> None:
    """RFC 9052 section 4.4, written by cbor2."""
    protected, payload = protected_header(algorithm, KID), bytes(size)
    assert protected == cbor2.dumps({1: algorithm, 4: KID}, canonical=True)
    assert to_sign(protected, payload) == cbor2.dumps(["Signature1", protected, b"", payload])
    message = join(protected, payload, bytes(64))
    assert message == cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, bytes(64)]))
    assert split(message) == Sign1(algorithm, KID, payload, bytes(64), to_sign(protected, payload))


@given(st.binary(max_size=700), st.binary(min_size=64, max_size=64), st.sampled_from((EDDSA, ES256)))
def test_round_trip(payload: bytes, signature: bytes, algorithm: int) -> None:
    message = join(protected_header(algorithm, KID), payload, signature)
    read = split(message)
    assert (read.payload, read.signature) == (payload, signature)
    assert join(protected_header(read.algorithm, read.kid), read.payload, read.signature) == message


@pytest.mark.parametrize("size", [0, 23, 24, 60, 256])
def test_every_changed_byte_is_refused_or_breaks_the_signature(size: int) -> None:
    message = signed_message(bytes(size))
    public = KEY.public_key()
    for at, byte in ((i, value) for i, old in enumerate(message) for value in {0, 1, 0x40, 0x58, 0xFF, old ^ 1}):
        changed = message[:at] + bytes((byte,)) + message[at + 1 :]
        if changed == message:
            continue
        try:
            read = split(changed)
        except NotCanonical:
            continue
        assert read.algorithm == EDDSA or read.kid == KID
        with pytest.raises(InvalidSignature):
            public.verify(read.signature, read.signed)


def test_every_bit_of_head_protected_and_length_counts() -> None:
    """All 255 other values of each byte outside payload and signature: refused, or what is signed changes."""
    message = signed_message(b"x" * 30)
    original = split(message)
    for at in (*range(19), 19 + 30, 20 + 30):
        for byte in range(256):
            changed = message[:at] + bytes((byte,)) + message[at + 1 :]
            if changed == message:
                continue
            try:
                assert split(changed).signed != original.signed
            except NotCanonical:
                continue


def test_every_truncation_and_every_added_byte_is_refused() -> None:
    message = signed_message(b"payload of some length, more than 23 bytes")
    for end in range(len(message)):
        with pytest.raises(NotCanonical):
            split(message[:end])
    for tail in (b"\0", b"\xff", message):
        with pytest.raises(NotCanonical):
            split(message + tail)


PROTECTED = protected_header(EDDSA, KID)
OTHER_SPELLINGS = {
    "untagged": cbor2.dumps([PROTECTED, {}, b"p", bytes(64)]),
    "tag 17": cbor2.dumps(cbor2.CBORTag(17, [PROTECTED, {}, b"p", bytes(64)])),
    "tag 98": cbor2.dumps(cbor2.CBORTag(98, [PROTECTED, {}, b"p", bytes(64)])),
    "tag 61 around": cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, [PROTECTED, {}, b"p", bytes(64)]))),
    "algorithm unprotected": cbor2.dumps(cbor2.CBORTag(18, [b"", {1: -8, 4: KID}, b"p", bytes(64)])),
    "something unprotected": cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {1: -8}, b"p", bytes(64)])),
    "algorithm HMAC": cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: 5, 4: KID}), {}, b"p", bytes(64)])),
    "no key id": cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -8}), {}, b"p", bytes(64)])),
    "keys swapped": cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({4: KID, 1: -8}), {}, b"p", bytes(64)])),
    "critical header": cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -8, 2: [9], 4: KID}), {}, b"p", bytes(64)])),
    "long key id": cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -8, 4: KID * 2}), {}, b"p", bytes(64)])),
    "payload null": cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, None, bytes(64)])),
    "payload text": cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, "p", bytes(64)])),
    "payload length longer": bytes.fromhex("d2844d") + PROTECTED + b"\xa0\x58\x01p\x58\x40" + bytes(64),
    "payload endless": bytes.fromhex("d2844d") + PROTECTED + b"\xa0\x5f\x41p\xff\x58\x40" + bytes(64),
    "payload beyond the end": bytes.fromhex("d2844d") + PROTECTED + b"\xa0\x5a\xff\xff\xff\xff" + bytes(66),
    "payload of 2^64": bytes.fromhex("d2844d") + PROTECTED + b"\xa0\x5b" + b"\xff" * 8 + bytes(66),
    "signature of 63": cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, b"p", bytes(63)])),
    "signature of 65": cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, b"p", bytes(65)])),
    "five parts": cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, b"p", bytes(64), 0])),
    "nothing": b"",
    "head alone": bytes.fromhex("d2844d"),
    "noise": bytes(200),
}


@pytest.mark.parametrize("message", OTHER_SPELLINGS.values(), ids=OTHER_SPELLINGS)
def test_every_other_spelling_is_refused(message: bytes) -> None:
    with pytest.raises(NotCanonical):
        split(message)


@pytest.mark.parametrize("kid", [b"", KID[:7], KID + b"\0"])
def test_a_key_id_has_eight_bytes(kid: bytes) -> None:
    with pytest.raises(NotCanonical):
        protected_header(EDDSA, kid)


@pytest.mark.parametrize(("protected", "signature"), [(PROTECTED, bytes(63)), (PROTECTED, b""), (b"", bytes(64))])
def test_a_message_is_joined_of_whole_parts(protected: bytes, signature: bytes) -> None:
    with pytest.raises(NotCanonical):
        join(protected, b"p", signature)


@given(st.binary(max_size=150))
def test_noise_raises_nothing_else(message: bytes) -> None:
    with pytest.raises(NotCanonical):
        split(message)
