"""From the event store to a published log: sequence -> integrate -> sign -> witness -> publish.

A step starts from the last head whose tiles are there, and does no work but for what is new:
    1  the database, the signer and what was published are one history
    2  integrate: tiles of the new events, hashed anew from their rows, made durable
    3  sign: the signer is given the proof that the new head extends its last one
    4  witness: ask for cosignatures until the policy's quorum is met
    5  publish: replace the checkpoint; without its quorum the head stays pending and the old one stands
It may be killed anywhere: the next step finds the same files or makes them again, byte for byte.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple

from sceau.domain.errors import LogBroken, NoteInvalid, ProofInvalid, SignerRefused
from sceau.ledger.head import Head, require_extension, stored_root
from sceau.ledger.log import alarm, compare
from sceau.ledger.log.directory import CHECKPOINT, PENDING, POLICY, PREVIOUS, VKEY, LogDirectory
from sceau.ledger.log.growth import request
from sceau.ledger.log.integrate import integrate
from sceau.ledger.log.signer import HeadMoved, Kept
from sceau.ledger.log.witnessing import ALARM, Answer, Question, Witnesses, known_of
from sceau.ledger.stores.port import Store
from sceau.tlog import note as notes
from sceau.tlog.checkpoint import Checkpoint, open_checkpoint
from sceau.tlog.merkle import EMPTY_ROOT, consistency_proof, root
from sceau.tlog.note import Note, Verifier
from sceau.tlog.policy import Policy
from sceau.tlog.tile import ENTRIES, TILE_WIDTH, Tile, TileReader

REFRESH_SECONDS = 600  # a head that does not grow is cosigned again, so that its age says that the log lives


class Step(NamedTuple):
    """What one step did: `added` leaves, a head of `size`, published if the quorum (always met without one) was met."""

    size: int
    added: int
    published: bool
    answers: tuple[Answer, ...] = ()


class Published(NamedTuple):
    """A head found in the directory; of an empty directory, that of no leaves and no bytes."""

    checkpoint: Checkpoint
    data: bytes


class Follower:
    """Keeps one directory up with one event store. `now` gives Unix seconds. Hold the directory's lock."""

    def __init__(
        self,
        store: Store,
        head: Head,
        directory: LogDirectory,
        policy_text: bytes,
        policy: Policy,
        witnesses: Witnesses,
        now: Callable[[], int],
    ) -> None:
        self._store = store
        self._head = head
        self._directory = directory
        self._policy_text = policy_text
        self._policy = policy
        self._witnesses = witnesses
        self._now = now
        self._log = head.signer.verifier
        self._held: dict[str, tuple[Checkpoint, bytes]] = {}

    def start(self) -> None:
        """Compare the database with signer, directory and what the witnesses show; write policy and key.

        LedgerBehind, LogBroken or WitnessAlarm if they are not one history; whether a witness's smaller tree, or the
        published one, is the beginning of ours is seen in the first step, before anything is signed.
        """
        self._head.check(self._store)
        about = {VKEY: f"{self._log.vkey}\n".encode(), POLICY: self._policy_text}
        if any(self._directory.find(name) != data for name, data in about.items()):
            self._directory.replace(about)
        self._held = compare.with_witnesses(self._head, self._witnesses, self._now)

    def step(self, during: Callable[[int], None] = lambda size: None) -> Step:
        """One pass; see above."""
        before = published(self._directory, CHECKPOINT, self._log)
        kept, reader, added = self._signed(during)
        if not self._stale(before, kept.checkpoint):
            return Step(kept.checkpoint.size, added, True)
        note, answers = self._witnessed(kept, reader, before)
        if not self._policy.met_by(note).met:
            self._wait(before, kept.checkpoint, note)
            return Step(kept.checkpoint.size, added, False, answers)
        self._publish(before, kept.checkpoint, note)
        return Step(kept.checkpoint.size, added, True, answers)

    def _signed(self, during: Callable[[int], None]) -> tuple[Kept, TileReader, int]:
        """Integrate and sign everything stored; the head, the authenticated tiles, and how many leaves are new."""
        self._head.require_calm()
        start = max(published(self._directory, CHECKPOINT, self._log), published(self._directory, PENDING, self._log),
                    key=lambda found: found.checkpoint.size)  # fmt: skip
        where = str(self._directory.path)
        compare.require_none(self._head, self._head.read(), start.checkpoint, start.data, where, "", self._now)
        reader = reader_of(self._directory, start.checkpoint)
        while True:
            kept = self._head.read()
            require_extension(self._store, kept)
            edge = integrate(
                self._store, self._directory, reader, max(self._store.size(), kept.checkpoint.size), during
            )
            new = Checkpoint(self._log.name, edge.size, edge.root())
            reader = reader_of(self._directory, new)
            self._compare(reader, kept)
            try:
                kept = kept if kept.checkpoint == new else self._sign(kept, reader)
            except HeadMoved:  # the issuing process was first
                continue
            except SignerRefused:
                self._require_one_history(start, kept)
                raise
            return kept, reader, kept.checkpoint.size - start.checkpoint.size

    def _sign(self, kept: Kept, reader: TileReader) -> Kept:
        return self._head.signer.sign(request(kept.checkpoint, reader.size, reader.node))

    def _require_one_history(self, before: Published, kept: Kept) -> None:
        """WitnessAlarm if the database is what was signed last, and not what was published: our key signed both."""
        past, last = before.checkpoint, kept.checkpoint
        if not past.size < last.size <= self._store.size() or stored_root(self._store, last.size) != last.root:
            return
        if stored_root(self._store, past.size) != past.root:
            why = f"the {past.size} leaves published are not the first of the {last.size} signed since"
            where, shown = str(self._directory.path), before.data.decode("utf-8", "replace")
            evidence = alarm.Evidence(where, "", why, kept.note.decode(), shown, self._now())
            raise alarm.sound(self._head.alarms, evidence)

    def _stale(self, before: Published, head: Checkpoint) -> bool:
        """Whether to publish: something is new, or the quorum is gone or getting old."""
        if before.checkpoint != head or not before.data:
            return True
        quorum = self._policy.met_by(notes.parse(before.data))
        if not quorum.met:
            return True
        times = sorted(quorum.witnesses.values())  # half of them say an earlier time: no single witness decides
        return bool(times) and abs(self._now() - times[len(times) // 2]) >= REFRESH_SECONDS

    def _witnessed(self, kept: Kept, reader: TileReader, before: Published) -> tuple[Note, tuple[Answer, ...]]:
        """The head with the cosignatures that were given; WitnessAlarm if a witness holds another history."""
        pending = published(self._directory, PENDING, self._log)
        known = known_of(self._policy, {one.checkpoint.size: one.data for one in (before, pending) if one.data})
        note, lock = notes.parse(kept.note), Lock()

        def prove(old: int) -> list[bytes]:
            with lock:  # the reader is for one thread at a time
                return consistency_proof(old, kept.checkpoint.size, reader.node)

        answers = tuple(self._witnesses.cosign(Question(kept.checkpoint, note, known, prove)))
        self._sound(answers, note)
        lines = tuple(answer.line for answer in answers if answer.line is not None)
        return note._replace(signatures=(*note.signatures, *lines)), answers

    def _sound(self, answers: Sequence[Answer], ours: Note) -> None:
        for answer in answers:
            if answer.outcome == ALARM:
                raise self._alarm(answer.name, answer.detail, ours.encode(), answer.theirs)

    def _alarm(self, name: str, why: str, ours: bytes, theirs: bytes | None) -> Exception:
        shown = None if theirs is None else theirs.decode("utf-8", "replace")
        url = self._policy.witnesses[name].url
        evidence = alarm.Evidence(name, url, why, ours.decode(), shown, self._now())
        return alarm.sound(self._head.alarms, evidence)

    def _compare(self, reader: TileReader, kept: Kept) -> None:
        """WitnessAlarm unless what the witnesses showed at the start are beginnings of our tree."""
        for name, (theirs, data) in self._held.items():
            if root(theirs.size, reader.node) != theirs.root:
                raise self._alarm(name, f"another root at {theirs.size} leaves", kept.note, data)
        self._held = {}

    def _wait(self, before: Published, head: Checkpoint, note: Note) -> None:
        """The head is signed and its tiles are there: the next step goes on from it."""
        waited = self._size_of(PENDING)
        self._directory.replace({PENDING: note.encode()})
        self._drop({waited}, {self._size_of(PREVIOUS), before.checkpoint.size, head.size})

    def _publish(self, before: Published, head: Checkpoint, note: Note) -> None:
        """5. Then remove the partial tiles that no reader of this checkpoint or of the one before can ask for."""
        gone = {self._size_of(PREVIOUS), self._size_of(PENDING)}
        grown = {PREVIOUS: before.data} if before.data and before.checkpoint.size < head.size else {}
        self._directory.replace({**grown, CHECKPOINT: note.encode()})
        self._drop(gone, {self._size_of(PREVIOUS), before.checkpoint.size, head.size})

    def _size_of(self, name: str) -> int:
        return published(self._directory, name, self._log).checkpoint.size

    def _drop(self, gone: set[int], kept: set[int]) -> None:
        needed = {folder for size in kept for folder in _edge_folders(size)}
        self._directory.drop([folder for size in gone for folder in _edge_folders(size) if folder not in needed])


def published(directory: LogDirectory, name: str, log: Verifier) -> Published:
    """The head of that name; LogBroken unless our log signed it."""
    data = directory.find(name)
    if data is None:
        return Published(Checkpoint(log.name, 0, EMPTY_ROOT), b"")
    try:
        return Published(open_checkpoint(data, log)[0], data)
    except NoteInvalid as error:
        raise LogBroken(f"{directory.path / name}: {error.detail}") from None


def reader_of(directory: LogDirectory, checkpoint: Checkpoint) -> TileReader:
    """The tiles of a log, its right edge authenticated; LogBroken if they do not give the root."""
    try:
        return TileReader(checkpoint.size, checkpoint.root, directory.read)
    except FileNotFoundError as error:
        raise LogBroken(f"{directory.path}: {error} is missing") from None
    except ProofInvalid as error:
        raise LogBroken(f"{directory.path}: {error.detail}") from None


def _edge_folders(size: int) -> set[str]:
    """The folders of the partial tiles and of the partial bundle of a log of `size` leaves."""
    folders, level, count = set(), 0, size
    while count:
        if count % TILE_WIDTH:
            levels = (level, ENTRIES) if level == 0 else (level,)
            folders |= {Tile(one, count // TILE_WIDTH, TILE_WIDTH).path + ".p" for one in levels}
        level, count = level + 1, count // TILE_WIDTH
    return folders
