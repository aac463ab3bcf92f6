"""What the verdict of an audit's report covers, and what it rests on: never more than was compared."""

from collections.abc import Iterator, Mapping
from typing import Any


def covered(told: Mapping[str, Any], language: str) -> str:
    """The verdict of a report that holds: the whole log, or the part that was asked for."""
    events, size = told["checked"]["events"], told["checkpoint"]["size"]
    if not _part(told["export"]):
        return _say(
            language,
            f"Tout tient : les {events} événements du journal sont là, signés et à leur place.",
            f"Everything holds: the {events} events of the log are there, signed and in their place.",
        )
    return _say(
        language,
        f"La partie examinée tient : {events} événements sur les {size} du journal. Le reste n'a pas été examiné.",
        f"The part examined holds: {events} events of the {size} in the log. The rest was not examined.",
    )


def supports(told: Mapping[str, Any], language: str) -> Iterator[str]:
    """A sentence each on the earlier heads, the witnesses, those that could not be reached, and the first key."""
    yield _earlier(told["kept"], language)
    yield _witnesses(told["checkpoint"], language)
    for one in told["witnesses_unreachable"]:
        yield _say(language, f"Témoin sans réponse utilisable : {one}", f"Witness without a usable answer: {one}")
    source = told["genesis"]["from"]
    yield _say(language, *_KEYS.get(source, (f"Première clé : {source}", f"First key: {source}")))


def selection(export: Mapping[str, Any], language: str) -> str:
    """Whose events and of which days were asked for."""
    if not any(export[name] for name in _LIMITS):
        return _say(language, "tout le registre", "the whole ledger")
    mission, since, until = (export[name] for name in _LIMITS)
    days = f"{since or '…'} – {until or '…'}" if since or until else _say(language, "tous les jours", "every day")
    every = _say(language, "toutes les missions", "every mission")
    return f"{_say(language, 'mission', 'mission')} {mission}, {days}" if mission else f"{every}, {days}"


_LIMITS = ("mission", "since", "until")
_KEYS = {
    "given": ("La première clé a été donnée par l'auditeur.", "The first key was given by the auditor."),
    "kept": (
        "La première clé est celle que l'auditeur garde depuis une vérification antérieure.",
        "The first key is the one that the auditor kept from an earlier audit.",
    ),
    "export": (
        "La première clé a seulement été lue dans l'export : comparez-la avec celle que vous connaissez par ailleurs.",
        "The first key was only read from the export: compare it with the one you know from elsewhere.",
    ),
}


def _say(language: str, fr: str, en: str) -> str:
    return fr if language == "fr" else en


def _part(export: Mapping[str, Any]) -> bool:
    return bool(export["left_out"] or any(export[name] for name in _LIMITS))


def _earlier(heads: Any, language: str) -> str:
    """On the heads seen before, or shown by witnesses now."""
    compared = [one for one in heads if one["agrees"] is not None]
    agree = sum(one["agrees"] for one in compared)
    if not compared:
        return _say(
            language,
            "Aucune tête antérieure n'a été comparée : une réécriture faite avant ce rapport ne se verrait pas ici.",
            "No earlier head was compared: history rewritten before this report would not show here.",
        )
    largest = max(int(one["size"]) for one in compared)
    return _say(
        language,
        f"{agree} des {len(compared)} têtes comparées (jusqu'à {largest} événements) concordent avec ce journal.",
        f"{agree} of the {len(compared)} heads compared (up to {largest} events) agree with this log.",
    )


def _witnesses(head: Mapping[str, Any], language: str) -> str:
    number = len(head["witnesses"])
    if not head["signed"]:
        return _say(language, "La tête n'est pas bien signée.", "The head is not well signed.")
    if not head["quorum"]:
        return _say(
            language, f"Le quorum de témoins MANQUE ({number}).", f"The quorum of witnesses is MISSING ({number})."
        )
    if not number:
        return _say(
            language,
            "Aucun témoin n'était demandé : seul l'exploitant du journal répond de sa tête.",
            "No witnesses were asked for: only the log's operator answers for its head.",
        )
    return _say(
        language,
        f"Le quorum de témoins de la politique est atteint : {number} ont cosigné.",
        f"The policy's quorum of witnesses is met: {number} cosigned.",
    )
