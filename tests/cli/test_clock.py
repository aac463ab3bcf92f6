"""`sceau clock`: days without an event ask for the operator's word before anything is written."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

DAY_NS = 86_400_000_000_000


@pytest.fixture
def today(home: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The date, a month after the last event."""
    now = time.time_ns() + 30 * DAY_NS
    monkeypatch.setattr("time.time_ns", lambda: now)
    return datetime.fromtimestamp(now / 1e9, UTC).date().isoformat()


def test_the_clock_of_a_ledger_in_use_needs_no_word(home: Any) -> None:
    told = home.done("clock")
    assert (told["confirmed"], told["refused"]) == (False, None)
    assert told["last_event"] <= told["clock"]


def test_after_weeks_the_date_is_stated_and_everybody_goes_on(home: Any, today: str) -> None:
    refused = home.refused("act", "establish", "--from", example(), code=5)
    assert refused["code"] == "integrity.clock_ahead" and "sceau clock --today" in refused["message"]
    shown = home.run("clock", "--lang", "en")
    assert (shown.exit_code, "integrity.clock_ahead" in shown.stdout) == (5, True)
    told = home.done("clock", "--today", today)
    assert (told["confirmed"], told["refused"]) == (True, None)
    assert home.birth() and home.done("audit")["holds"]
    assert [event["topic"] for event in home.done("history")].count("clock.confirmed.v1") == 1


@pytest.mark.parametrize(("stated", "code"), [("2026-01-01", 3), ("demain", 2)])
def test_another_date_confirms_nothing(home: Any, today: str, stated: str, code: int) -> None:
    home.refused("clock", "--today", stated, code=code)
    assert home.refused("act", "establish", "--from", example(), code=5)["code"] == "integrity.clock_ahead"


def example() -> Path:
    return Path(__file__).resolve().parents[2] / "examples/acts/birth-1.json"
