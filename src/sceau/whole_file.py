"""Files that are whole and durable, or not there at all: what is published, exported, or remembered."""

import os
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Write beside, sync, rename, sync the folder; OSError as it comes."""
    fresh = path.with_name(path.name + ".new")
    write_synced(fresh, data)
    fresh.replace(path)
    sync_folder(path.parent)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file whose content outlives a power cut; its name does once the folder is synced."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system has a way to."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
