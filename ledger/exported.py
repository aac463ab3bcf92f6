"""The auditor's export: what lies in its directory. The writer (export.py) and the auditor's kit read this page alike.

    manifest.json        what is there, below                     keys.json   public halves, to be compared, not trusted
    events/000000.cbor   [row, ...]         rows of the indexes n * 4096 up to (n + 1) * 4096, ascending
    receipts/000000.cbor [[command id, MAC, outcome], ...]        of the commands that begin in that chunk
    revealed/000000.box  sealed box of ["sceau.reveal/1", origin, n, [[data key id, data key], ...]], if asked for
    log/                 the whole tree: a C2SP tlog-tiles directory with its checkpoint
    row = [idx, stream, version, topic, salt, stored event]       canonical CBOR, as everything here but the JSON

Stream, version and topic repeat what the stored event says, for look-ups; leaf hashes stand in the tiles of the log.
Nothing in the manifest is signed: the checkpoint's tree says which events there are. docs/format/export.md has it all.
"""

import json
import re
from typing import Any, NamedTuple, Self

from sceau.domain import canonical
from sceau.domain.errors import InputUnreadable, NotCanonical

FORMAT = "sceau.export/1"
CHUNK = 4096
REVEAL = "sceau.reveal/1"
EVENTS, RECEIPTS, REVEALED = "events", "receipts", "revealed"
SUFFIX = {EVENTS: ".cbor", RECEIPTS: ".cbor", REVEALED: ".box"}
MANIFEST, KEYS, LOG = "manifest.json", "keys.json", "log"
MANIFEST_MAX = 1 << 24  # bytes; a chunk takes about 300
_DIGEST = re.compile("[0-9a-f]{64}")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT_MAX = (1 << 53) - 1


class Row(NamedTuple):
    """One event of the export."""

    idx: int
    stream: str
    version: int
    topic: str
    salt: bytes
    state: bytes


class Chunk(NamedTuple):
    """What the manifest says of one chunk: counts, and SHA-256 of its files by folder, in hex."""

    n: int
    events: int
    receipts: int
    digests: dict[str, str]


class Selection(NamedTuple):
    """Whose events, of which days (UTC, both included); None: no limit. Streams are whole, with what they rely on."""

    since: str | None = None
    until: str | None = None
    mission: str | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    def takes(self, office: str, day: str) -> bool:
        """Whether an event that this office signed on that day is asked for."""
        return (
            (self.mission is None or office == self.mission)
            and (self.since is None or self.since <= day)
            and (self.until is None or day <= self.until)
        )


