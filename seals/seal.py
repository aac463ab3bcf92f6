"""What every seal has, whatever its format.

    seal_id = SHA-256("sceau.seal/1" || format || 0 || signed bytes || normalised signature)

The normalised signature of ECDSA is (r, min(s, n - s)): both (r, s) and (r, n - s) verify, so anything computed from
the raw bytes could be evaded. Ed25519 signatures are unique as the verifier is strict. The published lists hold
bytes 0-15 of the `seal_id`; the 16 letters printed beside the code are Base32 of bytes 16-25, which no list reveals.
"""

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class ParsedSeal:
    """A seal that obeys its grammar; nothing in it may be believed before its signature holds.

    `issuer` and `reference` name the key, as docs/format/trust.md spells them for each format. `algorithm` is what the
    message claims ("ES256", "EdDSA") or None where the format leaves it to the key.
    """

    format: str  # as in the trust list: "vds", "claim169", "idb", "vdsnc", "2ddoc", "hcert", "shc"; or "mrz"
    profile: str  # VDS document reference "5D01"; "169"
    issuer: str
    reference: str
    country: str | None  # as the seal states it
    algorithm: str | None
    signed: bytes
    signature: bytes  # r || s or R || S
    type_code: str | None  # our document type, where the seal names one
    document_class: str | None  # "visa", "travel", "civil_status", ...
    issued_on: date | None
    issued_at: int | None  # Unix seconds, where the format carries an instant
    valid_from: date | None
    valid_until: date | None
    fields: Mapping[str, str] = field(default_factory=dict)  # what to compare with paper and face, by field name
    signed_on: date | None = None  # where the format tells it from the day of issue

    @property
    def seal_id(self) -> bytes:
        """The 32 bytes that key revocation, the issued set and proofs."""
        unique = self.algorithm == "EdDSA"
        return seal_id(self.format, self.signed, self.signature if unique else normalised(self.signature))


def seal_id(seal_format: str, signed: bytes, signature: bytes) -> bytes:
    """Name a seal by what was signed and by whom, not by how it is spelled; `signature` is normalised."""
    return hashlib.sha256(b"".join((b"sceau.seal/1", seal_format.encode(), b"\0", signed, signature))).digest()


def normalised(signature: bytes) -> bytes:
    """(r, min(s, n - s)) of a P-256 signature r || s of 64 bytes; other lengths are returned as they are."""
    s = int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or s <= _P256_ORDER - s or s >= _P256_ORDER:
        return signature
    return signature[:32] + (_P256_ORDER - s).to_bytes(32, "big")


def list_key(identity: bytes) -> bytes:
    """The 16 bytes under which the published lists hold a `seal_id`."""
    return identity[:16]


def look_up_code(identity: bytes) -> str:
    """The 16 letters printed beside the code (80 bits)."""
    return b32encode(identity[16:26]).decode()
