"""Checkpoints (c2sp.org/tlog-checkpoint v1.0.0): what a log promises about all its leaves so far.

    text = origin LF size LF base64(root) LF (extension LF)*

Extension lines are not empty; we read them, since a signature covers them, but write none and believe none.
"""

from typing import NamedTuple

from sceau.domain.errors import NoteInvalid
from sceau.keys.keyring import Signer
from sceau.tlog import note as notes
from sceau.tlog.line import decimal, to_base64, tree_hash
from sceau.tlog.merkle import EMPTY_ROOT
from sceau.tlog.note import Note, Verifier


class Checkpoint(NamedTuple):
    """The root over the first `size` leaves of the log named `origin`."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    def sign(self, signer: Signer) -> Note:
        """The checkpoint as a note signed by the log's own key, whose name is the origin."""
        return Note(self.body(), (notes.sign(self.body(), self.origin, signer),))


def parse(text: str) -> Checkpoint:
    """The checkpoint of a note's text; NoteInvalid for any other spelling."""
    try:
        origin, size, root, *extensions, end = text.split("\n")
        checkpoint = Checkpoint(origin, decimal(size), tree_hash(root))
    except ValueError as error:
        raise NoteInvalid(f"not a checkpoint: {error}") from None
    if end or not origin or not all(extensions):
        raise NoteInvalid("not a checkpoint: an empty line, or no LF at the end")
    if not checkpoint.size and checkpoint.root != EMPTY_ROOT:
        raise NoteInvalid("not a checkpoint: the empty tree has one root only")
    return checkpoint


def open_checkpoint(data: bytes, log: Verifier) -> tuple[Checkpoint, Note]:
    """The checkpoint of a note that this log signed; NoteInvalid otherwise."""
    note = notes.parse(data)
    checkpoint = parse(note.text)
    if checkpoint.origin != log.name:
        raise NoteInvalid(f"a checkpoint of {checkpoint.origin}, not of {log.name}")
    notes.require_signed(note, log)
    return checkpoint, note
