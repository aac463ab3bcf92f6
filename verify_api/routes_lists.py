"""GET /v1/lists/{trust|status|issued}: the signed files that are in use, themselves."""

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import FastAPI, Request
from starlette.responses import Response

from sceau.verify_api import schema
from sceau.verify_api.message import names
from sceau.verify_api.problem import problem
from sceau.verify_api.service import Service
from sceau.verify_api.site import FIVE_MINUTES


def add_to(app: FastAPI, service: Service) -> None:
    """Declare the route."""

    async def published_list(request: Request, name: Literal["trust", "status", "issued"]) -> Response:
        file = service.known.files.get(name) if service.known else None
        if file is None:
            return problem(404)
        headers = {"ETag": file.etag, "Cache-Control": FIVE_MINUTES}
        if names(request.headers.get("if-none-match", ""), file.etag):
            return Response(status_code=304, headers=headers)
        return Response(file.body, headers=headers, media_type="application/cose")

    path = "/v1/lists/{name}"
    described: Mapping[int | str, dict[str, Any]] = {
        200: {"description": "The signed list (docs/format).", "content": {"application/cose": {}}},
        304: {"description": "The list has not changed."},
        **schema.problems(404, 429),
        "4XX": {"description": "Refused."},  # without it FastAPI describes a 422 that cannot be
    }
    app.get(path, summary="A signed list", response_class=Response, responses=dict(described))(published_list)
    app.head(path, include_in_schema=False)(published_list)
