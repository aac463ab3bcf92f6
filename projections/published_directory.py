"""A directory that readers read while it is published: one writer at a time, whole files, in a stated order."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sceau.projections.pack import DRAFT


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """One publisher at a time; the lock goes with the process."""
    folder = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def replace(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write everything beside; then rename one by one, each durable before the next, in the order given."""
    drafts = {name: (directory / name).with_name(f".{Path(name).name}{DRAFT}") for name in files}
    for draft in drafts.values():
        draft.parent.mkdir(exist_ok=True)
    for name, content in files.items():
        with drafts[name].open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for name, draft in drafts.items():
        draft.replace(directory / name)
        _sync((directory / name).parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
