"""A tlog-tiles log in a directory: files that anybody may copy, of which no reader ever sees a half.

    DIR/checkpoint               the newest head; replaced, after everything that it speaks of
    DIR/tile/L/N[.p/W]           hashes    \\  c2sp.org/tlog-tiles: once there, never with other bytes
    DIR/tile/entries/N[.p/W]     entries   /
    DIR/tlog-policy              by whom a head must be signed; replaced        DIR/log.vkey    the log's own key
    DIR/.pending                 a head that is signed, whose tiles are there, and that waits for its witnesses
    DIR/.previous                the checkpoint before this one, so that its reader still finds his partial tiles
    DIR/.new/                    what is being written; whoever holds DIR/.lock clears it

A batch is written beside, synced, renamed, and its folders synced; only then may a checkpoint be replaced.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sceau.domain.errors import LogBroken, LogUnavailable
from sceau.tlog import tile

CHECKPOINT, POLICY, VKEY = "checkpoint", "tlog-policy", "log.vkey"
PENDING, PREVIOUS = ".pending", ".previous"
PUBLIC = (CHECKPOINT, POLICY, VKEY)  # and tiles: what may be served
FILES = (*PUBLIC, PENDING, PREVIOUS)
_DRAFTS, _LOCK = ".new", ".lock"


class LogDirectory:
    """One log's files. Reading needs no lock; writing is for the one who holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str) -> bytes:
        """The bytes of one file; ProofInvalid for what is no name in a log, FileNotFoundError for what is not there."""
        if name not in FILES:
            tile.parse_path(name)
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise FileNotFoundError(name) from None
        except OSError as error:
            raise _unavailable(self.path, error) from None

    def find(self, name: str) -> bytes | None:
        """As `read`, None where there is no such file yet."""
        try:
            return self.read(name)
        except FileNotFoundError:
            return None

    @contextmanager
    def locked(self, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Be the only writer; `waiting` is called once if another one is at work."""
        with _told(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(handle, fcntl.LOCK_EX)
            with _told(self.path):
                shutil.rmtree(self.path / _DRAFTS, ignore_errors=True)
                (self.path / _DRAFTS).mkdir()
            yield
        finally:
            os.close(handle)

    def add(self, files: Mapping[str, bytes]) -> None:
        """Make these files durable; LogBroken if one of them is there with other bytes, and then none is added."""
        missing = [(name, data) for name, data in files.items() if not self._there(name, data)]
        with _told(self.path):
            self._rename(missing)
            for folder in sorted({folder for name in files for folder in (self.path / name).parents}, reverse=True):
                if folder.is_relative_to(self.path):  # also of files found there: who wrote them may have been killed
                    _sync(folder, os.O_DIRECTORY)

    def replace(self, files: Mapping[str, bytes]) -> None:
        """Put other files in the place of those that may change, one after the other; durable on return."""
        with _told(self.path):
            self._rename([*files.items()])
            _sync(self.path, os.O_DIRECTORY)

    def drop(self, names: list[str]) -> None:
        """Remove folders of partial tiles whose full tile has been published."""
        for name in names:
            shutil.rmtree(self.path / name, ignore_errors=True)

    def _there(self, name: str, data: bytes) -> bool:
        found = self.find(name)
        if found is not None and found != data:
            raise LogBroken(f"{self.path / name} was written before with other bytes")
        return found is not None

    def _rename(self, files: list[tuple[str, bytes]]) -> None:
        drafts = [self.path / _DRAFTS / str(number) for number in range(len(files))]
        for draft, (_, data) in zip(drafts, files, strict=True):
            _write(draft, data)
        for draft in drafts:  # after all are written, so that the disk may order them
            _sync(draft)
        for draft, (name, _) in zip(drafts, files, strict=True):
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            draft.replace(self.path / name)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
    finally:
        os.close(handle)


def _sync(path: Path, flags: int = 0) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unavailable(path, error) from None


def _unavailable(path: Path, error: OSError) -> LogUnavailable:
    return LogUnavailable.of(path, error)
