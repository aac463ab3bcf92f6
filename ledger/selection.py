"""Which streams an export keeps when it is for one mission, or for some days: whole streams, and all they rely on.

    asked for   acts and documents with an event in those days, begun by that mission
    kept too    every key and office; what a kept event read; what its command wrote; the number before its own;
                the orders to erase a kept document

An auditor can so replay every rule for what was asked for, and sees nothing else. What is left out keeps its leaf.
"""

from collections.abc import Iterator, Sequence

from sceau.domain import canonical, numbering
from sceau.domain.errors import FieldInvalid, NotCanonical, NotFound, SceauError
from sceau.ledger import envelope, erasures
from sceau.ledger.exported import Selection
from sceau.ledger.history import day_of
from sceau.ledger.stores.port import LogRow, Receipt, Store

_ALWAYS = ("key:", "office:")
_ASKED = ("act:", "document:")
_BATCH = 1_000


def require_possible(store: Store, selection: Selection) -> None:
    """FieldInvalid for an office that there is none of, or days that end before they begin: nothing would be chosen."""
    since, until, mission = selection
    if since is not None and until is not None and since > until:
        raise FieldInvalid("from", f"{since} is after {until}", f"{since} vient après {until}")
    if mission is not None and not store.stream(f"office:{mission}"):
        raise FieldInvalid("mission", f"no office is named {mission}", f"aucun poste ne s'appelle {mission}")


def choose(store: Store, selection: Selection, size: int) -> dict[str, int] | None:
    """The streams to keep with the index at which each begins; None: everything is kept."""
    if selection.everything:
        return None
    chosen: dict[str, int] = {}
    for prefix in _ALWAYS:
        for row in store.streams(prefix):
            chosen.setdefault(row.stream, row.idx)
    wanted = list(_asked_for(store, selection, size))
    while wanted:
        stream = wanted.pop()
        rows = [row for row in store.stream(stream) if row.idx < size] if stream not in chosen else []
        if rows:
            chosen[stream] = rows[0].idx
            wanted += _relied(store, rows, selection)
    orders = [row for row in store.streams(erasures.PREFIX) if row.idx < size]
    chosen.update({row.stream: row.idx for row in reversed(orders) if erasures.document_of(row.stream) in chosen})
    return chosen


def _asked_for(store: Store, selection: Selection, size: int) -> Iterator[str]:
    for start in range(0, size, _BATCH):
        rows = [row for row in store.rows(start, min(size, start + _BATCH)) if row.stream.startswith(_ASKED)]
        for row in rows:
            meta = _meta(row)
            if meta is not None and selection._replace(mission=None).takes(meta.office, day_of(meta.time)):
                begun = meta if row.version == 1 else next(map(_meta, store.find([(row.stream, 1)])), None)
                if begun is not None and selection.mission in (None, begun.office):
                    yield row.stream


def _relied(store: Store, rows: Sequence[LogRow], selection: Selection) -> Iterator[str]:
    metas = [meta for meta in map(_meta, rows) if meta is not None]
    for receipt in store.find_receipts([meta.command_id for meta in metas]).values():
        yield from _told(receipt)
    for meta in metas:
        yield from (stream for stream, _ in meta.read_set)
        if meta.version == 1 and selection.takes(meta.office, day_of(meta.time)):
            yield from _before(meta.stream)


def _before(stream: str) -> Iterator[str]:
    kind, _, number = stream.partition(":")
    try:
        register, serial = numbering.split(number)
    except NotFound:
        return
    if serial > 1:
        yield f"{kind}:{numbering.nth(register, serial - 1)}"


def _told(receipt: Receipt) -> list[str]:
    try:
        return [stream for stream, _ in canonical.read(receipt.outcome)]
    except (NotCanonical, TypeError, ValueError):
        return []  # the auditor will say so


def _meta(row: LogRow) -> envelope.Meta | None:
    try:
        return envelope.parse(row.state).meta
    except SceauError:
        return None
