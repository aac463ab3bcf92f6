"""The public checker over HTTP: the same `scan` as offline, on a published directory and nothing else.

    GET  /                                    the page, or how to check              routes_front.py
    GET  /page/... /pack/... /*.cose ...      the published directory, as it is      site.py
    GET, POST /check                          the checker without JavaScript         routes_check.py
    POST /v1/scan                             one code, or many -> verdicts          routes_scan.py
    GET  /v1/documents/{number}/status?code=  what the lists say                     routes_documents.py
    POST /v1/changes                          of many, what is otherwise now
    POST /v1/reports                          suspected fraud, kept for the operator routes_reports.py
    GET  /v1/lists/{trust|status|issued}      the signed files themselves            routes_lists.py
    GET  /healthz  /readyz                    for who watches the service            routes_health.py
    GET  /log/...                             the published log                      log_files.py

Every endpoint is `async def` and does its few microseconds of work in place; files are read again in a thread.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from sceau import __version__
from sceau.verify_api import (
    routes_check,
    routes_documents,
    routes_front,
    routes_health,
    routes_lists,
    routes_reports,
    routes_scan,
    schema,
)
from sceau.verify_api.budget import Budget
from sceau.verify_api.directory import CHECK_EVERY_S, Directory
from sceau.verify_api.guard import Guard
from sceau.verify_api.log_files import log_route
from sceau.verify_api.problem import on_http_exception, on_invalid
from sceau.verify_api.service import Service, Settings
from sceau.verify_api.site import Site

_LOG = logging.getLogger(__name__)  # never what was sent: a number or a code would end up in it


class Checker(FastAPI):
    """The application, with a description that names every shape."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        described = super().openapi()
        described["components"]["schemas"].update(schema.components())
        return described


def create_app(settings: Settings) -> FastAPI:
    """The service. It starts without lists too: it answers 503 until there are some."""
    service = Service(settings)
    app = Checker(
        title="sceau: public checker",
        description=schema.DESCRIPTION,
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_kept_fresh(service),
        telemetry={"tracing": False, "metrics": False, "logs": False},  # spans and logs would tell who checked what
        exception_handlers={HTTPException: on_http_exception, RequestValidationError: on_invalid},
    )
    for routes in (routes_scan, routes_documents, routes_reports, routes_lists, routes_health, routes_check):
        routes.add_to(app, service)  # looked through in this order: what is asked most comes first
    site = Site(settings.directory)
    routes_front.add_to(app, site)
    site.add_to(app)
    if settings.log is not None:
        app.router.routes.append(log_route(settings.log))
    app.add_middleware(Guard, budget=Budget(settings.rate, settings.now))
    return app


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the checker at `host` until stopped.

    A proxy in front of it on the same machine names the clients (X-Forwarded-For).
    """
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        access_log=False,  # addresses hold document numbers and codes
        server_header=False,
        log_level="warning",
        limit_concurrency=1000,
        timeout_graceful_shutdown=20,
    )


def _kept_fresh(service: Service) -> Callable[[FastAPI], Any]:
    directory, now = service.directory, service.settings.now

    async def look_again() -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            try:
                await asyncio.to_thread(_look, directory, now())
            except Exception:
                _LOG.exception("the lists are not looked at any more: restart")
                raise

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(_look, directory, now())
        refresher = app.state.refresher = asyncio.create_task(look_again())
        yield
        refresher.cancel()
        with suppress(asyncio.CancelledError):
            await refresher

    return lifespan


def _look(directory: Directory, now: float) -> None:
    """Look at the lists again; what is wrong with them is logged once, when it begins."""
    before = directory.problem
    directory.refresh(now)
    if directory.problem and directory.problem != before:
        _LOG.warning("the lists published are not used: %s", directory.problem)
