"""Every command, decided: what must hold, and which events follow.

One function per command. Each asks the domain and writes through the `Unit`, so whatever a decision read stands in
the read-set of its events. The ministry opens offices, grants mandates and enrols keys; an office acts for itself
alone.
"""

from collections.abc import Callable
from typing import Any

from sceau.domain import civil_act, document, numbering, office
from sceau.domain import draft as drafts
from sceau.domain.document_type import OfficeKind, act_kind, document_type
from sceau.domain.errors import FieldInvalid, NotEntitled, WrongState
from sceau.domain.office import ACTS, SUPERVISE
from sceau.domain.standing import ACT_ANNULLED, standing_now
from sceau.ledger import commands as c
from sceau.ledger import decide_erasure, decide_ministry
from sceau.ledger.decide_ministry import Decision as Decision
from sceau.ledger.decide_ministry import Engine as Engine
from sceau.ledger.decide_ministry import Tools as Tools
from sceau.ledger.unit import Unit


def decide(unit: Unit, tools: Tools) -> None:
    """Carry out the unit's command; raises DomainError and then nothing counts."""
    unit.require_open_log()
    _DECISIONS[type(unit.command)](unit, unit.command, tools)


def _mandated(unit: Unit, power: str) -> office.Office:
    command = unit.command
    here = unit.office(command.office)
    office.require(here, command.officer, power, unit.day)
    return here


def _close_register(unit: Unit, command: c.CloseRegister, _: Tools) -> None:
    here = _mandated(unit, SUPERVISE)
    stream = f"register:{command.register}"
    if unit.get(stream).version == 0:
        raise WrongState(f"register {command.register}", "not open", "close")
    if not numbering.kept_by(command.register, here.code, here.short):
        raise NotEntitled(here.code, "the register is another office's", "le registre est celui d'un autre poste")
    state = unit.rely(stream)
    state.accepts()
    unit.append(stream, numbering.RegisterClosed(command.register, unit.day))


def _act_number(unit: Unit, here: office.Office, letter: str) -> str:
    register = numbering.act_register(here.code, unit.today.year, letter)
    return unit.take_number("act:", register, here.code)[0]


def _declare_act(unit: Unit, command: c.DeclareAct, _: Tools) -> None:
    here = _mandated(unit, ACTS)
    kind = act_kind(command.kind)
    number = _act_number(unit, here, kind.letter)
    declared = civil_act.declare(
        kind, number, command.values, command.office, command.officer, unit.day, unit.fresh_key
    )
    unit.append(f"act:{number}", declared)


def _establish_act(unit: Unit, command: c.EstablishAct, _: Tools) -> None:
    here = _mandated(unit, ACTS)
    if command.number is None:
        state, kind = civil_act.CivilAct(), act_kind(command.kind)
        number = _act_number(unit, here, kind.letter)
    else:
        state, number = _own_act(unit, command.number), command.number
        kind = act_kind(state.kind)
        if command.values:
            raise FieldInvalid("values", "a declared act is signed as declared", "un acte déclaré se signe tel quel")
    established = civil_act.establish(
        state,
        kind,
        number,
        command.values,
        command.office,
        command.officer,
        unit.day,
        command.origin,
        command.reference,
        unit.fresh_key,
    )
    unit.append(f"act:{number}", established)


def _own_act(unit: Unit, number: str) -> civil_act.CivilAct:
    state = unit.act(number)
    if state.office != unit.command.office:
        raise NotEntitled(
            unit.command.office, f"the act is held by {state.office}", f"l'acte est tenu par {state.office}"
        )
    return state


def _mention_act(unit: Unit, command: c.MentionAct, _: Tools) -> None:
    _mandated(unit, ACTS)
    state = _own_act(unit, command.number)
    unit.append(
        f"act:{command.number}",
        civil_act.mention(
            state,
            command.mention,
            command.text,
            command.reference,
            command.office,
            command.officer,
            unit.day,
            unit.fresh_key,
        ),
    )


def _rectify_act(unit: Unit, command: c.RectifyAct, _: Tools) -> None:
    _mandated(unit, ACTS)
    state = _own_act(unit, command.number)
    rectified = civil_act.rectify(
        state, command.values, command.decision, command.office, command.officer, unit.day, unit.fresh_key
    )
    unit.append(f"act:{command.number}", rectified)


