"""A small ledger in use, and an auditor with policy and state of his own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from auditor_desk import Desk, Program, use
from small_ledger import Small, small


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """For tests that only read it."""
    with small(tmp_path_factory.mktemp("worked") / "home") as made:
        use(made)
        yield made


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Small]:
    """For tests that write."""
    with small(tmp_path / "home") as made:
        use(made)
        yield made


@pytest.fixture
def desk(worked: Small, tmp_path: Path) -> Desk:
    """A good export of it."""
    made = Desk(tmp_path, worked)
    made.write()
    return made


@pytest.fixture
def program(desk: Desk, tmp_path: Path) -> Program:
    """The program over that export."""
    return Program(desk, tmp_path)
