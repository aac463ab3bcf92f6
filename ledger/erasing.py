"""Carrying out erasure orders: the log says what is to be destroyed, then the vault destroys it, for ever.

    order in the log, durable -> verified again, as it is stored -> data keys destroyed in the vault, durable

Killed in between, the next opening goes on here; so does one with a vault from a backup that still has the keys. A key
cannot be brought back, so a row that somebody else wrote must not destroy one: an order counts if the ministry's key
signed it in its place, and each data key that it names is that of its subject in the document, and no act's. Of any
other nothing is destroyed; the audit names it.
"""

import logging
from collections.abc import Callable

from sceau.domain import erasure
from sceau.domain.civil_act import CivilAct
from sceau.domain.document import Document
from sceau.domain.errors import SceauError
from sceau.keys.vault import Vault
from sceau.ledger import envelope, erasures
from sceau.ledger.decide_erasure import retained
from sceau.ledger.states import States

_log = logging.getLogger(__name__)


def carry_out(states: States, vault: Vault, ministry: str) -> tuple[str, ...]:
    """Destroy what is ordered and not destroyed yet; the streams of the documents concerned.

    StoreUnavailable if it cannot be known whether the vault has destroyed them: repeat.
    """
    erased = erasures.ordered(states.store)
    open_ids = vault.not_destroyed(list(erased))
    if not open_ids:
        return ()
    states.forget()  # what this process knows of the streams may be older than the orders
    named = {stream: _keys(states, stream, ministry) for stream in sorted({erased[one].stream for one in open_ids})}
    done = {stream: ids for stream, ids in named.items() if ids}
    if done:
        vault.destroy(sorted(one for ids in done.values() for one in ids))
        states.forget()  # and what it read under the keys
    return tuple(done)


def _keys(states: States, stream: str, ministry: str) -> set[bytes]:
    """The data keys of a document that orders name; none where an order does not hold."""
    number = stream.removeprefix("document:")
    try:
        orders: erasure.Erasure = states.get(erasures.PREFIX + number).state  # place, chain and signatures hold
        signed_by = {envelope.parse(row.state).meta.office for row in states.store.stream(erasures.PREFIX + number)}
        document: Document = states.get(stream).state
        own, kept = erasure.keys_of(document), retained(document, _acts(states))
    except SceauError as error:
        _log.error("the order to erase %s does not hold (%s): nothing is destroyed", stream, error)
        return set()
    named = {pair for order in orders.orders for pair in zip(order.subjects, order.keys, strict=False)}
    if signed_by != {ministry} or not named <= own.items() or not kept.isdisjoint(own[one] for one, _ in named):
        _log.error("the order to erase %s names what it may not: nothing is destroyed; audit the ledger", stream)
        return set()
    return {key for _, key in named}


def _acts(states: States) -> Callable[[str], CivilAct]:
    def act(number: str) -> CivilAct:
        found: CivilAct = states.get(f"act:{number}").state
        return found

    return act
