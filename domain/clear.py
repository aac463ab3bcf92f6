"""What the clear fields of an event may hold, compiled once for each class: whoever holds a key may sign anything.

    integer                   0 up to 2^53 - 1: every store and every JSON reader has it exactly
    bool, text, bytes, null   as the class declares; a stored event is bounded, so they are
    tuple                     of one of these, and stored as a list

Days and digests are not looked into: whoever needs one reads it and says what he finds.
"""

from collections.abc import Callable, Mapping
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple, get_args, get_origin

from sceau.domain.errors import EnvelopeInvalid, UnknownType

INTEGER_MAX = (1 << 53) - 1
_bounded = range(INTEGER_MAX + 1).__contains__
Test = Callable[[Any], bool]


class Clear:
    """The clear fields of one class; `default` holds those that may be missing."""

    def __init__(self, declared: Mapping[str, Any], default: Mapping[str, Any]) -> None:
        self._fields = [_field(name, hint) for name, hint in declared.items()]
        self._default = default
        self._read = itemgetter(*declared, *list(declared)[:1])  # with two names at least it gives a tuple
        kinds = [field.kinds for field in self._fields]
        self._kinds = frozenset((*one, one[0]) for one in product(*kinds))
        self._tested = [(at, field.tests) for at, field in enumerate(self._fields) if field.tests]

    def require(self, topic: str, clear: Mapping[str, Any]) -> None:
        """UnknownType for a field missing or never written by us, EnvelopeInvalid for a value that cannot be one."""
        if len(clear) != len(self._fields):
            clear = {**self._default, **clear}
        try:
            values = self._read(clear)
        except KeyError as error:
            raise UnknownType(f"{topic} without {error.args[0]}") from None
        if len(clear) != len(self._fields):
            raise UnknownType(f"{topic} with other fields")
        kinds = tuple(map(type, values))
        if kinds not in self._kinds:
            raise EnvelopeInvalid(f"{topic}: {self._named(values)} is of another type")
        for at, tests in self._tested:
            test = tests.get(kinds[at])
            if test is not None and not test(values[at]):
                raise EnvelopeInvalid(f"{topic}: {self._fields[at].name} holds what it cannot")

    def _named(self, values: tuple[Any, ...]) -> str:
        found = zip(self._fields, values, strict=False)
        return ", ".join(field.name for field, value in found if type(value) not in field.kinds)


class _Field(NamedTuple):
    """One clear field: the types it may have as stored or as decided, and what else is tested of each."""

    name: str
    kinds: tuple[type, ...]
    tests: Mapping[type, Test]


def _field(name: str, hint: Any) -> _Field:
    """The field of a hint: a type, a tuple of any number of one type, or a union of these."""
    hints = [hint] if get_origin(hint) is tuple else get_args(hint) or [hint]
    kinds: list[type] = []
    tests: dict[type, Test] = {}
    for one in hints:
        if get_origin(one) is tuple:
            kinds += [list, tuple]
            tests[list] = tests[tuple] = _all_of(get_args(one)[0])
        else:
            kinds.append(one)
    if int in kinds:
        tests[int] = _bounded
    return _Field(name, tuple(kinds), tests)


def _all_of(kind: type) -> Test:
    wanted = {kind}
    return lambda values: wanted.issuperset(map(type, values))
