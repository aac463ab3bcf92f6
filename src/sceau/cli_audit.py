"""`sceau audit`: replay everything; exit code 0 only when everything holds, else each event that does not is named.

It opens store, keystore and vault by itself: a ledger too damaged to issue from can still be audited.
"""

import json
import os
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau import cli_errors
from sceau.cli_options import Call, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.cli_output import Advance
    from sceau.config import Config
    from sceau.ledger.audit import Report


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(
        app,
        "audit",
        "Rejoue tout et vérifie tout : signatures, chaînes, feuilles, mandats, numéros, reçus.",
        "Replays and checks everything: signatures, chains, leaves, mandates, numbers, receipts.",
    )(audit)


@dataclass(frozen=True)
class Trusted:
    """What an auditor brings: the id of the key at index 0, and the head that was signed last."""

    genesis_kid: bytes
    head: Any
    kek: bytes = field(repr=False)  # opens the vault


def audit(
    call: Call,
    workers: Annotated[
        int,
        typer.Option(
            min=1, max=64, help=say("Processus ; plusieurs : sans le coffre.", "Processes; several: without the vault.")
        ),
    ] = 1,
    report_file: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help=say("Rapport JSON.", "Report as JSON."))
    ] = None,
) -> int:
    """Audit."""
    from sceau.cli_output import emit, progress, written
    from sceau.cli_session import config_of, passphrase_of

    config = config_of(call)
    trusted = trusted_of(config, passphrase_of(config, call))
    with written(report_file) as write, progress(call, call.say("audit", "audit")) as advance:
        found = run(config, trusted, workers, advance)
        told = told_of(found)
        write(json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
    emit(call, told, lambda: show(call, found))
    return cli_errors.DONE if found.holds else cli_errors.INTEGRITY


def trusted_of(config: "Config", passphrase: str) -> Trusted:
    """From the keystore: the ministry's event key began the ledger."""
    from sceau.compose import head_of
    from sceau.keys.keystore import Keystore

    keystore = Keystore.open(config.keystore, passphrase)
    genesis = keystore.signer(f"event:{config.state.ministry}").kid
    head = head_of(config, keystore)
    return Trusted(genesis, head, keystore.secret("kek"))


def run(config: "Config", trusted: Trusted, workers: int, advance: "Advance") -> "Report":
    """Audit in this process, or in several."""
    from sceau.compose import open_store
    from sceau.keys.vault import Vault
    from sceau.ledger import audit as ledger
    from sceau.ledger.stores.vault_sqlite import SqliteVaultStore

    origin = config.state.origin
    opened = partial(open_store, config.database, False)
    store = opened()
    size = store.size()
    if workers > 1:
        store.close()
        return ledger.audit_parallel(
            opened, origin, trusted.genesis_kid, trusted.head, workers, lambda done: advance(done, size)
        )
    data_keys = SqliteVaultStore(config.vault)
    vault = Vault(data_keys, trusted.kek, os.urandom)
    try:
        return ledger.audit(
            store, origin, trusted.genesis_kid, trusted.head, vault.unreadable, lambda done: advance(done, size)
        )
    finally:
        data_keys.close()
        store.close()


def told_of(found: "Report") -> dict[str, Any]:
    """The report as a value."""
    return {
        "holds": found.holds,
        "events": found.events,
        "signatures": found.signatures,
        "receipts": found.receipts,
        "data_keys": found.data_keys,
        "findings": [finding._asdict() for finding in found.findings],
    }


def show(call: Call, found: "Report") -> None:
    """What was checked, a line for each kind of check, and what does not hold."""
    from sceau.cli_output import facts, line, table

    if found.holds:
        line(call.say("Tout tient.", "Everything holds."), "bold green")
    else:
        line(
            call.say("Quelque chose ne tient pas : n'écrivez plus.", "Something does not hold: write no more."),
            "bold red",
        )
    line(call.say("Ce qui a été vérifié, et sur combien :", "What was checked, and on how many:"))
    facts(_checked(call, found))
    if found.findings:
        columns = ("code", "idx", call.say("objet", "stream"), call.say("constat", "finding"))
        table("", columns, [(one.code, one.idx, one.stream, one.detail) for one in found.findings])


def _checked(call: Call, found: "Report") -> dict[str, str]:
    """Each kind of check and its count; an event whose own bytes do not hold goes no further (ledger/audit.py)."""
    say, all_read, sound = call.say, found.events, found.signatures
    events, of_sound = say("événements", "events"), say("événements bien signés", "well-signed events")
    keys = str(found.data_keys) if found.data_keys else say("non vérifiées", "not checked")
    return {
        say("feuilles du journal", "leaves of the log"): f"{all_read} {events}",
        say("signatures et places", "signatures and places"): f"{sound} / {all_read} {events}",
        say("chaînes", "chains"): f"{sound} {of_sound}",
        say("états lus (read-sets)", "read-sets"): f"{sound} {of_sound}",
        say("mandats et droits", "mandates and entitlements"): f"{sound} {of_sound}",
        say("numéros sans trou", "numbers without gaps"): f"{sound} {of_sound}",
        say("reçus", "receipts"): f"{found.receipts} {say('commandes', 'commands')}",
        say("clés de données", "data keys"): keys,
        say("tête signée, préfixe du journal", "signed head, prefix of the log"): f"{all_read} {events}",
    }
