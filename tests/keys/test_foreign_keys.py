"""The algorithms of other states: what they sign holds, and nothing else does."""

from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sceau.domain.errors import KeyRefused, SignatureInvalid
from sceau.keys.foreign_keys import CURVES
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, check_public, kid_of, verify

MESSAGE = b"sealed elsewhere"
DAY = date(2026, 11, 22)


def trusted(algorithm: str, public: bytes) -> TrustedKey:
    return TrustedKey(kid_of(public), Purpose.SEAL, Algorithm(algorithm), public, "DEU", "DEU", DAY, DAY)


def on_curve(algorithm: str) -> tuple[bytes, bytes]:
    curve, ecdsa, size = CURVES[algorithm]
    key = ec.derive_private_key(0x5CEA0, curve)
    r, s = decode_dss_signature(key.sign(MESSAGE, ecdsa))
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return public, r.to_bytes(size, "big") + s.to_bytes(size, "big")


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def spki(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def pss(key: rsa.RSAPrivateKey, salt: int = 32) -> bytes:
    return key.sign(MESSAGE, padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256())


def refused(key: TrustedKey, message: bytes, signature: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        verify(key, message, signature)


@pytest.mark.parametrize("algorithm", CURVES)
def test_ecdsa(algorithm: str) -> None:
    public, signature = on_curve(algorithm)
    key = trusted(algorithm, public)
    check_public(key.algorithm, public)
    verify(key, MESSAGE, signature)
    refused(key, MESSAGE + b"!", signature)
    for spoilt in (signature[:-1], signature + b"\0", bytes(len(signature)), b"\xff" * len(signature), b""):
        refused(key, MESSAGE, spoilt)
    for bit in range(0, 8 * len(signature), 7):
        refused(key, MESSAGE, flipped(signature, bit))


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]


def test_the_record_decides_the_curve_and_the_hash() -> None:
    """ES256 and ESB256 have keys and signatures of the same size."""
    public, signature = on_curve("ESB256")
    refused(replace(trusted("ESB256", public), algorithm=Algorithm.ES256), MESSAGE, signature)
    with pytest.raises(KeyRefused):
        check_public(Algorithm.ES256, public)


def test_rsa(rsa_key: rsa.RSAPrivateKey) -> None:
    key = trusted("PS256", spki(rsa_key))
    check_public(key.algorithm, key.public)
    signature = pss(rsa_key)
    verify(key, MESSAGE, signature)
    refused(key, MESSAGE + b"!", signature)
    refused(key, MESSAGE, pss(rsa_key, 20))
    refused(key, MESSAGE, rsa_key.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256()))
    refused(key, MESSAGE, signature[:-1])


@pytest.mark.parametrize(
    ("algorithm", "public"),
    [
        ("ES384", b""),
        ("ES384", bytes(97)),
        ("ES384", b"\x04" + bytes(96)),
        ("ES384", b"\x02" + on_curve("ES384")[0][1:]),
        ("ES384", on_curve("ES384")[0][:-1]),
        ("ESB384", on_curve("ES384")[0]),
        ("ES512", on_curve("ES384")[0]),
        ("Ed25519", on_curve("ES384")[0]),
        ("ES256", on_curve("ES384")[0]),
        ("PS256", on_curve("ES384")[0]),
        ("PS256", b"\x30\x00"),
    ],
)
def test_no_key_of_this_algorithm(algorithm: str, public: bytes) -> None:
    with pytest.raises(KeyRefused):
        check_public(Algorithm(algorithm), public)


def test_rsa_keys_that_are_weak_or_spelt_otherwise(rsa_key: rsa.RSAPrivateKey) -> None:
    for public in (spki(rsa.generate_private_key(65537, 1024)), spki(rsa_key) + b"\0"):
        with pytest.raises(KeyRefused):
            check_public(Algorithm.PS256, public)


def test_a_point_elsewhere_verifies_nothing() -> None:
    public, signature = on_curve("ES384")
    refused(trusted("ES384", b"\x04" + bytes(96)), MESSAGE, signature)
    refused(trusted("PS256", public), MESSAGE, signature)
