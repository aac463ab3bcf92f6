"""Two checks of an audit: one receipt per command, of its events and no others; and time goes on, without leaps."""

from collections.abc import Iterator, Mapping, Sequence

from sceau.domain import canonical
from sceau.domain.errors import EnvelopeInvalid, NotCanonical
from sceau.domain.log_record import ClockConfirmed
from sceau.ledger import envelope
from sceau.ledger.envelope import Envelope
from sceau.ledger.findings import Finding, Report
from sceau.ledger.stores.port import CLOCK_AHEAD_MAX_MS, CLOCK_BEHIND_MAX_MS, LogRow, Receipt, Store
from sceau.tlog.event import VERSION_MAX

CONFIRMED = ClockConfirmed.topic
OUTCOME_MAX = 1 << 16  # bytes; a command writes a few events


def receipts(
    store: Store,
    rows: Sequence[LogRow],
    parsed: Sequence[Envelope],
    stored: Mapping[tuple[str, int], Envelope],
    report: Report,
) -> Iterator[Finding]:
    """Counts the commands in the report; an auditor compares that with the receipts there are.

    `stored` holds the same events by their places.
    """
    held = store.find_receipts(sorted({found.meta.command_id for found in parsed}))
    for row, found in zip(rows, parsed, strict=True):
        place, receipt = (row.stream, row.version), held.get(found.meta.command_id)
        if receipt is None or receipt.mac != found.meta.command_mac:
            told = []
        elif receipt.outcome == canonical.encode_ordered((place,)) and stored[place] is found:
            report.receipts += 1  # most commands: one event, and a receipt of that alone
            continue
        else:
            told = _told(receipt)
        if place not in told:
            yield Finding("integrity.receipts", row.idx, row.stream, "its receipt is missing or tells otherwise")
        elif told[0] == place:
            report.receipts += 1
            if not _all_of(store, told, found.meta.command_id, stored):
                yield Finding("integrity.receipts", row.idx, row.stream, "its receipt tells of another command")


def _told(receipt: Receipt) -> list[tuple[str, int]]:
    """The events that a receipt tells of; none where it tells of what can be none."""
    if len(receipt.outcome) > OUTCOME_MAX:
        return []
    try:
        outcome = canonical.read(receipt.outcome)
        canonical.require_spelling(outcome, receipt.outcome)
        told = [(stream, version) for stream, version in outcome]
    except (NotCanonical, TypeError, ValueError):
        return []
    good = [type(s) is str and s.isprintable() and type(v) is int and 0 < v <= VERSION_MAX for s, v in told]
    return told if all(good) else []


def _all_of(
    store: Store, told: Sequence[tuple[str, int]], command_id: bytes, stored: Mapping[tuple[str, int], Envelope]
) -> bool:
    """Whether every event that a receipt tells of is the command's."""
    elsewhere = [pair for pair in told if pair not in stored]
    found = [stored[pair] for pair in told if pair in stored]
    try:
        found += [envelope.parse(row.state) for row in store.find(elsewhere)] if elsewhere else []
    except EnvelopeInvalid:
        return False
    return len(found) == len(told) and all(one.meta.command_id == command_id for one in found)


def times(store: Store, rows: Sequence[LogRow], parsed: Sequence[Envelope]) -> Iterator[Finding]:
    """Nobody writes with yesterday's date, or far ahead without an operator's word; tolerances are those of issuing."""
    latest, next_idx = (_time_before(store, rows[0].idx), rows[0].idx) if rows else (0, 0)
    for row, found in zip(rows, parsed, strict=True):
        time = found.meta.time
        if time < latest - CLOCK_BEHIND_MAX_MS:
            detail = f"dated {(latest - time) // 1000} s before an earlier event"
            yield Finding("integrity.time", row.idx, row.stream, detail)
        elif time > latest + CLOCK_AHEAD_MAX_MS and latest and row.idx == next_idx and found.topic != CONFIRMED:
            detail = f"dated {(time - latest) // 86_400_000} days after the event before it, and no operator said so"
            yield Finding("integrity.time_ahead", row.idx, row.stream, detail)
        latest, next_idx = max(latest, time), row.idx + 1


def _time_before(store: Store, idx: int) -> int:
    try:
        return max((envelope.parse(row.state).meta.time for row in store.rows(idx - 1, idx)), default=0)
    except EnvelopeInvalid:
        return 0  # reported at its own index
