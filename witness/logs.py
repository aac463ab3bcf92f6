"""The logs that a witness is configured with; a request about any other is refused.

    DIR/logs = ("log " vkey LF | "#" text LF | LF)*      as in c2sp.org/tlog-policy; the origin is the key's name

One key for each origin: a log that changes its key is another log. A running witness sees the file change.
"""

from collections.abc import Mapping
from pathlib import Path

from sceau.domain.errors import FieldInvalid, IntegrityError, NoteInvalid
from sceau.keys import private_file
from sceau.tlog.add_checkpoint import log_id
from sceau.tlog.note import ED25519, Verifier, parse_vkey
from sceau.witness.state import State

LOGS_MAX = 4000  # a list of them stays below private_file.SIZE_MAX
ORIGIN_MAX = 150  # bytes


class Logs:
    """The list in one file, read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[object, Mapping[str, Verifier]] = (None, {})

    def current(self) -> Mapping[str, Verifier]:
        """The logs by id (hex SHA-256 of the origin); IntegrityError if the list cannot be read."""
        try:
            status = self._path.stat()
        except OSError as error:
            raise IntegrityError(f"{self._path}: {error.strerror}") from None
        version = (status.st_mtime_ns, status.st_size, status.st_ino)
        if self._seen[0] != version:
            self._seen = (version, parse(private_file.read(self._path)))
        return self._seen[1]


def create(path: Path) -> None:
    """An empty list; call it inside private_file.locked."""
    private_file.replace(path, b"")


def enrol(path: Path, state: State, log: Verifier) -> None:
    """Witness this log from now on; nothing changes if it is already. FieldInvalid for one that cannot be."""
    _require_witnessable(log)
    with private_file.locked(path.parent):
        logs = parse(private_file.read(path))
        if logs.get(log_id(log.name), log) != log:
            raise FieldInvalid(
                "vkey",
                f"{log.name} is witnessed under another key: a log with a new key bears a new name",
                f"{log.name} est attesté sous une autre clé : un journal de clé nouvelle porte un nom nouveau",
            )
        if len(logs) >= LOGS_MAX:
            raise FieldInvalid("vkey", f"{LOGS_MAX} logs at most", f"{LOGS_MAX} journaux au plus")
        if log_id(log.name) not in logs:
            state.begin(log)
            private_file.replace(path, private_file.read(path) + f"log {log.vkey}\n".encode())


def parse(data: bytes) -> Mapping[str, Verifier]:
    """Read the list, by id; IntegrityError for anything else, an origin given twice included."""
    logs: dict[str, Verifier] = {}
    try:
        lines = data.decode().split("\n")
        for line in lines[:-1]:
            if line and not line.startswith("#"):
                log = parse_vkey(line.removeprefix("log ") if line.startswith("log ") else "")
                _require_witnessable(log)
                logs[log_id(log.name)] = log
    except (UnicodeDecodeError, NoteInvalid, FieldInvalid) as error:
        raise IntegrityError(f"list of logs: {error}") from None
    given = sum(line.startswith("log ") for line in lines)
    if lines[-1] or given != len(logs):
        raise IntegrityError("list of logs: cut, or an origin given twice")
    return logs


def _require_witnessable(log: Verifier) -> None:
    if log.type != ED25519 or len(log.name.encode()) > ORIGIN_MAX:
        raise FieldInvalid(
            "vkey",
            f"a log signs with Ed25519 (type 01), and its name has at most {ORIGIN_MAX} bytes",
            f"un journal signe en Ed25519 (type 01), et son nom a au plus {ORIGIN_MAX} octets",
        )
