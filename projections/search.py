"""What can be asked of the register, as conditions on its tables.

A name is found by its words in any order, each whole but the last, which may be a beginning: "tra" finds TRAORÉ.
Several things asked about a person must be true of the same person. A document answers to the names printed on it: its
own, and those of its act at the version of issue.
"""

import re
from dataclasses import dataclass
from typing import Any

from sceau.domain.text import fold
from sceau.projections.people import Person

FOUND_MAX = 50
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for; empty text asks nothing. Days are YYYY-MM-DD, both included.

    `number` is a number or its beginning; `since` and `until` bound the day of the event of an act, of issue of a
    document; `kind` is an act kind or document type. `after` is the last number of the page before.
    """

    number: str = ""
    name: str = ""
    nina: str = ""
    birth_date: str = ""
    since: str = ""
    until: str = ""
    office: str = ""
    kind: str = ""
    state: str = ""
    after: str = ""
    limit: int = FOUND_MAX


_AS_PRINTED = "people.since <= documents.act_version AND coalesce(documents.act_version < people.until, TRUE)"
DOCUMENT_NAMES = (
    "number IN (SELECT ref FROM people WHERE {0} UNION ALL SELECT documents.number FROM people JOIN documents"
    f" ON documents.act = people.ref AND {_AS_PRINTED} WHERE {{0}})"
)


class Asked:
    """Conditions that must all hold, and their values."""

    def __init__(self) -> None:
        self.conditions = ["TRUE"]
        self.values: list[Any] = []

    def add(self, condition: str, *values: Any) -> None:
        """One more condition."""
        self.conditions.append(condition)
        self.values += values

    def about(self, search: Search, kind: str, day: str, state: str) -> None:
        """What stands in the row itself; `kind`, `day` and `state` are expressions over its columns."""
        number = search.number.upper().replace(" ", "")
        if number:
            self.add("number >= ? AND number < ?", number, number + "\U0010ffff")
        for condition, value in (
            ("number > ?", search.after),
            (f"{kind} = ?", search.kind),
            ("office = ?", search.office),
            (f"{state} = ?", search.state),
            (f"{day} >= ?", search.since),
            (f"{day} <= ?", search.until),
        ):
            if value:
                self.add(condition, value)

    def of_people(self, search: Search, within: str) -> None:
        """What must be true of one person; `within` makes it a condition on the row."""
        person = Asked()
        if search.name:
            person.add("people.id IN (SELECT rowid FROM names WHERE names MATCH ?)", _match(search.name))
        if search.nina:
            person.add("people.nina = ?", search.nina.upper().replace(" ", ""))
        if search.birth_date:
            person.add("people.birth_date = ? AND people.birth_date <> ''", search.birth_date)
        if person.values:
            self._nest(person, within)

    def same_person(self, who: Person, within: str) -> None:
        """The same name and birth date, or the same NINA."""
        same = Asked()
        either, values = [], []
        if who.birth_date:
            either.append("people.role = ? AND people.birth_date = ? AND people.birth_date <> '' AND people.folded = ?")
            values += [who.role, who.birth_date, who.folded]
        if who.nina:
            either.append("people.role = ? AND people.nina = ? AND people.nina <> ''")
            values += [who.role, who.nina]
        same.add(" OR ".join(f"({one})" for one in either) or "FALSE", *values)
        self._nest(same, within)

    def _nest(self, person: "Asked", within: str) -> None:
        self.add(within.format(person.where), *person.values * within.count("{0}"))

    @property
    def where(self) -> str:
        """All conditions as SQL."""
        return " AND ".join(f"({one})" for one in self.conditions)


def _match(name: str) -> str:
    """The full-text question for a name; a text without a letter or digit finds nobody."""
    words = [f'"{word}"' for word in _WORD.findall(fold(name))]
    return " ".join(words) + "*" if words else '""'
