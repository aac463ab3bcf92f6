# long: the one table of answers, with all its words beside it
"""The one table of answers: what each verdict means, which counts first, and what the officer must do.

    green   accept, once the data shown was compared with paper and face
    amber   nothing speaks against it, nothing settles it: use another way
    red     do not accept

`TABLE` lists the answers worst first: where several things are wrong with one seal, the first of them is the answer.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from sceau.domain import standing
from sceau.domain.document_type import Label
from sceau.domain.reasons import OTHER
from sceau.verify_api.languages import say

MONTHS = tuple(
    Label(*names)
    for names in (
        ("janvier", "January"),
        ("février", "February"),
        ("mars", "March"),
        ("avril", "April"),
        ("mai", "May"),
        ("juin", "June"),
        ("juillet", "July"),
        ("août", "August"),
        ("septembre", "September"),
        ("octobre", "October"),
        ("novembre", "November"),
        ("décembre", "December"),
    )
)


class Code(Enum):
    """The answers; the values are published and never change."""

    VALID = "VALID"
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SUPERSEDED = "SUPERSEDED"
    NOT_ISSUED = "NOT_ISSUED"
    NEWER_THAN_LIST = "NEWER_THAN_LIST"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"
    FORGED = "FORGED"
    UNKNOWN_ISSUER = "UNKNOWN_ISSUER"
    KEY_NOT_VALID_FOR_THIS = "KEY_NOT_VALID_FOR_THIS"
    NO_KEY_HELD = "NO_KEY_HELD"
    NOT_SIGNED = "NOT_SIGNED"
    NO_SEAL = "NO_SEAL"
    UNSUPPORTED = "UNSUPPORTED"
    UNREADABLE = "UNREADABLE"


class Colour(Enum):
    """What the officer sees first."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Meaning(NamedTuple):
    """One row of the table; `reason` is a template over the verdict's own values."""

    colour: Colour
    reason: Label
    todo: Label


_CALL = Label(
    "Vérifiez par une autre voie : numéro et code imprimés, en ligne, ou appel au poste émetteur.",
    "Check another way: printed number and code, online, or a call to the issuing office.",
)
_HOLD = Label(
    "N'acceptez pas ce document. Retenez-le selon vos instructions et signalez-le.",
    "Do not accept this document. Keep it as your instructions say, and report it.",
)
_REFUSE = Label(
    "N'acceptez pas ce document ; renvoyez son porteur vers le poste émetteur.",
    "Do not accept this document; refer its holder to the issuing office.",
)
_RENEW = Label(
    "N'acceptez pas ce document ; demandez celui qui est en vigueur.",
    "Do not accept this document; ask for the one in force.",
)
_UPDATE = Label(
    "Mettez les listes à jour et scannez de nouveau ; sinon, vérifiez par le numéro et le code imprimés.",
    "Update the lists and scan again; failing that, check by the printed number and code.",
)

