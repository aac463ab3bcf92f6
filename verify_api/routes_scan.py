"""POST /v1/scan: the content of one code -> a verdict, whatever it is; or many codes, line by line (batch.py).

With ?receipt=1 each answer has a member more, "receipt": base64 of what receipt.py makes.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from sceau.verify_api import batch, schema
from sceau.verify_api.budget import client_of
from sceau.verify_api.directory import Published
from sceau.verify_api.message import Direct, Streamed, answer, body_of, media_type
from sceau.verify_api.problem import NO_STORE, problem
from sceau.verify_api.schema import BODY_MAX
from sceau.verify_api.service import Service
from sceau.verify_api.verdict import Verdict

_BATCH = b"application/x-ndjson"
_ONE = frozenset({b"application/octet-stream", b"text/plain"})


def add_to(app: FastAPI, service: Service) -> None:
    """Declare the routes."""

    async def scan_code(request: Request) -> Response:
        stated, asked = media_type(request), _receipt_asked(request)
        if stated != _BATCH and stated not in _ONE:
            return problem(415)
        if asked is None:
            return problem(422)
        data = b"" if stated == _BATCH else await body_of(request, BODY_MAX)
        if isinstance(data, Response):
            return data
        known = service.known
        if known is None:
            return problem(503)
        if asked and service.receipts is None:
            return problem(501)
        receipt = _receipt(service, known, asked)
        if stated == _BATCH:
            return _batch(request, service, known, receipt)
        verdict = service.judge(data.rstrip(b"\r\n") if stated == b"text/plain" else data, known)
        return answer({**verdict.to_json(), **receipt(verdict)})

    app.router.add_api_route(
        "/v1/scan",
        scan_code,
        methods=["POST"],
        summary="Judge the content of one code, or of many",
        response_model=schema.ScanBody,
        responses={**schema.BATCH_ANSWER, **schema.problems(408, 413, 415, 422, 429, 501, 503)},
        openapi_extra=schema.SCAN_BODY,
        route_class_override=Direct,
    )
    _add_key(app, service)


def _add_key(app: FastAPI, service: Service) -> None:
    @app.get(
        "/v1/receipts/key",
        summary="The key that signs receipts",
        response_model=schema.ReceiptKeyBody,
        responses=schema.problems(429, 501),
    )
    async def receipt_key() -> Response:
        if service.receipts is None:
            return problem(501)
        return answer({"algorithm": "Ed25519", "public": service.receipts.public.hex()})


def _receipt_asked(request: Request) -> bool | None:
    """Whether ?receipt=1; None for another value, or twice."""
    if not request.scope["query_string"]:
        return False
    return {(): False, ("1",): True}.get(tuple(request.query_params.getlist("receipt")))


def _receipt(service: Service, known: Published, asked: bool) -> Callable[[Verdict], Mapping[str, str]]:
    """What to add to the answer to each code."""
    receipts = service.receipts
    if receipts is None or not asked:
        return lambda verdict: {}
    return lambda verdict: {"receipt": b64encode(receipts.make(verdict, known)).decode()}


def _batch(
    request: Request, service: Service, known: Published, receipt: Callable[[Verdict], Mapping[str, str]]
) -> Response:
    client = client_of(request.scope)
    if wait := service.scans.check(client) or service.batches.full(client):
        return problem(429, {"Retry-After": str(int(wait))})

    def judge(code: bytes) -> Mapping[str, Any]:
        verdict = service.judge(code, known)
        return {"verdict": verdict.to_json(), **receipt(verdict)}

    async def made() -> AsyncIterator[bytes]:
        with service.batches.one(client):
            async for answers in batch.answers(
                request.stream(), judge, lambda units: service.scans.spend(client, units)
            ):
                yield answers

    headers = {"Cache-Control": NO_STORE, "X-Accel-Buffering": "no"}  # nginx passes it on as it comes
    return Streamed(made(), headers=headers, media_type=_BATCH.decode())
