"""`sceau issue | print | deliver | revoke | suspend | resume`: the life of a document.

    issue   checked on paper -> warned of a likely duplicate -> signed and stored -> printed        in this order

`issue` and `print_copy` are what the demonstration calls too. The print of an issuance has an id made of the
issuance's, so the whole command repeated with one --command-id issues and prints once.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau import cli_errors
from sceau.cli_options import ID_SIZE, Call, command
from sceau.cli_prove import LogFolder, log_of, state_of
from sceau.domain.document_type import Label
from sceau.domain.reasons import CLERK_REASONS, RESUMING, WAIVERS
from sceau.language import say

if TYPE_CHECKING:
    from sceau.cli_session import Session
    from sceau.desk.counter import Printed
    from sceau.ledger.log.prove import PublishedLog

KNOWN = ("type", "act", "values")
_Number = Annotated[str, typer.Argument(metavar="NPA260001", help=say("Numéro du document.", "The document's number."))]
_Note = Annotated[str, typer.Option("--note", metavar="TEXT", help=say("Précision ; chiffrée.", "A note; encrypted."))]


def _reason(known: Mapping[str, Label]) -> Any:
    """A word of a list, by its code or in the reader's language; it stands in clear."""
    words = ", ".join(f"{code} ({say(label.fr, label.en)})" for code, label in known.items())
    return typer.Option("--reason", metavar="WORD", help=say("Motif, en clair : ", "Reason, in clear: ") + words)


_Reason = Annotated[str, _reason(CLERK_REASONS)]
_Resuming = Annotated[str, _reason(RESUMING)]
_WAIVER_HELP = say("Pourquoi sans droits : ", "Why no fee is due: ") + ", ".join(WAIVERS)
_Waiver = Annotated[str | None, typer.Option("--waiver", metavar="WORD", help=_WAIVER_HELP)]
_Out = Annotated[
    Path | None, typer.Option("--out", metavar="PDF", help=say("Où écrire le PDF.", "Where the PDF goes."))
]


def _text(fr: str, en: str, metavar: str, *flags: str) -> Any:
    return typer.Option(*flags, metavar=metavar, help=say(fr, en))


def _flag(fr: str, en: str, *flags: str) -> Any:
    return typer.Option(*flags, help=say(fr, en))


@dataclass(frozen=True, slots=True)
class Request:
    """A document that is asked for."""

    type: str
    values: Mapping[str, str]
    act: str | None = None
    supersedes: str | None = None
    waiver: str | None = None


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    command(app, "issue", "Délivre un document.", "Issues a document.", acting=True)(issue_document)
    command(
        app,
        "print",
        "Imprime une copie ; chaque impression est un événement.",
        "Prints a copy; each print is an event.",
        acting=True,
    )(print_document)
    command(app, "deliver", "Constate la remise.", "Records the delivery.", acting=True)(deliver)
    command(app, "revoke", "Révoque un document pour toujours.", "Revokes a document for good.", acting=True)(revoke)
    command(app, "suspend", "Suspend un document.", "Suspends a document.", acting=True)(suspend)
    command(app, "resume", "Lève une suspension.", "Ends a suspension.", acting=True)(resume)


def issue(session: "Session", by: Mapping[str, Any], request: Request, confirmed: bool, on_paper: bool) -> str:
    """Issue and return the number; ConfirmationRequired if the holder seems to have such a document already.

    With `on_paper`, what cannot be typeset is refused before it is signed.
    """
    asked = command_of(request, by)
    if session.earlier(by["command_id"]) is None:
        if on_paper:
            preview_of(session, asked)
        if not confirmed and request.supersedes is None:
            values = session.ledger.issuance.preview(asked).values
            session.refuse_duplicate(request.type, values, by["command_id"])
    return session.execute(asked).number


def print_copy(session: "Session", by: Mapping[str, Any], number: str, log: "PublishedLog | None" = None) -> "Printed":
    """Record a print and draw it (desk/counter.py), with its proof where a log is given."""
    from sceau.cli_prove import printed

    return printed(session, by, number, log)


def print_id(command_id: bytes) -> bytes:
    """The id of the print that goes with an issuance."""
    return hashlib.sha256(b"sceau.cli/print" + command_id).digest()[:ID_SIZE]


def issue_document(
    call: Call,
    type_code: Annotated[str, typer.Argument(metavar="TYPE", help=say("Voir « sceau types ».", "See 'sceau types'."))],
    source: Annotated[str | None, _text("Fichier JSON, ou -.", "JSON file, or -.", "FILE", "--from")] = None,
    out: _Out = None,
    act: Annotated[str | None, _text("Numéro de l'acte.", "The act's number.", "N")] = None,
    preview: Annotated[
        bool,
        _flag(
            "Le papier, marqué PROJET ; rien n'est écrit.", "The paper, marked PROJET; nothing is written.", "--preview"
        ),
    ] = False,
    confirmed: Annotated[
        bool, _flag("Malgré un document semblable.", "Despite a similar one.", "--confirm-duplicate")
    ] = False,
    supersedes: Annotated[str | None, _text("Document remplacé.", "The document it replaces.", "N")] = None,
    waiver: _Waiver = None,
    log: LogFolder = None,
) -> None:
    """Issue a document, or show what it would be."""
    from sceau.cli_labels import in_words
    from sceau.cli_output import emit, written
    from sceau.cli_session import opened
    from sceau.domain.errors import FieldInvalid

    by = call.by
    request = _request(type_code, source, act, supersedes, waiver)
    if preview and out is None:
        raise FieldInvalid("--out", "a preview needs a place", "un projet doit être écrit quelque part")
    with opened(call) as session, written(out) as write:
        published = log_of(session.config, log) if log is not None else None
        if preview:
            write(preview_of(session, command_of(request, by)))
            told = {"preview": str(out)}
        else:
            number = issue(session, by, request, confirmed, out is not None)
            printing = {**by, "command_id": print_id(call.command_id)}
            told = {"number": number, **_printed(session, printing, number, out, write, published)}
    emit(call, told, lambda: in_words(call, told))


