"""`sceau demo`: see demo.py."""

from pathlib import Path
from typing import Annotated

import typer

from sceau.cli_options import Call, command
from sceau.language import say


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(
        app,
        "demo",
        "Délivre, imprime, scanne, révoque, falsifie et audite, sur un registre d'essai.",
        "Issues, prints, scans, revokes, forges and audits, on a ledger to play with.",
    )(demo)


def demo(
    call: Call,
    directory: Annotated[
        Path, typer.Option("--directory", metavar="DIR", help=say("Où tout va.", "Where everything goes."))
    ] = Path("demo"),
) -> int:
    """Run the demonstration; running it twice is safe."""
    from sceau.domain.errors import MissingPart

    try:
        from sceau import demo as demonstration
    except ImportError as error:
        raise MissingPart("issue,print,image") from error
    return demonstration.run(call, directory)
