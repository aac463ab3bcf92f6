"""Memory while auditing and rebuilding: the peak of a process of its own, at growing sizes of one ledger.

Flat means: what it takes does not grow with the history. `memory` looks at sizes that fit a normal run; `million` at
1,000,000 events, which takes a quarter of an hour and is run only when named.

    python benchmarks/memory.py audit|rebuild HOME DATABASE FOLDER        what the process does; prints its peak in kB
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from ground import Bench, Place, grow
from measure import Figure

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
    peaks: dict[str, list[float]] = {"audit": [], "rebuild": []}
    for size in sizes:
        with place.open() as ledger:
            grow(ledger, size, lambda text: bench.say(f"memory: {text}"))
        for work, found in peaks.items():
            bench.say(f"memory: {work} of {size} events")
            found.append(_peak_mb(work, place, bench.new_folder()))
    for work, found in peaks.items():
        grown = ", ".join(f"{mb:.0f} MB at {size}" for mb, size in zip(found, sizes, strict=True))
        what = f"memory, {work} of {sizes[-1]} events"
        yield Figure(what, found[-1], found[0], found[-1], LIMIT_MB, "MB", at_most=True, note=grown)


def _peak_mb(work: str, place: Place, folder: Path) -> float:
    config = place.config
    command = [sys.executable, __file__, work, str(config.home), config.database, str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(said) / 1024


def _audit(ledger: Ledger) -> None:
    genesis = envelope.parse(ledger.store.follow(0, 1)[0].state).kid
    report = audit(ledger.store, ledger.config.state.origin, genesis, ledger.head, ledger.vault.unreadable)
    if not report.holds:
        raise IntegrityError(str(report.findings[0]))


def _rebuild(ledger: Ledger, folder: Path) -> None:
    with closing(Projector(Register(), folder / "register_v1.db")) as live:
        rebuild(live, ledger.reader)


def _peak_kb() -> int:
    """The highest resident size of this process; `getrusage` would remember its parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise OSError("no VmHWM: memory is measured on Linux only")


def _main(work: str, home: str, database: str, folder: str) -> None:
    with Place(Config(Path(home), database)).open() as ledger:
        if work == "audit":
            _audit(ledger)
        else:
            _rebuild(ledger, Path(folder))
    sys.stdout.write(f"{_peak_kb()}\n")


if __name__ == "__main__":
    _main(*sys.argv[1:])
