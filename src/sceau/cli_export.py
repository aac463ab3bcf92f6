"""`sceau export DIR`: what an auditor needs, in a directory that a second run only adds to (docs/format/export.md).

The log comes first: with --log it is copied from where it is published, else published into DIR/log. The events then
are those that its checkpoint covers. Personal data stays encrypted, unless an auditor's key is named.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau import cli_errors
from sceau.cli_options import Call, as_day, command
from sceau.domain.errors import FieldInvalid
from sceau.language import say

if TYPE_CHECKING:
    from sceau.config import Config
    from sceau.ledger.export import Exported, Reveal
    from sceau.ledger.log.directory import LogDirectory
    from sceau.ledger.stores.port import Store

KEYS_FORMAT = "sceau.keys/1"


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(
        app,
        "export",
        "Écrit l'export de l'auditeur : événements, journal, clés publiques ; une reprise n'ajoute que le nouveau.",
        "Writes the auditor's export: events, log, public keys; repeated, it only adds what is new.",
    )(export)


_FirstDay = Annotated[
    str, typer.Option("--from", metavar="YYYY-MM-DD", help=say("Premier jour (UTC).", "First day (UTC)."))
]
_LastDay = Annotated[
    str, typer.Option("--to", metavar="YYYY-MM-DD", help=say("Dernier jour (UTC).", "Last day (UTC)."))
]
_Mission = Annotated[str, typer.Option("--mission", metavar="PAR", help=say("Une seule mission.", "One mission only."))]
_RevealTo = Annotated[
    str,
    typer.Option(
        "--reveal-to",
        metavar="KEY",
        help=say(
            "Clé publique de l'auditeur (hex, ou fichier) : il lira les données personnelles de l'export.",
            "The auditor's public key (hex, or a file): it will open the export's personal data.",
        ),
    ),
]
_Published = Annotated[
    Path | None,
    typer.Option("--log", metavar="DIR", help=say("Le journal publié, à copier.", "The published log, to copy.")),
]


def export(
    call: Call,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=say("Où écrire.", "Where to."))],
    since: _FirstDay = "",
    until: _LastDay = "",
    mission: _Mission = "",
    reveal_to: _RevealTo = "",
    log: _Published = None,
) -> int:
    """Export; 4 if the witnesses were too few for a checkpoint. What can be refused is, before the log is touched."""
    from sceau.cli_labels import in_words
    from sceau.cli_log_open import log_key
    from sceau.cli_output import emit, progress
    from sceau.cli_session import config_of
    from sceau.compose import open_store
    from sceau.ledger.export import Export, require_same
    from sceau.ledger.exported import LOG, Selection
    from sceau.ledger.log.directory import LogDirectory
    from sceau.ledger.log.repair import repair
    from sceau.ledger.selection import require_possible

    config = config_of(call)
    selection = Selection(as_day("--from", since) or None, as_day("--to", until) or None, mission or None)
    public = _public(reveal_to)
    require_same(directory, selection, public.hex())
    with closing(open_store(config.database, False)) as store:
        require_possible(store, selection)
        repair(LogDirectory(directory / LOG), store, log_key(config))
        size = _log(call, config, directory / LOG, log)
        if size is None:
            return cli_errors.AMBER
        with _revealed(call, config, public) as revealed, progress(call, call.say("export", "export")) as advance:
            made = Export(store, directory, config.state.origin, size, selection, revealed)
            done = made.write(_views(call, config, size), advance)
        _write_keys(config, store, directory)
    told = _told(done, directory)
    emit(call, told, lambda: in_words(call, told))
    return cli_errors.DONE


def _log(call: Call, config: "Config", target: Path, published: Path | None) -> int | None:
    """Bring the log of the export up to date; the size that its checkpoint covers, None without a quorum."""
    from sceau.cli_log_open import follower_of, log_key
    from sceau.cli_output import progress, warn
    from sceau.ledger.log.copy import copy_log, tidy
    from sceau.ledger.log.directory import LogDirectory

    if published is not None:
        size = copy_log(_published(published), LogDirectory(target), log_key(config))
        tidy(target)
        return size
    with follower_of(call, target) as follower, progress(call, call.say("journal", "log")) as advance:
        follower.start()
        step = follower.step(lambda done: advance(done, done))
    if step.published:
        tidy(target)
        return step.size
    warn(call, call.say("trop peu de témoins : pas d'export, répétez", "too few witnesses: no export, repeat"))
    return None


def _published(folder: Path) -> "LogDirectory":
    """The log to copy; FieldInvalid for an address, NotInstalled where nothing is published."""
    from sceau.ledger.log.directory import CHECKPOINT, LogDirectory

    if re.match("[a-z]+:/", str(folder)):
        raise FieldInvalid("--log", "a directory, not an address", "un dossier, pas une adresse")
    log = LogDirectory(folder)
    if log.find(CHECKPOINT) is None:
        raise cli_errors.NotInstalled(f"aucun journal publié dans {folder}", f"no log published in {folder}")
    return log


def _public(named: str) -> bytes:
    """The auditor's key, in hex or in a file; empty where none is named."""
    from sceau.keys import private_file
    from sceau.ledger.reveal import read_public

    file = Path(named)
    if not named:
        return b""
    return read_public(private_file.read(file).decode("utf-8", "replace") if file.is_file() else named)


