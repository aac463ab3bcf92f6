"""Making offline packs: what is published, in the form that a device carries (docs/format/pack.md).

    full    where there is no chain, or it has 64 deltas, or these outweigh the greater of a tenth of the full pack and
            256 KiB, or the full pack is a week old
    delta   otherwise: what changed since the newest pack of the chain; it takes the place of a delta that was made
            within 20 hours of the pack before it

So a chain grows by one delta a day, however often is published, and a device fetches a day's changes at most twice.
A delta continues only packs of ours that the ledger recorded: their bytes have the digests that it recorded, and their
lists our signature. So an edited directory makes no wrong delta, and no chain has a link that the log does not show.
"""

import hashlib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple

from sceau.domain import canonical, cose
from sceau.domain.errors import ListInvalid, NotCanonical
from sceau.keys.keyring import TrustedKey
from sceau.keys.signed_list import SignedList, open_list
from sceau.projections.query import StatusLook
from sceau.seals import pack
from sceau.seals.pack import Beside, Known, Origin
from sceau.seals.pack_index import FOLDER, NAME, Listed, Named, parse_name, read_index
from sceau.seals.pack_status import Entries, shortened
from sceau.seals.pack_trust import Renewal, newest_trust, renewal_of

FULL_EVERY_S = 7 * 86_400
DELTA_EVERY_S = 20 * 3_600  # less than a day: who publishes once a day is never exactly on time
DELTAS_SIZE_MIN = 256 << 10
BEHIND = 16  # publications: whoever has an index as old still fetches what it names
DRAFT = ".tmp"


class Packing(NamedTuple):
    """What a pack needs beside the view; `logged` are the SHA-256 of the files that the ledger recorded, by name."""

    seed: bytes  # 16 random bytes, for a full pack
    logged: Mapping[str, bytes]
    beside: Beside = Beside()
    full: bool = False  # whatever there is


class Said(NamedTuple):
    """What the lists say at one moment: the list keys issued, and the status by list key."""

    issued: AbstractSet[bytes]
    status: Entries


class Chain(NamedTuple):
    """A full pack and its deltas, as they stand in the directory."""

    links: tuple[Listed, ...]
    full_at: int  # when the full pack was signed, Unix seconds
    at: int  # when the newest pack was
    trust: bytes  # the newest trust list
    known: Known

    @property
    def version(self) -> int:
        """The newest pack's."""
        return self.links[-1].named.version

    @property
    def origin(self) -> Origin:
        """The newest pack, as a delta names what it continues."""
        return Origin(self.version, bytes.fromhex(self.links[-1].sha256))

    @property
    def as_of(self) -> int:
        """How many events the newest pack covers."""
        return self.links[-1].as_of


class Draft(NamedTuple):
    """A pack before its list is signed."""

    named: Named
    trust: bytes | Renewal
    body: dict[str, Any]


def read_chain(directory: Path, logged: Mapping[str, bytes], lists: Mapping[bytes, TrustedKey]) -> Chain | None:
    """The chain that the directory's index names, as far as it is to be continued; None where a full pack is due."""
    folder = directory / FOLDER
    try:
        listed = read_index((folder / NAME).read_bytes())
    except (OSError, ListInvalid):
        return None
    before, found = None, None
    for one in listed:
        try:
            content, signed = _ours(folder / one.named.file, one.named, logged, lists)
            before, found = found, _linked(found, one.named, content, signed)
        except (OSError, ListInvalid):
            break
    soon = before is not None and found is not None and found.at - before.at < DELTA_EVERY_S
    return before if soon else found


