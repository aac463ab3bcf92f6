"""Reading the views: what desk and checker may ask. Each call is one consistent look; nothing here writes.

    RegisterQuery   find by number, name, NINA, birth date, day, office, kind, state; likely duplicates
    StatusQuery     what a document counts for, and what is published of all of them

What is asked stands in `search.py`.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sceau.domain.document import HOLDER
from sceau.domain.document_type import act_kinds, document_type
from sceau.domain.standing import counts_for
from sceau.projections import listed, view
from sceau.projections.listed import ListedDocument
from sceau.projections.people import Person, people, principal_of
from sceau.projections.search import DOCUMENT_NAMES, FOUND_MAX, Asked, Search


@dataclass(frozen=True, slots=True)
class FoundAct:
    """An act of the register and those it names today."""

    number: str
    kind: str
    office: str
    officer: str
    state: str  # declared, established, annulled
    version: int
    event_date: str | None
    declared_on: str
    established_on: str | None
    origin: str | None
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document and those it names as printed; `stale`: its act has moved on since.

    `state` and `reason` say what it counts for (domain/standing.py); a reason of its own is the clerk's text.
    """

    number: str
    type: str
    document_class: str
    office: str
    officer: str
    act: str | None
    act_version: int | None
    state: str  # issued, delivered, suspended, superseded, revoked
    reason: str | None
    issued_on: str
    valid_from: str | None
    valid_until: str | None
    stale: bool
    people: tuple[Person, ...] = ()


_ACTS = (
    "SELECT number, kind, office, officer, state, version, event_date, declared_on, established_on, origin FROM acts"
)
_CHANGED = "coalesce((SELECT version > act_version FROM acts WHERE acts.number = documents.act), 0)"
_ANNULLED = "coalesce((SELECT acts.state = 'annulled' FROM acts WHERE acts.number = documents.act), 0)"
_COUNTS_FOR = f"counts_for(documents.state, {_ANNULLED}, {_CHANGED})"  # the domain's rule, called by SQLite
_DOCUMENTS = (
    "SELECT number, type, document_class, office, officer, act, act_version, state, reason, issued_on, valid_from,"
    f" valid_until, {_CHANGED}, {_ANNULLED} FROM documents"
)


