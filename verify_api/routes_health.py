"""GET /healthz and /readyz: alive; lists loaded and not older than seven days."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response

from sceau.verify_api import schema
from sceau.verify_api.lists import AGE_MAX_DAYS, age_days
from sceau.verify_api.message import answer
from sceau.verify_api.service import Service


def add_to(app: FastAPI, service: Service) -> None:
    """Declare the routes."""

    @app.get("/healthz", summary="The process answers", response_model=schema.AliveBody)
    async def healthz() -> Response:
        return answer({"alive": True})

    @app.get(
        "/readyz",
        summary="The lists are loaded and not too old",
        response_model=schema.ReadyBody,
        responses={503: {"model": schema.ReadyBody, "description": "Not ready."}},
    )
    async def readyz() -> Response:
        body = {**_readiness(service)}
        body["ready"] = body["ready"] and not app.state.refresher.done()
        return answer(body, 200 if body["ready"] else 503)


def _readiness(service: Service) -> Mapping[str, Any]:
    known, problem = service.known, service.directory.problem
    if known is None or known.status is None or known.issued is None or known.look_up is None:
        return {"ready": False, "lists": {}, "age_days": None, "problem": problem or "lists are missing"}
    lists = (known.trust, known.status, known.issued)
    oldest = max(age_days(listed.issued_at, service.settings.today()) for listed in lists)
    versions = dict(zip(("trust", "status", "issued"), (listed.version for listed in lists), strict=True))
    return {"ready": oldest <= AGE_MAX_DAYS, "lists": versions, "age_days": oldest, "problem": problem}
