"""The words in which acts and documents are declared: one file per act kind or document type, data only.

    Schema        = fields + date order              what may be written, in which spelling
    ActKind       = Schema + subjects                one act of the civil register (domain/acts/)
    DocumentType  = Schema + seal, carrier, fee, ... one paper that an office issues (domain/documents/)

Every value is text in its one spelling: dates YYYY-MM-DD, counts without leading zeros, countries in three letters
(ICAO 9303-3 section 5), durations P<n>D, P<n>M or P<n>Y. `Schema.check` is the only judge of values.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property
from types import ModuleType

from sceau.domain.errors import FieldInvalid, UnknownType
from sceau.domain.events import canonical_order
from sceau.domain.spelling import Judge, judge
from sceau.domain.spelling import Kind as Kind
from sceau.domain.terms import ENDLESS, FREE
from sceau.domain.terms import Fee as Fee
from sceau.domain.terms import Validity as Validity
from sceau.domain.terms import add_months as add_months

FIELDS_MAX = 40


@dataclass(frozen=True, slots=True)
class Label:
    """What people read, in French and English."""

    fr: str
    en: str

    def say(self, language: str) -> str:
        """The label in "fr" or "en"."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an act or document.

    `subject` and `group` say under whose data key the value is encrypted; `from_act` names the field of the act that it
    is copied from. `choices` are the values that have words: all that a CHOICE may have, some of a COUNT. What the seal
    carries: `claim` is a key of the Claim 169 map, `act_claim` of its private map -70001, `feature` a tag of an ICAO
    VDS, whose one-byte values for a CHOICE stand in `codes`.
    """

    name: str
    label: Label
    kind: Kind = Kind.TEXT
    required: bool = True
    length_max: int = 60
    subject: str = "holder"
    group: str = "identity"
    choices: Mapping[str, Label] = field(default_factory=dict)
    from_act: str | None = None
    claim: int | None = None
    act_claim: int | None = None
    feature: int | None = None
    codes: Mapping[str, int] = field(default_factory=dict)
    _judge: Judge = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_judge", judge(self.kind))

    def check(self, value: str) -> None:
        """Raise FieldInvalid unless `value` is a spelling of this field."""
        if type(value) is not str:
            raise FieldInvalid(self.name, "must be text", "doit être du texte")
        if not value or value != value.strip() or "  " in value:
            raise FieldInvalid(self.name, "empty, padded or with double spaces", "vide, ou espaces en trop")
        if len(value) > self.length_max:
            raise FieldInvalid(
                self.name, f"longer than {self.length_max} characters", f"plus de {self.length_max} caractères"
            )
        if self.kind is Kind.CHOICE and value not in self.choices:
            known = ", ".join(self.choices)
            raise FieldInvalid(self.name, f"one of {known}", f"un de {known}")
        why = self._judge(value)
        if why is not None:
            raise FieldInvalid(self.name, *why)


@dataclass(frozen=True)
class Schema:
    """Fields and the order in which dates must stand, each pair earlier first."""

    code: str
    version: int
    title: Label
    fields: tuple[Field, ...]
    date_order: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by name."""
        return {f.name: f for f in self.fields}

    @cached_property
    def parts(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Each subject and group with the names of its fields, all in the canonical order of text keys."""
        grouped: dict[tuple[str, str], list[str]] = {}
        for f in sorted(self.fields, key=lambda f: canonical_order(f.name)):
            grouped.setdefault((f.subject, f.group), []).append(f.name)
        return tuple((subject, group, tuple(names)) for (subject, group), names in grouped.items())

    @cached_property
    def claims(self) -> tuple[tuple[int, str], ...]:
        """The fields that Claim 169 carries, by rising claim."""
        return tuple(sorted((f.claim, f.name) for f in self.fields if f.claim is not None))

    @cached_property
    def act_claims(self) -> tuple[tuple[int, str], ...]:
        """The fields that its map -70001 carries, by rising key."""
        return tuple(sorted((f.act_claim, f.name) for f in self.fields if f.act_claim is not None))

    @cached_property
    def required(self) -> frozenset[str]:
        """The names that may not be missing."""
        return frozenset(f.name for f in self.fields if f.required)

    def check(self, values: Mapping[str, str], ordered: bool = True) -> None:
        """Raise FieldInvalid if something in `values` is missing, unknown, misspelt or (if `ordered`) out of order."""
        declared = self.by_name
        for name in values.keys() - declared.keys():
            raise FieldInvalid(str(name)[:60], "not a field of this type", "n'est pas un champ de ce type")
        for name in sorted(self.required - values.keys()):
            label = declared[name].label
            raise FieldInvalid(name, f"missing ({label.en})", f"manquant ({label.fr})")
        for name, value in values.items():
            declared[name].check(value)
        for earlier, later in self.date_order if ordered else ():
            if earlier in values and later in values and values[earlier] > values[later]:
                raise FieldInvalid(later, f"is before {earlier}", f"précède {earlier}")


@dataclass(frozen=True)
class ActKind(Schema):
    """One kind of act; `letter` names its register, `principal` the subject that documents are about."""

    letter: str = ""
    principal: str = ""
    event_date: str = ""

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Everyone the act speaks of, each with a data key of their own."""
        return tuple(dict.fromkeys(f.subject for f in self.fields))


class DocumentClass(Enum):
    """What a mandate, a key and a policy are given for."""

    CIVIL_STATUS = "civil_status"
    ADMINISTRATIVE = "administrative"
    IDENTITY = "identity"
    TRAVEL = "travel"
    VISA = "visa"


class OfficeKind(Enum):
    """What an office is; an honorary consulate signs no visa."""

    MINISTRY = "ministry"
    EMBASSY = "embassy"
    CONSULATE_GENERAL = "consulate_general"
    HONORARY = "honorary"


CAREER_POSTS = frozenset({OfficeKind.EMBASSY, OfficeKind.CONSULATE_GENERAL})


class SealFormat(Enum):
    """The standards that we write."""

    VDS = "vds"  # ICAO 9303-13, ECDSA P-256
    CLAIM169 = "claim169"  # MOSIP Claim 169, Ed25519


class Carrier(Enum):
    """How the seal becomes a code on paper."""

    BINARY = "binary"  # the bytes themselves
    TEXT = "text"  # Base45, as MOSIP asks
    URL = "url"  # checker's address + "#" + Base32: a phone opens it, nothing reaches a server


@dataclass(frozen=True, slots=True)
class Seal:
    """Which seal a type bears; `profile` is the VDS document reference, `mrz` its zone (MRV-A, MRV-B, TD2).

    `mrz_code` begins that zone: V for a visa (9303-7), PU for a single-sheet travel document (9303-8).
    """

    format: SealFormat
    carrier: Carrier
    profile: str = "169"
    mrz: str | None = None
    mrz_code: str = "V"


@dataclass(frozen=True)
class DocumentType(Schema):
    """Everything that is particular to one type of document."""

    letter: str = ""
    document_class: DocumentClass = DocumentClass.ADMINISTRATIVE
    seal: Seal = Seal(SealFormat.CLAIM169, Carrier.URL)
    act_kind: str | None = None
    issued_by: frozenset[OfficeKind] = CAREER_POSTS
    fee: Fee = FREE
    validity: Validity = ENDLESS
    template: str = "certificate"
    waits_for_quorum: bool = False
    age_min_years: int = 0

    @cached_property
    def entered(self) -> tuple[Field, ...]:
        """The fields that the clerk enters; the others come from the act."""
        return tuple(f for f in self.fields if f.from_act is None)


def _found(package: ModuleType, constant: str) -> dict[str, object]:
    """The declarations in the modules of `package`, by code."""
    modules = (importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__))
    declared = (getattr(module, constant) for module in modules)
    return {declaration.code: declaration for declaration in declared}


