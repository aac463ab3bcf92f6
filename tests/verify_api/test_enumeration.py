"""Ten thousand guesses of number and letters: no oracle in what is said, how much, or how long it takes.

The letters are 80 bits, so nobody guesses a pair. What must not be learnt either is that a number exists: a guess with
a number that exists and one with a number that does not are compared, in pairs, through the whole application.
"""

import asyncio
import hashlib
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest

from sceau.seals.published import LookUp
from sceau.verify_api.app import create_app
from sceau.verify_api.look_up import state_of
from sceau.verify_api.service import Settings

PAIRS = 5000
TELLING = 0.10  # of a request's time: the median of 5000 paired differences is steadier than that by far
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@pytest.fixture
def told(made, state, tmp_path: Path, clock) -> Settings:
    for number in range(200):
        state.issue(made.visa(number=f"VPA26{number:03d}A"))
    for number in range(0, 200, 5):
        state.say(made.visa(number=f"VPA26{number:03d}A"), "revoked", reason="stolen")
    return Settings(state.publish(tmp_path / "published"), made.ROOT.public, clock, rate="1000000000/minute")


def guesses() -> Iterator[tuple[str, str]]:
    """Paths in pairs: a number that exists, one that does not; the same shape, other letters each time."""
    drawn = random.Random(20261122)
    for _ in range(PAIRS):
        number = drawn.randrange(200)
        known, unknown = ("".join(drawn.choices(LETTERS, k=16)) for _ in range(2))
        yield tuple(
            f"/v1/documents/VPA{year}{number:03d}A/status?code={code}" for year, code in ((26, known), (27, unknown))
        )


class Asked:
    """What was answered, and how much CPU time each kind of guess took."""

    def __init__(self) -> None:
        self.said: set[tuple[int, tuple[tuple[bytes, bytes], ...], bytes]] = set()
        self.spent: list[tuple[int, int]] = []

    @property
    def telling(self) -> float:
        """The median difference between guesses of a pair, in parts of a request's median time."""
        whole = median(spent for pair in self.spent for spent in pair)
        return abs(median(known - unknown for known, unknown in self.spent)) / whole


def ask(told: Settings, pairs: list[tuple[str, str]]) -> Asked:
    asked = Asked()

    async def run() -> None:
        app = create_app(told)
        async with app.router.lifespan_context(app):
            for at, pair in enumerate(pairs):
                order = (0, 1) if at % 2 else (1, 0)
                spent = {n: await timed(app, pair[n], asked) for n in order}
                asked.spent.append((spent[0], spent[1]))

    asyncio.run(run())
    return asked


async def timed(app, target: str, asked: Asked) -> int:
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    path, _, query = target.partition("?")
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    start = time.process_time_ns()
    await app({**scope, "client": ("192.0.2.1", 1)}, receive, send)
    spent = time.process_time_ns() - start
    asked.said.add((sent[0]["status"], tuple(sorted(sent[0]["headers"])), sent[1]["body"]))
    return spent


def test_ten_thousand_guesses_tell_nothing(told: Settings) -> None:
    asked = ask(told, list(guesses()))
    ((status, _, _),) = asked.said  # one answer, to the last byte and header
    assert status == 404
    assert asked.telling < TELLING


def test_the_statistic_finds_a_leak_of_some_microseconds(told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a look-up that works a little longer for numbers that exist."""
    real = LookUp.find

    def leaking(self: LookUp, number: str, code: str) -> bytes | None:
        if number.startswith("VPA26"):
            hashlib.pbkdf2_hmac("sha256", b"", b"", 60)
        return real(self, number, code)

    monkeypatch.setattr(LookUp, "find", leaking)
    assert ask(told, list(guesses())[:1000]).telling > TELLING


@contextmanager
def traced() -> Iterator[list[tuple[str, int]]]:
    """Every line of ours that runs, in order."""
    lines: list[tuple[str, int]] = []

    def trace(frame, event: str, _: object) -> Callable:
        if event == "line" and "sceau" in frame.f_code.co_filename:
            lines.append((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lines
    finally:
        sys.settrace(before)


def test_the_same_lines_run_for_every_guess(made, told: Settings) -> None:
    """Not only nearly the same time: the same steps, up to the binary search in C."""
    from sceau.verify_api.directory import Versions, open_directory

    known = open_directory(told.directory, told.root_public, Versions())
    runs = set()
    for number, code in (("VPA26000A", "A" * 16), ("VPA27000A", "A" * 16), ("VPA26005A", "7" * 16), ("", "")):
        with traced() as lines:
            assert state_of(known.look_up, known.status, number, code, told.today()) is None
        runs.add(tuple(lines))
    assert len(runs) == 1 and len(runs.pop()) > 5
