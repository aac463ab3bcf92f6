"""One HTTP exchange with a stranger: no redirects, no more than 64 KiB, no longer than it was given.

Plain or TLS, as the address says; certificates are checked as the system does. Heads and bodies that come byte by byte,
each in time, do not make it longer.
"""

import io
import socket
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, TypeAlias
from urllib.parse import urlsplit

BODY_MAX = 1 << 16
Call: TypeAlias = Callable[[str, str, bytes, float], tuple[int, bytes]]


class NotAnswered(Exception):
    """No whole answer; `slow` if there may be one later."""

    def __init__(self, why: str, slow: bool = False) -> None:
        super().__init__(why)
        self.slow = slow


def call(method: str, url: str, body: bytes, timeout: float) -> tuple[int, bytes]:
    """Status and body; NotAnswered after `timeout` seconds, if nobody is there, or for more than 64 KiB."""
    connection, path = _connection(url, timeout)
    connection.response_class = _until(time.monotonic() + timeout)  # type: ignore[assignment]  # whatever makes one
    try:
        connection.request(method, path, body or None, {"User-Agent": "sceau", "Connection": "close"})
        response = connection.getresponse()
        return response.status, _read(response)
    except TimeoutError:
        raise NotAnswered(f"no answer in {timeout:g} s", slow=True) from None
    except (OSError, HTTPException, ValueError) as error:
        raise NotAnswered(str(error) or type(error).__name__) from None
    finally:
        connection.close()


def _connection(url: str, timeout: float) -> tuple[HTTPConnection, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise NotAnswered(f"{url[:100]} is not an http or https address")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(host, port, timeout=timeout), parts.path or "/"


def _until(deadline: float) -> Callable[..., HTTPResponse]:
    """Responses that are read until then."""

    def made(sock: socket.socket, **options: Any) -> HTTPResponse:
        response = HTTPResponse(sock, **options)
        response.fp = io.BufferedReader(_Timely(response.fp.detach(), sock, deadline))
        return response

    return made


class _Timely(io.RawIOBase):
    """What is read from a socket until a moment of the monotonic clock; TimeoutError after it."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _read(response: HTTPResponse) -> bytes:
    data = b""
    while part := response.read1(BODY_MAX):
        data += part
        if len(data) > BODY_MAX:
            raise NotAnswered(f"an answer of more than {BODY_MAX} bytes")
    return data
