"""A stream is folded once, however many events it has and however the log is cut; what fails, fails at every event."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_ledger import Small, small

from sceau.ledger import audit, replay
from sceau.ledger import commands as c
from sceau.ledger.findings import Report
from sceau.ledger.replay import Replay

PRINTS = 40


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Small]:
    """One visa, printed again and again."""
    with small(tmp_path / "home") as made:
        number = made.visa()
        for _ in range(PRINTS):
            made.do(c.PrintDocument(number=number, **made.by()))
        yield made


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The topics of the events that are applied."""
    topics: list[str] = []
    event_of = replay.event_of
    monkeypatch.setattr(replay, "event_of", lambda topic, *rest: topics.append(topic) or event_of(topic, *rest))
    return topics


def audited(house: Small) -> Report:
    kid = house.ledger.keystore.signer("event:MAE").kid
    return audit.audit(house.ledger.store, house.config.state.origin, kid)


@pytest.mark.parametrize("batch", [1, 7, 1_000])
def test_each_event_is_applied_once(
    house: Small, applied: list[str], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(audit, "BATCH", batch)
    assert audited(house).holds
    assert len(applied) == PRINTS  # of the visa and its prints, all but the last


def test_what_was_forgotten_is_folded_again(house: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "KEPT_MAX", 0)
    assert audited(house).holds


def test_an_earlier_version_is_not_judged_by_a_later_state(house: Small) -> None:
    rows = {(row.stream, row.version): row for row in house.ledger.store.rows(0, house.ledger.store.size())}
    stream = next(stream for stream, version in rows if version == PRINTS)
    states = Replay(house.ledger.store)
    late, early = (states.before(rows[stream, version], {}, {}) for version in (PRINTS, 3))
    assert (late.copies, early.copies) == (PRINTS - 2, 1)


def test_a_missing_event_stops_every_later_one(house: Small) -> None:
    rows = {(row.stream, row.version): row for row in house.ledger.store.rows(0, house.ledger.store.size())}
    stream = next(stream for stream, version in rows if version == PRINTS)

    class Gone:
        """The same store without one event."""

        def find(self, pairs: list[tuple[str, int]]) -> list[Any]:
            return [row for row in house.ledger.store.find(pairs) if row.version != 5]

    states = Replay(Gone())  # type: ignore[arg-type]
    for version in (6, 7, PRINTS):
        with pytest.raises(KeyError, match="5"):
            states.before(rows[stream, version], {}, {})
