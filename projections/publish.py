"""Publishing: what a checker needs, signed, in one directory (`verify_api/directory.py` reads it).

    trust.cose  status.cose  issued.cose  lookup.cose      one version for all, one more each time
    pack/                all of that for a device without network (pack.py)
    index.html  sw.js  manifest.webmanifest  page/...      the scanner's page, as it is given to us
    s/<register>.cwt     status of each Claim 169 seal for the verifiers of others (seals/token_status.py)
    root.pub             the root's public key in hex      index.json    name, size and SHA-256 of each file

Everything is made from one moment of the status view and read back as a checker reads it before anything is replaced.
Files are renamed one by one, the status after look-up and issued set, and a checker wants one `as_of` in all three: it
never judges by a newer status beside an older issued set. The trust list goes first: its version is then used up, so
that no two packs ever bear the same. What was published is never taken back: fewer events or an
older version are refused. The indexes go last; the digest of the whole one is recorded, so that whoever has the record
can tell whether a server shows what was published, the page included (audit_kit/served.py).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from sceau.domain import cose, numbering
from sceau.domain.errors import ListInvalid, NotCanonical
from sceau.keys.keyring import Algorithm, Purpose, Signer, TrustedKey, TrustList
from sceau.keys.signed_list import SIZE_MAX, open_list, read_list, sign_list
from sceau.keys.trust_list import read_trust_list, write_trust_list
from sceau.projections import pack as packs
from sceau.projections.pack import Packing
from sceau.projections.published_directory import alone, outdated, replace
from sceau.projections.query import StatusLook, StatusQuery
from sceau.seals import published, token_status
from sceau.seals.pack import write_file
from sceau.seals.pack_index import FOLDER, NAME, Listed, Named, write_index

NEXT_UPDATE_S = 7 * 86_400
TOKEN_TTL_S = 86_400
_Times = tuple[int, int, int]  # version, issued_at, next_update
PAGE = "page"
_LISTS = ("lookup", "issued", "status")  # in the order in which they are renamed
_PUBLISHED = (Purpose.SEAL.value, Purpose.LISTS.value, Purpose.EVENT.value)  # event: a proof bears the office's event
_TOKEN_STATUS = {"issued": token_status.VALID, "suspended": token_status.SUSPENDED}
_COSE = {Algorithm.ED25519: cose.EDDSA, Algorithm.ES256: cose.ES256}


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: the authority, the checker's address, the keys, country certificates (DER), the page's files."""

    authority: str
    address: str
    root: Signer
    lists: Signer
    csca: tuple[bytes, ...] = ()
    page: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published; times in Unix seconds."""

    version: int
    issued_at: int
    next_update: int
    as_of: int
    issued: int
    not_valid: int  # documents revoked, suspended or superseded
    files: tuple[str, ...]
    digests: tuple[tuple[str, bytes], ...]  # SHA-256 of the index, which names those of all files, and of some of them
    pack: Listed
    twins: tuple[str, ...]  # documents of which nothing is published: they bear the seal of one issued before


def publish(
    directory: Path,
    status: StatusQuery,
    by: Publisher,
    now: int,
    packing: Packing,
    version_seen: int = 0,
    record: Callable[[Publication], None] = lambda made: None,
) -> Publication:
    """Publish the status view as it stands; `version_seen` is the highest version published elsewhere before.

    `record` is told what will be published, before anybody can have it; if it fails, nothing is.
    Raises ListInvalid for a directory that holds lists of others, or of more events than the view has; and
    KeyRefused or ListInvalid where a checker would refuse what we wrote.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with alone(directory), status.look() as look:
        # 1. What stands there is ours, and not ahead of us.
        keys = tuple(_trusted(row, by.authority) for row in look.enrolled() if row["purpose"] in _PUBLISHED)
        by_kid = {key.kid: key for key in keys if key.purpose is Purpose.LISTS}
        earlier = _earlier(directory, by_kid, by.root.public)
        if earlier.as_of > look.as_of:
            raise ListInvalid(f"{directory} already covers {earlier.as_of} events, the view only {look.as_of}")
        # 2. Everything from one moment, under one version.
        draft = _gathered(look)
        times = (max(earlier.version, version_seen) + 1, now, now + NEXT_UPDATE_S)
        files = _files(draft, keys, by, times, look.as_of)
        # 3. A checker accepts it, and the pack that continues what it has.
        key = _read_back(files, by)
        before = packs.read_chain(directory, packing.logged, by_kid)
        chain, packed = _packed(look, draft, before, packing, by, times, files["trust.cose"], key)
        newest = chain.links[-1]
        files[f"{FOLDER}/{newest.named.file}"] = packed
        files |= {name: by.page[name] for name in sorted(by.page, key=lambda name: "/" not in name)}  # its entry last
        # 4. Record, then replace, the indexes last.
        files[f"{FOLDER}/{NAME}"] = write_index(chain.links)
        files["index.json"] = _index(by, times, look.as_of, files)
        counts = (look.as_of, len(draft.issued), len(draft.status))
        made = (tuple(sorted(files)), _digests(files, newest.named), newest)
        done = Publication(*times, *counts, *made, tuple(sorted(look.twins())))
        record(done)
        replace(directory, files)
        for path in (*packs.outdated(directory, chain), *(outdated(directory, PAGE, files) if by.page else ())):
            path.unlink()
    return done


