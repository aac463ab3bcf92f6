"""The published log, as anybody mirrors it: immutable files, and one that is always asked for again.

    GET /log/checkpoint                  no-cache, ETag
    GET /log/tlog-policy, /log/log.vkey  no-cache, ETag
    GET /log/tile/L/N[.p/W]              immutable               c2sp.org/tlog-tiles
    GET /log/tile/entries/N[.p/W]        immutable

Any static web server does the same. Nothing else in the directory is served: what waits for witnesses is not public.
"""

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sceau.domain.errors import ProofInvalid
from sceau.tlog.tile import parse_path
from sceau.verify_api.problem import problem

_TEXTS = ("checkpoint", "tlog-policy", "log.vkey")
_FOR_EVER = "public, max-age=31536000, immutable"


def log_route(directory: Path) -> Route:
    """The route that serves the log in `directory`."""

    def file(request: Request) -> Response:
        name = request.path_params["name"]
        text = name in _TEXTS
        try:
            if not text:
                parse_path(name)
            data = (directory / name).read_bytes()
        except (ProofInvalid, OSError):
            return problem(404)
        if not text:
            return Response(data, headers={"Cache-Control": _FOR_EVER}, media_type="application/octet-stream")
        headers = {"Cache-Control": "no-cache", "ETag": f'"{hashlib.sha256(data).hexdigest()[:32]}"'}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(data, headers=headers, media_type="text/plain; charset=utf-8")

    return Route("/log/{name:path}", file, methods=["GET"], include_in_schema=False)
