"""pack/index.json: which packs a directory holds. Not signed: it saves a reader requests and proves nothing.

{"format": "sceau.packs/1",
 "full": {"name": "full-7.pack", "version": 7, "as_of": 4711, "size": 2700000, "sha256": "..."},
 "deltas": [{"name": "delta-7-8.pack", "from": 7, "version": 8, "as_of": 4750, "size": 20000, "sha256": "..."}]}
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sceau.domain.errors import ListInvalid
from sceau.seals.pack import CHAIN_MAX, DELTA, FULL

FOLDER, NAME = "pack", "index.json"
SIZE_MAX = 1 << 16
_FORMAT = "sceau.packs/1"
_NUMBER = "[1-9][0-9]{0,18}"
_NAME = re.compile(rf"full-({_NUMBER})\.pack|delta-({_NUMBER})-({_NUMBER})\.pack")


class Named(NamedTuple):
    """What the name of a pack says; `continues` is None for a full pack."""

    version: int
    continues: int | None = None

    @property
    def kind(self) -> str:
        """The kind of its signed list."""
        return FULL if self.continues is None else DELTA

    @property
    def file(self) -> str:
        """The name."""
        return f"full-{self.version}.pack" if self.continues is None else f"delta-{self.continues}-{self.version}.pack"


class Listed(NamedTuple):
    """One pack of the index; SHA-256 in hex."""

    named: Named
    as_of: int
    size: int
    sha256: str

    @classmethod
    def of(cls, named: Named, as_of: int, content: bytes) -> "Listed":
        """The entry of a file."""
        return cls(named, as_of, len(content), hashlib.sha256(content).hexdigest())


def parse_name(name: str) -> Named | None:
    """What a file's name says; None if it is not that of a pack."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    full, start, end = found.groups()
    return Named(int(full)) if full else Named(int(end), int(start))


def write_index(chain: Sequence[Listed]) -> bytes:
    """The index of a full pack and its deltas, in order."""
    full, *deltas = map(_told, chain)
    return json.dumps({"format": _FORMAT, "full": full, "deltas": deltas}, indent=1).encode() + b"\n"


def read_index(data: bytes) -> list[Listed]:
    """The full pack and its deltas, in order; ListInvalid for what is no index of them."""
    try:
        told = json.loads(data)
        chain = [_listed(one) for one in (told["full"], *told["deltas"])]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ListInvalid(f"{NAME} of the packs: {type(error).__name__}") from None
    if told.get("format") != _FORMAT or len(chain) > CHAIN_MAX + 1 or len(data) > SIZE_MAX:
        raise ListInvalid(f"{NAME} of the packs: another format, or more than {CHAIN_MAX} deltas")
    if [one.named.continues for one in chain] != [None, *(one.named.version for one in chain[:-1])]:
        raise ListInvalid(f"{NAME} of the packs: not one full pack and what continues it")
    return chain


def _told(one: Listed) -> dict[str, Any]:
    origin = {} if one.named.continues is None else {"from": one.named.continues}
    numbers = {"version": one.named.version, "as_of": one.as_of, "size": one.size}
    return {"name": one.named.file, **origin, **numbers, "sha256": one.sha256}


def _listed(told: Mapping[str, Any]) -> Listed:
    named = parse_name(told["name"])
    if named is None:
        raise ValueError("not the name of a pack")
    found = Listed(named, told["as_of"], told["size"], told["sha256"])
    if _told(found) != told or type(found.as_of) is not int or type(found.size) is not int:
        raise ValueError("an entry says something else than its name")
    return found
