"""The proof of one stored event, from a published log: what its holder shows instead of the ledger.

    row, directory -> the newest head that covers it -> inclusion proof + opening -> verified as its reader will

A head that waits for witnesses gives a provisional proof; once the quorum has signed, the same event is proven anew.
"""

from typing import NamedTuple

from sceau.domain.errors import LogBroken, LogUnavailable
from sceau.ledger.log.directory import CHECKPOINT, PENDING, LogDirectory
from sceau.ledger.log.follow import Published, published, reader_of
from sceau.ledger.log.signer import CheckpointSigner
from sceau.ledger.stores.port import LogRow
from sceau.tlog import event
from sceau.tlog import proof as proofs
from sceau.tlog import receipt as receipts
from sceau.tlog.merkle import inclusion_proof
from sceau.tlog.opening import Opening
from sceau.tlog.policy import Policy
from sceau.tlog.proof import Proof, Verified


class PublishedLog(NamedTuple):
    """Where proofs come from, and by whom a head must be signed."""

    directory: LogDirectory
    policy: Policy


class Proven(NamedTuple):
    """A proof that holds, and what it says."""

    proof: Proof
    leaf: bytes
    verified: Verified
    at: int  # Unix seconds of the last cosignature; without any, of the event itself


def prove(row: LogRow, log: PublishedLog) -> Proven:
    """Prove the event of this row; provisional where the quorum has not seen it yet.

    LogUnavailable where it is not in the log yet, ProofInvalid if the log holds another event in its place, LogBroken
    for a log that does not hold.
    """
    head = _covering(row.idx, log)
    try:
        hashes = inclusion_proof(row.idx, head.checkpoint.size, reader_of(log.directory, head.checkpoint).node)
    except FileNotFoundError as error:
        raise LogBroken(f"{log.directory.path}: {error} is missing") from None
    opening, recorded = Opening(row.salt, row.state), event.parse(row.state)
    leaf = opening.leaf(recorded.topic)
    proof = Proof(row.idx, tuple(hashes), head.data, opening.encode())
    verified = proofs.verify(proof, leaf, log.policy, provisional=True)
    return Proven(proof, leaf, verified, max(verified.witnesses.values(), default=recorded.meta.time // 1000))


def receipt_of(proven: Proven, signer: CheckpointSigner) -> bytes:
    """The same as a COSE receipt (RFC 9942), verified; ProofInvalid in a log of one entry."""
    receipt = signer.receipt(proven.proof.checkpoint, proven.proof.index, proven.proof.hashes)
    receipts.verify(receipt, proven.leaf, signer.verifier.public)
    return receipt


def _covering(idx: int, log: PublishedLog) -> Published:
    """The published head, or the one that waits for witnesses if only that covers `idx`."""
    size = 0
    for name in (CHECKPOINT, PENDING):
        head = published(log.directory, name, log.policy.log)
        if idx < head.checkpoint.size:
            return head
        size = max(size, head.checkpoint.size)
    raise LogUnavailable(
        f"{log.directory.path}: index {idx} is not published yet, only {size} leaves are",
        why_fr=f"{log.directory.path} : l'index {idx} n'est pas encore publié, {size} feuilles seulement le sont",
    )
