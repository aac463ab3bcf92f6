"""The streams that everything relies on, read before anything in them is verified."""

import random
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest

from sceau.domain import office
from sceau.domain.events import Event
from sceau.domain.office import MandateGranted, OfficeOpened
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger import envelope
from sceau.ledger.history import read_history
from sceau.ledger.stores.port import LogRow

NOBODY = SoftwareSigner.from_seed(b"n" * 32, Algorithm.ED25519)
OPENED = OfficeOpened("PAR", "PA", "embassy", "FRA", "Paris", "Ambassade", "Embassy", "2026-11-22")
PARIS = "office:PAR"


class Rows:
    """A store that holds these events in one stream."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.rows = [_row(idx, event) for idx, event in enumerate(events)]

    def streams(self, prefix: str) -> list[LogRow]:
        return self.rows if PARIS.startswith(prefix) else []


def _row(idx: int, event: Event) -> LogRow:
    meta = envelope.Meta("log", PARIS, idx + 1, b"", 0, "MAE", "x", "none", b"", b"", ())
    state = envelope.seal(meta, event, NOBODY, lambda key_id: b"", bytes)
    return LogRow(idx, PARIS, idx + 1, event.topic, state, bytes(32), b"", PARIS, idx + 1)


def granted(count: int) -> list[Event]:
    return [MandateGranted(f"PAR-{n}", ("acts",), "2026-01-01", "2027-01-01") for n in range(count)]


@pytest.mark.parametrize("seed", range(3))
def test_the_state_at_every_version_in_any_order(seed: int) -> None:
    events = [OPENED, *granted(20)]
    store: Any = Rows(events)
    store.rows[7] = store.rows[7]._replace(state=b"no event")
    states, state = [], office.Office()
    for at, event in enumerate(events):
        state = state if at == 7 else office.evolve(state, event)
        states.append(state)
    history = read_history(store)
    for version in random.Random(seed).sample(range(-2, 25), 27):
        expected = states[version - 1] if 0 < version <= len(states) else None
        assert history.state(PARIS, version) == expected
    assert history.state("office:BER", 1) is None


def test_each_event_is_applied_once_whatever_versions_are_relied_upon(monkeypatch: pytest.MonkeyPatch) -> None:
    """An insider may rely on the first and the last version in turns."""
    from sceau.ledger import history as reading

    applied: list[Any] = []
    monkeypatch.setattr(reading, "_applied", lambda stream, state, event: applied.append(event) or state)
    store: Any = Rows([OPENED, *granted(20)])
    history = read_history(store)
    for version in (21, 1, 21, 2, 20):
        history.state(PARIS, version)
    assert len(applied) == 21


def test_thousands_of_mandates_that_nobody_signed_cost_their_own_size() -> None:
    """As many states, each with all the mandates before it, took a gigabyte for the rows of one small export."""
    store: Any = Rows([OPENED, *granted(1_500)])
    tracemalloc.start()
    try:
        assert len(read_history(store).state(PARIS, 1_501).mandates) == 1_500
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()
