"""The published directory as a web site: page, packs and lists, file by file, as any static server gives them.

    /  /index.html  /sw.js  /manifest.webmanifest  /page/...     no-cache        the page; it may use the camera
    /pack/full-V.pack  /pack/delta-F-V.pack                      immutable       a name never changes its content
    /pack/index.json  /index.json  /index.tlog-proof            no-cache
    /*.cose  /root.pub  /s/*.cwt                                 five minutes

docs/operate/nginx.md says the same to nginx. A name outside these patterns, a hidden file, a link that leads out of the
directory: none is there. What compresses is compressed once and kept; packs and lists are hashes, which do not.
"""

import asyncio
import gzip
import os
import re
import stat
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from fastapi import FastAPI, Request
from starlette.responses import Response, StreamingResponse

from sceau.headers import SCANNER
from sceau.verify_api.message import names
from sceau.verify_api.problem import problem

_TYPES = {
    "cose": "application/cose",
    "css": "text/css; charset=utf-8",
    "cwt": "application/statuslist+cwt",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "pack": "application/cbor",
    "png": "image/png",
    "pub": "application/octet-stream",
    "svg": "image/svg+xml",
    "tlog-proof": "text/plain; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
}
_COMPRESSED = frozenset({"css", "html", "js", "json", "svg", "tlog-proof", "txt", "wasm", "webmanifest"})
_COMPRESSED_MAX = 4 << 20
_PART = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
_NAME = re.compile(
    rf"(?:index\.html|sw\.js|manifest\.webmanifest|index\.json|index\.tlog-proof|root\.pub|[a-z]+\.cose"
    rf"|s/{_PART}\.cwt|pack/{_PART}|page/(?:{_PART}/){{0,4}}{_PART})"
)
_VERSIONED = re.compile(r"pack/(?:full-[0-9]+|delta-[0-9]+-[0-9]+)\.pack")
_LISTS = re.compile(r".*\.(?:cose|cwt|pub)")
FIVE_MINUTES = "public, max-age=300, stale-while-revalidate=3600"
_PIECE = 256 << 10
_ROUTES = ("/{name}.cose", "/index.html", "/sw.js", "/manifest.webmanifest", "/index.json", "/index.tlog-proof",
           "/root.pub", "/page/{rest:path}", "/pack/{rest:path}", "/s/{rest:path}")  # fmt: skip


class Site:
    """The files under `directory`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def add_to(self, app: FastAPI) -> None:
        """Declare the routes; / belongs to routes_front.py."""

        async def file(request: Request) -> Response:
            return await self.file(request, request.url.path.removeprefix("/")) or problem(404)

        for path in _ROUTES:
            app.add_route(path, file, ["GET"], include_in_schema=False)

    async def file(self, request: Request, name: str) -> Response | None:
        """The file of that published name, or None where there is none."""
        if not _NAME.fullmatch(name) or name.rpartition(".")[2] not in _TYPES:
            return None
        opened = await asyncio.to_thread(_opened, self._directory, name)
        if opened is None:
            return None
        file, found = opened
        return await _response(request, name, file, found)


def _opened(directory: Path, name: str) -> tuple[BinaryIO, os.stat_result] | None:
    path = directory / name
    try:
        if not path.resolve().is_relative_to(directory.resolve()):
            return None
        file = path.open("rb")
    except OSError:
        return None
    found = os.fstat(file.fileno())
    if stat.S_ISREG(found.st_mode):
        return file, found
    file.close()
    return None


async def _response(request: Request, name: str, file: BinaryIO, found: os.stat_result) -> Response:
    kind = name.rpartition(".")[2]
    etag = f"{found.st_mtime_ns:x}-{found.st_size:x}"
    squeezed = kind in _COMPRESSED and found.st_size <= _COMPRESSED_MAX and _takes_gzip(request)
    headers = {"ETag": f'"{etag}-gzip"' if squeezed else f'"{etag}"', "Cache-Control": cache_of(name)}
    if kind in _COMPRESSED:
        headers["Vary"] = "Accept-Encoding"
    if name in ("index.html", "sw.js") or name.startswith("page/"):
        headers |= SCANNER
    if names(request.headers.get("if-none-match", ""), headers["ETag"]):
        file.close()
        return Response(status_code=304, headers=headers)
    if squeezed:
        body = await asyncio.to_thread(_gzipped, file)
        return Response(body, headers={**headers, "Content-Encoding": "gzip"}, media_type=_TYPES[kind])
    headers["Content-Length"] = str(found.st_size)
    return StreamingResponse(_pieces(file), headers=headers, media_type=_TYPES[kind])


def cache_of(name: str) -> str:
    """How long a file may be kept: Cache-Control (RFC 9111, RFC 8246)."""
    if _VERSIONED.fullmatch(name):
        return "public, max-age=31536000, immutable"
    return FIVE_MINUTES if _LISTS.fullmatch(name) else "no-cache"


def _takes_gzip(request: Request) -> bool:
    offered = (one.strip().lower() for one in request.headers.get("accept-encoding", "").split(","))
    return any(one == "gzip" or (one.startswith("gzip;") and not one.endswith(("q=0", "q=0.0"))) for one in offered)


def _gzipped(file: BinaryIO) -> bytes:
    with file:
        return _squeeze(file.read())


@lru_cache(maxsize=128)
def _squeeze(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
