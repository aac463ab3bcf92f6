"""What a nested content says, as fields to compare: each value by a name of ours, or by its path: `ve.0.nam`."""

from collections.abc import Iterator, Mapping
from typing import Any

FIELDS_MAX = 100


def fields(value: Any, names: Mapping[str, str], path: str = "") -> dict[str, str]:
    """At most 100 texts, numbers and truth values, those with a name first; bytes and nothing at all are left out."""
    leaves = list(_leaves(value, path))
    found: dict[str, str] = {}
    for place, text in [one for one in leaves if one[0] in names] + [one for one in leaves if one[0] not in names]:
        name = names.get(place, f"no. {place}" if place.isascii() and place.isdigit() else place)
        found[place if name in found else name] = text
    return dict(list(found.items())[:FIELDS_MAX])


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping | list):
        for name, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, bool):
        yield path, str(value).lower()
    elif isinstance(value, str | int):
        yield path, str(value)
