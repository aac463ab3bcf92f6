"""A client of the public checker, for programs of airlines, banks and other administrations; it needs no web library.

    checker = Checker("https://verif.example")
    answer = checker.scan(code)                       one code, bytes or text as the scanner read it
    for answer in checker.scan_many(codes): ...       any number of them, in their order
    state = checker.status("VPA26000A", letters)      by the printed number and its 16 letters; None where there is none
    found = checker.changes(held)                     what is otherwise than you saw it; keep each mark for next time
    receipt = verify_receipt(answer.receipt, key)     a signed "I checked", by the key that you pinned

A verdict is an answer, whatever it is; an error is none. Refused: the checker understood and will not, `code` says why.
Unreachable: nothing is known, ask again.
"""

import http.client
import ipaddress
import json
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, Self

from sceau import __version__
from sceau.verify_api.receipt import Receipt, read_receipt

BATCH = 1000  # lines in one request
_ANSWER_MAX = 4 << 20
_LINE_MAX = 256 << 10
_NDJSON, _JSON, _BYTES = "application/x-ndjson", "application/json", "application/octet-stream"


class CheckerError(Exception):
    """The checker gave no answer."""


class Unreachable(CheckerError):
    """It could not be asked, or its answer did not come whole: nothing is known, ask again."""


class Refused(CheckerError):
    """It will not answer: `code` is its published reason, `retry_after` the seconds to wait where it says so."""

    def __init__(self, status: int, code: str, detail: str, retry_after: int | None) -> None:
        super().__init__(f"{code}: {detail}")
        self.status, self.code, self.detail, self.retry_after = status, code, detail, retry_after


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict (docs/format/verdict.md); `told` is all of it, as it came."""

    code: str
    colour: str  # "green", "amber", "red"
    seal_id: str | None
    fields: Mapping[str, str]  # to compare with paper and person
    told: Mapping[str, Any] = field(repr=False)
    receipt: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, told: Mapping[str, Any], receipt: str | None) -> Self:
        """The answer of what the checker told."""
        message = None if receipt is None else b64decode(receipt, validate=True)
        return cls(told["code"], told["colour"], told["seal_id"], told["fields"], told, message)


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A code in a batch that was not judged: too long, or your scans are used up for so many seconds."""

    code: str
    detail: str
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A document that you hold: by number and printed letters, or by seal_id; and the mark that you last saw."""

    number: str = ""
    letters: str = ""
    seal_id: str = ""
    mark: str = ""

    def to_json(self) -> dict[str, str]:
        """As POST /v1/changes takes it."""
        seen = {"mark": self.mark} if self.mark else {}
        named = {"key": self.seal_id[:32]} if self.seal_id else {"number": self.number, "code": self.letters}
        return {**named, **seen}


@dataclass(frozen=True, slots=True)
class State:
    """What the lists say of a document; `told` is all of it."""

    state: str  # "issued", "revoked", "suspended", "superseded", "unknown", "not_found"
    reason: str | None
    since: str | None
    mark: str
    told: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """The state of what the checker told."""
        return cls(told["state"], told["reason"], told["since"], told["mark"], told)


@dataclass(frozen=True, slots=True)
class Changes:
    """The documents that are otherwise than you saw them, by their place in what you asked; and the list's version."""

    version: int
    age_days: int
    states: Mapping[int, State]


