"""Reading the events in order: what projections, history and audit stand on.

A follower checks what it can without keys: every leaf against the stored bytes, every event against its place, and
the chain of its stream. Signatures are verified by commands and by `audit`. Personal parts are opened only where a
vault is given.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from sceau.domain.errors import EnvelopeInvalid, LogBroken
from sceau.domain.events import Event
from sceau.ledger import envelope
from sceau.ledger.envelope import Envelope, Meta
from sceau.ledger.stores.port import LogRow, Store
from sceau.tlog.leaf import event_leaf

BATCH = 1_000
DataKeys = Callable[[Sequence[bytes]], dict[bytes, bytes]]


class Recorded(NamedTuple):
    """One event at its place; `event` carries what could be opened."""

    idx: int
    meta: Meta
    topic: str
    event: Event
    kid: bytes


class Reader:
    """Reads one ledger; `keys` opens personal parts (None: they stay sealed), but those of the groups in `closed`."""

    def __init__(
        self, store: Store, origin: str, keys: DataKeys | None = None, closed: frozenset[str] = frozenset()
    ) -> None:
        self.store = store
        self._origin = origin
        self._keys = keys
        self._closed = closed

    def without(self, *groups: str) -> "Reader":
        """The same reader, leaving some field groups sealed: who needs no seals does not open them."""
        return Reader(self.store, self._origin, self._keys, self._closed | set(groups))

    def read(self, start: int, limit: int = BATCH) -> list[Recorded]:
        """Up to `limit` events from idx `start` on, leaves and chains checked."""
        return self._opened(self.store.follow(start, limit))

    def all(self, start: int = 0, batch: int = BATCH) -> Iterator[Recorded]:
        """Every event from idx `start` on."""
        while found := self.read(start, batch):
            yield from found
            start += len(found)

    def stream(self, stream: str) -> list[Recorded]:
        """The history of one stream."""
        return self._opened(self.store.stream(stream))

    def _opened(self, rows: Sequence[LogRow]) -> list[Recorded]:
        found = [self.check(row) for row in rows]
        check_chains(self.store, rows, found)
        held = self._open_keys(found)
        return [
            Recorded(row.idx, parts.meta, parts.topic, envelope.event(parts, held, self._closed), parts.kid)
            for row, parts in zip(rows, found, strict=True)
        ]

    def check(self, row: LogRow) -> Envelope:
        """The envelope of a row, checked against its leaf and its place."""
        if event_leaf(row.salt, row.state, row.topic) != row.leaf:
            raise LogBroken(f"leaf {row.idx} does not match the event {row.stream} {row.version}")
        found = envelope.parse(row.state)
        check_place(found, row, self._origin)
        return found

    def _open_keys(self, found: Sequence[Envelope]) -> DataKeys | None:
        """All data keys of a batch at once."""
        if self._keys is None:
            return None
        held = self._keys([part.key_id for one in found for part in one.sealed if part.group not in self._closed])
        return lambda ids: held


def check_place(found: Envelope, row: LogRow, origin: str) -> None:
    """EnvelopeInvalid if the event was signed for another place than it stands in."""
    meta = found.meta
    if (meta.origin, meta.stream, meta.version, found.topic) != (origin, row.stream, row.version, row.topic):
        raise EnvelopeInvalid(f"index {row.idx}: signed as {meta.stream} {meta.version}, stored elsewhere")
    if meta.version > row.idx + 1:
        raise EnvelopeInvalid(f"index {row.idx}: version {meta.version}, where at most {row.idx} events came before")


def check_chains(store: Store, rows: Sequence[LogRow], found: Sequence[Envelope]) -> None:
    """EnvelopeInvalid if an event does not name the event before it in its stream, or stands before it."""
    check_links(rows, found, rows_at(store, rows, [(row.stream, row.version - 1) for row in rows if row.version > 1]))


def rows_at(store: Store, rows: Sequence[LogRow], wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], LogRow]:
    """The rows by their places, with what else of the `wanted` places is stored."""
    around = {(row.stream, row.version): row for row in rows}
    missing = sorted({place for place in wanted if place not in around})
    around.update({(row.stream, row.version): row for row in store.find(missing)} if missing else {})
    return around


def check_links(rows: Sequence[LogRow], found: Sequence[Envelope], around: Mapping[tuple[str, int], LogRow]) -> None:
    """`check_chains` where the rows before are at hand."""
    for row, parts in zip(rows, found, strict=True):
        if row.version == 1 and not parts.meta.previous:
            continue
        previous = around.get((row.stream, row.version - 1))
        digest = envelope.digest(previous.state) if previous is not None and previous.idx < row.idx else b""
        if parts.meta.previous != digest or (previous is None and row.version != 1):
            raise EnvelopeInvalid(f"index {row.idx}: {row.stream} {row.version} does not follow the event before it")