def print_document(
    call: Call,
    number: _Number,
    out: _Out = None,
    confirmed: Annotated[
        bool, _flag("Bien que l'acte ait changé.", "Although the act has changed.", "--confirm-stale")
    ] = False,
    log: LogFolder = None,
) -> None:
    """Print a copy."""
    from sceau.cli_labels import in_words
    from sceau.cli_output import emit, warn, written
    from sceau.cli_session import opened
    from sceau.domain.errors import FieldInvalid

    by = call.by
    if out is None:
        raise FieldInvalid("--out", "missing", "manque")
    with opened(call) as session, written(out) as write:
        published = log_of(session.config, log) if log is not None else None
        _confirm_stale(call, session, number, confirmed)
        told = {"number": number, **_printed(session, by, number, out, write, published)}
        from sceau.desk.counter import drawn_as_recorded

        if not drawn_as_recorded(session.counter, number):
            warn(
                call,
                call.say(
                    "le modèle, le moteur ou les polices ne sont plus ceux de la délivrance",
                    "template, engine or fonts are no longer those of the issuance",
                ),
            )
    emit(call, told, lambda: in_words(call, told))


def deliver(call: Call, number: _Number) -> None:
    """Record the delivery."""
    from sceau.ledger.commands import DeliverDocument

    _carry_out(call, DeliverDocument(number=number, **call.by), "delivered")


def revoke(call: Call, number: _Number, reason: _Reason, note: _Note = "") -> None:
    """Revoke for good."""
    from sceau.ledger.commands import RevokeDocument

    _with_reason(call, RevokeDocument, number, reason, note, "revoked")


def suspend(call: Call, number: _Number, reason: _Reason, note: _Note = "") -> None:
    """Suspend."""
    from sceau.ledger.commands import SuspendDocument

    _with_reason(call, SuspendDocument, number, reason, note, "suspended")


def resume(call: Call, number: _Number, reason: _Resuming, note: _Note = "") -> None:
    """End a suspension."""
    from sceau.ledger.commands import ResumeDocument

    _with_reason(call, ResumeDocument, number, reason, note, "issued")


def _request(code: str, source: str | None, act: str | None, supersedes: str | None, waiver: str | None) -> Request:
    """What is asked for, from the file and the command line."""
    from sceau.cli_input import read_object, same, text_in, values_in
    from sceau.cli_session import today
    from sceau.cli_types import load_outside_types
    from sceau.domain.document_type import document_type

    load_outside_types()
    declared = document_type(code)
    found = read_object(source, KNOWN) if source is not None else {}
    same("type", code, text_in(found, "type"))
    named = text_in(found, "act")
    if act is None and named is not None and not named.startswith("@"):  # "@birth-1": examples name acts so
        act = named
    return Request(code, values_in(found, declared, today()), act, supersedes, waiver)


def command_of(request: Request, by: Mapping[str, Any]) -> Any:
    """The request as a command of the ledger."""
    from sceau.ledger.commands import IssueDocument

    return IssueDocument(
        type=request.type,
        values=request.values,
        act=request.act,
        supersedes=request.supersedes,
        waiver=request.waiver,
        **by,
    )


def preview_of(session: "Session", asked: Any) -> bytes:
    """The paper that a command would issue (desk/counter.py)."""
    counter = session.counter
    from sceau.desk.counter import preview

    return preview(counter, asked)


def _printed(
    session: "Session", by: Mapping[str, Any], number: str, out: Path | None, write: Any, log: "PublishedLog | None"
) -> dict[str, Any]:
    """Print where a place is given, and say which copy it is, and how far its proof goes."""
    if out is None:
        return {}
    from sceau.domain.errors import FieldInvalid

    printed = print_copy(session, by, number, log)
    try:
        write(printed.pdf)
    except FieldInvalid as error:
        raise cli_errors.NotWritten(number, error) from None
    return {"copy": printed.copy, "pdf": str(out), **({"proof": state_of(printed.proof)} if log else {})}


def _confirm_stale(call: Call, session: "Session", number: str, confirmed: bool) -> None:
    """ConfirmationRequired before a copy of what its act no longer says; told again where that is meant."""
    from sceau.cli_output import warn
    from sceau.cli_show import standing_of
    from sceau.domain.errors import ConfirmationRequired
    from sceau.domain.standing import ACT_CHANGED

    if session.earlier(call.command_id) is not None or standing_of(session, number)[1] != ACT_CHANGED:
        return
    why = f"{number} is out of date: its act has changed since; issue a new extract"
    why_fr = f"{number} n'est plus à jour : son acte a changé depuis ; délivrez un nouvel extrait"
    if not confirmed:
        raise ConfirmationRequired(why, why_fr, "--confirm-stale")
    warn(call, call.say(why_fr, why))


def _with_reason(call: Call, kind: Any, number: str, reason: str, note: str, state: str) -> None:
    from sceau.domain.text import clean

    _carry_out(call, kind(number=number, reason=reason, note=clean(note), **call.by), state)


def _carry_out(call: Call, asked: Any, state: str) -> None:
    from sceau.cli_output import emit, line
    from sceau.cli_session import opened
    from sceau.cli_show import state_in_words

    with opened(call) as session:
        session.execute(asked)
    said = call.say(f"{asked.number} : ", f"{asked.number}: ") + state_in_words(call, state, None)
    emit(call, {"number": asked.number, "state": state}, lambda: line(said))
