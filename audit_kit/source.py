"""Where a log or a publication is read from: a directory, or an address. Pickled by its name, for several processes."""

import gzip
import http.client
import io
import urllib.error
import urllib.request
import zlib
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple

from sceau.audit_kit import files
from sceau.domain.errors import InputUnreadable

SIZE_MAX = 1 << 25  # no tile or bundle has more: 256 entries of 65,535 bytes
SILENCE_S = 20
DEADLINE_S = 60


class Source(NamedTuple):
    """The prefix under which the files of a log, or of a publication, stand."""

    place: str

    @property
    def remote(self) -> bool:
        """Whether it is an address."""
        return self.place.startswith(("https://", "http://"))

    def fetch(self, name: str, size_max: int = SIZE_MAX) -> bytes:
        """The bytes of one file; FileNotFoundError if it is not there, InputUnreadable if it cannot be had."""
        if self.remote:
            return get(f"{self.place.rstrip('/')}/{name}", size_max)
        return files.read(Path(self.place) / name, size_max)


def get(url: str, size_max: int = SIZE_MAX) -> bytes:
    """The body at an address of the policy; FileNotFoundError for 404, InputUnreadable for what goes wrong.

    The whole exchange ends after DEADLINE_S: a stranger may send names, heads and bodies byte by byte, each of them in
    time. It has a thread of its own, as nothing else ends all of these; a thread given up ends with its next silence,
    or with the program.
    """
    if not url.startswith(("https://", "http://")):
        raise InputUnreadable(f"{url}: not an address", why_fr=f"{url} : pas une adresse")
    answers: SimpleQueue[bytes | Exception] = SimpleQueue()
    Thread(target=lambda: answers.put(_answer(url, size_max)), daemon=True).start()
    try:
        answer = answers.get(timeout=DEADLINE_S)
    except Empty:
        raise InputUnreadable(
            f"{url}: no whole answer in {DEADLINE_S} s", why_fr=f"{url} : pas de réponse entière en {DEADLINE_S} s"
        ) from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _answer(url: str, size_max: int) -> bytes | Exception:
    try:
        return _fetched(url, size_max)
    except Exception as error:  # raised again by whoever waits for it
        return error


def _fetched(url: str, size_max: int) -> bytes:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310 (https or http, above)
    try:
        with urllib.request.urlopen(request, timeout=SILENCE_S) as answer:  # noqa: S310
            body: bytes = answer.read(size_max + 1)
            packed = answer.headers.get("Content-Encoding") == "gzip"
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 404:
            raise FileNotFoundError(url) from None
        raise InputUnreadable(f"{url}: {error.code}", why_fr=f"{url} : {error.code}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise InputUnreadable(f"{url}: {error}", why_fr=f"{url} : pas de réponse") from None
    body = _unpacked(url, body, size_max) if packed else body
    if len(body) > size_max:
        raise InputUnreadable(f"{url}: more than {size_max} bytes", why_fr=f"{url} : plus de {size_max} octets")
    return body


def _unpacked(url: str, body: bytes, size_max: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            return file.read(size_max + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputUnreadable(f"{url}: {error}", why_fr=f"{url} : pas de réponse") from None
