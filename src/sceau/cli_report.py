"""`sceau report REPORT.json --out page.html`: the auditor's report as a page for people."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sceau.cli_options import Call, command
from sceau.language import say


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(
        app,
        "report",
        "Fait d'un rapport de sceau-audit une page à lire et à imprimer.",
        "Makes a page to read and print of a report of sceau-audit.",
    )(report)


def report(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="REPORT.json", help=say("Le rapport.", "The report."))],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=say("La page HTML.", "The HTML page."))],
) -> None:
    """Write the page."""
    from sceau.cli_output import emit, line, written
    from sceau.cli_types import load_outside_types
    from sceau.desk.report_page import page
    from sceau.domain.errors import InputUnreadable

    try:
        told = json.loads(file.read_bytes())
    except OSError as error:
        raise InputUnreadable.of(file, error) from None
    except ValueError:
        raise InputUnreadable(f"{file}: not JSON", why_fr=f"{file} : pas du JSON") from None
    load_outside_types()  # their titles
    html = page(told, call.language)
    with written(out) as write:
        write(html.encode())
    emit(call, {"out": str(out)}, lambda: line(str(out)))
