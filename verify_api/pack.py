"""Opening an offline pack: a full one and the deltas that follow it (docs/format/pack.md section 6).

Of a chain the newest file counts: its trust list judges every list of the chain, so that what a key signed before it
was revoked does not outlive it; and it is what may not be older than what was seen before. What is refused changes
nothing: neither the memory nor the pack in use.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sceau.domain.errors import InputUnreadable, ListInvalid
from sceau.keys.keyring import TrustList
from sceau.keys.signed_list import SignedList
from sceau.seals import pack_index
from sceau.seals.pack import CHAIN_MAX, DELTA, FULL, SIZE_MAX, Known, Origin, follow, read_delta, read_file, read_full
from sceau.seals.pack_status import PackStatus
from sceau.seals.pack_trust import newest_trust
from sceau.verify_api.directory import Seen, Versions, signed_for, trusted
from sceau.verify_api.lists import IssuedList, StatusList

NAME = "pack"  # in the memory of what was seen


@dataclass(frozen=True, slots=True)
class Pack:
    """An open pack, which takes the place of a published directory; `chain` holds its signed lists in order."""

    trust: TrustList
    status: StatusList
    issued: IssuedList
    known: Known
    chain: tuple[SignedList, ...]


def open_pack(full: bytes, deltas: Sequence[bytes], root_public: bytes, memory: Versions) -> Pack:
    """Read and check a full pack and what continues it, in order; ListInvalid if anything is not as it must be."""
    # 1. Each file is spelled canonically and within its limit.
    if len(deltas) > CHAIN_MAX:
        raise ListInvalid(f"more than {CHAIN_MAX} deltas")
    files = [read_file(full, FULL), *(read_file(one, DELTA) for one in deltas)]
    # 2. The newest trust list is signed by the pinned root; each list by a LISTS key that it still trusts.
    message = newest_trust([file.trust for file in files])
    trust = trusted(message, root_public)
    kinds = [FULL] + [DELTA] * len(deltas)
    chain = tuple(signed_for(file.listed, kind, trust) for file, kind in zip(files, kinds, strict=True))
    # 3. Trust list and list are of one publication, and nothing goes back, here or behind what was seen.
    newest = chain[-1]
    if (trust.version, trust.issued_at) != (newest.version, newest.issued_at):
        raise ListInvalid(f"pack: trust list {trust.version} beside version {newest.version}")
    for before, after in pairwise(chain):
        if after.version <= before.version or after.as_of < before.as_of:
            raise ListInvalid(f"pack: version {after.version} goes back behind version {before.version}")
    accepted = {
        "trust": Seen(trust.version, 0, hashlib.sha256(message).hexdigest()),
        NAME: Seen(newest.version, newest.as_of, hashlib.sha256([full, *deltas][-1]).hexdigest()),
    }
    for name, found in accepted.items():
        memory.check(trust.authority, name, found)
    # 4. The bodies are spelled right, and each delta continues what stands before it.
    known = read_full(chain[0].body)
    for file, before, after in zip([full, *deltas], chain, chain[1:], strict=False):
        known = follow(known, Origin(before.version, hashlib.sha256(file).digest()), read_delta(after.body))
    # 5. From now on nothing older counts.
    memory.remember(trust.authority, accepted)
    return _opened(trust, known, chain)


def open_path(path: Path, root_public: bytes, memory: Versions) -> Pack:
    """Open the pack of a published directory, or one full pack in a file."""
    full, deltas = read_chain(path)
    return open_pack(full, deltas, root_public, memory)


def read_chain(path: Path) -> tuple[bytes, list[bytes]]:
    """The full pack and the deltas of a published directory, or the one file that `path` is."""
    if not path.is_dir():
        return _read(path, SIZE_MAX[FULL]), []
    folder = path / pack_index.FOLDER if (path / pack_index.FOLDER).is_dir() else path
    listed = pack_index.read_index(_read(folder / pack_index.NAME, pack_index.SIZE_MAX))
    files = [_read(folder / one.named.file, SIZE_MAX[one.named.kind]) for one in listed]
    for one, content in zip(listed, files, strict=True):
        if pack_index.Listed.of(one.named, one.as_of, content) != one:
            raise ListInvalid(f"{one.named.file}: not what {pack_index.NAME} says: fetch it again")
    return files[0], files[1:]


def _opened(trust: TrustList, known: Known, chain: tuple[SignedList, ...]) -> Pack:
    newest = chain[-1]
    about = (newest.authority, newest.version, newest.issued_at, newest.as_of)
    entries = PackStatus(known.entries)
    return Pack(trust, StatusList(*about, entries), IssuedList(*about, known), known, chain)


def _read(path: Path, size_max: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(size_max + 1)
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
    if len(content) > size_max:
        raise ListInvalid(f"{path}: longer than {size_max} bytes")
    return content
