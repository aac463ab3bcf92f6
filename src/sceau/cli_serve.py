"""`sceau serve`, and what goes with it: the key that signs receipts, a receipt that somebody brings, reports of fraud.

receipt key   --receipt-key DIR     DIR/keystore, made by `sceau receipt-key DIR`; its passphrase as any keystore's
reports       --reports DIR         one file a day (verify_api/reports.py), told by `sceau reports DIR`
"""

import os
import time
from base64 import b64decode
from binascii import Error as NotBase64
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sceau import cli_errors
from sceau.cli_checker import RootKey, memory_file_of, root_public
from sceau.cli_options import Call, command, option
from sceau.language import say

if TYPE_CHECKING:
    from sceau.keys.keyring import Signer

_NAME = "receipt"
_Keys = Annotated[Path, typer.Argument(metavar="DIR", help=say("Dossier de la clé.", "The key's folder."))]

_Log = Annotated[Path | None, option("DIR", "Le journal, servi sous /log/.", "The log, served under /log/.", "--log")]
_Official = Annotated[
    str | None,
    option(
        "verif.example", "L'hôte officiel que portent les codes.", "The official host that codes bear.", "--official"
    ),
]
_ReceiptKey = Annotated[
    Path | None,
    option("DIR", "La clé des attestations de contrôle.", "The key that signs receipts.", "--receipt-key"),
]
_Reports = Annotated[
    Path | None,
    option("DIR", "Où garder les signalements de fraude.", "Where to keep reports of suspected fraud.", "--reports"),
]
_Scans = Annotated[
    int,
    typer.Option("--scans", min=1, help=say("Codes en lots, par client et minute.", "Codes in batches, by minute.")),
]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    command(
        app,
        "serve",
        "Sert le vérificateur public à partir du seul dossier publié.",
        "Serves the public checker from the published directory alone.",
    )(serve)
    command(
        app,
        "receipt-key",
        "Fait la clé qui signe les attestations de contrôle.",
        "Makes the key that signs receipts.",
    )(receipt_key)
    command(
        app,
        "receipt",
        "Lit une attestation de contrôle : qui l'a signée, ce qu'elle dit.",
        "Reads a receipt: who signed it, what it says.",
    )(receipt)
    command(
        app, "reports", "Montre les signalements de fraude reçus.", "Shows the reports of suspected fraud received."
    )(reports)


def serve(
    call: Call,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=say("Dossier publié.", "Published directory."))],
    root: RootKey = None,
    host: Annotated[str, typer.Option("--host", help=say("Adresse d'écoute.", "Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port.")] = 8169,
    log: _Log = None,
    official: _Official = None,
    receipt_key: _ReceiptKey = None,
    reports: _Reports = None,
    scans: _Scans = 6000,
) -> None:
    """Serve until stopped."""
    from sceau.cli_output import warn
    from sceau.domain.errors import MissingPart

    try:
        from sceau.verify_api import app
        from sceau.verify_api.service import Settings
    except ImportError:
        raise MissingPart("api") from None
    _require_folders(directory, log, reports)
    public = root_public(call, root, directory)
    settings = Settings(
        directory,
        public,
        time.time,
        memory_file_of(public),
        official,
        scans=f"{scans}/minute",
        log=log,
        reports=reports,
        receipt_signer=_signer(call, receipt_key) if receipt_key else None,
    )
    warn(call, f"http://{host}:{port}/  ({call.say('Ctrl-C pour arrêter', 'Ctrl-C stops it')})")
    app.serve(settings, host, port)


