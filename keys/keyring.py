"""Public keys that we accept, and for what: the half of `keys/` that a checker needs.

    kid(key) = first 8 bytes of SHA-256(public)
    public   = 32 bytes (Ed25519, RFC 8032)  |  04 || X || Y (ECDSA, SEC 1 section 2.3.3)  |  SubjectPublicKeyInfo (RSA)

Our own keys are Ed25519 and P-256; the others verify what other states sign (keys/foreign_keys.py).

A key serves one purpose, and its record alone says which algorithm it signs with: nothing in a message can change
that. The whole program verifies Ed25519 in `verify_ed25519` and nowhere else, because libraries disagree about odd
points; `check_point` keeps such points out before they are trusted.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from nacl._sodium import ffi, lib  # type: ignore[import-not-found]
from nacl.bindings import crypto_core_ed25519_is_valid_point

from sceau.domain.errors import KeyRefused, ListInvalid, SignatureInvalid, UnknownKey
from sceau.keys import foreign_keys

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ES256 = ec.ECDSA(hashes.SHA256())


class Purpose(Enum):
    """What a key may sign; the same key never serves two purposes."""

    ROOT = "root"
    EVENT = "event"
    SEAL = "seal"
    LISTS = "lists"
    CHECKPOINT = "checkpoint"
    RECEIPT = "receipt"


class Algorithm(Enum):
    """How a key signs."""

    ED25519 = "Ed25519"
    ES256 = "ES256"
    ES384 = "ES384"
    ES512 = "ES512"
    ESB256 = "ESB256"  # ECDSA on brainpoolP256r1 and P384r1, RFC 9864; brainpoolP224r1 has no name and is not read
    ESB384 = "ESB384"
    PS256 = "PS256"  # RSASSA-PSS, RFC 8230; health certificates alone


_SIZES = {Algorithm.ED25519: 32, Algorithm.ES256: 65}  # of the keys that we make ourselves


class Signer(Protocol):
    """A private key in use, wherever it is kept; `sign` returns 64 bytes (R || S, or r || s with low s)."""

    @property
    def kid(self) -> bytes: ...  # noqa: D102

    @property
    def algorithm(self) -> Algorithm: ...  # noqa: D102

    @property
    def public(self) -> bytes: ...  # noqa: D102

    def sign(self, message: bytes) -> bytes: ...  # noqa: D102


def kid_of(public: bytes) -> bytes:
    """Name a public key: 8 bytes."""
    return hashlib.sha256(public).digest()[:8]


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One public key, what it may sign, and on which days."""

    kid: bytes
    purpose: Purpose
    algorithm: Algorithm
    public: bytes
    authority: str  # "MLI": whose lists speak for documents under this key
    office: str  # "PAR", or the ministry "MAE"
    valid_from: date  # signing period, both days included
    valid_until: date
    format: str = ""  # seal keys: a format that seals/ reads
    issuer: str = ""  # issuer and reference as seals of that format name their key (docs/format/trust.md)
    reference: str = ""
    country: str = ""  # what the header of a VDS, an ICAO barcode or a 2D-Doc must state
    classes: frozenset[str] = field(default_factory=frozenset)  # document classes; seal keys only
    status: str = "active"  # active, retired (verifies what it signed), revoked
    ended_on: date | None = None  # last day of signing of a retired or revoked key
    certificate: bytes = b""  # DER; the vds keys of our own authority

    @classmethod
    def of(cls, kid: bytes, record: Mapping[str, Any]) -> Self:
        """The key of a record with every other field by its name: days as YYYY-MM-DD, enumerations by value.

        Raises KeyError, TypeError or ValueError for a record that is none.
        """
        ended_on = record["ended_on"]
        return cls(
            kid=kid,
            purpose=Purpose(record["purpose"]),
            algorithm=Algorithm(record["algorithm"]),
            public=record["public"],
            authority=record["authority"],
            office=record["office"],
            valid_from=date.fromisoformat(record["valid_from"]),
            valid_until=date.fromisoformat(record["valid_until"]),
            format=record["format"],
            issuer=record["issuer"],
            reference=record["reference"],
            country=record["country"],
            classes=frozenset(record["classes"]),
            status=record["status"],
            ended_on=None if ended_on is None else date.fromisoformat(ended_on),
            certificate=record["certificate"],
        )

    def signs_on(self, day: date) -> bool:
        """Whether `day` lies in the signing period, which ends early with retirement or revocation."""
        last = self.valid_until if self.ended_on is None else min(self.valid_until, self.ended_on)
        return self.valid_from <= day <= last


