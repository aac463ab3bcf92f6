"""Issuing a document: decided, sealed, encrypted, signed, indexed, with leaf and receipt, durable, heads kept.

peer    the stock application's `save` of a record that says the same: 8 threads for 32 callers, one for one
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

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
            what = f"issue {name}, {engine}"
            yield rounds.figure(
                f"{what}, {CALLERS} callers", f"{kind} {CALLERS}", f"{kind} stock {STOCK_THREADS}", many
            )
            yield rounds.figure(f"{what}, one caller", f"{kind} 1", f"{kind} stock 1", alone)


def _cases(ledger: Ledger, stock: Stock, seconds: float) -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for kind in _PAPERS:
        issue, save = partial(_issue, ledger, kind), partial(_save, stock, kind)
        cases |= {f"{kind} {callers}": partial(hammered, callers, seconds, issue) for callers in (CALLERS, 1)}
        cases |= {f"{kind} stock {n}": partial(hammered, n, seconds, save) for n in (STOCK_THREADS, 1)}
    return cases


def _issue(ledger: Ledger, kind: str) -> None:
    ledger.issuance.execute(_PAPERS[kind]())


def _save(stock: Stock, kind: str) -> None:
    stock.save(record(kind, ground.today()))
