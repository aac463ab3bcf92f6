"""What the lists say of documents, to who holds them: one by number and printed code, or what changed of many."""

from typing import Annotated

from fastapi import FastAPI, Path, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from sceau.verify_api import changes, schema
from sceau.verify_api.budget import client_of
from sceau.verify_api.look_up import state_of
from sceau.verify_api.message import Direct, answer, body_of, media_type
from sceau.verify_api.problem import problem
from sceau.verify_api.service import Service


def add_to(app: FastAPI, service: Service) -> None:
    """Declare the routes."""
    _add_changes(app, service)

    @app.get(
        "/v1/documents/{number}/status",
        summary="What the lists say of a document",
        response_model=schema.StateBody,
        responses=schema.problems(404, 422, 429, 503),
    )
    async def document_status(
        number: Annotated[str, Path(max_length=40, description="As printed.", examples=["VPA26000A"])],
        code: Annotated[str, Query(max_length=40, description="The 16 letters printed beside the code.")],
    ) -> Response:
        known = service.known
        if known is None or known.look_up is None or known.status is None:
            return problem(503)
        state = state_of(known.look_up, known.status, number, code, service.settings.today())
        return problem(404) if state is None else answer(state)


def _add_changes(app: FastAPI, service: Service) -> None:
    async def document_changes(request: Request) -> Response:
        if media_type(request) != b"application/json":
            return problem(415)
        body = await body_of(request, changes.BODY_MAX)
        if isinstance(body, Response):
            return body
        try:
            question = changes.Question.model_validate_json(body)
        except ValidationError:
            return problem(422)
        if wait := service.scans.spend(client_of(request.scope), len(question.documents)):
            return problem(429, {"Retry-After": str(wait)})
        known = service.known
        found = changes.changes(question, known, service.settings.today()) if known else None
        return problem(503) if found is None else answer(found)

    app.router.add_api_route(
        "/v1/changes",
        document_changes,
        methods=["POST"],
        summary="What changed of the documents that you hold",
        response_model=schema.ChangesBody,
        responses=schema.problems(408, 413, 415, 422, 429, 503),
        openapi_extra=schema.json_body("Question"),
        route_class_override=Direct,
    )
