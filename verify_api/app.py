"""The public checker over HTTP: the same `scan` as offline, on a published directory and nothing else.

    GET  /                                    what this is and how to check, for who opened a code's address
    POST /v1/scan                             bytes or text of one code -> verdict, always 200
    GET  /v1/documents/{number}/status?code=  what the lists say, to who holds the paper
    GET  /v1/lists/{trust|status|issued}      the signed files themselves
    GET  /healthz  /readyz                    alive; lists loaded and not older than seven days

Every endpoint is `async def` and does its few microseconds of work in place; files are read again in a thread.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import FastAPI, Query, Request
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic_core import to_json  # four times as fast as json here
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sceau import __version__
from sceau.verify_api import schema
from sceau.verify_api.directory import CHECK_EVERY_S, Directory, Versions
from sceau.verify_api.guard import Guard
from sceau.verify_api.lists import AGE_MAX_DAYS, age_days, day_of
from sceau.verify_api.log_files import log_route
from sceau.verify_api.look_up import state_of
from sceau.verify_api.problem import NO_STORE, on_http_exception, on_invalid, problem
from sceau.verify_api.scan import scan

BODY_MAX = 8192
_LIST_CACHE = "public, max-age=300, stale-while-revalidate=3600"
_LOG = logging.getLogger(__name__)  # never what was sent: a number or a code would end up in it
_PAGE = """\
<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>sceau</title>
<p>Ici répond le vérificateur public : il dit si un document scellé a été délivré et s'il est encore en vigueur ; ouvrir
cette page ne prouve encore rien.
<p>Pour vérifier, scannez le code du papier avec le vérificateur « sceau », ou demandez
<code>/v1/documents/NUMÉRO/status?code=LETTRES</code> avec le numéro du document et les 16 lettres imprimées près du
code.
<div lang="en">
<p>This is the public checker: it tells whether a sealed document was issued and is still in force; opening this page
proves nothing yet.
<p>To check, scan the paper's code with the checker "sceau", or ask
<code>/v1/documents/NUMBER/status?code=LETTERS</code> with the document's number and the 16 letters printed beside
the code.
</div>
</html>
"""
_SCANNED = frozenset({b"application/octet-stream", b"text/plain"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the service is told; it reads no environment."""

    directory: Path
    root_public: bytes  # the pinned root key: 32 bytes, Ed25519
    now: Callable[[], float]  # Unix seconds
    memory: Path | None = None  # where the versions seen are kept; None: only for the life of the process
    host: str | None = None  # the official checker's, which the codes should bear
    rate: str = "120/minute"  # per client
    log: Path | None = None  # the published log, served under /log/

    def today(self) -> date:
        """The verifier's date: UTC, which is Mali's time."""
        return day_of(int(self.now()))


def create_app(settings: Settings) -> FastAPI:
    """The service. It starts without lists too: it answers 503 until there are some."""
    directory = Directory(settings.directory, settings.root_public, Versions(settings.memory))
    app = FastAPI(
        title="sceau: public checker",
        description=schema.DESCRIPTION,
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_kept_fresh(directory, settings),
        telemetry={"tracing": False, "metrics": False, "logs": False},  # spans and logs would tell who checked what
        exception_handlers={HTTPException: on_http_exception, RequestValidationError: on_invalid},
    )
    _add_page(app)
    _add_scan(app, directory, settings)
    _add_look_up(app, directory, settings)
    _add_lists(app, directory)
    _add_health(app, directory, settings)
    if settings.log is not None:
        app.router.routes.append(log_route(settings.log))
    app.add_middleware(Guard, rate=settings.rate, now=settings.now)
    return app


def serve(
    directory: Path,
    root_public: bytes,
    host: str,
    port: int,
    memory: Path | None = None,
    official_host: str | None = None,
    log: Path | None = None,
) -> None:
    """Serve the checker, and the log if there is one, at `host` until stopped.

    `official_host` is the one that the codes should bear.

    A proxy in front of it on the same machine names the clients (X-Forwarded-For).
    """
    app = create_app(Settings(directory, root_public, time.time, memory, official_host, log=log))
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,  # addresses hold document numbers and codes
        server_header=False,
        log_level="warning",
        limit_concurrency=1000,
        timeout_graceful_shutdown=20,
    )


def _kept_fresh(directory: Directory, settings: Settings) -> Callable[[FastAPI], Any]:
    async def look_again() -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            try:
                await asyncio.to_thread(_look, directory, settings.now())
            except Exception:
                _LOG.exception("the lists are not looked at any more: restart")
                raise

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(_look, directory, settings.now())
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


