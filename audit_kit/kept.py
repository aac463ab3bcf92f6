"""The checkpoints that this auditor ever saw: whoever rewrites history has to rewrite this directory too.

    STATE/<sha256 of the vkey, 16 digits>/log                      the vkey of the log
                                         /genesis                id of the key at index 0, hex
                                         /<size>-<root>.checkpoint    signed notes of exports, one per root ever seen
                                         /<size>-<root>.shown         the same, as a witness showed them

STATE is SCEAU_AUDIT_STATE, or sceau-audit in the user's state directory. Only notes that the log's key signed are
kept, and believed when they are read again. Two of them contradict each other when one tree cannot begin with the
other: a fork, and both are evidence. Another key under the same name is another log.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

from sceau.domain.errors import InputUnreadable, NoteInvalid
from sceau.tlog.checkpoint import Checkpoint, open_checkpoint
from sceau.tlog.note import Verifier
from sceau.whole_file import replace_file, sync_folder

_OURS, _SHOWN = ".checkpoint", ".shown"


class Kept(NamedTuple):
    """One checkpoint with its note, byte for byte, and where it is from; `shown`: by a witness, beside any export."""

    checkpoint: Checkpoint
    note: bytes
    source: str
    shown: bool = False


class State:
    """What is kept of one log."""

    def __init__(self, folder: Path, log: Verifier) -> None:
        self._folder = folder / hashlib.sha256(log.vkey.encode()).hexdigest()[:16]
        self._log = log

    def checkpoints(self) -> list[Kept]:
        """Every checkpoint kept, smallest first; InputUnreadable for a file that is none of this log."""
        found = []
        for path in sorted([*self._folder.glob(f"*{_OURS}"), *self._folder.glob(f"*{_SHOWN}")]):
            data = _read(path)
            try:
                checkpoint = open_checkpoint(data, self._log)[0]
            except NoteInvalid as error:
                raise InputUnreadable(
                    f"{path}: {error}", why_fr=f"{path} : pas un état gardé que l'on puisse lire"
                ) from None
            found.append(Kept(checkpoint, data, path.name, path.suffix == _SHOWN))
        return sorted(found, key=lambda one: one.checkpoint.size)

    def keep(self, checkpoint: Checkpoint, note: bytes, shown: bool = False) -> None:
        """Keep one more; the first note with the same size and root stays."""
        path = self._folder / f"{checkpoint.size:016d}-{checkpoint.root.hex()[:16]}{_SHOWN if shown else _OURS}"
        if not path.exists():
            self._write(path, note)

    def genesis(self) -> bytes | None:
        """The id of the key at index 0, as seen first."""
        path = self._folder / "genesis"
        try:
            return bytes.fromhex(_read(path).decode("ascii").strip()) if path.exists() else None
        except ValueError:
            raise InputUnreadable(f"{path}: not hexadecimal", why_fr=f"{path} : pas de l'hexadécimal") from None

    def keep_genesis(self, kid: bytes) -> None:
        """Pin it."""
        self._write(self._folder / "genesis", kid.hex().encode() + b"\n")

    def _write(self, path: Path, data: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for place, content in ((self._folder / "log", self._log.vkey.encode() + b"\n"), (path, data)):
                replace_file(place, content)  # what is forgotten here is forgotten for good
            sync_folder(self._folder.parent)
        except OSError as error:
            raise InputUnreadable.of(path, error) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
