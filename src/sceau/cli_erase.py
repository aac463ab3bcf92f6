"""`sceau erase`: carries out an order to make a document's personal data unreadable, for ever.

    without --confirm   what would become unreadable; nothing is written
    with it             the order is in the log -> the vault destroys the data keys -> the register forgets the names

Interrupted, it is finished by the next opening of the ledger, or by the same command with the same --command-id.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau.cli_options import Call, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.cli_session import Session
    from sceau.domain.erasure import ErasureOrdered
    from sceau.domain.errors import ConfirmationRequired
    from sceau.ledger.commands import EraseDocument

CONFIRM = "--confirm"


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(
        app,
        "erase",
        "Efface pour toujours les données personnelles d'un document, sur ordre (ministère).",
        "Erases a document's personal data for ever, on an order (ministry).",
        acting=True,
    )(erase)


_Number = Annotated[str, typer.Argument(metavar="VPA260001", help=say("Numéro du document.", "The document's number."))]
_ORDER_HELP = (
    "Référence de l'ordre ; elle reste lisible, sans nom.",
    "The order's reference; it stays: no name in it.",
)
_SUBJECT_HELP = ("Cette personne seulement (répétable) ; sinon toutes.", "This person only (repeatable); else all.")
_Order = Annotated[str, typer.Option("--order", metavar="TEXT", help=say(*_ORDER_HELP))]
_Subjects = Annotated[list[str] | None, typer.Option("--subject", metavar="holder", help=say(*_SUBJECT_HELP))]
_Confirmed = Annotated[
    bool, typer.Option(CONFIRM, help=say("Effacer ; rien ne le défait.", "Erase; nothing undoes it."))
]


def erase(
    call: Call, number: _Number, order: _Order, subjects: _Subjects = None, confirmed: _Confirmed = False
) -> None:
    """Erase, or say what would be."""
    from sceau.cli_output import emit, line
    from sceau.cli_session import opened
    from sceau.domain.errors import ErasureHeld
    from sceau.domain.text import clean
    from sceau.ledger.commands import EraseDocument

    asked = EraseDocument(number=number, reference=clean(order), subjects=tuple(sorted(set(subjects or ()))), **call.by)
    with opened(call) as session:
        if not confirmed:
            raise _foretold(session, asked)
        session.execute(asked)
        session.ledger.erase()
        erased = _ordered(session, asked)
        if session.ledger.vault.not_destroyed(erased.keys):
            raise ErasureHeld(number)
    told = {"number": number, "order": erased.reference, "on": erased.on, "subjects": list(erased.subjects)}
    said = call.say("données personnelles effacées", "personal data erased")
    emit(call, told, lambda: line(f"{number}: {said} ({', '.join(erased.subjects)})"))


def _ordered(session: "Session", asked: "EraseDocument") -> "ErasureOrdered":
    """The order that this command wrote, now or before."""
    from sceau.domain.erasure import ErasureOrdered

    events = session.ledger.reader.stream(f"erasure:{asked.number}")
    written = [one.event for one in events if one.meta.command_id == asked.command_id]
    return next(event for event in written if isinstance(event, ErasureOrdered))


def _foretold(session: "Session", asked: "EraseDocument") -> "ConfirmationRequired":
    """What would become unreadable, person by person; refused as the order itself would be."""
    from sceau.domain.errors import ConfirmationRequired

    ordered, number = session.ledger.issuance.foresee(asked), asked.number
    said, said_fr = "; ".join(_said(session, ordered, "en")), " ; ".join(_said(session, ordered, "fr"))
    after = "it is not printed again, and papers already out stay as they are"
    after_fr = "il ne sera plus imprimé, et les papiers déjà remis restent tels quels"
    return ConfirmationRequired(
        f"for ever unreadable in {number}: {said}; {after}",
        f"illisible pour toujours dans {number} : {said_fr} ; {after_fr}",
        CONFIRM,
    )


def _said(session: "Session", ordered: "ErasureOrdered", language: str) -> Iterator[str]:
    """Each person with the names of what is said of them."""
    from sceau.cli_words import label_of
    from sceau.domain.document_type import document_types

    issued: Any = session.ledger.issuance.states.get(f"document:{ordered.number}").state.issued
    declared = document_types().get(issued.type)
    fields = declared.by_name if declared else {}
    for subject in ordered.subjects:
        names = [name for part in issued.personal if part.subject == subject for name in part.values or ()]
        labels = [fields[name].label.say(language) if name in fields else label_of(name, language) for name in names]
        yield f"{subject} ({', '.join(labels)})"
