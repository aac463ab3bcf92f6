"""What the log costs an append: each prepared batch of 32 is written twice, with leaf and receipt rows and without.

    overhead = (leaf hashes + append - bare append) / (deciding, sealing, signing + bare append)

The bare append is the same one with its leaf and receipt statements left out, into a twin database; it is written now
before and now after the full one. Salts and hashes are made once more, alone, to be timed. Medians over all batches.
"""

import importlib.resources
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from ground import Bench, done, life
from measure import Figure
from psycopg.sql import SQL, Identifier

from sceau.compose import open_store
from sceau.ledger.stores.port import Conflict, EventRow, Receipt, Store
from sceau.ledger.stores.postgres import LOCK_KEY, PostgresStore
from sceau.ledger.stores.sqlite import SqliteStore
from sceau.ledger.stores.sqlite_append import insert, require_unmoved
from sceau.tlog.leaf import event_leaf

BATCH = 32
LIMIT_PERCENT = 6.0
Append = Callable[[Sequence[EventRow], Sequence[Receipt], Mapping[str, int]], int]


def figures(bench: Bench) -> Iterator[Figure]:
    """The share of an append that leaf, salt and receipt take, on both engines."""
    batches = max(20, round(bench.effort.seconds * 400))
    for engine, say in bench.each():
        place = bench.place(engine)
        twin = open_store(bench.new_url(engine))
        with place.open() as ledger:
            both = _Both(ledger.store, bare_append(twin))
            ledger.issuance.store = both
            for number in range(batches):
                if number % 50 == 0:
                    say(f"batch {number}/{batches}")
                start = time.perf_counter()
                done(ledger, [life() for _ in range(BATCH)])
                both.total.append(time.perf_counter() - start)
        twin.close()
        yield both.figure(engine)


@dataclass
class _Both:
    """A store that writes every batch twice, and notes the seconds of each part."""

    full: Store
    bare: Append
    total: list[float] = field(default_factory=list)
    took: dict[str, list[float]] = field(default_factory=lambda: {"full": [], "bare": [], "hash": []})

    def __getattr__(self, name: str) -> Any:
        return getattr(self.full, name)

    def append(self, events: Sequence[EventRow], receipts: Sequence[Receipt], expected: Mapping[str, int]) -> int:
        """The full append and the bare one, each first every second time."""
        parts: list[tuple[str, Callable[[], object]]] = [
            ("full", lambda: self.full.append(events, receipts, expected)),
            ("bare", lambda: self.bare(events, receipts, expected)),
        ]
        if len(self.total) % 2:
            parts.reverse()
        for name, work in [*parts, ("hash", lambda: [event_leaf(os.urandom(32), r.state, r.topic) for r in events])]:
            start = time.perf_counter()
            work()
            self.took[name].append(time.perf_counter() - start)
        return 0

    def figure(self, engine: str) -> Figure:
        """Events a second with and without, and the share."""
        full, bare, hashing = (self.took[name] for name in ("full", "bare", "hash"))
        extra = median(h + f - b for f, b, h in zip(full, bare, hashing, strict=True))
        parts = zip(self.total, full, bare, hashing, strict=True)
        without = median(total - f - b - 2 * h + b for total, f, b, h in parts)
        share, rate = 100 * extra / without, BATCH / without
        note = f"{extra / BATCH * 1e6:.1f} µs/event"
        what = f"leaf, salt and receipt, {engine}, batches of {BATCH}"
        return Figure(what, rate / (1 + share / 100), rate, share, LIMIT_PERCENT, "%", at_most=True, note=note)


def bare_append(store: Store) -> Append:
    """The append of this store without leaves and receipts."""
    if isinstance(store, SqliteStore):
        return _bare_sqlite(store)
    if isinstance(store, PostgresStore):
        return _bare_postgres(store)
    raise TypeError("an unknown store")


def _bare_sqlite(store: SqliteStore) -> Append:
    def append(events: Sequence[EventRow], receipts: Sequence[Receipt], expected: Mapping[str, int]) -> int:
        with store.appender.writing() as cursor:
            cursor.execute("SELECT coalesce(max(notification_id), 0) FROM stored_events")
            first = int(cursor.fetchone()[0])
            with suppress(Conflict):  # the twin has not all streams: it is asked, and not believed
                require_unmoved(cursor, list(expected.items()))
            stored = [(first + n + 1, e.stream, e.version, e.topic, e.state) for n, e in enumerate(events)]
            insert(cursor, "stored_events", stored)
        return first

    return append


def _bare_postgres(store: PostgresStore) -> Append:
    """The store's own call, on a function that was made without the two statements and does not judge what it read."""
    text = importlib.resources.files("sceau.ledger.stores").joinpath("append.sql").read_text()
    for table in ("leaf", "receipt"):
        start = text.index(f"    INSERT INTO {table} ")
        text = text[:start] + text[text.index(";", start) + 1 :].lstrip("\n")
    text = text.replace(
        "max(idx), -1) + 1 INTO first_idx FROM leaf", "max(notification_id), 0) INTO first_idx FROM stored_events"
    )
    text = text.replace("IF stale IS NOT NULL THEN", "IF stale IS NOT NULL AND false THEN")
    with store.recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute(
            SQL(text).format(schema=Identifier(store.recorder.datastore.schema), lock=SQL(str(LOCK_KEY))), prepare=False
        )
    return lambda events, receipts, expected: store.append(events, (), expected)
