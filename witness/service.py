"""The witness itself (c2sp.org/tlog-witness v1.0.0): bytes of a request in, the answer out.

    400   the request or its checkpoint breaks the grammar, or old is beyond the checkpoint
    404   a log that is not configured          403   not signed by that log
    409   old is not the size that is kept, or the same size has another root; the body is the size kept
    422   the proof does not lead from the checkpoint kept to this one
    503   nothing is cosigned now: the disk refuses, the clock stands before the last cosignature, or the state is lost
    200   the cosignatures; the checkpoint was kept durably before

A checkpoint cosigned before is cosigned again; within one second it gets the same lines, without a write.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from sceau.domain.errors import ClockBehind, NoteInvalid, ProofInvalid, SceauError
from sceau.tlog import add_checkpoint, checkpoint, note
from sceau.tlog.add_checkpoint import Request, log_id
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.cosignature import verify_cosignature
from sceau.tlog.merkle import verify_consistency
from sceau.tlog.note import Note, Signature, Verifier
from sceau.witness.logs import Logs
from sceau.witness.state import Kept, Record, State, WitnessRetired, extends

TEXT = "text/plain; charset=utf-8"
_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """An HTTP status, the media type of the body, and the body."""

    status: int
    media_type: str
    body: bytes


class Cosigner(NamedTuple):
    """A key of the witness: `sign(text, time)` cosigns a checkpoint's text at `time`, Unix seconds."""

    verifier: Verifier
    sign: Callable[[str, int], Signature]


class Refused(Exception):
    """The request is answered with something else than cosignatures."""

    def __init__(self, status: int, why: str, body: bytes | None = None) -> None:
        super().__init__(why)
        text = (TEXT, f"{why}\n".encode()) if body is None else (add_checkpoint.SIZE_TYPE, body)
        self.answer = Answer(status, *text)


class Witness:
    """A witness of the configured logs. The first cosigner is of type 04: the state is verified by it."""

    def __init__(self, logs: Logs, state: State, cosigners: Sequence[Cosigner]) -> None:
        self._logs, self._state, self.cosigners = logs, state, tuple(cosigners)

    def add_checkpoint(self, body: bytes, now: int) -> Answer:
        """Answer one request at `now`, Unix seconds; never raises for what a stranger sends or a disk refuses."""
        try:
            lines = self._cosigned(body, now)
        except Refused as refusal:
            return refusal.answer
        except SceauError as error:
            return _failed(error)
        return Answer(200, TEXT, "".join(line.line() for line in lines).encode())

    def latest(self, log_id: str) -> Answer:
        """The latest cosigned checkpoint of a log (hex SHA-256 of its origin), for monitors; 404 if there is none."""
        try:
            log = self._logs.current().get(log_id)
            kept = None if log is None else self._kept(log)
        except SceauError as error:
            return _failed(error)
        if kept is None or not kept.note:
            return Refused(404, "no checkpoint of such a log was cosigned").answer
        return Answer(200, TEXT, kept.note)

    def require_whole(self) -> None:
        """Before it serves: raises WitnessRetired if what was cosigned for any log is lost or old."""
        for log in self._logs.current().values():
            self._kept(log)

    def _kept(self, log: Verifier) -> Kept:
        with self._state.held(log) as record:
            return record.kept

    def _cosigned(self, body: bytes, now: int) -> Sequence[Signature]:
        # 1. The grammar of the request and of its checkpoint.
        request, opened, found = _parsed(body)
        # 2. A log that we witness, by its origin, and its signature.
        log = self._logs.current().get(log_id(found.origin))
        if log is None:
            raise Refused(404, "not a log of this witness")
        shown = Note(opened.text, (_signature_of(log, opened),))
        # 3. The checkpoint can extend the old one.
        if request.old > found.size:
            raise Refused(400, "old is beyond the checkpoint")
        cosigned_before = self._is_ours(opened)
        with self._state.held(log) as record:
            # 4. We know all that we have cosigned; the old size is the one that we keep; the proof leads from there.
            if cosigned_before and not extends(record.kept.checkpoint, found):
                record.retire(opened.encode())
            _require_extension(request, found, shown, record)
            # 5. Cosign, keep, and only then let the cosignatures leave.
            return self._sign(record, shown, now)

    def _is_ours(self, opened: Note) -> bool:
        """Whether this witness cosigned it before; a line in our name that does not hold says nothing."""
        ours = self.cosigners[0].verifier
        for line in opened.by(ours):
            with suppress(NoteInvalid):
                verify_cosignature(opened.text, line, ours)
                return True
        return False

    def _sign(self, record: Record, shown: Note, now: int) -> Sequence[Signature]:
        if now < record.kept.time:
            raise ClockBehind(str(record.kept.time - now))
        if now == record.kept.time:
            kept = note.parse(record.kept.note)
            if kept.text == shown.text:
                return kept.signatures[1:]
        lines = tuple(cosigner.sign(shown.text, now) for cosigner in self.cosigners)
        record.keep(Note(shown.text, (*shown.signatures, *lines)).encode())
        return lines


def _parsed(body: bytes) -> tuple[Request, Note, Checkpoint]:
    try:
        request = add_checkpoint.parse(body)
        opened = note.parse(request.checkpoint)
        return request, opened, checkpoint.parse(opened.text)
    except NoteInvalid as error:
        raise Refused(400, error.detail) from None


def _signature_of(log: Verifier, opened: Note) -> Signature:
    try:
        note.require_signed(opened, log)
    except NoteInvalid:
        raise Refused(403, "not signed by the log's key") from None
    return opened.by(log)[0]


def _require_extension(request: Request, found: Checkpoint, shown: Note, record: Record) -> None:
    kept = record.kept.checkpoint
    if found.size == kept.size and found.root != kept.root:
        record.keep_fork(shown.encode())
        raise Refused(409, "another root at this size", add_checkpoint.encode_size(kept.size))
    if request.old != kept.size:
        raise Refused(409, "another size is kept", add_checkpoint.encode_size(kept.size))
    try:
        verify_consistency(request.old, found.size, kept.root, found.root, request.proof)
    except ProofInvalid as error:
        raise Refused(422, error.detail) from None


def _failed(error: SceauError) -> Answer:
    _log.error("nothing is cosigned: %s", error)
    retired = isinstance(error, WitnessRetired)
    return Refused(503, "this witness is retired" if retired else "nothing is cosigned now: ask again").answer
