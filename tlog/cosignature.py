"""Cosignatures (c2sp.org/tlog-cosignature): a witness says that it saw this checkpoint, consistent, at this time.

    line      = name, key id, u64 time || signature                                   a note's signature line
    type 04   = Ed25519 over   "cosignature/v1" LF "time " decimal LF || note text
    type 06   = ML-DSA-44 over "subtree/v1" LF 00 || u8 len || name || u64 time
                               || u8 len || origin || u64 start = 0 || u64 size || root

Numbers are big-endian, times are Unix seconds below 2**63. Type 06 signs the witness's name, but no extension lines.
ML-DSA-44 is FIPS 204 with an empty context; `cryptography` makes and checks it.
"""

from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from sceau.domain.errors import KeyRefused, NoteInvalid
from sceau.keys.keyring import Signer
from sceau.tlog.checkpoint import Checkpoint, parse
from sceau.tlog.line import SIZE_MAX
from sceau.tlog.note import (
    COSIGNATURE,
    MLDSA44,
    Signature,
    Verifier,
    key_id,
    require_ed25519,
    require_ed25519_signature,
    require_name,
)


class MlDsa44Signer(NamedTuple):
    """A post-quantum witness key in this process's memory."""

    key: MLDSA44PrivateKey
    public: bytes  # 1312 bytes

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key of these 32 secret bytes (FIPS 204 xi)."""
        if len(seed) != 32:
            raise KeyRefused("a seed has 32 bytes", why_fr="une graine a 32 octets")
        key = MLDSA44PrivateKey.from_seed_bytes(seed)
        return cls(key, key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"MlDsa44Signer({self.public[:8].hex()}...)"


def cosign(text: str, name: str, signer: Signer, time: int) -> Signature:
    """Cosign a checkpoint's text at `time` (Unix seconds) with Ed25519, type 04."""
    require_ed25519(signer)
    parse(text)
    message = _ed25519_message(text, time)
    key = key_id(require_name(name), COSIGNATURE, signer.public)
    return Signature(name, key, time.to_bytes(8, "big") + signer.sign(message))


def cosign_mldsa44(text: str, name: str, signer: MlDsa44Signer, time: int) -> Signature:
    """Cosign a checkpoint's text at `time` (Unix seconds) with ML-DSA-44, type 06."""
    message = _mldsa44_message(parse(text), require_name(name), time)
    key = key_id(name, MLDSA44, signer.public)
    return Signature(name, key, time.to_bytes(8, "big") + signer.key.sign(message))


def verify_cosignature(text: str, signature: Signature, witness: Verifier) -> int:
    """The time at which this witness cosigned the text, Unix seconds; NoteInvalid if it did not."""
    if (signature.name, signature.key_id) != (witness.name, witness.key_id):
        raise NoteInvalid(f"not a signature of {witness.name}")
    checkpoint = parse(text)
    time, raw = int.from_bytes(signature.signature[:8], "big"), signature.signature[8:]
    if witness.type == COSIGNATURE:
        require_ed25519_signature(witness, _ed25519_message(text, time), raw)
    elif witness.type == MLDSA44:
        _require_mldsa44(witness, _mldsa44_message(checkpoint, witness.name, time), raw)
    else:
        raise NoteInvalid(f"{witness.name}: a key of type {witness.type:02x} cosigns nothing")
    return time


def _ed25519_message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {_in_range(time)}\n{text}".encode()


def _mldsa44_message(checkpoint: Checkpoint, name: str, time: int) -> bytes:
    return b"".join((
        b"subtree/v1\n\0",
        _short(name),
        _in_range(time).to_bytes(8, "big"),
        _short(checkpoint.origin),
        bytes(8),
        checkpoint.size.to_bytes(8, "big"),
        checkpoint.root,
    ))  # fmt: skip


def _require_mldsa44(witness: Verifier, message: bytes, signature: bytes) -> None:
    try:
        MLDSA44PublicKey.from_public_bytes(witness.public).verify(signature, message)
    except InvalidSignature:
        raise NoteInvalid(f"{witness.name}: ML-DSA-44 signature does not hold") from None


def _in_range(time: int) -> int:
    if not 0 <= time <= SIZE_MAX:
        raise NoteInvalid("a time is not below 2**63")
    return time


def _short(text: str) -> bytes:
    data = text.encode()
    if not 0 < len(data) < 256:
        raise NoteInvalid("type 06 signs names of 1 to 255 bytes")
    return bytes([len(data)]) + data
