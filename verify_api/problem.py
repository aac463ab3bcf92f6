"""Errors of the public API: RFC 9457 problem details, with a stable `code` beside the status.

    {"type": "about:blank", "title": HTTP phrase, "status": 413, "code": "request.too_large", "detail": what to do}

They never repeat what was sent: a number or a code would end up in somebody's log.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
NO_STORE = "no-store"

# status -> code, detail: one row for each answer that is not a success
PROBLEMS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        400: ("request.malformed", "The request is not HTTP that this service understands."),
        404: ("request.not_found", "There is nothing here. Check the number and the code printed beside it."),
        405: ("request.method", "This address answers other methods: see the header Allow."),
        408: ("request.too_slow", "The request did not come whole in time."),
        413: ("request.too_large", "This is more than the API description allows here."),
        415: ("request.media_type", "This kind of content is not read here: see the API description."),
        422: ("request.invalid", "A parameter is missing or misspelt: see the API description."),
        429: ("request.too_many", "Too many requests from this address: wait as long as the header Retry-After says."),
        500: ("service.failed", "The service failed; nothing is known of the document."),
        501: ("service.not_offered", "This service does not offer that: its operator gave it no key or place for it."),
        503: ("service.not_ready", "The lists are not loaded, or too old: try again later."),
        507: ("service.full", "There is no room for it now: try again later."),
    }
)


def problem(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The response for `status`; a status without a row of its own is answered by its family's first."""
    code, detail = PROBLEMS.get(status, PROBLEMS[400 if status < 500 else 500])
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    return Response(json.dumps(body), status, {"Cache-Control": NO_STORE, **(headers or {})}, MEDIA_TYPE)


async def on_http_exception(_: Request, error: Exception) -> Response:
    """What Starlette and FastAPI raise for requests that reach no endpoint, or too large a body."""
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, error.headers)


async def on_invalid(_: Request, error: Exception) -> Response:
    """A parameter that does not satisfy its declaration; what cannot stand in an address is simply not there."""
    if isinstance(error, RequestValidationError) and any(each["loc"][0] == "path" for each in error.errors()):
        return problem(404)
    return problem(422)