def _ours(
    path: Path, named: Named, logged: Mapping[str, bytes], lists: Mapping[bytes, TrustedKey]
) -> tuple[bytes, SignedList]:
    """The content of a pack and its list; ListInvalid for one that we did not sign, or did not record."""
    content = path.read_bytes()
    if logged.get(f"{FOLDER}/{path.name}") != hashlib.sha256(content).digest():
        raise ListInvalid(f"{path.name}: not what the ledger recorded")
    message = pack.read_file(content, named.kind).listed
    try:
        key = lists[cose.split(message).kid]
    except (KeyError, NotCanonical):
        raise ListInvalid(f"{path.name}: not signed by this ledger") from None
    signed = open_list(message, named.kind, key, named.version)
    if key.status == "revoked" or signed.version != named.version:
        raise ListInvalid(f"{path.name}: another version than its name says, or under a revoked key")
    return content, signed


def _linked(before: Chain | None, named: Named, content: bytes, signed: SignedList) -> Chain:
    link, trust = Listed.of(named, signed.as_of, content), pack.read_file(content, named.kind).trust
    if before is None:
        return Chain((link,), signed.issued_at, signed.issued_at, newest_trust([trust]), pack.read_full(signed.body))
    known = pack.follow(before.known, before.origin, pack.read_delta(signed.body))
    return Chain((*before.links, link), before.full_at, signed.issued_at, newest_trust([before.trust, trust]), known)


def draft(
    look: StatusLook, said: Said, chain: Chain | None, packing: Packing, version: int, now: int, trust: bytes
) -> Draft:
    """The next pack of this moment of the view, with the trust list published beside it."""
    if chain is not None and not packing.full:
        since = {one.list_key for one in look.published(chain.as_of)}
        body = pack.delta_body(chain.origin, chain.known.entries, said.status, since, packing.beside)
        renewed = renewal_of(chain.trust, trust) or trust
        if not _outgrown(chain, now, len(pack.write_file(renewed, b"")) + len(canonical.encode(body))):
            return Draft(Named(version, chain.version), renewed, body)
    return Draft(Named(version), trust, pack.full_body(said.issued, said.status, packing.seed, packing.beside))


def _outgrown(chain: Chain, now: int, size: int) -> bool:
    """Whether a full pack is due, rather than one more delta of this size."""
    full, *deltas = chain.links
    outweigh = sum(one.size for one in deltas) + size > max(full.size // 10, DELTAS_SIZE_MIN)
    return len(deltas) >= pack.CHAIN_MAX or outweigh or not 0 <= now - chain.full_at < FULL_EVERY_S


def after(chain: Chain | None, named: Named, signed: SignedList, content: bytes, said: Said) -> Chain:
    """The chain that a new pack leaves, read as a checker reads it; ListInvalid where it does not say what it must."""
    found = _linked(None if named.kind == pack.FULL else chain, named, content, signed)
    if found.known.entries != shortened(said.status) or not all(key in found.known for key in said.issued):
        raise ListInvalid(f"{named.file}: does not say what the lists say")
    return found


def outdated(directory: Path, chain: Chain) -> list[Path]:
    """What no reader can be fetching any more, and drafts of a publisher killed.

    Kept is the chain that each of the last BEHIND packs ends, and the one that the newest full pack took the place of.
    """
    folder = directory / FOLDER
    found = {path: parse_name(path.name) for path in folder.iterdir() if path.name != NAME}
    stored = {named.version: named for named in found.values() if named}
    stored |= {one.named.version: one.named for one in chain.links}
    full = chain.links[0].named.version
    first = max((n for n, named in stored.items() if n < full and named.kind == pack.FULL), default=full)
    versions = sorted(version for version in stored if version >= first)
    ends = {*versions[-BEHIND:], *[version for version in versions if version < full][-1:]}
    keep = {named for end in ends for named in _lineage(stored, end)}
    return [path for path, named in found.items() if (named not in keep if named else path.suffix == DRAFT)]


def _lineage(stored: Mapping[int, Named], version: int | None) -> Iterator[Named]:
    """A pack and those that it continues, newest first."""
    while version is not None and version in stored:
        yield stored[version]
        version = stored[version].continues
