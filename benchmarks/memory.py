"""Memory while auditing and rebuilding: the peak of a process of its own, at growing sizes of one ledger.

Flat means: what it takes does not grow with the history; nor should the rate fall, which is told beside it. `memory`
looks at sizes that fit a normal run; `million`, at 1,000,000 events, takes half an hour and is run only when named.

    python benchmarks/memory.py audit|rebuild HOME DATABASE FOLDER     the process; prints peak (kB) and seconds
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ground import Bench, Place, grow
from measure import Figure, peak_kb

from sceau.compose import Ledger
from sceau.config import Config
from sceau.domain.errors import IntegrityError
from sceau.ledger import envelope
from sceau.ledger.audit import audit
from sceau.projections.projector import Projector
from sceau.projections.rebuild import rebuild
from sceau.projections.register import Register

LIMIT_MB = 300.0
MILLION = (100_000, 1_000_000)


def figures(bench: Bench) -> Iterator[Figure]:
    """Peaks at the sizes of a normal run, on SQLite."""
    yield from _at(bench, bench.effort.memory)


def million(bench: Bench) -> Iterator[Figure]:
    """Peaks at 1,000,000 events, on SQLite."""
    yield from _at(bench, MILLION)


def _at(bench: Bench, sizes: Sequence[int]) -> Iterator[Figure]:
    place = bench.place("sqlite")
    looks: dict[str, list[_Look]] = {"audit": [], "rebuild": []}
    for size in sizes:
        with place.open() as ledger:
            grow(ledger, size, lambda text: bench.say(f"memory: {text}"))
        for work, found in looks.items():
            bench.say(f"memory: {work} of {size} events")
            found.append(_look(work, place, bench.new_folder()))
    for work, found in looks.items():
        grown = "; ".join(
            f"{size}: {look.peak_mb:.0f} MB, {size / look.seconds:,.0f}/s"
            for look, size in zip(found, sizes, strict=True)
        )
        what, last = f"memory, {work} of {sizes[-1]} events", found[-1].peak_mb
        yield Figure(what, last, found[0].peak_mb, last, LIMIT_MB, "MB", at_most=True, note=grown)


class _Look(NamedTuple):
    peak_mb: float
    seconds: float


def _look(work: str, place: Place, folder: Path) -> _Look:
    config = place.config
    command = [sys.executable, __file__, work, str(config.home), config.database, str(folder)]
    peak_kb, seconds = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return _Look(int(peak_kb) / 1024, float(seconds))


def _audit(ledger: Ledger) -> None:
    genesis = envelope.parse(ledger.store.follow(0, 1)[0].state).kid
    report = audit(ledger.store, ledger.config.state.origin, genesis, ledger.head, ledger.vault.unreadable)
    if not report.holds:
        raise IntegrityError(str(report.findings[0]))


def _rebuild(ledger: Ledger, folder: Path) -> None:
    with closing(Projector(Register(), folder / "register_v1.db")) as live:
        rebuild(live, ledger.reader.without("seal"))  # as the command line does


def _main(work: str, home: str, database: str, folder: str) -> None:
    with Place(Config(Path(home), database)).open() as ledger:
        start = time.perf_counter()
        if work == "audit":
            _audit(ledger)
        else:
            _rebuild(ledger, Path(folder))
        seconds = time.perf_counter() - start
    sys.stdout.write(f"{peak_kb()} {seconds:.6f}\n")


if __name__ == "__main__":
    _main(*sys.argv[1:])
