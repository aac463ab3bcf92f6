"""Events: facts in the past, written out as frozen records with an explicit, versioned topic.

    event    = topic + clear fields + personal parts
    personal = subject, field group, values      encrypted under the subject's data key before it is stored

A topic ("document.issued.v1") is independent of where its class stands. A stored event is readable for ever: new
meaning takes a new topic. Clear fields are integers, text, bytes, null, or tuples of these; every invariant that an
auditor without keys must check uses them alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar

from sceau.domain.errors import UnknownType


@dataclass(frozen=True, slots=True)
class Personal:
    """What an event says of one person, in one field group.

    `key_id` names the data key: None before the vault has given one. `values` is None where the reader holds no key.
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
_CLEAR: dict[type[Event], tuple[str, ...]] = {}
E = TypeVar("E", bound=type[Event])


def topic(name: str) -> Callable[[E], E]:
    """Give an event class its topic; each topic once."""

    def register(cls: E) -> E:
        if _CLASSES.setdefault(name, cls) is not cls:
            raise UnknownType(f"topic {name} is declared twice")
        cls.topic = name
        names = (f.name for f in fields(cls) if f.name != "personal")
        _CLEAR[cls] = tuple(sorted(names, key=lambda n: (len(n), n)))  # the canonical order of text keys
        return cls

    return register


def topics() -> tuple[str, ...]:
    """Every known topic."""
    return tuple(sorted(_CLASSES))


def clear_of(event: Event) -> dict[str, Any]:
    """The clear fields, in canonical order."""
    return {name: getattr(event, name) for name in _CLEAR[type(event)]}


def event_of(name: str, clear: Mapping[str, Any], personal: tuple[Personal, ...]) -> Event:
    """Rebuild the record; UnknownType for a topic or field that we never wrote."""
    try:
        cls = _CLASSES[name]
        values = {key: tuple(v) if type(v) is list else v for key, v in clear.items()}
        return cls(**values, personal=personal)
    except (KeyError, TypeError):
        raise UnknownType(name, ", ".join(topics())) from None


def personal_values(parts: tuple[Personal, ...]) -> dict[str, Any]:
    """All values of the readable parts, merged by field name."""
    return {name: value for part in parts if part.values is not None for name, value in part.values.items()}
