"""Publications that the log does not tell of: versions follow one another, each recorded before it is given out."""

from collections.abc import Iterator, Sequence

from sceau.domain.errors import SceauError
from sceau.domain.log_record import LISTS, ListsPublished
from sceau.ledger import envelope
from sceau.ledger.findings import Finding
from sceau.ledger.stores.port import LogRow, Store


def gaps(store: Store) -> Iterator[Finding]:
    """The versions that were passed over, named at the event that passed over them."""
    last = 0
    for row, version in _versions(store.stream(LISTS)):
        if version > last + 1:
            numbers = f"{last + 1}" if version == last + 2 else f"{last + 1} to {version - 1}"
            detail = f"publication {version} follows {last}: nothing tells of {numbers}"
            yield Finding("integrity.publication_gap", row.idx, row.stream, detail)
        last = max(last, version)


def _versions(rows: Sequence[LogRow]) -> Iterator[tuple[LogRow, int]]:
    for row in rows:
        try:
            happened = envelope.event(envelope.parse(row.state), None)
        except SceauError:
            continue  # the auditor names it
        if isinstance(happened, ListsPublished):
            yield row, happened.version
