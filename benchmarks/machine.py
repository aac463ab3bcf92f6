"""What the figures were taken on: machine, versions, and how durable a commit is, asked of the databases themselves."""

import os
import platform
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

import psycopg
from ground import Bench
from stock import open_stock, synchronous

from sceau.compose import open_store

_FULL = 2
_SYNCS = 100
_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


def described(bench: Bench, postgres: bool) -> Iterator[str]:
    """One line each; PostgreSQL's only when it takes part."""
    load = os.getloadavg()[0]
    yield f"machine   {_processor()}, {os.cpu_count()} cores, load {load:.1f} at the start; {platform.platform()}"
    yield f"disk      a sync of 4 KiB takes {_sync_ms(bench.new_folder() / 'sync'):.2f} ms (median of {_SYNCS})"
    yield f"python    {platform.python_version()}"
    yield f"sqlite    {sqlite3.sqlite_version}; {_sqlite(bench)}"
    if postgres:
        yield f"postgres  {_postgres(bench.server())}"


def _sync_ms(path: Path) -> float:
    """How long a durable write takes here: what a commit waits for."""
    spent = []
    with path.open("wb", buffering=0) as file:
        for _ in range(_SYNCS):
            file.write(bytes(4096))
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            spent.append(time.perf_counter() - start)
    return median(spent) * 1000


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _sqlite(bench: Bench) -> str:
    """Our store refuses to open in another mode (StoreUnsafe); the peer's is looked up."""
    url = bench.new_url("sqlite")
    open_store(url).close()
    with closing(open_stock(url)) as stock:
        if synchronous(stock) != _FULL:
            raise RuntimeError(
                "the peer's file is not synchronous=FULL: it would be compared with something less durable"
            )
    return "WAL, synchronous=FULL, ours and the peer's"


def _postgres(url: str) -> str:
    with psycopg.connect(url) as connection:
        modes = [f"{name}={connection.execute(f'SHOW {name}').fetchone()[0]}" for name in _SETTINGS]  # type: ignore[index]
        version = connection.info.server_version
    return f"{version // 10000}.{version % 10000}; {', '.join(modes)}, Unix socket"