TABLE: Mapping[Code, Meaning] = MappingProxyType(
    {
        Code.UNREADABLE: Meaning(
            Colour.AMBER,
            Label("Ce code n'est pas un sceau lisible : {why}.", "This code is not a readable seal: {why}."),
            Label(
                "Scannez de nouveau, à plat et bien éclairé ; sinon, vérifiez par le numéro et le code imprimés.",
                "Scan again, flat and well lit; failing that, check by the printed number and code.",
            ),
        ),
        Code.UNSUPPORTED: Meaning(
            Colour.AMBER,
            Label("Ce sceau est d'un format qui n'est pas lu ici : {why}.", "A seal of a kind not read here: {why}."),
            _CALL,
        ),
        Code.NO_SEAL: Meaning(
            Colour.AMBER,
            Label("Ce code n'est pas un sceau : {why}.", "This code is no seal: {why}."),
            Label(
                "Cherchez un autre code sur le papier ; celui-ci ne prouve rien.",
                "Look for another code on the paper; this one proves nothing.",
            ),
        ),
        Code.NOT_SIGNED: Meaning(
            Colour.AMBER,
            Label(
                "Une zone de lecture (MRZ) n'est signée par personne : quiconque sait écrire peut la fabriquer.",
                "Nobody signs a machine-readable zone (MRZ): whoever can write can make one.",
            ),
            Label(
                "Scannez le code du document s'il en a un ; sinon, lisez sa puce ou vérifiez par une autre voie.",
                "Scan the document's code if it has one; failing that, read its chip or check another way.",
            ),
        ),
        Code.NO_KEY_HELD: Meaning(
            Colour.AMBER,
            Label(
                "Sceau lisible, mais aucune clé de cet émetteur n'est détenue ici ({issuer}, clé {reference}).",
                "A readable seal, but no key of this issuer is held here ({issuer}, key {reference}).",
            ),
            Label(
                "Rien n'est prouvé. Vérifiez auprès de l'autorité émettrice, ou demandez un autre document.",
                "Nothing is proved. Check with the issuing authority, or ask for another document.",
            ),
        ),
        Code.UNKNOWN_ISSUER: Meaning(
            Colour.RED,
            Label(
                "Aucune clé de confiance ne porte le nom que ce sceau indique ({issuer}, clé {reference}).",
                "No trusted key bears the name that this seal gives ({issuer}, key {reference}).",
            ),
            _HOLD,
        ),
        Code.FORGED: Meaning(
            Colour.RED,
            Label(
                "La signature est fausse : {issuer} n'a pas signé ce contenu.",
                "The signature is false: {issuer} did not sign this content.",
            ),
            _HOLD,
        ),
        Code.KEY_NOT_VALID_FOR_THIS: Meaning(
            Colour.RED,
            Label(
                "La clé {reference} de {issuer} ne peut pas signer ce document : {why}.",
                "Key {reference} of {issuer} may not sign this document: {why}.",
            ),
            _HOLD,
        ),
        Code.REVOKED: Meaning(
            Colour.RED,
            Label(
                "Ce document est révoqué depuis le {since}. {why}",
                "This document has been revoked since {since}. {why}",
            ),
            _HOLD,
        ),
        Code.NOT_ISSUED: Meaning(
            Colour.RED,
            Label(
                "La signature est juste, mais l'autorité n'a pas délivré ce document : sa clé a pu être volée.",
                "The signature holds, but the authority did not issue this document: its key may be stolen.",
            ),
            _HOLD,
        ),
        Code.SUSPENDED: Meaning(
            Colour.RED,
            Label(
                "Ce document est suspendu depuis le {since}. {why}",
                "This document has been suspended since {since}. {why}",
            ),
            _REFUSE,
        ),
        Code.SUPERSEDED: Meaning(
            Colour.RED,
            Label(
                "Ce document n'est plus à jour depuis le {since}. {why}",
                "This document has been out of date since {since}. {why}",
            ),
            _RENEW,
        ),
        Code.EXPIRED: Meaning(
            Colour.RED,
            Label("Ce document a expiré le {valid_until}. {clock}", "This document expired on {valid_until}. {clock}"),
            _RENEW,
        ),
        Code.NOT_YET_VALID: Meaning(
            Colour.RED,
            Label(
                "Ce document n'est valable qu'à partir du {valid_from}.",
                "This document is valid from {valid_from} only.",
            ),
            _REFUSE,
        ),
        Code.STATUS_UNKNOWN: Meaning(
            Colour.AMBER,
            Label(
                "La signature est juste, mais rien ne dit si le document a été révoqué depuis.",
                "The signature holds, but nothing tells whether the document was revoked since.",
            ),
            Label(
                "Mettez les listes à jour et scannez de nouveau ; sinon, vérifiez auprès de l'autorité émettrice.",
                "Update the lists and scan again; failing that, check with the authority that issued it.",
            ),
        ),
        Code.NEWER_THAN_LIST: Meaning(
            Colour.AMBER,
            Label(
                "La signature est juste, mais le document est plus récent que la liste des documents délivrés.",
                "The signature holds, but the document is newer than the list of issued documents.",
            ),
            _UPDATE,
        ),
        Code.VALID: Meaning(
            Colour.GREEN,
            Label(
                "Le sceau est authentique et le document est en vigueur.",
                "The seal is authentic and the document is in force.",
            ),
            Label(
                "Comparez chaque donnée affichée avec le papier et avec la personne.",
                "Compare every value shown with the paper and with the person.",
            ),
        ),
    }
)
REASONS: Mapping[str, Label] = MappingProxyType(
    {
        standing.ACT_ANNULLED: Label(
            "L'acte dont il est tiré a été annulé.", "The act that it is taken from was annulled."
        ),
        standing.ACT_CHANGED: Label(
            "L'acte a changé depuis l'impression : demandez un nouvel extrait.",
            "The act has changed since it was printed: ask for a new extract.",
        ),
        standing.REPLACED: Label(
            "Un autre document l'a remplacé : demandez celui-ci.", "Another document took its place: ask for that one."
        ),
        "lost": Label("Il a été déclaré perdu.", "It was reported lost."),
        "stolen": Label("Il a été déclaré volé.", "It was reported stolen."),
        "error": Label("Il contient une erreur.", "It contains an error."),
        "fraud": Label("Il y a eu fraude.", "There was fraud."),
        "court": Label("La justice l'a décidé.", "A court decided so."),
        OTHER: Label("Le motif n'est pas publié.", "The reason is not published."),
    }
)
BY_CLOCK = Label(  # what the lists cannot confirm: they are more than a day older, and the day in question lies between
    "C'est l'horloge de cet appareil qui le dit ({today}) : vérifiez-la, car les listes sont du {listed}.",
    "It is this device's clock that says so ({today}): check it, for the lists are of {listed}.",
)
_RANK = {code: rank for rank, code in enumerate(TABLE)}


