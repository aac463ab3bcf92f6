# long: the whole tree of errors is drawn and declared in one place
"""Every way that sceau can say no.

    SceauError
    +- DomainError               the request's fault: nothing was written, the message says what to do
    |  +- FieldInvalid           a value does not satisfy its declaration
    |  +- UnknownType            no document type, act kind or event topic bears this name
    |  +- NotFound               no such stream
    |  +- NotMandated            this officer holds no mandate for this act on this day
    |  +- NotEntitled            this office may not do this, or is closed
    |  +- WrongState             the act or document is not in a state that allows this
    |  +- DecisionRequired       only a court decision may do this
    |  +- KeyRefused             this key may not be enrolled or may not sign now
    |  +- DataErased             an order made this document's personal data unreadable
    |  +- DataRetained           the law keeps these data: no order erases them
    |  +- CommandReused          the command id was used for another command
    |  +- ConfirmationRequired   probably a mistake: repeat with the confirmation
    |  +- RegisterFull           the register has no number left
    |  +- InputUnreadable        the file or text given cannot be read
    |  +- MissingPart            an optional part of the installation is needed
    |  +- MissingFont            production prints no machine-readable zone without OCR-B
    +- SealError                 the paper's fault: becomes a verdict, never a crash
    |  +- SealUnread             no seal could be read; `why` is the code of the reason
    |  |  +- SealMalformed       breaks the grammar of its format
    |  |  +- SealUnsupported     recognised, but not a format or profile that we read
    |  |  +- NotASeal            a code of another kind: `why` is the stranger that it seems to be
    |  +- UnknownKey             no trusted key bears this name
    |  +- KeyMismatch            the key is trusted, but not for this
    |  +- SignatureInvalid       the signature does not hold
    +- IntegrityError            our fault: stop, do not go on writing
       +- NotCanonical           bytes that are not the one spelling of their value
       +- EnvelopeInvalid        a stored event that is not what its key signed, or not in its place
       +- LogBroken              a hole, an orphan, a leaf that does not match its event
       +- LedgerBehind           the database is older than the last head that we signed
       +- SignerRefused          the signer of the log's heads was asked for what does not extend its last head
       +- WitnessAlarm           a witness vouches for another history of this log: issue and publish nothing
       +- LogUnavailable         the log's directory or its signer cannot be reached or written: repeat
       |  +- WitnessesAwaited    printed only once the witnesses' quorum has seen it: repeat
       +- VaultBehind            the vault lacks data keys that events use
       +- ErasureHeld            an order to erase stands in the log, and its data keys may not be destroyed
       +- ListInvalid            a trust or status list that is not signed, or older than one already seen
       +- NoteInvalid            a signed note or checkpoint breaks its grammar, or a known key did not sign it
       +- ProofInvalid           a proof does not lead from the leaf, or from the old tree, to the signed root
       +- PolicyInvalid          a witness policy breaks its grammar
       +- StoreUnsafe            the database does not keep what it acknowledges
       +- ClockBehind            the clock stands before the last event
       +- ClockAhead             the clock stands far after the last event, and no operator has said that it is right
       +- StoreUnavailable       the database is locked, full or gone: nothing is known of the outcome, retry
       +- (projections/)         ProjectionStopped, RebuildDiffers, ViewUnavailable, ViewForeign: never the ledger
       +- (witness/)             WitnessRetired: its state was lost or turned back

`code` is published and never changes; `fr` and `en` are templates filled from the error's own values.
"""

from enum import StrEnum
from typing import ClassVar, Self

from sceau.domain.state_words import action_in_french, state_in_french
from sceau.domain.system_words import french


class SceauError(Exception):
    """Root of all errors raised on purpose.

    `values` fill the templates; they name facts (a number, a field), never a secret. Where `detail` is a sentence,
    `why_fr` says it in French.
    """

    code: ClassVar[str] = "sceau"
    fr: ClassVar[str] = "{why_fr}"
    en: ClassVar[str] = "{detail}"

    def __init__(self, detail: str = "", **values: object) -> None:
        self.detail = detail
        self.values = {"detail": detail, "why_fr": detail, **values}
        super().__init__(detail)

    @classmethod
    def of(cls, place: object, error: OSError) -> Self:
        """What the system said of a file or folder."""
        return cls(f"{place}: {error.strerror or error}", why_fr=f"{place} : {french(error)}")

    def say(self, language: str = "en") -> str:
        """The message in French ("fr") or English, with what to do about it."""
        template = self.fr if language == "fr" else self.en
        return template.format(**self.values)

    def __str__(self) -> str:
        return self.say("en")


