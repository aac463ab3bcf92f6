"""A log beside a small ledger; what must hold on both stores takes `log`, the rest one file of SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from log_house import LogHouse
from signer_leaves import KEY, ORIGIN, served
from small_ledger import Small, small

from sceau.ledger.log.signer import CheckpointSigner, StateFile


@pytest.fixture
def log(house: Small, tmp_path: Path) -> LogHouse:
    """No witnesses, on either store."""
    return LogHouse(house, tmp_path)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Small]:
    """A small ledger in SQLite."""
    with small(tmp_path / "home") as made:
        yield made


@pytest.fixture
def alone(lite: Small, tmp_path: Path) -> LogHouse:
    """No witnesses, SQLite."""
    return LogHouse(lite, tmp_path)


@pytest.fixture
def witnessed(lite: Small, tmp_path: Path) -> LogHouse:
    """Three witnesses, two of them a quorum, SQLite."""
    return LogHouse(lite, tmp_path, "abc")


@pytest.fixture
def state(tmp_path: Path) -> StateFile:
    """A log begun a moment ago."""
    made = StateFile(tmp_path / "head.json", ORIGIN, KEY)
    made.create()
    return made


@pytest.fixture(params=["in the process", "behind a socket"])
def signer(request: pytest.FixtureRequest, state: StateFile, tmp_path: Path) -> Iterator[CheckpointSigner]:
    if request.param == "in the process":
        yield state
        return
    with served(state, tmp_path / "sock") as remote:
        yield remote
