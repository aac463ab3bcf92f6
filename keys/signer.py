"""Private keys in use: `Signer` is all that the rest of the program sees of one.

    seed = 32 bytes      Ed25519: the seed of RFC 8032 section 5.1.5;  ES256: the scalar d, 1 <= d < n

ES256 nonces are derived (RFC 6979): no bad random number can leak the key, and the same message gives the same
signature. s is made low, so a signature that we write has one spelling.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from sceau.domain.errors import KeyRefused
from sceau.keys.keyring import P256_ORDER, Algorithm, Signer, kid_of

__all__ = ["Random", "Signer", "SoftwareSigner"]

Random: TypeAlias = Callable[[int], bytes]  # os.urandom
_DETERMINISTIC = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


@dataclass(frozen=True, slots=True)
class SoftwareSigner:
    """A private key in this process's memory; for more protection, keep it in hardware."""

    kid: bytes
    algorithm: Algorithm
    public: bytes
    sign: Callable[[bytes], bytes] = field(repr=False, compare=False)

    @classmethod
    def from_seed(cls, seed: bytes, algorithm: Algorithm) -> Self:
        """The key of these 32 secret bytes; raise KeyRefused if they are none."""
        if len(seed) != 32:
            raise KeyRefused("a seed has 32 bytes", why_fr="une graine a 32 octets")
        if algorithm not in (Algorithm.ED25519, Algorithm.ES256):
            raise KeyRefused(
                f"nothing here signs with {algorithm.value}", why_fr=f"rien ici ne signe avec {algorithm.value}"
            )
        public, sign = (_ed25519 if algorithm is Algorithm.ED25519 else _es256)(seed)
        return cls(kid_of(public), algorithm, public, sign)


def _ed25519(seed: bytes) -> tuple[bytes, Callable[[bytes], bytes]]:
    public, secret = crypto_sign_seed_keypair(seed)

    def sign(message: bytes) -> bytes:
        return crypto_sign(message, secret)[:64]

    return public, sign


def _es256(seed: bytes) -> tuple[bytes, Callable[[bytes], bytes]]:
    scalar = int.from_bytes(seed, "big")
    if not 0 < scalar < P256_ORDER:
        raise KeyRefused(
            "not a P-256 scalar: draw another seed", why_fr="pas un scalaire de P-256 : tirez une autre graine"
        )
    key = ec.derive_private_key(scalar, ec.SECP256R1())

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, _DETERMINISTIC))
        return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), sign