@contextmanager
def _revealed(call: Call, config: "Config", public: bytes) -> "Iterator[Reveal | None]":
    """Whom the data keys are sealed to; the keystore is opened for nobody else."""
    from sceau.cli_session import passphrase_of
    from sceau.keys.keystore import Keystore
    from sceau.keys.vault import Vault
    from sceau.ledger.export import Reveal
    from sceau.ledger.stores.vault_sqlite import SqliteVaultStore

    if not public:
        yield None
        return
    kek = Keystore.open(config.keystore, passphrase_of(config, call)).secret("kek")
    data_keys = SqliteVaultStore(config.vault)
    vault = Vault(data_keys, kek, os.urandom)
    try:
        yield Reveal(public, lambda ids: vault.keys(set(ids) - data_keys.missing(ids)), os.urandom)
    finally:
        data_keys.close()


def _views(call: Call, config: "Config", size: int) -> dict[str, tuple[int, str]]:
    """The digests of the views without personal data, as the files say; none of a view that is further than the log."""
    from sceau.cli_output import warn
    from sceau.projections import view
    from sceau.projections.status import StatusView

    path = config.views / f"{StatusView.name}.db"
    if not path.exists():
        return {}
    try:
        with view.reading(path) as cursor:
            reached = view.position(cursor)
            return {StatusView.name: (reached, view.digest(cursor).hex())} if reached <= size else {}
    except view.ViewUnavailable as error:  # the auditor is told of no view, and needs none
        warn(call, error.say(call.language))
        return {}


def _write_keys(config: "Config", store: "Store", directory: Path) -> None:
    """The public halves: for comparison with what the auditor had from elsewhere."""
    from sceau.cli_log_open import log_key, policy_text
    from sceau.compose import root_public
    from sceau.ledger import envelope
    from sceau.ledger.exported import KEYS
    from sceau.whole_file import replace_file

    key = log_key(config)
    told = {
        "format": KEYS_FORMAT,
        "log": key.vkey,
        "policy": policy_text(config, key).decode("utf-8", "replace"),
        "root": root_public(config).read_text("ascii").strip(),
        "genesis": next((envelope.parse(row.state).kid.hex() for row in store.rows(0, 1)), ""),
    }
    replace_file(directory / KEYS, json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")


def _told(done: "Exported", directory: Path) -> dict[str, Any]:
    manifest = done.manifest
    return {
        "directory": str(directory),
        "size": manifest.size,
        "events": sum(chunk.events for chunk in manifest.chunks),
        "chunks": len(manifest.chunks),
        "written": done.written,
        "from": manifest.selection.since,
        "to": manifest.selection.until,
        "mission": manifest.selection.mission,
        "revealed_to": manifest.revealed_to,
    }
