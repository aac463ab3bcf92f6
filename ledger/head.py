"""The head kept outside the database: what we once signed, so that a cut tail or an older copy is found.

    head file = {"checkpoint": <signed note>, "frontier": [hex, ...], "last": hex}      JSON, replaced atomically
    note      = origin LF size LF base64(root) LF LF "— " name " " base64(key id || signature) LF      C2SP signed-note

The note is a checkpoint in the format of c2sp.org/tlog-checkpoint, signed with Ed25519. The frontier saves hashing
the whole log again and is believed only as far as it gives the signed root. Several processes share the file under a
lock; it only grows.
"""

import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sceau.domain.errors import LedgerBehind, LogBroken
from sceau.keys.keyring import verify_ed25519
from sceau.keys.signer import Signer
from sceau.ledger.stores.port import Store
from sceau.tlog.merkle import Frontier

_CHUNK = 10_000


class Checkpoint(NamedTuple):
    """What a signed head promises about all leaves so far (c2sp.org/tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The signed text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def note_key_id(name: str, public: bytes) -> bytes:
    """SHA-256(name || LF || 01 || public)[:4] (c2sp.org/signed-note, Ed25519)."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def sign_note(checkpoint: Checkpoint, signer: Signer) -> str:
    """The checkpoint as a signed note under its own origin's name."""
    signature = note_key_id(checkpoint.origin, signer.public) + signer.sign(checkpoint.body().encode())
    return f"{checkpoint.body()}\n— {checkpoint.origin} {base64.b64encode(signature).decode()}\n"


def read_note(note: str, origin: str, public: bytes) -> Checkpoint:
    """The checkpoint of a note; LogBroken unless this key signed it, spelled as `sign_note` spells it."""
    try:
        name, size, root, empty, signature, end = note.split("\n")
        checkpoint = Checkpoint(name, int(size), base64.b64decode(root, validate=True))
        blob = base64.b64decode(signature.removeprefix(f"— {origin} "), validate=True)
        same = checkpoint.body() + f"\n— {origin} {base64.b64encode(blob).decode()}\n" == note
    except ValueError:
        raise LogBroken("the kept head is not a signed note") from None
    if not same or checkpoint.size < 0 or name != origin or empty or end or len(checkpoint.root) != 32:
        raise LogBroken("the kept head is not spelled as we sign it")
    if blob[:4] != note_key_id(origin, public):
        raise LogBroken("the kept head is signed by another key")
    verify_ed25519(public, checkpoint.body().encode(), blob[4:])
    return checkpoint


class Head:
    """The head file of one ledger."""

    def __init__(self, path: Path, origin: str, signer: Signer) -> None:
        self._path = path
        self._origin = origin
        self._signer = signer

    def read(self) -> tuple[Checkpoint, Frontier, str]:
        """The last signed checkpoint, the frontier that gives its root, and the last leaf in hex."""
        if not self._path.exists():
            empty = Frontier()
            return Checkpoint(self._origin, 0, empty.root()), empty, ""
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            note, hashes, last = kept["checkpoint"], [bytes.fromhex(h) for h in kept["frontier"]], kept["last"]
            checkpoint = read_note(note, self._origin, self._signer.public)
            frontier = Frontier(checkpoint.size, hashes)
        except (ValueError, KeyError, TypeError) as error:
            raise LogBroken(f"the head file cannot be read: {error}") from None
        if frontier.root() != checkpoint.root:
            raise LogBroken("the head file's frontier does not give the signed root")
        return checkpoint, frontier, last

    def require(self) -> None:
        """LogBroken if there is no head: after the founding there always is one, so somebody took it away."""
        if not self._path.exists():
            raise LogBroken(f"{self._path} is missing: restore it from the copy kept elsewhere")

    def check(self, store: Store) -> int:
        """LedgerBehind or LogBroken if the database is not an extension of the kept head; returns the kept size."""
        if store.size():
            self.require()
        checkpoint, _, last = self.read()
        _require_extension(store, checkpoint.size, last)
        return checkpoint.size

    def audit(self, store: Store) -> None:
        """As `check`, and the signed root is computed anew from every stored leaf."""
        self.require()
        checkpoint, _, last = self.read()
        _require_extension(store, checkpoint.size, last)
        frontier = Frontier()
        while frontier.size < checkpoint.size:
            frontier.add(store.leaves(frontier.size, min(_CHUNK, checkpoint.size - frontier.size)))
        if frontier.root() != checkpoint.root:
            raise LogBroken(f"the first {checkpoint.size} leaves are not those that were signed")

    def advance(self, store: Store, during: Callable[[int], None] = lambda size: None) -> Checkpoint:
        """Sign a head over everything stored; a smaller database than the kept head is refused."""
        with self._locked():
            checkpoint, frontier, last = self.read()
            _require_extension(store, checkpoint.size, last)
            while leaves := store.leaves(frontier.size, _CHUNK):
                frontier.add(leaves)
                last = leaves[-1].hex()
                during(frontier.size)
            if frontier.size > checkpoint.size or not self._path.exists():
                checkpoint = Checkpoint(self._origin, frontier.size, frontier.root())
                self._write(checkpoint, frontier, last)
            return checkpoint

    def _write(self, checkpoint: Checkpoint, frontier: Frontier, last: str) -> None:
        kept = {
            "checkpoint": sign_note(checkpoint, self._signer),
            "frontier": [h.hex() for h in frontier.hashes],
            "last": last,
        }
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._path.with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _require_extension(store: Store, size: int, last: str) -> None:
    if store.size() < size:
        raise LedgerBehind(f"{store.size()} < {size}")
    if size and store.leaves(size - 1, 1)[0].hex() != last:
        raise LogBroken(f"leaf {size - 1} is not the one that was signed")
