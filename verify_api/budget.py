"""How much a client may ask: so many units in a window of time, and how long to wait where they are used up.

A client is an IPv4 address, or an IPv6 /64. Everything is in this process's memory and forgotten with its window.
"""

import ipaddress
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter


class Budget:
    """`rate` ("120/minute") units for each client; `now` is Unix seconds."""

    def __init__(self, rate: str, now: Callable[[], float]) -> None:
        self._rate = parse(rate)
        self._now = now
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def spend(self, client: str, units: int = 1) -> int:
        """Take `units`; 0, or how many seconds to wait before there are any, and then none was taken."""
        return 0 if self._limiter.hit(self._rate, client, cost=units) else self._wait(client)

    def check(self, client: str) -> int:
        """0 if there is a unit left, else how many seconds to wait."""
        return 0 if self._limiter.test(self._rate, client) else self._wait(client)

    def _wait(self, client: str) -> int:
        return max(1, math.ceil(self._limiter.get_window_stats(self._rate, client).reset_time - self._now()))


class Open:
    """How many requests each client has open at the same time: at most `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def full(self, client: str) -> bool:
        """Whether the client has as many open as it may."""
        return self._open[client] >= self._most

    @contextmanager
    def one(self, client: str) -> Iterator[None]:
        """One more, for as long as it lasts."""
        self._open[client] += 1
        try:
            yield
        finally:
            self._open[client] -= 1
            self._open += Counter()  # forgets who has none


def client_of(scope: Mapping[str, Any]) -> str:
    """Who pays for this request (an ASGI scope): the peer's IPv4 address, or its IPv6 /64."""
    host: str = scope["client"][0] if scope.get("client") else ""
    if ":" not in host:
        return host
    try:
        return str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))
    except ValueError:  # a proxy may write anything
        return host
