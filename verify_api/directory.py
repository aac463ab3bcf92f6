"""The published directory: everything that a checker needs, and nothing that it must ask for.

    trust.cose     the trust list, signed by the root key that was pinned at installation
    status.cose    revoked, suspended, superseded     \\
    issued.cose    the issued set                      >  signed by the LISTS key of the same authority
    lookup.cose    from number and code to a seal     /

The last three are views of one ledger: they count together, when all stand at the same `as_of`. A set that is half new,
badly signed, or older than one already seen is refused as a whole, and the set in use stays. Older has three meanings:
a lower version, a version already seen with another content, and a higher version that covers fewer events, which is
what a ledger restored from a backup publishes.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sceau.domain import cose
from sceau.domain.errors import KeyRefused, ListInvalid, NotCanonical, UnknownKey
from sceau.keys.keyring import Purpose, TrustList
from sceau.keys.signed_list import SIZE_MAX, SignedList, read_list
from sceau.keys.trust_list import read_trust_list
from sceau.seals.published import IssuedSet, LookUp, read_status
from sceau.verify_api.lists import IssuedList, StatusList
from sceau.whole_file import sync_folder, write_synced

FILES: Mapping[str, str] = {name: f"{name}.cose" for name in ("trust", "status", "issued", "lookup")}
CHECK_EVERY_S = 1.0


class File(NamedTuple):
    """A published file as it is served."""

    body: bytes
    sha256: str  # in hex

    @property
    def etag(self) -> str:
        """RFC 9110 section 8.8.3."""
        return f'"{self.sha256[:32]}"'


@dataclass(frozen=True, slots=True)
class Published:
    """One consistent set of lists; a list that was never published is None."""

    trust: TrustList
    status: StatusList | None
    issued: IssuedList | None
    look_up: LookUp | None
    files: Mapping[str, File]


class Seen(NamedTuple):
    """What was accepted of one list: the highest version, the events that it covers, SHA-256 of its file in hex."""

    version: int
    as_of: int
    sha256: str  # empty where an earlier release wrote the memory, with the version alone


class Versions:
    """The last list of each name and authority that was accepted, in a file that outlives us:

        {"MLI/status": {"version": 12, "as_of": 4711, "sha256": "9f86d0..."}, ...}

    A memory of an earlier release, `{"status": 12, ...}`, holds for whichever authority comes first.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Remember in `path`, or for the life of this object; ListInvalid for a file that is no such memory."""
        self._path = path
        self._seen: Mapping[str, Seen] = {}
        if path is not None and path.exists():
            self._seen = _remembered(path)

    def check(self, authority: str, name: str, found: Seen) -> None:
        """ListInvalid for a list that goes back behind the one seen, or says something else in its place."""
        seen = self._seen.get(f"{authority}/{name}") or self._seen.get(name)
        if seen is None:
            return
        file = FILES.get(name, name)
        if found.version < seen.version:
            raise ListInvalid(f"{file}: version {found.version} is older than {seen.version}, already seen")
        if found.as_of < seen.as_of:
            raise ListInvalid(
                f"{file}: version {found.version} covers {found.as_of} events, "
                f"fewer than the {seen.as_of} of version {seen.version}, already seen"
            )
        if found.version == seen.version and seen.sha256 not in ("", found.sha256):
            raise ListInvalid(f"{file}: version {found.version} was already seen with another content")

    def remember(self, authority: str, found: Mapping[str, Seen]) -> None:
        """Never go back behind `found`; durable before the lists are used, or ListInvalid."""
        kept = {key: seen for key, seen in self._seen.items() if key not in found}
        seen = {**kept, **{f"{authority}/{name}": one for name, one in found.items()}}
        if seen != self._seen and self._path is not None:
            content = json.dumps({key: one._asdict() for key, one in seen.items()}, sort_keys=True)
            try:
                _write_whole(self._path, content.encode())
            except OSError as error:
                raise ListInvalid(f"{self._path}: the versions seen cannot be kept ({error.strerror})") from None
        self._seen = seen


def open_directory(path: Path, root_public: bytes, memory: Versions) -> Published:
    """Read and check the whole directory; raise ListInvalid if anything in it is not as it must be."""
    found = {name: body for name, file in FILES.items() if (body := _read(path / file)) is not None}
    digests = {name: hashlib.sha256(body).hexdigest() for name, body in found.items()}
    # 1. The trust list is signed by the pinned root.
    if "trust" not in found:
        raise ListInvalid(f"no trust list in {path}")
    trust = trusted(found["trust"], root_public)
    accepted = {"trust": Seen(trust.version, 0, digests["trust"])}
    memory.check(trust.authority, "trust", accepted["trust"])
    # 2. The other lists are signed by a LISTS key of its authority.
    lists = {name: signed_for(message, name, trust) for name, message in found.items() if name != "trust"}
    # 3. None goes back behind what was seen.
    for name, signed in lists.items():
        accepted[name] = Seen(signed.version, signed.as_of, digests[name])
        memory.check(trust.authority, name, accepted[name])
    # 4. They are views of the same ledger at the same event.
    if len({signed.as_of for signed in lists.values()}) > 1:
        raise ListInvalid("the lists stand at different events: the directory is being written")
    # 5. Their bodies are spelled right.
    files = {name: File(body, digests[name]) for name, body in found.items()}
    published = Published(trust, *_bodies(lists), files)
    # 6. From now on nothing older counts.
    memory.remember(trust.authority, accepted)
    return published


class Directory:
    """A directory that others rewrite while we read: `refresh` swaps in a new set as a whole, or keeps the old one."""

    def __init__(self, path: Path, root_public: bytes, memory: Versions) -> None:
        self.current: Published | None = None
        self.problem = ""
        self._path = path
        self._root_public = root_public
        self._memory = memory
        self._marks: tuple[object, ...] = ()
        self._looked_at = float("-inf")

    def refresh(self, now: float) -> None:
        """Look again if a second has passed since the last look; `now` is in seconds, of any clock."""
        if 0 <= now - self._looked_at < CHECK_EVERY_S:
            return
        self._looked_at = now
        marks = tuple(_mark(self._path / file) for file in FILES.values())  # before reading: a later write shows
        if marks == self._marks:
            return
        self._marks = marks
        try:
            self.current = self._checked(open_directory(self._path, self._root_public, self._memory))
            self.problem = ""
        except ListInvalid as error:
            self.problem = error.detail

    def _checked(self, new: Published) -> Published:
        if self.current is not None and self.current.files.keys() - new.files.keys():
            raise ListInvalid("a list that was published is gone")
        return new


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ListInvalid(f"{path.name}: {error.strerror}") from None
    return content  # a longer file is refused by read_list


def trusted(message: bytes, root_public: bytes) -> TrustList:
    """The trust list that the pinned root signed; ListInvalid for anything else."""
    try:
        return read_trust_list(message, root_public)
    except KeyRefused as error:
        raise ListInvalid(f"{FILES['trust']}: {error.detail}") from None


def signed_for(message: bytes, kind: str, trust: TrustList) -> SignedList:
    """A list that a LISTS key of this trust list signed for its authority; ListInvalid for anything else."""
    file = FILES.get(kind, kind)
    try:
        key = trust.by_kid(cose.split(message).kid, Purpose.LISTS)
    except (NotCanonical, UnknownKey) as error:
        raise ListInvalid(f"{file}: {error.detail}") from None
    if key.authority != trust.authority:
        raise ListInvalid(f"{file}: signed for {key.authority}, in a directory of {trust.authority}")
    return read_list(message, kind, key)


def _bodies(lists: Mapping[str, SignedList]) -> tuple[StatusList | None, IssuedList | None, LookUp | None]:
    status, issued, look_up = (lists.get(name) for name in ("status", "issued", "lookup"))
    return (
        StatusList(status.authority, status.version, status.issued_at, status.as_of, read_status(status.body))
        if status
        else None,
        IssuedList(issued.authority, issued.version, issued.issued_at, issued.as_of, IssuedSet(issued.body))
        if issued
        else None,
        LookUp(look_up.body) if look_up else None,
    )


def _mark(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _remembered(path: Path) -> Mapping[str, Seen]:
    try:
        seen = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise ListInvalid(f"{path}: the memory of list versions cannot be read; restore it, do not delete it") from None
    if type(seen) is not dict:
        raise ListInvalid(f"{path}: not a memory of list versions")
    return {key: _recalled(value, path) for key, value in seen.items()}


def _recalled(value: object, path: Path) -> Seen:
    if type(value) is int:  # as written before events and contents were remembered
        return Seen(value, 0, "")
    match value:
        case {"version": version, "as_of": as_of, "sha256": str(sha256), **rest} if not rest:
            if type(version) is int and type(as_of) is int:
                return Seen(version, as_of, sha256)
    raise ListInvalid(f"{path}: not a memory of list versions")


def _write_whole(path: Path, content: bytes) -> None:
    """All of it or the file before, also across a power cut."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    write_synced(draft, content)
    draft.replace(path)
    sync_folder(path.parent)
