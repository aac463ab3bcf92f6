"""Where a log is read from: a directory, or an address. Pickled by its name, so that several processes can read it."""

import gzip
import http.client
import io
import urllib.error
import urllib.request
import zlib
from pathlib import Path
from typing import NamedTuple

from sceau.domain.errors import InputUnreadable

SIZE_MAX = 1 << 25  # no tile or bundle has more: 256 entries of 65,535 bytes
TIMEOUT_S = 20


class Source(NamedTuple):
    """The prefix under which the files of a log stand."""

    place: str

    @property
    def remote(self) -> bool:
        """Whether it is an address."""
        return self.place.startswith(("https://", "http://"))

    def fetch(self, name: str) -> bytes:
        """The bytes of one file; FileNotFoundError if it is not there, InputUnreadable if it cannot be had."""
        return get(f"{self.place.rstrip('/')}/{name}") if self.remote else _read(Path(self.place) / name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise FileNotFoundError(f"{path.name} is missing") from None
    except OSError as error:
        raise InputUnreadable(f"{path}: {error.strerror}") from None


def get(url: str) -> bytes:
    """The body at an address of the policy; FileNotFoundError for 404, InputUnreadable for what goes wrong."""
    if not url.startswith(("https://", "http://")):
        raise InputUnreadable(f"{url}: not an address")
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310 (https or http, above)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            body: bytes = answer.read(SIZE_MAX + 1)
            packed = answer.headers.get("Content-Encoding") == "gzip"
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise FileNotFoundError(url) from None
        raise InputUnreadable(f"{url}: {error.code}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise InputUnreadable(f"{url}: {error}") from None
    body = _unpacked(url, body) if packed else body
    if len(body) > SIZE_MAX:
        raise InputUnreadable(f"{url}: more than {SIZE_MAX} bytes")
    return body


def _unpacked(url: str, body: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            return file.read(SIZE_MAX + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputUnreadable(f"{url}: {error}") from None
