"""status_v1: what verifiers must know of documents, keys and offices. Nothing personal: auditors without keys make it.

    documents    number, look_up_key, list_key, type, format, state, reason, since, issued_idx, act, act_version
    act_changes  act, version, change, on_day                   mentioned, rectified, annulled
    keys         as enrolled, and when and why retired          offices   as opened, and when closed

`state` and `reason` are what the document's own events say (of a superseded one: the number that replaced it). What
counts and what is published of it is worked out on reading (domain/standing.py), with what happened to the act.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sceau.domain.civil_act import ActAnnulled, ActMentioned, ActRectified
from sceau.domain.document import (
    DocumentIssued,
    DocumentResumed,
    DocumentRevoked,
    DocumentSuperseded,
    DocumentSuspended,
)
from sceau.domain.events import Event
from sceau.domain.office import OfficeClosed, OfficeOpened
from sceau.domain.signing_key import KeyEnrolled, KeyRetired
from sceau.ledger.reader import Recorded
from sceau.seals.published import look_up_key
from sceau.seals.seal import list_key, look_up_code


class StatusView:
    """The projection behind `StatusQuery` and the published lists."""

    name = "status_v1"
    tables = (
        "CREATE TABLE documents (number TEXT PRIMARY KEY, look_up_key BLOB NOT NULL, list_key BLOB NOT NULL,"
        " type TEXT NOT NULL, format TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, since TEXT NOT NULL,"
        " issued_idx INTEGER NOT NULL, act TEXT, act_version INTEGER) WITHOUT ROWID",
        "CREATE TABLE act_changes (act TEXT, version INTEGER, change TEXT NOT NULL, on_day TEXT NOT NULL,"
        " PRIMARY KEY (act, version)) WITHOUT ROWID",
        "CREATE TABLE keys (kid BLOB PRIMARY KEY, purpose TEXT NOT NULL, algorithm TEXT NOT NULL, public BLOB NOT NULL,"
        " authority TEXT NOT NULL, office TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL,"
        " format TEXT NOT NULL, issuer TEXT NOT NULL, reference TEXT NOT NULL, country TEXT NOT NULL,"
        " classes TEXT NOT NULL, certificate BLOB NOT NULL, enrolled_idx INTEGER NOT NULL, retired_on TEXT,"
        " retired_for TEXT, compromised INTEGER) WITHOUT ROWID",
        "CREATE TABLE offices (code TEXT PRIMARY KEY, short TEXT NOT NULL, kind TEXT NOT NULL, country TEXT NOT NULL,"
        " city TEXT NOT NULL, name_fr TEXT NOT NULL, name_en TEXT NOT NULL, opened_on TEXT NOT NULL, closed_on TEXT)"
        " WITHOUT ROWID",
    )
    indexes: tuple[str, ...] = ()

    def apply(self, rows: Sequence[Recorded], cursor: sqlite3.Cursor) -> None:
        """Gather the rows of a batch and write them, new documents before what changes them."""
        write([made for row in rows if (made := written(row)) is not None], cursor)


def written(row: Recorded) -> "Write | None":
    """What an event writes; None where the view does not speak of it."""
    handler = _HANDLERS.get(type(row.event))
    return None if handler is None else handler(row, row.event)


def write(made: "Sequence[Write]", cursor: sqlite3.Cursor) -> None:
    """Write what the events of a batch wrote, new documents before what changes them."""
    pending: dict[str, list[tuple[Any, ...]]] = {statement: [] for statement in _STATEMENTS}
    for statement, values in made:
        pending[statement].append(values)
    for statement, gathered in pending.items():
        if gathered:
            cursor.executemany(statement, gathered)


_ADD_DOCUMENT = "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?)"
_CHANGE_DOCUMENT = "UPDATE documents SET state = ?, reason = ?, since = ? WHERE number = ?"
_ADD_CHANGE = "INSERT INTO act_changes VALUES (?,?,?,?)"
_ADD_KEY = "INSERT INTO keys VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,NULL,NULL,NULL)"
_RETIRE_KEY = "UPDATE keys SET retired_on = ?, retired_for = ?, compromised = ? WHERE kid = ?"
_ADD_OFFICE = "INSERT INTO offices VALUES (?,?,?,?,?,?,?,?,NULL)"
_CLOSE_OFFICE = "UPDATE offices SET closed_on = ? WHERE code = ?"
_STATEMENTS = (_ADD_DOCUMENT, _CHANGE_DOCUMENT, _ADD_CHANGE, _ADD_KEY, _RETIRE_KEY, _ADD_OFFICE, _CLOSE_OFFICE)
Write: TypeAlias = tuple[str, tuple[Any, ...]]


def _issued(row: Recorded, event: DocumentIssued) -> Write:
    number, seal_id = event.number, event.seal_id
    key = look_up_key(number, look_up_code(seal_id))
    state = ("issued", None, event.issued_on, row.idx)
    return _ADD_DOCUMENT, (
        number,
        key,
        list_key(seal_id),
        event.type,
        event.seal_format,
        *state,
        event.act,
        event.act_version,
    )


def _suspended(row: Recorded, event: DocumentSuspended) -> Write:
    return _CHANGE_DOCUMENT, ("suspended", event.reason, event.on, _name(row))


def _resumed(row: Recorded, event: DocumentResumed) -> Write:
    return _CHANGE_DOCUMENT, ("issued", None, event.on, _name(row))


def _revoked(row: Recorded, event: DocumentRevoked) -> Write:
    return _CHANGE_DOCUMENT, ("revoked", event.reason, event.on, _name(row))


def _superseded(row: Recorded, event: DocumentSuperseded) -> Write:
    return _CHANGE_DOCUMENT, ("superseded", event.by, event.on, _name(row))


def _mentioned(row: Recorded, event: ActMentioned) -> Write:
    return _ADD_CHANGE, (_name(row), row.meta.version, "mentioned", event.on)


def _rectified(row: Recorded, event: ActRectified) -> Write:
    return _ADD_CHANGE, (_name(row), row.meta.version, "rectified", event.on)


def _annulled(row: Recorded, event: ActAnnulled) -> Write:
    return _ADD_CHANGE, (_name(row), row.meta.version, "annulled", event.on)


def _enrolled(row: Recorded, event: KeyEnrolled) -> Write:
    period = (event.valid_from, event.valid_until)
    named = (event.format, event.issuer, event.reference, event.country, " ".join(sorted(event.classes)))
    key = (event.kid, event.purpose, event.algorithm, event.public, event.authority, event.office)
    return _ADD_KEY, (*key, *period, *named, event.certificate, row.idx)


def _retired(row: Recorded, event: KeyRetired) -> Write:
    return _RETIRE_KEY, (event.on, event.reason, int(event.compromised), bytes.fromhex(_name(row)))


def _opened(row: Recorded, event: OfficeOpened) -> Write:
    place = (event.kind, event.country, event.city, event.name_fr, event.name_en)
    return _ADD_OFFICE, (event.code, event.short, *place, event.on)


def _closed(row: Recorded, event: OfficeClosed) -> Write:
    return _CLOSE_OFFICE, (event.on, _name(row))


def _name(row: Recorded) -> str:
    return row.meta.stream.partition(":")[2]


_HANDLERS: dict[type[Event], Callable[[Recorded, Any], Write]] = {
    DocumentIssued: _issued,
    DocumentSuspended: _suspended,
    DocumentResumed: _resumed,
    DocumentRevoked: _revoked,
    DocumentSuperseded: _superseded,
    ActMentioned: _mentioned,
    ActRectified: _rectified,
    ActAnnulled: _annulled,
    KeyEnrolled: _enrolled,
    KeyRetired: _retired,
    OfficeOpened: _opened,
    OfficeClosed: _closed,
}
TOPICS = frozenset(kind.topic for kind in _HANDLERS)
