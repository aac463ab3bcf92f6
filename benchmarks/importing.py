"""Importing civil acts in batches of 500, as `sceau import` does: three persons each, every one under a data key.

one process     one register                 two processes    an office and a register each
peer            one stock application's `save` of 500 records at once
"""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection

from ground import BATCH, OFFICES, Bench, Place, act, done, today
from measure import Case, Figure, interleaved, repeated, timed
from stock import Stock, open_stock, record

from sceau.ledger.commands import EstablishAct

_BATCHES_PER_SECOND = 8
_LIMITS = {"postgres": (1.3, 2.0), "sqlite": (0.7, 1.2)}


def figures(bench: Bench) -> Iterator[Figure]:
    """One process and two, on both engines."""
    for engine, say in bench.each():
        place = bench.place(engine)
        with ExitStack() as stack:
            stock = stack.enter_context(closing(open_stock(place.config.database)))
            workers = [stack.enter_context(_worker(place, office)) for office in OFFICES]
            rounds = interleaved(_cases(workers, stock, bench.effort.seconds), bench.effort.rounds, say)
        one, two = _LIMITS[engine]
        yield rounds.figure(f"import acts, {engine}, one process", "one", "stock", one)
        yield rounds.figure(f"import acts, {engine}, two processes", "two", "stock", two)


def _cases(workers: Sequence[Connection], stock: Stock, seconds: float) -> dict[str, Case]:
    batches = max(1, round(seconds * _BATCHES_PER_SECOND))
    return {
        "one": partial(_import, workers[:1], batches),
        "two": partial(_import, workers, batches),
        "stock": partial(repeated, seconds, partial(_save, stock)),
    }


def _save(stock: Stock) -> int:
    stock.save(*(record("birth", today()) for _ in range(BATCH)))
    return BATCH


def _import(workers: Sequence[Connection], batches: int) -> float:
    """Let these workers import so many batches each; acts a second of all together."""

    def work() -> None:
        for worker in workers:
            worker.send(batches)
        for worker in workers:
            worker.recv()

    return timed(len(workers) * batches * BATCH, work)


@contextmanager
def _worker(place: Place, office: str) -> Iterator[Connection]:
    """Another process with the installation open, importing for one office when told."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, place, office), daemon=True)
    process.start()
    theirs.close()
    ours.recv()
    try:
        yield ours
    finally:
        ours.send(0)
        process.join()


def _serve(orders: Connection, place: Place, office: str) -> None:
    with place.open() as ledger:
        done(ledger, [act(office)])
        orders.send("ready")
        while batches := orders.recv():
            for _ in range(batches):
                done(ledger, [_line(office) for _ in range(BATCH)])
            orders.send(batches)


def _line(office: str) -> EstablishAct:
    """An act under the id that an import gives it, a hash of its line: such ids come in no order."""
    return replace(act(office), command_id=os.urandom(16))
