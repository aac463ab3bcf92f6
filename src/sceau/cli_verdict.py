"""How `sceau scan` shows a verdict to people: the answer, why, what to do, what to compare, and how old it all is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sceau.cli_options import Call
from sceau.cli_output import facts, line
from sceau.cli_words import day, label_of, sealed
from sceau.verify_api.meaning import Code, Note

if TYPE_CHECKING:
    from sceau.verify_api.verdict import Verdict

_STYLES = {"green": "bold white on green", "amber": "bold black on yellow", "red": "bold white on red"}
_LOGGED = {"logged": "green", "false": "bold red"}


def show(call: Call, verdicts: "Sequence[Verdict]") -> None:
    """Each on its own."""
    for verdict in verdicts:
        line(f" {headline(call, verdict)} ", _STYLES[verdict.colour.value])
        line(verdict.reason(call.language))
        line(verdict.todo(call.language))
        for note in verdict.notes:
            line(f"! {note.value.say(call.language)}", "yellow")
        if verdict.logged:
            line(verdict.logged.say(call.language), _LOGGED.get(verdict.logged.state.value, ""))
        facts(_lines(call, verdict))


def headline(call: Call, verdict: "Verdict") -> str:
    """The verdict's code; a VALID that something limits says so, as its exit code does."""
    if verdict.code is not Code.VALID or not verdict.notes:
        return verdict.code.value
    if Note.LISTS_OLD in verdict.notes:
        return call.say("VALID (orange : listes anciennes)", "VALID (amber: old lists)")
    return call.say("VALID (orange : voir la remarque)", "VALID (amber: see the note)")


def _lines(call: Call, verdict: "Verdict") -> dict[str, Any]:
    """What to compare with paper and face, in the paper's words, and how old the knowledge is."""
    told = verdict.to_json()
    issuer = told["issuer"] or {}
    status = told["lists"]["status"]
    age = None if status is None else f"{status['age_days']} {call.say('jour(s)', 'day(s)')}, n° {status['version']}"
    code = verdict.seal.type_code if verdict.seal else None
    return {
        **sealed(code, told["fields"], call.language),
        label_of("issued_on", call.language): day(told["issued_on"]),
        label_of("valid_until", call.language): day(told["valid_until"]),
        call.say("Émetteur", "Issuer"): " ".join(filter(None, (issuer.get("authority"), issuer.get("office")))),
        call.say("Norme", "Standard"): told["standard"],
        call.say("Âge des listes", "Age of the lists"): age,
    }
