"""The installation of the demonstration: founded from examples/, cheap to open, recognised when it is there already.

Its passphrase lies beside its keys, so it must never hold anything real; what it prints says SPECIMEN.
"""

import hashlib
import json
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import sceau
from sceau.cli_session import passphrase_file, today
from sceau.compose import open_store
from sceau.config import SQLITE, Config, home_of
from sceau.domain.errors import FieldInvalid, InputUnreadable
from sceau.install import found, grant, open_mission
from sceau.keys.keystore import CHEAP

_MARK = "demo.json"  # written last: a demonstration without it was interrupted


def examples() -> Path:
    """The folder of examples; InputUnreadable outside the source tree."""
    folder = Path(sceau.__file__).resolve().parents[2] / "examples"
    if not (folder / "missions.json").is_file():
        raise InputUnreadable(
            "the demonstration needs examples/, which the source tree has and the package has not",
            why_fr="la démonstration a besoin de examples/, qui est dans les sources et non dans le paquet",
        )
    return folder


def installed(directory: Path, database: str | None, given: Path) -> Config:
    """The installation in `directory`, founded if there is none; FieldInvalid for one that is not ours to use."""
    url = database or f"{SQLITE}{directory / 'ledger.db'}"
    home_of(url, directory)
    config = Config(directory, url)
    mark = directory / _MARK
    if mark.exists():
        if json.loads(mark.read_text("utf-8")) != _marked(url):
            raise FieldInvalid(
                "--directory",
                f"{directory} is a demonstration on another database; choose another directory",
                f"{directory} est une démonstration sur une autre base ; choisissez un autre dossier",
            )
        return config
    if config.keystore.exists():
        raise FieldInvalid(
            "--directory",
            f"{directory} is no finished demonstration: delete it, or choose another directory",
            f"{directory} n'est pas une démonstration achevée : supprimez-le, ou choisissez un autre dossier",
        )
    _refuse_used(config)
    _found(config, given)
    mark.write_text(json.dumps(_marked(url)), "utf-8")
    return config


def shown_url(url: str) -> str:
    """A database URL without its password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = f"{parts.username}@{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    return urlunsplit(parts._replace(netloc=host))


def _marked(url: str) -> dict[str, str]:
    return {"database": hashlib.sha256(url.encode()).hexdigest()}


def _refuse_used(config: Config) -> None:
    """A database that holds a ledger is not for playing."""
    config.home.mkdir(parents=True, exist_ok=True)
    store = open_store(config.database)
    try:
        if store.size():
            raise FieldInvalid(
                "--database",
                "this database holds a ledger already; give the demonstration an empty one",
                "cette base contient déjà un registre ; donnez-en une vide à la démonstration",
            )
    finally:
        store.close()


def _found(config: Config, given: Path) -> None:
    passphrase = secrets.token_urlsafe(24)
    handle = os.open(passphrase_file(config), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(passphrase + "\n")
    offices = json.loads((given / "missions.json").read_text("utf-8"))["offices"]
    officers = json.loads((given / "officers.json").read_text("utf-8"))["officers"]
    ministry = next(office for office in offices if office["code"] == config.state.ministry)
    with found(config, ministry, passphrase, CHEAP) as ledger:
        for office in offices:
            if office is not ministry:
                open_mission(ledger, office, today())
        for officer in officers:
            grant(ledger, officer)
