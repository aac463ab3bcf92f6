"""From the ledger to the printer: what the paper of a number says, and the event that lets it leave.

    print    PrintDocument is committed -> its copy number -> Paper -> PDF        nothing is printed before the commit
             -> proof attached where a log is published (proof_attachment.py); some classes wait for its witnesses
    preview  every check of issuing -> Paper with a seal that nobody signed       "PROJET" across it

Everything on the paper is read at the versions that its issuance relied on (act, office), so the prints of one copy
are the same bytes for ever, but for the proof, which grows with the log. A demonstration prints SPECIMEN on everything;
elsewhere that mark is only for a machine-readable zone without OCR-B (desk/sheet.py).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sceau.desk.paper import Attachment, Paper
from sceau.desk.printing import engine_of, print_pdf
from sceau.desk.sheet import DRAFT
from sceau.desk.wording import long_date, without_article
from sceau.domain import document, numbering
from sceau.domain import draft as drafts
from sceau.domain.civil_act import ActEstablished, CivilAct, Mention
from sceau.domain.document_type import DocumentType, SealFormat, document_type
from sceau.domain.erasure import Erasure
from sceau.domain.errors import LogUnavailable, NotFound, VaultBehind, WitnessesAwaited
from sceau.domain.office import Mandate, Office
from sceau.ledger import envelope
from sceau.ledger.commands import IssueDocument, PrintDocument
from sceau.ledger.issuance import Issuance
from sceau.ledger.log.prove import Proven, PublishedLog, prove
from sceau.seals import carrier, make
from sceau.seals.seal import look_up_code
from sceau.tlog.proof import Verified

PREVIEW_NUMBER = "PROJET000"  # nine characters, as numbers have
_NO_CODE = "-" * 16
_FILLER = bytes(range(1, 65))  # qrcode cannot draw a block of zeros
_DAY_S = 86_400
_UNIX_EPOCH = date(1970, 1, 1).toordinal()
_MENTIONS = {
    "marriage": "Mariage",
    "divorce": "Divorce",
    "death": "Décès",
    "recognition": "Reconnaissance",
    "rectification": "Rectification",
    "annulment": "Annulation",
    "other": "Mention",
}


@dataclass(frozen=True, slots=True)
class Counter:
    """Who prints: the ledger's commands, the state as its papers name it (see `sceau.config.State`), the public log.

    `witnessed`: witnesses were agreed upon, so a paper that waits for them is not printed where the log is not at hand.
    """

    issuance: Issuance
    authority: str
    country: str
    address: str
    specimen: bool = False
    log: PublishedLog | None = None
    witnessed: bool = False

    @property
    def code_address(self) -> str:
        """The checker's address as codes bear it: in capitals, which take less room."""
        return self.address.upper()


class Printed(NamedTuple):
    """One copy that left the printer; copy 0 is the original. `proof` is None where nothing is published of it yet."""

    pdf: bytes
    copy: int
    proof: Verified | None = None


def print_document(counter: Counter, number: str, by: Mapping[str, Any]) -> Printed:
    """Record that a copy is printed, then draw it; `by` holds command_id, office and officer.

    Repeated with the same command id, it gives the same copy again, with the proof of that moment. Raises what the
    command raises (WrongState, NotFound, NotMandated, DataErased, StoreUnavailable...), FieldInvalid for what cannot be
    typeset, and WitnessesAwaited, before anything is recorded, for a class of papers that must be witnessed first.
    """
    _require_not_erased(counter, number)
    proven = _proven(counter, number)
    outcome = counter.issuance.execute(PrintDocument(number=number, **by))
    row = counter.issuance.store.find([outcome.events[-1]])[0]
    copy = int(envelope.parse(row.state).clear["copy"])
    pdf = print_pdf(paper_of(counter, number, copy))
    if proven is None:
        return Printed(pdf, copy)
    return Printed(_attached(pdf, proven), copy, proven.verified)


def _proven(counter: Counter, number: str) -> Proven | None:
    """The proof that the paper will bear: provisional or none where its class need not wait for the witnesses."""
    if counter.log is None and not counter.witnessed:
        return None
    issued, _, _ = _issued(counter, number)
    proven = None
    if counter.log is not None:
        with suppress(LogUnavailable):
            proven = prove(counter.issuance.store.stream(f"document:{number}")[0], counter.log)
    if issued.waits and not (proven and proven.verified.witnessed):
        raise WitnessesAwaited(number)
    return proven


def _attached(pdf: bytes, proven: Proven) -> bytes:
    from sceau.desk.proof_attachment import attach  # noqa: PLC0415 - it takes longer to load than a paper to draw

    return attach(pdf, proven.proof.encode(), proven.at)


def preview(counter: Counter, command: IssueDocument) -> bytes:
    """The paper that `command` would issue, as a PDF; nothing is numbered, signed or written."""
    drafted = counter.issuance.preview(command)
    here: Office = counter.issuance.states.get(f"office:{command.office}").state
    unsigned = _unsigned(counter, drafted, command.office)
    return print_pdf(
        Paper(
            drafted.type,
            PREVIEW_NUMBER,
            drafted.values,
            *_signed_by(here, command.officer),
            drafted.issued_on,
            drafted.valid_from,
            drafted.valid_until,
            drafted.act.number if drafted.act else None,
            drafted.act_version,
            _mentions(drafted.act),
            carrier.write(_never_signed(counter, unsigned), drafted.type.seal.carrier, counter.code_address),
            _NO_CODE,
            _zone(counter, unsigned),
            counter.address,
            0,
            DRAFT,
            (),
            *_established(counter, drafted.act),
        )
    )


