"""What the published lists and packs say of each document, read from the status view of one moment."""

import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from sceau.domain.standing import Standing, published_reason, standing


class ListedDocument(NamedTuple):
    """What the published lists say of a document."""

    number: str
    look_up_key: bytes
    list_key: bytes
    type: str
    format: str
    issued_idx: int
    act: str | None
    act_version: int | None
    standing: Standing


_LISTED = (
    "SELECT number, look_up_key, list_key, type, format, issued_idx, act, act_version, state, reason, since,"
    " (SELECT on_day FROM act_changes c WHERE c.act = d.act AND change = 'annulled'),"
    " (SELECT on_day FROM act_changes c WHERE c.act = d.act AND version > act_version ORDER BY version LIMIT 1)"
    " FROM documents d"
)


def documents(connection: sqlite3.Connection, where: str = "ORDER BY number", *values: Any) -> Iterator[ListedDocument]:
    """Every document, in the order of numbers."""
    for row in connection.execute(f"{_LISTED} {where}", values):
        number, look_up, listed, kind, seal_format, idx, act, version, state, text, since, *days = row
        counts = standing(Standing(state, published_reason(state, text), since), *days)
        yield ListedDocument(number, look_up, listed, kind, seal_format, idx, act, version, counts)


_FIRST = (
    "(SELECT substr(list_key, 1, 8) AS seal, min(issued_idx) AS idx FROM documents GROUP BY seal HAVING count(*) > 1)"
)
_TWINS = f"SELECT number FROM documents JOIN {_FIRST} ON seal = substr(list_key, 1, 8) WHERE issued_idx > idx"


def twins(connection: sqlite3.Connection) -> frozenset[str]:
    """The documents that bear the seal of one issued before (its first 8 bytes, which are all that packs know)."""
    return frozenset(number for (number,) in connection.execute(_TWINS))


def published(connection: sqlite3.Connection, since: int = 0) -> Iterator[ListedDocument]:
    """Every document of which lists speak, issued at index `since` or later: not the twins."""
    left_out = twins(connection)
    every = documents(connection, "WHERE issued_idx >= ? ORDER BY number", since)
    return (one for one in every if one.number not in left_out)