class DomainError(SceauError):
    """The request breaks a rule; nothing was written."""

    code = "domain"


class FieldInvalid(DomainError):
    """A value does not satisfy its declaration."""

    code = "domain.field_invalid"
    fr = "champ « {field} » : {why_fr}"
    en = "field '{field}': {why}"

    def __init__(self, field: str, why: str, why_fr: str) -> None:
        super().__init__(f"{field}: {why}", field=field, why=why, why_fr=why_fr)
        self.field = field


class UnknownType(DomainError):
    """No document type, act kind or event topic bears this name."""

    code = "domain.unknown_type"
    fr = "type inconnu « {detail} » ; types connus : {known}"
    en = "unknown type '{detail}'; known types: {known}"

    def __init__(self, name: str, known: str = "-") -> None:
        super().__init__(name, known=known)


class NotFound(DomainError):
    """No such stream."""

    code = "domain.not_found"
    fr = "introuvable : {why_fr} ; vérifiez le numéro"
    en = "not found: {detail}; check the number"


class NotMandated(DomainError):
    """This officer holds no mandate for this act on this day."""

    code = "domain.not_mandated"
    fr = "l'agent {officer} n'a pas de mandat « {power} » à {office} le {day} ; un agent mandaté doit signer"
    en = "officer {officer} holds no '{power}' mandate at {office} on {day}; a mandated officer must sign"

    def __init__(self, officer: str, power: str, office: str, day: str) -> None:
        super().__init__(f"{officer}/{power}", officer=officer, power=power, office=office, day=day)


class NotEntitled(DomainError):
    """This office may not do this, or is closed."""

    code = "domain.not_entitled"
    fr = "le poste {office} ne peut pas faire cela : {why_fr}"
    en = "office {office} may not do this: {why}"

    def __init__(self, office: str, why: str, why_fr: str) -> None:
        super().__init__(f"{office}: {why}", office=office, why=why, why_fr=why_fr)


class WrongState(DomainError):
    """The act or document is not in a state that allows this."""

    code = "domain.wrong_state"
    fr = "{subject_fr} : état « {state_fr} », impossible de « {action_fr} »"
    en = "{subject} is '{state}': cannot '{action}'"

    def __init__(self, subject: str, state: str, action: str) -> None:
        french = {"subject_fr": action_in_french(subject), "state_fr": state_in_french(state)}
        asked = {"action": action, "action_fr": action_in_french(action)}
        super().__init__(f"{subject}: {state}", subject=subject, state=state, **french, **asked)


class DecisionRequired(DomainError):
    """Only a court decision may rectify or annul an act (Loi 2011-087)."""

    code = "domain.decision_required"
    fr = "une décision de justice (tribunal, numéro, date) est exigée pour cela"
    en = "a court decision (court, number, date) is required for this"


class KeyRefused(DomainError):
    """This key may not be enrolled, or may not sign now."""

    code = "domain.key_refused"
    fr = "clé refusée : {why_fr}"
    en = "key refused: {detail}"


class DataErased(DomainError):
    """An order made personal data of this document unreadable: it is not printed, and not erased again."""

    code = "domain.erased"
    fr = "les données personnelles de {number} ont été effacées le {on} par l'ordre « {reference} »"
    en = "the personal data of {number} were erased on {on} by the order '{reference}'"

    def __init__(self, number: str, reference: str, on: str) -> None:
        super().__init__(f"{number}: {reference}", number=number, reference=reference, on=on)


class DataRetained(DomainError):
    """A civil-status act is kept by law, and what it says with it; only a court changes it, by a mention."""

    code = "domain.retained"
    fr = "{detail} : données d'un acte d'état civil, que la loi conserve ; un tribunal peut le rectifier ou l'annuler"
    en = "{detail}: these are the data of a civil-status act, which the law keeps; a court may rectify or annul it"


class CommandReused(DomainError):
    """The command id was used before, for another command."""

    code = "domain.command_reused"
    fr = "l'identifiant de commande {detail} a déjà servi à une autre commande ; prenez-en un nouveau"
    en = "command id {detail} was already used for a different command; take a new one"


