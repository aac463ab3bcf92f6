"""Where an installation lives and what it is called.

    home/config.json    {"authority": "MLI", "country": "ML", "address": "https://verif.example/", ...}
    home/keystore       private keys and secrets, encrypted        home/vault.db     data keys of subjects
    home/head.json      the signer's state: the last signed head   home/views/       projections
    home/log.vkey       the log's public key                       home/log-policy   its witnesses
    database            SCEAU_DATABASE or --database: sqlite:///path or postgresql://...

With SQLite the home is the folder of the database unless SCEAU_HOME says otherwise.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from sceau.domain.errors import InputUnreadable

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class State:
    """Whose ledger it is; fixed at installation. In `production` nothing is issued that would print as a specimen.

    `authority` and `country` are the three and two letters of ICAO 9303-3, `address` the checker's public address
    (the default is a name reserved for examples), `origin` the name of the log (c2sp.org/tlog-checkpoint),
    `ministry` the office that founds, `signer` the socket of a separate signer of heads ("unix:/path"; without it the
    installation signs by itself).
    """

    authority: str = "MLI"
    country: str = "ML"
    address: str = "https://verif.example/"
    origin: str = "sceau.example/mli/1"
    ministry: str = "MAE"
    production: bool = False
    signer: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """One installation."""

    home: Path
    database: str
    state: State = State()

    @classmethod
    def load(cls, database: str | None, home: Path | None = None) -> Self:
        """The installation that `database` (or SCEAU_DATABASE) belongs to; InputUnreadable if there is none."""
        url = database or os.environ.get("SCEAU_DATABASE") or ""
        folder = home_of(url, home)
        try:
            kept = json.loads((folder / "config.json").read_text("utf-8"))
            return cls(folder, url, State(**kept))
        except FileNotFoundError:
            raise InputUnreadable(
                f"no installation in {folder}: run 'sceau init' first, or set --database and --home",
                why_fr=f"aucune installation dans {folder} : lancez « sceau init », ou donnez --database et --home",
            ) from None
        except (ValueError, TypeError) as error:
            raise InputUnreadable(
                f"{folder / 'config.json'}: {error}", why_fr=f"{folder / 'config.json'} : configuration illisible"
            ) from None

    def save(self) -> None:
        """Write config.json, once."""
        text = json.dumps(asdict(self.state), indent=1, ensure_ascii=False)
        (self.home / "config.json").write_text(text + "\n", "utf-8")

    @property
    def keystore(self) -> Path:
        """The encrypted keystore."""
        return self.home / "keystore"

    @property
    def vault(self) -> Path:
        """The database of data keys."""
        return self.home / "vault.db"

    @property
    def head(self) -> Path:
        """The last signed head."""
        return self.home / "head.json"

    @property
    def log_key(self) -> Path:
        """The log's public key as a vkey: what a separate signer's answers are verified with."""
        return self.home / "log.vkey"

    @property
    def log_policy(self) -> Path:
        """The witness policy (c2sp.org/tlog-policy), if there is one."""
        return self.home / "log-policy"

    @property
    def log_alarm(self) -> Path:
        """What a witness's alarm leaves."""
        return self.home / "log-alarm.json"

    @property
    def views(self) -> Path:
        """The folder of projections."""
        return self.home / "views"


def home_of(url: str, home: Path | None) -> Path:
    """The folder of an installation; InputUnreadable for a URL that names no database we can use."""
    chosen = home or (Path(os.environ["SCEAU_HOME"]) if os.environ.get("SCEAU_HOME") else None)
    if url.startswith(SQLITE):
        return chosen or Path(url.removeprefix(SQLITE)).parent
    if url.startswith(POSTGRES):
        return chosen or Path("sceau-home")
    raise InputUnreadable(
        f"--database or SCEAU_DATABASE must be sqlite:///path or postgresql://..., not '{url}'",
        why_fr=f"--database ou SCEAU_DATABASE s'écrit sqlite:///chemin ou postgresql://..., et non « {url} »",
    )
