"""What verifies, what does not, and which keys never get in."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_core_ed25519_add

from sceau.domain.errors import KeyRefused, SceauError, SignatureInvalid
from sceau.keys.keyring import P256_ORDER, Algorithm, Purpose, TrustedKey, check_point, kid_of, verify, verify_ed25519
from sceau.keys.signer import SoftwareSigner

IDENTITY = bytes([1]) + bytes(31)


ORDER_2 = bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")


ORDER_4 = bytes(32)


ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")


BASE = bytes([0x58]) + bytes([0x66]) * 31  # RFC 8032 section 5.1, B


def holds(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except SceauError:
        return False
    return True


def wycheproof(vectors: Path, name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    file = json.loads((vectors / "crypto/wycheproof" / f"{name}.json").read_text())
    for group in file["testGroups"]:
        for test in group["tests"]:
            yield group, test


def p256(public: bytes) -> TrustedKey:
    day = date(2026, 1, 1)
    return TrustedKey(kid_of(public), Purpose.SEAL, Algorithm.ES256, public, "MLI", "MAE", day, day)


def test_wycheproof_ed25519(vectors: Path) -> None:
    count = 0
    for group, test in wycheproof(vectors, "ed25519_test"):
        public, message, signature = (
            bytes.fromhex(text) for text in (group["publicKey"]["pk"], test["msg"], test["sig"])
        )
        assert holds(verify_ed25519, public, message, signature) is (test["result"] == "valid"), test["tcId"]
        count += 1
    assert count == 151


def test_wycheproof_ecdsa_p1363(vectors: Path) -> None:
    count = 0
    for group, test in wycheproof(vectors, "ecdsa_secp256r1_sha256_p1363_test"):
        key = p256(bytes.fromhex(group["publicKey"]["uncompressed"]))
        check_point(key.public)
        message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
        assert holds(verify, key, message, signature) is (test["result"] == "valid"), test["tcId"]
        count += 1
    assert count == 262


def test_cctv_the_gate_refuses_every_odd_key_and_one_verifier_judges_the_rest(vectors: Path) -> None:
    """Of 914 vectors the gate leaves 28; strict verification accepts the only one whose R is not odd either."""
    tests = json.loads((vectors / "crypto/cctv_ed25519/ed25519vectors.json").read_text())
    past_the_gate = []
    for test in tests:
        flags = set(test["flags"] or ())
        public = bytes.fromhex(test["key"])
        honest = not flags & {"low_order_A", "low_order_component_A", "non_canonical_A"}
        assert holds(check_point, public) is honest, test["number"]
        if honest:
            past_the_gate.append(
                (flags, holds(verify_ed25519, public, test["msg"].encode(), bytes.fromhex(test["sig"])))
            )
    assert (len(tests), len(past_the_gate)) == (914, 28)
    assert all(accepted is not flags for flags, accepted in past_the_gate)
    assert [flags for flags, accepted in past_the_gate if accepted] == [set()]


def test_the_identity_key_that_another_library_believes_is_refused_twice() -> None:
    """KEYS 1.3: with A = identity, R = identity, S = 0 holds for every message unless low orders are refused."""
    forged = IDENTITY + bytes(32)
    Ed25519PublicKey.from_public_bytes(IDENTITY).verify(
        forged, b"any visa at all"
    )  # does not raise: the danger is real
    with pytest.raises(SignatureInvalid):
        verify_ed25519(IDENTITY, b"any visa at all", forged)
    with pytest.raises(KeyRefused):
        check_point(IDENTITY)


@pytest.mark.parametrize("low", [IDENTITY, ORDER_2, ORDER_4, ORDER_8], ids=["1", "2", "4", "8"])
@pytest.mark.parametrize("number", range(1, 9))
def test_points_of_low_and_mixed_order_are_refused(low: bytes, number: int) -> None:
    """Order 2 is the case that libsodium missed until December 2025 (CVE-2025-69277)."""
    honest = SoftwareSigner.from_seed(bytes((number,)) * 32, Algorithm.ED25519).public
    check_point(honest)
    with pytest.raises(KeyRefused):
        check_point(low)
    if low != IDENTITY:
        with pytest.raises(KeyRefused):
            check_point(crypto_core_ed25519_add(honest, low))


@pytest.mark.parametrize(
    "public",
    [
        b"",
        BASE[:-1],
        BASE + b"\0",
        (2**255 - 19 + 2).to_bytes(32, "little"),  # y not reduced
        (2).to_bytes(32, "little"),  # not on the curve
        b"\4" + bytes(64),  # not on P-256
        b"\4" + b"\xff" * 64,  # beyond the field
        b"\2" + bytes(64),
    ],
)
def test_what_is_not_a_key_is_refused(public: bytes) -> None:
    with pytest.raises(KeyRefused):
        check_point(public)


def test_a_compressed_p256_point_is_another_spelling_and_refused() -> None:
    public = SoftwareSigner.from_seed(b"\1" * 32, Algorithm.ES256).public
    check_point(public)
    compressed = bytes([2 + public[64] % 2]) + public[1:33]
    with pytest.raises(KeyRefused):
        check_point(compressed)
    with pytest.raises(SignatureInvalid):
        verify(p256(compressed), b"m", SoftwareSigner.from_seed(b"\1" * 32, Algorithm.ES256).sign(b"m"))


OURS = (Algorithm.ED25519, Algorithm.ES256)


@pytest.mark.parametrize("algorithm", OURS)
def test_every_changed_bit_of_signature_and_message_is_noticed(algorithm: Algorithm) -> None:
    signer = SoftwareSigner.from_seed(b"\1" * 32, algorithm)
    key = replace(p256(signer.public), algorithm=algorithm)
    message = b"extrait de naissance"
    signature = signer.sign(message)
    verify(key, message, signature)
    for bit in range(8 * 64):
        with pytest.raises(SignatureInvalid):
            verify(key, message, flipped(signature, bit))
    for bit in range(8 * len(message)):
        with pytest.raises(SignatureInvalid):
            verify(key, flipped(message, bit), signature)
    for cut in range(64):
        with pytest.raises(SignatureInvalid):
            verify(key, message, signature[:cut])


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]


def test_a_short_ed25519_key_never_reaches_the_library() -> None:
    signer = SoftwareSigner.from_seed(b"\1" * 32, Algorithm.ED25519)
    with pytest.raises(SignatureInvalid, match="32 bytes"):
        verify_ed25519(signer.public[:31], b"m", signer.sign(b"m"))


def test_the_record_decides_the_algorithm() -> None:
    """The bytes of an Ed25519 key under an ES256 record verify nothing, and the other way round."""
    ed, es = (SoftwareSigner.from_seed(b"\1" * 32, algorithm) for algorithm in OURS)
    for signer, algorithm in ((ed, Algorithm.ES256), (es, Algorithm.ED25519)):
        with pytest.raises(SignatureInvalid):
            verify(replace(p256(signer.public), algorithm=algorithm), b"m", signer.sign(b"m"))


def test_both_s_and_n_minus_s_hold() -> None:
    """As every ECDSA verifier does: so nothing may be computed from raw signature bytes (HOUSE 5.11)."""
    signer = SoftwareSigner.from_seed(b"\1" * 32, Algorithm.ES256)
    signature = signer.sign(b"m")
    s = int.from_bytes(signature[32:], "big")
    verify(p256(signer.public), b"m", signature[:32] + (P256_ORDER - s).to_bytes(32, "big"))


@pytest.mark.parametrize(
    ("r", "s"), [(0, 0), (0, 1), (1, 0), (P256_ORDER, 1), (1, P256_ORDER), (2**256 - 1, 2**256 - 1)]
)
def test_es256_values_out_of_range_are_refused(r: int, s: int) -> None:
    signer = SoftwareSigner.from_seed(b"\1" * 32, Algorithm.ES256)
    with pytest.raises(SignatureInvalid, match="1 to n - 1"):
        verify(p256(signer.public), b"m", r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_what_we_sign_another_library_verifies(seed: bytes, message: bytes) -> None:
    ed = SoftwareSigner.from_seed(seed, Algorithm.ED25519)
    Ed25519PublicKey.from_public_bytes(ed.public).verify(ed.sign(message), message)
    if not 0 < int.from_bytes(seed, "big") < P256_ORDER:
        return
    es = SoftwareSigner.from_seed(seed, Algorithm.ES256)
    raw = es.sign(message)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    assert s <= P256_ORDER // 2
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), es.public)
    public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(encode_dss_signature(r, s), message + b"!", ec.ECDSA(hashes.SHA256()))


def test_rfc_8032_test_2() -> None:
    signer = SoftwareSigner.from_seed(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), Algorithm.ED25519
    )
    assert signer.public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert signer.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_rfc_6979_a_2_5_with_low_s() -> None:
    """P-256, SHA-256, message "sample": r as printed there; s is above n / 2, so ours is n - s."""
    signer = SoftwareSigner.from_seed(
        bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"), Algorithm.ES256
    )
    assert signer.public[1:33].hex().upper() == "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    raw = signer.sign(b"sample")
    assert raw[:32].hex().upper() == "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    printed = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    assert int.from_bytes(raw[32:], "big") == P256_ORDER - printed


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(32), P256_ORDER.to_bytes(32, "big")])
def test_seeds_that_are_no_scalar_are_refused(seed: bytes) -> None:
    with pytest.raises(KeyRefused):
        SoftwareSigner.from_seed(seed, Algorithm.ES256)


def test_nothing_here_signs_as_others_do() -> None:
    for algorithm in set(Algorithm) - set(OURS):
        with pytest.raises(KeyRefused, match=algorithm.value):
            SoftwareSigner.from_seed(b"\1" * 32, algorithm)


def test_a_signer_does_not_print_its_key() -> None:
    seed = bytes(range(1, 33))
    for algorithm in OURS:
        shown = repr(SoftwareSigner.from_seed(seed, algorithm))
        assert seed.hex() not in shown
        assert repr(seed) not in shown