def _add_page(app: FastAPI) -> None:
    async def page() -> Response:
        return Response(_PAGE, headers={"Cache-Control": _LIST_CACHE}, media_type="text/html")

    app.get("/", include_in_schema=False)(page)
    app.head("/", include_in_schema=False)(page)


class _Direct(APIRoute):
    """A route described like any other, whose endpoint is handed the request as it is: there is nothing to inject."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint itself."""
        return self.endpoint


def _add_scan(app: FastAPI, directory: Directory, settings: Settings) -> None:
    async def scan_code(request: Request) -> Response:
        media_type = _media_type(request)
        if media_type not in _SCANNED:
            return problem(415)
        data = await _body(request)
        if data is None:
            return problem(413, {"Connection": "close"})
        if directory.current is None:
            return problem(503)
        if media_type == b"text/plain":
            data = data.rstrip(b"\r\n")
        known = directory.current
        verdict = scan(data, known.trust, known.status, known.issued, settings.today(), settings.host)
        return _answer(verdict.to_json())

    app.router.add_api_route(
        "/v1/scan",
        scan_code,
        methods=["POST"],
        summary="Judge the content of one code",
        response_model=schema.VerdictBody,
        responses=schema.problems(413, 415, 429, 503),
        openapi_extra=schema.SCAN_BODY,
        route_class_override=_Direct,
    )


def _add_look_up(app: FastAPI, directory: Directory, settings: Settings) -> None:
    @app.get(
        "/v1/documents/{number}/status",
        summary="What the lists say of a document",
        response_model=schema.StateBody,
        responses=schema.problems(404, 422, 429, 503),
    )
    async def document_status(
        number: Annotated[str, InPath(max_length=40, description="As printed.", examples=["VPA26000A"])],
        code: Annotated[str, Query(max_length=40, description="The 16 letters printed beside the code.")],
    ) -> Response:
        known = directory.current
        if known is None or known.look_up is None or known.status is None:
            return problem(503)
        state = state_of(known.look_up, known.status, number, code, settings.today())
        return problem(404) if state is None else _answer(state)


def _add_lists(app: FastAPI, directory: Directory) -> None:
    async def published_list(request: Request, name: Literal["trust", "status", "issued"]) -> Response:
        file = directory.current.files.get(name) if directory.current else None
        if file is None:
            return problem(404)
        headers = {"ETag": file.etag, "Cache-Control": _LIST_CACHE}
        if _has(request.headers.get("if-none-match", ""), file.etag):
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


def _add_health(app: FastAPI, directory: Directory, settings: Settings) -> None:
    @app.get("/healthz", summary="The process answers", response_model=schema.AliveBody)
    async def healthz() -> Response:
        return _answer({"alive": True})

    @app.get(
        "/readyz",
        summary="The lists are loaded and not too old",
        response_model=schema.ReadyBody,
        responses={503: {"model": schema.ReadyBody, "description": "Not ready."}},
    )
    async def readyz() -> Response:
        body = _readiness(directory, settings.today())
        body["ready"] = body["ready"] and not app.state.refresher.done()
        return _answer(body, 200 if body["ready"] else 503)


def _readiness(directory: Directory, today: date) -> dict[str, Any]:
    known = directory.current
    if known is None or known.status is None or known.issued is None or known.look_up is None:
        return {"ready": False, "lists": {}, "age_days": None, "problem": directory.problem or "lists are missing"}
    lists = (known.trust, known.status, known.issued)
    oldest = max(age_days(listed.issued_at, today) for listed in lists)
    versions = dict(zip(("trust", "status", "issued"), (listed.version for listed in lists), strict=True))
    return {"ready": oldest <= AGE_MAX_DAYS, "lists": versions, "age_days": oldest, "problem": directory.problem}


def _media_type(request: Request) -> bytes:
    """RFC 9110 section 8.3.1, without parameters; empty where none is stated."""
    stated = next((value for name, value in request.scope["headers"] if name == b"content-type"), b"")
    return bytes(stated.partition(b";")[0].strip().lower())


async def _body(request: Request) -> bytes | None:
    """The request's body, or None as soon as it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            return None
    return body


def _has(if_none_match: str, etag: str) -> bool:
    """RFC 9110 section 13.1.2: weak comparison with any of the tags, or with all by a star."""
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in if_none_match.split(","))


def _answer(body: Mapping[str, Any], status: int = 200) -> Response:
    return Response(to_json(body), status, {"Cache-Control": NO_STORE}, "application/json")
