"""Everybody gets an own answer, in the order of arrival, whoever writes."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from sceau.ledger.group_commit import AsyncGroupCommit, GroupCommit

Decided = Callable[[], None]


def test_a_lone_caller_runs_in_its_own_thread() -> None:
    seen: list[int] = []

    def run(items: Sequence[int], decided: Decided) -> Sequence[int | BaseException]:
        seen.append(threading.get_ident())
        return [item * 2 for item in items]

    assert GroupCommit(run).submit(21) == 42
    assert seen == [threading.get_ident()]


def test_who_waits_is_written_together_and_in_order() -> None:
    batches: list[list[int]] = []
    first_is_in, go_on = threading.Event(), threading.Event()

    def run(items: Sequence[int], decided: Decided) -> Sequence[int | BaseException]:
        batches.append(list(items))
        first_is_in.set()
        go_on.wait(10)
        return [item * 2 for item in items]

    group = GroupCommit(run, batch_max=4)
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(group.submit, 0)]
        first_is_in.wait(10)
        for item in range(1, 7):
            jobs.append(pool.submit(group.submit, item))
            while len(group._queue) < item:
                pass
        go_on.set()
        assert [job.result(10) for job in jobs] == [0, 2, 4, 6, 8, 10, 12]
    assert batches == [[0], [1, 2, 3, 4], [5, 6]]


def test_beside_a_batch_under_way_the_next_takes_half_of_all() -> None:
    batches: list[list[int]] = []
    second_is_in = threading.Event()

    def run(items: Sequence[int], decided: Decided) -> Sequence[int | BaseException]:
        batches.append(list(items))
        if len(batches) > 1:
            second_is_in.set()
            return list(items)
        while len(group._queue) < 5:
            pass
        decided()
        assert second_is_in.wait(10)
        return list(items)

    group = GroupCommit(run)
    with ThreadPoolExecutor(6) as pool:
        jobs = []
        for item in range(6):
            jobs.append(pool.submit(group.submit, item))
            while not batches or (item < 5 and len(group._queue) < item):
                pass
        assert [job.result(10) for job in jobs] == [0, 1, 2, 3, 4, 5]
    assert batches == [[0], [1, 2, 3], [4, 5]]


def test_each_gets_its_own_error() -> None:
    def run(items: Sequence[int], decided: Decided) -> Sequence[int | BaseException]:
        return [ValueError(str(item)) if item % 2 else item for item in items]

    group = GroupCommit(run)
    assert group.submit(2) == 2
    with pytest.raises(ValueError, match="3"):
        group.submit(3)


def test_a_crash_of_the_writer_reaches_all_and_stops_nobody_else() -> None:
    crash = [True]

    def run(items: Sequence[int], decided: Decided) -> Sequence[int | BaseException]:
        if crash.pop() if crash else False:
            raise RuntimeError("crashed")
        return list(items)

    group = GroupCommit(run)
    with pytest.raises(RuntimeError):
        group.submit(1)
    assert group.submit(2) == 2


def test_many_threads_all_come_back() -> None:
    group: GroupCommit[int, int] = GroupCommit(lambda items, decided: [item + 1 for item in items])
    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(group.submit, range(3000))) == list(range(1, 3001))


def test_tasks_of_one_loop_are_written_together() -> None:
    batches: list[int] = []

    def run(items: Sequence[int], decided: Decided) -> Sequence[int | BaseException]:
        batches.append(len(items))
        return [ValueError(str(item)) if item == 13 else item * 2 for item in items]

    async def all_at_once() -> list[int | BaseException]:
        group = AsyncGroupCommit(run, batch_max=32)
        return await asyncio.gather(*(group.submit(item) for item in range(100)), return_exceptions=True)

    answers = asyncio.run(all_at_once())
    assert [a for a in answers if isinstance(a, int)] == [2 * item for item in range(100) if item != 13]
    assert str(answers[13]) == "13"
    assert (len(batches), sum(batches)) == (4, 100)


def test_a_task_that_leaves_hinders_nobody() -> None:
    async def leave() -> int:
        group: AsyncGroupCommit[int, int] = AsyncGroupCommit(lambda items, decided: [item for item in items])
        leaver = asyncio.create_task(group.submit(1))
        stayer = asyncio.create_task(group.submit(2))
        await asyncio.sleep(0)
        leaver.cancel()
        return await stayer

    assert asyncio.run(leave()) == 2


def test_the_next_batch_is_decided_while_the_last_is_committed() -> None:
    second_is_in, done = threading.Event(), []

    def run(items: Sequence[int], decided: Decided) -> Sequence[int | BaseException]:
        decided()
        if items[0] == 1:
            assert second_is_in.wait(10)
        else:
            second_is_in.set()
        done.append(items[0])
        return list(items)

    group = GroupCommit(run, batch_max=1)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(group.submit, 1)
        assert pool.submit(group.submit, 2).result(10) == 2
        assert first.result(10) == 1
    assert done == [2, 1]
