"""The application: every command goes through `execute`, every answer is the truth about what is stored.

    execute:  decide in order -> sign -> lock, check, insert, commit -> answer

A batch is decided in memory against streams whose signatures were verified; the store then checks, under its lock,
that nothing relied upon has moved. If something has, or if a command was refused on what may be old news, it is decided
again with the lock in hand, where nobody else can write: no command loses a race twice (ADR 0012). An error is never a
"no": whatever went wrong while committing, the receipts are read back under the lock before anybody is told.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import NamedTuple, Self

from sceau.domain import canonical
from sceau.domain.draft import Draft
from sceau.domain.erasure import ErasureOrdered
from sceau.domain.errors import CommandReused, LogBroken, SceauError, StoreUnavailable
from sceau.ledger import decide, decide_erasure, envelope, erasures
from sceau.ledger.commands import Command, ConfirmClock, EraseDocument, IssueDocument, asked
from sceau.ledger.event_times import EventTimes
from sceau.ledger.group_commit import AsyncGroupCommit, GroupCommit
from sceau.ledger.head import Head
from sceau.ledger.states import Batch, States
from sceau.ledger.stores.port import Conflict, EventRow, Receipt, Store
from sceau.ledger.unit import Pen, Unit

_TAIL = 1_000


class Outcome(NamedTuple):
    """What a command wrote: its events, the last of them being the one it was about."""

    events: tuple[tuple[str, int], ...]
    repeated: bool = False

    @property
    def number(self) -> str:
        """The number of the act, document, office or key that the command was about."""
        return self.events[-1][0].partition(":")[2]


class Issuance:
    """One ledger in this process. Thread-safe; any number of processes may share the database."""

    def __init__(
        self,
        store: Store,
        states: States,
        pen: Pen,
        tools: decide.Tools,
        mac_key: bytes,
        clock: Callable[[], int],
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self.store = store
        self.states = states
        self.pen = pen
        self.tools = tools
        self._mac_key = mac_key
        self._committed = committed
        self._group: GroupCommit[Command, Outcome] = GroupCommit(self._run)
        self._tasks: AsyncGroupCommit[Command, Outcome] = AsyncGroupCommit(self._run)
        self._deciding = Lock()
        self._latest: Batch | None = None
        self._rivals = False  # another process was writing to our streams when we last looked
        self._times = EventTimes(store, clock)

    def start(self, head: Head) -> Self:
        """Refuse to issue on a database or vault older than what we signed, and while a witness's alarm stands."""
        head.check(self.store)
        self._times.require_calm = head.require_calm
        size = self.store.size()
        rows = self.store.follow(max(0, size - _TAIL), _TAIL)
        used = {part.key_id for row in rows for part in envelope.parse(row.state).sealed}
        self.pen.vault.check_covers(sorted(used - erasures.ordered(self.store).keys()))
        return self

    def execute(self, command: Command) -> Outcome:
        """Carry out one command durably, or raise; on StoreUnavailable repeat it with the same id."""
        return self._group.submit(command)

    async def submit(self, command: Command) -> Outcome:
        """`execute` for the tasks of one event loop."""
        return await self._tasks.submit(command)

    def execute_many(self, commands: Sequence[Command]) -> Sequence[Outcome | BaseException]:
        """Carry out many in one transaction; a refused one does not hinder the others."""
        return self._run(commands, lambda: None)

    def preview(self, command: IssueDocument) -> Draft:
        """What the paper would say, with every check of issuing but nothing numbered, sealed or written."""
        with self._quiet():
            self._look(self.states.catch_up)
            return decide.draft(self._unit(Batch(self.states), command), command)

    def foresee(self, command: EraseDocument) -> ErasureOrdered:
        """What would be ordered erased, with every check of the order but nothing written."""
        with self._quiet():
            self._look(self.states.catch_up)
            return decide_erasure.order(self._unit(Batch(self.states), command), command)

    def _run(self, commands: Sequence[Command], decided: Callable[[], None]) -> Sequence[Outcome | BaseException]:
        if self._rivals:
            return self._settle(commands)
        with self._deciding:
            batch = Batch(self.states, self._latest)
            units = [self._decided(batch, command) for command in commands]
            self._latest = batch
        try:
            stands = batch.on_rock()
            decided()  # one batch is committed, one decided, and meanwhile the others gather
            return self._write(batch, commands, units) if stands else self._overtaken(batch, commands)
        finally:
            batch.end()
            with self._deciding:
                if self._latest is batch:
                    self._latest = None

    def _write(
        self, batch: Batch, commands: Sequence[Command], units: "Sequence[_Decided | BaseException]"
    ) -> Sequence[Outcome | BaseException]:
        """Commit a batch and answer its callers."""
        try:
            self._append(batch, units)
        except Conflict:
            return self._overtaken(batch, commands)
        except StoreUnavailable as error:
            self._forget()
            return self._read_back(commands, error)
        refused = [command for command, unit in zip(commands, units, strict=True) if isinstance(unit, SceauError)]
        settled = iter(self._settle(refused) if refused else ())
        return [next(settled) if isinstance(unit, SceauError) else _told(unit) for unit in units]

    def _overtaken(self, batch: Batch, commands: Sequence[Command]) -> Sequence[Outcome | BaseException]:
        """Nothing of the batch was written."""
        batch.end()
        return self._settle(commands)

    def _settle(self, commands: Sequence[Command]) -> Sequence[Outcome | BaseException]:
        """Answer with the write lock in hand; a command id that comes twice is looked at twice."""
        firsts: dict[bytes, Command] = {}
        for command in commands:
            firsts.setdefault(command.command_id, command)
        with self._quiet():
            answers = self._final(list(firsts.values()))
        return [
            answers[command.command_id] if firsts[command.command_id] is command else self._settle([command])[0]
            for command in commands
        ]

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """No batch of this process is being decided or committed."""
        with self._deciding:
            if self._latest is not None:
                self._latest.await_end()
            yield

    def _final(self, commands: Sequence[Command]) -> "_Answers":
        """The answers to commands of different ids, none of which is asked of again."""
        try:
            try:
                return self._exclusively(commands, self.states.catch_up)
            except Conflict:  # we remember what never was
                return self._exclusively(commands, self.states.forget)
        except Conflict as error:
            raise LogBroken(f"nobody else was writing, and yet: {error}") from None
        except StoreUnavailable as error:
            self._forget()
            return dict(zip([one.command_id for one in commands], self._read_back(commands, error), strict=True))

    def _exclusively(self, commands: Sequence[Command], refresh: Callable[[], bool]) -> "_Answers":
        """While nobody else writes: what was carried out before is answered, the rest is decided and written."""
        with self.store.exclusive():
            self._rivals = self._look(refresh)
            answers = self._carried_out(commands)
            left = [command for command in commands if command.command_id not in answers]
            batch = Batch(self.states)
            units = [self._decided(batch, command) for command in left]
            self._append(batch, units)
        return answers | {command.command_id: _told(unit) for command, unit in zip(left, units, strict=True)}

    def _look(self, refresh: Callable[[], bool]) -> bool:
        """What others wrote, while nothing of ours is under way."""
        self._times.settle()
        return refresh()

    def _decided(self, batch: Batch, command: Command) -> "_Decided | BaseException":
        try:
            unit = self._unit(batch, command)
            decide.decide(unit, self.tools)
            written = tuple([(row.stream, row.version) for row in unit.rows])
            receipt = Receipt(command.command_id, unit.mac, canonical.encode_ordered(written))
            unit.accept()
            return _Decided(unit.rows, receipt, Outcome(written))
        except Exception as error:  # the others of the batch go on
            return error

    def _unit(self, batch: Batch, command: Command) -> Unit:
        return Unit(batch, self.pen, command, self._mac(command), self._times.next(type(command) is ConfirmClock))

    def _append(self, batch: Batch, units: "Sequence[_Decided | BaseException]") -> None:
        written = [unit for unit in units if isinstance(unit, _Decided)]
        if written:
            rows = [row for one in written for row in one.rows]
            first = self.store.append(rows, [one.receipt for one in written], batch.expected())
            self.states.wrote(first, len(rows))
            self._committed()
        batch.keep()

    def _read_back(self, commands: Sequence[Command], error: StoreUnavailable) -> Sequence[Outcome | BaseException]:
        """After a failed commit: what is stored decides; if even that cannot be read, the outcome stays unknown."""
        try:
            receipts = self.store.settled_receipts([command.command_id for command in commands])
        except SceauError:
            return [error] * len(commands)
        return [self._from_receipt(receipts.get(command.command_id), command) or error for command in commands]

    def _carried_out(self, commands: Sequence[Command]) -> "_Answers":
        """The outcomes of those commands that have a receipt."""
        receipts = self.store.find_receipts([command.command_id for command in commands])
        found = {one.command_id: self._from_receipt(receipts.get(one.command_id), one) for one in commands}
        return {id: answer for id, answer in found.items() if answer is not None}

    def _from_receipt(self, receipt: Receipt | None, command: Command) -> Outcome | SceauError | None:
        if receipt is None:
            return None
        if not hmac.compare_digest(receipt.mac, self._mac(command)):
            return CommandReused(command.command_id.hex())
        outcome = _outcome(receipt.outcome)
        rows = self.store.find(outcome.events)
        told = [envelope.parse(row.state).meta.command_id == command.command_id for row in rows]
        if len(told) != len(outcome.events) or not all(told):
            return LogBroken(f"the receipt of {command.command_id.hex()} tells of events of another command")
        return outcome._replace(repeated=True)

    def _mac(self, command: Command) -> bytes:
        return hashlib.blake2b(canonical.encode_ordered(asked(command)), key=self._mac_key, digest_size=16).digest()

    def _forget(self) -> None:
        self.states.forget()
        with suppress(StoreUnavailable):  # then nothing can be written either; the next command asks again
            self._times.look()


class _Decided(NamedTuple):
    rows: list[EventRow]
    receipt: Receipt
    outcome: Outcome


_Answers = dict[bytes, Outcome | BaseException]  # by command id


def _told(unit: _Decided | BaseException) -> Outcome | BaseException:
    return unit.outcome if isinstance(unit, _Decided) else unit


def _outcome(receipt: bytes) -> Outcome:
    return Outcome(tuple((stream, version) for stream, version in canonical.decode(receipt)))
