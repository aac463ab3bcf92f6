"""An insider with an office's key and the database: writes what our commands would refuse, and runs the audit."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from small_ledger import Small

from sceau.domain import canonical
from sceau.domain.events import Event
from sceau.ledger import envelope
from sceau.ledger.audit import Finding, audit
from sceau.ledger.stores.port import EventRow, Receipt
from sceau.tlog.leaf import event_leaf


class Insider:
    """Writes what no command would, with good keys, chains, leaves and receipts."""

    def __init__(self, house: Small) -> None:
        self.house = house

    def write(
        self,
        stream: str,
        event: Event,
        read: tuple[str, ...] = (),
        *,
        signer: str = "PAR",
        office: str = "PAR",
        officer: str = "PAR-1",
        later: int = 0,
        moved: int = 0,
        told: tuple[tuple[str, int], ...] = (),
        previous: bytes | None = None,
        command_id: bytes = b"c" * 16,
        row_version: int | None = None,
        stated: Mapping[str, Any] = MappingProxyType({}),
        opened: Callable[[bytes], bytes] | None = None,
    ) -> set[str]:
        """The codes of what the audit finds; `moved` shifts the read-set's versions, `stated` is the envelope's.

        `opened` gives the data keys, if the insider has them.
        """
        states, keystore = self.house.ledger.issuance.states, self.house.ledger.keystore
        key = keystore.signer(f"event:{signer}")
        before = states.get(stream)
        relied = tuple((name, states.get(name).version + moved) for name in (*read, f"office:{office}"))
        read_set = (*relied, (f"key:{key.kid.hex()}", states.get(f"key:{key.kid.hex()}").version))
        meta = envelope.Meta(
            self.house.config.state.origin,
            stream,
            before.version + 1,
            before.tail if previous is None else previous,
            self.house.clock() + later,
            office,
            officer,
            "none",
            command_id,
            b"m" * 16,
            tuple(pair for pair in read_set if pair[0] != stream),
        )._replace(**stated)
        message = envelope.seal(meta, event, key, opened or (lambda key_id: bytes(32)), bytes)
        version, leaf = row_version or meta.version, event_leaf(bytes(32), message, event.topic)
        row = EventRow(meta.stream, version, event.topic, message, bytes(32), leaf)
        outcome = canonical.encode([[meta.stream, meta.version], *told])
        self.house.ledger.store.append([row], [Receipt(command_id, b"m" * 16, outcome)], {})
        return self.found()

    def found(self) -> set[str]:
        return {finding.code for finding in self.findings()}

    def findings(self) -> list[Finding]:
        house = self.house
        kid = house.ledger.keystore.signer("event:MAE").kid
        return audit(house.ledger.store, house.config.state.origin, kid).findings

    def state(self, stream: str) -> Any:
        return self.house.ledger.issuance.states.get(stream).state
