"""The peer: the `eventsourcing` library as its manual shows it: declarative aggregates, JSON, unsigned, unencrypted.

Its events say what ours say of the same act or paper. It keeps no numbers, no receipts, no log; its SQLite file and its
tables on the server are as durable as ours: WAL with synchronous=FULL, and the server's own settings.
"""

import sqlite3
import time
from collections.abc import Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import people
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteTrackingRecorder
from psycopg.conninfo import conninfo_to_dict

_numbers = count()


class Record(Aggregate):
    """One act or paper."""

    @event("Recorded")
    def __init__(self, number: str, kind: str, office: str, officer: str, on: str, values: dict[str, str]) -> None:
        self.number = number
        self.kind = kind
        self.office = office
        self.officer = officer
        self.on = on
        self.values = values


class Stock(Application[UUID]):
    """The library's application, nothing added."""

    name = "stock"


def open_stock(url: str) -> Stock:
    """The peer on the database of this URL; on SQLite in a file beside it."""
    return Stock(env=environment(url))


def environment(url: str) -> dict[str, str]:
    """The library's settings for a database URL."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///")).with_name("stock.db")
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path), "SQLITE_LOCK_TIMEOUT": "10"}
    parts = conninfo_to_dict(url)
    named = {"DBNAME": "dbname", "HOST": "host", "USER": "user"}
    settings = {f"POSTGRES_{name}": str(parts[part]) for name, part in named.items()}
    port = {"POSTGRES_PORT": "5432", "POSTGRES_PASSWORD": ""}
    return {"PERSISTENCE_MODULE": "eventsourcing.postgres", **port, **settings}


def record(kind: str, today: date) -> Record:
    """A record of another person; `kind`: "birth", "life" or "visa"."""
    n = next(_numbers)
    values: Mapping[str, str] = getattr(people, kind)(n, today)
    return Record(f"PAR-2026-N-{n:06}", kind, "PAR", "PAR-1", today.isoformat(), dict(values))


def synchronous(stock: Stock) -> int:
    """SQLite's setting on the peer's own connection: 2 is FULL."""
    recorder = stock.recorder
    if not isinstance(recorder, SQLiteApplicationRecorder):
        raise TypeError("not on SQLite")
    with recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA synchronous")
        return int(cursor.fetchone()[0])


class RegisterView(SQLiteTrackingRecorder):
    """A view as the manual shows it: rows and position in one transaction, one event at a time."""

    def construct_create_table_statements(self) -> list[str]:
        """The register's rows, and the people they name."""
        return [
            *super().construct_create_table_statements(),
            "CREATE TABLE IF NOT EXISTS records"
            " (number TEXT PRIMARY KEY, kind TEXT, office TEXT, officer TEXT, on_day TEXT)",
            "CREATE TABLE IF NOT EXISTS people (number TEXT, role TEXT, surname TEXT, given_names TEXT)",
        ]

    def add(self, recorded: Any, tracking: Tracking) -> None:
        """Write one event's rows and the position."""
        values = recorded.values
        people_rows = [
            (recorded.number, role, values[f"{role}surname"], values.get(f"{role}given_names", ""))
            for role in ("", "father_", "mother_")
            if f"{role}surname" in values
        ]
        with self.datastore.transaction(commit=True) as cursor:
            row = (recorded.number, recorded.kind, recorded.office, recorded.officer, recorded.on)
            cursor.execute("INSERT INTO records VALUES (?,?,?,?,?)", row)
            cursor.executemany("INSERT INTO people VALUES (?,?,?,?)", people_rows)
            self._insert_tracking(cursor, tracking)


class StockRegister(Projection[RegisterView]):
    """The projection that the runner drives."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Apply one event."""
        self.view.add(domain_event, tracking)


def run_projection(url: str, view: Path, last: int) -> float:
    """Run the library's runner over a PostgreSQL application until it has applied notification `last`; events a second.

    Its `wait` polls too coarsely for a stopwatch, so the view's own position is looked at.
    """
    named = {"STOCKREGISTER_PERSISTENCE_MODULE": "eventsourcing.sqlite", "STOCKREGISTER_SQLITE_DBNAME": str(view)}
    start = time.perf_counter()
    with ProjectionRunner(
        application_class=Stock,
        projection_class=StockRegister,
        view_class=RegisterView,
        env={**environment(url), **named},
    ) as runner:
        while (runner.view.max_tracking_id("stock") or 0) < last:
            if runner.is_interrupted.is_set():
                break
            time.sleep(0.002)
        spent = time.perf_counter() - start
    with sqlite3.connect(view) as rows:
        return int(rows.execute("SELECT count(*) FROM records").fetchone()[0]) / spent
