"""A log directory made whole again from the event store: every file that its checkpoint calls for, byte for byte.

    1  verify the directory from its bytes (fsck.py); most hold, and are left alone
    2  the store must give the checkpoint's root: else the directory holds another history, which is evidence
    3  integrate once more, and write what is missing or has other bytes

For a copy that is handed over. A head is never made here: what lies past the checkpoint is the next step's.
"""

from collections.abc import Mapping

from sceau.domain.errors import LogBroken, NoteInvalid
from sceau.ledger.head import stored_root
from sceau.ledger.log.directory import CHECKPOINT, LogDirectory
from sceau.ledger.log.fsck import check
from sceau.ledger.log.integrate import integrate
from sceau.ledger.log.rule import alone, read_policy
from sceau.ledger.stores.port import Store
from sceau.tlog.checkpoint import open_checkpoint
from sceau.tlog.merkle import EMPTY_ROOT
from sceau.tlog.note import Verifier
from sceau.tlog.tile import TileReader


def repair(directory: LogDirectory, store: Store, log: Verifier) -> int:
    """How many files were written again. Without a checkpoint of this log, nothing is known and nothing done.

    LogBroken if the store does not have the history that the checkpoint speaks of.
    """
    try:
        head = open_checkpoint(directory.read(CHECKPOINT), log)[0]
    except (FileNotFoundError, NoteInvalid):
        return 0
    if check(directory, read_policy(alone(log).encode(), log)).holds:
        return 0
    if store.size() < head.size or stored_root(store, head.size) != head.root:
        raise LogBroken(f"{directory.path} holds another history than the ledger: keep it, and write elsewhere")
    mended = _Mended(directory.path)
    with mended.locked():
        integrate(store, mended, TileReader(0, EMPTY_ROOT, mended.read), head.size)
    return mended.written


class _Mended(LogDirectory):
    """Takes away what has other bytes, where a log's writer would refuse."""

    written = 0

    def add(self, files: Mapping[str, bytes]) -> None:
        wrong = {name: data for name, data in files.items() if self.find(name) != data}
        for name in wrong:
            (self.path / name).unlink(missing_ok=True)
        super().add(wrong)
        self.written += len(wrong)
