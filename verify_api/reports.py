"""Reports of suspected fraud, as they came: appended to one file a day, durable before the sender is thanked.

    DIR/2026-11-30.ndjson        one report a line: {"id": ..., "received": RFC 3339, then the sender's own words}

A report has an id, the sender's or a digest of what he sent: the same one, sent again within a week, is kept once. It
is written by a stranger: it is evidence of nothing, and whoever reads it checks the seal itself.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sceau.whole_file import sync_folder

BODY_MAX = 16 << 10
DAY_MAX = 8 << 20  # bytes a day: a flood fills no disk
_SAME_DAYS = 7
_Short: TypeAlias = Annotated[str, Field(max_length=200)]


def _finite(value: dict[str, Any]) -> dict[str, Any]:
    """ValueError for NaN and Infinity, which pydantic reads and JSON has not."""
    json.dumps(value, allow_nan=False)
    return value


class Report(BaseModel):
    """What somebody saw: the verdict, what the seal said of its issuer, where and when, and a note. No picture."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str | None, Field(pattern="^[0-9a-f]{32}$", description="Yours, to send it again.")] = None
    code: Annotated[str, Field(pattern="^[A-Z_]{1,40}$", description="The verdict's code.")]
    standard: _Short | None
    issuer: _Short | None
    key: _Short | None
    seal_id: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None
    place: _Short
    at: Annotated[str, Field(max_length=40, description="When it was seen, RFC 3339.")]
    lists: Annotated[dict[str, Any], AfterValidator(_finite)] | None
    note: Annotated[str, Field(max_length=2000)]


class Full(Exception):
    """Today's file has no room left."""


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports in `directory`."""

    directory: Path

    def keep(self, report: Report, now: float) -> str:
        """Append it, durably, and return its id; raise Full, or OSError where it cannot be written."""
        received = datetime.fromtimestamp(now, UTC)
        said = report.model_dump(exclude={"id"})
        known = report.id or hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
        moment = received.strftime("%Y-%m-%dT%H:%M:%SZ")
        line = json.dumps({"id": known, "received": moment, **said}, separators=(",", ":")).encode() + b"\n"
        _append(self.directory, received.date(), _mark(known), line)
        return known

    def read(self) -> Iterator[dict[str, Any]]:
        """Every report, oldest first; a line that a power cut left half is passed over."""
        for path in sorted(self.directory.glob("????-??-??.ndjson")):
            for line in path.read_bytes().splitlines():
                if isinstance(report := _whole(line), dict):
                    yield report


def _append(directory: Path, day: date, mark: bytes, line: bytes) -> None:
    path = directory / f"{day}.ndjson"
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        kept = file.read()
        if _has(kept, mark) or any(_has(_content(directory, day - timedelta(n)), mark) for n in range(1, _SAME_DAYS)):
            return
        if len(kept) + len(line) > DAY_MAX:
            raise Full
        file.write((b"" if not kept or kept.endswith(b"\n") else b"\n") + line)
        file.flush()
        os.fsync(file.fileno())
    if not kept:
        sync_folder(directory)


def _mark(known: str) -> bytes:
    """How the line of that report begins."""
    return b'{"id":"%s",' % known.encode()


def _has(content: bytes, mark: bytes) -> bool:
    """Whether a whole line begins so."""
    return mark in content and any(line.startswith(mark) and _whole(line) for line in content.splitlines())


def _whole(line: bytes) -> Any:
    """The report on a line; None where a power cut left half of it."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def _content(directory: Path, day: date) -> bytes:
    try:
        return (directory / f"{day}.ndjson").read_bytes()
    except FileNotFoundError:
        return b""
