"""Publishing only what was verified: the root and the lists key sign statements, so these never rest on an unsigned
view.

    home/publication.db     a status view of its own, that nothing but publishing writes
    home/published          {"as_of", "digest", "version", "mac"}     JSON; mac: BLAKE2b under the installation's secret

Each publication audits the events since the last one, moves its view to the same event, and notes the view's digest.
What is published is recorded in the ledger first, so that the log proves which lists were given out: killed anywhere,
there may be a publication in the log that nobody was given, and never one given that is not in the log. Its version is
not used again. The scanner's page (verify_api/page) is published and recorded with the lists.
A view whose digest is not the one noted was edited: it is thrown away and made anew from events that are all audited
again.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sceau.compose import Ledger
from sceau.domain import canonical
from sceau.domain.errors import LedgerBehind, LogBroken
from sceau.domain.log_record import FREEZE, LISTS, ListsPublished, LogRecord, ViewDigested
from sceau.keys import private_file
from sceau.ledger.audit import Auditor
from sceau.ledger.commands import RecordPublication
from sceau.projections.pack import Packing
from sceau.projections.projector import Projector
from sceau.projections.publish import Publication, Publisher, publish
from sceau.projections.query import StatusQuery
from sceau.projections.status import StatusView
from sceau.seals import carrier
from sceau.seals.pack import Beside
from sceau.seals.positive_set import SEED_SIZE
from sceau.verify_api.page_files import page_files

_FILES = ("", "-wal", "-shm")
_PUBLISHER = "publication"  # who acted, in the envelope: nobody in person


class _Noted(NamedTuple):
    """What the last publication covered."""

    as_of: int = 0
    digest: bytes = b""
    version: int = 0


def publish_verified(
    ledger: Ledger, directory: Path, now_s: int, checkpoint: bytes = b"", full: bool = False
) -> Publication:
    """Publish, one version further than ever before; LogBroken if an event since the last publication does not hold.

    `checkpoint` is the log's newest head, which the pack carries; `full` wants a full pack where a delta would do.
    """
    config, keystore = ledger.config, ledger.keystore
    path, note = config.home / "publication.db", config.home / "published"
    by = Publisher(
        config.state.authority,
        config.state.address,
        keystore.signer("root"),
        keystore.signer("lists"),
        ((config.home / "csca.der").read_bytes(),),
        page_files(keystore.signer("root").public, carrier.host_of(config.state.address.encode())),
    )
    with _alone(config.home / "publication.lock"):
        noted = _read(note, keystore.secret("mac"))
        size = _whole(ledger, noted)
        view, start = _view(path, noted)
        try:
            _audit(ledger, start, size)
            view.catch_up(ledger.reader.without("seal"), until=size)
            as_of, digest = view.digest()
        finally:
            view.close()
        packing = Packing(os.urandom(SEED_SIZE), _logged(ledger), Beside(checkpoint), full)
        seen = max(noted.version, _recorded(ledger))
        done = publish(directory, StatusQuery(path), by, now_s, packing, seen, partial(_record, ledger, digest))
        _write(note, _Noted(as_of, digest, done.version), keystore.secret("mac"))
    return done


def _recorded(ledger: Ledger) -> int:
    """The last version that the ledger tells of, whoever recorded it; 0: none."""
    told: LogRecord = ledger.issuance.states.fold(LISTS, ledger.store.stream(LISTS)).state
    return max(0, told.reached)


def _record(ledger: Ledger, digest: bytes, made: Publication) -> None:
    """Put what is about to be published, and the view it was made from, into the log (LOG.md section 7, status).

    The command's id follows from what is published: the same is never recorded twice. A frozen ledger goes on saying
    what counts, and writes nothing.
    """
    if ledger.store.stream(FREEZE):
        return
    names, digests = zip(*made.digests, strict=True)
    told = canonical.encode(["sceau.publication/1", ledger.config.state.origin, made.version, *digests])
    ledger.issuance.execute(
        RecordPublication(
            command_id=hashlib.sha256(told).digest()[:16],
            office=ledger.config.state.ministry,
            officer=_PUBLISHER,
            lists=ListsPublished(made.version, made.as_of, names, digests),
            view=ViewDigested(StatusView.name, made.as_of, digest),
        )
    )


def _logged(ledger: Ledger) -> dict[str, bytes]:
    """SHA-256 of every file that the ledger recorded as published, the last one of each name."""
    recorded: dict[str, bytes] = {}
    for one in ledger.reader.stream(LISTS):
        if isinstance(one.event, ListsPublished):
            recorded.update(zip(one.event.names, one.event.digests, strict=True))
    return recorded


def _whole(ledger: Ledger, noted: _Noted) -> int:
    """The number of events, never fewer than were published."""
    ledger.head.check(ledger.store)
    size = ledger.store.size()
    if size < noted.as_of:
        raise LedgerBehind(f"{size} < {noted.as_of}")
    return size


def _view(path: Path, noted: _Noted) -> tuple[Projector, int]:
    """The view as it was noted and where it stands, or an empty one."""
    if path.exists():
        view = Projector(StatusView(), path)
        if view.digest() == (noted.as_of, noted.digest):
            return view, noted.as_of
        view.close()
        for suffix in _FILES:
            Path(f"{path}{suffix}").unlink(missing_ok=True)
    return Projector(StatusView(), path), 0


def _audit(ledger: Ledger, start: int, size: int) -> None:
    genesis = ledger.keystore.signer(f"event:{ledger.config.state.ministry}").kid
    found = Auditor(ledger.store, ledger.config.state.origin, genesis, None).run(start, size).findings
    if found:
        first = found[0]
        raise LogBroken(f"index {first.idx}, {first.stream}: {first.detail}; nothing was published, run 'sceau audit'")


def _read(note: Path, secret: bytes) -> _Noted:
    """What was noted; LogBroken if somebody else wrote it."""
    if not note.exists():
        return _Noted()
    try:
        kept = json.loads(note.read_text("ascii"))
        noted = _Noted(kept["as_of"], bytes.fromhex(kept["digest"]), kept["version"])
        if hmac.compare_digest(_mac(noted, secret), bytes.fromhex(kept["mac"])):
            return noted
    except (ValueError, KeyError, TypeError):
        pass
    raise LogBroken(f"{note} was not written by this installation: restore it from a backup")


def _write(note: Path, noted: _Noted, secret: bytes) -> None:
    kept = {**noted._asdict(), "digest": noted.digest.hex(), "mac": _mac(noted, secret).hex()}
    private_file.replace(note, json.dumps(kept).encode("ascii"))


def _mac(noted: _Noted, secret: bytes) -> bytes:
    return hashlib.blake2b(canonical.encode(["sceau.published/1", *noted]), key=secret, digest_size=16).digest()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
