"""The auditor's program over an export, in a process of its own: rate, what two processes gain, and peak memory.

peer of one process      libsodium's verification of the same signed bytes, already in memory, on one core
peer of two processes    the program in one

All of it is timed: tree, index, events, views; the interpreter's start is not. The export is made by `sceau export`,
with the status view's digest in it. `million_examined`, at 1,000,000 events, is run only when named: it takes half an
hour.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import programs
from auditing import signed_bytes
from ground import Bench, Place, grow
from measure import Figure, interleaved, timed
from memory import MILLION
from nacl.bindings import crypto_sign_open

from sceau.projections.projector import Projector
from sceau.projections.status import StatusView

ONE, TWO, LIMIT_MB = 0.8, 1.6, 200.0
_BARE_MAX = 20_000  # events that the peer verifies
_PROCESS = Path(__file__).with_name("auditor.py")
_STATUS = f"{StatusView.name}.db"


def figures(bench: Bench) -> Iterator[Figure]:
    """At the smallest size of the group `memory`, and its peak beside that at half of it."""
    size = bench.effort.memory[0]
    yield from _at(bench, (size // 2, size), min(3, bench.effort.rounds))


def million_examined(bench: Bench) -> Iterator[Figure]:
    """At 1,000,000 events, once each."""
    yield from _at(bench, MILLION, 1)


class _Look(NamedTuple):
    """One run of the program."""

    peak_mb: float
    seconds: float


def _at(bench: Bench, sizes: Sequence[int], count: int) -> Iterator[Figure]:
    place, state, peaks = bench.place("sqlite"), bench.new_folder(), list[float]()
    for wanted in sizes:
        size, export = _exported(bench, place, wanted)
        bench.say(f"examining: {size} events")
        peaks.append(_look(export, state, 1).peak_mb)
    with place.open() as ledger:
        signed = signed_bytes(ledger, min(_BARE_MAX, size))
    cases = {
        "bare": lambda: timed(len(signed), lambda: [crypto_sign_open(message, public) for message, public in signed]),
        "one": lambda: size / _look(export, state, 1).seconds,
        "two": lambda: size / _look(export, state, 2).seconds,
    }
    rounds = interleaved(cases, count, lambda text: bench.say(f"examining: {text}"))
    what = f"sceau-audit of {size:,} events"
    yield rounds.figure(f"{what}, one process", "one", "bare", ONE, "peer: bare verification")
    yield rounds.figure(f"{what}, two processes", "two", "one", TWO, "peer: one process")
    note = f"peer: {sizes[0]:,} events"
    yield Figure(f"{what}, memory", peaks[-1], peaks[0], peaks[-1], LIMIT_MB, "MB", at_most=True, note=note)


def _exported(bench: Bench, place: Place, wanted: int) -> tuple[int, Path]:
    """Grow the ledger, and export it whole; how many events it has."""
    with place.open() as ledger, closing(Projector(StatusView(), place.config.views / _STATUS)) as live:
        grow(ledger, wanted, lambda text: bench.say(f"examining: {text}"))
        live.catch_up(ledger.reader)
        size = ledger.store.size()
    bench.say(f"examining: export of {size} events")
    export = bench.new_folder() / "export"
    programs.run("export", str(export), *programs.of(place))
    return size, export


def _look(export: Path, state: Path, workers: int) -> _Look:
    command = [sys.executable, str(_PROCESS), str(export), str(state), str(workers)]
    peak_kb, seconds = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return _Look(int(peak_kb) / 1024, float(seconds))
