"""Carrying out erasure orders: the log says what is to be destroyed, then the vault destroys it, for ever.

    order in the log, durable -> verified again, as it is stored -> data keys destroyed in the vault, durable

Killed in between, the next opening goes on here; so does one with a vault from a backup that still has the keys. What
is destroyed cannot be brought back, so an order counts only if

    1  the ministry's key signed it, in its place
    2  each data key that it names is that of its subject in the document
    3  no event of any other stream bears that key: the whole log is read, in half a minute a million events

Of any other order nothing is destroyed; the audit names it.
"""

import logging
from collections.abc import Iterator

from sceau.domain import erasure
from sceau.domain.document import Document
from sceau.domain.errors import SceauError
from sceau.keys.vault import Vault
from sceau.ledger import envelope, erasures
from sceau.ledger.states import States
from sceau.ledger.stores.port import LogRow, Store

_BATCH = 1_000
_log = logging.getLogger(__name__)


def carry_out(states: States, vault: Vault, ministry: str) -> tuple[str, ...]:
    """Destroy what is ordered and not destroyed yet; the streams of the documents concerned.

    StoreUnavailable if it cannot be known whether the vault has destroyed them: repeat.
    """
    erased = erasures.ordered(states.store)
    left = vault.not_destroyed(list(erased))
    if not left:
        return ()
    states.forget()  # what this process knows of the streams may be older than the orders
    keys = {
        key: stream for stream in {erased[one].stream for one in left} for key in _own_keys(states, stream, ministry)
    }
    done = keys.keys() - _elsewhere(states.store, keys)
    for stream in {erased[one].stream for one in left - done}:
        _log.error("the order to erase %s does not hold: of this nothing is destroyed; audit the ledger", stream)
    if done:
        vault.destroy(sorted(done))
        states.forget()  # and what it read under the keys
    return tuple(sorted({keys[one] for one in done}))


def _own_keys(states: States, stream: str, ministry: str) -> set[bytes]:
    """Steps 1 and 2: the data keys that the orders about a document name; none if one order does not hold."""
    orders_stream = erasures.PREFIX + stream.removeprefix("document:")
    try:
        orders: erasure.Erasure = states.get(orders_stream).state  # place, chain and signatures hold
        document: Document = states.get(stream).state
        offices = {envelope.parse(row.state).meta.office for row in states.store.stream(orders_stream)}
    except SceauError:
        return set()
    named = {pair for one in orders.orders for pair in zip(one.subjects, one.keys, strict=False)}
    holds = offices == {ministry} and named <= erasure.keys_of(document).items()
    return {key for _, key in named} if holds else set()


def _elsewhere(store: Store, keys: dict[bytes, str]) -> set[bytes]:
    """Step 3: those of the keys that an event of another stream than their own bears."""
    found: set[bytes] = set()
    for start in range(0, store.size() if keys else 0, _BATCH):
        for row in store.rows(start, start + _BATCH):
            found.update(one for one in _borne(row) if keys.get(one, row.stream) != row.stream)
    return found


def _borne(row: LogRow) -> Iterator[bytes]:
    try:
        yield from (part.key_id for part in envelope.parse(row.state).sealed)
    except SceauError:
        return  # the audit names it
