"""Requests and answers as the routes read and write them: bytes, limits and headers; nothing is injected."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic_core import to_json  # four times as fast as json here
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from sceau.verify_api.problem import NO_STORE, problem

BODY_TIME_MAX_S = 20.0


class Direct(APIRoute):
    """A route described like any other, whose endpoint is handed the request as it is: there is nothing to inject."""

    def __init__(self, path: str, endpoint: Callable[[Request], Awaitable[Response]], **described: Any) -> None:
        super().__init__(path, endpoint, **described)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(Request(scope, receive, send))
            await response(scope, receive, send)

        self.app = app


def answer(body: Mapping[str, Any], status: int = 200) -> Response:
    """JSON that nobody keeps."""
    return Response(to_json(body), status, {"Cache-Control": NO_STORE}, "application/json")


def header(request: Request, name: bytes) -> bytes:
    """The first header of that name (lower case), or nothing."""
    return bytes(next((value for found, value in request.scope["headers"] if found == name), b""))


def media_type(request: Request) -> bytes:
    """RFC 9110 section 8.3.1, without parameters; empty where none is stated."""
    return header(request, b"content-type").partition(b";")[0].strip().lower()


class Streamed(StreamingResponse):
    """An answer that is sent while the request is still read, so nothing else may listen to the client meanwhile."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it (ASGI 3.0)."""
        await self.stream_response(send)


async def body_of(request: Request, size_max: int, seconds_max: float | None = None) -> bytes | Response:
    """The request's body, or the problem with it as soon as it is too long or too slow."""
    body, more = bytearray(), True
    try:
        async with asyncio.timeout(seconds_max or BODY_TIME_MAX_S):
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                body += message.get("body", b"")
                if len(body) > size_max:
                    return problem(413, {"Connection": "close"})
                more = message.get("more_body", False)
    except TimeoutError:
        return problem(408, {"Connection": "close"})
    return bytes(body)


def names(if_none_match: str, etag: str) -> bool:
    """RFC 9110 section 13.1.2: weak comparison with any of the tags, or with all by a star."""
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in if_none_match.split(","))
