"""Every ledger test runs on both stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_ledger import Small, small


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("fresh_postgres"))
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def house(url: str, tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path / "home", url) as made:
        yield made