def receipt_key(call: Call, folder: _Keys) -> None:
    """Make a key and say its public half."""
    from sceau.cli_output import emit, line
    from sceau.cli_passphrase import passphrase_in
    from sceau.domain.errors import FieldInvalid
    from sceau.domain.system_words import french
    from sceau.keys.keyring import Algorithm, Purpose
    from sceau.keys.keystore import Keystore

    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FieldInvalid("DIR", f"{folder}: {error.strerror}", f"{folder} : {french(error)}") from None
    keystore = Keystore.create(folder / "keystore", passphrase_in(folder, call, confirm=True), os.urandom)
    public = keystore.add(_NAME, Purpose.RECEIPT, Algorithm.ED25519, os.urandom).public.hex()
    emit(call, {"public": public, "home": str(folder)}, lambda: line(public))


def receipt(
    call: Call,
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help=say("L'attestation, binaire ou en Base64.", "The receipt, binary or in Base64.")
        ),
    ],
    key: Annotated[
        str,
        typer.Option(
            "--key",
            envvar="SCEAU_RECEIPT_KEY",
            metavar="HEX|FILE",
            help=say("Clé publique du vérificateur qui l'a signée.", "Public key of the checker that signed it."),
        ),
    ],
) -> None:
    """Read a receipt; what is not signed by the key is refused."""
    from sceau.cli_input import public_key, read_bytes
    from sceau.cli_output import emit, facts
    from sceau.verify_api.receipt import SIZE_MAX, read_receipt

    public = public_key(key, "--key: give", "--key : donnez")
    told = read_receipt(_message(read_bytes(source, 2 * SIZE_MAX)), public).to_json()
    lists = {
        f"{call.say(*_LISTS[name])} {one['authority']}": f"n° {one['version']}"
        for name, one in told["lists"].items()
        if one
    }
    shown = {
        call.say("Contrôlé", "Checked"): told["at"],
        call.say("Réponse", "Answer"): " ".join([told["code"], *told["notes"]]),
        call.say("Identifiant du sceau", "Seal identifier"): told["seal_id"],
        **lists,
    }
    emit(call, told, lambda: facts(shown))


def reports(
    call: Call, folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("Leur dossier.", "Their folder."))]
) -> None:
    """Show the reports, oldest first."""
    from sceau.cli_output import emit
    from sceau.cli_reports import show
    from sceau.domain.errors import MissingPart

    try:
        from sceau.verify_api.reports import Reports
    except ImportError:
        raise MissingPart("api") from None
    _require_folders(folder)
    found = list(Reports(folder).read())
    emit(call, found, lambda: show(call, found))


_LISTS = {
    "trust": ("Liste de confiance", "Trust list"),
    "status": ("Liste de statut", "Status list"),
    "issued": ("Liste des documents délivrés", "List of issued documents"),
}


def _message(given: bytes) -> bytes:
    """The receipt itself, however it was kept."""
    try:
        return b64decode(given.strip(), validate=True)
    except NotBase64:
        return given


def _signer(call: Call, folder: Path) -> "Signer":
    from sceau.cli_passphrase import passphrase_in
    from sceau.keys.keystore import Keystore

    if not (folder / "keystore").exists():
        raise cli_errors.NotInstalled(
            f"aucune clé dans {folder} : lancez d'abord « sceau receipt-key {folder} »",
            f"no key in {folder}: run 'sceau receipt-key {folder}' first",
        )
    return Keystore.open(folder / "keystore", passphrase_in(folder, call)).signer(_NAME)


def _require_folders(directory: Path, log: Path | None = None, reports: Path | None = None) -> None:
    """NotInstalled unless they are there."""
    for folder, first in ((directory, f"sceau publish {directory}"), (reports, f"mkdir {reports}")):
        if folder is not None and not folder.is_dir():
            raise cli_errors.NotInstalled(
                f"{folder} : dossier absent ; lancez d'abord « {first} »",
                f"{folder}: no such directory; run '{first}' first",
            )
    if log is not None and not (log / "checkpoint").is_file():
        raise cli_errors.NotInstalled(
            f"{log} : pas de journal ; lancez d'abord « sceau log publish {log} »",
            f"{log}: no log there; run 'sceau log publish {log}' first",
        )
