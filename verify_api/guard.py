"""What stands before every request and on every response: pure ASGI, as BaseHTTPMiddleware halves the speed.

Each client has a budget of requests for what costs work; IPv6 clients share that of their /64. Health checks are free,
and so are files: a page is made of dozens, and whoever mirrors the log fetches thousands.
"""

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sceau.headers import SECURITY
from sceau.verify_api.budget import Budget, client_of
from sceau.verify_api.problem import problem

_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY.items()]
_OURS = frozenset(name for name, _ in _HEADERS)
_READ_BY_ALL = (b"access-control-allow-origin", b"*")
_CHARGED = ("/v1/", "/check")
_log = logging.getLogger(__name__)


class Guard:
    """`app` behind a budget of requests per client."""

    def __init__(self, app: ASGIApp, budget: Budget) -> None:
        self._app = app
        self._budget = budget

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
        wait = self._budget.spend(client_of(scope)) if charged else 0
        app = problem(429, {"Retry-After": str(wait)}) if wait else self._app
        try:
            await app(scope, receive, send_guarded)
        except ClientDisconnect:  # nobody is there to be answered, and nothing is wrong with us
            _log.debug("a client left before its request was whole")
        except Exception:
            if not started:
                await problem(500)(scope, receive, send_guarded)
            raise  # the server's log has the trace


def _guarded(headers: list[tuple[bytes, bytes]], public: bool) -> list[tuple[bytes, bytes]]:
    """The headers of a response with ours; what a response says for itself stands."""
    said = dict(headers)
    ours = _HEADERS if _OURS.isdisjoint(said) else [header for header in _HEADERS if header[0] not in said]
    return [*headers, *ours, *([_READ_BY_ALL] if public else ())]
