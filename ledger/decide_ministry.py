"""What the ministry decides for everybody: keys, offices, mandates, and what the ledger records of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sceau.domain import log_record, office, signing_key
from sceau.domain.document_type import DocumentType, OfficeKind
from sceau.domain.errors import FieldInvalid, KeyRefused, NotEntitled, WrongState
from sceau.domain.events import Event, clear_of
from sceau.keys.keyring import Algorithm, check_public
from sceau.ledger import commands as c
from sceau.ledger.sealing import Sealer
from sceau.ledger.unit import Unit

_ALGORITHMS = frozenset(algorithm.value for algorithm in Algorithm)
Engine = Callable[[DocumentType], tuple[bytes, str, bytes]]


@dataclass(frozen=True, slots=True)
class Tools:
    """What issuing needs besides the events: the sealing keys, and the digests of what will print the paper."""

    sealer: Sealer
    engine: Engine


Decision: TypeAlias = Callable[[Unit, Any, Tools], None]


def _ministry(unit: Unit) -> None:
    """NotEntitled unless the ministry's own office asks."""
    asked_by = unit.office(unit.command.office)
    if asked_by.code and asked_by.kind is not OfficeKind.MINISTRY:
        raise NotEntitled(asked_by.code, "only the ministry may", "seul le ministère le peut")


def _enrol_key(unit: Unit, command: c.EnrolKey, _: Tools) -> None:
    _ministry(unit)
    if command.key.algorithm not in _ALGORITHMS:
        raise KeyRefused(
            f"no algorithm {command.key.algorithm}", why_fr=f"algorithme inconnu : {command.key.algorithm}"
        )
    check_public(Algorithm(command.key.algorithm), command.key.public)
    stream = f"key:{command.key.kid.hex()}"
    unit.append(stream, signing_key.enrol(unit.rely(stream), command.key))


def _retire_key(unit: Unit, command: c.RetireKey, _: Tools) -> None:
    _ministry(unit)
    state = unit.key(command.kid)
    unit.append(f"key:{command.kid.hex()}", signing_key.retire(state, unit.day, command.reason, command.compromised))


def _open_office(unit: Unit, command: c.OpenOffice, _: Tools) -> None:
    _ministry(unit)
    if unit.office(command.code).code:
        raise WrongState(command.code, "open", "open")
    _check_code(command)
    opened = office.OfficeOpened(
        command.code,
        command.short,
        command.kind,
        command.country,
        command.city,
        command.name_fr,
        command.name_en,
        unit.day,
    )
    unit.append(f"office:{command.code}", opened)


def _check_code(command: c.OpenOffice) -> None:
    if not (len(command.code) == 3 and command.code.isascii() and command.code.isupper()):
        raise FieldInvalid("code", "three capital letters", "trois lettres capitales")
    if not (len(command.short) == 2 and command.short.isascii() and command.short.isupper()):
        raise FieldInvalid("short", "two capital letters", "deux lettres capitales")
    if command.kind not in {kind.value for kind in OfficeKind}:
        known = ", ".join(kind.value for kind in OfficeKind)
        raise FieldInvalid("kind", f"one of {known}", f"un de {known}")


def _close_office(unit: Unit, command: c.CloseOffice, _: Tools) -> None:
    _ministry(unit)
    unit.append(f"office:{command.code}", office.close(unit.office(command.code), unit.day, command.reason))


def _grant_mandate(unit: Unit, command: c.GrantMandate, _: Tools) -> None:
    _ministry(unit)
    here = unit.office(command.code)
    granted = office.grant(
        here,
        command.holder,
        command.powers,
        command.valid_from,
        command.valid_until,
        command.name,
        command.title,
        unit.fresh_key,
    )
    unit.append(f"office:{command.code}", granted)


def _end_mandate(unit: Unit, command: c.EndMandate, _: Tools) -> None:
    _ministry(unit)
    ended = office.end_mandate(unit.office(command.code), command.holder, unit.day, command.reason)
    unit.append(f"office:{command.code}", ended)


def _record_publication(unit: Unit, command: c.RecordPublication, _: Tools) -> None:
    _ministry(unit)
    _record(unit, log_record.LISTS, command.lists)
    _record(unit, f"log:view:{command.view.name}", command.view)


def _note_child_log(unit: Unit, command: c.NoteChildLog, _: Tools) -> None:
    _ministry(unit)
    stream = f"log:child:{command.noted.origin}"
    _record(unit, stream, log_record.note(unit.rely(stream), command.noted, command.extends, stream))


def _confirm_clock(unit: Unit, command: c.ConfirmClock, _: Tools) -> None:
    _ministry(unit)
    if command.today != unit.day:
        raise FieldInvalid(
            "today", f"this machine's clock says {unit.day} (UTC)", f"l'horloge de la machine dit {unit.day} (UTC)"
        )
    _record(unit, log_record.CLOCK, log_record.ClockConfirmed(unit.day))


def _freeze_log(unit: Unit, command: c.FreezeLog, _: Tools) -> None:
    _ministry(unit)
    _record(unit, log_record.FREEZE, log_record.LogFrozen(command.reason, command.successor, unit.day))


def _record(unit: Unit, stream: str, event: Event) -> None:
    unit.append(stream, log_record.record(unit.rely(stream), event, clear_of(event), stream))


DECISIONS: dict[type[c.Command], Decision] = {
    c.EnrolKey: _enrol_key,
    c.RetireKey: _retire_key,
    c.OpenOffice: _open_office,
    c.CloseOffice: _close_office,
    c.GrantMandate: _grant_mandate,
    c.EndMandate: _end_mandate,
    c.RecordPublication: _record_publication,
    c.NoteChildLog: _note_child_log,
    c.ConfirmClock: _confirm_clock,
    c.FreezeLog: _freeze_log,
}
