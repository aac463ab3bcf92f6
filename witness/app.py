"""The witness over HTTP (c2sp.org/tlog-witness v1.0.0): pure ASGI, nothing but the protocol.

    POST <prefix>/add-checkpoint                            a request -> cosignatures, or why not (service.py)
    GET  <prefix>/<hex SHA-256(origin)>/checkpoint          the latest cosigned checkpoint, for monitors
    GET  <prefix>/healthz                                   the process answers

A request is at most 256 KiB (63 hashes, and a checkpoint that others cosigned before) and arrives within 10 s. What
waits for the disk is done in a thread. Neither requests nor addresses are logged.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, TypeAlias

import uvicorn

from sceau.headers import SECURITY
from sceau.witness.service import TEXT, Answer, Witness

BODY_MAX = 256 << 10
BODY_TIME_MAX_S = 10.0
HEADERS: Mapping[str, str] = {"cache-control": "no-store", **SECURITY}
_HEADERS = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
_READ_BY_ALL = (b"access-control-allow-origin", b"*")
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint")
_READING: Final = (b"GET", b"HEAD")
_log = logging.getLogger(__name__)

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class _Gone(Exception):
    """The client left before its request was whole."""


class App:
    """`witness` under `prefix` ("" or "/w1"); `now` is Unix seconds."""

    def __init__(self, witness: Witness, now: Callable[[], float], prefix: str = "") -> None:
        self._witness, self._now, self._prefix = witness, now, prefix

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3.0)."""
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])  # as ASGI asks: uvicorn then goes on without it
        method = scope["method"].encode()
        try:
            answer, allowed = await self._answer(method, scope["path"], receive)
        except _Gone:
            return
        except Exception:
            _log.exception("a request failed")
            answer, allowed = _plain(500, "the witness failed; nothing was cosigned"), b""
        await _send(send, answer, method, allowed)

    async def _answer(self, method: bytes, path: str, receive: Receive) -> tuple[Answer, bytes]:
        """The answer, and the methods that this address has if it was another."""
        inside = path.removeprefix(self._prefix) if path.startswith(self._prefix) else ""
        if inside == "/add-checkpoint":
            return (await self._add(receive), b"") if method == b"POST" else (_plain(405, "POST it"), b"POST")
        asked = _CHECKPOINT.fullmatch(inside)
        if not asked and inside != "/healthz":
            return _plain(404, "there is nothing here"), b""
        if method not in _READING:
            return _plain(405, "GET it"), b", ".join(_READING)
        if not asked:
            return _plain(200, "alive"), b""
        return await asyncio.to_thread(self._witness.latest, asked[1]), b""

    async def _add(self, receive: Receive) -> Answer:
        try:
            async with asyncio.timeout(BODY_TIME_MAX_S):
                body = await _body(receive)
        except TimeoutError:
            return _plain(408, "the request did not arrive in time")
        if body is None:
            return _plain(413, f"a request has at most {BODY_MAX} bytes")
        return await asyncio.to_thread(self._witness.add_checkpoint, body, int(self._now()))


async def _body(receive: Receive) -> bytes | None:
    """The request's body, or None as soon as it is too long."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _send(send: Send, answer: Answer, method: bytes, allowed: bytes) -> None:
    headers = [
        (b"content-type", answer.media_type.encode()),
        (b"content-length", b"%d" % len(answer.body)),
        *([(b"allow", allowed)] if allowed else ()),
        *([(b"connection", b"close")] if answer.status in (408, 413) else ()),  # the rest is not read
        *([_READ_BY_ALL] if method in _READING else ()),
        *_HEADERS,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == b"HEAD" else answer.body})


def _plain(status: int, why: str) -> Answer:
    return Answer(status, TEXT, f"{why}\n".encode())


def serve(witness: Witness, now: Callable[[], float], host: str, port: int, prefix: str = "") -> None:
    """Serve until stopped; TLS is a proxy's work."""
    uvicorn.run(
        App(witness, now, prefix),
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning",
        lifespan="off",
        ws="none",
        limit_concurrency=1000,
        timeout_graceful_shutdown=20,
    )
