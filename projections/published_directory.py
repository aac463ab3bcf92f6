"""A directory that readers read while it is published: one writer at a time, whole files, in a stated order."""

import fcntl
import os
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sceau.projections.pack import DRAFT
from sceau.whole_file import sync_folder, write_synced


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
    """Write what differs beside; then rename one by one, each durable before the next, in the order given."""
    changed = {name: content for name, content in files.items() if not _holds(directory / name, content)}
    drafts = {name: (directory / name).with_name(f".{Path(name).name}{DRAFT}") for name in changed}
    for name, draft in drafts.items():
        draft.parent.mkdir(parents=True, exist_ok=True)
        write_synced(draft, changed[name])
    for folder in {folder for name in changed for folder in Path(name).parents}:
        sync_folder(directory / folder)
    for name, draft in drafts.items():
        draft.replace(directory / name)
        sync_folder((directory / name).parent)


def outdated(directory: Path, folder: str, names: Container[str]) -> list[Path]:
    """The files below `folder` that are not among these names: an earlier release had them."""
    found = (path for path in (directory / folder).rglob("*") if path.is_file())
    return [path for path in found if path.relative_to(directory).as_posix() not in names]


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
