"""A view built again from the first event, beside the live one, and put in its place.

    1. load every event into <file>.new, in large batches, without what only searches need
    2. compare the digests of the new and the live view where both stand at the same event
    3. make the search indexes, take in what was written meanwhile
    4. copy the new content over the live one in one transaction

The live view is read and goes on following all the while; killed anywhere, the live one is as it was. If the digests
differ, somebody changed the view or the code that makes it: nothing is replaced unless the operator accepts that.
"""

import fcntl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sceau.domain.errors import IntegrityError
from sceau.ledger.garbage import seldom_collected
from sceau.ledger.reader import Reader
from sceau.projections import view
from sceau.projections.projector import Progress, ProjectionStopped, Projector

BATCH = 5_000


class RebuildDiffers(IntegrityError):
    """The events give other rows than the live view holds."""

    code = "integrity.rebuild_differs"
    fr = "la vue {view} reconstruite diffère de l'actuelle à {idx} événements : cherchez pourquoi ; --accept remplace"
    en = "the rebuilt view {view} differs from the live one at {idx} events: find out why; --accept replaces it"

    def __init__(self, view: str, idx: int, live: bytes, rebuilt: bytes) -> None:
        detail = f"{view} at {idx}: {live.hex()} is live, {rebuilt.hex()} follows from the events"
        super().__init__(detail, view=view, idx=idx, live=live.hex(), rebuilt=rebuilt.hex())


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it: where the view stands, its digest, and up to which event it was compared (0: none was live)."""

    next_idx: int
    digest: bytes
    compared: int
    differs: RebuildDiffers | None = None


def rebuild(
    live: Projector, reader: Reader, progress: Progress | None = None, accept: bool = False, batch: int = BATCH
) -> Rebuilt:
    """Build the view anew and replace the live content; RebuildDiffers if the digests differ and `accept` is false."""
    with _alone(live.path) as path, seldom_collected(), closing(Projector(live.projection, path, bulk=True)) as fresh:
        fresh.catch_up(reader, batch, progress, until=_standstill(live, reader))
        compared, digest, differs = _compare(live, fresh, reader, batch)
        if differs is not None and not accept:
            raise differs
        fresh.execute(live.projection.indexes)
        reached = fresh.catch_up(reader, batch, progress)
        fresh.copy_over(live)
        return Rebuilt(reached, digest if reached == compared else fresh.digest()[1], compared, differs)


@contextmanager
def _alone(live: Path) -> Iterator[Path]:
    """The path of the new file, empty, while no other rebuild of this view goes on; it is gone afterwards."""
    path = live.with_name(f"{live.name}.new")
    with live.with_name(f"{live.name}.rebuilding").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise view.ViewUnavailable(
                f"{live.name}: another rebuild is under way",
                why_fr=f"{live.name} : une autre reconstruction est en cours",
            ) from None
        _remove(path)  # what a killed rebuild left
        try:
            yield path
        finally:
            _remove(path)


def _standstill(live: Projector, reader: Reader) -> int | None:
    """The event at which the live view is stopped: they can be compared there and nowhere later."""
    status = live.status(reader)
    return status.next_idx if status.error is not None else None


def _compare(live: Projector, fresh: Projector, reader: Reader, batch: int) -> tuple[int, bytes, RebuildDiffers | None]:
    """Bring both to the same event and compare: where, the new digest, and the fault if they differ.

    A live view that holds nothing is not compared.
    """
    try:
        if live.status(reader).next_idx:
            live.catch_up(reader)
    except ProjectionStopped:
        pass  # compared where it stopped
    with view.reading(live.path) as cursor:
        at = view.position(cursor)
        if at == 0:
            return 0, b"", None
        fresh.catch_up(reader, batch, until=at)
        live_digest, (_, rebuilt) = view.digest(cursor), fresh.digest()
    if live_digest == rebuilt:
        return at, rebuilt, None
    return at, rebuilt, RebuildDiffers(live.projection.name, at, live_digest, rebuilt)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
