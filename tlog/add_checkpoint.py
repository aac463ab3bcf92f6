"""The request to a witness (c2sp.org/tlog-witness v1.0.0, add-checkpoint), and its answers.

request  = "old " decimal LF (base64(hash) LF)* LF checkpoint           at most 63 hashes
200      = signature line+                                              cosignatures
409      = decimal LF, text/x.tlog.size                                 the size that the witness holds
"""

import hashlib
from typing import NamedTuple

from sceau.domain.errors import NoteInvalid
from sceau.tlog.line import decimal, to_base64, tree_hash
from sceau.tlog.note import NOTE_SIZE_MAX, Signature, decode, parse_signatures

HASHES_MAX = 63
REQUEST_SIZE_MAX = NOTE_SIZE_MAX
SIZE_TYPE = "text/x.tlog.size"


class Request(NamedTuple):
    """A checkpoint, and the proof that it extends the one of `old` leaves."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes  # the signed note, byte for byte

    def encode(self) -> bytes:
        """The body to POST."""
        lines = [f"old {self.old}", *map(to_base64, self.proof)]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint


def log_id(origin: str) -> str:
    """The name of a log in a witness's addresses: SHA-256 of its origin, in hex."""
    return hashlib.sha256(origin.encode()).hexdigest()


def monitor_path(origin: str) -> str:
    """Where, below its address, a witness shows the checkpoint that it cosigned last."""
    return f"{log_id(origin)}/checkpoint"


def parse(data: bytes) -> Request:
    """Read a request; NoteInvalid for any other spelling. The checkpoint is not read yet."""
    head, separator, checkpoint = decode(data).partition("\n\n")
    first, *hashes = head.split("\n")
    if not separator or not first.startswith("old "):
        raise NoteInvalid("not a request: old size, hashes, an empty line, a checkpoint")
    if len(hashes) > HASHES_MAX:
        raise NoteInvalid(f"not a request: more than {HASHES_MAX} hashes")
    try:
        old = decimal(first.removeprefix("old "))
        return Request(old, tuple(map(tree_hash, hashes)), checkpoint.encode())
    except ValueError as error:
        raise NoteInvalid(f"not a request: {error}") from None


def parse_cosignatures(body: bytes) -> tuple[Signature, ...]:
    """The lines of a witness's answer 200; nothing is verified."""
    return parse_signatures(decode(body))


def encode_size(size: int) -> bytes:
    """The body of an answer 409: the size that the witness holds."""
    return b"%d\n" % size


def parse_size(body: bytes) -> int:
    """The size in an answer 409; NoteInvalid for any other spelling."""
    text = decode(body)
    try:
        if not text.endswith("\n"):
            raise ValueError("no LF at the end")
        return decimal(text[:-1])
    except ValueError as error:
        raise NoteInvalid(f"not a size: {error}") from None
