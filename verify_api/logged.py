"""Was this document logged, and who saw it? The proof that a paper brings along, judged offline.

    proof (tlog/proof.py) -> 1 read -> 2 whose? -> 3 in the log -> 4 witnessed -> 5 signed by the office -> Logged

A proof never changes what the seal says: it makes no forged seal good and no good seal bad. A proof that is there and
false was made up or altered by somebody, so the verdict bears a note, and a VALID turns amber. A proof that we lack the
knowledge to judge, or none at all, only goes without its reassurance: anybody can take an attachment away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, NamedTuple

from sceau.domain import canonical, cose
from sceau.domain.document_type import Label
from sceau.domain.errors import EnvelopeInvalid, NotCanonical, NoteInvalid, ProofInvalid, UnknownKey
from sceau.keys.keyring import Purpose, TrustList
from sceau.tlog import checkpoint, event, note, opening
from sceau.tlog import proof as proofs
from sceau.tlog.event import Envelope
from sceau.tlog.opening import Opening
from sceau.tlog.policy import Policy
from sceau.tlog.proof import Proof, Verified
from sceau.verify_api.lists import day_of
from sceau.verify_api.meaning import Note, long_date
from sceau.verify_api.verdict import Verdict

_ISSUED = "document.issued.v1"


class State(Enum):
    """What a proof is worth; the values are published."""

    LOGGED = "logged"
    PROVISIONAL = "provisional"
    FALSE = "false"
    UNJUDGED = "unjudged"
    ABSENT = "absent"


class Why(Enum):
    """What is wrong with a proof, or what we lack to judge it."""

    NO_PROOF = Label("ce n'est pas une preuve lisible", "it is not a readable proof")
    ANOTHER = Label("c'est celle d'un autre document", "it is another document's")
    HEAD = Label("la tête du journal n'est pas signée comme elle le dit", "the log's head is not signed as it says")
    PATH = Label("elle ne mène pas à la tête signée du journal", "it does not lead to the signed head of the log")
    EVENT = Label(
        "le poste n'a pas signé l'événement qu'elle contient", "the office did not sign the event that it contains"
    )
    ANOTHER_LOG = Label(
        "elle vient d'un journal que votre politique ne nomme pas", "it is of a log that your policy does not name"
    )
    KEY_UNKNOWN = Label(
        "la liste de confiance ne nomme pas la clé du poste", "the trust list does not name the office's key"
    )
    KEY_REVOKED = Label(
        "la clé du poste est révoquée, et rien ne montre qu'elle a signé avant",
        "the office's key is revoked, and nothing shows that it signed before",
    )


_UNJUDGED = (Why.ANOTHER_LOG, Why.KEY_UNKNOWN, Why.KEY_REVOKED)


@dataclass(frozen=True, slots=True)
class Logged:
    """What the proofs that came with one seal say of it; times in Unix seconds."""

    state: State
    why: Why | None = None
    origin: str = ""
    index: int | None = None
    size: int | None = None
    time: int | None = None  # logged by then
    witnesses: Mapping[str, int] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """The sentence, in "fr" or "en"."""
        french, english = self._text()
        return french if language == "fr" else english

    def to_json(self) -> dict[str, Any]:
        """The published form (docs/format/verdict.md), keys in a fixed order."""
        french, english = self._text()
        return {
            "state": self.state.value,
            "fr": french,
            "en": english,
            "why": self.why.name if self.why else None,
            "origin": self.origin or None,
            "index": self.index,
            "size": self.size,
            "time": self.time,
            "witnesses": dict(self.witnesses),
        }

    def _text(self) -> tuple[str, str]:
        why = self.why.value if self.why else Label("", "")
        match self.state:
            case State.LOGGED if self.time is None:
                return (
                    f"Délivré et inscrit au journal {self.origin} (aucun témoin n'est exigé par votre politique).",
                    f"Issued and logged in {self.origin} (your policy asks for no witness).",
                )
            case State.LOGGED:
                return (
                    f"Délivré et inscrit au journal {self.origin} au plus tard le {_instant(self.time, 'fr')} ; "
                    f"témoins : {self._seen('fr')}.",
                    f"Issued and logged in {self.origin} by {_instant(self.time, 'en')}, "
                    f"witnessed by {self._seen('en')}.",
                )
            case State.PROVISIONAL:
                return (
                    f"Preuve provisoire : le journal {self.origin} l'affirme, mais trop peu de témoins l'ont vu "
                    f"({self._seen('fr') or 'aucun'}). Demandez la preuve définitive.",
                    f"Provisional proof: the log {self.origin} says so, but too few witnesses saw it "
                    f"({self._seen('en') or 'none'}). Ask for the final proof.",
                )
            case State.FALSE:
                return (
                    f"La preuve jointe est fausse : {why.fr}. L'autorité n'a pas remis ce fichier tel quel.",
                    f"The attached proof is false: {why.en}. The authority did not give out this file as it is.",
                )
            case State.UNJUDGED:
                return (
                    f"La preuve jointe n'a pas pu être jugée : {why.fr}.",
                    f"The attached proof could not be judged: {why.en}.",
                )
            case State.ABSENT:
                return "Aucune preuve d'inscription n'est jointe.", "No proof of logging is attached."

    def _seen(self, language: str) -> str:
        return ", ".join(f"{name} ({_instant(time, language)})" for name, time in self.witnesses.items())


class _Read(NamedTuple):
    """A proof cut open; nothing in it is believed yet."""

    proof: Proof
    opening: Opening
    event: Envelope

    @property
    def seal_id(self) -> bytes | None:
        """The seal whose issuance the event records."""
        found = self.event.clear.get("seal_id")
        return found if self.event.topic == _ISSUED and type(found) is bytes else None


def with_proofs(verdicts: Sequence[Verdict], found: Sequence[bytes], policy: Policy) -> list[Verdict]:
    """The verdicts of one file, each with what the proofs found in that file say of its seal; false ones are noted."""
    sealed = {verdict.seal.seal_id for verdict in verdicts if verdict.seal is not None}
    read = [_read(data) for data in dict.fromkeys(found)]
    return [_with(verdict, read, sealed, policy) for verdict in verdicts]


def judge(data: bytes, seal_id: bytes, trust: TrustList, policy: Policy) -> Logged:
    """What one proof says of the seal named `seal_id`, which somebody else found genuine; never raises on `data`."""
    read = _read(data)
    return _judged(read, seal_id, trust, policy) if read else Logged(State.FALSE, Why.NO_PROOF)


def _with(verdict: Verdict, read: Sequence[_Read | None], sealed: set[bytes], policy: Policy) -> Verdict:
    """Only what a trusted key sealed is looked up: nothing that a stranger wrote is called logged."""
    if verdict.seal_id is None:
        return verdict
    logged = _combined(verdict.seal_id, read, sealed, verdict.knowledge.trust, policy)
    notes = (*verdict.notes, Note.PROOF_FALSE) if logged.state is State.FALSE else verdict.notes
    return replace(verdict, logged=logged, notes=notes)


def _combined(
    seal_id: bytes, read: Sequence[_Read | None], sealed: set[bytes], trust: TrustList, policy: Policy
) -> Logged:
    """Each proof must hold for a seal of this file: one that is false counts first, then what says the most."""
    judged = [
        _judged(one, seal_id, trust, policy) if one else Logged(State.FALSE, Why.NO_PROOF)
        for one in read
        if one is None or one.seal_id == seal_id or one.seal_id not in sealed
    ]
    order = (State.FALSE, State.LOGGED, State.PROVISIONAL, State.UNJUDGED)
    return min(judged, key=lambda one: order.index(one.state), default=Logged(State.ABSENT))


def _read(data: bytes) -> _Read | None:
    """1. Cut a proof open, strictly: its extra data opens a leaf, in which there is an event."""
    try:
        proof = proofs.parse(data)
        opened = opening.parse(proof.extra or b"")
        canonical.scan_item(cose.split(opened.event).payload)
        return _Read(proof, opened, event.parse(opened.event))
    except (ProofInvalid, NotCanonical, EnvelopeInvalid):
        return None


def _judged(read: _Read, seal_id: bytes, trust: TrustList, policy: Policy) -> Logged:
    # 2. The event records the issuance of this very seal.
    if read.seal_id != seal_id:
        return Logged(State.FALSE, Why.ANOTHER)
    # 3. and 4. Its leaf is in a log of the policy, under a head that enough witnesses saw.
    verified = _verified(read, policy)
    if isinstance(verified, Why):
        return _against(verified)
    # 5. The office signed it, for this log, on a day on which it could.
    if why := _unsigned(read.event, verified, trust):
        return _against(why)
    state = State.LOGGED if verified.witnessed else State.PROVISIONAL
    return Logged(state, None, verified.origin, verified.index, verified.size, verified.time, dict(verified.witnesses))


def _against(why: Why) -> Logged:
    return Logged(State.UNJUDGED if why in _UNJUDGED else State.FALSE, why)


def _verified(read: _Read, policy: Policy) -> Verified | Why:
    try:
        signed = note.parse(read.proof.checkpoint)
        origin = checkpoint.parse(signed.text).origin
        if all(log.verifier.name != origin for log in policy.logs):
            return Why.ANOTHER_LOG
        policy.met_by(signed)
    except NoteInvalid:
        return Why.HEAD
    try:
        return proofs.verify(read.proof, read.opening.leaf(read.event.topic), policy, provisional=True)
    except ProofInvalid:
        return Why.PATH


def _unsigned(recorded: Envelope, verified: Verified, trust: TrustList) -> Why | None:
    """Why the event does not count as the office's; the witnesses say whether its key was still good."""
    try:
        key = trust.by_kid(recorded.kid, Purpose.EVENT)
        event.verify(recorded, key.public)
    except UnknownKey:
        return Why.KEY_UNKNOWN
    except EnvelopeInvalid:
        return Why.EVENT
    meta = recorded.meta
    signs = key.signs_on(day_of(meta.time // 1000))
    if not signs or (key.office, verified.origin) != (meta.office, meta.origin):
        return Why.EVENT
    proven = verified.time is not None and key.signs_on(day_of(verified.time))
    return Why.KEY_REVOKED if key.status == "revoked" and not proven else None


def _instant(time: int | None, language: str) -> str:
    """« 22 novembre 2026 à 09:00 UTC », "22 November 2026 at 09:00 UTC"."""
    if time is None or time * 1000 > event.TIME_MAX:
        return "?"
    when = datetime.fromtimestamp(time, UTC)
    return f"{long_date(when.date(), language)} {'à' if language == 'fr' else 'at'} {when:%H:%M} UTC"
