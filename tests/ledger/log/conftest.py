"""A log beside a small ledger; what must hold on both stores takes `log`, the rest one file of SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from log_house import LogHouse
from small_ledger import Small, small


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
