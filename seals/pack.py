"""The bodies of offline packs: what a checker needs to judge a seal with no network (docs/format/pack.md).

    file  = ["sceau.pack/1", trust, list]      list: a signed list of kind "pack" or "pack-delta"
    trust = a trust list | what is new in it beside the one of the file before (pack_trust.py)
    full  = {blanks, checkpoint, count, issued, reasons, seed, status}
    delta = {blanks, checkpoint, from, issued, lifted, reasons, status}

Signatures, versions and what was seen before are the reader's business (verify_api/pack.py).
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from sceau.domain import canonical
from sceau.domain.errors import ListInvalid, NotCanonical
from sceau.seals.pack_status import SHORT, Entries, check_keys, joined, read_rows, shortened, write_rows
from sceau.seals.pack_trust import Renewal, read_renewal
from sceau.seals.positive_set import PositiveSet, positive_set

FULL, DELTA = "pack", "pack-delta"  # kinds of signed lists
SIZE_MAX: Mapping[str, int] = {FULL: 16 << 20, DELTA: 2 << 20}
CHAIN_MAX = 64  # deltas after a full pack
BLANKS_MAX = 10_000
CHECKPOINT_MAX = 1 << 16
_CONTEXT = "sceau.pack/1"
_FULL_KEYS = {"blanks", "checkpoint", "count", "issued", "reasons", "seed", "status"}
_DELTA_KEYS = {"blanks", "checkpoint", "from", "issued", "lifted", "reasons", "status"}
_SERIES, _NUMBER = re.compile("[A-Z0-9-]{1,20}"), re.compile("[A-Z0-9]{1,20}")


class Blank(NamedTuple):
    """A recalled range of blank documents, both ends included; `since` is written YYYY-MM-DD."""

    series: str
    first: str
    last: str
    since: str


class Beside(NamedTuple):
    """What stands in every body beside issued and status; whole each time."""

    checkpoint: bytes = b""  # the log's newest head as a signed note, or empty
    blanks: tuple[Blank, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a full pack and its deltas say together."""

    base: PositiveSet
    since: frozenset[bytes]  # first 8 bytes of each key issued since the full pack: exact
    entries: Entries
    beside: Beside

    def __len__(self) -> int:
        return len(self.base) + len(self.since)

    def __contains__(self, key: bytes) -> bool:
        return key[:SHORT] in self.since or key in self.base


class Origin(NamedTuple):
    """The file that a delta continues: its version, and SHA-256 of all of it."""

    version: int
    sha256: bytes


class Delta(NamedTuple):
    """What changed since the file `continues`."""

    continues: Origin
    issued: frozenset[bytes]
    lifted: frozenset[bytes]
    entries: Entries
    beside: Beside


class File(NamedTuple):
    """What a file holds: the trust list or its renewal, and the signed list."""

    trust: bytes | Renewal
    listed: bytes


def write_file(trust: bytes | Renewal, signed: bytes) -> bytes:
    """A pack's file."""
    return canonical.encode([_CONTEXT, trust if isinstance(trust, bytes) else list(trust), signed])


def read_file(data: bytes, kind: str = FULL) -> File:
    """The parts of a file, not longer than one of this kind may be; ListInvalid for any other spelling."""
    if len(data) > SIZE_MAX[kind]:
        raise ListInvalid(f"{kind}: longer than {SIZE_MAX[kind]} bytes")
    try:
        value = canonical.decode(data)
    except NotCanonical as error:
        raise ListInvalid(f"{kind}: {error.detail}") from None
    match value:
        case [str(context), bytes(trust), bytes(listed)] if context == _CONTEXT:
            return File(trust, listed)
        case [str(context), list(told), bytes(listed)] if context == _CONTEXT and (renewal := read_renewal(told)):
            return File(renewal, listed)
    raise ListInvalid(f"{kind}: not a pack")


def full_body(issued: AbstractSet[bytes], status: Entries, seed: bytes, beside: Beside) -> dict[str, Any]:
    """The body of a full pack, from list keys and the status by list key."""
    reasons, rows = write_rows(shortened(status))
    whole = {"count": len(issued), "issued": positive_set(issued, seed), "seed": seed}
    return {**whole, "reasons": reasons, "status": rows, **_written(beside)}