def _annul_act(unit: Unit, command: c.AnnulAct, _: Tools) -> None:
    _mandated(unit, ACTS)
    state = _own_act(unit, command.number)
    annulled = civil_act.annul(state, command.decision, command.office, command.officer, unit.day)
    unit.append(f"act:{command.number}", annulled)


def _issue_document(unit: Unit, command: c.IssueDocument, tools: Tools) -> None:
    drafted = draft(unit, command)
    declared = drafted.type
    engine = tools.engine(declared)  # refused before anything is sealed, if it could not be printed
    here = unit.office(command.office)
    register = numbering.document_register(declared.letter, here.short, unit.today.year)
    number, serial = unit.take_number("document:", register, here.code)
    if command.supersedes is not None:
        old = _own_document(unit, command.supersedes)
        superseded = document.supersede(old, declared.code, number, command.office, command.officer, unit.day)
        unit.append(f"document:{command.supersedes}", superseded)
    sealed = tools.sealer.seal(unit, drafted, number, serial)
    issued = drafts.issue(drafted, number, command.office, command.officer, *sealed, engine, unit.fresh_key)
    unit.append(f"document:{number}", issued)


def draft(unit: Unit, command: c.IssueDocument) -> drafts.Draft:
    """Decide what the paper will say, before anything is numbered or sealed: also the preview."""
    declared = document_type(command.type)
    here = _mandated(unit, declared.document_class.value)
    office.require_type(here, declared)
    act, version = None, None
    if command.act is not None:
        act, version = unit.act(command.act), unit.get(f"act:{command.act}").version
    return drafts.draft(declared, command.values, act, version, unit.today, command.waiver)


def _own_document(unit: Unit, number: str) -> document.Document:
    """A document of this office, or any if the ministry supervises; the officer must hold its class or `supervise`."""
    state = unit.document(number)
    issued, command = state.issued, unit.command
    if issued is None:
        raise WrongState(f"document {number}", "none", "act on it")
    here = unit.office(command.office)
    if issued.office != command.office and here.kind is not OfficeKind.MINISTRY:
        raise NotEntitled(command.office, f"it was issued by {issued.office}", f"il a été délivré par {issued.office}")
    power = issued.document_class if issued.office == command.office else SUPERVISE
    mandate = here.mandates.get(command.officer)
    if mandate is not None and mandate.covers(SUPERVISE, unit.day):
        power = SUPERVISE
    office.require(here, command.officer, power, unit.day)
    return state


def _require_act(unit: Unit, number: str, state: document.Document, action: str) -> None:
    """WrongState if the act that a document is about was annulled; the decision relies on that act."""
    about = state.issued.act if state.issued else None
    if about is None:
        return
    _, reason = standing_now(state, unit.act(about), unit.get(f"act:{about}").version)
    if reason == ACT_ANNULLED:
        raise WrongState(f"act {about}", "annulled", f"{action} {number}")


def _on_document(
    event_of: Callable[..., Any], *parts: str, needs_act: str = "", needs_data: bool = False
) -> Callable[[Unit, Any, Tools], None]:
    """A command that adds one event to a document; `parts` are the command's own values.

    With `needs_act`, the name of the action, it is refused for a document whose act was annulled; with `needs_data`,
    or with a note, for one whose personal data were erased.
    """

    def run(unit: Unit, command: Any, _: Tools) -> None:
        state = _own_document(unit, command.number)
        values = [getattr(command, part) for part in parts]
        event = event_of(state, *values, command.office, command.officer, unit.day)
        if needs_act:
            _require_act(unit, command.number, state, needs_act)
        if needs_data or ("note" in parts and command.note):
            unit.erasure(command.number).require_none()
        unit.append(f"document:{command.number}", event)

    return run


_DECISIONS: dict[type[c.Command], Decision] = {
    **decide_ministry.DECISIONS,
    **decide_erasure.DECISIONS,
    c.CloseRegister: _close_register,
    c.DeclareAct: _declare_act,
    c.EstablishAct: _establish_act,
    c.MentionAct: _mention_act,
    c.RectifyAct: _rectify_act,
    c.AnnulAct: _annul_act,
    c.IssueDocument: _issue_document,
    c.PrintDocument: _on_document(document.print_copy, needs_act="print", needs_data=True),
    c.DeliverDocument: _on_document(document.deliver, needs_act="deliver"),
    c.SuspendDocument: _on_document(document.suspend, "reason", "note"),
    c.ResumeDocument: _on_document(document.resume, "reason", "note"),
    c.RevokeDocument: _on_document(document.revoke, "reason", "note"),
}
