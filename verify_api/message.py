"""Requests and answers as the routes read and write them: bytes, limits and headers; nothing is injected."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic_core import to_json  # four times as fast as json here
from starlette.responses import Response

from sceau.verify_api.problem import NO_STORE


class Direct(APIRoute):
    """A route described like any other, whose endpoint is handed the request as it is: there is nothing to inject."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint itself."""
        return self.endpoint


def answer(body: Mapping[str, Any], status: int = 200) -> Response:
    """JSON that nobody keeps."""
    return Response(to_json(body), status, {"Cache-Control": NO_STORE}, "application/json")


def header(request: Request, name: bytes) -> bytes:
    """The first header of that name (lower case), or nothing."""
    return bytes(next((value for found, value in request.scope["headers"] if found == name), b""))


def media_type(request: Request) -> bytes:
    """RFC 9110 section 8.3.1, without parameters; empty where none is stated."""
    return header(request, b"content-type").partition(b";")[0].strip().lower()


async def body_of(request: Request, size_max: int) -> bytes | None:
    """The request's body, or None as soon as it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > size_max:
            return None
    return body


def names(if_none_match: str, etag: str) -> bool:
    """RFC 9110 section 13.1.2: weak comparison with any of the tags, or with all by a star."""
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in if_none_match.split(","))
