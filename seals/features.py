"""The values in a VDS, feature by feature: how a field of each kind is written and read.

    COUNT                        one byte
    DURATION                     days, months, years: one byte each
    NUMBER                       C40, filled with `<` to 9 characters (ICAO 9303-13: a passport number has 6 bytes)
    COUNTRY, NINA, SEX           C40
    CHOICE                       the byte that the declaration gives it (`Field.codes`)
    any other                    UTF-8

The standard fixes tags 03 to 05 of a visa; every other tag has the meaning that its state gives it. So a declared field
is looked for in the seals of the states whose papers are declared here, and in no other.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sceau.domain.document_type import Field, Kind, document_types
from sceau.domain.errors import FieldInvalid, SealMalformed
from sceau.domain.flaw import Flaw
from sceau.seals import c40

STATES = frozenset({"MLI", "BFA", "NER"})  # one set of visa categories since the Liptako visa

_NUMBER_WIDTH = 9
_BYTE_MAX = 255
_IN_C40 = frozenset({Kind.COUNTRY, Kind.NINA, Kind.SEX})
_READER = {
    **dict.fromkeys((Kind.NUMBER, *_IN_C40), "c40"),
    Kind.COUNT: "count",
    Kind.DURATION: "duration",
}  # any other: text
_UNITS = "DMY"


Reader = Callable[[bytes], str]


class Choice(NamedTuple):
    """What a one-byte value says."""

    type_code: str
    field: str
    choice: str


class Declared(NamedTuple):
    """What the declared types of one profile say."""

    type_code: str | None  # the only type of this profile, if there is one only
    readers: Mapping[int, tuple[str, Reader]]  # tag -> field name, and how its value is read
    choices: Mapping[tuple[int, bytes], Choice]  # tag and value, where one type alone has them


NOTHING = Declared(None, {}, {})


def write(field: Field, value: str) -> bytes:
    """The bytes of one value that its declaration accepts; FieldInvalid where they cannot hold it."""
    kind = field.kind
    if kind is Kind.NUMBER:
        return c40.encode(value.ljust(_NUMBER_WIDTH, "<"))
    if kind is Kind.COUNT:
        return bytes((int(value),))
    if kind is Kind.CHOICE:
        return bytes((field.codes[value],))
    if kind is Kind.DURATION:
        return _write_duration(field.name, value)
    return c40.encode(value) if kind in _IN_C40 else value.encode()


def declared(profile: str) -> Declared:
    """What stands under the tags of `profile` in the seals of our STATES."""
    return _declared(profile, len(document_types()))


@lru_cache(maxsize=256)
def _declared(profile: str, _count: int) -> Declared:
    """`_count` renews the answer when a type was added; none is ever taken away."""
    types = [declared for declared in document_types().values() if declared.seal.profile == profile]
    readers: dict[int, tuple[str, Reader]] = {}
    choices: dict[tuple[int, bytes], Choice | None] = {}
    for declared in types:
        for f in declared.fields:
            if f.feature is None:
                continue
            if f.kind is not Kind.CHOICE:
                readers[f.feature] = f.name, reader(f.kind)
            for choice, code in f.codes.items():
                place, here = (f.feature, bytes((code,))), Choice(declared.code, f.name, choice)
                choices[place] = here if choices.setdefault(place, here) == here else None
    clear = {place: choice for place, choice in choices.items() if choice is not None}
    return Declared(types[0].code if len(types) == 1 else None, readers, clear)


def reader(kind: Kind) -> Reader:
    """How values of this kind are read; it raises SealMalformed for bytes that are no such value."""
    return READERS[_READER.get(kind, "text")]


def read_day(value: bytes) -> str:
    """A day that stands as eight digits YYYYMMDD, as YYYY-MM-DD."""
    digits = _read_text(value)
    text = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise SealMalformed(Flaw.DATE, "VDS: no such date")


def _read_c40(value: bytes) -> str:
    return c40.decode(value).rstrip()


def _read_count(value: bytes) -> str:
    if len(value) != 1:
        raise SealMalformed(Flaw.VALUE, "VDS: a count has one byte")
    return str(value[0])


def _read_duration(value: bytes) -> str:
    """P90D, P12M; several units as P1Y6M2D, none as P0D."""
    if len(value) != len(_UNITS):
        raise SealMalformed(Flaw.VALUE, "VDS: a duration has three bytes")
    days, months, years = value
    if not months and not years:
        return f"P{days}D"
    return f"P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}{f'{days}D' if days else ''}"


def _read_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise SealMalformed(Flaw.VALUE, "VDS: text that is not UTF-8") from None


def _write_duration(name: str, value: str) -> bytes:
    count = int(value[1:-1])
    if count > _BYTE_MAX:
        raise FieldInvalid(name, f"more than {_BYTE_MAX} of one unit", f"plus de {_BYTE_MAX} d'une unité")
    return bytes(count if unit == value[-1] else 0 for unit in _UNITS)


READERS: Mapping[str, Reader] = {
    "c40": _read_c40,
    "count": _read_count,
    "duration": _read_duration,
    "day": read_day,
    "text": _read_text,
    "hex": bytes.hex,  # a value without a meaning of its own
}
