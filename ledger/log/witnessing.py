"""Asking the witnesses of a policy, all at once, until they are enough or time is up (c2sp.org/tlog-witness).

    POST <url>/add-checkpoint                        old size, proof, checkpoint -> cosignature lines
         409: it holds another size -> once more from there        422, or more than we have: let it show that
    GET  <url>/<hex SHA-256(origin)>/checkpoint      what it has cosigned last

A line is kept only when it verifies. A witness that does not answer in time is not asked again before it has: one slow
witness costs one thread. ALARM takes a checkpoint that our log signed, that the witness cosigned, and that we do not
extend; a status code alone is nobody's word, and a witness that shows no more than that is lying.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sceau.domain.errors import LogBroken, NoteInvalid, ProofInvalid
from sceau.ledger.log.post import Call, NotAnswered
from sceau.tlog import add_checkpoint
from sceau.tlog.checkpoint import Checkpoint, open_checkpoint
from sceau.tlog.cosignature import verify_cosignature
from sceau.tlog.merkle import verify_consistency
from sceau.tlog.note import Note, Signature, parse
from sceau.tlog.policy import Policy, Witness

SIGNED, SLOW, DOWN, LYING, ROLLED_BACK, ALARM = "signed", "slow", "down", "lying", "rolled back", "alarm"
TIMEOUT_SECONDS = 5.0
GRACE_SECONDS = 0.25  # for the others, once the quorum has signed
_OK, _CONFLICT, _UNPROCESSABLE = 200, 409, 422
Prove = Callable[[int], list[bytes]]


class Answer(NamedTuple):
    """What came of asking one witness; `line` and `at` (Unix seconds) where it signed, `theirs` where it alarms."""

    name: str
    outcome: str
    detail: str = ""
    line: Signature | None = None
    at: int = 0
    theirs: bytes | None = None


class Question(NamedTuple):
    """A signed checkpoint, what each witness is known to hold, and proofs from any size to this one."""

    checkpoint: Checkpoint
    note: Note
    known: Mapping[str, int]
    prove: Prove


class Witnesses:
    """The witnesses of one policy that have an address."""

    def __init__(self, policy: Policy, call: Call, timeout: float = TIMEOUT_SECONDS) -> None:
        self.policy = policy
        self._call = call
        self._timeout = timeout
        self._asked = {name: witness for name, witness in policy.witnesses.items() if witness.url}
        self._threads: dict[str, threading.Thread] = {}

    def cosign(self, question: Question) -> list[Answer]:
        """Ask for cosignatures until the quorum is met or time is up; returns every witness's answer, by name."""
        lines = list(question.note.signatures)

        def enough(answer: Answer) -> bool:
            if answer.line is not None:
                lines.append(answer.line)
            return self.policy.met_by(question.note._replace(signatures=tuple(lines))).met

        return self._all(lambda name, witness: self._cosigned(name, witness, question), enough)

    def held(self, origin: str) -> dict[str, tuple[Checkpoint, bytes]]:
        """What each witness has cosigned last, of those that tell: a checkpoint that our log signed, and it too."""
        found: dict[str, tuple[Checkpoint, bytes]] = {}
        path = add_checkpoint.monitor_path(origin)

        def ask(name: str, witness: Witness) -> Answer:
            status, body = self._call("GET", _join(witness.url, path), b"", self._timeout)
            if status == _OK and (kept := self._checkpoint(witness, body)):
                found[name] = kept, body
            return Answer(name, SIGNED)

        self._all(ask, lambda answer: False)
        return dict(found)

    def _checkpoint(self, witness: Witness, body: bytes) -> Checkpoint | None:
        """The checkpoint, if our log signed it and the witness cosigned it; None for what is nobody's word."""
        try:
            checkpoint, note = open_checkpoint(body, self.policy.log)
            for line in note.by(witness.verifier):
                verify_cosignature(note.text, line, witness.verifier)
                return checkpoint
        except NoteInvalid:
            return None
        return None

    def _all(self, ask: Callable[[str, Witness], Answer], enough: Callable[[Answer], bool]) -> list[Answer]:
        """Ask each in a thread of its own; who has not answered at the end is slow."""
        answers = {name: Answer(name, SLOW) for name in self._asked}
        arrived: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        waiting = {name for name in self._asked if self._started(name, ask, arrived)}
        deadline = time.monotonic() + self._timeout
        while waiting:
            try:
                answer = arrived.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            answers[answer.name] = answer
            waiting.discard(answer.name)
            if enough(answer):
                deadline = min(deadline, time.monotonic() + GRACE_SECONDS)
        return list(answers.values())

    def _started(self, name: str, ask: Callable[[str, Witness], Answer], arrived: "queue.SimpleQueue[Answer]") -> bool:
        before = self._threads.get(name)
        if before is not None and before.is_alive():
            return False
        witness = self._asked[name]
        thread = threading.Thread(target=lambda: arrived.put(_heard(name, witness, ask)), name=name, daemon=True)
        self._threads[name] = thread
        thread.start()
        return True

    def _cosigned(self, name: str, witness: Witness, question: Question) -> Answer:
        """One witness: ask from what it is known to hold, once more from what it says it holds."""
        old, size = question.known.get(name, 0), question.checkpoint.size
        status, body = self._post(witness, question, old)
        if status == _CONFLICT:
            held = add_checkpoint.parse_size(body)
            if held > size or held == old:
                why = (
                    f"it has cosigned {held} leaves, we have {size}"
                    if held > size
                    else f"another root at {held} leaves"
                )
                return self._shown(name, witness, question, why)
            if held < old:
                return Answer(name, ROLLED_BACK, f"it cosigned {old} leaves and now knows {held}")
            status, body = self._post(witness, question, old := held)
            if status == _CONFLICT and add_checkpoint.parse_size(body) == held:
                return self._shown(name, witness, question, f"another root at {held} leaves")
        if status == _UNPROCESSABLE:
            return self._shown(name, witness, question, f"our log does not extend the {old} leaves that it cosigned")
        if status != _OK:
            return Answer(name, DOWN, f"HTTP {status}")
        return _verified(name, witness, question, body)

    def _post(self, witness: Witness, question: Question, old: int) -> tuple[int, bytes]:
        request = add_checkpoint.Request(old, tuple(question.prove(old)), question.note.encode())
        return self._call("POST", _join(witness.url, "add-checkpoint"), request.encode(), self._timeout)

    def _shown(self, name: str, witness: Witness, question: Question, why: str) -> Answer:
        """ALARM if what the witness itself shows bears out what it says; else it is lying."""
        try:
            status, body = self._call(
                "GET", _join(witness.url, add_checkpoint.monitor_path(question.checkpoint.origin)), b"", self._timeout
            )
        except NotAnswered as error:
            return Answer(name, LYING, f"says '{why}' and shows nothing: {error}")
        theirs = self._checkpoint(witness, body) if status == _OK else None
        if theirs is None:
            return Answer(name, LYING, f"says '{why}' and shows no checkpoint that our log and it have signed")
        if _extends(question, theirs):
            return Answer(name, LYING, f"says '{why}' and shows {theirs.size} leaves, which we extend")
        return Answer(name, ALARM, why, theirs=body)


