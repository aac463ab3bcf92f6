"""Streams as they stand: loaded with every signature verified, kept in memory, moved forward by what we write.

What a `Batch` changes becomes ours only when it is committed. Whether another process wrote meanwhile is not asked at
each look: the store checks the versions relied upon, under its lock, and whoever must know first asks to `catch_up`.
"""

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock

from sceau.domain import numbering, signing_key
from sceau.domain.errors import EnvelopeInvalid, NotFound
from sceau.domain.log_record import FREEZE
from sceau.keys.vault import Vault
from sceau.ledger import envelope
from sceau.ledger.stores.port import LogRow, Store
from sceau.ledger.streams import KINDS, Stream, kind_of

CACHE_MAX = 20_000
_BEHIND_MAX = 10_000
_PAGE = 1_000


class States:
    """What this process knows of the streams; shared by all its commands."""

    def __init__(self, store: Store, vault: Vault, origin: str, genesis_kid: bytes) -> None:
        self.store = store
        self._vault = vault
        self._origin = origin
        self._genesis_kid = genesis_kid
        self._streams: OrderedDict[str, Stream] = OrderedDict()
        self._serials: dict[str, int] = {}
        self._keys: dict[bytes, signing_key.KeyEnrolled] = {}
        self._lock = Lock()
        self._seen = store.size()  # what we know of a stream is true at this index

    def forget(self) -> bool:
        """Drop everything, as after an outcome that is unknown; True, as if we had known what has moved."""
        with self._lock:
            self._streams.clear()
            self._serials.clear()
        return True

    def wrote(self, first: int, count: int) -> None:
        """So many events from this index on are ours: there is no need to look at them."""
        if first == self._seen:
            self._seen += count

    def catch_up(self) -> bool:
        """Forget the streams that others have moved since we last looked; whether we knew any of them."""
        size, moved = self.store.size(), False
        if size - self._seen > _BEHIND_MAX:
            self._seen = size
            return self.forget()
        while rows := self.store.follow(self._seen, _PAGE):
            with self._lock:
                moved |= any([self._drop(row) for row in rows])
            self._seen += len(rows)
        return moved

    def _drop(self, row: LogRow) -> bool:
        """Forget what this row shows to be old; whether that was anything."""
        known = self._streams.get(row.stream)
        old = known is not None and known.version < row.version
        if old:
            del self._streams[row.stream]
        if row.version == 1:
            with suppress(NotFound):  # not every stream is named by a number
                register, serial = numbering.split(row.stream.partition(":")[2])
                if self._serials.get(register, serial) < serial:
                    del self._serials[register]
                    return True
        return old

    def keep(self, streams: Mapping[str, Stream], serials: Mapping[str, int]) -> None:
        """Take over what a committed batch changed."""
        with self._lock:
            self._streams.update(streams)
            self._serials.update(serials)
            while len(self._streams) > CACHE_MAX:
                self._streams.popitem(last=False)

    def get(self, stream: str) -> Stream:
        """The stream as last known."""
        found = self._streams.get(stream)
        if found is None:
            found = self.fold(stream, self.store.stream(stream))
            self.keep({stream: found}, {})
        return found

    def at(self, stream: str, version: int) -> Stream:
        """The stream as it stood at `version`."""
        current = self.get(stream)
        if current.version == version:
            return current
        return self.fold(stream, self.store.stream(stream)[:version])

    def serial(self, prefix: str, register: str) -> int:
        """The last serial given in a register (0: none yet); `prefix` is the kind of stream, "act:" or "document:"."""
        if register not in self._serials:
            last = self.store.last_stream(prefix + register)
            self._serials[register] = numbering.split(last[len(prefix) :])[1] if last else 0
        return self._serials[register]

    def fold(self, stream: str, rows: list[LogRow]) -> Stream:
        """Verify place, chain and signature of every row and apply it."""
        state, evolve, _ = KINDS[kind_of(stream)]
        tail = b""
        for version, row in enumerate(rows, 1):
            found = self.verified(row, version, tail)
            state, tail = evolve(state, envelope.event(found, self._vault.keys)), envelope.digest(row.state)
        return Stream(state, len(rows), tail)

    def verified(self, row: LogRow, version: int, previous: bytes) -> envelope.Envelope:
        """The envelope of a row; EnvelopeInvalid unless it stands in its place under a key of this ledger."""
        found = envelope.parse(row.state)
        meta = found.meta
        place = (meta.origin, meta.stream, meta.version, found.topic, meta.previous)
        if place != (self._origin, row.stream, version, row.topic, previous):
            raise EnvelopeInvalid(f"{row.stream} {row.version}: not the event that was signed for this place")
        envelope.verify(found, self._enrolled(found, row).public)
        return found

    def _enrolled(self, found: envelope.Envelope, row: LogRow) -> signing_key.KeyEnrolled:
        if found.kid not in self._keys:
            self._keys = self._event_keys()
        key = self._keys.get(found.kid)
        if key is None or key.office != found.meta.office:
            raise EnvelopeInvalid(
                f"{row.stream} {row.version}: signed by a key that was never enrolled for this office"
            )
        return key

    def _event_keys(self) -> dict[bytes, signing_key.KeyEnrolled]:
        """The event keys in the order of the log: the first is the one pinned at installation, it enrols the others."""
        known: dict[bytes, signing_key.KeyEnrolled] = {}
        for row in self.store.streams("key:"):
            found = envelope.parse(row.state)
            enrolled = envelope.event(found, None)
            if not isinstance(enrolled, signing_key.KeyEnrolled):
                continue
            genesis = next(iter(known.values()), enrolled)
            if genesis.kid != self._genesis_kid:
                raise EnvelopeInvalid("the ledger does not begin with the key pinned at installation")
            if found.meta.office != genesis.office or (known and found.kid not in known):
                raise EnvelopeInvalid(f"{row.stream}: enrolled by a key that may not")
            envelope.verify(found, known[found.kid].public if known else enrolled.public)
            if enrolled.purpose == "event":
                known[enrolled.kid] = enrolled
        return known