class ConfirmationRequired(DomainError):
    """Probably a mistake; the caller may confirm and repeat."""

    code = "domain.confirmation_required"
    fr = "{why_fr} ; si c'est voulu, répétez avec {flag}"
    en = "{why}; if this is meant, repeat with {flag}"

    def __init__(self, why: str, why_fr: str, flag: str) -> None:
        super().__init__(why, why=why, why_fr=why_fr, flag=flag)


class RegisterFull(DomainError):
    """The register has no number left."""

    code = "domain.register_full"
    fr = "le registre {detail} n'a plus de numéro libre"
    en = "register {detail} has no number left"


class InputUnreadable(DomainError):
    """The file or text given cannot be read."""

    code = "domain.input_unreadable"
    fr = "entrée illisible : {why_fr}"
    en = "unreadable input: {detail}"


class MissingPart(DomainError):
    """An optional part of the installation is needed."""

    code = "domain.missing_part"
    fr = "il manque une partie de l'installation : pip install 'sceau[{detail}]'"
    en = "a part of the installation is missing: pip install 'sceau[{detail}]'"


class MissingFont(DomainError):
    """Production issues no paper whose machine-readable zone could not be set in OCR-B (ICAO 9303-3)."""

    code = "domain.missing_font"
    fr = "la police OCR-B manque : installez le paquet fonts-ocr-b ; rien n'est délivré avec une autre en production"
    en = "the OCR-B font is missing: install the package fonts-ocr-b; production issues nothing with another"


class SealError(SceauError):
    """What stands on the paper is not a seal that we accept."""

    code = "seal"


class SealUnread(SealError):
    """No seal could be read; `why` is said to people in their language, `detail` to who writes readers."""

    def __init__(self, why: StrEnum, detail: str = "") -> None:
        super().__init__(detail or why.value)
        self.why = why.value


class SealMalformed(SealUnread):
    """The bytes break the grammar of their format; `why` is a Flaw."""

    code = "seal.malformed"


class SealUnsupported(SealUnread):
    """Recognised, but not a format or profile that we read; `why` is a Flaw."""

    code = "seal.unsupported"


class NotASeal(SealUnread):
    """A code that bears no seal; `why` says what it seems to be (seals/stranger.py)."""

    code = "seal.none"


class UnknownKey(SealError):
    """No trusted key bears this name."""

    code = "seal.unknown_key"
    fr = "aucune clé de confiance ne porte ce nom : {detail}"
    en = "no trusted key bears this name: {detail}"


class KeyMismatch(SealError):
    """The key is trusted, but not for this format, class, country or day."""

    code = "seal.key_mismatch"


class SignatureInvalid(SealError):
    """The signature does not hold."""

    code = "seal.signature_invalid"
    fr = "la signature n'est pas juste ; détail technique, en anglais : {detail}"


class IntegrityError(SceauError):
    """Something that we or our database vouched for is not so: stop. The details are for engineers, in English."""

    code = "integrity"
    fr = "intégrité en défaut ; détail technique, en anglais : {detail}"


class NotCanonical(IntegrityError):
    """Bytes that are not the one spelling of their value (RFC 8949 section 4.2.1)."""

    code = "integrity.not_canonical"


class EnvelopeInvalid(IntegrityError):
    """A stored event is not what its key signed, or does not stand in its place."""

    code = "integrity.envelope"


class LogBroken(IntegrityError):
    """A hole, an orphan, or a leaf that does not match its event."""

    code = "integrity.log"


class LedgerBehind(IntegrityError):
    """The database is older than the last head that we signed."""

    code = "integrity.ledger_behind"
    fr = "la base retarde sur la dernière tête signée ({detail}) : restaurez une copie plus récente"
    en = "the database is behind the last signed head ({detail}): restore a newer copy, issue nothing"


class SignerRefused(IntegrityError):
    """The checkpoint signer was asked for a head that does not extend the last one it signed, or has lost its state."""

    code = "integrity.signer_refused"
    fr = "le signataire du journal refuse : {why_fr}"
    en = "the log's signer refuses: {detail}"


