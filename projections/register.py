"""register_v1: acts and documents with the names of those they speak of. Never published, never backed up.

    acts       number, kind, office, officer, state, version, event_date, declared_on, established_on, origin
    documents  number, type, ..., act, act_version, state, reason, issued_on, valid_from, valid_until
    people     ref (act or document), role, surname, given_names, folded, birth_date, nina, since, until
    names      full-text index over `folded`: the words of the name as `domain.text.fold` spells them, sorted

A person of an act stands there from version `since` until a rectification (`until`), so a document issued at a version
finds the names that were printed on it without a copy of them. Whom an order erases is taken out (forget.py). Whether
a document is stale is no column but a comparison: its act's version against the one it was issued at.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sceau.domain.civil_act import ActAnnulled, ActDeclared, ActEstablished, ActMentioned, ActRectified
from sceau.domain.document import (
    HOLDER,
    DocumentDelivered,
    DocumentIssued,
    DocumentResumed,
    DocumentRevoked,
    DocumentSuperseded,
    DocumentSuspended,
)
from sceau.domain.document_type import act_kinds
from sceau.domain.erasure import ErasureOrdered
from sceau.domain.events import personal_values
from sceau.ledger.reader import Recorded
from sceau.projections.forget import forget
from sceau.projections.people import PLACES, Person, people, principal_of


def _event_date(kind: str, values: Mapping[str, Any]) -> str | None:
    declared = act_kinds().get(kind)
    return values.get(declared.event_date) if declared else None


class Register:
    """The projection behind `RegisterQuery`."""

    name = "register_v1"
    tables = (
        "CREATE TABLE acts (number TEXT PRIMARY KEY, kind TEXT NOT NULL, office TEXT NOT NULL, officer TEXT NOT NULL,"
        " state TEXT NOT NULL, version INTEGER NOT NULL, event_date TEXT, declared_on TEXT NOT NULL,"
        " established_on TEXT, origin TEXT) WITHOUT ROWID",
        "CREATE TABLE documents (number TEXT PRIMARY KEY, type TEXT NOT NULL, document_class TEXT NOT NULL,"
        " office TEXT NOT NULL, officer TEXT NOT NULL, act TEXT, act_version INTEGER, state TEXT NOT NULL,"
        " reason TEXT, issued_on TEXT NOT NULL, valid_from TEXT, valid_until TEXT) WITHOUT ROWID",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, ref TEXT NOT NULL, role TEXT NOT NULL, surname TEXT NOT NULL,"
        " given_names TEXT NOT NULL, folded TEXT NOT NULL, birth_date TEXT NOT NULL, nina TEXT NOT NULL,"
        " since INTEGER NOT NULL, until INTEGER)",
        "CREATE INDEX people_of ON people (ref)",
    )
    indexes = (
        "CREATE VIRTUAL TABLE names USING fts5 (folded, content = 'people', content_rowid = 'id', tokenize = 'ascii',"
        " detail = none, columnsize = 0)",
        "INSERT INTO names (names) VALUES ('rebuild')",
        "CREATE TRIGGER named AFTER INSERT ON people"
        " BEGIN INSERT INTO names (rowid, folded) VALUES (new.id, new.folded); END",
        "CREATE INDEX people_by_nina ON people (nina) WHERE nina <> ''",
        "CREATE INDEX people_by_birth ON people (birth_date, folded) WHERE birth_date <> ''",
        "CREATE INDEX acts_by_date ON acts (event_date) WHERE event_date IS NOT NULL",
        "CREATE INDEX documents_by_date ON documents (issued_on)",
        "CREATE INDEX documents_of_act ON documents (act) WHERE act IS NOT NULL",
    )

    def apply(self, rows: Sequence[Recorded], cursor: sqlite3.Cursor) -> None:
        """Gather the rows of a batch and write them table by table."""
        pending = _Pending(cursor)
        for row in rows:
            handler = _HANDLERS.get(type(row.event))
            if handler is not None:
                handler(pending, row, row.event)
        pending.flush()


class _Pending:
    """What a batch will write: new rows first, then changes in order."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor
        self.acts: list[tuple[Any, ...]] = []
        self.documents: list[tuple[Any, ...]] = []
        self.people: list[tuple[Any, ...]] = []
        self.act_changes: list[tuple[Any, ...]] = []
        self.document_changes: list[tuple[Any, ...]] = []

    def add_people(self, idx: int, ref: str, found: Sequence[Person], since: int) -> None:
        """Name these people in `ref`; their ids follow from the event, whatever batch it came in."""
        for place, one in enumerate(found):
            role, surname, given_names, birth_date, nina = one
            self.people.append(
                (idx << PLACES | place, ref, role, surname, given_names, one.folded, birth_date, nina, since)
            )

    def flush(self) -> None:
        """Write everything gathered."""
        for statement, rows in (
            (_ADD_ACT, self.acts),
            (_ADD_DOCUMENT, self.documents),
            (_ADD_PERSON, self.people),
            (_CHANGE_ACT, self.act_changes),
            (_CHANGE_DOCUMENT, self.document_changes),
        ):
            if rows:
                self.cursor.executemany(statement, rows)
                rows.clear()


