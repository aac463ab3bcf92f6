"""What went wrong, told once: on stderr, in the reader's language, without a traceback, with an exit code to rely on.

    0   done; a scan: VALID             4   a scan: amber: nothing settles it, or VALID by old lists
    1   a scan: red, not valid          5   integrity: stop, or an audit found something
    2   misuse of the command line      6   database unavailable: repeat, what writes with the same --command-id
    3   request refused                 7   an installation, lists or a part of the program is missing
    70  a fault in sceau itself

With --json the error is {"code": ..., "message": ...} on one line.
"""

import json
import os
import sys
import traceback

from sceau.domain.errors import (
    InputUnreadable,
    IntegrityError,
    LogUnavailable,
    MissingPart,
    SceauError,
    StoreUnavailable,
)
from sceau.language import say

DONE, RED, USAGE, REFUSED, AMBER, INTEGRITY, UNAVAILABLE, MISSING, FAULT = 0, 1, 2, 3, 4, 5, 6, 7, 70
INTERRUPTED = 130
_SPACES = "\n\u00a0\u202f"  # French typography breaks no line between a number and its unit
EXIT_CODES = (
    (DONE, "fait ; scan : VALID", "done; scan: VALID"),
    (RED, "scan : non valable (rouge)", "scan: not valid (red)"),
    (USAGE, "commande mal écrite", "misuse of the command line"),
    (REFUSED, "demande refusée, rien n'est écrit", "request refused, nothing written"),
    (
        AMBER,
        "scan : orange, rien ne tranche, ou VALID (orange : listes anciennes)",
        "scan: amber, nothing settles it, or VALID (amber: old lists)",
    ),
    (INTEGRITY, "intégrité : arrêtez ; l'audit a trouvé", "integrity: stop; the audit found something"),
    (UNAVAILABLE, "base indisponible : répétez avec --command-id", "database unavailable: repeat with --command-id"),
    (
        MISSING,
        "installation, listes ou partie du programme absentes",
        "an installation, lists or a part of the program is missing",
    ),
    (FAULT, "panne de sceau lui-même", "a fault in sceau itself"),
)


class NotInstalled(InputUnreadable):
    """There is no installation, or there are no lists, where they were looked for; told in French and English."""

    fr = "{why_fr}"
    en = "{detail}"

    def __init__(self, french: str, english: str) -> None:
        super().__init__(english, why_fr=french)


class NotWritten(StoreUnavailable):
    """Carried out and recorded, but the result could not be written; the same command id gives it again."""

    code = "cli.not_written"
    fr = "{number} est enregistré, mais son papier n'a pu être écrit ({why_fr}) : répétez avec le même identifiant"
    en = "{number} is recorded, but its paper could not be written ({detail}): repeat with the same command id"

    def __init__(self, number: str, why: SceauError) -> None:
        super().__init__(why.say("en"), number=number, why_fr=why.say("fr"))


def exit_code_of(error: SceauError) -> int:
    """The row of the table for this error."""
    if isinstance(error, MissingPart | NotInstalled):
        return MISSING
    if isinstance(error, StoreUnavailable | LogUnavailable):
        return UNAVAILABLE
    return INTEGRITY if isinstance(error, IntegrityError) else REFUSED


def report(error: SceauError, as_json: bool, language: str, command_id: bytes = b"") -> int:
    """Tell of a refusal or failure; returns the exit code. The command id is told where repeating needs it."""
    told = {"code": error.code, "message": error.say(language)}
    if isinstance(error, IntegrityError) and command_id:  # it may have been carried out before this went wrong
        told["command_id"] = command_id.hex()
    elif isinstance(error, StoreUnavailable):  # nothing was to be written under an id of its own
        told["message"] = say(
            f"base de données indisponible ({error.detail})", f"database unavailable ({error.detail})", language
        )
    tell(told, as_json)
    return exit_code_of(error)


def report_fault(error: Exception, as_json: bool, language: str, command_id: bytes = b"") -> int:
    """Tell of a bug: what it was, how to see where, and the command's id; SCEAU_DEBUG=1 shows the traceback."""
    if os.environ.get("SCEAU_DEBUG"):
        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}"[:300]
    message = say(
        f"panne de sceau ({what}) ; répétez avec SCEAU_DEBUG=1 et signalez-la",
        f"a fault in sceau ({what}); repeat with SCEAU_DEBUG=1 and report it",
        language,
    )
    told = {"code": "internal", "message": message}
    tell({**told, "command_id": command_id.hex()} if command_id else told, as_json)
    return FAULT


def tell(told: dict[str, str], as_json: bool) -> None:
    """One error on stderr."""
    if as_json:
        sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    sys.stderr.write(f"sceau: {told['code']}: {printable(told['message'])}\n")
    if "command_id" in told:
        sys.stderr.write(f"       --command-id {told['command_id']}\n")


def printable(text: str) -> str:
    """The text without what could drive a terminal: papers and files come from strangers."""
    return "".join(char if char.isprintable() or char in _SPACES else "\ufffd" for char in text)
