"""The product's own programs in processes of their own, as an operator starts them; ended when no longer needed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ground import PASSPHRASE, Place

PATIENCE_S = 30.0
_SCEAU = (sys.executable, "-c", "from sceau.cli import main; main()")


def of(place: Place) -> list[str]:
    """The options that name an installation."""
    return ["--database", place.config.database, "--home", str(place.config.home)]


def run(*arguments: str) -> None:
    """`sceau` with these arguments, to its end; CalledProcessError unless it ends well."""
    subprocess.run([*_SCEAU, *arguments], check=True, stdout=subprocess.DEVNULL, env=_environment())


@contextmanager
def running(arguments: Sequence[str], said: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """`sceau` with these arguments, once `ready`; what it says goes to the file `said`. Ended on leaving."""
    with said.open("wb") as file:
        process = subprocess.Popen([*_SCEAU, *arguments], stdout=file, stderr=file, env=_environment())
        try:
            until(ready, lambda: f"{' '.join(arguments[:2])}: {said.read_text()[-2000:]}")
            yield
        finally:
            process.terminate()
            process.wait()


def until(done: Callable[[], bool], why: Callable[[], str], pause: float = 0.02) -> None:
    """Wait; TimeoutError when it takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(why())
        time.sleep(pause)


def _environment() -> dict[str, str]:
    return {**os.environ, "SCEAU_PASSPHRASE": PASSPHRASE}
