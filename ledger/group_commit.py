"""Group commit: whoever comes first writes for all who wait.

The first caller runs its command at once, alone if nobody else is there: no thread hop. Callers who arrive meanwhile
queue; when the batch is done, the first of them is woken to run the next one for everybody queued by then. Order is the
order of arrival, each caller gets its own outcome, and a lone caller pays for one lock. Callers who are tasks of one
event loop queue without any lock, and one thread hop serves a whole batch.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
BATCH_MAX = 64


class _Ticket(Generic[Item, Result]):
    __slots__ = ("gate", "item", "result")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.result: Result | BaseException | None = None
        self.gate = Lock()
        self.gate.acquire()


class GroupCommit(Generic[Item, Result]):
    """Runs `run` over batches, one at a time; `run` answers each item with a result or an exception, in order."""

    def __init__(
        self, run: Callable[[Sequence[Item]], Sequence[Result | BaseException]], batch_max: int = BATCH_MAX
    ) -> None:
        self._run = run
        self._batch_max = batch_max
        self._queue: deque[_Ticket[Item, Result]] = deque()
        self._lock = Lock()
        self._writing = False
        self._turn = Lock()

    def submit(self, item: Item) -> Result:
        """Run one item, possibly with others; returns its result or raises its exception."""
        ticket: _Ticket[Item, Result] = _Ticket(item)
        with self._lock:
            self._queue.append(ticket)
            leads, self._writing = not self._writing, True
        if not leads:
            ticket.gate.acquire()  # until somebody wrote for us, or it is our turn to write
        if ticket.result is None:
            self._write()
        if isinstance(ticket.result, BaseException):
            raise ticket.result
        return ticket.result  # type: ignore[return-value]

    def exclusively(self, items: Sequence[Item]) -> Sequence[Result | BaseException]:
        """Run a batch of one's own (bulk import), in turn with the others."""
        with self._turn:
            return self._run(items)

    def _write(self) -> None:
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_max))]
        try:
            results = self.exclusively([ticket.item for ticket in batch])
        except BaseException as error:
            results = [error] * len(batch)
        for ticket, result in zip(batch, results, strict=True):
            ticket.result = result
        with self._lock:
            follower = self._queue[0] if self._queue else None
            self._writing = follower is not None
        if follower is not None:
            follower.gate.release()
        for ticket in batch:
            ticket.gate.release()


class AsyncGroupCommit(Generic[Item, Result]):
    """The same for the tasks of one event loop; `run` is called in a thread, one batch at a time."""

    def __init__(
        self, run: Callable[[Sequence[Item]], Sequence[Result | BaseException]], batch_max: int = BATCH_MAX
    ) -> None:
        self._run = run
        self._batch_max = batch_max
        self._queue: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Run one item, possibly with others; returns its result or raises its exception."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue.append((item, answer))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_max))]
            results = await asyncio.to_thread(self._answers, [item for item, _ in batch])
            for (_, answer), result in zip(batch, results, strict=True):
                if answer.cancelled():
                    continue  # the caller left; what was written stays written
                if isinstance(result, BaseException):
                    answer.set_exception(result)
                else:
                    answer.set_result(result)
        self._writer = None

    def _answers(self, items: Sequence[Item]) -> Sequence[Result | BaseException]:
        try:
            return self._run(items)
        except BaseException as error:
            return [error] * len(items)
