"""Issuing a document: decided, sealed, encrypted, signed, indexed, with leaf and receipt, durable, heads kept.

callers    32 threads (`execute`), 32 tasks of one event loop (`submit`), 16 tasks in each of two processes for an
           office each, or one thread
peer       the stock application's `save` of a certificate's record: 8 threads for 32 callers, one for one
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from multiprocessing.connection import Connection

import ground
from ground import Bench
from measure import Case, Figure, hammered, interleaved, lasting
from stock import Stock, open_stock, record
from workers import together, workers

from sceau.compose import Ledger
from sceau.ledger.commands import IssueDocument

CALLERS, STOCK_THREADS = 32, 8
_LIMITS = {"postgres": (5.0, 1.5), "sqlite": (2.5, 0.7)}
Paper = Callable[[str], IssueDocument]  # of an office
_PAPERS: dict[str, Paper] = {"life": ground.life, "visa": ground.visa}
_NAMES = {"life": "certificate (Claim 169)", "visa": "visa (VDS)"}


def figures(bench: Bench) -> Iterator[Figure]:
    """Two types of document, many callers and one, on both engines."""
    for engine, say in bench.each():
        place = bench.place(engine)
        with (
            place.open() as ledger,
            closing(open_stock(place.config.database)) as stock,
            workers(place, _issued) as two,
        ):
            rounds = interleaved(_cases(ledger, two, stock, bench.effort.seconds), bench.effort.rounds, say)
        many, alone = _LIMITS[engine]
        for kind, name in _NAMES.items():
            what = f"issue {name}, {engine}"
            yield rounds.figure(f"{what}, {CALLERS} threads", f"{kind} threads", "stock many", many)
            yield rounds.figure(f"{what}, {CALLERS} tasks", f"{kind} tasks", "stock many", many)
            yield rounds.figure(f"{what}, 2 x {CALLERS // 2} tasks", f"{kind} two", "stock many", many)
            yield rounds.figure(f"{what}, one caller", f"{kind} one", "stock one", alone)


def _cases(ledger: Ledger, two: Sequence[Connection], stock: Stock, seconds: float) -> dict[str, Case]:
    save = partial(_save, stock)
    cases: dict[str, Case] = {"stock many": partial(hammered, STOCK_THREADS, seconds, save)}
    for kind, paper in _PAPERS.items():
        issue = partial(_issue, ledger, paper)
        cases[f"{kind} threads"] = partial(hammered, CALLERS, seconds, issue)
        cases[f"{kind} tasks"] = partial(_alone, ledger, paper, seconds)
        cases[f"{kind} two"] = partial(_both, two, kind, seconds)
        cases[f"{kind} one"] = partial(hammered, 1, seconds, issue)
    return {**cases, "stock one": partial(hammered, 1, seconds, save)}


def _issue(ledger: Ledger, paper: Paper) -> None:
    ledger.issuance.execute(paper("PAR"))


def _save(stock: Stock) -> None:
    stock.save(record("life", ground.today()))


def _alone(ledger: Ledger, paper: Paper, seconds: float) -> float:
    start = time.perf_counter()
    return _tasks(ledger, partial(paper, "PAR"), CALLERS, seconds) / (time.perf_counter() - start)


def _both(two: Sequence[Connection], kind: str, seconds: float) -> float:
    start = time.perf_counter()
    return together(two, (kind, seconds)) / (time.perf_counter() - start)


def _issued(ledger: Ledger, office: str, order: tuple[str, float]) -> int:
    kind, seconds = order
    return _tasks(ledger, partial(_PAPERS[kind], office), CALLERS // 2, seconds)


def _tasks(ledger: Ledger, paper: Callable[[], IssueDocument], callers: int, seconds: float) -> int:
    """As `hammered`, with tasks in the place of threads; how many documents."""
    start = time.perf_counter()

    async def caller() -> int:
        done = 0
        for _ in lasting(seconds, start):
            await ledger.issuance.submit(paper())
            done += 1
        return done

    async def all_of_them() -> int:
        return sum(await asyncio.gather(*(caller() for _ in range(callers))))

    return asyncio.run(all_of_them())
