"""What the lists say of documents, to who holds the paper: by number and printed code, one at a time."""

from typing import Annotated

from fastapi import FastAPI, Path, Query
from starlette.responses import Response

from sceau.verify_api import schema
from sceau.verify_api.look_up import state_of
from sceau.verify_api.message import answer
from sceau.verify_api.problem import problem
from sceau.verify_api.service import Service


def add_to(app: FastAPI, service: Service) -> None:
    """Declare the route."""

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
