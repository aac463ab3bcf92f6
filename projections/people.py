"""Whom an act or document names, read from any declaration by its field names.

[role_]surname, [role_]given_names, [role_]birth_date, [role_]nina
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sceau.domain.document import HOLDER
from sceau.domain.document_type import act_kinds
from sceau.domain.text import fold

PLACES = 5  # bits of a person's place in an event: an act has at most 40 fields, two to a person


class Person(NamedTuple):
    """Somebody whom an act or document names; empty text where nothing is said."""

    role: str
    surname: str
    given_names: str
    birth_date: str
    nina: str

    @property
    def folded(self) -> str:
        """The words of the name in the spelling and order in which names are compared."""
        return " ".join(sorted(_words(self.surname) + _words(self.given_names)))


@lru_cache(maxsize=8192)  # names come again; a word is folded by itself, whatever stands beside it
def _words(name: str) -> tuple[str, ...]:
    return tuple(fold(name).split())


def people(values: Mapping[str, Any], principal: str) -> list[Person]:
    """Everyone whom these values name; fields without a prefix are about the `principal`."""
    get = values.get
    return [
        Person(role or principal, get(surname, ""), get(given, ""), get(birth, ""), get(nina, ""))
        for role, surname, given, birth, nina in _named(tuple(values))
    ]


def roles_of(names: Iterable[str], principal: str) -> set[str]:
    """The roles of the people whom fields of these names are about."""
    return {role or principal for role, *_ in _named(tuple(names))}


@lru_cache(maxsize=1024)
def _named(names: tuple[str, ...]) -> tuple[tuple[str, str, str, str, str], ...]:
    """Role and field names of each person whose name stands in fields of these names."""
    parts = ("surname", "given_names", "birth_date", "nina")
    prefixes = {n[: -len(part)] for n in names for part in parts[:2] if n == part or n.endswith(f"_{part}")}
    return tuple((p[:-1], p + parts[0], p + parts[1], p + parts[2], p + parts[3]) for p in sorted(prefixes))


def principal_of(kind: str) -> str:
    """Whom an act of this kind is about; a kind that is no longer declared has a holder."""
    declared = act_kinds().get(kind)
    return declared.principal if declared else HOLDER
