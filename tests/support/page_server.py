"""A static web server for a published directory, which can go down and come back at the same address.

It keeps what it was asked (`log`, request lines) and given (`reports`), lets nothing be cached by HTTP, and says the
date that it is told: the page compares it with the device's.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

TYPES = {".js": "text/javascript", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json"}


class StaticServer:
    """`url` answers with the files of `folder` while it is up; `now` is Unix seconds."""

    def __init__(self, folder: Path, now: float) -> None:
        self.folder = folder
        self.now = now
        self.log: list[str] = []
        self.reports: list[Any] = []
        self.refused = ""  # reports from that place
        self.states: dict[str, Any] = {}  # what /v1/documents/{number} answers, by number and code
        self.files_alone = False  # no program answers anything
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self.up()

    @property
    def url(self) -> str:
        """Where the page stands."""
        return f"http://127.0.0.1:{self._port}/"

    def up(self) -> None:
        """Listen."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), partial(_Handler, self))
        self._server.daemon_threads = True
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def down(self) -> None:
        """Refuse connections."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@contextmanager
def serving(folder: Path, now: float) -> Iterator[StaticServer]:
    """A server that is down at the end."""
    server = StaticServer(folder, now)
    try:
        yield server
    finally:
        server.down()


class _Handler(SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}

    def __init__(self, site: StaticServer, *args: Any) -> None:
        self.site = site
        super().__init__(*args, directory=str(site.folder))

    def do_GET(self) -> None:
        if self.site.files_alone or not self.path.startswith("/v1/documents/"):
            return super().do_GET()
        state = self.site.states.get(self.path.removeprefix("/v1/documents/"))
        return self._answer(404 if state is None else 200, state)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        report = json.loads(body)
        if self.site.refused and report["place"] == self.site.refused:
            return self._answer(422, {})
        self.site.reports.append(report)
        return self._answer(201, {})

    def _answer(self, status: int, told: Any) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"application/{'json' if status < 400 else 'problem+json'}")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.site.now if timestamp is None else timestamp, usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:
        self.site.log.append(f"{format % args} {dict(self.headers)}" if hasattr(self, "headers") else format % args)
