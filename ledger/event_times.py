"""The time of the next event: never before the last one, and near it (HOUSE.md 5.8, ADR 0010).

    last - 5 s  <=  clock  <=  last stored + 5 days        else ClockBehind, ClockAhead; ConfirmClock passes the second

What is decided may never be stored, so the two are kept apart: `_last` only grows while batches are under way.
"""

from collections.abc import Callable

from sceau.domain.errors import ClockAhead, ClockBehind
from sceau.ledger import envelope
from sceau.ledger.history import day_of
from sceau.ledger.stores.port import CLOCK_AHEAD_MAX_MS, CLOCK_BEHIND_MAX_MS, Store

LOOK_EVERY_MS = 1_000
_DAY_MS = 86_400_000


class EventTimes:
    """One ledger's times in this process; used by whoever is deciding."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self.require_calm: Callable[[], None] = lambda: None
        self._store = store
        self._clock = clock
        self._last = self._stored = self._stored_time()
        self._looked = clock()

    def next(self, confirming: bool) -> int:
        """Milliseconds, never before the last event.

        WitnessAlarm, looked for as seldom as the events of other processes, if one was sounded since.
        """
        now = self._clock()
        if abs(now - self._looked) > LOOK_EVERY_MS:
            self.require_calm()
            self._looked, self._stored = now, self._stored_time()
            self._last = max(self._last, self._stored)
        if now < self._last - CLOCK_BEHIND_MAX_MS:
            raise ClockBehind(str((self._last - now) // 1000))
        if confirming:
            return max(now, self._last)  # believed once it is stored
        self._require_near(now)
        self._last = max(now, self._last)
        return self._last

    def look(self) -> None:
        """An outcome is unknown: what is stored counts, if it is later."""
        self._last = max(self._last, self._stored_time())

    def settle(self) -> None:
        """Nothing of ours is under way: a later time than now must be a stored one."""
        if self._clock() < self._last:
            self._last = self._stored = self._stored_time()

    def _require_near(self, now: int) -> None:
        """ClockAhead if nothing is stored of the last days; of an empty ledger nothing is asked."""
        if self._stored < now - CLOCK_AHEAD_MAX_MS:
            last = self._stored = self._stored_time()  # confirmed a moment ago, perhaps by another process
            if 0 < last < now - CLOCK_AHEAD_MAX_MS:
                raise ClockAhead((now - last) // _DAY_MS, day_of(now), day_of(last))

    def _stored_time(self) -> int:
        size = self._store.size()
        rows = self._store.follow(size - 1, 1) if size else []
        return envelope.parse(rows[0].state).meta.time if rows else 0
