"""States, and what is asked of them, in French; their own names are the English.

A text is a state (`revoked`), or a word of an action or subject and what it is about: `issue visa_short`, `act PAR-1`.
"""

from collections.abc import Mapping

_STATES: Mapping[str, str] = {
    "none": "inexistant",
    "declared": "déclaré",
    "established": "établi",
    "annulled": "annulé",
    "issued": "délivré",
    "delivered": "remis",
    "suspended": "suspendu",
    "revoked": "révoqué",
    "superseded": "remplacé",
    "open": "ouvert",
    "not open": "non ouvert",
    "closed": "fermé",
    "frozen": "clos",
    "enrolled": "inscrite",
    "retired": "retirée",
    "unknown": "inconnue",
    "no mandate": "sans mandat",
    "act on it": "agir",
    "end the mandate": "mettre fin au mandat",
}
_WORDS: Mapping[str, str] = {
    "act": "acte",
    "register": "registre",
    "log": "journal",
    "key": "clé",
    "already": "déjà",
    "issue": "délivrer",
    "establish": "établir",
    "mention": "porter une mention",
    "rectify": "rectifier",
    "annul": "annuler",
    "print": "imprimer",
    "deliver": "remettre",
    "suspend": "suspendre",
    "resume": "rétablir",
    "revoke": "révoquer",
    "supersede": "remplacer",
    "open": "ouvrir",
    "close": "fermer",
    "enter": "inscrire",
    "write": "écrire",
    "record": "noter",
    "enrol": "inscrire",
    "retire": "retirer",
}


def state_in_french(state: str) -> str:
    """« révoqué »; a state that has no French stays as it is."""
    return _STATES.get(state) or _first(state)


def action_in_french(action: str) -> str:
    """« révoquer », « délivrer visa_short »; the same for a subject, « acte PAR-2026-N-000001 »."""
    return _STATES[action] if action in _STATES and " " in action else _first(action)


def _first(text: str) -> str:
    """The first word in French, and the rest as it is."""
    word, space, rest = text.partition(" ")
    return f"{_WORDS.get(word, word)}{space}{rest.replace('at ', 'à ', 1) if word == 'already' else rest}"
