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
    """Note another log's head, if it is not the one noted last."""
    from sceau.audit_kit.source import Source
    from sceau.cli_labels import in_words
    from sceau.cli_log_open import log_key
    from sceau.cli_output import emit
    from sceau.cli_session import opened
    from sceau.domain.errors import FieldInvalid, InputUnreadable
    from sceau.install import OPERATOR
    from sceau.ledger.commands import NoteChildLog
    from sceau.ledger.log.child import examined, last_noted
    from sceau.tlog.note import parse_vkey

    key = parse_vkey(vkey)
    with opened(call) as session:
        own = log_key(session.config)
        if key.name == own.name or key.public == own.public:
            raise FieldInvalid("--vkey", "this is our own log", "c'est notre propre journal")
        before = last_noted(session.ledger.store, key.name)
        try:
            noted = examined(Source(place).fetch, key, before)
        except FileNotFoundError as error:
            raise InputUnreadable(
                f"{place}: {error}", why_fr=f"{place} : pas un journal que l'on puisse lire"
            ) from None
        grown = before != (noted.size, noted.root)
        if grown:
            ministry, extends = session.config.state.ministry, before and (before.size, before.root)
            session.execute(
                NoteChildLog(
                    command_id=call.command_id, office=ministry, officer=OPERATOR, noted=noted, extends=extends
                )
            )
    told = {"origin": noted.origin, "size": noted.size, "root": noted.root.hex(), "noted": grown}
    shown = {**told, "noted": "" if grown else call.say("rien de nouveau", "nothing new")}
    emit(call, told, lambda: in_words(call, shown))


def freeze(
    call: Call,
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help=say("Motif, en clair.", "Reason, in clear.")),
    ],
    successor: Annotated[
        str,
        typer.Option("--successor", metavar="ORIGIN", help=say("Le journal qui continue.", "The log that goes on.")),
    ] = "",
    for_ever: Annotated[
        bool, typer.Option("--for-ever", help=say("Confirme : c'est sans retour.", "Confirms: there is no way back."))
    ] = False,
) -> None:
    """End the ledger."""
    from sceau.cli_labels import in_words
    from sceau.cli_output import emit
    from sceau.cli_session import opened
    from sceau.domain.errors import ConfirmationRequired, FieldInvalid, NoteInvalid
    from sceau.install import OPERATOR
    from sceau.ledger.commands import FreezeLog
    from sceau.tlog.note import require_name

    try:
        successor = successor and require_name(successor)
    except NoteInvalid as error:
        raise FieldInvalid("--successor", error.detail, "un nom de journal n'a ni espace ni plus") from None
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
    emit(call, told, lambda: in_words(call, told))
