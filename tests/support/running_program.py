"""The program as a process of its own, and what is waited for of it."""

import json
import os
import signal
import subprocess
import threading
from typing import Any

import pytest


def started(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    from importlib import import_module

    program = import_module("sys").executable
    command = [program, "-c", "from sceau.cli import main; main()", *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


def until(true: Any) -> None:
    patience = threading.Event()
    for _ in range(400):
        if true():
            return
        patience.wait(0.05)
    pytest.fail("it never came")


def told(*arguments: object) -> Any:
    from typer.testing import CliRunner

    from sceau.cli import app

    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)
