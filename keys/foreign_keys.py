"""The algorithms with which other states sign their seals; our own are in keyring.py.

    ES384, ES512     ECDSA on P-384 with SHA-384, on P-521 with SHA-512                 RFC 9053
    ESB256, ESB384   ECDSA on brainpoolP256r1 and P384r1 with SHA-256, SHA-384          RFC 9864
                     public = 04 || X || Y;  signature = r || s, each in the bytes of the field
    PS256            RSASSA-PSS, SHA-256, a salt of 32 bytes, 2048 to 4096 bits         RFC 8230
                     public = SubjectPublicKeyInfo (DER), exponent 65537

brainpoolP224r1, on which some older public seals are signed, has no name in RFC 9864 and no support in OpenSSL's
default build: such seals are read, and no key of theirs can be trusted.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from sceau.domain.errors import KeyRefused, SignatureInvalid

_EXPONENT = 65537
_BITS = range(2048, 4097)
_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)


class _Curve(NamedTuple):
    curve: ec.EllipticCurve
    ecdsa: ec.ECDSA
    size: int  # bytes of r, of s, of X and of Y


CURVES: Mapping[str, _Curve] = {
    "ES384": _Curve(ec.SECP384R1(), ec.ECDSA(hashes.SHA384()), 48),
    "ES512": _Curve(ec.SECP521R1(), ec.ECDSA(hashes.SHA512()), 66),
    "ESB256": _Curve(ec.BrainpoolP256R1(), ec.ECDSA(hashes.SHA256()), 32),
    "ESB384": _Curve(ec.BrainpoolP384R1(), ec.ECDSA(hashes.SHA384()), 48),
}
RSA = "PS256"


def check(algorithm: str, public: bytes) -> None:
    """Raise KeyRefused unless `public` is a key of `algorithm`."""
    _rsa(public) if algorithm == RSA else _point(algorithm, public)


def verify(algorithm: str, public: bytes, message: bytes, signature: bytes) -> None:
    """Raise SignatureInvalid unless the key signed `message`."""
    try:
        if algorithm == RSA:
            _rsa(public).verify(signature, message, _PSS, hashes.SHA256())
        else:
            _verify_ecdsa(algorithm, public, message, signature)
    except (InvalidSignature, KeyRefused):
        raise SignatureInvalid(f"{algorithm} signature does not hold") from None


def _verify_ecdsa(algorithm: str, public: bytes, message: bytes, signature: bytes) -> None:
    _, ecdsa, size = CURVES[algorithm]
    if len(signature) != 2 * size:
        raise InvalidSignature
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    _point(algorithm, public).verify(encode_dss_signature(r, s), message, ecdsa)


@lru_cache(maxsize=4096)
def _point(algorithm: str, public: bytes) -> ec.EllipticCurvePublicKey:
    curve, _, size = CURVES[algorithm]
    if len(public) != 1 + 2 * size or public[0] != 4:
        raise KeyRefused(
            f"a key of {algorithm} is written 04 || X || Y, {size} bytes each",
            why_fr=f"une clé de {algorithm} s'écrit 04 || X || Y, {size} octets chacun",
        )
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, public)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyRefused(f"not a point of {curve.name}", why_fr=f"pas un point de {curve.name}") from None


@lru_cache(maxsize=4096)
def _rsa(public: bytes) -> rsa.RSAPublicKey:
    try:
        key = load_der_public_key(public)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyRefused(
            "not a public key (SubjectPublicKeyInfo)", why_fr="pas une clé publique (SubjectPublicKeyInfo)"
        ) from None
    if not isinstance(key, rsa.RSAPublicKey) or key.public_numbers().e != _EXPONENT or key.key_size not in _BITS:
        raise KeyRefused(
            "an RSA key has 2048 to 4096 bits and the exponent 65537",
            why_fr="une clé RSA a de 2048 à 4096 bits et l'exposant 65537",
        )
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != public:
        raise KeyRefused(
            "a public key in another spelling than its own",
            why_fr="une clé publique écrite autrement qu'elle ne doit l'être",
        )
    return key
