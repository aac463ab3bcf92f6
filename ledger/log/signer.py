"""The signer of the log's heads, which remembers what it signed: no database can make it sign a fork.

    state file = {"checkpoint": <signed note>, "last": hex, "path": [hex, ...]}            JSON, replaced atomically

`last` is the last leaf and `path` its inclusion proof. The path is also the frontier of all leaves before, so whoever
reads the state can go on from there without hashing the log again, and the state proves itself.

    sign:  1  the same log   2  what the caller extends is what we signed last (compare)   3  it is no smaller
           4  a consistency proof leads from our last head to the new one   5  the last leaf is proven
           6  written and synced (swap); only then is the signature given out

Nobody signs without a state: it begins with the empty tree at the founding, and losing it is a refusal, never a reset.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from sceau.domain.errors import LogBroken, LogUnavailable, NoteInvalid, ProofInvalid, SignerRefused
from sceau.keys import private_file
from sceau.keys.signer import Signer
from sceau.tlog import receipt as receipts
from sceau.tlog.checkpoint import Checkpoint, open_checkpoint
from sceau.tlog.line import to_base64
from sceau.tlog.merkle import EMPTY_ROOT, Frontier, verify_consistency, verify_inclusion
from sceau.tlog.note import ED25519, Verifier

LOST = "never restore an older state; end this log as it stands and begin a new one with a new origin"


class HeadMoved(Exception):  # never leaves the ledger: the caller reads the new head and asks again
    """Another writer had a later head signed."""


class Tip(NamedTuple):
    """The last leaf of a tree and its inclusion proof; of the empty tree, nothing."""

    last: bytes = b""
    path: tuple[bytes, ...] = ()

    def frontier(self, checkpoint: Checkpoint) -> Frontier:
        """The tree's frontier; ProofInvalid if this is not the tip of that tree."""
        if not checkpoint.size:
            return Frontier()
        verify_inclusion(checkpoint.size - 1, checkpoint.size, self.last, self.path, checkpoint.root)
        frontier = Frontier(checkpoint.size - 1, reversed(self.path))
        frontier.add([self.last])
        return frontier


class Kept(NamedTuple):
    """The last head that was signed."""

    checkpoint: Checkpoint
    note: bytes
    tip: Tip


class SigningRequest(NamedTuple):
    """A head to sign, the size of the one it extends, and the proofs of both (RFC 6962 section 2.1)."""

    old: int
    checkpoint: Checkpoint
    proof: tuple[bytes, ...]
    tip: Tip


class CheckpointSigner(Protocol):
    """Whoever signs heads: the state file in this process, or a process of its own."""

    @property
    def verifier(self) -> Verifier:
        """The log's name and public key."""

    def latest(self) -> Kept:
        """The last head signed, verified; LogBroken if there is none or it is not as it was written."""

    def sign(self, request: SigningRequest) -> Kept:
        """Sign a head; SignerRefused if it does not extend the last one, HeadMoved if that is not `request.old`."""

    def receipt(self, note: bytes, index: int, hashes: Sequence[bytes]) -> bytes:
        """The COSE receipt of a leaf under a head that this key signed; SignerRefused for any other head."""


class StateFile:
    """The signer over its state file; any number of processes may share it."""

    def __init__(self, path: Path, origin: str, signer: Signer) -> None:
        self.path = path
        self._origin = origin
        self._signer = signer

    @property
    def verifier(self) -> Verifier:
        """See CheckpointSigner."""
        return Verifier(self._origin, ED25519, self._signer.public)

    def create(self) -> None:
        """Begin a log, with the empty tree; SignerRefused if there is a state already."""
        with private_file.locked(self.path.parent):
            if self.path.exists():
                raise SignerRefused(
                    f"{self.path} holds a log's state already", why_fr=f"{self.path} contient déjà l'état d'un journal"
                )
            self._write(Checkpoint(self._origin, 0, EMPTY_ROOT), Tip())

    def latest(self) -> Kept:
        """See CheckpointSigner."""
        if not self.path.exists():
            raise LogBroken(f"{self.path} is missing: {LOST}")
        return self._parse(private_file.read(self.path))

    def sign(self, request: SigningRequest) -> Kept:
        """See CheckpointSigner."""
        with private_file.locked(self.path.parent):
            kept, new = self.latest(), request.checkpoint
            # 1. The same log.
            if new.origin != self._origin:
                raise SignerRefused(
                    f"asked for a head of {new.origin}, signs for {self._origin}",
                    why_fr=f"on demande une tête de {new.origin}, il signe pour {self._origin}",
                )
            # 2. Compare.
            if request.old != kept.checkpoint.size:
                raise HeadMoved(f"{kept.checkpoint.size}")
            # 3. to 5. The new tree begins with the old one, and ends with the leaf that is said to be its last.
            _require_extension(kept.checkpoint, request)
            if new == kept.checkpoint:
                return kept
            # 6. Swap; leaving the lock syncs the folder.
            return self._write(new, request.tip)

    def receipt(self, note: bytes, index: int, hashes: Sequence[bytes]) -> bytes:
        """See CheckpointSigner: its own signature on the note says that the root was signed before."""
        try:
            head = open_checkpoint(note, self.verifier)[0]
            return receipts.make(head.size, index, hashes, head.root, head.origin, self._signer)
        except (NoteInvalid, ProofInvalid) as error:
            raise SignerRefused(f"no receipt: {error.detail}", why_fr="pas de reçu de sa dernière tête") from None

    def _write(self, checkpoint: Checkpoint, tip: Tip) -> Kept:
        note = checkpoint.sign(self._signer).encode()
        state = {"checkpoint": note.decode(), "last": tip.last.hex(), "path": [h.hex() for h in tip.path]}
        try:
            private_file.replace(self.path, json.dumps(state, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise LogUnavailable.of(self.path, error) from None
        return Kept(checkpoint, note, tip)

    def _parse(self, data: bytes) -> Kept:
        try:
            state = json.loads(data)
            note = state["checkpoint"].encode()
            tip = Tip(bytes.fromhex(state["last"]), tuple(bytes.fromhex(h) for h in state["path"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LogBroken(f"{self.path} cannot be read: {error}") from None
        return opened(note, tip, self.verifier, str(self.path))


def opened(note: bytes, tip: Tip, verifier: Verifier, where: str) -> Kept:
    """The kept head of these parts; LogBroken unless the log signed the note, alone, and the tip is its tree's."""
    try:
        checkpoint, parsed = open_checkpoint(note, verifier)
        tip.frontier(checkpoint)
    except (NoteInvalid, ProofInvalid) as error:
        raise LogBroken(f"{where}: the kept head is not as it was signed: {error.detail}") from None
    if len(parsed.signatures) != 1 or parsed.text != checkpoint.body():
        raise LogBroken(f"{where}: the kept head is not spelled as it was signed")
    return Kept(checkpoint, note, tip)


def _require_extension(old: Checkpoint, request: SigningRequest) -> None:
    new = request.checkpoint
    try:
        verify_consistency(old.size, new.size, old.root, new.root, request.proof)
        request.tip.frontier(new)
    except (ProofInvalid, ValueError) as error:
        raise SignerRefused(
            f"{_named(new)} does not extend {_named(old)}, the last head signed: {error}",
            why_fr=f"{_named(new)} ne prolonge pas {_named(old)}, la dernière tête signée",
        ) from None


def _named(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.size} {to_base64(checkpoint.root)}"
