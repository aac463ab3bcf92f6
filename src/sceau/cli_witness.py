"""`witness init | log add | serve | show`: a witness of tamper-evident logs, ours or anybody's (c2sp.org/tlog-witness).

It needs neither database nor installation: one folder of its own, and the part `api`.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau import cli_errors
from sceau.cli_help import group
from sceau.cli_options import Call, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.tlog.note import Verifier
from sceau.witness.state import State

_VKEY_MAX = 4096
_Folder = Annotated[Path, typer.Argument(metavar="DIR", help=say("Dossier du témoin.", "The witness's folder."))]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    witness = group("Un témoin de journaux (C2SP).", "A witness of logs (C2SP).")
    command(witness, "init", "Fonde un témoin : ses clés et son dossier.", "Founds a witness: its keys and folder.")(
        init
    )
    command(
        witness,
        "serve",
        "Sert le témoin : POST add-checkpoint, et GET des têtes attestées.",
        "Serves the witness: POST add-checkpoint, and GET of the heads cosigned.",
    )(serve)
    command(
        witness,
        "show",
        "Montre les journaux attestés : tailles et heures.",
        "Shows the logs witnessed: sizes and times.",
    )(show)
    logs = group("Les journaux attestés.", "The logs witnessed.")
    command(logs, "add", "Atteste désormais ce journal.", "Witnesses this log from now on.")(add_log)
    witness.add_typer(logs, name="log")
    app.add_typer(witness, name="witness")


def init(
    call: Call,
    folder: _Folder,
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar="witness.example/w1",
            help=say("Son nom public : une adresse sans schéma.", "Its public name: a URL without scheme."),
        ),
    ],
    mldsa44: Annotated[
        bool,
        typer.Option(
            "--ml-dsa-44",
            help=say(
                "Signe aussi en ML-DSA-44, contre l'ordinateur quantique.",
                "Also signs with ML-DSA-44, against quantum computers.",
            ),
        ),
    ] = False,
) -> None:
    """Found a witness."""
    from sceau.cli_output import emit, line
    from sceau.cli_passphrase import passphrase_in
    from sceau.witness.home import found

    verifiers = found(folder, name, passphrase_in(folder, call, confirm=True), os.urandom, mldsa44)
    vkeys = [verifier.vkey for verifier in verifiers]
    emit(call, {"name": name, "home": str(folder), "vkeys": vkeys}, lambda: line("\n".join(vkeys)))


def add_log(
    call: Call,
    folder: _Folder,
    vkey: Annotated[
        str, typer.Argument(metavar="VKEY|FILE", help=say("Clé publique du journal.", "The log's public key."))
    ],
) -> None:
    """Witness a log."""
    from sceau.cli_output import emit, line
    from sceau.tlog.add_checkpoint import log_id
    from sceau.witness.home import state_of
    from sceau.witness.logs import enrol

    _require_home(folder)
    log = _log_key(vkey)
    enrol(folder / "logs", state_of(folder)[1], log)
    told = {"origin": log.name, "id": log_id(log.name), "vkey": log.vkey}
    emit(call, told, lambda: line(call.say(f"{log.name} est attesté", f"{log.name} is witnessed")))


def serve(
    call: Call,
    folder: _Folder,
    host: Annotated[str, typer.Option("--host", help=say("Adresse d'écoute.", "Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port.")] = 8170,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="/w1", help=say("Avant chaque chemin.", "Before every path."))
    ] = "",
) -> None:
    """Serve until stopped; a witness whose state is lost does not start."""
    from sceau.cli_output import warn
    from sceau.cli_passphrase import passphrase_in
    from sceau.domain.errors import FieldInvalid, MissingPart

    try:
        from sceau.witness import app
    except ImportError:
        raise MissingPart("api") from None
    from sceau.witness.home import identity, opened

    if prefix and not (prefix.startswith("/") and prefix.isascii() and not prefix.endswith("/")):
        raise FieldInvalid("--prefix", "must be like /w1", "doit être comme /w1")
    _require_home(folder)
    witness = opened(folder, passphrase_in(folder, call))
    witness.require_whole()
    warn(call, f"{identity(folder)[0].name}: http://{host}:{port}{prefix}/add-checkpoint")
    app.serve(witness, time.time, host, port, prefix)


def show(call: Call, folder: _Folder) -> int:
    """Show the logs; 5 if the witness is retired for one of them."""
    from sceau.cli_output import emit, line, table
    from sceau.witness.home import identity, state_of

    _require_home(folder)
    vkeys = [verifier.vkey for verifier in identity(folder)]
    logs, state = state_of(folder)
    rows = [_row(call, state, log) for log in logs.current().values()]

    def shown() -> None:
        for vkey in vkeys:
            line(vkey)
        columns = (call.say("Journal", "Log"), call.say("Taille", "Size"), call.say("Attesté", "Cosigned"), "")
        cells = [(row["origin"], row["size"], row["cosigned_at"], _remark(call, row)) for row in rows]
        nothing = call.say("aucun journal : « sceau witness log add »", "no log: 'sceau witness log add'")
        table("", columns, cells, ["red" if row["problem"] or row["fork"] else "" for row in rows], nothing)

    emit(call, {"name": identity(folder)[0].name, "vkeys": vkeys, "logs": rows}, shown)
    return cli_errors.INTEGRITY if any(row["problem"] for row in rows) else cli_errors.DONE


def _row(call: Call, state: "State", log: "Verifier") -> dict[str, Any]:
    from sceau.domain.errors import SceauError
    from sceau.tlog.add_checkpoint import log_id

    row = {"origin": log.name, "id": log_id(log.name), "vkey": log.vkey, "size": None, "root": None}
    row |= {"cosigned_at": None, "fork": None, "problem": None}
    try:
        with state.held(log) as record:
            kept, fork = record.kept, record.fork
    except SceauError as error:
        return row | {"problem": error.say(call.language)}
    at = datetime.fromtimestamp(kept.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if kept.note else None
    size, root = kept.checkpoint.size, kept.checkpoint.root.hex()
    return row | {"size": size, "root": root, "cosigned_at": at, "fork": str(fork) if fork.exists() else None}


def _remark(call: Call, row: dict[str, Any]) -> str:
    if row["problem"]:
        return str(row["problem"])
    forked = call.say("le journal a signé deux têtes (--json dit où)", "the log signed two heads (--json tells where)")
    return forked if row["fork"] else ""


def _log_key(given: str) -> "Verifier":
    """The key given, or that of the first line of the file given; InputUnreadable for anything else."""
    from sceau.cli_input import read_bytes
    from sceau.domain.errors import InputUnreadable, NoteInvalid
    from sceau.tlog.note import parse_vkey

    text = (
        given if "+" in given and not Path(given).exists() else read_bytes(given, _VKEY_MAX).decode("utf-8", "replace")
    )
    try:
        return parse_vkey(text.strip().removeprefix("log "))
    except NoteInvalid as error:
        raise InputUnreadable(error.detail, why_fr="pas une clé de journal (vkey)") from None


def _require_home(folder: Path) -> None:
    if not (folder / "witness").exists():
        raise cli_errors.NotInstalled(
            f"aucun témoin dans {folder} : lancez d'abord « sceau witness init {folder} --name NOM »",
            f"no witness in {folder}: run 'sceau witness init {folder} --name NAME' first",
        )