class Manifest(NamedTuple):
    """The manifest; `tail` is the leaf at size - 1, `kept` names the streams kept, `views` name: (idx, digest)."""

    origin: str
    size: int
    tail: str
    selection: Selection
    kept: str
    revealed_to: str
    views: dict[str, tuple[int, str]]
    chunks: tuple[Chunk, ...]

    def encode(self) -> bytes:
        """The file."""
        told = {
            "format": FORMAT,
            **self._asdict(),
            "selection": self.selection._asdict(),
            "chunks": [chunk._asdict() for chunk in self.chunks],
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The manifest of a file; InputUnreadable unless it says what it must."""
        try:
            told = json.loads(data)
            if told.pop("format") != FORMAT:
                raise InputUnreadable(
                    f"the manifest is not of the format {FORMAT}", why_fr=f"le manifeste n'est pas du format {FORMAT}"
                )
            selection = Selection(**told.pop("selection"))
            chunks = tuple(Chunk(**chunk) for chunk in told.pop("chunks"))
            views = {name: (idx, digest) for name, (idx, digest) in told.pop("views").items()}
            made = cls(**told, selection=selection, chunks=chunks, views=views)
            made._check()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise InputUnreadable(
                f"the manifest cannot be read: {type(error).__name__} {error}",
                why_fr="le manifeste ne peut pas être lu",
            ) from None
        return made

    def _check(self) -> None:
        """InputUnreadable, TypeError or AttributeError unless everything in it is what it must be."""
        since, until, mission = self.selection
        digests = [digest for chunk in self.chunks for digest in chunk.digests.values()]
        digests += [one for one in (self.tail, self.kept, self.revealed_to) if one != ""]
        digests += [digest for _, digest in self.views.values()]
        names = [self.origin, *self.views, *([] if mission is None else [mission])]
        days = [day for day in (since, until) if day is not None]
        counts = [self.size, *(number for chunk in self.chunks for number in (chunk.n, chunk.events, chunk.receipts))]
        counts += [idx for idx, _ in self.views.values()]
        if not (all(map(_DIGEST.fullmatch, digests)) and all(map(_DAY.fullmatch, days))):
            raise InputUnreadable(
                "the manifest: a digest or a day is none",
                why_fr="le manifeste : une empreinte ou un jour n'en est pas un",
            )
        if not all(map(str.isprintable, names)):
            raise InputUnreadable("the manifest: a name is none", why_fr="le manifeste : un nom n'en est pas un")
        if any(type(count) is not int or not 0 <= count <= _COUNT_MAX for count in counts):
            raise InputUnreadable("the manifest: a count is none", why_fr="le manifeste : un nombre n'en est pas un")
        if len(self.chunks) != -(-self.size // CHUNK) or any(chunk.n != n for n, chunk in enumerate(self.chunks)):
            raise InputUnreadable(
                "the manifest does not name each chunk once, in order",
                why_fr="le manifeste ne nomme pas chaque morceau une fois, dans l'ordre",
            )
        for chunk in self.chunks:
            if not {EVENTS, RECEIPTS} <= chunk.digests.keys() <= SUFFIX.keys():
                raise InputUnreadable(
                    f"the manifest: chunk {chunk.n} has no such files",
                    why_fr=f"le manifeste : le morceau {chunk.n} n'a pas ces fichiers",
                )


def name_of(folder: str, n: int) -> str:
    """The file of chunk n: events/000042.cbor"""
    return f"{folder}/{n:06d}{SUFFIX[folder]}"


def write_list(rows: Any) -> bytes:
    """A chunk's file."""
    return canonical.encode_ordered(rows)


def read_list(data: bytes, width: int) -> list[list[Any]]:
    """The rows of a chunk's file; NotCanonical unless it holds at most CHUNK arrays of `width` plain values."""
    row_starts(data, width)
    rows: list[list[Any]] = canonical.read(data)
    return rows


def row_starts(data: bytes, width: int) -> list[int]:
    """Where each row begins, and the last one ends; NotCanonical as in `read_list`.

    Looked at before anything is built, since a few bytes of nested arrays would take a hundred times the memory: plain
    are integers, texts, bytes, true, false and null, each in its shortest spelling.
    """
    count, at = _array(data, 0)
    starts = [at]
    for _ in range(count):
        inside, at = _array(data, at)
        if inside != width:
            raise NotCanonical(f"a row of {inside} values, not {width}")
        for _ in range(width):
            if b"\x80" <= data[at : at + 1] < b"\xc0":
                raise NotCanonical("a value that is not plain")
            at = canonical.scan_item(data, start=at)
        starts.append(at)
    if at != len(data):
        raise NotCanonical("bytes after the end")
    return starts


def _array(data: bytes, at: int) -> tuple[int, int]:
    """How many values an array has, and where the first begins; NotCanonical for more than CHUNK."""
    head = data[at : at + 3]
    if b"\x80" <= head[:1] < b"\x98":
        return head[0] & 31, at + 1
    if head[:1] == b"\x98" and head[1:2] >= b"\x18":
        return head[1], at + 2
    count = int.from_bytes(head[1:], "big")
    if head[:1] == b"\x99" and len(head) == 3 and 1 << 8 <= count <= CHUNK:
        return count, at + 3
    raise NotCanonical(f"not an array of at most {CHUNK} values")
