"""Deciding a document: what the paper will say, and then the event that says it was issued.

    draft(type, entered values, act at a version, today) -> Draft -> number, seal -> issue -> document.issued

A draft has passed every rule that needs no number and no seal, so it is also the preview.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sceau.domain.civil_act import CivilAct
from sceau.domain.document import HOLDER, DocumentIssued
from sceau.domain.document_type import DocumentType, act_kind, add_months
from sceau.domain.errors import FieldInvalid, WrongState
from sceau.domain.events import Event, FreshKey, Personal, personal_parts, unnamed
from sceau.domain.reasons import WAIVERS, require


@dataclass(frozen=True, slots=True)
class Draft:
    """A document decided but not yet sealed: everything that stands on the paper."""

    type: DocumentType
    values: Mapping[str, str]  # every field, the act's included
    entered: Mapping[str, str]  # what the clerk entered
    act: CivilAct | None
    act_version: int | None
    issued_on: date
    valid_from: date | None
    valid_until: date | None
    fee: int
    waiver: str | None


def draft(
    declared: DocumentType,
    entered: Mapping[str, str],
    act: CivilAct | None,
    act_version: int | None,
    today: date,
    waiver: str | None = None,
) -> Draft:
    """Decide what the paper will say; the office's and officer's right to say it is checked before."""
    values = dict(entered)
    if declared.act_kind is None:
        if act is not None:
            raise FieldInvalid(
                "act", f"{declared.code} is not about an act", f"{declared.code} ne porte pas sur un acte"
            )
    else:
        values.update(_from_act(declared, entered, act))
    declared.check(values, ordered=act is None)
    if waiver is not None:
        waiver = require("waiver", waiver, WAIVERS)
    valid_until = declared.validity.until(today, values)
    _check_dates(declared, values, today, valid_until)
    stated = declared.validity.stated
    return Draft(
        declared,
        values,
        entered,
        act,
        act_version,
        today,
        date.fromisoformat(values["valid_from"]) if stated else (today if valid_until else None),
        valid_until,
        0 if waiver else declared.fee.amount,
        waiver,
    )


def _from_act(declared: DocumentType, entered: Mapping[str, str], act: CivilAct | None) -> Mapping[str, str]:
    if act is None:
        raise FieldInvalid("act", "the act's number is missing", "le numéro de l'acte manque")
    if act.kind != declared.act_kind:
        raise FieldInvalid("act", f"must be a {declared.act_kind} act", f"doit être un acte « {declared.act_kind} »")
    if act.state != "established":
        raise WrongState(f"act {act.number}", act.state, f"issue {declared.code}")
    copied = {f.name: f.from_act for f in declared.fields if f.from_act is not None}
    for name in copied.keys() & entered.keys():
        raise FieldInvalid(name, "comes from the act and is not entered", "vient de l'acte et ne se saisit pas")
    return {name: act.values[source] for name, source in copied.items() if source in act.values}


def _check_dates(declared: DocumentType, values: Mapping[str, str], today: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until < today:
        raise FieldInvalid("valid_until", "is in the past", "est dans le passé")
    birth = values.get("birth_date")
    if birth is None:
        return
    if birth > today.isoformat():
        raise FieldInvalid("birth_date", "is in the future", "est dans l'avenir")
    age = declared.age_min_years
    if age and add_months(date.fromisoformat(birth), 12 * age) > today:
        raise FieldInvalid("birth_date", f"younger than {age} years", f"moins de {age} ans")


def issue(
    decided: Draft,
    number: str,
    office: str,
    officer: str,
    seal: bytes,
    seal_id: bytes,
    seal_key: bytes,
    engine: tuple[bytes, str, bytes],
    fresh: FreshKey = unnamed,
) -> Event:
    """The event of an issued document; `engine` is template digest, engine version, fonts digest."""
    declared = decided.type
    template, engine_version, fonts = engine
    return DocumentIssued(
        number,
        declared.code,
        declared.version,
        declared.document_class.value,
        office,
        officer,
        decided.act.number if decided.act else None,
        decided.act_version,
        decided.fee,
        declared.fee.currency,
        decided.waiver,
        decided.issued_on.isoformat(),
        decided.valid_from.isoformat() if decided.valid_from else None,
        decided.valid_until.isoformat() if decided.valid_until else None,
        seal_id,
        declared.seal.format.value,
        seal_key,
        declared.waits_for_quorum,
        template,
        engine_version,
        fonts,
        personal=_parts(decided, seal, fresh),
    )


def _parts(decided: Draft, seal: bytes, fresh: FreshKey) -> tuple[Personal, ...]:
    """Entered values by subject and group, and the seal; the holder of an act's extract is the act's principal."""
    known: Mapping[str, bytes] = {}
    if decided.act is not None:
        principal = act_kind(decided.act.kind).principal
        known = {HOLDER: decided.act.subject_keys[principal]}
    entered = personal_parts(decided.type.parts, decided.entered, known, fresh)
    holder = next((part.key_id for part in entered if part.subject == HOLDER), None) or known.get(HOLDER)
    return (Personal(HOLDER, "seal", {"seal": seal}, holder or fresh(HOLDER)), *entered)
