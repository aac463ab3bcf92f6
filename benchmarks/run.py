"""The figures, as ratios: ours beside a peer on the same machine, files and server, in the same run.

    python benchmarks/run.py [--only NAME ...] [--json FILE] [--quick] [--sync-us N]

A figure that falls short is said so and does not end the run; nothing is asserted. docs/adr/0004 says how to read it.
"""

import argparse
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import machine
import slow_disk
from ground import Bench
from measure import FULL, QUICK, Figure
from nginx import NoNginx
from postgres_server import NoServer

_WITH_POSTGRES = ("issue", "importing", "leaf", "auditing", "rebuilding")
_LOG = ("integrating", "proving", "publishing", "witnessing", "examining")
GROUPS = (*_WITH_POSTGRES, "scanning", "page", "pack", "api", "serving", "printing", *_LOG, "memory")
LONG = {"million": "memory", "million_examined": "examining"}  # group -> module
_HEAD = f"{'what':<52} {'ours':>10} {'peer':>10} {'value':>8}   {'limit':<8} "


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for and print it; 1 when a group could not be run."""
    groups = f"groups: {', '.join(GROUPS)}; only when named: {', '.join(LONG)}"
    parser = argparse.ArgumentParser(description="The figures, as ratios.", epilog=groups)
    parser.add_argument("--only", nargs="+", choices=[*GROUPS, *LONG], default=list(GROUPS), metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a smoke test")
    parser.add_argument("--sync-us", type=int, metavar="N", help="each sync of a file takes so much longer (needs cc)")
    asked = parser.parse_args(arguments)
    if asked.sync_us and slow_disk.EXTRA not in os.environ:
        return slow_disk.run_again(arguments, asked.sync_us)
    with tempfile.TemporaryDirectory(prefix="sceau-bench-") as folder:
        return _run(asked, Path(folder))


def _run(asked: argparse.Namespace, folder: Path) -> int:
    started = time.monotonic()
    found: list[Figure] = []
    with Bench(QUICK if asked.quick else FULL, folder, _progress(started)) as bench:
        try:
            about = list(machine.described(bench, not set(asked.only).isdisjoint(_WITH_POSTGRES)))
            print("\n".join([*about, "", _HEAD]))
            for name in asked.only:
                for figure in _figures(name, bench):
                    _clear()
                    print(_line(figure), flush=True)
                    found.append(figure)
        except (NoServer, NoNginx) as error:
            print(f"no PostgreSQL server, or no nginx: {error}", file=sys.stderr)
            return 1
    _clear()
    short = sum(not figure.reached for figure in found)
    print(f"\n{len(found)} figures, {short} short, in {time.monotonic() - started:.0f} s")
    if asked.json:
        told = {"machine": about, "figures": [{**asdict(figure), "reached": figure.reached} for figure in found]}
        asked.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 0


def _figures(name: str, bench: Bench) -> Iterator[Figure]:
    module = importlib.import_module(LONG.get(name, name))
    figures: Callable[[Bench], Iterator[Figure]] = getattr(module, name if name in LONG else "figures")
    return figures(bench)


def _line(figure: Figure) -> str:
    peer = "" if figure.peer is None else _amount(figure.peer)
    limit = "" if figure.limit is None else f"{'<' if figure.at_most else '>'} {figure.limit:g}{figure.unit}"
    verdict = "" if figure.limit is None else "reached" if figure.reached else "SHORT"
    value = f"{figure.value:.3g}{figure.unit}"
    rates = f"{_amount(figure.ours):>10} {peer:>10} {value:>8}"
    return f"{figure.what:<52} {rates}   {limit:<8} {verdict:<7}  {figure.note}".rstrip()


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _progress(started: float) -> Callable[[str], None]:
    """What is being done, on stderr: one line that is written over, where somebody watches."""
    if not sys.stderr.isatty():
        return lambda text: None
    return lambda text: print(
        f"\r\x1b[K{time.monotonic() - started:4.0f} s  {text[:70]}", end="", file=sys.stderr, flush=True
    )


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
