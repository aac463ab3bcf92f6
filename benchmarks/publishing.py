"""Publishing what is new, in a log that is small and in one that is a hundred times larger: the same work.

One pass, as `sceau log publish` makes it once everything is open: compare, integrate, sign, publish, everything synced.
Both logs grow by the same amounts in turn; the ratio is that of the times of one round, the figure their median.
"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

import synthetic
from ground import Bench
from measure import Figure
from synthetic import Log

AMOUNTS = (1, 256, 4096)
LIMIT = 2.0
_STATE_SIZE = 100  # rows that are only there


class _Pass(NamedTuple):
    """One pass: seconds, and how many files it left that were not there before, of how many bytes in all."""

    seconds: float
    files: int
    size: int


class _Grown:
    """A published log, and which files are in its directory."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._there = _files(log.directory.path)

    def publish(self, amount: int) -> _Pass:
        """One pass over so many new leaves."""
        synthetic.add(self._log.store, amount, _STATE_SIZE)
        start = time.perf_counter()
        self._log.publish()
        seconds = time.perf_counter() - start
        before, self._there = self._there, _files(self._log.directory.path)
        fresh = [size for file, size in self._there.items() if file not in before]
        return _Pass(seconds, len(fresh), sum(fresh))


def _files(folder: Path) -> dict[tuple[str, int, int], int]:
    """The size of each file, by name, inode and time of writing."""
    found = {}
    for at, _, names in os.walk(folder):
        for path in (Path(at, name) for name in names):
            told = path.stat()
            found[str(path), told.st_ino, told.st_mtime_ns] = told.st_size
    return found


def figures(bench: Bench) -> Iterator[Figure]:
    """For each amount: how many times longer it takes in the large log."""
    sizes = (bench.effort.leaves // 100, bench.effort.leaves)
    passes: dict[tuple[int, int], list[_Pass]] = {(amount, size): [] for amount in AMOUNTS for size in sizes}
    with ExitStack() as stack:
        logs = {size: _grown(bench, stack, size) for size in sizes}
        for number in range(bench.effort.rounds):
            for amount in AMOUNTS:
                bench.say(f"publishing: round {number + 1}/{bench.effort.rounds}: +{amount}")
                for size in reversed(sizes) if number % 2 else sizes:
                    passes[amount, size].append(logs[size].publish(amount))
    for amount in AMOUNTS:
        yield _figure(amount, sizes, *(passes[amount, size] for size in sizes))


def _grown(bench: Bench, stack: ExitStack, size: int) -> _Grown:
    bench.say(f"publishing: a log of {size} leaves")
    store = stack.enter_context(synthetic.store_in(bench.new_folder()))
    log = stack.enter_context(synthetic.published_to(bench.new_folder(), store))
    synthetic.add(store, size, _STATE_SIZE)
    log.publish()
    return _Grown(log)


def _figure(amount: int, sizes: tuple[int, ...], few: list[_Pass], many: list[_Pass]) -> Figure:
    ratio = median(large.seconds / small.seconds for small, large in zip(few, many, strict=True))
    small, large = (median(one.seconds for one in found) for found in (few, many))
    files = " and ".join(f"{median(one.files for one in found):g}" for found in (many, few))
    bytes = " and ".join(f"{median(one.size for one in found) / 1000:,.0f}" for found in (many, few))
    note = f"peer: {sizes[0]:,}; {large * 1e3:.1f} and {small * 1e3:.1f} ms, {files} files, {bytes} kB"
    what = f"publish +{amount} where {sizes[1]:,} are"
    return Figure(what, amount / large, amount / small, ratio, LIMIT, at_most=True, note=note)
