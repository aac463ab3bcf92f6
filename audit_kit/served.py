"""Does a server show what was published? Its files, one by one, held against what the log tells of publications.

    served.unlogged     its index is that of no publication in the log
    served.older        its index is that of an earlier publication than the last one in the log
    served.file         a file is not there, or is another one than was published
    served.unexamined   it is newer than what the log at hand tells, which may be old; or it cannot be read

1. index.json has a SHA-256 that a publication recorded; where it has none, the files that the last one recorded by name
   are compared all the same.
2. Each file that it names is the one named: lists, page, newest pack. So is what an address shows as "/".
3. Each pack of the chain (pack/index.json) is the one that the log names.

A look tells what this looker was shown, at this moment: a server that knows him may show others something else. So
look from several places. `stream` of a finding names the file.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sceau.audit_kit.faults import FIGURES, Fault
from sceau.audit_kit.source import Source
from sceau.domain.errors import InputUnreadable, ListInvalid
from sceau.ledger.publications import Logged
from sceau.seals import pack_index

INDEX, ENTRY = "index.json", "index.html"
INDEX_MAX, FILE_MAX = 16 << 20, 64 << 20
LOOKS = 3  # while the server is publishing, one look sees two publications
_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*){0,6}", re.ASCII)


class Shown(NamedTuple):
    """What a server showed: the publication whose index it has, the log's last one, how many files were compared."""

    place: str
    version: int | None
    newest: int | None
    files: int
    page: bool  # whether the scanner's page was among them
    faults: tuple[Fault, ...]


def look(source: Source, said: Callable[[], Mapping[int, Logged]], whole: bool = False) -> Shown:
    """Compare everything; once more where the index was replaced meanwhile.

    `said` is asked after the index was fetched. Where it is the `whole` log, nothing served can be newer: a publication
    is recorded before it is given out.
    """
    try:
        index = _index(source)
        for _ in range(LOOKS):
            shown, before = _Look(source, said(), whole).compare(index), index
            if not shown.faults or (index := _index(source)) == before:
                break
    except InputUnreadable as error:
        newest = max(said(), default=None)
        return Shown(source.place, None, newest, 0, False, (_fault("unexamined", INDEX, error.detail),))
    return shown


def _index(source: Source) -> bytes:
    try:
        return source.fetch(INDEX, INDEX_MAX)
    except FileNotFoundError:
        return b""


class _Look:
    """One pass over the files."""

    def __init__(self, source: Source, said: Mapping[int, Logged], whole: bool) -> None:
        self._source, self._said, self._newest, self._whole = source, said, max(said, default=None), whole
        self._faults: list[Fault] = []
        self._compared: set[str] = set()

    def compare(self, index: bytes) -> Shown:
        """Steps 1 to 3."""
        digest = hashlib.sha256(index).digest()
        version = next((n for n, one in self._said.items() if one.files.get(INDEX) == digest), None)
        if version is None:
            self._unknown(index)
        else:
            if version != self._newest:
                self._blame("older", INDEX, f"it is of publication {version}, the last one is {self._newest}")
            self._named(index)
        page = ENTRY in self._compared
        return Shown(self._source.place, version, self._newest, len(self._compared), page, tuple(self._faults))

    def _unknown(self, index: bytes) -> None:
        claimed = _version(index)
        if not self._whole and (self._newest is None or claimed > self._newest):
            self._blame("unexamined", INDEX, f"it says publication {claimed}, the log at hand ends with {self._newest}")
            return
        self._blame(
            "unlogged", INDEX, f"no publication in the log has it with SHA-256 {hashlib.sha256(index).hexdigest()}"
        )
        for name, digest in self._said[self._newest].files.items() if self._newest is not None else ():
            if name != INDEX:
                self._file(name, digest, FILE_MAX)

    def _named(self, index: bytes) -> None:
        files = _files(index)
        if files is None:
            self._blame("file", INDEX, "it names no files")
            return
        chain = None
        for name, (size, digest) in files.items():
            content = self._file(name, digest, size)
            chain = content if name == f"{pack_index.FOLDER}/{pack_index.NAME}" else chain
        if self._source.remote and ENTRY in files:
            self._file("", files[ENTRY][1], files[ENTRY][0])
        if chain is not None:
            self._packs(chain)

    def _packs(self, index: bytes) -> None:
        try:
            listed = pack_index.read_index(index)
        except ListInvalid as error:
            self._blame("file", f"{pack_index.FOLDER}/{pack_index.NAME}", error.detail)
            return
        for one in listed:
            name = f"{pack_index.FOLDER}/{one.named.file}"
            recorded = self._said.get(one.named.version, Logged(0, {})).files.get(name)
            if recorded is None:
                self._blame("unlogged", name, "no publication in the log has it")
            elif name not in self._compared:
                self._file(name, recorded, _limit(one.size))

    def _file(self, name: str, digest: bytes, size_max: int) -> bytes | None:
        """The content of a file if it is the one published; else that it is not is noted."""
        self._compared.add(name)
        try:
            content = self._source.fetch(name, size_max)
        except (FileNotFoundError, InputUnreadable) as error:
            self._blame("file", name or "/", f"it cannot be had: {getattr(error, 'detail', error)}")
            return None
        found = hashlib.sha256(content).digest()
        if found == digest:
            return content
        self._blame("file", name or "/", f"it has SHA-256 {found.hex()}, and {digest.hex()} was published")
        return None

    def _blame(self, what: str, name: str, detail: str) -> None:
        self._faults.append(_fault(what, name, detail))


def _version(index: bytes) -> int:
    """The version that an index claims; 0 where it claims none."""
    try:
        version = json.loads(index)["version"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0
    return version if type(version) is int else 0


def _files(index: bytes) -> dict[str, tuple[int, bytes]] | None:
    """Size and SHA-256 of each file of an index; None for what is no index of files."""
    try:
        named = json.loads(index)["files"]
        files = {one["name"]: (_limit(one["size"]), bytes.fromhex(one["sha256"])) for one in named}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return files if all(_NAME.fullmatch(name) for name in files) else None


def _limit(size: object) -> int:
    """How much is read of a file that says to have this size, whoever recorded that."""
    return min(max(int(str(size)), 0), FILE_MAX)


def _fault(what: str, name: str, detail: str) -> Fault:
    return Fault(f"served.{what}", None, name, detail, FIGURES)
