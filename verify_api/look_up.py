"""What the lists say of a document, to who reads the 16 letters beside its code or holds its seal.

    issued        made by the authority, and nothing said against it since
    revoked, suspended, superseded      since a day, for a reason: a mention in the act, a newer document, a loss, ...
    unknown       issued, but the lists are too old to say more

It says nothing about the paper: whoever copied number and code from a genuine document is told the same. The letters
are 80 bits; a wrong number, a wrong code and a misspelt one are the same absence, found by the same work.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from sceau.domain.document_type import Label
from sceau.seals.published import LookUp, StatusEntry
from sceau.verify_api.languages import say
from sceau.verify_api.lists import Freshness, StatusList, age_days, day_of, freshness
from sceau.verify_api.meaning import TABLE, Code, why

STATES: Mapping[str, Label] = MappingProxyType(
    {
        "issued": Label(
            "Délivré, et rien n'est publié contre lui. Comparez papier et personne ; regardez la date de validité.",
            "Issued, and nothing is published against it. Compare paper and person; look at the date of validity.",
        ),
        "revoked": Label("Révoqué : ne l'acceptez pas.", "Revoked: do not accept it."),
        "suspended": Label("Suspendu : ne l'acceptez pas pour l'instant.", "Suspended: do not accept it for now."),
        "superseded": Label("N'est plus à jour : ne l'acceptez pas.", "Out of date: do not accept it."),
        "unknown": Label(
            "Délivré, mais les listes sont trop anciennes pour en dire plus.",
            "Issued, but the lists are too old to say more.",
        ),
        "not_found": Label(
            "Rien n'est publié sous ce nom : vérifiez le numéro et les lettres.",
            "Nothing is published under this name: check the number and the letters.",
        ),
    }
)
_TODO: Mapping[str, Code] = MappingProxyType(
    {
        "issued": Code.VALID,
        "revoked": Code.REVOKED,
        "suspended": Code.SUSPENDED,
        "superseded": Code.SUPERSEDED,
        "unknown": Code.STATUS_UNKNOWN,
        "not_found": Code.UNREADABLE,
    }
)


def state_of(look_up: LookUp, status: StatusList, number: str, code: str, today: date) -> dict[str, Any] | None:
    """The published answer (docs/format/verdict.md), or None. Spaces, hyphens and small letters are the typist's."""
    listed = look_up.find(typed(number), typed(code))
    if listed is None:
        return None
    entry = status.entries.get(listed)
    state = entry.state if entry else _unless_too_old(status, today)
    return {
        "number": typed(number),
        "key": listed.hex(),
        **standing(state, entry),
        "list": list_of(status, today),
    }


def standing(state: str, entry: StatusEntry | None) -> dict[str, Any]:
    """What there is to say of a document in that state, for people and programs."""
    reason = entry.reason if entry else None
    return {
        "state": state,
        "meaning": {language: meaning_of(state, reason, language) for language in ("fr", "en")},
        "todo": {language: todo_of(state, language) for language in ("fr", "en")},
        "reason": reason,
        "since": entry.since.isoformat() if entry else None,
        "mark": mark_of("issued" if state == "unknown" else state, entry),
    }


def meaning_of(state: str, reason: str | None, language: str) -> str:
    """What that state means, and why the document is in it."""
    said = say(STATES[state], language)
    return f"{said} {say(why(reason), language)}" if reason is not None else said


def todo_of(state: str, language: str) -> str:
    """What to do with a document in that state."""
    return say(TABLE[_TODO[state]].todo, language)


def mark_of(state: str, entry: StatusEntry | None) -> str:
    """One text for each standing that a document can have; the lists' age does not change it."""
    return f"{state} {entry.since} {entry.reason}" if entry else state


def list_of(status: StatusList, today: date) -> dict[str, Any]:
    """The status list that was asked, and how old it is."""
    return {
        "authority": status.authority,
        "version": status.version,
        "issued_on": day_of(status.issued_at).isoformat(),
        "age_days": age_days(status.issued_at, today),
        "as_of": status.as_of,
    }


def typed(text: str) -> str:
    """What was meant by what was typed."""
    return text.replace(" ", "").replace("-", "").upper()


def _unless_too_old(status: StatusList, today: date) -> str:
    worth = freshness((status.issued_at,), today)
    return "issued" if worth in (Freshness.FRESH, Freshness.OLD) else "unknown"
