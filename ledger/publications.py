"""Publications as the log tells of them: versions follow one another, each recorded before it is given out."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sceau.domain.errors import ProofInvalid, SceauError
from sceau.domain.log_record import LISTS, ListsPublished
from sceau.ledger import envelope
from sceau.ledger.findings import Finding
from sceau.ledger.stores.port import LogRow, Store
from sceau.tlog import opening
from sceau.tlog import proof as proofs
from sceau.tlog.policy import Policy
from sceau.tlog.proof import Verified


class Logged(NamedTuple):
    """One publication as the ledger recorded it: how many events it covers, SHA-256 of its files by name."""

    as_of: int
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, event: ListsPublished) -> "Logged":
        """As the event says it."""
        return cls(event.as_of, dict(zip(event.names, event.digests, strict=False)))


def logged(store: Store) -> dict[int, Logged]:
    """Every publication in the log, by version."""
    return {one.version: Logged.of(one) for _, one in _recorded(store)}


def proven(data: bytes, policy: Policy) -> tuple[Verified, dict[int, Logged]]:
    """The one publication that a proof shows in a log of the policy; ProofInvalid or EnvelopeInvalid for others."""
    proof = proofs.parse(data)
    opened = opening.parse(proof.extra or b"")
    parsed = envelope.parse(opened.event)
    verified = proofs.verify(proof, opened.leaf(parsed.topic), policy)
    happened = envelope.event(parsed, None)
    if not isinstance(happened, ListsPublished):
        raise ProofInvalid("it is of another event than a publication")
    return verified, {happened.version: Logged.of(happened)}


def gaps(store: Store) -> Iterator[Finding]:
    """The versions that were passed over, named at the event that passed over them."""
    last = 0
    for row, one in _recorded(store):
        if one.version > last + 1:
            numbers = f"{last + 1}" if one.version == last + 2 else f"{last + 1} to {one.version - 1}"
            detail = f"publication {one.version} follows {last}: nothing tells of {numbers}"
            yield Finding("integrity.publication_gap", row.idx, row.stream, detail)
        last = max(last, one.version)


def _recorded(store: Store) -> Iterator[tuple[LogRow, ListsPublished]]:
    for row in store.stream(LISTS):
        try:
            happened = envelope.event(envelope.parse(row.state), None)
        except SceauError:
            continue  # the auditor names it
        if isinstance(happened, ListsPublished):
            yield row, happened
