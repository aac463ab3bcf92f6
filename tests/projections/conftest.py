"""A ledger written by hand: real envelopes, leaves and SQLite but no commands, so that any history can be told."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pack_house import House
from publishing import ACT, BY, LISTS, LOST, NOW, OLD, PACKING, SEAL, VISA_DER, VISAS, enrol, retire

from sceau.domain.civil_act import ActAnnulled, ActDeclared, ActEstablished, ActMentioned, ActRectified
from sceau.domain.document import DocumentIssued, DocumentRevoked, DocumentSuspended
from sceau.domain.events import Event, Personal
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger import envelope
from sceau.ledger.envelope import Meta
from sceau.ledger.reader import Reader
from sceau.ledger.stores.port import EventRow
from sceau.ledger.stores.sqlite import open_store
from sceau.projections.projector import Projector
from sceau.projections.publish import Publisher, publish
from sceau.projections.query import StatusQuery
from sceau.projections.register import Register
from sceau.projections.status import StatusView
from sceau.tlog.leaf import event_leaf

ORIGIN = "ledger.test/1"
DAY = "2026-11-22"


class Scribe:
    """Appends events; every personal part under a data key of its own, all of which the reader has."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = open_store(str(path))
        self.signer = SoftwareSigner.from_seed(bytes(31) + b"\x01", Algorithm.ED25519)
        self.heads: dict[str, tuple[int, bytes]] = {}
        self.serial = 0
        self.size = self.store.size()
        self._pending: list[EventRow] = []
        self._waiting = False

    def reader(self, personal: bool = True) -> Reader:
        return Reader(self.store, ORIGIN, (lambda ids: {one: _key(one) for one in ids}) if personal else None)

    def write(self, *written: tuple[str, Event]) -> None:
        """Append (stream, event) pairs in one transaction."""
        self._pending += [self._row(stream, event) for stream, event in written]
        if not self._waiting:
            self.store.append(self._pending, [], {})
            self.size += len(self._pending)
            self._pending.clear()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything written meanwhile goes into one transaction."""
        self._waiting = True
        yield
        self._waiting = False
        self.write()

    def _row(self, stream: str, event: Event) -> EventRow:
        version, previous = self.heads.get(stream, (0, b""))
        self.serial += 1
        unique = self.size.to_bytes(4, "big") + self.serial.to_bytes(4, "big")
        named = [
            part._replace(key_id=hashlib.sha256(unique + bytes([n])).digest()[:16])
            for n, part in enumerate(event.personal)
        ]
        event = replace(event, personal=tuple(named))
        meta = Meta(
            ORIGIN,
            stream,
            version + 1,
            previous,
            1_795_000_000_000 + self.serial,
            "PAR",
            "PAR-1",
            "none",
            unique,
            b"",
            (),
        )
        nonces = iter(range(1000))
        nonce = lambda size: hashlib.shake_256(unique + bytes([next(nonces), 255])).digest(size)  # noqa: E731
        state = envelope.seal(meta, event, self.signer, _key, nonce)
        salt = hashlib.sha256(b"salt" + unique).digest()
        self.heads[stream] = version + 1, envelope.digest(state)
        return EventRow(stream, version + 1, event.topic, state, salt, event_leaf(salt, state, event.topic))

    @staticmethod
    def seal_id(number: str) -> bytes:
        """The name of the seal of this number."""
        return hashlib.sha256(b"seal" + number.encode()).digest()

    # What happened, in the words of the domain.

    def birth(self, number: str, declared: bool = False, **values: str) -> None:
        """Establish a birth act."""
        said = {"surname": "KƐITA", "given_names": "Fanta Ɲagalen", "birth_date": "2026-11-01", **values}
        parts = _parts(said)
        if declared:
            self.write((f"act:{number}", ActDeclared(number, "birth", 1, "PAR", "PAR-1", DAY, personal=parts)))
        established = ActEstablished(
            number, "birth", 1, "PAR", "PAR-1", DAY, "declaration", None, personal=() if declared else parts
        )
        self.write((f"act:{number}", established))

    def mention(self, number: str, on: str = "2026-12-01") -> None:
        part = Personal("child", "mention", {"text": "Marié"})
        self.write((f"act:{number}", ActMentioned("marriage", "PAR", "PAR-1", on, "M-1", personal=(part,))))

    def rectify(self, number: str, on: str = "2026-12-02", **values: str) -> None:
        names = tuple(sorted(values))
        event = ActRectified("TGI", "12/2026", on, "PAR", "PAR-1", on, names, personal=_parts(values))
        self.write((f"act:{number}", event))

    def annul(self, number: str, on: str = "2026-12-03") -> None:
        self.write((f"act:{number}", ActAnnulled("TGI", "13/2026", on, "PAR", "PAR-1", on)))

    def issue(self, number: str, kind: str = "birth_extract", act: str | None = None, **values: Any) -> None:
        """Issue a document, about `act` as it stands now or with names of its own."""
        clear = {"valid_from": None, "valid_until": None, "format": "claim169", "on": DAY}
        clear |= {name: values.pop(name) for name in list(values) if name in clear}
        version = self.heads[f"act:{act}"][0] if act else None
        event = DocumentIssued(
            number,
            kind,
            1,
            "civil_status",
            "PAR",
            "PAR-1",
            act,
            version,
            100,
            "XOF",
            None,
            clear["on"],
            clear["valid_from"],
            clear["valid_until"],
            self.seal_id(number),
            clear["format"],
            bytes(8),
            False,
            bytes(32),
            "test",
            bytes(32),
            personal=(Personal("holder", "seal", {"seal": number.encode()}), *_parts(values, "holder")),
        )
        self.write((f"document:{number}", event))


def _key(key_id: bytes) -> bytes:
    return hashlib.sha256(b"key" + key_id).digest()


def _parts(values: dict[str, Any], principal: str = "child") -> tuple[Personal, ...]:
    grouped: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        prefix = name.split("_")[0]
        grouped.setdefault(prefix if prefix in ("father", "mother") else principal, {})[name] = value
    return tuple(Personal(subject, "identity", part) for subject, part in grouped.items())


@pytest.fixture
def scribe(tmp_path: Path) -> Iterator[Scribe]:
    """An empty ledger and who writes it."""
    made = Scribe(tmp_path / "ledger.db")
    yield made
    made.store.close()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Projector]:
    """The register view of `scribe`'s ledger, still empty."""
    made = Projector(Register(), tmp_path / "register_v1.db")
    yield made
    made.close()


