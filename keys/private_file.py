"""A small secret file on disk: written whole or not at all, for the owner's eyes only.

A writer locks the folder, writes beside the file, syncs, renames, syncs the folder: after a crash the old file or the
new one is there, and two writers never lose one another's work, as each compares under the lock what it had read.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sceau.domain.errors import InputUnreadable, IntegrityError

SIZE_MAX = 1 << 20


def read(path: Path) -> bytes:
    """The whole file; raise InputUnreadable if it cannot be had, IntegrityError beyond 1 MiB."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_MAX + 1)
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
    if len(data) > SIZE_MAX:
        raise IntegrityError(f"{path} is longer than {SIZE_MAX} bytes")
    return data


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder against other writers; its entries are durable at the end. IntegrityError if the disk refuses."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise IntegrityError(f"{folder} cannot be written: {error.strerror}") from None


def replace(path: Path, data: bytes) -> None:
    """Write beside, sync, rename; mode 0600. Call it inside `locked`."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
