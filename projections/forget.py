"""Taking whom an order erased out of the register: their rows, and their words in the search index.

A view built anew after the erasure never sees them, so those who are left are numbered as if they had stood alone. The
index drops the words of a deleted row only when its parts are merged; what is deleted is overwritten (view.py).
"""

import sqlite3
from collections.abc import Collection

from sceau.domain.document import HOLDER
from sceau.domain.document_type import document_types
from sceau.projections.people import PLACES, roles_of

_PEOPLE = (
    "SELECT id, ref, role, surname, given_names, folded, birth_date, nina, since, until FROM people WHERE ref = ?"
    " ORDER BY id"
)
_ROLE, _FOLDED = 2, 5


def forget(cursor: sqlite3.Cursor, number: str, subjects: Collection[str]) -> None:
    """Forget these subjects of a document; all that it names, if its type is no longer declared."""
    found = cursor.execute(_PEOPLE, (number,)).fetchall()
    gone = _roles(cursor, number, subjects)
    kept = [one for one in found if gone is not None and one[_ROLE] not in gone]
    if len(kept) == len(found):
        return
    indexed = cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'names'").fetchone()
    if indexed:
        words = [(one[0], one[_FOLDED]) for one in found]
        cursor.executemany("INSERT INTO names (names, rowid, folded) VALUES ('delete', ?, ?)", words)
    cursor.execute("DELETE FROM people WHERE ref = ?", (number,))
    first = found[0][0] >> PLACES << PLACES
    renumbered = [(first | place, *one[1:]) for place, one in enumerate(kept)]
    cursor.executemany("INSERT INTO people VALUES (?,?,?,?,?,?,?,?,?,?)", renumbered)
    if indexed:
        cursor.execute("INSERT INTO names (names) VALUES ('optimize')")


def _roles(cursor: sqlite3.Cursor, number: str, subjects: Collection[str]) -> set[str] | None:
    """The roles in which the document names these subjects; None where its declaration is not at hand."""
    issued = cursor.execute("SELECT type FROM documents WHERE number = ?", (number,)).fetchone()
    declared = document_types().get(issued[0]) if issued else None
    if declared is None:
        return None
    return roles_of((one.name for one in declared.fields if one.subject in subjects), HOLDER)