def _files(draft: "_Draft", keys: tuple[TrustedKey, ...], by: Publisher, times: _Times, as_of: int) -> dict[str, bytes]:
    """The lists by the names under which they are published."""
    files = {f"s/{register}.cwt": _token(by, register, s, times) for register, s in draft.tokens.items()}
    files["root.pub"] = by.root.public.hex().encode() + b"\n"
    files["trust.cose"] = write_trust_list(TrustList(by.authority, *times, keys, by.csca), by.root)
    for kind in _LISTS:
        files[f"{kind}.cose"] = sign_list(kind, by.authority, *times, as_of, draft.body(kind), by.lists)
    return files


def _packed(
    look: StatusLook,
    draft: "_Draft",
    before: packs.Chain | None,
    packing: Packing,
    by: Publisher,
    times: _Times,
    trust: bytes,
    key: TrustedKey,
) -> tuple[packs.Chain, bytes]:
    """The chain with the pack of this moment at its end, and the content of that pack."""
    said = packs.Said(frozenset(draft.issued), draft.status)
    made = packs.draft(look, said, before, packing, *times[:2], trust)
    signed = sign_list(made.named.kind, by.authority, *times, look.as_of, made.body, by.lists)
    content = write_file(made.trust, signed)
    return packs.after(before, made.named, read_list(signed, made.named.kind, key), content, said), content


def _digests(files: Mapping[str, bytes], pack: Named) -> tuple[tuple[str, bytes], ...]:
    """What the ledger records: SHA-256 of the lists, of the page's entry and worker, which name its other files, of the
    pack, and of the index, which names them all.
    """
    names = (name for name in sorted(files) if "/" not in name or name.endswith(pack.file))
    return tuple((name, hashlib.sha256(files[name]).digest()) for name in names)


@dataclass(slots=True)
class _Draft:
    """The lists before they are signed."""

    status: dict[bytes, published.StatusEntry] = field(default_factory=dict)
    issued: list[bytes] = field(default_factory=list)
    look_up: list[tuple[bytes, bytes]] = field(default_factory=list)
    tokens: dict[str, bytearray] = field(default_factory=dict)

    def body(self, kind: str) -> Any:
        """The body of a list."""
        if kind == "status":
            return published.status_body(self.status)
        return published.issued_body(self.issued) if kind == "issued" else published.look_up_body(self.look_up)