@cache
def _registry(constant: str) -> dict[str, object]:
    name = "documents" if constant == "DOCUMENT_TYPE" else "acts"
    return _found(importlib.import_module(f"sceau.domain.{name}"), constant)


def document_types() -> Mapping[str, DocumentType]:
    """Every declared document type, by code."""
    return _registry("DOCUMENT_TYPE")  # type: ignore[return-value]


def act_kinds() -> Mapping[str, ActKind]:
    """Every declared act kind, by code."""
    return _registry("ACT_KIND")  # type: ignore[return-value]


def document_type(code: str) -> DocumentType:
    """The declared type, or UnknownType."""
    try:
        return document_types()[code]
    except KeyError:
        raise UnknownType(code[:60], ", ".join(sorted(document_types()))) from None


def act_kind(code: str) -> ActKind:
    """The declared act kind, or UnknownType."""
    try:
        return act_kinds()[code]
    except KeyError:
        raise UnknownType(code[:60], ", ".join(sorted(act_kinds()))) from None


def register_type(declared: DocumentType) -> None:
    """Add a type that a state declares outside the package (entry point "sceau.documents").

    Its code must be new, and so must its letter: numbers begin with it. It has at most FIELDS_MAX fields.
    """
    if len(declared.fields) > FIELDS_MAX:
        raise FieldInvalid("fields", f"more than {FIELDS_MAX}", f"plus de {FIELDS_MAX}")
    types = _registry("DOCUMENT_TYPE")
    for known in document_types().values():
        if known is not declared and (known.code == declared.code or known.letter == declared.letter):
            raise UnknownType(f"{declared.code} is declared twice, or its letter {declared.letter} is taken")
    types[declared.code] = declared
