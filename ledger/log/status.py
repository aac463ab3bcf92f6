"""Where a published log stands: what a service monitor asks for, at the cost of one checkpoint and its right edge."""

from typing import NamedTuple

from sceau.domain.errors import LedgerBehind, LogBroken, NoteInvalid
from sceau.ledger.log.directory import CHECKPOINT, PENDING, LogDirectory
from sceau.ledger.log.follow import published, reader_of
from sceau.ledger.stores.port import Store
from sceau.tlog import note as notes
from sceau.tlog.line import to_base64
from sceau.tlog.policy import Policy, Quorum


class Status(NamedTuple):
    """`age` in seconds since half of the witnesses had cosigned, or since the file was written where there are none.

    It is negative where the clock stands before that. `pending` leaves are signed and wait for witnesses; `lag` leaves
    are in the database and not published (None: no database was given).
    """

    origin: str
    size: int
    root: str
    age: int
    quorum: bool
    witnesses: dict[str, int]
    missing: list[str]
    pending: int
    lag: int | None


def status_of(directory: LogDirectory, policy: Policy, store: Store | None, now: int) -> Status:
    """The status; LogBroken for a head that does not hold, LedgerBehind for an older database.

    FileNotFoundError where no head was published yet.
    """
    quorum = _judged(directory, policy)
    head = quorum.checkpoint
    reader_of(directory, head)
    stored = None if store is None else store.size()
    if stored is not None and stored < head.size:
        raise LedgerBehind(f"{stored} < {head.size}")
    waiting = published(directory, PENDING, policy.log).checkpoint.size
    return Status(
        head.origin,
        head.size,
        to_base64(head.root),
        now - _signed_at(directory, quorum),
        quorum.met,
        dict(quorum.witnesses),
        [name for name in policy.witnesses if name not in quorum.witnesses],
        max(0, waiting - head.size),
        None if stored is None else stored - head.size,
    )


def _judged(directory: LogDirectory, policy: Policy) -> Quorum:
    try:
        return policy.met_by(notes.parse(directory.read(CHECKPOINT)))
    except NoteInvalid as error:
        raise LogBroken(f"{directory.path / CHECKPOINT}: {error.detail}") from None


def _signed_at(directory: LogDirectory, quorum: Quorum) -> int:
    times = sorted(quorum.witnesses.values())
    return times[len(times) // 2] if times else int((directory.path / CHECKPOINT).stat().st_mtime)