class WitnessAlarm(IntegrityError):
    """A witness vouches for another history of this log; the evidence is kept, issuing and publishing stop."""

    code = "integrity.witness_alarm"
    fr = "ALARME d'un témoin ; n'émettez et ne publiez plus rien ; détail technique, en anglais : {detail}"
    en = "ALARM from a witness: {detail}; issue and publish nothing"


class LogUnavailable(IntegrityError):
    """The log's directory or its signer cannot be reached or written; nothing is lost, repeat."""

    code = "integrity.log_unavailable"
    fr = "journal indisponible ({why_fr}) : rien n'est perdu, répétez"
    en = "log unavailable ({detail}): nothing is lost, repeat"


class WitnessesAwaited(LogUnavailable):
    """Papers of this class leave the printer only once the witnesses' quorum has seen their issuance."""

    code = "integrity.witnesses_awaited"
    fr = "{detail} attend le quorum des témoins avant d'être imprimé ; rien n'est perdu : répétez, avec --log"
    en = "{detail} waits for the witnesses' quorum before it is printed; nothing is lost: repeat, with --log"


class VaultBehind(IntegrityError):
    """The vault lacks data keys that events use."""

    code = "integrity.vault_behind"
    fr = "le coffre n'a pas les clés de données que le registre utilise ({why_fr}) : restaurez un coffre plus récent"
    en = "the vault lacks data keys that the ledger uses ({detail}): restore a newer vault"


class ErasureHeld(IntegrityError):
    """An order to erase stands in the log, but does not hold, or another event needs a data key that it names."""

    code = "integrity.erasure"
    fr = "l'ordre d'effacer {detail} ne tient pas, ou un autre événement a besoin de sa clé : rien n'est détruit"
    en = "the order to erase {detail} does not hold, or another event needs its key: nothing is destroyed"


class ListInvalid(IntegrityError):
    """A trust, status or issued list is not signed by whom it must be, or is older than one seen."""

    code = "integrity.list"
    fr = "liste refusée ; détail technique, en anglais : {detail}"
    en = "list refused: {detail}"


class NoteInvalid(IntegrityError):
    """A signed note, checkpoint or cosignature breaks its grammar, or a known key did not sign it."""

    code = "integrity.note"
    fr = "note signée invalide ; détail technique, en anglais : {detail}"
    en = "invalid signed note: {detail}"


class ProofInvalid(IntegrityError):
    """A proof does not lead from the leaf, or from the old tree, to the signed root."""

    code = "integrity.proof"
    fr = "la preuve ne tient pas ; détail technique, en anglais : {detail}"
    en = "the proof does not hold: {detail}"


class PolicyInvalid(IntegrityError):
    """A witness policy breaks its grammar (c2sp.org/tlog-policy)."""

    code = "integrity.policy"
    fr = "politique de témoins invalide ; détail technique, en anglais : {detail}"
    en = "invalid witness policy: {detail}"


class StoreUnsafe(IntegrityError):
    """The database would not keep what it acknowledges."""

    code = "integrity.store_unsafe"


class ClockBehind(IntegrityError):
    """The clock stands before the last event; issuing stops until it is right."""

    code = "integrity.clock_behind"
    fr = "l'horloge retarde de {detail} s sur le dernier événement : remettez-la à l'heure"
    en = "the clock is {detail} s behind the last event: set it right"


class ClockAhead(IntegrityError):
    """The clock stands days after the last event; what is written too early stops issuing until its time comes."""

    code = "integrity.clock_ahead"
    fr = (
        "l'horloge ({now}) avance de {detail} jours sur le dernier événement ({last}) : remettez-la à l'heure si elle "
        "est fausse ; si elle est juste, dites la date lue ailleurs : sceau clock --today AAAA-MM-JJ"
    )
    en = (
        "the clock ({now}) is {detail} days ahead of the last event ({last}): set it right if it is wrong; "
        "if it is right, state the date as read elsewhere: sceau clock --today YYYY-MM-DD"
    )

    def __init__(self, days: int, now: str, last: str) -> None:
        super().__init__(str(days), now=now, last=last)


class StoreUnavailable(IntegrityError):
    """The database is locked, full or gone; repeat with the same command id."""

    code = "integrity.store_unavailable"
    fr = "base de données indisponible ({detail}) : l'issue est inconnue, répétez avec le même identifiant de commande"
    en = "database unavailable ({detail}): the outcome is unknown, repeat with the same command id"
