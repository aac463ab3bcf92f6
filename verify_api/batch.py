"""Many codes in one request: NDJSON in, NDJSON out, one answer a line in the order of the lines.

    line   = {"text": code} | {"data": base64 of a code}         "id", a text of at most 64 characters, may stand in it
    answer = {"line": 1, "id": "a", "verdict": {...}}            as POST /v1/scan answers one code
           | {"line": 2, "id": null, "error": {"code": "line.malformed", "detail": "..."}}

A line has at most 16 KiB, a batch 10,000 lines and 16 MiB. A line that cannot be judged is answered by an error and the
next one is judged; after an error whose code begins with "batch." nothing follows.

Answers are sent while lines arrive, and lines are read ahead of them: who sends a whole batch before reading anything
is not left waiting for a server that waits for him.
"""

import asyncio
import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, NamedTuple, TypeAlias

from pydantic_core import to_json

LINE_MAX = 16 << 10
LINES_MAX = 10_000
SIZE_MAX = 16 << 20
CODE_MAX = 8192
ID_MAX = 64
IDLE_MAX_S = 30.0
Judge: TypeAlias = Callable[[bytes], Mapping[str, Any]]
Spend: TypeAlias = Callable[[int], int]
_GROUP = 16  # lines judged before others are let in: some 3 ms
ERRORS: Mapping[str, str] = {
    "line.malformed": 'A line is one JSON object with "text" or "data" (base64), and "id" if you like.',
    "line.too_long": "A line has at most 16384 bytes, and a code at most 8192.",
    "line.too_many": "Your scans are used up: send this line and the next ones again later.",
    "batch.too_long": "A batch has at most 10000 lines and 16777216 bytes: send the rest in another.",
    "batch.too_slow": "Nothing came for 30 seconds: send the rest in another batch.",
}


class Refused(Exception):
    """Why a line, or what is left of a batch, is not judged: a code of ERRORS."""


class Line(NamedTuple):
    """One code to judge."""

    id: str | None
    code: bytes


class Lines:
    """Cuts what arrives into lines; of a line that is too long it keeps no more than shows that."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` ends."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[: LINE_MAX + 1]
        return whole

    def end(self) -> list[bytes]:
        """The last line, where no line feed ended it."""
        return [self._rest] if self._rest else []


def read_line(line: bytes) -> Line:
    """Parse one line; raise Refused."""
    if len(line) > LINE_MAX:
        raise Refused("line.too_long")
    try:
        value = json.loads(line.decode(), object_pairs_hook=_once)
        known_id = value.pop("id", None)
        ((kind, said),) = value.items()
        code = said.encode() if kind == "text" else b64decode(said, validate=True) if kind == "data" else None
    except (ValueError, TypeError, AttributeError, RecursionError, NotBase64):
        raise Refused("line.malformed") from None
    if code is None or type(said) is not str or not (known_id is None or _is_id(known_id)):
        raise Refused("line.malformed")
    if len(code) > CODE_MAX:
        raise Refused("line.too_long")
    return Line(known_id, code)


def _is_id(value: object) -> bool:
    return type(value) is str and len(value) <= ID_MAX and value.isprintable()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


async def answers(stream: AsyncIterator[bytes], judge: Judge, spend: Spend) -> AsyncIterator[bytes]:
    """Answer every line of `stream`.

    `judge` gives the members that answer a code; `spend` takes so many scans from the client's budget, or none and then
    gives the seconds to wait.
    """
    number = 0
    lines = Lines()
    async with aclosing(_read_ahead(stream)) as chunks:
        async for chunk in chunks:
            if isinstance(chunk, Refused):
                yield _error(number + 1, None, str(chunk))
                return
            found = lines.feed(chunk) if chunk else lines.end()
            kept = found[: LINES_MAX - number]
            for at in range(0, len(kept), _GROUP):
                group = kept[at : at + _GROUP]
                waits = _spent(len(group), spend)
                numbered = enumerate(zip(group, waits, strict=True), number + 1)
                yield b"".join([_answer(n, line, wait, judge) for n, (line, wait) in numbered])
                number += len(group)
                await asyncio.sleep(0)
            if len(kept) < len(found):
                yield _error(number + 1, None, "batch.too_long")
                return


def _spent(count: int, spend: Spend) -> list[int]:
    """For each of so many lines: 0, or how long to wait. What is left of a budget is used to the last scan."""
    return [spend(1) for _ in range(count)] if spend(count) else [0] * count


def _answer(number: int, line: bytes, wait: int, judge: Judge) -> bytes:
    known_id = None
    try:
        known_id, code = read_line(line)
    except Refused as refusal:
        return _error(number, known_id, str(refusal))
    if wait:
        return _error(number, known_id, "line.too_many", retry_after=wait)
    return to_json({"line": number, "id": known_id, **judge(code)}) + b"\n"


def _error(number: int, known_id: str | None, code: str, **more: int) -> bytes:
    error = {"code": code, "detail": ERRORS[code], **more}
    return to_json({"line": number, "id": known_id, "error": error}) + b"\n"


async def _read_ahead(stream: AsyncIterator[bytes]) -> AsyncGenerator[bytes | Refused]:
    """What `stream` gives, then b""; or Refused as soon as it is too long or too slow."""
    read: asyncio.Queue[bytes | Exception] = asyncio.Queue()
    reader = asyncio.create_task(_read(stream, read))
    try:
        chunk: bytes | Refused = b"?"
        while chunk and not isinstance(chunk, Refused):
            got = await read.get()
            if isinstance(got, Exception) and not isinstance(got, Refused):
                raise got
            chunk = got
            yield chunk
    finally:
        reader.cancel()


async def _read(stream: AsyncIterator[bytes], into: "asyncio.Queue[bytes | Exception]") -> None:
    size = 0
    try:
        while size <= SIZE_MAX:
            async with asyncio.timeout(IDLE_MAX_S):
                chunk = await anext(stream, b"")
            into.put_nowait(chunk)
            if not chunk:
                return
            size += len(chunk)
        into.put_nowait(Refused("batch.too_long"))
    except TimeoutError:
        into.put_nowait(Refused("batch.too_slow"))
    except Exception as error:  # whoever reads the queue raises it
        into.put_nowait(error)
