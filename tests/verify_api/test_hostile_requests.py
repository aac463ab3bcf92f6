"""What strangers send to the service's every door, on a real socket: refused, forgotten, and the service lives on."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import nginx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import InputUnreadable, SignatureInvalid
from sceau.verify_api.form import FormInvalid, read_form
from sceau.verify_api.receipt import read_receipt

MEMORY_MAX = 400 << 20  # bytes; at rest it has some 90 MB
SECRET = b"VPA26000A"
SERVE = """
import sys
from pathlib import Path
from sceau.verify_api import batch, message
from sceau.verify_api.app import serve
from sceau.verify_api.service import Settings
message.BODY_TIME_MAX_S = batch.IDLE_MAX_S = 0.5
folder, root, port, reports, now = sys.argv[1:]
told = Settings(Path(folder), bytes.fromhex(root), lambda: float(now), rate="100000/minute", reports=Path(reports))
serve(told, "127.0.0.1", int(port))
"""


@dataclass
class Server:
    port: int
    process: int

    def send(self, sent: bytes, leave: bool = False) -> bytes:
        """What comes back until the server has said all; or, for who leaves at once, what it still said."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as client:
            try:
                client.sendall(sent)
                if leave:
                    client.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: client.recv(1 << 16), b""))
            except OSError:  # it hung up while we sent
                return b""

    @property
    def memory(self) -> int:
        status = Path(f"/proc/{self.process}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) << 10


@pytest.fixture
def server(made, state, tmp_path: Path) -> Iterator[Server]:
    """A server in a process of its own, which must have written nothing when it ends."""
    state.issue(made.visa())
    (tmp_path / "reports").mkdir()
    port = nginx.free_port()
    folder = state.publish(tmp_path / "published")
    told = [*map(str, (folder, made.ROOT.public.hex(), port, tmp_path / "reports", made.NOON))]
    kept = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, *told], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=kept
    )
    nginx.wait(port)
    try:
        yield Server(port, process.pid)
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz").json() == {"alive": True}
    finally:
        process.terminate()
        output, errors = process.communicate(timeout=30)
    assert SECRET not in output + errors
    told_by_uvicorn = [line for line in errors.splitlines() if b"Invalid HTTP request received." not in line]
    assert (output, told_by_uvicorn) == (b"", [])


def post(path: bytes, media_type: bytes, body: bytes, *headers: bytes) -> bytes:
    given = [b"POST " + path + b" HTTP/1.1", b"Host: x", b"Connection: close", b"Content-Type: " + media_type, *headers]
    return b"\r\n".join([*given, b"Content-Length: %d" % len(body), b"", body])


def test_every_door_refuses_fifty_megabytes(server: Server) -> None:
    """Refused before it is read: by whoever reads, 413; nothing of it is kept in memory."""
    doors = {
        b"/v1/scan": b"application/octet-stream",
        b"/v1/changes": b"application/json",
        b"/v1/reports": b"application/json",
        b"/check": b"multipart/form-data; boundary=b",
    }
    address = f"http://127.0.0.1:{server.port}"
    for path, media_type in doors.items():
        answer = httpx2.post(address + path.decode(), content=SECRET * 5_600_000, headers={b"content-type": media_type})
        assert answer.status_code == 413, path
    endless = (b"a" * (1 << 20) for _ in range(50))
    answer = httpx2.post(f"{address}/v1/scan", content=endless, headers={"content-type": "application/x-ndjson"})
    assert answer.status_code == 200 and "batch.too_long" in answer.text
    assert server.memory < MEMORY_MAX


def test_a_body_that_does_not_come_is_given_up(server: Server) -> None:
    for path, media_type in ((b"/v1/scan", b"text/plain"), (b"/v1/changes", b"application/json")):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
            client.sendall(post(path, media_type, SECRET * 10)[: -len(SECRET)])
            assert client.recv(1 << 16).startswith(b"HTTP/1.1 408 ")


MALFORMED = [
    b"",
    b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /" + SECRET + b"\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + SECRET * 20_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
    b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\nab",
    b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
    b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\nzz\r\n",
    b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v1/documents/%00/status?code=%ff HTTP/1.1\r\nHost: x\r\n\r\n",
]


def test_what_is_no_request_is_refused(server: Server) -> None:
    for sent in MALFORMED:
        answer = server.send(sent, leave=True)
        assert answer == b"" or answer.split(b" ")[1][:1] == b"4", (sent[:60], answer[:200])
        assert SECRET not in answer
    assert server.memory < MEMORY_MAX


def test_headers_say_nothing_that_is_believed(server: Server, made) -> None:
    for header in (
        b"Accept-Encoding: " + b"gzip;q=," * 1000,
        b"Accept-Language: " + b"\xff,;q=" * 1000,
        b"If-None-Match: " + b'W/"' * 4000,
        b"X-Forwarded-For: " + SECRET + b", " * 1000,
        b"Forwarded: for=unknown",
        b"Range: bytes=0-0,-1,5-",
        b"Content-Encoding: gzip",
        b"Expect: 100-continue",
    ):
        answer = server.send(post(b"/v1/scan", b"application/octet-stream", made.visa(), header))
        assert b'"code":"VALID"' in answer, header[:40]
        for path in (b"/", b"/check", b"/trust.cose", b"/v1/lists/trust"):
            lines = [b"GET " + path + b" HTTP/1.1", b"Host: x", b"Connection: close", header, b"", b""]
            answer = server.send(b"\r\n".join(lines))
            assert re.search(rb"HTTP/1.1 (200|304) ", answer), (path, header[:40], answer[:100])


@given(st.binary(max_size=400))
def test_a_form_is_read_or_refused(body: bytes) -> None:
    named = b'--b\r\nContent-Disposition: form-data; name="a"'
    for content in (body, b"--b\r\n" + body + b"\r\n--b--", named + body, named + b"\r\n\r\n" + body + b"\r\n--b--"):
        with suppress(FormInvalid):
            found = read_form(b"multipart/form-data; boundary=b", content)
            assert all(isinstance(value, bytes) for value in found.values())


@given(st.text(max_size=100), st.binary(max_size=200))
def test_a_boundary_is_what_browsers_write(boundary: str, content: bytes) -> None:
    with suppress(FormInvalid):
        read_form(b"multipart/form-data; boundary=" + boundary.encode(), content)


@given(st.binary(max_size=500))
def test_a_receipt_is_read_or_refused(message: bytes) -> None:
    for content in (message, bytes.fromhex("d2844da201270448") + message):
        with pytest.raises((InputUnreadable, SignatureInvalid)):
            read_receipt(content, bytes(32))
