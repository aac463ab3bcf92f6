"""The values in a VDS, feature by feature: how a field of each kind is written and read.

    COUNT                        one byte
    DURATION                     days, months, years: one byte each
    NUMBER                       C40, filled with `<` to 9 characters (ICAO 9303-13: a passport number has 6 bytes)
    COUNTRY, NINA, SEX           C40
    CHOICE                       the byte that the declaration gives it (`Field.codes`)
    any other                    UTF-8

The standard fixes tags 03 to 05 of a visa; every other tag has the meaning that its state gives it. So a declared field is
looked for in the seals of the states whose papers are declared here, and in no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sceau.domain.document_type import Field, Kind, document_types
from sceau.domain.errors import FieldInvalid, SealMalformed
from sceau.seals import c40

STATES = frozenset({"MLI", "BFA", "NER"})  # one set of visa categories since the Liptako visa

_NUMBER_WIDTH = 9
_BYTE_MAX = 255
_IN_C40 = frozenset({Kind.COUNTRY, Kind.NINA, Kind.SEX})
_UNITS = "DMY"


@dataclass(frozen=True, slots=True)
class DeclaredFeature:
    """What a tag holds; `choices` maps its byte to (document type, choice)."""

    name: str
    kind: Kind
    choices: Mapping[int, tuple[str, str]]


def write(declared: Field, value: str) -> bytes:
    """The bytes of one value that its declaration accepts; FieldInvalid where they cannot hold it."""
    kind = declared.kind
    if kind is Kind.NUMBER:
        return c40.encode(value.ljust(_NUMBER_WIDTH, "<"))
    if kind is Kind.COUNT:
        return bytes((int(value),))
    if kind is Kind.CHOICE:
        return bytes((declared.codes[value],))
    if kind is Kind.DURATION:
        return _write_duration(declared.name, value)
    return c40.encode(value) if kind in _IN_C40 else value.encode()


def read(kind: Kind, value: bytes) -> str:
    """One value; SealMalformed for bytes that are no value of this kind."""
    if kind is Kind.COUNT:
        return _read_count(value)
    if kind is Kind.DURATION:
        return _read_duration(value)
    if kind is Kind.NUMBER or kind in _IN_C40:
        return c40.decode(value).rstrip()
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise SealMalformed("VDS: text that is not UTF-8") from None


def _read_count(value: bytes) -> str:
    if len(value) != 1:
        raise SealMalformed("VDS: a count has one byte")
    return str(value[0])


def declared_features(profile: str) -> Mapping[int, DeclaredFeature]:
    """What the declared types of this profile keep under each tag, where they agree."""
    return _declared_features(profile, len(document_types()))


def declared_type(profile: str) -> str | None:
    """The only declared type of this profile, if there is one only."""
    return _declared_type(profile, len(document_types()))


@lru_cache(maxsize=256)
def _declared_features(profile: str, _count: int) -> Mapping[int, DeclaredFeature]:
    """`_count` renews the answer when a type was added; none is ever taken away."""
    found: dict[int, DeclaredFeature] = {}
    for declared in document_types().values():
        sealed = [f for f in declared.fields if f.feature is not None] if declared.seal.profile == profile else []
        for f in sealed:
            choices = {code: (declared.code, choice) for choice, code in f.codes.items()}
            known = found.setdefault(f.feature or 0, DeclaredFeature(f.name, f.kind, {}))
            if (known.name, known.kind) == (f.name, f.kind):
                found[f.feature or 0] = DeclaredFeature(f.name, f.kind, {**choices, **known.choices})
    return found


@lru_cache(maxsize=256)
def _declared_type(profile: str, _count: int) -> str | None:
    codes = [declared.code for declared in document_types().values() if declared.seal.profile == profile]
    return codes[0] if len(codes) == 1 else None


def _write_duration(name: str, value: str) -> bytes:
    count = int(value[1:-1])
    if count > _BYTE_MAX:
        raise FieldInvalid(name, f"more than {_BYTE_MAX} of one unit", f"plus de {_BYTE_MAX} d'une unité")
    return bytes(count if unit == value[-1] else 0 for unit in _UNITS)


def _read_duration(value: bytes) -> str:
    """P90D, P12M; several units as P1Y6M2D, none as P0D."""
    if len(value) != len(_UNITS):
        raise SealMalformed("VDS: a duration has three bytes")
    parts = [f"{count}{unit}" for count, unit in zip(reversed(value), reversed(_UNITS), strict=True) if count]
    return "P" + "".join(parts or ["0D"])