def why(code: str) -> Label:
    """The sentence for a published reason; a code not known here says no more than "other"."""
    return REASONS.get(code, REASONS[OTHER])


def long_date(day: date | None, language: str) -> str:
    """« 22 novembre 2026 », « 1er mars 2026 », "22 November 2026"; empty for no day."""
    if day is None:
        return ""
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {say(MONTHS[day.month - 1], language)} {day.year:04d}"


def worst(findings: Iterable[Code]) -> Code:
    """The finding that stands first in the table."""
    against = [code for code in findings if code is not Code.VALID]
    return min(against, key=_RANK.__getitem__) if against else Code.VALID


class Misfit(Enum):
    """Why a trusted key does not vouch for a seal that bears its name."""

    ALGORITHM = Label("le sceau annonce un autre algorithme", "the seal claims another algorithm")
    CLASS = Label("elle ne vaut pas pour ce type de document", "it is not trusted for this kind of document")
    COUNTRY = Label("le sceau nomme un autre pays", "the seal names another country")
    PERIOD = Label(
        "la date du sceau est hors de sa période de signature", "the seal's date is outside its signing period"
    )
    ENDED = Label("elle a été retirée avant la date du sceau", "it was retired before the seal's date")
    REVOKED = Label("elle a été révoquée avant la date du sceau", "it was revoked before the seal's date")


class Note(Enum):
    """What limits a verdict without changing it; a VALID seal with a note is amber."""

    LISTS_OLD = Label(
        "Les listes ont plus d'un jour : mettez-les à jour.", "The lists are more than one day old: update them."
    )
    LISTS_TOO_OLD = Label(
        "Les listes ont plus de sept jours : elles ne disent plus ce qui est en vigueur.",
        "The lists are more than seven days old: they no longer say what is in force.",
    )
    LISTS_MISSING = Label("Les listes manquent.", "The lists are missing.")
    LISTS_OF_ANOTHER = Label(
        "Les listes présentes viennent d'une autre autorité que le sceau.",
        "The lists at hand come from another authority than the seal.",
    )
    CLOCK = Label(
        "L'horloge de cet appareil retarde sur les listes : remettez-la à l'heure.",
        "This device's clock is behind the lists: set it right.",
    )
    ADDRESS = Label(
        "Le code porte une adresse qui n'est pas celle du vérificateur officiel : n'ouvrez pas cette page.",
        "The code bears an address that is not the official checker's: do not open that page.",
    )
    IMITATION = Label(
        "Cette adresse imite celle du vérificateur officiel : signalez-la.",
        "That address imitates the official checker's: report it.",
    )
    DIGITS_HOLD = Label(
        "Les chiffres de contrôle de la zone sont justes, ce qui ne prouve rien.",
        "The check digits of the zone hold, which proves nothing.",
    )
    DIGITS_WRONG = Label(
        "Un chiffre de contrôle de la zone est faux : relisez-la ; s'il reste faux, la zone est altérée.",
        "A check digit of the zone is wrong: read it again; if it stays wrong, the zone was altered.",
    )
    NOTHING_TO_COMPARE = Label(
        "Ce sceau ne dit rien que l'on puisse comparer avec le papier : il peut venir d'un autre.",
        "This seal says nothing that could be compared with the paper: it may come from another one.",
    )
    PROOF_FALSE = Label(
        "Ce fichier porte une fausse preuve d'inscription au journal : signalez-le.",
        "This file bears a false proof of logging: report it.",
    )
