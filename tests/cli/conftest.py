"""An installation for each test, and the program itself: in this process, or as another process."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sceau import demo_setup
from sceau.cli import app

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-c", "from sceau.cli import main; main()"]


@dataclass(frozen=True)
class Home:
    """One installation: three missions, software keys."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'ledger.db'}"

    def run(self, *arguments: object, stdin: str | None = None, office: str = "BAG") -> Any:
        """Run the program in this process; the officer is the office's first."""
        environment = {"SCEAU_OFFICE": office, "SCEAU_OFFICER": f"{office}-1", "COLUMNS": "200"}
        return CliRunner().invoke(app, [*map(str, arguments), "--database", self.url], stdin, environment)

    def done(self, *arguments: object, office: str = "BAG") -> Any:
        """Run it, and return what --json tells."""
        import json

        result = self.run(*arguments, "--json", office=office)
        assert result.exit_code == 0, (result.stdout, result.stderr)
        return json.loads(result.stdout)

    def refused(self, *arguments: object, office: str = "BAG", code: int = 3) -> Any:
        """Run it, and return the error that --json tells."""
        import json

        result = self.run(*arguments, "--json", office=office)
        assert result.exit_code == code, (result.exit_code, result.stdout, result.stderr)
        assert result.stdout == ""
        return json.loads(result.stderr)

    def birth(self) -> str:
        """A birth act."""
        return str(self.done("act", "establish", "--from", example("acts/birth-1"))["number"])

    def extract(self, act: str, *options: object) -> str:
        """A birth extract."""
        return str(self.done("issue", "birth_extract", "--act", act, *options)["number"])


def example(name: str) -> Path:
    return ROOT / "examples" / f"{name}.json"


def program(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The program as its users start it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, text=True, env={**kept, **environment}, check=False
    )


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded") / "home"
    demo_setup.installed(folder, None, ROOT / "examples")
    return folder


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No variable of the developer's, no memory of other tests."""
    for name in list(os.environ):
        if name.startswith("SCEAU_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SCEAU_LANG", "en")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Home:
    """A fresh copy of the installation."""
    shutil.copytree(founded, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def sceau() -> "Callable[..., subprocess.CompletedProcess[str]]":
    return program


@pytest.fixture
def examples() -> Path:
    return ROOT / "examples"