@dataclass(frozen=True)
class Checker:
    """The checker at `address`; https, but for this machine. `receipts` asks for one with every verdict."""

    address: str
    receipts: bool = False
    timeout_s: float = 30.0

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.address)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname or "")):
            raise ValueError("a verdict that comes over http may be anybody's: give an https address")

    def scan(self, code: bytes | str) -> Answer:
        """The verdict on one code."""
        told = self._json("POST", self._scan, _BYTES, _bytes(code))
        with _understood():
            return Answer.of(told, told.pop("receipt", None))

    def scan_many(self, codes: Iterable[bytes | str]) -> Iterator[Answer | NotJudged]:
        """An answer for each code, in order, as they come. Refused or Unreachable may come after some of them."""
        remaining = iter(codes)
        while batch := list(islice(remaining, BATCH)):
            yield from self._batch(batch)

    def status(self, number: str, letters: str) -> State | None:
        """What the lists say of a document by its number and the 16 letters; None where both do not belong together."""
        path = f"/v1/documents/{urllib.parse.quote(number, safe='')}/status?{urllib.parse.urlencode({'code': letters})}"
        try:
            told = self._json("GET", path)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        with _understood():
            return State.of(told)

    def changes(self, held: Sequence[Held]) -> Changes:
        """What is otherwise than the marks of `held` say; at most 1000 documents."""
        body = json.dumps({"documents": [one.to_json() for one in held]}).encode()
        told = self._json("POST", "/v1/changes", _JSON, body)
        with _understood():
            states = {one["at"]: State.of(one) for one in told["changes"]}
            return Changes(told["list"]["version"], told["list"]["age_days"], states)

    @property
    def _scan(self) -> str:
        return f"/v1/scan{'?receipt=1' if self.receipts else ''}"

    def _batch(self, codes: Sequence[bytes | str]) -> Iterator[Answer | NotJudged]:
        lines = (json.dumps({"data": b64encode(_bytes(code)).decode()}) for code in codes)
        with self._asked("POST", self._scan, _NDJSON, "\n".join(lines).encode()) as response:
            for number in range(1, len(codes) + 1):
                yield _line(_read(response, _LINE_MAX, line=True), number)

    def _json(self, method: str, path: str, media_type: str = "", body: bytes | None = None) -> dict[str, Any]:
        with self._asked(method, path, media_type, body) as response, _understood():
            told = json.loads(_read(response, _ANSWER_MAX))
            return dict(told)

    @contextmanager
    def _asked(self, method: str, path: str, media_type: str, body: bytes | None) -> Iterator[IO[bytes]]:
        headers = {"User-Agent": f"sceau/{__version__}", **({"Content-Type": media_type} if media_type else {})}
        request = urllib.request.Request(self.address.rstrip("/") + path, body, headers, method=method)  # noqa: S310 - https
        try:
            with _OPENER.open(request, timeout=self.timeout_s) as response:
                yield response
        except urllib.error.HTTPError as error:
            raise _refused(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(str(error)) from None


def verify_receipt(message: bytes, public: bytes) -> Receipt:
    """What the checker with this Ed25519 key signed; SignatureInvalid or InputUnreadable (domain/errors.py)."""
    return read_receipt(message, public)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is sent goes where the caller said, nowhere else."""

    def redirect_request(self, *_: object) -> None:
        """None: a redirect is an error."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def _bytes(code: bytes | str) -> bytes:
    return code.encode() if isinstance(code, str) else code


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(response: IO[bytes], size_max: int, line: bool = False) -> bytes:
    content = response.readline(size_max + 1) if line else response.read(size_max + 1)
    if len(content) > size_max or (line and not content.endswith(b"\n")):
        raise Unreachable("the answer did not come whole, or is larger than any should be")
    return content


def _line(line: bytes, number: int) -> Answer | NotJudged:
    with _understood():
        told = json.loads(line)
        if told["line"] != number:
            raise ValueError("another line")
        if "verdict" in told:
            return Answer.of(told["verdict"], told.get("receipt"))
        error = told["error"]
        if error["code"].startswith("batch."):
            raise Refused(200, error["code"], error["detail"], None)
        return NotJudged(error["code"], error["detail"], error.get("retry_after"))


def _refused(error: urllib.error.HTTPError) -> CheckerError:
    with error:
        wait = error.headers.get("Retry-After", "")
        try:
            told = json.loads(error.read(_ANSWER_MAX))
            return Refused(error.code, told["code"], told["detail"], int(wait) if wait.isdecimal() else None)
        except (ValueError, KeyError, TypeError, OSError):
            return Unreachable(f"HTTP {error.code}, not from a checker")


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreachable(f"not the answer of a checker ({type(error).__name__})") from None
