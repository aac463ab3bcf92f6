"""Proofs that stand alone (c2sp.org/tlog-proof@v1): this entry is in the log, and these witnesses saw it.

    proof = "c2sp.org/tlog-proof@v1" LF ["extra " base64 LF] "index " decimal LF (base64(hash) LF)* LF checkpoint

The hashes go from the leaf's sibling up; the checkpoint is the signed note, byte for byte. The extra data is signed
by nobody. A proof has at most 63 hashes, 64 KiB of extra data, and a checkpoint as large as a note may be.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sceau.domain.errors import NoteInvalid, ProofInvalid
from sceau.tlog import note as notes
from sceau.tlog.line import decimal, to_base64, tree_hash, unbase64
from sceau.tlog.merkle import verify_inclusion
from sceau.tlog.note import NOTE_SIZE_MAX
from sceau.tlog.policy import Policy

HASHES_MAX = 63
EXTRA_SIZE_MAX = 1 << 16
PROOF_SIZE_MAX = NOTE_SIZE_MAX + 2 * EXTRA_SIZE_MAX
_HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an entry stands, how it leads to the root, and the checkpoint that signs the root."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The proof's one spelling, which `parse` reads; a file of it is named *.tlog-proof."""
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [_HEADER, *extra, f"index {self.index}", *map(to_base64, self.hashes)]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint


@dataclass(frozen=True, slots=True)
class Verified:
    """What a proof has proven."""

    index: int
    size: int
    origin: str
    witnesses: Mapping[str, int]  # the policy's names, with times in Unix seconds
    witnessed: bool  # the quorum is met; False only where a provisional proof was asked for
    time: int | None  # the entry was in the log by then, if no more witnesses lie than the policy tolerates


def parse(data: bytes) -> Proof:
    """Read a proof, strictly; ProofInvalid for any other spelling. The checkpoint is not read yet."""
    if len(data) > PROOF_SIZE_MAX:
        raise ProofInvalid("a proof this large is none")
    head, separator, checkpoint = data.partition(b"\n\n")
    try:
        header, *lines = head.decode("ascii").split("\n")
        if header != _HEADER or not separator:
            raise ValueError(f"it begins with {_HEADER} and has an empty line")
        extra = unbase64(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index "):
            raise ValueError("no index")
        index, *hashes = lines
        proof = Proof(decimal(index.removeprefix("index ")), tuple(map(tree_hash, hashes)), checkpoint, extra)
    except ValueError as error:
        raise ProofInvalid(f"not a tlog-proof: {error}") from None
    if len(proof.hashes) > HASHES_MAX or len(proof.extra or b"") > EXTRA_SIZE_MAX:
        raise ProofInvalid("too many hashes or too much extra data")
    return proof


def verify(proof: Proof, leaf: bytes, policy: Policy, provisional: bool = False) -> Verified:
    """Verify that the leaf hash (merkle.leaf_hash of the entry) is in a log that the policy believes.

    ProofInvalid if it is not, or, unless `provisional`, if the quorum has not cosigned the checkpoint.
    """
    # 1. A log of the policy signed the checkpoint, and every line of a known witness holds.
    try:
        quorum = policy.met_by(notes.parse(proof.checkpoint))
    except NoteInvalid as error:
        raise ProofInvalid(f"its checkpoint: {error.detail}") from None
    # 2. The leaf leads to the signed root.
    checkpoint = quorum.checkpoint
    verify_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root)
    # 3. Enough witnesses saw it.
    if not quorum.met and not provisional:
        raise ProofInvalid(f"cosigned by {', '.join(quorum.witnesses) or 'nobody'}: the quorum is not met")
    time = witnessed_by(quorum.witnesses, policy) if quorum.met else None
    return Verified(proof.index, checkpoint.size, checkpoint.origin, quorum.witnesses, quorum.met, time)


def witnessed_by(witnesses: Mapping[str, int], policy: Policy) -> int | None:
    """By when the checkpoint existed, Unix seconds; None without witnesses.

    Of the earliest times, one more than the witnesses that may lie (policy.overlap - 1), so that one at least is true.
    """
    times = sorted(witnesses.values())
    return times[max(policy.overlap, 1) - 1] if times else None
