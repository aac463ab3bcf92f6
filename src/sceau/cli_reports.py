"""How `sceau reports` shows reports of suspected fraud to people: each by itself, what it is about, where and when."""

from collections.abc import Mapping, Sequence
from typing import Any

from sceau.cli_options import Call
from sceau.cli_output import facts, line
from sceau.domain.document_type import Label

_LABELS = {
    "received": Label("Reçu le", "Received at"),
    "at": Label("Vu le", "Seen at"),
    "place": Label("Lieu", "Place"),
    "seal_id": Label("Identifiant du sceau", "Seal identifier"),
    "standard": Label("Norme", "Standard"),
    "issuer": Label("Émetteur", "Issuer"),
    "key": Label("Clé", "Key"),
    "note": Label("Note", "Note"),
    "id": Label("Signalement", "Report"),
}


def show(call: Call, found: Sequence[Mapping[str, Any]]) -> None:
    """Every report, headed by the verdict that it was made on."""
    if not found:
        line(call.say("aucun signalement", "no report"))
    for report in found:
        line(str(report.get("code")), "bold")
        facts({label.say(call.language): report.get(name) for name, label in _LABELS.items()})
