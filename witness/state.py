"""What a witness has cosigned, on disk: after any crash no less than what its answers have said.

    DIR/cosigned/<id>/checkpoint   the latest cosigned checkpoint: a note with the log's line and the witness's
                     /fork         evidence: another root of that size, signed by the log
                     /retired      evidence: a cosignature of this witness that is newer than what it keeps
    DIR/marks/<id>/mark            the body of the latest cosigned checkpoint; size 0 while none was cosigned
                                   id = hex SHA-256(origin); `marks` may lie on another disk

A log has its mark from the day it is enrolled, so "lost" is never taken for "not seen yet". To advance, under the log's
lock (flock: threads and processes alike): 1. the checkpoint is written beside, synced, renamed, its folder synced;
2. so is the mark; 3. only then may the cosignature leave. What is then read as

    no mark, or a mark with a size but no checkpoint                        is lost
    a mark that is none, a checkpoint not signed by both log and witness    was cut, emptied or edited
    a checkpoint smaller than its mark, or of another root at its size      was rolled back

and ends the witness (WitnessRetired): it could no longer tell a fork from growth. A checkpoint larger than its mark is
a crash between 1 and 2, before any answer: it is made durable again, then used. That the whole folder is an older copy
of itself no file can tell: never restore one. It is noticed when the log shows a newer cosignature of ours (`retired`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, NoReturn

from sceau.domain.errors import IntegrityError, NoteInvalid
from sceau.keys import private_file
from sceau.tlog.add_checkpoint import log_id
from sceau.tlog.checkpoint import Checkpoint, open_checkpoint, parse
from sceau.tlog.cosignature import verify_cosignature
from sceau.tlog.merkle import EMPTY_ROOT
from sceau.tlog.note import Verifier
from sceau.whole_file import sync_folder


class WitnessRetired(IntegrityError):
    """What this witness had cosigned is lost, or older than it was: it must not cosign again."""

    code = "integrity.witness_retired"
    fr = "l'état du témoin est perdu ou ancien ({detail}) : retirez-le et fondez-en un autre, de clé et de nom nouveaux"
    en = "the witness's state is lost or old ({detail}): retire it and found another, with a new key and a new name"


class Kept(NamedTuple):
    """The latest cosigned checkpoint, when (Unix seconds), and its note: time 0 and b"" where there is none yet."""

    checkpoint: Checkpoint
    time: int
    note: bytes


class State:
    """The records, in one folder, of the witness that cosigns as `witness` (type 04)."""

    def __init__(self, folder: Path, witness: Verifier) -> None:
        self._folder, self._witness = folder, witness

    def begin(self, log: Verifier) -> None:
        """The mark of a log of which nothing was cosigned; a record that exists stays. For a log being enrolled."""
        record = self._record(log)
        for folder in (record.path.parent, record.mark.parent):
            for made in (folder.parent, folder):
                made.mkdir(0o700, exist_ok=True)
                sync_folder(made.parent)
        if not record.path.exists() and not record.mark.exists():
            _put(record.mark, record.kept.checkpoint.body())

    @contextmanager
    def held(self, log: Verifier) -> Iterator["Record"]:
        """The log's record, held against every other thread and process.

        Raises WitnessRetired if it is not what was kept, another IntegrityError if the disk refuses.
        """
        record = self._record(log)
        if not record.path.parent.is_dir():
            raise WitnessRetired(f"{log.name}: no record")
        with private_file.locked(record.path.parent):
            record.load()
            yield record

    def _record(self, log: Verifier) -> "Record":
        name = log_id(log.name)
        return Record(log, self._witness, self._folder / "cosigned" / name, self._folder / "marks" / name)


class Record:
    """What is kept of one log; `kept` is current while State.held holds it."""

    def __init__(self, log: Verifier, witness: Verifier, folder: Path, mark_folder: Path) -> None:
        self._log, self._witness = log, witness
        self.path, self.mark = folder / "checkpoint", mark_folder / "mark"
        self.fork, self._retired = folder / "fork", folder / "retired"
        self.kept = Kept(Checkpoint(log.name, 0, EMPTY_ROOT), 0, b"")

    def load(self) -> None:
        """Read what was kept, and finish what a crash left unfinished."""
        if self._retired.exists():
            raise WitnessRetired(
                f"{self._log.name}: a newer cosignature of this witness was shown, see {self._retired}"
            )
        marked = self._marked()
        found = _read(self.path)
        if found is not None:
            self.kept = self._opened(found)
        if not extends(self.kept.checkpoint, marked):
            raise WitnessRetired(f"{self._log.name}: the checkpoint of size {marked.size} is lost or rolled back")
        if self.kept.checkpoint != marked:
            self._write(self.kept)

    def keep(self, note: bytes) -> None:
        """Replace what was kept by this cosigned note: durable when this returns, or IntegrityError."""
        kept = self._opened(note)
        if not extends(kept.checkpoint, self.kept.checkpoint):
            raise IntegrityError(f"{self._log.name}: a witness never goes back from {self.kept.checkpoint.size}")
        self._write(kept)
        self.kept = kept

    def retire(self, note: bytes) -> NoReturn:
        """Never cosign this log again: `note` bears a cosignature of ours that is newer than what we keep."""
        _put(self._retired, note.decode())
        raise WitnessRetired(f"{self._log.name}: a newer cosignature of this witness was shown")

    def keep_fork(self, note: bytes) -> None:
        """Keep a checkpoint that the log signed beside the one kept, of its size: the first is proof enough."""
        if not self.fork.exists():
            _put(self.fork, note.decode())

    def _write(self, kept: Kept) -> None:
        body = kept.checkpoint.body()
        _put(self.path, kept.note.decode())
        if _read(self.mark) != body.encode():
            _put(self.mark, body)

    def _marked(self) -> Checkpoint:
        found = _read(self.mark)
        if found is None:
            raise WitnessRetired(f"{self._log.name}: its mark is lost")
        try:
            return parse(found.decode())
        except (NoteInvalid, UnicodeDecodeError):
            raise WitnessRetired(f"{self._log.name}: its mark is cut or edited") from None

    def _opened(self, note: bytes) -> Kept:
        """The checkpoint of a note that log and witness signed; WitnessRetired otherwise."""
        try:
            checkpoint, opened = open_checkpoint(note, self._log)
            times = [verify_cosignature(opened.text, line, self._witness) for line in opened.by(self._witness)]
        except NoteInvalid as error:
            raise WitnessRetired(f"{self._log.name}: {error.detail}") from None
        if not times:
            raise WitnessRetired(f"{self._log.name}: a checkpoint that this witness did not cosign")
        return Kept(checkpoint, max(times), note)


def extends(checkpoint: Checkpoint, older: Checkpoint) -> bool:
    """Whether it may follow `older`, as far as the two alone tell: the same, or larger."""
    return checkpoint == older or (checkpoint.origin == older.origin and checkpoint.size > older.size)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(path: Path, text: str) -> None:
    """Write whole or not at all; durable when this returns."""
    private_file.replace(path, text.encode())
    sync_folder(path.parent)
