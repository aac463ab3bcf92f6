"""POST /v1/scan: the content of one code -> a verdict, whatever it is."""

from fastapi import FastAPI, Request
from starlette.responses import Response

from sceau.verify_api import schema
from sceau.verify_api.message import Direct, answer, body_of, media_type
from sceau.verify_api.problem import problem
from sceau.verify_api.schema import BODY_MAX
from sceau.verify_api.service import Service

_SCANNED = frozenset({b"application/octet-stream", b"text/plain"})


def add_to(app: FastAPI, service: Service) -> None:
    """Declare the route."""

    async def scan_code(request: Request) -> Response:
        stated = media_type(request)
        if stated not in _SCANNED:
            return problem(415)
        data = await body_of(request, BODY_MAX)
        if data is None:
            return problem(413, {"Connection": "close"})
        known = service.known
        if known is None:
            return problem(503)
        return answer(service.judge(data.rstrip(b"\r\n") if stated == b"text/plain" else data, known).to_json())

    app.router.add_api_route(
        "/v1/scan",
        scan_code,
        methods=["POST"],
        summary="Judge the content of one code",
        response_model=schema.VerdictBody,
        responses=schema.problems(413, 415, 429, 503),
        openapi_extra=schema.SCAN_BODY,
        route_class_override=Direct,
    )
