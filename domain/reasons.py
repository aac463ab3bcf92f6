"""Why something is done to a document: a word of a declared list in clear, and a note under its holder's data key.

What stands in clear stands there for ever, for every auditor: a free text would one day name somebody. The lists are
open to more words, never to fewer. A note is read where names are read, and ends with them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sceau.domain.document_type import Field, Kind, Label
from sceau.domain.errors import FieldInvalid
from sceau.domain.text import clean, fold

OTHER = "other"
NOTE = Field("note", Label("Précision", "Note"), Kind.TEXT, length_max=200)
_OTHER = {OTHER: Label("Autre", "Other")}
_ERROR = {"error": Label("Erreur", "Error")}
_COURT = {"court": Label("Décision de justice", "Court decision")}
CLERK_REASONS: Mapping[str, Label] = MappingProxyType(
    {
        "lost": Label("Perdu", "Lost"),
        "stolen": Label("Volé", "Stolen"),
        **_ERROR,
        "fraud": Label("Fraude", "Fraud"),
        **_COURT,
        **_OTHER,
    }
)
RESUMING: Mapping[str, Label] = MappingProxyType(
    {
        "found": Label("Retrouvé", "Found"),
        "verified": Label("Vérifié", "Verified"),
        **_ERROR,
        **_COURT,
        **_OTHER,
    }
)
WAIVERS: Mapping[str, Label] = MappingProxyType(
    {
        "indigence": Label("Indigence", "Indigence"),
        "official": Label("Service officiel", "Official business"),
        "reciprocity": Label("Réciprocité", "Reciprocity"),
        **_ERROR,
        **_OTHER,
    }
)


def code_of(text: str, known: Mapping[str, Label]) -> str | None:
    """The word meant: its code, or its French or English label however written; None for another text."""
    asked = fold(clean(text))
    return next((code for code, label in known.items() if asked in map(fold, (code, label.fr, label.en))), None)


def require(field: str, text: str, known: Mapping[str, Label]) -> str:
    """The code of a word of the list; FieldInvalid for another text."""
    code = code_of(text, known)
    if code is None:
        en = ", ".join(f"{one} ({label.en})" for one, label in known.items())
        fr = ", ".join(f"{one} ({label.fr})" for one, label in known.items())
        raise FieldInvalid(field, f"one of {en}, as it stands in clear for ever", f"un de {fr}, car il reste en clair")
    return code