def paper_of(counter: Counter, number: str, copy: int) -> Paper:
    """A document as it was issued; NotFound if there is none, DataErased or VaultBehind if it cannot be read."""
    issued, state, rows = _issued(counter, number)
    _require_not_erased(counter, number)
    if state.seal is None:
        raise VaultBehind(f"document {number}", why_fr=f"document {number}")
    act = _act_at_issue(counter, issued)
    declared = document_type(issued.type)
    values = document.values_of(state, act)
    relied = dict(envelope.parse(rows).meta.read_set)
    here = counter.issuance.states.at(f"office:{issued.office}", relied[f"office:{issued.office}"]).state
    return Paper(
        declared,
        number,
        values,
        *_signed_by(here, issued.officer),
        date.fromisoformat(issued.issued_on),
        _day(issued.valid_from),
        _day(issued.valid_until),
        issued.act,
        issued.act_version,
        _mentions(act),
        carrier.write(state.seal, declared.seal.carrier, counter.code_address),
        look_up_code(issued.seal_id),
        _zone(counter, _laid_out(issued, declared, values)),
        counter.address,
        copy,
        "SPECIMEN" if counter.specimen else None,
        (
            Attachment("evenement.cose", rows, "Événement signé (COSE_Sign1, RFC 9052)", "application/cose"),
            Attachment("sceau.bin", state.seal, "Sceau du document", "application/octet-stream"),
        ),
        *_established(counter, act),
    )


def drawn_as_recorded(counter: Counter, number: str) -> bool:
    """Whether this machine draws with the template, engine and fonts that the issuance recorded."""
    issued, _, _ = _issued(counter, number)
    engine = engine_of(document_type(issued.type))
    return (engine.template, engine.engine, engine.fonts) == (issued.template, issued.engine, issued.fonts)


def _issued(counter: Counter, number: str) -> tuple[document.DocumentIssued, document.Document, bytes]:
    """The event of issue, the document as it stands, and the event's stored bytes."""
    numbering.split(number)
    state: document.Document = counter.issuance.states.get(f"document:{number}").state
    if state.issued is None:
        raise NotFound(number)
    return state.issued, state, counter.issuance.store.stream(f"document:{number}")[0].state


def _require_not_erased(counter: Counter, number: str) -> None:
    """DataErased if an order names somebody of whom the paper tells."""
    ordered: Erasure = counter.issuance.states.get(f"erasure:{number}").state
    ordered.require_none()


def _act_at_issue(counter: Counter, issued: document.DocumentIssued) -> CivilAct | None:
    if issued.act is None or issued.act_version is None:
        return None
    act: CivilAct = counter.issuance.states.at(f"act:{issued.act}", issued.act_version).state
    return act


def _signed_by(here: Office, officer: str) -> tuple[str, str, str, str, str]:
    """Office name, city and country, officer's name and title."""
    mandate = here.mandates.get(officer, Mandate((), "", ""))
    return here.name_fr, here.city, here.country, mandate.name, mandate.title


def _established(counter: Counter, act: CivilAct | None) -> tuple[str | None, date | None, str | None]:
    """Centre, day and officer of an act, its office read as it stood then: a later mandate changes no print."""
    if act is None:
        return None, None, None
    rows = counter.issuance.store.stream(f"act:{act.number}")
    signed = next(row for row in rows if row.topic == ActEstablished.topic)
    stream = f"office:{act.office}"
    relied = dict(envelope.parse(signed.state).meta.read_set)
    here: Office = counter.issuance.states.at(stream, relied[stream]).state
    mandate = here.mandates.get(act.officer, Mandate((), "", ""))
    named = ", ".join(part for part in (mandate.name, without_article(mandate.title)) if part)
    return here.name_fr or None, _day(act.established_on), named or None


def _mentions(act: CivilAct | None) -> tuple[str, ...]:
    return tuple(_mention(mention) for mention in act.mentions) if act else ()


def _mention(mention: Mention) -> str:
    """« Divorce, le 3 mai 2026 (TGI Bamako, n° 12) : texte. »"""
    said = f" : {mention.text}" if mention.text else ""
    named = _MENTIONS.get(mention.mention, _MENTIONS["other"])
    return f"{named}, le {long_date(date.fromisoformat(mention.on))} ({mention.reference}){said}"


def _unsigned(counter: Counter, drafted: drafts.Draft, office: str) -> make.Draft:
    """What would be sealed, under a number and place in the status list that nobody has."""
    return make.Draft(
        drafted.type,
        PREVIEW_NUMBER,
        drafted.values,
        office,
        drafted.issued_on,
        (drafted.issued_on.toordinal() - _UNIX_EPOCH) * _DAY_S,
        drafted.valid_until,
        drafted.act.number if drafted.act else None,
        0,
        f"{counter.address}s/{PREVIEW_NUMBER[:-4]}",
    )


def _never_signed(counter: Counter, unsigned: make.Draft) -> bytes:
    """A seal of the real size, by a key that does not exist, with a filler for a signature."""
    if unsigned.type.seal.format is SealFormat.VDS:
        key = make.SealKey(counter.authority, f"{counter.country}00", "00")
    else:
        key = make.SealKey(counter.authority, counter.country, "00" * 8)
    return make.prepare(unsigned, key).sealed(_FILLER)


def _laid_out(issued: document.DocumentIssued, declared: DocumentType, values: Mapping[str, str]) -> make.Draft:
    """The document as the seal's maker took it, for the zone that both bear."""
    issued_on = date.fromisoformat(issued.issued_on)
    until = _day(issued.valid_until)
    return make.Draft(declared, issued.number, values, issued.office, issued_on, 0, until, issued.act, 0, "")


def _zone(counter: Counter, unsigned: make.Draft) -> tuple[str, str] | None:
    return make.zone(unsigned, counter.authority) if unsigned.type.seal.mrz else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
