"""`sceau`: everything a mission, an operator or an officer at a border does, from the command line.

Exit codes stand in cli_errors.py and at the end of `sceau --help`. Each command imports what it needs when it runs: the
checker works without database, keys or printer, and help comes at once.
"""

import sys
from typing import Annotated

import typer

from sceau import (
    __version__,
    cli_acts,
    cli_audit,
    cli_checker,
    cli_clock,
    cli_demo,
    cli_documents,
    cli_erase,
    cli_errors,
    cli_export,
    cli_history,
    cli_import,
    cli_log,
    cli_pack,
    cli_prove,
    cli_register,
    cli_report,
    cli_serve,
    cli_setup,
    cli_trust,
    cli_types,
    cli_upkeep,
    cli_witness,
)
from sceau.cli_help import Group
from sceau.cli_usage import in_french
from sceau.language import LANGUAGE, say

_EPILOG = say("Codes de sortie — ", "Exit codes — ") + " · ".join(
    f"{code} {say(fr, en)}" for code, fr, en in cli_errors.EXIT_CODES
)

app = typer.Typer(
    cls=Group,
    subcommand_metavar=say("COMMANDE [ARGUMENTS]...", "COMMAND [ARGS]..."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
    help=say(
        "Registre signé de l'état civil, des papiers d'identité et des visas, et son vérificateur hors ligne.",
        "A signed ledger of civil status, identity papers and visas, and its offline checker.",
    ),
)
for part in (
    cli_demo,
    cli_setup,
    cli_trust,
    cli_acts,
    cli_documents,
    cli_erase,
    cli_checker,
    cli_clock,
    cli_serve,
    cli_register,
    cli_history,
    cli_audit,
    cli_export,
    cli_report,
    cli_log,
    cli_pack,
    cli_prove,
    cli_upkeep,
    cli_import,
    cli_types,
    cli_witness,
):
    part.add_to(app)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"sceau {__version__}\n")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("La version.", "The version."))
    ] = False,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="fr|en", help=say("Langue des messages.", "Language of messages."))
    ] = None,
) -> None:
    """`lang` counts when the program starts (language.py)."""


def main() -> None:
    """The program: a misused command line is told like any other error."""
    as_json = "--json" in sys.argv
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        code = cli_errors.INTERRUPTED
    except KeyboardInterrupt:
        code = cli_errors.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has gone
        code = cli_errors.DONE
    except Exception as error:
        code = _misused(error, as_json)
    sys.exit(code)


def _misused(error: Exception, as_json: bool) -> int:
    message = getattr(error, "format_message", None)
    if message is None:
        return cli_errors.report_fault(error, as_json, LANGUAGE)
    text = in_french(message()) if LANGUAGE == "fr" else message()
    if text or as_json:  # without arguments, the help was shown instead
        cli_errors.tell({"code": "usage", "message": text or say("voir --help", "see --help")}, as_json)
    return cli_errors.USAGE
