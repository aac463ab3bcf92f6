"""`sceau show` and `sceau find`: one number, or whoever answers to a name, a NINA, a date."""

import re
from typing import Annotated, Any

import typer

from sceau.cli_options import Call, as_day, command
from sceau.language import say

_OFFICE = re.compile("[A-Z]{3}-")  # how numbers of acts begin


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    command(
        app,
        "show",
        "Montre un acte ou un document : état et histoire.",
        "Shows an act or document: its state and history.",
    )(show)
    command(app, "find", "Cherche dans le registre.", "Searches the register.")(find)


def _text(fr: str, en: str, metavar: str) -> Any:
    return typer.Option(help=say(fr, en), metavar=metavar)


def show(call: Call, number: Annotated[str, typer.Argument(metavar="NUMBER")]) -> None:
    """Show what bears this number."""
    from sceau.cli_show import show_number

    show_number(call, number)


def find(
    call: Call,
    query: Annotated[
        str, typer.Argument(metavar="[QUERY]", help=say("Numéro, NINA ou nom.", "Number, NINA or name."))
    ] = "",
    number: Annotated[str, _text("Numéro ou son début.", "Number or its beginning.", "N")] = "",
    name: Annotated[str, _text("Nom : mots dans tout ordre.", "Name: words in any order.", "TEXT")] = "",
    nina: Annotated[str, _text("NINA.", "NINA.", "N")] = "",
    born: Annotated[str, _text("Date de naissance.", "Date of birth.", "YYYY-MM-DD")] = "",
    since: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help=say("Premier jour.", "First day."))] = "",
    until: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help=say("Dernier jour.", "Last day."))] = "",
    at: Annotated[str, typer.Option("--office", metavar="PAR", help=say("Poste.", "Office."))] = "",
    kind: Annotated[str, _text("Acte ou type.", "Act kind or type.", "TYPE")] = "",
    state: Annotated[str, _text("État.", "State.", "TEXT")] = "",
    after: Annotated[str, _text("Suite après ce numéro.", "What follows this number.", "N")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("Combien.", "How many."))] = 50,
) -> None:
    """Search."""
    from dataclasses import asdict

    from sceau.cli_output import emit
    from sceau.cli_session import opened
    from sceau.projections.search import Search

    guessed = _guess(query)
    search = Search(
        number=number or guessed.get("number", ""),
        name=name or guessed.get("name", ""),
        nina=nina or guessed.get("nina", ""),
        birth_date=as_day("--born", born),
        since=as_day("--from", since),
        until=as_day("--to", until),
        office=at,
        kind=kind,
        state=state,
        after=after,
        limit=limit,
    )
    with opened(call) as session:
        found = session.views.register().find(search)
    emit(call, [_plain(asdict(one), one) for one in found], lambda: _show(call, found))


def _guess(query: str) -> dict[str, str]:
    """What somebody who typed this looks for."""
    typed = query.strip()
    if not any(char.isdigit() for char in typed) and not _OFFICE.match(typed):
        return {"name": typed}
    together = typed.upper().replace(" ", "")
    is_nina = len(together) == 15 and together[:14].isdigit() and together[14].isalpha()
    return {"nina" if is_nina else "number": together}


def _plain(values: dict[str, Any], found: Any) -> dict[str, Any]:
    return {**values, "people": [one._asdict() for one in found.people]}


def _show(call: Call, found: list[Any]) -> None:
    from sceau.cli_output import table
    from sceau.cli_session import people
    from sceau.cli_show import state_in_words

    rows = [
        (
            one.number,
            getattr(one, "type", None) or one.kind,
            state_in_words(call, one.state, getattr(one, "reason", None)),
            getattr(one, "issued_on", None) or getattr(one, "event_date", None),
            people(one.people),
        )
        for one in found
    ]
    french = ("numéro", "type", "état", "date", "personnes")
    english = ("number", "type", "state", "date", "people")
    title = call.say(f"{len(found)} trouvé(s)", f"{len(found)} found")
    nothing = call.say("rien trouvé", "nothing found")
    table(title, french if call.language == "fr" else english, rows, nothing=nothing)
