"""A witness in a folder, and a log that it is configured with."""

from pathlib import Path

import pytest
import small_log

from sceau.keys import private_file
from sceau.witness import logs
from sceau.witness.service import Witness


@pytest.fixture
def log() -> small_log.SmallLog:
    return small_log.SmallLog()


@pytest.fixture
def folder(tmp_path: Path, log: small_log.SmallLog) -> Path:
    """The folder of a witness that is configured with `log` and has seen nothing of it."""
    home = tmp_path / "witness"
    home.mkdir()
    with private_file.locked(home):
        logs.create(home / "logs")
    logs.enrol(home / "logs", small_log.state_in(home), log.verifier)
    return home


@pytest.fixture
def witness(folder: Path) -> Witness:
    return small_log.witness_in(folder)
