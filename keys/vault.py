"""Data keys of subjects: one per person and event, wrapped, in a database of their own.

    row     = id (8 random bytes of the pool || 8 of its own) -> wrapped (72 bytes), or nothing once it is destroyed
    wrapped = nonce (24) || XChaCha20-Poly1305(KEK, nonce, "sceau.vault/1" || id, key (32))

A key must be durable before the event that uses it, else a crash leaves an event that nobody can read. So keys are made
in pools: one durable insert, then each is handed out once. A process that dies wastes the rest of its pool: the keys
stay in the store, and as pools are made of fresh ids only, nobody hands them out again. Ids of one pool begin alike, so
that they lie together in the store: they are written and read together. A pool that runs dry before anybody refills it
(an import) grows, up to POOL_MAX.

A destroyed key leaves its id behind: so a key that an order erased is told from one that this vault never had. Whether
an order stands behind it is for the ledger to say (ledger/erasing.py).
"""

import os
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from sceau.domain.errors import IntegrityError, KeyRefused, VaultBehind
from sceau.keys.box import NONCE_SIZE, CryptoError, open_box, seal_box
from sceau.keys.signer import Random

CACHE_MAX = 4096
POOL_MAX = 2048
_CONTEXT = b"sceau.vault/1"
_DRAW = 8 + 32 + NONCE_SIZE  # the random bytes of one key: end of its id, key, nonce


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key for the personal data of one subject, and the name under which the vault keeps it."""

    id: bytes
    key: bytes = field(repr=False)


class VaultStore(Protocol):
    """Where wrapped keys lie; rows are only ever added, or emptied for ever."""

    def insert(self, rows: Sequence[tuple[bytes, bytes]]) -> None:
        """Add rows (id, wrapped); durable when it returns. An id that exists raises IntegrityError, nothing added."""

    def select(self, ids: Sequence[bytes]) -> dict[bytes, bytes]:
        """The rows of those ids that have a key."""

    def missing(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those ids that have no key, destroyed or never there."""

    def destroyed(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those ids whose key was destroyed."""

    def destroy(self, ids: Sequence[bytes]) -> None:
        """Empty these rows, there or not; when it returns no file of the store holds the keys. Safe to repeat.

        Raises StoreUnavailable where that cannot be known: repeat.
        """

    def count(self) -> int:
        """How many rows there are."""


class Vault:
    """Hands out fresh data keys, and finds old ones. Safe to share between threads."""

    def __init__(self, store: VaultStore, kek: bytes, random: Random, pool_size: int = 256) -> None:
        if len(kek) != 32 or pool_size < 1:
            raise KeyRefused(
                "a vault needs a key of 32 bytes and a pool of at least one",
                why_fr="un coffre veut une clé de 32 octets et une réserve d'au moins une clé",
            )
        self._store, self._kek, self._random, self._pool_size = store, kek, random, pool_size
        self._pool: deque[DataKey] = deque()
        self._begun = False
        self._process = os.getpid()
        self._filling = Lock()
        self._cache: OrderedDict[bytes, bytes] = OrderedDict()
        self._caching = Lock()

    def take(self) -> DataKey:
        """A key never handed out before, already durable."""
        if self._process != os.getpid():  # a fork copied the pool: the parent hands those out
            self._pool, self._process = deque(), os.getpid()
        while True:
            try:
                taken = self._pool.popleft()
            except IndexError:
                self._fill_if_empty()
            else:
                self._remember({taken.id: taken.key})
                return taken

    def refill(self) -> None:
        """Top the pool up in one durable insert; takers need not wait meanwhile."""
        with self._filling:
            self._fill(self._pool_size)

    def key(self, id: bytes) -> bytes:
        """The key of that id; raise VaultBehind if the vault never had it, IntegrityError if it was destroyed."""
        found = self.keys((id,))
        if id not in found:
            raise IntegrityError(f"data key {id.hex()} was destroyed: nothing more is written under it")
        return found[id]

    def keys(self, ids: Iterable[bytes]) -> dict[bytes, bytes]:
        """The keys of those ids, but those destroyed; VaultBehind if one was never there, IntegrityError if edited.

        More than are kept at all belong to somebody who reads in bulk and does not come back: they push out nothing.
        """
        wanted = set(ids)
        with self._caching:
            found = {one: self._cache[one] for one in wanted & self._cache.keys()}
            for one in found:
                self._cache.move_to_end(one)
        absent = list(wanted.difference(found))
        if absent:
            fresh = self._unwrap(absent)
            if len(fresh) <= CACHE_MAX:
                self._remember(fresh)
            found.update(fresh)
        return found

    def missing(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those ids that the store has no key of."""
        return self._store.missing(ids)

    def not_destroyed(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those ids whose key was not destroyed, or that a restored vault knows nothing of."""
        return set(ids) - self._store.destroyed(ids)

    def destroy(self, ids: Sequence[bytes]) -> None:
        """Destroy these keys for ever, in the store and in this process; StoreUnavailable: repeat."""
        with self._caching:
            for one in ids:
                self._cache.pop(one, None)
        self._store.destroy(ids)

    def unreadable(self, ids: Sequence[bytes]) -> set[bytes]:
        """Those ids whose key is missing or does not open (for the auditor)."""
        lost = self._store.missing(ids)
        for one, wrapped in self._store.select(ids).items():
            try:
                self._open(one, wrapped)
            except IntegrityError:
                lost.add(one)
        return lost

    def check_covers(self, ids: Sequence[bytes]) -> None:
        """Raise VaultBehind unless all these ids are in the store (start-up: is this vault as old as the ledger?)."""
        _refuse_missing(self.missing(ids))

    def _fill_if_empty(self) -> None:
        with self._filling:
            if not self._pool:
                grown = max(self._pool_size, min(2 * self._pool_size, POOL_MAX))
                self._fill(grown if self._begun else self._pool_size)

    def _fill(self, size: int) -> None:
        wanted = size - len(self._pool)
        if wanted > 0:
            pool, drawn = self._random(8), self._random(wanted * _DRAW)
            fresh = [self._draw(pool, drawn[at : at + _DRAW]) for at in range(0, len(drawn), _DRAW)]
            self._store.insert([(new.id, wrapped) for new, wrapped in fresh])
            self._pool.extend(new for new, _ in fresh)
            self._pool_size, self._begun = size, True  # a pool that ran dry was too small

    def _draw(self, pool: bytes, random: bytes) -> tuple[DataKey, bytes]:
        """A new key of these random bytes, and the same wrapped."""
        new = DataKey(pool + random[:8], random[8:40])
        return new, seal_box(self._kek, random[40:], _CONTEXT + new.id, new.key)

    def _unwrap(self, ids: Sequence[bytes]) -> dict[bytes, bytes]:
        rows = self._store.select(ids)
        absent = [one for one in ids if one not in rows]
        if absent:
            _refuse_missing(set(absent) - self._store.destroyed(absent))
        return {one: self._open(one, wrapped) for one, wrapped in rows.items()}

    def _open(self, one: bytes, wrapped: bytes) -> bytes:
        try:
            return open_box(self._kek, _CONTEXT + one, wrapped)
        except CryptoError:
            raise IntegrityError(f"data key {one.hex()} does not open: edited row, or another vault's KEK") from None

    def _remember(self, keys: dict[bytes, bytes]) -> None:
        with self._caching:
            self._cache.update(keys)
            while len(self._cache) > CACHE_MAX:
                self._cache.popitem(last=False)


def _refuse_missing(missing: set[bytes]) -> None:
    if missing:
        raise VaultBehind(
            f"{len(missing)} missing, among them {min(missing).hex()}",
            why_fr=f"{len(missing)} manquent, dont {min(missing).hex()}",
        )
