"""`sceau log signer`: signs the log's heads, in a process of its own, and begins a log with `--init`."""

from pathlib import Path
from typing import Annotated

import typer

from sceau.cli_options import Call, command
from sceau.language import say


def add_to(log: typer.Typer) -> None:
    """Declare the command."""
    command(
        log,
        "signer",
        "Signe les têtes, dans un processus à part.",
        "Signs the heads, in a process of its own.",
    )(signer)


def signer(
    call: Call,
    socket: Annotated[Path, typer.Argument(metavar="SOCKET", help=say("Socket Unix.", "Unix socket."))],
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="DIR", help=say("Dossier du signataire, à part.", "The signer's own folder.")),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option("--init", metavar="ORIGIN", help=say("Fonder ce journal d'abord.", "Begin this log first.")),
    ] = None,
) -> None:
    """Serve until stopped, with a keystore and a state of its own, or those of the installation."""
    from sceau.cli_log_open import signer_at_home, signer_in
    from sceau.cli_output import step
    from sceau.ledger.log.signer_process import serve

    if origin is not None:
        _begin(call, state, origin)
    holder = signer_in(call, state) if state else signer_at_home(call)
    name = holder.verifier.name
    said = call.say(f"le signataire de {name} répond à {socket}", f"the signer of {name} answers at {socket}")
    serve(socket.absolute(), holder, lambda: step(call, said))


def _begin(call: Call, folder: Path | None, origin: str) -> None:
    """A key of its own and the state of an empty log: made once, before the installation is founded with it."""
    import os

    from sceau.cli_passphrase import passphrase_in
    from sceau.domain.errors import InputUnreadable
    from sceau.keys.keyring import Algorithm, Purpose
    from sceau.keys.keystore import Keystore
    from sceau.ledger.log.signer import StateFile
    from sceau.tlog.note import require_name

    if folder is None:
        raise typer.BadParameter(call.say("--init va avec --state", "--init goes with --state"))
    require_name(origin)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keystore = Keystore.create(folder / "keystore", passphrase_in(folder, call, True), os.urandom)
        key = keystore.add("head", Purpose.CHECKPOINT, Algorithm.ED25519, os.urandom)
        made = StateFile(folder / "head.json", origin, key)
        made.create()
        (folder / "log.vkey").write_text(made.verifier.vkey + "\n", "utf-8")
    except OSError as error:
        raise InputUnreadable.of(error.filename or folder, error) from None
