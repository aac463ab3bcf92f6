"""GET and POST /check: the checker without JavaScript. A file, a text, or number and letters -> the same verdict.
POST /check/report: a report of suspected fraud from there.

Reading pictures is the dearest thing that the checker does: few are received at a time, fewer still judged, and a
client may send so many a minute.
"""

import asyncio
from functools import cache
from importlib.resources import files

from fastapi import FastAPI, Request
from pydantic import ValidationError
from starlette.responses import Response

from sceau.domain.errors import InputUnreadable, MissingPart
from sceau.headers import FORM
from sceau.verify_api import check_page, check_report, reports
from sceau.verify_api.budget import client_of
from sceau.verify_api.directory import Published
from sceau.verify_api.form import FormInvalid, read_form
from sceau.verify_api.image import SIZE_MAX, codes_in, kind_of
from sceau.verify_api.languages import LANGUAGES
from sceau.verify_api.look_up import state_of
from sceau.verify_api.message import body_of, header
from sceau.verify_api.problem import NO_STORE
from sceau.verify_api.reports import Full, Reports
from sceau.verify_api.schema import BODY_MAX
from sceau.verify_api.service import Service

_FORM_MAX = SIZE_MAX + (64 << 10)
_READ_MAX, _JUDGED_MAX = 16, 2  # at the same time
_SHOWN_MAX = 10
_UPLOAD_S = 120.0  # 20 MB at 1.4 Mbit/s


class _Told(Exception):
    """Why nothing was judged: a status, and a name of check_words.ERRORS."""

    def __init__(self, status: int, name: str) -> None:
        self.status, self.name = status, name
        super().__init__(name)


def add_to(app: FastAPI, service: Service) -> None:
    """Declare the routes."""
    reading, judging = asyncio.Semaphore(_READ_MAX), asyncio.Semaphore(_JUDGED_MAX)

    async def form(request: Request) -> Response:
        return _html(check_page.page(language_of(request)))

    async def check(request: Request) -> Response:
        language = language_of(request)
        try:
            answer = await _checked(request, service, language, reading, judging)
        except _Told as told:
            return _html(check_page.page(language, check_page.error(language, told.name)), told.status)
        return _html(check_page.page(language, answer))

    async def style(request: Request) -> Response:
        return Response(_style(), headers={"Cache-Control": "public, max-age=3600"}, media_type="text/css")

    async def report(request: Request) -> Response:
        language = language_of(request)
        try:
            known = await _reported(request, service)
        except _Told as told:
            return _html(check_page.page(language, check_page.error(language, told.name, "report")), told.status)
        return _html(check_page.page(language, check_report.thanks(language, known)))

    app.add_route("/check", form, ["GET"], include_in_schema=False)
    app.add_route("/check/report", report, ["POST"], include_in_schema=False)
    app.add_route("/check", check, ["POST"], include_in_schema=False)
    app.add_route("/check.css", style, ["GET"], include_in_schema=False)


async def _checked(
    request: Request, service: Service, language: str, reading: asyncio.Semaphore, judging: asyncio.Semaphore
) -> str:
    known = service.known
    if known is None or known.look_up is None or known.status is None:
        raise _Told(503, "no_lists")
    if service.uploads.spend(client_of(request.scope)):
        raise _Told(429, "too_many")
    if reading.locked():
        raise _Told(503, "busy")
    async with reading:
        sent = await _form(request, _FORM_MAX)
        if sent.get("file"):
            async with judging:
                codes = await asyncio.to_thread(_codes, sent["file"])
            return _verdicts(service, known, language, codes)
    if text := sent.get("text", b"").strip():
        if len(text) > BODY_MAX:
            raise _Told(413, "too_large")
        return _verdicts(service, known, language, [text])
    number, letters = (sent.get(name, b"").decode(errors="replace").strip() for name in ("number", "letters"))
    if not number or not letters:
        raise _Told(422, "empty")
    found = state_of(known.look_up, known.status, number[:40], letters[:40], service.settings.today())
    if found is None:
        raise _Told(404, "not_found")
    return check_page.state(language, found)


async def _reported(request: Request, service: Service) -> str:
    """Keep the report that was sent; its id."""
    if service.settings.reports is None:
        raise _Told(501, "unkept")
    sent = await _form(request, reports.BODY_MAX)
    try:
        report = check_report.read(sent, service.settings.now())
    except ValidationError:
        raise _Told(422, "report_form") from None
    if service.reports.spend(client_of(request.scope)):
        raise _Told(429, "too_many")
    try:
        return await asyncio.to_thread(Reports(service.settings.reports).keep, report, service.settings.now())
    except (Full, OSError):
        raise _Told(507, "unkept") from None


async def _form(request: Request, size_max: int) -> dict[str, bytes]:
    body = await body_of(request, size_max, _UPLOAD_S)
    if isinstance(body, Response):
        raise _Told(body.status_code, "too_large" if body.status_code == 413 else "too_slow")
    try:
        return dict(read_form(header(request, b"content-type"), body))
    except FormInvalid:
        raise _Told(422, "form") from None


def _codes(file: bytes) -> list[bytes]:
    try:
        codes = codes_in(file, kind_of(file))
    except InputUnreadable:
        raise _Told(422, "unreadable") from None
    except MissingPart:
        raise _Told(501, "no_images") from None
    if not codes:
        raise _Told(422, "no_code")
    return codes


def _verdicts(service: Service, known: Published, language: str, codes: list[bytes]) -> str:
    found = [service.judge(code, known) for code in codes[:_SHOWN_MAX]]
    return check_page.verdicts(language, found, service.settings.reports is not None)


def language_of(request: Request) -> str:
    """?lang=, else the first of our languages that the browser names (RFC 9110 section 12.5.4), else French."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    named = (one.strip()[:2].lower() for one in request.headers.get("accept-language", "").split(","))
    return next((one for one in named if one in LANGUAGES), "fr")


def _html(content: str, status: int = 200) -> Response:
    return Response(content, status, {"Cache-Control": NO_STORE, **FORM}, "text/html")


@cache
def _style() -> bytes:
    ours = files("sceau.verify_api")
    day, night, form = (
        ours.joinpath(*name).read_text() for name in (("page", "colours.css"), ("page", "night.css"), ("check.css",))
    )
    return f"{day}@media (prefers-color-scheme: dark) {{\n{night}}}\n{form}".encode()
