"""The scanner's page: what a first visit weighs, and what a scan costs its own modules, in Node from its wheel.

    weight   every file that the page's worker keeps on a first visit, as `sceau serve` sends it, compressed; no pack
    scan     from the bytes of a code to a verdict, against an open pack: the least of many, as the first are compiling
    look-up  one list key in the positive set of a pack

No phone is as fast as this machine: the limits leave it room.
"""

import gzip
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ground import Bench, today
from measure import Figure
from page_judge import Judge
from papers import Papers, papers

from sceau.keys.signed_list import sign_list
from sceau.seals import pack
from sceau.verify_api.page_files import page_files

_SHRINK = frozenset({"css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"})  # as verify_api/site.py
_LATER = re.compile(r"^const LATER = /(.+)/;$", re.MULTILINE)  # in sw.js: what a first visit does not fetch
_WEIGHT_KB, _SCAN_MS, _LOOK_UP_MS = 600, 5, 1
_TYPES = {"visa_short": "page: scan, VDS", "life_certificate": "page: scan, Claim 169"}
_ROUNDS = 200


def figures(bench: Bench) -> Iterator[Figure]:
    """Kilobytes once, then milliseconds of scans and look-ups."""
    files = _first(page_files(bytes(32), "verif.example"))
    kilobytes = sum(map(_sent, files, files.values())) / 1000
    whole = sum(map(len, files.values())) / 1000
    yield _at_most("page: first visit, compressed", kilobytes, _WEIGHT_KB, "KB", f"{len(files)} files, {whole:,.0f} KB")
    with papers(bench) as made, _judge(bench, made) as judge:
        for type, what in _TYPES.items():
            asked = {"known": "pack", "data": made.codes(type)[0].hex(), "today": today().isoformat()}
            yield _at_most(what, judge.ask("time_scan", **asked, rounds=_ROUNDS), _SCAN_MS, "ms", "warm")
        spent = judge.ask("time_look_up", known="pack", key=bytes(16).hex(), rounds=_ROUNDS)
        yield _at_most("page: look-up in the pack", spent, _LOOK_UP_MS, "ms", f"{bench.effort.leaves:,} documents")


def _first(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """What a first visit fetches."""
    later = _LATER.search(files["sw.js"].decode())
    if later is None:
        raise ValueError("sw.js does not say what is fetched later")
    return {name: body for name, body in files.items() if not re.match(later[1], name)}


def _at_most(what: str, value: float, limit: float, unit: str, note: str) -> Figure:
    return Figure(what, value, None, value, limit, unit, at_most=True, note=note)


def _sent(name: str, content: bytes) -> int:
    return len(gzip.compress(content, 9)) if name.rpartition(".")[2] in _SHRINK else len(content)


@contextmanager
def _judge(bench: Bench, made: Papers) -> Iterator[Judge]:
    """The page's modules with a large pack open."""
    with Judge.on(bench.new_folder()) as judge:
        bench.say("packing")
        judge.ask(
            "open_pack", name="pack", full=_pack(bench, made).hex(), deltas=[], root=made.root_public.hex(), seen=None
        )
        yield judge


def _pack(bench: Bench, made: Papers) -> bytes:
    """A full pack of many documents, those of `made` among them."""
    chance = random.Random(1)
    published = made.published()
    trust, issued = published.trust, published.issued
    if issued is None:
        raise ValueError("nothing was published")
    keys = {chance.randbytes(16) for _ in range(bench.effort.leaves)}
    body = pack.full_body(keys, {}, bytes(16), pack.Beside())
    times = (trust.version, trust.issued_at, trust.next_update, issued.as_of)
    signed = sign_list(pack.FULL, trust.authority, *times, body, made.ledger.keystore.signer("lists"))
    return pack.write_file((made.directory / "trust.cose").read_bytes(), signed)
