"""What every test may ask for: vectors of others, a PostgreSQL server, a clock and randomness that obey.

What is missing is skipped with its reason on a developer's machine; with CI set in the environment it fails.
"""

import hashlib
import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import postgres_server
import pytest
from hypothesis import settings

settings.register_profile("sceau", deadline=None, derandomize=True, database=None)  # a busy machine fails nothing
settings.load_profile("sceau")

ROOT = Path(__file__).resolve().parent.parent


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"CI must run this: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def missing() -> Callable[[str], NoReturn]:
    """`missing(reason)`: what a test needs is not on this machine."""
    return _missing


@pytest.fixture(scope="session")
def cwt() -> ModuleType:
    """An independent library of COSE and CWT; it holds cbor2 below 6, so `.ci/run` lays it over in a run of its own."""
    try:
        return importlib.import_module("cwt")
    except ImportError:
        reason = "the referee cwt stands in requirements/referee.txt, which .ci/run lays over"
        pytest.fail(reason) if os.environ.get("SCEAU_REFEREE") else pytest.skip(reason)


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of test vectors that others made (`crypto/`, `seals/`, `tlog/`)."""
    folder = Path(os.environ.get("SCEAU_VECTORS") or ROOT.parent / "shared" / "vectors")
    if not folder.is_dir():
        _missing(f"no test vectors in {folder}; set SCEAU_VECTORS to their folder")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The owner's URL of a running server, one per test process; take `fresh_postgres` unless you need the server."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_server.server())
        except postgres_server.NoServer as error:
            _missing(f"no PostgreSQL server: {error}")
        yield url


@pytest.fixture
def fresh_postgres(postgres_url: str) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    with postgres_server.database(postgres_url) as url:
        yield url


@pytest.fixture
def select_insert_role() -> Iterator[Callable[[str], str]]:
    """`select_insert_role(url)` gives the URL of a role with SELECT and INSERT on the tables there are now."""
    with ExitStack() as stack:
        yield lambda url: stack.enter_context(postgres_server.select_insert_role(url))


class Clock:
    """A clock that stands still until told: `clock()` is Unix seconds, `clock.today()` the UTC date."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def today(self) -> date:
        return datetime.fromtimestamp(self.now, UTC).date()

    def advance(self, seconds: int) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """A clock at 2026-11-22 09:00:00 UTC."""
    return Clock(int(datetime(2026, 11, 22, 9, tzinfo=UTC).timestamp()))


@pytest.fixture
def random() -> Callable[[int], bytes]:
    """`random(n)`: n bytes, never the same twice in a test, the same in every run."""
    calls = iter(range(1 << 32))
    return lambda size: hashlib.shake_256(b"sceau.tests" + next(calls).to_bytes(4, "big")).digest(size)