_ADD_ACT = (
    "INSERT INTO acts VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (number) DO UPDATE SET officer = excluded.officer,"
    " state = excluded.state, version = excluded.version, established_on = excluded.established_on,"
    " origin = excluded.origin"
)
_ADD_DOCUMENT = "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
_ADD_PERSON = "INSERT INTO people VALUES (?,?,?,?,?,?,?,?,?,NULL)"
_CHANGE_ACT = "UPDATE acts SET state = ?, version = ? WHERE number = ?"
_CHANGE_DOCUMENT = "UPDATE documents SET state = ?, reason = ? WHERE number = ?"
_CURRENT_PEOPLE = (
    "SELECT role, surname, given_names, birth_date, nina FROM people WHERE ref = ? AND until IS NULL ORDER BY id"
)


def _declared(pending: _Pending, row: Recorded, event: ActDeclared) -> None:
    _add_act(pending, row, event, "declared", (event.on, None, None))


def _established(pending: _Pending, row: Recorded, event: ActEstablished) -> None:
    _add_act(pending, row, event, "established", (event.on, event.on, event.origin))


def _add_act(
    pending: _Pending, row: Recorded, event: ActDeclared | ActEstablished, state: str, days: tuple[Any, ...]
) -> None:
    values = personal_values(event.personal)
    version, event_date = row.meta.version, _event_date(event.kind, values)
    pending.acts.append((event.number, event.kind, event.office, event.officer, state, version, event_date, *days))
    pending.add_people(row.idx, event.number, people(values, principal_of(event.kind)), version)


def _mentioned(pending: _Pending, row: Recorded, event: ActMentioned) -> None:
    pending.act_changes.append(("established", row.meta.version, _number(row)))


def _annulled(pending: _Pending, row: Recorded, event: ActAnnulled) -> None:
    pending.act_changes.append(("annulled", row.meta.version, _number(row)))


def _rectified(pending: _Pending, row: Recorded, event: ActRectified) -> None:
    """People whose values a court changed stand anew from this version on; a rare event, so it may look things up."""
    number, version, changed = _number(row), row.meta.version, personal_values(event.personal)
    pending.act_changes.append(("established", version, number))
    pending.flush()
    kind = pending.cursor.execute("SELECT kind FROM acts WHERE number = ?", (number,)).fetchone()[0]
    event_date = _event_date(kind, changed)
    if event_date is not None:
        pending.cursor.execute("UPDATE acts SET event_date = ? WHERE number = ?", (event_date, number))
    before = [Person(*found) for found in pending.cursor.execute(_CURRENT_PEOPLE, (number,))]
    principal = principal_of(kind)
    after = people({**_values(before, principal), **changed}, principal)
    renamed = [one for one in after if one not in before]
    pending.cursor.executemany(
        "UPDATE people SET until = ? WHERE ref = ? AND role = ? AND until IS NULL",
        [(version, number, one.role) for one in renamed],
    )
    pending.add_people(row.idx, number, renamed, version)


def _values(found: Sequence[Person], principal: str) -> dict[str, str]:
    """The field values that `people` would read these people from."""
    values = {}
    for role, *said in found:
        prefix = "" if role == principal else f"{role}_"
        named = zip(("surname", "given_names", "birth_date", "nina"), said, strict=True)
        values.update({prefix + name: value for name, value in named if value})
    return values


def _issued(pending: _Pending, row: Recorded, event: DocumentIssued) -> None:
    pending.documents.append(
        (
            event.number,
            event.type,
            event.document_class,
            event.office,
            event.officer,
            event.act,
            event.act_version,
            "issued",
            None,
            event.issued_on,
            event.valid_from,
            event.valid_until,
        )
    )
    pending.add_people(row.idx, event.number, people(personal_values(event.personal), HOLDER), 1)


def _delivered(pending: _Pending, row: Recorded, event: DocumentDelivered) -> None:
    pending.document_changes.append(("delivered", None, _number(row)))


def _suspended(pending: _Pending, row: Recorded, event: DocumentSuspended) -> None:
    pending.document_changes.append(("suspended", event.reason, _number(row)))


def _resumed(pending: _Pending, row: Recorded, event: DocumentResumed) -> None:
    pending.document_changes.append(("issued", None, _number(row)))


def _revoked(pending: _Pending, row: Recorded, event: DocumentRevoked) -> None:
    pending.document_changes.append(("revoked", event.reason, _number(row)))


def _superseded(pending: _Pending, row: Recorded, event: DocumentSuperseded) -> None:
    pending.document_changes.append(("superseded", event.by, _number(row)))


def _erased(pending: _Pending, row: Recorded, event: ErasureOrdered) -> None:
    pending.flush()
    forget(pending.cursor, _number(row), event.subjects)


def _number(row: Recorded) -> str:
    return row.meta.stream.partition(":")[2]


_HANDLERS: dict[type, Callable[[_Pending, Recorded, Any], None]] = {
    ActDeclared: _declared,
    ActEstablished: _established,
    ActMentioned: _mentioned,
    ActRectified: _rectified,
    ActAnnulled: _annulled,
    DocumentIssued: _issued,
    DocumentDelivered: _delivered,
    DocumentSuspended: _suspended,
    DocumentResumed: _resumed,
    DocumentRevoked: _revoked,
    DocumentSuperseded: _superseded,
    ErasureOrdered: _erased,
}
