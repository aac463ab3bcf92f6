"""Streams folded for an auditor: each event is applied once, however many events of its stream follow.

Events come in the order of the log, so the state before one is the state before the last one of its stream, and a
step. What was folded is kept while there is room; what was not is read in growing pieces, never a stream at once.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sceau.domain.events import event_of
from sceau.ledger import envelope
from sceau.ledger.envelope import Envelope
from sceau.ledger.stores.port import LogRow, Store
from sceau.ledger.streams import empty, evolve_of

KEPT_MAX = 4_096
_PIECE_MAX = 256
Rows = Mapping[tuple[str, int], LogRow]


class _Folded(NamedTuple):
    """The state of a stream at a version."""

    version: int
    state: Any


class Replay:
    """The states of acts and documents, from clear fields alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, _Folded] = OrderedDict()

    def before(self, row: LogRow, rows: Rows, parsed: Mapping[tuple[str, int], Envelope]) -> Any:
        """The state of the row's stream before it; `rows` and `parsed` are at hand, the rest is looked up.

        KeyError for an event that is missing, and whatever applying one raises: again at every later event.
        """
        stream, last = row.stream, row.version - 1
        if last < 1:
            return empty(stream).state
        folded = self._kept.pop(stream, None)
        if folded is None or folded.version > last:
            folded = _Folded(0, empty(stream).state)
        try:
            for place, earlier in self._between(stream, folded.version + 1, last, rows):
                found = parsed.get(place) or envelope.parse(earlier.state)
                event = event_of(found.topic, found.clear, ())
                folded = _Folded(place[1], evolve_of(stream)(folded.state, event))
        finally:
            self._keep(stream, folded)
        return folded.state

    def _between(self, stream: str, first: int, last: int, rows: Rows) -> Iterator[tuple[tuple[str, int], LogRow]]:
        """The events of these versions; KeyError at the first that is missing."""
        piece = 1
        while first <= last:
            places = [(stream, version) for version in range(first, min(last + 1, first + piece))]
            absent = [place for place in places if place not in rows]
            found = {(row.stream, row.version): row for row in self._store.find(absent)} if absent else {}
            for place in places:
                yield place, rows[place] if place in rows else found[place]
            first, piece = first + piece, min(2 * piece, _PIECE_MAX)

    def _keep(self, stream: str, folded: _Folded) -> None:
        self._kept[stream] = folded
        if len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
