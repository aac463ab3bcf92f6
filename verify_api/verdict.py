"""Every answer that a scan can give, and the one table of what each means.

    green   accept, once the data shown was compared with paper and face
    amber   nothing speaks against it, nothing settles it: use another way
    red     do not accept

`TABLE` lists the answers worst first: where several things are wrong with one seal, the first of them is the answer.
A verdict shows the data of a seal only when it may be believed, that is when a key trusted for it signed it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

from sceau.domain.document_type import Label
from sceau.keys.keyring import TrustedKey, TrustList
from sceau.seals.published import StatusEntry
from sceau.seals.seal import ParsedSeal
from sceau.verify_api.lists import IssuedList, StatusList, age_days, day_of


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
            Label("Ce code n'est pas un sceau lisible ({detail}).", "This code is not a readable seal ({detail})."),
            Label(
                "Scannez de nouveau, à plat et bien éclairé ; sinon, vérifiez par le numéro et le code imprimés.",
                "Scan again, flat and well lit; failing that, check by the printed number and code.",
            ),
        ),
        Code.UNSUPPORTED: Meaning(
            Colour.AMBER,
            Label(
                "Ce sceau est d'un format qui n'est pas lu ici ({detail}).",
                "A seal of a kind not read here ({detail}).",
            ),
            _CALL,
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
            Label("Ce document est révoqué depuis le {since}. {why}", "This document is revoked since {since}. {why}"),
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
                "Ce document est suspendu depuis le {since}. {why}", "This document is suspended since {since}. {why}"
            ),
            _REFUSE,
        ),
        Code.SUPERSEDED: Meaning(
            Colour.RED,
            Label(
                "Ce document est remplacé par un plus récent depuis le {since}. {why}",
                "This document is replaced by a newer one since {since}. {why}",
            ),
            _RENEW,
        ),
        Code.EXPIRED: Meaning(
            Colour.RED,
            Label("Ce document a expiré le {valid_until}.", "This document expired on {valid_until}."),
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
            _UPDATE,
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
_RANK = {code: rank for rank, code in enumerate(TABLE)}


def worst(findings: Iterable[Code]) -> Code:
    """The finding that stands first in the table."""
    return min(findings, key=_RANK.__getitem__)


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


class Knowledge(NamedTuple):
    """The lists that a scan used, and the day on which it used them."""

    trust: TrustList
    status: StatusList | None
    issued: IssuedList | None
    today: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer. `seal` is what was parsed; its content counts only when `believed`. Texts are made when asked for."""

    code: Code
    knowledge: Knowledge
    seal: ParsedSeal | None = None
    key: TrustedKey | None = None
    seal_id: bytes | None = None
    entry: StatusEntry | None = None
    misfit: Misfit | None = None
    notes: tuple[Note, ...] = ()
    detail: str = ""

    @property
    def believed(self) -> bool:
        """Whether a key that is trusted for this seal signed it."""
        return self.seal_id is not None

    @property
    def colour(self) -> Colour:
        """The table's colour; amber for a VALID seal about which something is to be noted."""
        return Colour.AMBER if self.code is Code.VALID and self.notes else TABLE[self.code].colour

    @property
    def fields(self) -> Mapping[str, str]:
        """What to compare with paper and face; empty unless it may be believed."""
        return self.seal.fields if self.seal and self.believed else {}

    @property
    def standard(self) -> str | None:
        """The standard and profile that the seal follows."""
        if self.seal is None:
            return None
        return f"ICAO VDS {self.seal.profile}" if self.seal.format == "vds" else f"MOSIP Claim {self.seal.profile}"

    def reason(self, language: str) -> str:
        """Why, in "fr" or "en"."""
        why = self.misfit.value.say(language) if self.misfit else self.entry.reason if self.entry else ""
        return TABLE[self.code].reason.say(language).format(why=why, **self._facts()).strip()

    def todo(self, language: str) -> str:
        """What the officer must do, in "fr" or "en"."""
        return TABLE[self.code].todo.say(language)

    def _facts(self) -> dict[str, object]:
        seal = self.seal
        return {
            "detail": self.detail,
            "issuer": seal.issuer if seal else "",
            "reference": seal.reference if seal else "",
            "since": self.entry.since if self.entry else "",
            "valid_from": max(seal.valid_from or seal.issued_on, seal.issued_on) if seal else "",
            "valid_until": (seal.valid_until or "") if seal else "",
        }

    def to_json(self) -> dict[str, Any]:
        """The published form (docs/format/verdict.md), keys in a fixed order."""
        seal = self.seal if self.believed else None
        return {
            "code": self.code.value,
            "colour": self.colour.value,
            "reason": _both(self.reason),
            "todo": _both(self.todo),
            "notes": [{"code": note.name, **_both(note.value.say)} for note in self.notes],
            "fields": dict(self.fields),
            "standard": self.standard,
            "issuer": self._issuer(),
            "seal_id": self.seal_id.hex() if self.seal_id else None,
            "issued_on": seal.issued_on.isoformat() if seal else None,
            "valid_until": seal.valid_until.isoformat() if seal and seal.valid_until else None,
            "lists": self._lists(),
        }

    def _issuer(self) -> dict[str, Any] | None:
        if self.seal is None:
            return None
        key = self.key
        return {
            "name": self.seal.issuer,
            "key": self.seal.reference,
            "authority": key.authority if key else None,
            "office": key.office if key else None,
        }

    def _lists(self) -> dict[str, Any]:
        known = self.knowledge
        named = {"trust": known.trust, "status": known.status, "issued": known.issued}
        ages = {name: _age(listed, known.today) if listed else None for name, listed in named.items()}
        return {**ages, "as_of": known.status.as_of if known.status else None}


def _age(listed: TrustList | StatusList | IssuedList, today: date) -> dict[str, Any]:
    return {
        "authority": listed.authority,
        "version": listed.version,
        "issued_on": day_of(listed.issued_at).isoformat(),
        "age_days": age_days(listed.issued_at, today),
    }


def _both(say: Any) -> dict[str, str]:
    return {"fr": say("fr"), "en": say("en")}