def read_full(body: object) -> Known:
    """ListInvalid unless `body` is spelled as `full_body` spells it."""
    found = _map(body, _FULL_KEYS)
    issued = PositiveSet(found["issued"], found["count"], found["seed"])
    return Known(issued, frozenset(), read_rows(found["reasons"], found["status"]), _beside(found))


def delta_body(
    continues: Origin, before: Entries, status: Entries, issued: AbstractSet[bytes], beside: Beside
) -> dict[str, Any]:
    """The body of a delta: `before` as the pack continued says it, `status` and `issued` since by list key."""
    after = shortened(status)
    reasons, rows = write_rows({key: entry for key, entry in after.items() if before.get(key) != entry})
    changed = {"from": list(continues), "issued": joined(issued), "lifted": joined(before.keys() - after.keys())}
    return {**changed, "reasons": reasons, "status": rows, **_written(beside)}


def read_delta(body: object) -> Delta:
    """ListInvalid unless `body` is spelled as `delta_body` spells it."""
    found = _map(body, _DELTA_KEYS)
    match found["from"]:
        case [version, bytes(sha256)] if type(version) is int and version >= 1 and len(sha256) == 32:
            continues = Origin(version, sha256)
        case _:
            raise ListInvalid("pack-delta: no version and SHA-256 of a file that it continues")
    issued, lifted = (frozenset(check_keys(found[name], SHORT, name)) for name in ("issued", "lifted"))
    entries = read_rows(found["reasons"], found["status"])
    if not lifted.isdisjoint(entries):
        raise ListInvalid("pack-delta: a status that is lifted and stands")
    return Delta(continues, issued, lifted, entries, _beside(found))


def follow(known: Known, origin: Origin, delta: Delta) -> Known:
    """What is known by the file `origin`, and what changed since; ListInvalid for a delta that continues another."""
    if delta.continues.version != origin.version:
        raise ListInvalid(f"pack-delta: continues version {delta.continues.version}, not {origin.version}")
    if delta.continues.sha256 != origin.sha256:
        raise ListInvalid(f"pack-delta: continues another file of version {origin.version}")
    if not delta.lifted <= known.entries.keys():
        raise ListInvalid("pack-delta: lifts a status that there is not")
    kept = {key: entry for key, entry in known.entries.items() if key not in delta.lifted}
    return Known(known.base, known.since | delta.issued, {**kept, **delta.entries}, delta.beside)


def _map(body: object, keys: AbstractSet[str]) -> dict[str, Any]:
    if type(body) is not dict or body.keys() != keys:
        raise ListInvalid(f"pack: the body is a map of {', '.join(sorted(keys))}")
    return body


def _written(beside: Beside) -> dict[str, Any]:
    return {"blanks": [list(one) for one in beside.blanks], "checkpoint": beside.checkpoint}


def _beside(found: Mapping[str, Any]) -> Beside:
    checkpoint, blanks = found["checkpoint"], found["blanks"]
    if type(checkpoint) is not bytes or len(checkpoint) > CHECKPOINT_MAX:
        raise ListInvalid(f"pack: the checkpoint is at most {CHECKPOINT_MAX} bytes")
    if type(blanks) is not list or len(blanks) > BLANKS_MAX:
        raise ListInvalid(f"pack: at most {BLANKS_MAX} ranges of blanks")
    ranges = tuple(_blank(row) for row in blanks)
    if any(after <= before for before, after in pairwise(ranges)):
        raise ListInvalid("pack: ranges of blanks out of order, or one twice")
    return Beside(checkpoint, ranges)


def _blank(row: object) -> Blank:
    if type(row) is not list or [type(one) for one in row] != [str] * len(Blank._fields):
        raise ListInvalid("pack: a range of blanks is [series, first, last, since]")
    found = Blank(*row)
    spelled = _SERIES.fullmatch(found.series) and _NUMBER.fullmatch(found.first) and _NUMBER.fullmatch(found.last)
    if not spelled or len(found.first) != len(found.last) or found.first > found.last or not _is_day(found.since):
        raise ListInvalid("pack: a range of blanks in another spelling")
    return found


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
