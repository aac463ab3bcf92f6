"""One HTTP exchange with a stranger: no redirects, no more than 64 KiB, no longer than it was given.

Plain or TLS, as the address says; certificates are checked as the system does.
"""

import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TypeAlias
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
    deadline = time.monotonic() + timeout
    connection, path = _connection(url, timeout)
    try:
        connection.request(method, path, body or None, {"User-Agent": "sceau", "Connection": "close"})
        response = connection.getresponse()
        return response.status, _read(response, deadline)
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


def _read(response: HTTPResponse, deadline: float) -> bytes:
    data = b""
    while part := response.read1(BODY_MAX):
        data += part
        if len(data) > BODY_MAX:
            raise NotAnswered(f"an answer of more than {BODY_MAX} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError
    return data
