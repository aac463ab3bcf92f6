"""A whole small ledger for tests: real store, real keys, a clock and randomness that obey."""

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sceau.compose import Ledger, open_ledger
from sceau.config import Config
from sceau.domain.document_type import DocumentType
from sceau.install import found, grant, open_mission
from sceau.keys.keystore import CHEAP
from sceau.ledger import commands as c

START_MS = int(datetime(2026, 11, 22, 9, tzinfo=UTC).timestamp() * 1000)
PASSPHRASE = "correct horse"
MINISTRY = {
    "code": "MAE",
    "short": "MA",
    "kind": "ministry",
    "country": "MLI",
    "city": "Bamako",
    "name": {"fr": "Ministère", "en": "Ministry"},
}
PARIS = {
    "code": "PAR",
    "short": "PA",
    "kind": "embassy",
    "country": "FRA",
    "city": "Paris",
    "name": {"fr": "Ambassade du Mali à Paris", "en": "Embassy of Mali in Paris"},
}
HONORARY = {
    "code": "TLS",
    "short": "TL",
    "kind": "honorary",
    "country": "FRA",
    "city": "Toulouse",
    "name": {"fr": "Consulat honoraire à Toulouse", "en": "Honorary consulate in Toulouse"},
}
ALL_POWERS = ["acts", "civil_status", "administrative", "identity", "travel", "visa", "supervise"]
BIRTH = {
    "surname": "KƐITA",
    "given_names": "Fanta Ɲagalen",
    "sex": "F",
    "birth_date": "2026-11-01",
    "birth_place": "Paris",
    "birth_country": "FRA",
    "nationality": "MLI",
    "mother_surname": "COULIBALY",
    "mother_given_names": "Ŋɔlɔ",
    "father_surname": "KƐITA",
    "father_given_names": "Moussa",
    "declared_on": "2026-11-10",
}
VISA = {
    "surname": "MARTIN",
    "given_names": "Zoé",
    "sex": "F",
    "birth_date": "1990-02-03",
    "birth_place": "Lyon",
    "nationality": "FRA",
    "passport_issuer": "FRA",
    "passport_valid_until": "2030-01-01",
    "purpose": "tourism",
    "passport_number": "12AB34567",
    "valid_from": "2026-12-01",
    "valid_until": "2027-02-28",
    "entries": "1",
    "stay": "P30D",
    "category": "short",
}
ENGINE = (bytes(32), "test", bytes(32))


class Clock:
    """Milliseconds that move when told."""

    def __init__(self, now: int = START_MS) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def counting_random(seed: bytes = b"") -> Any:
    """Bytes that are never the same twice and the same in every run."""
    calls = itertools.count()

    def random(size: int) -> bytes:
        return hashlib.shake_256(b"sceau.tests" + seed + next(calls).to_bytes(8, "big")).digest(size)

    return random


def test_engine(declared: DocumentType) -> tuple[bytes, str, bytes]:
    """No printer at hand."""
    return ENGINE


test_engine.__test__ = False  # type: ignore[attr-defined]


class Small:
    """An installation with Paris and an honorary consulate; PAR-1 holds every power, TLS-1 too (in vain)."""

    def __init__(self, home: Path, url: str, seed: bytes = b"") -> None:
        self.config = Config(home, url)
        self.clock = Clock()
        self.random = counting_random(seed)
        self.ledger = found(
            self.config, MINISTRY, PASSPHRASE, CHEAP, clock=self.clock, random=self.random, engine=test_engine
        )
        today = datetime.fromtimestamp(self.clock() / 1000, UTC).date()
        for mission in (PARIS, HONORARY):
            open_mission(self.ledger, mission, today, self.random)
            self._grant(mission["code"])
        self._grant("MAE")
        self.reopen()

    def _grant(self, code: str) -> None:
        officer = {
            "officer": f"{code}-1",
            "office": code,
            "name": f"Officier {code}",
            "title": {"fr": "Le Consul"},
            "powers": ALL_POWERS,
            "valid_from": "2026-01-01",
            "valid_until": "2027-12-31",
        }
        grant(self.ledger, officer, self.random)

    def reopen(self, **options: Any) -> Ledger:
        """Close and open again, as another process would."""
        self.ledger.close()
        self.ledger = self.opened(**options)
        return self.ledger

    def opened(self, **options: Any) -> Ledger:
        """One more process on the same installation."""
        given = {"clock": self.clock, "random": self.random, "engine": test_engine, **options}
        return open_ledger(self.config, PASSPHRASE, **given)

    def by(self, office: str = "PAR", **values: Any) -> dict[str, Any]:
        """Who asks."""
        return {"command_id": self.random(16), "office": office, "officer": f"{office}-1", **values}

    def do(self, command: c.Command) -> str:
        """Execute and return the number."""
        return self.ledger.issuance.execute(command).number

    def birth(self, **changed: str) -> str:
        """Establish a birth act."""
        return self.do(c.EstablishAct(kind="birth", values={**BIRTH, **changed}, **self.by()))

    def extract(self, act: str) -> str:
        """Issue a birth extract."""
        return self.do(c.IssueDocument(type="birth_extract", act=act, **self.by()))

    def visa(self, **changed: str) -> str:
        """Issue a short-stay visa."""
        return self.do(c.IssueDocument(type="visa_short", values={**VISA, **changed}, **self.by()))

    def topics(self) -> list[str]:
        """The topics of all events in order."""
        return [recorded.topic for recorded in self.ledger.reader.all()]


@contextmanager
def small(home: Path, url: str | None = None, seed: bytes = b"") -> Iterator[Small]:
    """A small ledger, closed at the end."""
    made = Small(home, url or f"sqlite:///{home / 'ledger.db'}", seed)
    try:
        yield made
    finally:
        made.ledger.close()


def values_of(mapping: Mapping[str, str], *without: str) -> dict[str, str]:
    """A copy without some fields."""
    return {name: value for name, value in mapping.items() if name not in without}
