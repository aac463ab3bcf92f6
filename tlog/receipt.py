"""COSE receipts of inclusion (RFC 9942): the same tree in the envelope that the supply-chain world reads.

    receipt   = 18([protected, {396: {-1: [<< [size, index, [hash, ...]] >>]}}, null, signature])
    protected = << {1: alg, 4: kid, 15: {1: origin}, 395: 1} >>      395: 1 is RFC9162_SHA256, our tree; 15: RFC 9597
    signed    = ["Signature1", protected, h'', root]                 RFC 9052 section 4.4; the root is never carried

The algorithm is Ed25519 (alg -8, or -19 of RFC 9864). RFC 9942 wants at least one hash, so the one leaf of a log of
size 1 has no receipt. The signature is over the root alone: index and size are not proven unless a checkpoint with
this root says the size. A receipt names no witness: whoever must not trust the log alone asks for a tlog-proof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sceau.domain import canonical, cose
from sceau.domain.errors import NotCanonical, ProofInvalid, SignatureInvalid
from sceau.keys.keyring import Signer, verify_ed25519
from sceau.tlog.merkle import root_from_inclusion
from sceau.tlog.note import require_ed25519

RECEIPT_SIZE_MAX = 1 << 14  # 63 hashes and a long origin take 3 KiB
_ALG, _CRIT, _KID, _CLAIMS, _VDS, _VDP = 1, 2, 4, 15, 395, 396
_ISS, _INCLUSION, _RFC9162_SHA256 = 1, -1, 1
_ED25519 = (cose.EDDSA, -19)
_SIGN1 = 18


@dataclass(frozen=True, slots=True)
class Receipt:
    """The parts of a receipt; nothing is verified."""

    protected: bytes
    header: Mapping[Any, Any]  # the labels of `protected`
    index: int
    size: int
    hashes: tuple[bytes, ...]
    signature: bytes

    @property
    def origin(self) -> str:
        """The log that says it made the receipt, or nothing."""
        claims = self.header.get(_CLAIMS)
        issuer = claims.get(_ISS, "") if type(claims) is dict else ""
        return issuer if type(issuer) is str else ""


def make(size: int, index: int, hashes: Sequence[bytes], root: bytes, origin: str, signer: Signer) -> bytes:
    """The receipt of a leaf under a root that the log has signed as its checkpoint; ProofInvalid without hashes.

    The signature is over the root: ask it of the one that signs checkpoints, after it has signed this one.
    """
    require_ed25519(signer)
    if not hashes:
        raise ProofInvalid("a log of one leaf has no receipt (RFC 9942)")
    protected = canonical.encode(
        {_ALG: cose.EDDSA, _KID: signer.kid, _CLAIMS: {_ISS: origin}, _VDS: _RFC9162_SHA256},
    )
    proof = canonical.encode([size, index, list(hashes)])
    signature = signer.sign(cose.to_sign(protected, root))
    return b"\xd2" + canonical.encode([protected, {_VDP: {_INCLUSION: [proof]}}, None, signature])


def parse(data: bytes) -> Receipt:
    """Read a receipt of inclusion that anybody wrote; ProofInvalid for what RFC 9942 does not allow."""
    try:
        match _untagged(data):
            case [
                bytes() as protected,
                {396: {-1: [bytes() as proof], **others}, **rest},
                None,
                bytes() as signature,
            ] if not others and not rest:
                header = _header(protected)
                size, index, hashes = _path(proof)
            case _:
                raise ProofInvalid("not a receipt of one inclusion with a detached payload")
    except NotCanonical as error:
        raise ProofInvalid(f"not a receipt: {error.detail}") from None
    return Receipt(protected, header, index, size, hashes, signature)


def verify(data: bytes, leaf: bytes, public: bytes) -> bytes:
    """The root that this Ed25519 key signed and that holds the leaf hash somewhere; ProofInvalid if it does not."""
    receipt = parse(data)
    if receipt.header.get(_ALG) not in _ED25519:
        raise ProofInvalid("a receipt of another algorithm than Ed25519")
    root = root_from_inclusion(receipt.index, receipt.size, leaf, receipt.hashes)
    try:
        verify_ed25519(public, cose.to_sign(receipt.protected, root), receipt.signature)
    except SignatureInvalid as error:
        raise ProofInvalid(f"receipt: {error.detail}") from None
    return root


def _untagged(data: bytes) -> Any:
    if len(data) > RECEIPT_SIZE_MAX or data[:1] != bytes([0xC0 | _SIGN1]):
        raise ProofInvalid("not a tagged COSE_Sign1, or too large for a receipt")
    return canonical.decode_foreign(data[1:])


def _header(protected: bytes) -> Mapping[Any, Any]:
    header = canonical.decode_foreign(protected)
    if type(header) is not dict or header.get(_VDS) is True or header.get(_VDS) != _RFC9162_SHA256:
        raise ProofInvalid("a receipt of another tree than RFC9162_SHA256")
    if _CRIT in header:
        raise ProofInvalid("a receipt with critical headers, of which we know none")
    return header


def _path(proof: bytes) -> tuple[int, int, tuple[bytes, ...]]:
    match canonical.decode_foreign(proof):
        case [size, index, [_, *_] as hashes] if _kinds(size, index) == {int} and _kinds(*hashes) == {bytes}:
            return size, index, tuple(hashes)
        case _:
            raise ProofInvalid("an inclusion proof is [size, index, [hash, ...]] with at least one hash")


def _kinds(*values: object) -> set[type]:
    """The exact types: true is no 1."""
    return {type(value) for value in values}
