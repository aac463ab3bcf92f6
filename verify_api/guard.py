"""What stands before every request and on every response: pure ASGI, as BaseHTTPMiddleware halves the speed.

Each client has a budget of requests for what costs work; IPv6 clients share that of their /64. Health checks are free,
and so are files: a page is made of dozens, and whoever mirrors the log fetches thousands.
"""

import ipaddress
import logging
import math
from collections.abc import Callable

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sceau.headers import SECURITY
from sceau.verify_api.problem import problem

_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY.items()]
_READ_BY_ALL = (b"access-control-allow-origin", b"*")
_CHARGED = ("/v1/", "/check")
_log = logging.getLogger(__name__)


class Guard:
    """`app` behind a budget of `rate` ("120/minute") requests per client; `now` is Unix seconds."""

    def __init__(self, app: ASGIApp, rate: str, now: Callable[[], float]) -> None:
        self._app = app
        self._rate = parse(rate)
        self._now = now
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3.0)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        public = scope["method"] in ("GET", "HEAD")

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = _guarded(message["headers"], public)
            await send(message)

        charged = scope["path"].startswith(_CHARGED)
        app = (self._refusal(client_of(scope)) if charged else None) or self._app
        try:
            await app(scope, receive, send_guarded)
        except ClientDisconnect:  # nobody is there to be answered, and nothing is wrong with us
            _log.debug("a client left before its request was whole")
        except Exception:
            if not started:
                await problem(500)(scope, receive, send_guarded)
            raise  # the server's log has the trace

    def _refusal(self, client: str) -> ASGIApp | None:
        if self._limiter.hit(self._rate, client):
            return None
        wait = self._limiter.get_window_stats(self._rate, client).reset_time - self._now()
        return problem(429, {"Retry-After": str(max(1, math.ceil(wait)))})


def _guarded(headers: list[tuple[bytes, bytes]], public: bool) -> list[tuple[bytes, bytes]]:
    """The headers of a response with ours; what a response says for itself stands."""
    said = {name for name, _ in headers}
    ours = [header for header in _HEADERS if header[0] not in said]
    return [*headers, *ours, *([_READ_BY_ALL] if public else ())]


def client_of(scope: Scope) -> str:
    """Who pays for this request: the peer's IPv4 address, or its IPv6 /64."""
    host = scope["client"][0] if scope.get("client") else ""
    if ":" not in host:
        return host
    try:
        return str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))
    except ValueError:  # a proxy may write anything
        return host
