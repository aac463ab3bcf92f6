"""Events: facts in the past, written out as frozen records with an explicit, versioned topic.

    event    = topic + clear fields + personal parts
    personal = subject, field group, values      encrypted under the subject's data key before it is stored

A topic ("document.issued.v1") is independent of where its class stands. A stored event is readable for ever: new
meaning takes a new topic. Clear fields are integers, text, bytes, null, or tuples of these (clear.py holds every reader
to what a class declares); every invariant that an auditor without keys must check uses them alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple, TypeVar, get_type_hints

from sceau.domain.clear import Clear
from sceau.domain.errors import UnknownType


class Personal(NamedTuple):
    """What an event says of one person, in one field group.

    `key_id` names the data key: None before the vault has given one. `values` stand in the canonical order of text
    keys; None where the reader holds no key.
    """

    subject: str
    group: str
    values: Mapping[str, Any] | None
    key_id: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Root of all events; `personal` is empty where nobody is spoken of."""

    topic: ClassVar[str]
    personal: tuple[Personal, ...] = ()


_CLASSES: dict[str, type[Event]] = {}
_CLEAR: dict[type[Event], tuple[Callable[[Event], Any], tuple[str, ...]]] = {}
E = TypeVar("E", bound=type[Event])
FreshKey = Callable[[str], bytes | None]


def unnamed(subject: str) -> None:
    """The `FreshKey` of a decision that nobody will store: no data key for anybody."""


def canonical_order(name: str) -> tuple[int, str]:
    """Sorts field names (ASCII) as deterministic CBOR sorts text keys (RFC 8949 section 4.2.1)."""
    return len(name), name


def topic(name: str) -> Callable[[E], E]:
    """Give an event class its topic; each topic once."""

    def register(cls: E) -> E:
        if _CLASSES.setdefault(name, cls) is not cls:
            raise UnknownType(f"topic {name} is declared twice")
        cls.topic = name
        names = sorted((f.name for f in fields(cls) if f.name != "personal"), key=canonical_order)
        _CLEAR[cls] = attrgetter("topic", *names), ("topic", *names)  # with two names at least it gives a tuple
        return cls

    return register


def topics() -> tuple[str, ...]:
    """Every known topic."""
    return tuple(sorted(_CLASSES))


def clear_of(event: Event) -> dict[str, Any]:
    """The clear fields, in canonical order."""
    read, names = _CLEAR[type(event)]
    clear = dict(zip(names, read(event), strict=True))
    del clear["topic"]
    return clear


def class_of(name: str, clear: Mapping[str, Any]) -> type[Event]:
    """The class of the event with these clear fields, the event itself not made; errors as in `event_of`."""
    cls = _CLASSES.get(name)
    if cls is None:
        raise UnknownType(name, ", ".join(topics()))
    _declared(name).require(name, clear)
    return cls


@cache
def _declared(name: str) -> Clear:
    cls = _CLASSES[name]
    hints, every = get_type_hints(cls), [f for f in fields(cls) if f.name != "personal"]
    return Clear({f.name: hints[f.name] for f in every}, {f.name: f.default for f in every if f.default is not MISSING})


def event_of(name: str, clear: Mapping[str, Any], personal: tuple[Personal, ...]) -> Event:
    """Rebuild the record; UnknownType for a topic or field that we never wrote, EnvelopeInvalid for another value."""
    cls = class_of(name, clear)
    if list in map(type, clear.values()):
        clear = {key: tuple(value) if type(value) is list else value for key, value in clear.items()}
    return cls(**clear, personal=personal)


def personal_parts(
    parts: Sequence[tuple[str, str, Sequence[str]]],
    values: Mapping[str, Any],
    known: Mapping[str, bytes],
    fresh: FreshKey,
) -> tuple[Personal, ...]:
    """Values by subject and field group, each subject under one data key, old or fresh.

    `parts` gives the names of each subject and group, in canonical order.
    """
    found = []
    keys: dict[str, bytes | None] = dict(known)
    for subject, group, names in parts:
        told = {name: values[name] for name in names if name in values}
        if told:
            if subject not in keys:
                keys[subject] = fresh(subject)
            found.append(Personal(subject, group, told, keys[subject]))
    return tuple(found)


def personal_values(parts: tuple[Personal, ...]) -> dict[str, Any]:
    """All values of the readable parts, merged by field name."""
    return {name: value for part in parts if part.values is not None for name, value in part.values.items()}
