"""An open installation at work: its ledger, its views, its printer. Commands and demonstration go through it alike.

Only a demonstration keeps its passphrase beside its keys (cli_passphrase.py); what it prints is a SPECIMEN.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sceau.cli_errors import NotInstalled
from sceau.cli_options import Call
from sceau.cli_output import warn
from sceau.cli_passphrase import kept_in, passphrase_in
from sceau.cli_types import load_outside_types
from sceau.compose import Ledger, now_ms, open_ledger
from sceau.config import Config, home_of
from sceau.domain import canonical
from sceau.domain.errors import ConfirmationRequired, MissingPart
from sceau.ledger.commands import Command
from sceau.ledger.issuance import Outcome

if TYPE_CHECKING:
    from sceau.cli_views import Views
    from sceau.desk.counter import Counter

CONFIRM = "--confirm-duplicate"


@dataclass(frozen=True)
class Session:
    """One installation, open."""

    ledger: Ledger
    views: "Views"

    @property
    def config(self) -> Config:
        """Where it lives."""
        return self.ledger.config

    @property
    def counter(self) -> "Counter":
        """Who prints; MissingPart without a printer."""
        try:
            from sceau.desk.counter import Counter
        except ImportError:
            raise MissingPart("print") from None
        state, witnessed = self.config.state, self.config.log_policy.exists()
        return Counter(
            self.ledger.issuance,
            state.authority,
            state.country,
            state.address,
            is_demo(self.config),
            witnessed=witnessed,
        )

    def execute(self, command: Command) -> Outcome:
        """Carry out one command."""
        return self.ledger.issuance.execute(command)

    def earlier(self, command_id: bytes) -> str | None:
        """The number that this command was about, if it was carried out before."""
        receipt = self.ledger.store.find_receipts([command_id]).get(command_id)
        if receipt is None:
            return None
        stream: str = canonical.decode(receipt.outcome)[-1][0]
        return stream.partition(":")[2]

    def refuse_duplicate(self, code: str, values: Mapping[str, str], command_id: bytes) -> None:
        """ConfirmationRequired if such an act or document seems to exist for the same person."""
        if self.earlier(command_id) is not None:
            return  # repeated: it would find itself
        found = self.views.register().likely_duplicates(code, values, today())
        if found:
            numbers = ", ".join(one.number for one in found[:5])
            raise ConfirmationRequired(
                f"this person seems to have one already: {numbers}",
                f"cette personne semble en avoir un déjà : {numbers}",
                CONFIRM,
            )


def today() -> date:
    """The date at which commands decide: UTC, which is Mali's time."""
    return datetime.fromtimestamp(now_ms() / 1000, UTC).date()


def config_of(call: Call) -> Config:
    """The installation that the call names; NotInstalled if there is none."""
    if not call.database:
        raise NotInstalled(
            "aucune installation nommée : donnez --database (ou SCEAU_DATABASE), sqlite:///chemin ou postgresql://…",
            "no installation named: give --database (or SCEAU_DATABASE), sqlite:///path or postgresql://...",
        )
    home = home_of(call.database, call.home)
    if not (home / "config.json").exists():
        raise NotInstalled(
            f"aucune installation dans {home} : lancez d'abord « sceau init », ou donnez --database et --home",
            f"no installation in {home}: run 'sceau init' first, or give --database and --home",
        )
    return Config.load(call.database, call.home)


@contextmanager
def opened(call: Call) -> Iterator[Session]:
    """The installation that the call names, for issuing or reading; the views follow what was written."""
    config = config_of(call)
    with session_of(config, passphrase_of(config, call)) as session:
        size = session.ledger.store.size()
        _tell_finished(call, session)
        yield session
        if session.ledger.store.size() > size or session.ledger.finished:
            for error in session.views.follow():
                warn(call, error.say(call.language))


def _tell_finished(call: Call, session: Session) -> None:
    """An erasure that was ordered and interrupted was carried out by opening the ledger (ledger/erasing.py)."""
    numbers = ", ".join(stream.removeprefix("document:") for stream in session.ledger.finished)
    if numbers:
        warn(call, call.say(f"effacement interrompu, achevé : {numbers}", f"interrupted erasure, now done: {numbers}"))


@contextmanager
def session_of(config: Config, passphrase: str) -> Iterator[Session]:
    """An installation by its place and passphrase."""
    load_outside_types()
    with open_ledger(config, passphrase) as ledger, views_of(ledger) as views:
        yield Session(ledger, views)


def views_of(ledger: Ledger) -> "Views":
    """The views of an open ledger."""
    from sceau.cli_views import Views

    return Views(ledger.config.views, ledger.reader.without("seal"))


def is_demo(config: Config) -> bool:
    """Whether the passphrase lies beside the keys: good for a demonstration, and for nothing else."""
    return passphrase_file(config).exists()


def passphrase_file(config: Config) -> Path:
    """Where a demonstration keeps its passphrase."""
    return kept_in(config.home)


def passphrase_of(config: Config, call: Call, confirm: bool = False) -> str:
    """The passphrase of the keystore; KeyRefused where nobody can be asked."""
    return passphrase_in(config.home, call, confirm)


def people(found: Sequence[Any]) -> str:
    """The first three names as people write them, each once: a father may also be who declared."""
    names = dict.fromkeys(f"{one.given_names} {one.surname}".strip() for one in found)
    return ", ".join([*names][:3])
