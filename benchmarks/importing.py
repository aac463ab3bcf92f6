"""Importing civil acts in batches of 500, as `sceau import` does: three persons each, every one under a data key.

one process     one register                 two processes    an office and a register each
peer            one stock application's `save` of 500 records at once
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection

from ground import BATCH, Bench, act, done, today
from measure import Case, Figure, interleaved, repeated, timed
from stock import Stock, open_stock, record
from workers import together, workers

from sceau.compose import Ledger
from sceau.ledger.commands import EstablishAct

_BATCHES_PER_SECOND = 8
_LIMITS = {"postgres": (1.3, 2.0), "sqlite": (0.7, 1.2)}


def figures(bench: Bench) -> Iterator[Figure]:
    """One process and two, on both engines."""
    for engine, say in bench.each():
        place = bench.place(engine)
        with closing(open_stock(place.config.database)) as stock, workers(place, _imported) as two:
            together(two, 1)
            rounds = interleaved(_cases(two, stock, bench.effort.seconds), bench.effort.rounds, say)
        alone, both = _LIMITS[engine]
        yield rounds.figure(f"import acts, {engine}, one process", "one", "stock", alone)
        yield rounds.figure(f"import acts, {engine}, two processes", "two", "stock", both)


def _cases(two: Sequence[Connection], stock: Stock, seconds: float) -> dict[str, Case]:
    batches = max(1, round(seconds * _BATCHES_PER_SECOND))
    return {
        "one": partial(_import, two[:1], batches),
        "two": partial(_import, two, batches),
        "stock": partial(repeated, seconds, partial(_save, stock)),
    }


def _save(stock: Stock) -> int:
    stock.save(*(record("birth", today()) for _ in range(BATCH)))
    return BATCH


def _import(these: Sequence[Connection], batches: int) -> float:
    """Let these workers import so many batches each; acts a second of all together."""
    return timed(len(these) * batches * BATCH, lambda: together(these, batches))


def _imported(ledger: Ledger, office: str, batches: int) -> int:
    for _ in range(batches):
        done(ledger, [_line(office) for _ in range(BATCH)])
    return batches * BATCH


def _line(office: str) -> EstablishAct:
    """An act under the id that an import gives it, a hash of its line: such ids come in no order."""
    return replace(act(office), command_id=os.urandom(16))