@dataclass(frozen=True)
class TrustList:
    """All keys that one authority trusts. Building one with a key or seal name twice raises ListInvalid."""

    authority: str
    version: int
    issued_at: int  # Unix seconds
    next_update: int  # Unix seconds
    keys: tuple[TrustedKey, ...]
    csca: tuple[bytes, ...] = ()  # DER of the country certificates that the vds certificates chain to
    _seals: dict[tuple[str, str, str], TrustedKey] = field(init=False, repr=False, compare=False)
    _kids: dict[bytes, TrustedKey] = field(init=False, repr=False, compare=False)
    _named: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        seals = [key for key in self.keys if key.purpose is Purpose.SEAL]
        object.__setattr__(self, "_kids", {key.kid: key for key in self.keys})
        object.__setattr__(self, "_seals", {(key.format, key.issuer, key.reference): key for key in seals})
        named = frozenset(name for key in seals for name in (key.issuer, key.country, key.authority))
        object.__setattr__(self, "_named", named - {""})
        if len(self._kids) != len(self.keys):
            raise ListInvalid("a key is listed twice: one key, one record, one purpose")
        if len(self._seals) != len(seals):
            raise ListInvalid("two seal keys bear the same format, issuer and reference")

    def seal_key(self, format: str, issuer: str, reference: str) -> TrustedKey:
        """The key that a seal names; raise UnknownKey."""
        key = self._seals.get((format, issuer, reference))
        if key is None:
            raise UnknownKey(f"{format} {issuer} {reference}")
        return key

    def holds_keys_of(self, *names: str | None) -> bool:
        """Whether a seal key bears one of these names, as its issuer, country or authority."""
        return any(name in self._named for name in names)

    def by_kid(self, kid: bytes, purpose: Purpose) -> TrustedKey:
        """The key of that name, if it is trusted for `purpose`; raise UnknownKey."""
        key = self._kids.get(kid)
        if key is None or key.purpose is not purpose:
            raise UnknownKey(f"{kid.hex()} for {purpose.value}")
        return key


def check_point(public: bytes) -> None:
    """The enrolment gate: raise KeyRefused unless `public` is an honest key.

    Ed25519: canonical, on the curve, in the prime-order subgroup and not the identity. A key of low or mixed order
    would verify signatures over messages that its holder never saw. P-256: an uncompressed point on the curve.
    """
    if len(public) == 32:
        if not crypto_core_ed25519_is_valid_point(public):
            raise KeyRefused("not an Ed25519 point of prime order", why_fr="pas un point Ed25519 d'ordre premier")
    elif len(public) == 65:
        _p256(public)
    else:
        raise KeyRefused(
            f"a public key has 32 bytes (Ed25519) or 65 (P-256), not {len(public)}",
            why_fr=f"une clé publique a 32 octets (Ed25519) ou 65 (P-256), et non {len(public)}",
        )


def check_public(algorithm: Algorithm, public: bytes) -> None:
    """Raise KeyRefused unless `public` is an honest key of `algorithm`."""
    if algorithm not in _SIZES:
        foreign_keys.check(algorithm.value, public)
    elif len(public) != _SIZES[algorithm]:
        raise KeyRefused(f"not a key of {algorithm.value}", why_fr=f"pas une clé de {algorithm.value}")
    else:
        check_point(public)


def verify(key: TrustedKey, message: bytes, signature: bytes) -> None:
    """Raise SignatureInvalid unless `key` signed `message`. Both s and n - s of an ES256 signature hold."""
    if key.algorithm is Algorithm.ED25519:
        verify_ed25519(key.public, message, signature)
    elif key.algorithm is Algorithm.ES256:
        _verify_es256(key.public, message, signature)
    else:
        foreign_keys.verify(key.algorithm.value, key.public, message, signature)


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> None:
    """The one Ed25519 verifier of the program (libsodium: RFC 8032 with canonical S, R and A; no low order).

    Called without a place for the message, which the binding would copy out twice and throw away.
    """
    if len(public) != 32 or len(signature) != 64:  # libsodium reads 32 bytes wherever the pointer leads
        raise SignatureInvalid("an Ed25519 key has 32 bytes and a signature 64")
    signed = signature + message
    if lib.crypto_sign_open(ffi.NULL, ffi.NULL, signed, len(signed), public):
        raise SignatureInvalid("Ed25519 signature does not hold")


def _verify_es256(public: bytes, message: bytes, signature: bytes) -> None:
    """FIPS 186-5 section 6.4.2 on r || s, 32 bytes each."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
        raise SignatureInvalid("an ES256 signature is r || s, each from 1 to n - 1 in 32 bytes")
    try:
        _p256(public).verify(encode_dss_signature(r, s), message, _ES256)
    except InvalidSignature:
        raise SignatureInvalid("ES256 signature does not hold") from None
    except KeyRefused as error:
        raise SignatureInvalid(error.detail) from None


@lru_cache(maxsize=4096)
def _p256(public: bytes) -> ec.EllipticCurvePublicKey:
    if len(public) != 65 or public[0] != 4:
        raise KeyRefused("a P-256 key is written 04 || X || Y", why_fr="une clé P-256 s'écrit 04 || X || Y")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    except ValueError:
        raise KeyRefused("not a point of P-256", why_fr="pas un point de P-256") from None
