"""Issuing a document: decided, sealed, encrypted, signed, indexed, with leaf and receipt, durable, beside a head keeper at work.

    peer    the stock application's `save` of a record that says the same: 8 threads for 32 callers, one for one
"""

from collections.abc import Callable, Iterator
from contextlib import closing

import ground
from ground import Bench
from measure import Case, Figure, hammered, interleaved
from stock import Stock, open_stock, record

from sceau.compose import Ledger
from sceau.ledger.commands import IssueDocument

CALLERS, STOCK_THREADS = 32, 8
_LIMITS = {"postgres": (5.0, 1.5), "sqlite": (2.5, 0.7)}
_PAPERS: dict[str, Callable[[], IssueDocument]] = {"life": ground.life, "visa": ground.visa}
_NAMES = {"life": "certificate (Claim 169)", "visa": "visa (VDS)"}


def figures(bench: Bench) -> Iterator[Figure]:
    """Two types of document, many callers and one, on both engines."""
    for engine, say in bench.each():
        place = bench.place(engine)
        with place.open() as ledger, closing(open_stock(place.config.database)) as stock:
            rounds = interleaved(_cases(ledger, stock, bench.effort.seconds), bench.effort.rounds, say)
        many, alone = _LIMITS[engine]
        for kind, name in _NAMES.items():
            yield rounds.figure(
                f"issue {name}, {engine}, {CALLERS} callers", f"{kind} {CALLERS}", f"{kind} stock {STOCK_THREADS}", many
            )
            yield rounds.figure(f"issue {name}, {engine}, one caller", f"{kind} 1", f"{kind} stock 1", alone)


def _cases(ledger: Ledger, stock: Stock, seconds: float) -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for kind, paper in _PAPERS.items():
        cases |= {
            f"{kind} {callers}": _hammer(callers, seconds, lambda paper=paper: ledger.issuance.execute(paper()))
            for callers in (CALLERS, 1)
        }
        cases |= {
            f"{kind} stock {threads}": _hammer(threads, seconds, lambda kind=kind: stock.save(record(kind, ground.today())))
            for threads in (STOCK_THREADS, 1)
        }
    return cases


def _hammer(callers: int, seconds: float, call: Callable[[], object]) -> Case:
    return lambda: hammered(callers, seconds, call)
