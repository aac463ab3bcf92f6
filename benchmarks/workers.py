"""Other processes with the installation open, each working for an office of its own when told, as services do."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import Any

from ground import OFFICES, Place

from sceau.compose import Ledger

Work = Callable[[Ledger, str, Any], int]  # ledger, office, order -> how many were done


@contextmanager
def workers(place: Place, work: Work) -> Iterator[Sequence[Connection]]:
    """One process an office; `work` must be a function of a module."""
    with ExitStack() as stack:
        yield [stack.enter_context(_worker(place, office, work)) for office in OFFICES]


def together(these: Sequence[Connection], order: Any) -> int:
    """Give all the same order; how many they did."""
    for worker in these:
        worker.send(order)
    return sum(worker.recv() for worker in these)


@contextmanager
def _worker(place: Place, office: str, work: Work) -> Iterator[Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, place, office, work), daemon=True)
    process.start()
    theirs.close()
    ours.recv()
    try:
        yield ours
    finally:
        ours.send(None)
        process.join()


def _serve(orders: Connection, place: Place, office: str, work: Work) -> None:
    with place.open() as ledger:
        orders.send("ready")
        while (order := orders.recv()) is not None:
            orders.send(work(ledger, office, order))