def _heard(name: str, witness: Witness, ask: Callable[[str, Witness], Answer]) -> Answer:
    try:
        return ask(name, witness)
    except NotAnswered as error:
        return Answer(name, SLOW if error.slow else DOWN, str(error))
    except NoteInvalid as error:
        return Answer(name, LYING, error.detail)
    except (LogBroken, ProofInvalid, OSError) as error:
        return Answer(name, DOWN, f"our own tiles do not prove it: {error}")
    except Exception as error:  # a witness is a stranger: whatever its answer breaks, the others are still heard
        return Answer(name, LYING, f"{type(error).__name__}: {error}"[:200])


def _verified(name: str, witness: Witness, question: Question, body: bytes) -> Answer:
    """Its own line, verified; NoteInvalid if it gave none, or one that does not hold. Other lines are ignored."""
    for line in add_checkpoint.parse_cosignatures(body):
        if line[:2] == (witness.verifier.name, witness.verifier.key_id):
            at = verify_cosignature(question.note.text, line, witness.verifier)
            return Answer(name, SIGNED, line=line, at=at)
    raise NoteInvalid("no signature of its own in its answer")


def _extends(question: Question, theirs: Checkpoint) -> bool:
    """Whether our checkpoint's tree begins with theirs."""
    ours = question.checkpoint
    if theirs.size > ours.size:
        return False
    proof = question.prove(theirs.size)
    try:
        verify_consistency(theirs.size, ours.size, theirs.root, ours.root, proof)
    except ProofInvalid:
        return False
    return True


def _join(url: str, path: str) -> str:
    return f"{url.rstrip('/')}/{path}"


def known_of(policy: Policy, notes: Mapping[int, bytes]) -> dict[str, int]:
    """The largest size at which each witness stands in these checkpoints, keyed by their sizes."""
    return {
        name: max(sizes)
        for name, witness in policy.witnesses.items()
        if (sizes := [size for size, note in notes.items() if parse(note).by(witness.verifier)])
    }