def _gathered(look: StatusLook) -> _Draft:
    draft = _Draft()
    for one in look.published():
        state, reason, since = one.standing
        draft.issued.append(one.list_key)
        draft.look_up.append((one.look_up_key, one.list_key))
        if state != "issued":
            entry = published.StatusEntry(cast("published.State", state), reason or "", date.fromisoformat(since))
            draft.status[one.list_key] = entry
        if one.format == "claim169":
            register, serial = numbering.split(one.number)
            statuses = draft.tokens.setdefault(register, bytearray())
            statuses.extend([token_status.INVALID] * (serial + 1 - len(statuses)))  # never given: never valid
            statuses[serial] = _TOKEN_STATUS.get(state, token_status.INVALID)
    return draft


def _token(by: Publisher, register: str, statuses: bytearray, times: _Times) -> bytes:
    _, now, expires = times
    algorithm = _COSE[by.lists.algorithm]
    protected, payload, to_sign = token_status.unsigned(
        f"{by.address}s/{register}", now, expires, TOKEN_TTL_S, statuses, algorithm, by.lists.kid
    )
    return token_status.assemble(protected, payload, by.lists.sign(to_sign))


def _trusted(row: Mapping[str, Any], authority: str) -> TrustedKey:
    """The record of a key: retired ones still verify what they signed; compromised ones are revoked.

    The certificate of another authority's key stays in the ledger, as evidence of what was accepted.
    """
    certificate = row["certificate"] if row["authority"] == authority else b""
    ended = row["retired_on"]
    status = "active" if ended is None else "revoked" if row["compromised"] else "retired"
    named = {"certificate": certificate, "classes": row["classes"].split(), "status": status, "ended_on": ended}
    return TrustedKey.of(row["kid"], {**row, **named})


@dataclass(frozen=True, slots=True)
class _Earlier:
    version: int = 0
    as_of: int = 0


def _earlier(directory: Path, by_kid: Mapping[bytes, TrustedKey], root_public: bytes) -> _Earlier:
    """The highest version and event that the directory holds, each list under a signature of ours."""
    version, as_of = 0, 0
    if (trust := _content(directory / "trust.cose")) is not None:
        version = read_trust_list(trust, root_public).version
    for kind in _LISTS:
        message = _content(directory / f"{kind}.cose")
        if message is not None:
            found = open_list(message, kind, _signed_by(message, by_kid, directory), 0)
            version, as_of = max(version, found.version), max(as_of, found.as_of)
    return _Earlier(version, as_of)


def _signed_by(message: bytes, by_kid: Mapping[bytes, TrustedKey], directory: Path) -> TrustedKey:
    try:
        return by_kid[cose.split(message).kid]
    except (KeyError, NotCanonical):
        raise ListInvalid(f"{directory} holds lists that this ledger did not sign: publish elsewhere") from None


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(SIZE_MAX + 1)
    except FileNotFoundError:
        return None


def _read_back(files: Mapping[str, bytes], by: Publisher) -> TrustedKey:
    """The LISTS key as a checker knows it, once it has read the lists."""
    trust = read_trust_list(files["trust.cose"], by.root.public)
    key = trust.by_kid(by.lists.kid, Purpose.LISTS)
    readers = {"status": published.read_status, "issued": published.IssuedSet, "lookup": published.LookUp}
    for kind, reader in readers.items():
        reader(read_list(files[f"{kind}.cose"], kind, key).body)
    return key


def _index(by: Publisher, times: _Times, as_of: int, files: Mapping[str, bytes]) -> bytes:
    version, issued_at, next_update = times
    index = {
        "format": "sceau.index/1",
        "authority": by.authority,
        "version": version,
        "as_of": as_of,
        "issued_at": _instant(issued_at),
        "next_update": _instant(next_update),
        "files": [
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(files.items())
        ],
    }
    return json.dumps(index, indent=1).encode() + b"\n"


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