class Batch:
    """The working copy of one batch: what its commands changed, seen by those that come after them.

    It may stand on a batch that is still being committed; if that one fails, this one was decided on sand.
    """

    def __init__(self, states: States, under: "Batch | None" = None) -> None:
        self.states = states
        self.streams: dict[str, Stream] = {}
        self.serials: dict[str, int] = {}
        self.relied: dict[str, None] = {}
        self.committed = False
        self._under = under
        self._before: dict[str, Stream] = {}
        self._under_way = Lock()
        self._under_way.acquire()

    def get(self, stream: str) -> Stream:
        """The stream as this batch sees it."""
        return self.streams.get(stream) or self.before(stream)

    def before(self, stream: str) -> Stream:
        """The stream as it stood when this batch began."""
        found = self._before.get(stream)
        if found is None:
            found = self._before[stream] = (self._under or self.states).get(stream)
        return found

    def expected(self) -> dict[str, int]:
        """The versions, before this batch, of everything relied upon: what the store must still find.

        Nobody may have frozen the log either.
        """
        return {FREEZE: 0, **{stream: self.before(stream).version for stream in self.relied}}

    def serial(self, prefix: str, register: str) -> int:
        """The last serial given, this batch included."""
        last = self.serials.get(register)
        return (self._under or self.states).serial(prefix, register) if last is None else last

    def await_end(self) -> None:
        """Return when this batch is committed, or is not going to be."""
        with self._under_way:
            return

    def on_rock(self) -> bool:
        """Wait for the batch under this one; False if it failed, and this one with it."""
        under = self._under
        if under is None:
            return True
        under.await_end()
        return under.committed

    def keep(self) -> None:
        """The batch is committed."""
        self.states.keep(self.streams, self.serials)
        self.committed = True
        self.end()

    def end(self) -> None:
        """Whether committed or not: those who stand on it may go on."""
        self._under = None
        if self._under_way.locked():
            self._under_way.release()