@pytest.fixture
def status(tmp_path: Path) -> Iterator[Projector]:
    """The status view of `scribe`'s ledger, still empty."""
    made = Projector(StatusView(), tmp_path / "status_v1.db")
    yield made
    made.close()


@pytest.fixture
def history(scribe: Scribe) -> Scribe:
    """A ledger in which everything happened that the views know of."""
    with scribe.together():
        for n in range(1, 41):
            _chapter(scribe, n)
    return scribe


def _chapter(scribe: Scribe, n: int) -> None:
    number = f"PAR-2026-N-{n:06d}"
    scribe.birth(number, declared=n % 3 == 0, given_names=f"Fanta{n}", father_surname="KƐITA", father_given_names="Ali")
    scribe.issue(f"NPA26{n:04d}", act=number)
    scribe.issue(f"CPA26{n:04d}", "consular_card", surname="TRAORÉ", given_names="Ami", birth_date="1990-01-02")
    if n % 5 == 0:
        scribe.mention(number)
    if n % 7 == 0:
        scribe.rectify(number, given_names=f"Awa{n}")
        scribe.rectify(number, father_given_names="Alou", birth_date="2026-10-31")
    if n % 11 == 0:
        scribe.annul(number)


@pytest.fixture
def sql() -> Callable[..., Sequence[tuple[Any, ...]]]:
    """`sql(path, statement)`: run it on a file, as its owner could with any tool, and return the rows."""

    def run(path: Path, statement: str, *values: Any) -> Sequence[tuple[Any, ...]]:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    return run


@pytest.fixture
def house(scribe, status, tmp_path) -> House:
    return House(scribe, status, tmp_path / "public")


@pytest.fixture
def state(scribe):
    """A ledger with keys, an act and three papers; one suspended, one revoked."""
    enrol(scribe, scribe.signer, "event")
    enrol(scribe, LISTS, "lists")
    for signer in (SEAL, OLD, LOST):
        named = {"format": "claim169", "issuer": "ML", "reference": signer.kid.hex()}
        enrol(scribe, signer, "seal", classes=("civil_status", "identity"), **named)
    vds = {"format": "vds", "issuer": "MLV1", "reference": "1A", "country": "MLI", "certificate": VISA_DER}
    enrol(scribe, VISAS, "seal", classes=("visa",), **vds)
    retire(scribe, OLD, "2026-06-30", False)
    retire(scribe, LOST, "2026-07-01", True)
    scribe.birth(ACT)
    for number in ("NPA260001", "NPA260002", "NPA260004"):
        scribe.issue(number, act=ACT)
    scribe.issue("VPA260001", "visa_short", format="vds", surname="MARTIN")
    scribe.write(("document:NPA260002", DocumentSuspended("perdue", "PAR", "PAR-1", "2026-11-23")))
    scribe.write(("document:NPA260004", DocumentRevoked("fraude", "PAR", "PAR-1", "2026-11-24")))
    return scribe


@pytest.fixture
def go(state, status, tmp_path):
    """`go()` brings the view up to date and publishes it."""

    def run(now: int = NOW, by: Publisher = BY, directory=tmp_path / "public", **more):
        status.catch_up(state.reader(personal=False))
        return publish(directory, StatusQuery(status.path), by, now, PACKING, **more)

    return run