class RegisterQuery:
    """The register; `path` is the file of `register_v1`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, search: Search) -> list[FoundAct | FoundDocument]:
        """Acts, then documents, each in the order of their numbers."""
        return [*self.acts(search), *self.documents(search)]

    def acts(self, search: Search) -> list[FoundAct]:
        """The acts that answer to all of `search`."""
        asked = Asked()
        asked.about(search, "kind", "event_date", "state")
        asked.of_people(search, "number IN (SELECT ref FROM people WHERE {0})")
        with view.reading(self._path) as cursor:
            return _acts(cursor, asked, search.limit)

    def documents(self, search: Search) -> list[FoundDocument]:
        """The documents that answer to all of `search`."""
        asked = Asked()
        asked.about(search, "type", "issued_on", _COUNTS_FOR)
        asked.of_people(search, DOCUMENT_NAMES)
        with view.reading(self._path) as cursor:
            return _documents(cursor, asked, search.limit)

    def likely_duplicates(
        self, code: str, values: Mapping[str, str], today: date
    ) -> list[FoundAct] | list[FoundDocument]:
        """What seems to exist already for the person whom `values` are about, by name and birth date or by NINA.

        For an act kind: its acts that are not annulled. For a document type: its documents that are neither expired,
        stale, superseded nor revoked; `values` are then all fields of the paper, the act's included.
        """
        kind = code if code in act_kinds() else document_type(code).act_kind
        principal = principal_of(kind) if kind else HOLDER
        who = [one for one in people(values, principal) if one.role == principal]
        if not who:
            return []
        asked = Asked()
        if code in act_kinds():
            asked.add("kind = ? AND state <> 'annulled'", code)
            asked.same_person(who[0], "number IN (SELECT ref FROM people WHERE until IS NULL AND {0})")
            with view.reading(self._path) as cursor:
                return _acts(cursor, asked, FOUND_MAX)
        asked.add("type = ? AND state IN ('issued', 'delivered', 'suspended')", code)
        asked.add("coalesce(valid_until >= ?, TRUE)", today.isoformat())
        asked.same_person(who[0], DOCUMENT_NAMES)
        with view.reading(self._path) as cursor:
            return [one for one in _documents(cursor, asked, FOUND_MAX) if not one.stale]


def _acts(cursor: sqlite3.Cursor, asked: Asked, limit: int) -> list[FoundAct]:
    query = f"{_ACTS} WHERE {asked.where} ORDER BY number LIMIT ?"
    found = [FoundAct(*row) for row in cursor.execute(query, (*asked.values, limit))]
    return [replace(one, people=_people_of(cursor, one.number, one.version)) for one in found]


def _documents(cursor: sqlite3.Cursor, asked: Asked, limit: int) -> list[FoundDocument]:
    query = f"{_DOCUMENTS} WHERE {asked.where} ORDER BY number LIMIT ?"
    cursor.connection.create_function("counts_for", 3, _state_of, deterministic=True)
    rows = cursor.execute(query, (*asked.values, limit)).fetchall()
    return [replace(one, people=_named_on(cursor, one)) for one in map(_found, rows)]


def _state_of(state: str, annulled: int, changed: int) -> str:
    return counts_for(state, bool(annulled), bool(changed))[0]


def _found(row: tuple[Any, ...]) -> FoundDocument:
    own, annulled = FoundDocument(*row[:-1]), bool(row[-1])
    state, reason = counts_for(own.state, annulled, bool(own.stale))
    return replace(own, state=state, reason=reason or own.reason, stale=bool(own.stale))


def _named_on(cursor: sqlite3.Cursor, one: FoundDocument) -> tuple[Person, ...]:
    own = _people_of(cursor, one.number, 1)
    return own if one.act is None else own + _people_of(cursor, one.act, one.act_version or 0)


def _people_of(cursor: sqlite3.Cursor, ref: str, version: int) -> tuple[Person, ...]:
    """Those whom `ref` names at that version."""
    rows = cursor.execute(
        "SELECT role, surname, given_names, birth_date, nina FROM people"
        " WHERE ref = ? AND since <= ? AND coalesce(? < until, TRUE) ORDER BY id",
        (ref, version, version),
    )
    return tuple(Person(*row) for row in rows)


class StatusQuery:
    """What documents and keys count for; `path` is the file of `status_v1`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def document(self, number: str) -> ListedDocument | None:
        """One document by its number."""
        with self.look() as found:
            return next(found.documents("WHERE number = ?", number), None)

    @contextmanager
    def look(self) -> "Iterator[StatusLook]":
        """Several questions about one and the same moment."""
        with view.reading(self._path) as cursor:
            yield StatusLook(cursor)


class StatusLook:
    """One moment of the status view."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.as_of = view.position(cursor)

    def documents(self, where: str = "ORDER BY number", *values: Any) -> Iterator[ListedDocument]:
        """Every document, in the order of numbers."""
        return listed.documents(self._cursor.connection, where, *values)

    def published(self, since: int = 0) -> Iterator[ListedDocument]:
        """Every document of which lists speak, issued at index `since` or later, in the order of numbers."""
        return listed.published(self._cursor.connection, since)

    def twins(self) -> frozenset[str]:
        """The documents of which no list speaks: they bear the seal of one issued before."""
        return listed.twins(self._cursor.connection)

    def enrolled(self) -> list[dict[str, Any]]:
        """Every key ever enrolled, in the order of their ids; columns as in `status.py`."""
        return self._named("SELECT * FROM keys ORDER BY kid")

    def offices(self) -> list[dict[str, Any]]:
        """Every office ever opened, by code; columns as in `status.py`."""
        return self._named("SELECT * FROM offices ORDER BY code")

    def _named(self, query: str) -> list[dict[str, Any]]:
        rows = self._cursor.execute(query).fetchall()
        names = [column[0] for column in self._cursor.description]
        return [dict(zip(names, row, strict=True)) for row in rows]
