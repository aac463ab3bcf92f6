"""Rebuilding the register from the first event, search indexes and the copy over the live view included.

peers    the stock `ProjectionRunner` from PostgreSQL into an SQLite view, records and people, no search index
         reading, decoding and decrypting the same rows and doing nothing with them
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ground import Bench, Place, today
from measure import Case, Figure, interleaved, timed
from stock import open_stock, record, run_projection

from sceau.compose import Ledger
from sceau.domain import canonical, cose
from sceau.keys.personal import open_personal
from sceau.keys.vault import Vault
from sceau.ledger.envelope import CONTEXT
from sceau.projections.projector import Projector
from sceau.projections.rebuild import BATCH, rebuild
from sceau.projections.register import Register

_ORIGIN, _STREAM, _VERSION, _SEALED = 1, 2, 3, 14
_UNREAD = "seal"  # the group that the command line leaves sealed when it makes a view


def figures(bench: Bench) -> Iterator[Figure]:
    """Both engines beside both peers."""
    rows = max(500, bench.effort.events // 4)
    peer = bench.new_url("postgres")
    last = _fill(peer, rows)
    for engine, say in bench.each():
        place = bench.history(engine)
        with place.open() as ledger:
            cases = {
                **_cases(place, ledger, bench),
                "runner": lambda: run_projection(peer, bench.new_folder() / "v", last),
            }
            rounds = interleaved(cases, min(3, bench.effort.rounds), say)
        yield rounds.figure(f"rebuild register, {engine}", "rebuild", "runner", 20, "peer: stock runner")
        yield rounds.figure(f"rebuild register, {engine}", "rebuild", "read", 0.5, "peer: read, decode, decrypt")


def _fill(url: str, rows: int) -> int:
    """A stock application with the same mixture of records; the last notification id."""
    with closing(open_stock(url)) as stock:
        kinds = ("birth", "birth", "birth", "life", "visa")
        for start in range(0, rows, 500):
            stock.save(*(record(kinds[n % len(kinds)], today()) for n in range(start, min(rows, start + 500))))
        return stock.recorder.max_notification_id() or 0


def _cases(place: Place, ledger: Ledger, bench: Bench) -> dict[str, Case]:
    size = ledger.store.size()
    return {
        "rebuild": lambda: timed(size, lambda: _rebuild(ledger, bench.new_folder())),
        "read": lambda: timed(size, lambda: _read(ledger, size)),
    }


def _rebuild(ledger: Ledger, folder: Path) -> None:
    with closing(Projector(Register(), folder / "register_v1.db")) as live:
        rebuild(live, ledger.reader.without(_UNREAD))


def _read(ledger: Ledger, size: int) -> None:
    """Rows, CBOR, data keys, boxes, CBOR: nothing checked but what decrypting checks, nothing kept."""
    vault = Vault(ledger.data_keys, ledger.keystore.secret("kek"), lambda size: b"")
    for start in range(0, size, BATCH):
        events = [canonical.read(cose.split(row.state).payload) for row in ledger.store.follow(start, BATCH)]
        keys = vault.keys([part[2] for event in events for part in event[_SEALED] if part[1] != _UNREAD])
        for event in events:
            place = f"{CONTEXT}|{event[_ORIGIN]}|{event[_STREAM]}|{event[_VERSION]}|"
            for subject, group, key, box in event[_SEALED]:
                if group != _UNREAD:
                    canonical.read(open_personal(keys[key], f"{place}{subject}|{group}".encode(), box))
