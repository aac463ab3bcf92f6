"""POST /v1/reports: a report of suspected fraud, kept for the operator; nothing is said about the document."""

import asyncio
import logging

from fastapi import FastAPI, Request
from pydantic import ValidationError
from starlette.responses import Response

from sceau.verify_api import reports, schema
from sceau.verify_api.budget import client_of
from sceau.verify_api.message import Direct, answer, body_of, media_type
from sceau.verify_api.problem import problem
from sceau.verify_api.reports import Full, Report, Reports
from sceau.verify_api.service import Service

_JSON = b"application/json"
_log = logging.getLogger(__name__)  # never what was sent


def add_to(app: FastAPI, service: Service) -> None:
    """Declare the route."""

    async def report_fraud(request: Request) -> Response:
        if service.settings.reports is None:
            return problem(501)
        if media_type(request) != _JSON:
            return problem(415)
        body = await body_of(request, reports.BODY_MAX)
        if isinstance(body, Response):
            return body
        try:
            report = Report.model_validate_json(body)
        except ValidationError:
            return problem(422)
        if wait := service.reports.spend(client_of(request.scope)):
            return problem(429, {"Retry-After": str(wait)})
        return await _kept(Reports(service.settings.reports), report, service.settings.now())

    app.router.add_api_route(
        "/v1/reports",
        report_fraud,
        methods=["POST"],
        summary="Report a suspected fraud",
        response_model=schema.ReportedBody,
        responses=schema.problems(408, 413, 415, 422, 429, 501, 507),
        openapi_extra=schema.json_body("Report"),
        route_class_override=Direct,
    )


async def _kept(kept: Reports, report: Report, now: float) -> Response:
    try:
        return answer({"id": await asyncio.to_thread(kept.keep, report, now)})
    except Full:
        return problem(507, {"Retry-After": "3600"})
    except OSError as error:
        _log.warning("a report could not be kept: %s", error.strerror)
        return problem(507, {"Retry-After": "3600"})
