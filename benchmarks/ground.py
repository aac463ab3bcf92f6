"""Where it is measured: real installations on SQLite files and a PostgreSQL server of our own, founded as in use.

Real keys, seals, vault, clock and randomness. Only the passphrase is cheap to stretch: that is done once a process.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

import people
from measure import Effort

from sceau.compose import Ledger, now_ms, open_ledger
from sceau.config import Config
from sceau.install import found, grant, open_mission
from sceau.keys.keystore import CHEAP
from sceau.ledger.commands import Command, EstablishAct, IssueDocument, RevokeDocument, fresh_id
from sceau.ledger.issuance import Outcome

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests" / "support"))
import postgres_server  # noqa: E402

ENGINES = ("sqlite", "postgres")
OFFICES = ("PAR", "ABJ")
BATCH = 500
PASSPHRASE = "bench"
_POWERS = ("acts", "civil_status", "administrative", "identity", "travel", "visa", "supervise")


def today() -> date:
    """The date at which commands decide."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Place:
    """One installation; any process may open it."""

    config: Config

    def open(self) -> Ledger:
        """Open it as the command line does."""
        return open_ledger(self.config, PASSPHRASE)


def _mission(code: str, kind: str) -> dict[str, Any]:
    names = {"fr": f"Poste {code}", "en": f"Post {code}"}
    return {"code": code, "short": code[:2], "kind": kind, "country": "FRA", "city": code.title(), "name": names}


def establish(folder: Path, url: str) -> Place:
    """Found an installation with two missions, each with an officer who may do everything."""
    config = Config(folder, url)
    with found(config, _mission("MAE", "ministry"), PASSPHRASE, CHEAP) as ledger:
        for code in OFFICES:
            open_mission(ledger, _mission(code, "embassy"), today())
            officer = {"officer": f"{code}-1", "office": code, "name": f"Officier {code}", "title": {"fr": "Le Consul"}}
            grant(ledger, {**officer, "powers": _POWERS, "valid_from": "2000-01-01", "valid_until": "2100-01-01"})
    return Place(config)


_numbers = count()


def _by(office: str) -> dict[str, Any]:
    return {"command_id": fresh_id(now_ms(), os.urandom), "office": office, "officer": f"{office}-1"}


def act(office: str = "PAR") -> EstablishAct:
    """Establish the birth act of another child."""
    return EstablishAct(kind="birth", values=people.birth(next(_numbers), today()), **_by(office))


def life(office: str = "PAR") -> IssueDocument:
    """Issue a certificate of life: Claim 169, Ed25519."""
    return IssueDocument(type="life_certificate", values=people.life(next(_numbers), today()), **_by(office))


def visa(office: str = "PAR") -> IssueDocument:
    """Issue a short-stay visa: ICAO VDS, ECDSA P-256."""
    return IssueDocument(type="visa_short", values=people.visa(next(_numbers), today()), **_by(office))


def extract(number: str, office: str = "PAR") -> IssueDocument:
    """Issue an extract of a birth act."""
    return IssueDocument(type="birth_extract", act=number, **_by(office))


def done(ledger: Ledger, commands: Sequence[Command]) -> list[str]:
    """Carry out a batch; the numbers. The first refusal is raised."""
    numbers = []
    for outcome in ledger.issuance.execute_many(commands):
        if not isinstance(outcome, Outcome):
            raise outcome
        numbers.append(outcome.number)
    return numbers


def grow(ledger: Ledger, events: int, say: Callable[[str], None], office: str = "PAR") -> None:
    """Write a history up to so many events: of five, two acts, an extract, a certificate, a visa; few revoked."""
    share = BATCH // 5
    while (size := ledger.store.size()) < events:
        say(f"{size}/{events} events")
        acts = done(ledger, [act(office) for _ in range(2 * share)])
        papers = [one for number in acts[:share] for one in (extract(number, office), life(office), visa(office))]
        issued = done(ledger, papers)
        done(ledger, [RevokeDocument(number=issued[0], reason="other", **_by(office))])


class Bench:
    """What the groups share: effort, a folder, engines started when first asked for, progress."""

    def __init__(self, effort: Effort, folder: Path, say: Callable[[str], None]) -> None:
        self.effort = effort
        self.folder = folder
        self.say = say
        self._stack = ExitStack()
        self._names = count()
        self._histories: dict[str, Place] = {}

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @cache  # noqa: B019
    def server(self) -> str:
        """The URL of a PostgreSQL server, started now if it is not running; NoServer where there is none."""
        self.say("starting PostgreSQL")
        return self._stack.enter_context(postgres_server.server())

    def new_folder(self) -> Path:
        """An empty folder."""
        folder = self.folder / str(next(self._names))
        folder.mkdir()
        return folder

    def new_url(self, engine: str) -> str:
        """An empty database."""
        if engine == "sqlite":
            return f"sqlite:///{self.new_folder() / 'ledger.db'}"
        return self._stack.enter_context(postgres_server.database(self.server()))

    def place(self, engine: str) -> Place:
        """A fresh installation."""
        return establish(self.new_folder() / "home", self.new_url(engine))

    def history(self, engine: str) -> Place:
        """An installation with `effort.events` events, made once."""
        if engine not in self._histories:
            place = self.place(engine)
            with place.open() as ledger:
                grow(ledger, self.effort.events, lambda text: self.say(f"{engine} history: {text}"))
            self._histories[engine] = place
        return self._histories[engine]

    def each(self) -> Iterator[tuple[str, Callable[[str], None]]]:
        """Both engines, and how to tell progress on each."""
        for engine in ENGINES:
            yield engine, partial(self._say_of, engine)

    def _say_of(self, engine: str, text: str) -> None:
        self.say(f"{engine}: {text}")
