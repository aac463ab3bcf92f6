"""Group commit: whoever comes first writes for all who wait.

The first caller runs its command at once, alone if nobody else is there: no thread hop. Callers who arrive meanwhile
queue; as soon as the batch is decided, and while it is still being committed, the first of them is woken to decide
the next one for everybody queued by then. Order is the order of arrival, each caller gets its own outcome, and a lone
caller pays for one lock. Callers who are tasks of one event loop queue without any lock; one thread hop serves a batch.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Answers = Sequence[Result | BaseException]
Run = Callable[[Sequence[Item], Callable[[], None]], Answers[Result]]
BATCH_MAX = 64


class _Ticket(Generic[Item, Result]):
    __slots__ = ("gate", "item", "result")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.result: Result | BaseException | None = None
        self.gate = Lock()
        self.gate.acquire()


class _Once:
    """Calls a function at most once."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self._called = False

    def __call__(self) -> None:
        if not self._called:
            self._called = True
            self._function()


class GroupCommit(Generic[Item, Result]):
    """Runs `run(items, decided)` over batches; `run` answers each item with a result or an exception, in order.

    `run` calls `decided` when the next batch may be begun; at the latest that is when it returns.
    """

    def __init__(self, run: Run[Item, Result], batch_max: int = BATCH_MAX) -> None:
        self._run = run
        self._batch_max = batch_max
        self._queue: deque[_Ticket[Item, Result]] = deque()
        self._unanswered = 0  # of those who have left the queue
        self._lock = Lock()
        self._deciding = False

    def submit(self, item: Item) -> Result:
        """Run one item, possibly with others; returns its result or raises its exception."""
        ticket: _Ticket[Item, Result] = _Ticket(item)
        with self._lock:
            self._queue.append(ticket)
            leads, self._deciding = not self._deciding, True
        if not leads:
            ticket.gate.acquire()  # until somebody wrote for us, or it is our turn to write
        if ticket.result is None:
            self._write()
        if isinstance(ticket.result, BaseException):
            raise ticket.result
        return ticket.result  # type: ignore[return-value]

    def _write(self) -> None:
        with self._lock:
            batch = [self._queue.popleft() for _ in range(self._share())]
            self._unanswered += len(batch)
        decided = _Once(self._next)
        results = _answers(self._run, [ticket.item for ticket in batch], decided)
        for ticket, result in zip(batch, results, strict=True):
            ticket.result = result
        with self._lock:
            self._unanswered -= len(batch)
        decided()
        for ticket in batch:
            ticket.gate.release()

    def _share(self) -> int:
        """How many to take: all, or beside a batch under way half of both, so that neither stays the small one."""
        waiting = len(self._queue)
        if self._unanswered:
            waiting = min(waiting, (waiting + self._unanswered + 1) // 2)
        return min(waiting, self._batch_max)

    def _next(self) -> None:
        with self._lock:
            follower = self._queue[0] if self._queue else None
            self._deciding = follower is not None
        if follower is not None:
            follower.gate.release()


class AsyncGroupCommit(Generic[Item, Result]):
    """The same for the tasks of one event loop; `run` is called in a thread."""

    def __init__(self, run: Run[Item, Result], batch_max: int = BATCH_MAX) -> None:
        self._run = run
        self._batch_max = batch_max
        self._queue: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._deciding = False
        self._writers: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item) -> Result:
        """Run one item, possibly with others; returns its result or raises its exception."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue.append((item, answer))
        if not self._deciding:
            self._begin()
        return await answer

    def _begin(self) -> None:
        self._deciding = bool(self._queue)
        if self._deciding:
            writer = asyncio.create_task(self._write())
            self._writers.add(writer)
            writer.add_done_callback(self._writers.discard)

    async def _write(self) -> None:
        batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_max))]
        loop = asyncio.get_running_loop()
        decided = _Once(lambda: _quietly(loop, self._begin))
        items = [item for item, _ in batch]
        results = await asyncio.to_thread(lambda: _answers(self._run, items, decided))
        decided()
        for (_, answer), result in zip(batch, results, strict=True):
            if answer.cancelled():
                continue  # the caller left; what was written stays written
            if isinstance(result, BaseException):
                answer.set_exception(result)
            else:
                answer.set_result(result)


def _quietly(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)


def _answers(run: Run[Item, Result], items: Sequence[Item], decided: Callable[[], None]) -> Answers[Result]:
    """What `run` answers; a crash of it answers everybody."""
    try:
        return run(items, decided)
    except BaseException as error:
        return [error] * len(items)
