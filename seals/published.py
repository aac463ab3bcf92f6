"""The bodies of the lists that a checker needs beside the trust list; signing them is the business of keys.

    status  = [[key, state, reason, since], ...]      key: list_key of a seal; state: text; since: YYYY-MM-DD
    issued  = key key key ...                         one byte string of 16-byte rows
    look-up = row row row ...                         one byte string of 32-byte rows: look-up key, list key
    look-up key = SHA-256("sceau.lookup/1" || number || 0 || code)[:16]

Rows stand in ascending order, each key once. Keys are hashes, so no list tells whether somebody holds a document: only
who has the paper can compute one. Issued set and look-up stay one byte string in memory: a million documents cost 20 MB
and no objects.
"""

import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast, get_args
from typing import Literal as Word

from sceau.domain.errors import ListInvalid

KEY_SIZE = 16
ROW_SIZE = 2 * KEY_SIZE
REASON_MAX = 200

State = Word["revoked", "suspended", "superseded"]
STATES: frozenset[str] = frozenset(get_args(State))


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Why a document that was issued does not count, and since which day."""

    state: State
    reason: str
    since: date


def status_body(entries: Mapping[bytes, StatusEntry]) -> list[list[Any]]:
    """The status list as a canonical value; ListInvalid for what `read_status` would refuse."""
    rows = [[key, e.state, e.reason, e.since.isoformat()] for key, e in sorted(entries.items())]
    read_status(rows)
    return rows


def read_status(body: object) -> Mapping[bytes, StatusEntry]:
    """The entries by list key; ListInvalid unless `body` is spelled as `status_body` spells it."""
    if type(body) is not list:
        raise ListInvalid("status list: the body is not an array")
    entries: dict[bytes, StatusEntry] = {}
    last = b""
    for row in body:
        key, entry = _status_row(row)
        if key <= last:
            raise ListInvalid("status list: keys out of order, or one twice")
        entries[key] = entry
        last = key
    return entries


def _status_row(row: object) -> tuple[bytes, StatusEntry]:
    if type(row) is not list or len(row) != 4:
        raise ListInvalid("status list: a row is not [key, state, reason, since]")
    key, state, reason, since = row
    if type(key) is not bytes or len(key) != KEY_SIZE:
        raise ListInvalid(f"status list: a key has {KEY_SIZE} bytes")
    if type(state) is not str or state not in STATES:
        raise ListInvalid(f"status list: the state is one of {', '.join(sorted(STATES))}")
    if type(reason) is not str or len(reason) > REASON_MAX or not reason.isprintable():
        raise ListInvalid(f"status list: a reason is printable text of at most {REASON_MAX} characters")
    return key, StatusEntry(cast("State", state), reason, _day(since))


def _day(text: object) -> date:
    try:
        day = date.fromisoformat(cast("str", text))
    except (TypeError, ValueError):
        raise ListInvalid("status list: `since` is not a day") from None
    if day.isoformat() != text:
        raise ListInvalid("status list: `since` is not written YYYY-MM-DD")
    return day


def issued_body(keys: Iterable[bytes]) -> bytes:
    """The issued set as one byte string; ListInvalid for a key that has not 16 bytes; a repeated key counts once."""
    return _joined(sorted(set(keys)), KEY_SIZE)


def look_up_body(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The look-up as one byte string, from (look-up key, list key); ListInvalid where a look-up key stands twice."""
    rows = sorted({number + listed for number, listed in pairs})
    return _in_order(_joined(rows, ROW_SIZE), ROW_SIZE, "look-up")


def look_up_key(number: str, code: str) -> bytes:
    """Where a document stands in the look-up; `code` is the 16 letters printed beside the seal."""
    return hashlib.sha256(b"".join((b"sceau.lookup/1", number.encode(), b"\0", code.encode()))).digest()[:KEY_SIZE]


class IssuedSet:
    """Every seal that its authority made, by list key."""

    __slots__ = ("_rows",)

    def __init__(self, body: object) -> None:
        self._rows = _Rows(body, KEY_SIZE, "issued set")

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: bytes) -> bool:
        return self._rows.find(key) is not None


class LookUp:
    """From number and printed code to the list key of the seal."""

    __slots__ = ("_rows",)

    def __init__(self, body: object) -> None:
        self._rows = _Rows(body, ROW_SIZE, "look-up")

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, number: str, code: str) -> bytes | None:
        """The list key, or None: a wrong number and a wrong code are one and the same absence."""
        row = self._rows.find(look_up_key(number, code))
        return None if row is None else row[KEY_SIZE:]


class _Rows:
    """Rows in one byte string; the first four bytes of each stand apart as numbers, where bisect makes no objects."""

    __slots__ = ("_blob", "_heads", "_size")

    def __init__(self, body: object, size: int, name: str) -> None:
        self._blob = _in_order(body, size, name)
        self._size = size
        self._heads = array("I")
        self._heads.frombytes(memoryview(self._blob).cast("I")[:: size // 4].tobytes())
        if sys.byteorder == "little":
            self._heads.byteswap()

    def __len__(self) -> int:
        return len(self._heads)

    def find(self, key: bytes) -> bytes | None:
        """The row that starts with `key`."""
        start = bisect_left(self._heads, int.from_bytes(key[:4], "big")) * self._size
        while (row := self._blob[start : start + self._size]) and row[:4] == key[:4]:
            if row[:KEY_SIZE] == key:
                return row
            start += self._size
        return None


def _joined(rows: list[bytes], size: int) -> bytes:
    for row in rows:
        if len(row) != size:
            raise ListInvalid(f"a row has {size} bytes, not {len(row)}")
    return b"".join(rows)


def _in_order(body: object, size: int, name: str) -> bytes:
    if type(body) is not bytes or len(body) % size:
        raise ListInvalid(f"{name}: not a byte string of rows of {size} bytes")
    last = body[:KEY_SIZE]
    for start in range(size, len(body), size):
        key = body[start : start + KEY_SIZE]
        if key <= last:
            raise ListInvalid(f"{name}: keys out of order, or one twice")
        last = key
    return body
