"""`sceau act ...`: the civil register. A mention is entered; only a court decision rectifies or annuls.

`establish` is what the demonstration calls too: the same checks, the same warning about an act that seems to exist.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau.cli_help import group
from sceau.cli_options import Call, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.cli_session import Session

KNOWN = ("kind", "values")
_Number = Annotated[
    str, typer.Argument(metavar="PAR-2026-N-000012", help=say("Numéro de l'acte.", "The act's number."))
]
_From = Annotated[str, typer.Option("--from", metavar="FILE", help=say("Fichier JSON, ou -.", "JSON file, or -."))]
_IN_CLEAR = say("Référence, en clair : sans nom de personne.", "Reference, in clear: no names of people.")
_REFERENCE: Any = typer.Option("--reference", metavar="TEXT", help=_IN_CLEAR)
_Court = Annotated[str, typer.Option("--court", metavar="TEXT", help=say("Tribunal.", "Court."))]
_Decision = Annotated[str, typer.Option("--decision", metavar="TEXT", help=say("N° du jugement.", "Its number."))]
_Decided = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help=say("Date du jugement.", "Its date."))]
_Kind = Annotated[str | None, typer.Argument(metavar="birth|marriage|death", help=say("Sorte d'acte.", "Kind of act."))]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    acts = group("Les actes de l'état civil.", "Acts of the civil register.")
    command(acts, "declare", "Enregistre une déclaration.", "Enters a declaration.", acting=True)(declare)
    command(
        acts,
        "establish",
        "Établit un acte : nouveau, ou déclaré auparavant (--number).",
        "Establishes an act: a new one, or one declared before (--number).",
        acting=True,
    )(establish_act)
    command(acts, "mention", "Porte une mention en marge.", "Enters a mention.", acting=True)(mention)
    command(acts, "rectify", "Exécute une rectification.", "Carries out a rectification.", acting=True)(rectify)
    command(acts, "annul", "Exécute une annulation.", "Carries out an annulment.", acting=True)(annul)
    command(acts, "show", "Montre un acte et son histoire.", "Shows an act and its history.")(show)
    app.add_typer(acts, name="act")


def establish(
    session: "Session",
    by: Mapping[str, Any],
    kind: str,
    values: Mapping[str, str],
    confirmed: bool = False,
    origin: str = "declaration",
    reference: str | None = None,
) -> str:
    """Establish a new act and return its number; ConfirmationRequired if it seems to exist."""
    from sceau.domain.document_type import act_kind
    from sceau.ledger.commands import EstablishAct

    act_kind(kind)
    if not confirmed:
        session.refuse_duplicate(kind, values, by["command_id"])
    asked = EstablishAct(kind=kind, values=values, origin=origin, reference=reference, **by)
    return session.execute(asked).number


def declare(call: Call, source: _From, kind: _Kind = None) -> None:
    """Enter a declaration."""
    from sceau.cli_session import opened
    from sceau.ledger.commands import DeclareAct

    code, values = _input(source, kind)
    with opened(call) as session:
        number = session.execute(DeclareAct(kind=code, values=values, **call.by)).number
    _tell(call, number, code, "déclaration enregistrée, l'acte reste à établir", "declared, still to be established")


def establish_act(
    call: Call,
    kind: _Kind = None,
    source: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help=say("Fichier JSON, ou -.", "JSON file, or -."))
    ] = None,
    number: Annotated[
        str | None, typer.Option("--number", metavar="N", help=say("Acte déclaré.", "The declared act."))
    ] = None,
    origin: Annotated[
        str, typer.Option("--origin", metavar="TEXT", help="declaration | judgment | foreign")
    ] = "declaration",
    reference: Annotated[str | None, _REFERENCE] = None,
    confirmed: Annotated[
        bool, typer.Option("--confirm-duplicate", help=say("Malgré un acte semblable.", "Despite a similar act."))
    ] = False,
) -> None:
    """Establish an act."""
    from sceau.cli_session import opened
    from sceau.domain.errors import FieldInvalid
    from sceau.ledger.commands import EstablishAct

    by = call.by
    if number is not None:
        if source is not None or kind is not None:
            raise FieldInvalid("--from", "a declared act is signed as declared", "un acte déclaré se signe tel quel")
        with opened(call) as session:
            session.execute(EstablishAct(number=number, origin=origin, reference=reference, **by))
        return _tell(call, number, "", "établi", "established")
    if source is None:
        raise FieldInvalid("--from", "missing (or --number)", "manque (ou --number)")
    code, values = _input(source, kind)
    with opened(call) as session:
        number = establish(session, by, code, values, confirmed, origin, reference)
    return _tell(call, number, code, "établi", "established")


def mention(
    call: Call,
    number: _Number,
    what: Annotated[str, typer.Option("--mention", metavar="divorce|death|…", help=say("Nature.", "What it is."))],
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help=say("Texte.", "Text."))],
    reference: Annotated[str, _REFERENCE],
) -> None:
    """Enter a mention."""
    from sceau.domain.text import clean
    from sceau.ledger.commands import MentionAct

    by = call.by
    asked = MentionAct(number=number, mention=what, text=clean(text), reference=clean(reference), **by)
    _carry_out(call, asked, f"mention « {what} » portée en marge", f"mention '{what}' entered")


def rectify(call: Call, number: _Number, source: _From, court: _Court, decision: _Decision, on: _Decided) -> None:
    """Carry out a court's rectification; the file holds the corrected values alone."""
    from sceau.cli_input import read_object, values_in
    from sceau.cli_session import today
    from sceau.ledger.commands import RectifyAct

    values = values_in(read_object(source, KNOWN), None, today())
    asked = RectifyAct(number=number, values=values, decision=_court(court, decision, on), **call.by)
    _carry_out(call, asked, f"rectifié ({', '.join(values)})", f"rectified ({', '.join(values)})")


def annul(call: Call, number: _Number, court: _Court, decision: _Decision, on: _Decided) -> None:
    """Carry out a court's annulment."""
    from sceau.ledger.commands import AnnulAct

    asked = AnnulAct(number=number, decision=_court(court, decision, on), **call.by)
    _carry_out(call, asked, "annulé", "annulled")


def show(call: Call, number: _Number) -> None:
    """Show an act."""
    from sceau.cli_show import show_number

    show_number(call, number)


def _court(court: str, number: str, on: str) -> Any:
    from sceau.domain.civil_act import CourtDecision
    from sceau.domain.text import clean

    return CourtDecision(clean(court), clean(number), on)


def _input(source: str, kind: str | None) -> tuple[str, dict[str, str]]:
    """Kind and values of an act from its file."""
    from sceau.cli_input import read_object, same, text_in, values_in
    from sceau.cli_session import today
    from sceau.domain.document_type import act_kind

    found = read_object(source, KNOWN)
    code = same("kind", kind, text_in(found, "kind"))
    return code, values_in(found, act_kind(code), today())


def _carry_out(call: Call, asked: Any, fr: str, en: str) -> None:
    from sceau.cli_session import opened

    with opened(call) as session:
        session.execute(asked)
    _tell(call, asked.number, "", fr, en)


def _tell(call: Call, number: str, kind: str, fr: str, en: str) -> None:
    """What was done to which act."""
    from sceau.cli_output import emit, line

    told = {"number": number, "kind": kind} if kind else {"number": number}
    emit(call, told, lambda: line(call.say(f"acte {number} : {fr}", f"act {number}: {en}"), "bold"))
