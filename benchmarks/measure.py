"""How a figure is taken: cases in interleaved rounds, ratios within a round, the median of the rounds.

    round 1: a b c    round 2: c b a    round 3: a b c        a slow minute of the machine falls on ours and on the peer

Nothing here asserts: a machine that is busy or slow gives other rates, and nearly the same ratios.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Case = Callable[[], float]  # does its work and returns how many a second


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: rounds, seconds of each case in a round, events in the histories that are read."""

    rounds: int
    seconds: float
    events: int
    papers: int  # documents of each type that are scanned and printed
    memory: tuple[int, ...]  # sizes at which memory is looked at
    leaves: int  # in a large log


FULL = Effort(5, 0.8, 12_000, 200, (20_000, 60_000), 1_000_000)
QUICK = Effort(3, 0.1, 1_000, 40, (2_000, 6_000), 20_000)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `value` is compared with `limit`, if it has one: a ratio, a share, a time, by `unit`."""

    what: str
    ours: float
    peer: float | None
    value: float
    limit: float | None
    unit: str = "x"
    at_most: bool = False
    note: str = ""

    @property
    def reached(self) -> bool:
        """Whether the limit is kept, where there is one."""
        if self.limit is None:
            return True
        return self.value <= self.limit if self.at_most else self.value >= self.limit


class Rounds:
    """The rates of every case in every round."""

    def __init__(self, rates: Mapping[str, Sequence[float]]) -> None:
        self._rates = rates

    def rate(self, case: str) -> float:
        """The median rate of a case."""
        return median(self._rates[case])

    def ratio(self, ours: str, peer: str) -> float:
        """The median over the rounds of ours to the peer's of the same round."""
        return median(a / b for a, b in zip(self._rates[ours], self._rates[peer], strict=True))

    def figure(self, what: str, ours: str, peer: str, limit: float | None, note: str = "") -> Figure:
        """Ours beside the peer's, as a ratio that should be at least `limit`; None only tells it."""
        return Figure(what, self.rate(ours), self.rate(peer), self.ratio(ours, peer), limit, note=note)


def interleaved(cases: Mapping[str, Case], rounds: int, say: Callable[[str], None]) -> Rounds:
    """Run every case once a round, every second round backwards."""
    names = list(cases)
    rates: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in reversed(names) if number % 2 else names:
            say(f"round {number + 1}/{rounds}: {name}")
            rates[name].append(cases[name]())
    return Rounds(rates)


def timed(count: int, work: Callable[[], object]) -> float:
    """`count` things done by one call of `work`: how many a second."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def lasting(seconds: float, start: float, clock: Callable[[], float] = time.perf_counter) -> Iterator[None]:
    """Once, and again until so long after `start`: a busy machine may have let all of it pass, and no rate is 0."""
    yield
    while clock() - start < seconds:
        yield


def repeated(seconds: float, work: Callable[[], int], clock: Callable[[], float] = time.perf_counter) -> float:
    """`work` again and again for so long, each time doing as many as it says: how many a second."""
    start = clock()
    done = sum(work() for _ in lasting(seconds, start, clock))
    return done / (clock() - start)


def hammered(callers: int, seconds: float, call: Callable[[], object]) -> float:
    """So many threads calling without a pause for so long: calls a second, until the last one has its answer."""
    start = time.perf_counter()

    def loop(_: int) -> int:
        done = 0
        for _ in lasting(seconds, start):
            call()
            done += 1
        return done

    with ThreadPoolExecutor(callers) as threads:
        total = sum(threads.map(loop, range(callers)))
    return total / (time.perf_counter() - start)


def peak_kb() -> int:
    """The highest resident size of this process; `getrusage` would remember its parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise OSError("no VmHWM: memory is measured on Linux only")
