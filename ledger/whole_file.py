"""A file put in its place whole and durable, or not at all: for what is exported, and for what an auditor remembers."""

import os
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Write beside, sync, rename, sync the folder; OSError as it comes."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system has a way to."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
