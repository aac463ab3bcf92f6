"""Auditing: signatures, places, chains, leaves, read-sets, numbers and receipts of a whole history.

peer of one process      libsodium's verification of the same signed bytes, already in memory, on one core
peer of two processes    the audit in one
"""

from collections.abc import Iterator
from functools import partial

from ground import Bench, Place
from measure import Case, Figure, interleaved, timed
from nacl.bindings import crypto_sign_open

from sceau.compose import Ledger, open_store
from sceau.domain.errors import IntegrityError
from sceau.keys.keyring import Purpose
from sceau.ledger import envelope
from sceau.ledger.audit import Report, audit, audit_parallel

_CHUNK = 1_000


def figures(bench: Bench) -> Iterator[Figure]:
    """One process and two, on both engines."""
    for engine, say in bench.each():
        place = bench.history(engine)
        with place.open() as ledger:
            cases = _cases(place, ledger)
            rounds = interleaved(cases, min(3, bench.effort.rounds), say)
        yield rounds.figure(f"audit, {engine}, one process", "audit", "bare", 0.8, "peer: bare verification")
        yield rounds.figure(f"audit, {engine}, two processes", "two", "audit", 1.6, "peer: one process")


def _cases(place: Place, ledger: Ledger) -> dict[str, Case]:
    origin = place.config.state.origin
    genesis = envelope.parse(ledger.store.follow(0, 1)[0].state).kid
    head, store, size = ledger.head, ledger.store, ledger.store.size()
    opened = partial(open_store, place.config.database, False)
    signed = signed_bytes(ledger, size)
    return {
        "bare": lambda: timed(size, lambda: [crypto_sign_open(message, public) for message, public in signed]),
        "audit": lambda: timed(size, lambda: _holds(audit(store, origin, genesis, head))),
        "two": lambda: timed(size, lambda: _holds(audit_parallel(opened, origin, genesis, head, 2, lambda done: None))),
    }


def signed_bytes(ledger: Ledger, size: int) -> list[tuple[bytes, bytes]]:
    """What libsodium takes of the first `size` events: signature and signed bytes in one, and the public key."""
    publics = {
        ledger.keystore.signer(name).kid: ledger.keystore.signer(name).public
        for name in ledger.keystore.names()
        if name.startswith(f"{Purpose.EVENT.value}:")
    }
    return [
        (found.signature + found.signed, publics[found.kid])
        for start in range(0, size, _CHUNK)
        for found in map(_parsed, ledger.store.follow(start, _CHUNK))
    ]


def _parsed(row: object) -> envelope.Envelope:
    return envelope.parse(row.state)  # type: ignore[attr-defined]


def _holds(report: Report) -> None:
    """An audit that finds something would be timed for nothing."""
    if not report.holds:
        raise IntegrityError(str(report.findings[0]))
