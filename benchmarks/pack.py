"""The offline pack of a country: a full one of a million documents, 1 % of them revoked, and a day's delta.

Bodies, signatures and files are made as publishing makes them, from keys that stand for seals; the trust list is of 60
posts with 4 keys each. Both are then opened as a checker opens them. Times are of this process alone.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from ground import Bench
from measure import Figure

from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, TrustList
from sceau.keys.signed_list import sign_list
from sceau.keys.signer import SoftwareSigner
from sceau.keys.trust_list import write_trust_list
from sceau.seals import pack
from sceau.seals.pack_status import shortened
from sceau.seals.pack_trust import renewal_of
from sceau.seals.published import StatusEntry
from sceau.verify_api.directory import Versions
from sceau.verify_api.pack import Pack, open_pack

REVOKED_EVERY = 100
DAY, DAY_REVOKED = 2_740, 27  # a million a year
POSTS, KEYS_EACH = 60, 4
FULL_MB, DELTA_KB, LOOK_UP_MS, ODDS = 3.0, 50.0, 1.0, 1 / 65_536
STRANGERS = 2_000_000
_NOW = 1_795_338_000  # 2026-11-22
_WEEK = 7 * 86_400
_FROM, _UNTIL = date(2026, 1, 1), date(2027, 12, 31)
_REASONS = ("lost", "stolen", "error", "fraud", "act_changed")


class Published(NamedTuple):
    """A full pack and a delta, and how long making them took (seconds of processor time)."""

    full: bytes
    delta: bytes
    seconds: tuple[float, float]
    root: bytes


def figures(bench: Bench) -> Iterator[Figure]:
    """Sizes, times and the odds, beside the limits of the issue."""
    count = bench.effort.leaves
    issued = frozenset(_key(n) for n in range(count))
    bench.say(f"pack: {count} documents")
    made = _published(issued)
    start = time.process_time()
    opened = open_pack(made.full, [made.delta], made.root, Versions())
    opening = time.process_time() - start
    about = f"{count:,} documents, 1 in {REVOKED_EVERY} revoked"
    yield _size("pack: full, MB", made.full, 1e6, FULL_MB, about)
    yield _size(
        "pack: a day's delta, kB", made.delta, 1e3, DELTA_KB, f"{DAY} documents, {DAY_REVOKED} revocations, a key more"
    )
    for what, seconds in (("make a full one", made.seconds[0]), ("make a delta", made.seconds[1]), ("open", opening)):
        yield Figure(f"pack: {what}, s", seconds, None, seconds, None, " s")
    yield from _look_ups(bench, opened, count)


def _published(issued: frozenset[bytes]) -> Published:
    root, lists = (SoftwareSigner.from_seed(bytes((n,)) * 32, Algorithm.ED25519) for n in (1, 2))
    against = {_key(n): _entry(n) for n in range(0, len(issued), REVOKED_EVERY)}
    before = _trust(1, POSTS * KEYS_EACH, lists, root)

    def full() -> bytes:
        return _signed(pack.FULL, 1, pack.full_body(issued, against, bytes(16), pack.Beside()), before, lists)

    def delta() -> bytes:
        new = {_key(len(issued) + n) for n in range(DAY)}
        later = against | {_key(100 * n + 1): _entry(n) for n in range(DAY_REVOKED)}
        body = pack.delta_body(
            pack.Origin(1, hashlib.sha256(first).digest()), shortened(against), later, new, pack.Beside()
        )
        after = _trust(2, POSTS * KEYS_EACH + 1, lists, root)
        return _signed(pack.DELTA, 2, body, renewal_of(before, after) or after, lists)

    first, one = _timed(full)
    second, other = _timed(delta)
    return Published(first, second, (one, other), root.public)


def _timed(make: Callable[[], bytes]) -> tuple[bytes, float]:
    start = time.process_time()
    made = make()
    return made, time.process_time() - start


def _signed(kind: str, version: int, body: Any, trust: Any, lists: SoftwareSigner) -> bytes:
    times = (version, _NOW + version, _NOW + version + _WEEK)
    return pack.write_file(trust, sign_list(kind, "MLI", *times, 1_000 * version, body, lists))


def _trust(version: int, count: int, lists: SoftwareSigner, root: SoftwareSigner) -> bytes:
    keys = [_trusted(lists, Purpose.LISTS)]
    for n in range(count - 1):
        signer = SoftwareSigner.from_seed(hashlib.sha256(b"%d" % n).digest(), Algorithm.ED25519)
        keys.append(_trusted(signer, Purpose.SEAL if n % KEYS_EACH else Purpose.EVENT))
    ordered = tuple(sorted(keys, key=lambda key: key.kid))
    times = (version, _NOW + version, _NOW + version + _WEEK)
    return write_trust_list(TrustList("MLI", *times, ordered, ()), root)


def _trusted(signer: SoftwareSigner, purpose: Purpose) -> TrustedKey:
    named: dict[str, Any] = {}
    if purpose is Purpose.SEAL:
        named = {"format": "claim169", "issuer": "https://verif.example", "reference": signer.kid.hex()}
        named["classes"] = frozenset({"civil_status", "identity"})
    place = ("MLI", "PAR", _FROM, _UNTIL)
    return TrustedKey(signer.kid, purpose, signer.algorithm, signer.public, *place, **named)


def _key(n: int) -> bytes:
    return hashlib.sha256(b"sceau.bench" + n.to_bytes(8, "big")).digest()[:16]


def _entry(n: int) -> StatusEntry:
    return StatusEntry("revoked", _REASONS[n % len(_REASONS)], date.fromordinal(date(2026, 1, 1).toordinal() + n % 300))


def _size(what: str, file: bytes, unit: float, limit: float, note: str) -> Figure:
    size = len(file) / unit
    return Figure(what, size, None, size, limit, "", at_most=True, note=note)


def _look_ups(bench: Bench, opened: Pack, count: int) -> Iterator[Figure]:
    """The time of a look-up, and the odds of a stranger: exact, and as counted beside them."""
    known, entries = opened.issued.members, opened.status.entries
    mine = [_key(n) for n in range(0, count, max(1, count // 100_000))]
    bench.say(f"pack: {len(mine)} look-ups")
    start = time.process_time()
    found = sum(key in known and entries.get(key) is not known for key in mine)
    microseconds = (time.process_time() - start) / len(mine) * 1e6
    if found != len(mine):
        raise ValueError(f"{len(mine) - found} documents are not in their own pack")
    yield Figure(
        "pack: look-up, ms", microseconds / 1e3, None, microseconds / 1e3, LOOK_UP_MS, " ms", True, "issued and status"
    )
    bench.say(f"pack: {STRANGERS} strangers")
    taken = sum(n.to_bytes(16, "big") in known for n in range(STRANGERS))
    odds = opened.known.base.odds / ODDS
    note = f"counted: {taken} of {STRANGERS:,}, {taken / STRANGERS / ODDS:.2f} in 65,536"
    yield Figure("pack: strangers taken for issued, in 65,536", odds, None, odds, 1.0, "", True, note)
