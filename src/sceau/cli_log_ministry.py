"""`sceau log child` and `sceau log freeze`: what the ministry's operator records about logs, in the ledger itself."""

from typing import Annotated

import typer

from sceau.cli_options import Call, command
from sceau.language import say


def add_to(log: typer.Typer) -> None:
    """Declare the commands."""
    command(
        log,
        "child",
        "Inscrit la tête du journal d'un poste, si elle prolonge la précédente.",
        "Notes the head of a mission's own log, if it extends the one before.",
        writing=True,
    )(child)
    command(
        log,
        "freeze",
        "Arrête ce registre pour toujours : rien n'y entre plus.",
        "Ends this ledger for ever: nothing more goes in.",
        writing=True,
    )(freeze)


def child(
    call: Call,
    place: Annotated[str, typer.Argument(metavar="DIR|URL", help=say("L'autre journal.", "The other log."))],
    vkey: Annotated[str, typer.Option("--vkey", metavar="VKEY", help=say("Sa clé.", "Its key."))],
) -> None:
    """Note another log's head."""
    from sceau.audit_kit.source import Source
    from sceau.cli_output import emit, facts
    from sceau.cli_session import opened
    from sceau.domain.errors import InputUnreadable
    from sceau.install import OPERATOR
    from sceau.ledger.commands import NoteChildLog
    from sceau.ledger.log.child import examined, last_noted
    from sceau.tlog.note import parse_vkey

    key = parse_vkey(vkey)
    with opened(call) as session:
        try:
            noted = examined(Source(place).fetch, key, last_noted(session.ledger.store, key.name))
        except FileNotFoundError as error:
            raise InputUnreadable(f"{place}: {error}") from None
        ministry = session.config.state.ministry
        session.execute(NoteChildLog(command_id=call.command_id, office=ministry, officer=OPERATOR, noted=noted))
    told = {"origin": noted.origin, "size": noted.size, "root": noted.root.hex()}
    emit(call, told, lambda: facts(told))


def freeze(
    call: Call,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=say("Motif.", "Reason."))],
    successor: Annotated[
        str,
        typer.Option("--successor", metavar="ORIGIN", help=say("Le journal qui continue.", "The log that goes on.")),
    ] = "",
    for_ever: Annotated[
        bool, typer.Option("--for-ever", help=say("Confirme : c'est sans retour.", "Confirms: there is no way back."))
    ] = False,
) -> None:
    """End the ledger."""
    from sceau.cli_output import emit, facts
    from sceau.cli_session import opened
    from sceau.domain.errors import ConfirmationRequired
    from sceau.install import OPERATOR
    from sceau.ledger.commands import FreezeLog

    if not for_ever:
        raise ConfirmationRequired(
            "nothing more can ever be written to this ledger",
            "plus rien ne pourra jamais être écrit dans ce registre",
            "--for-ever",
        )
    with opened(call) as session:
        ministry = session.config.state.ministry
        session.execute(
            FreezeLog(command_id=call.command_id, office=ministry, officer=OPERATOR, reason=reason, successor=successor)
        )
        told = {"log": session.config.state.origin, "frozen": True, "successor": successor or None}
    emit(call, told, lambda: facts(told))
