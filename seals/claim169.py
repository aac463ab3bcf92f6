"""MOSIP Claim 169: a CBOR Web Token (RFC 8392) in COSE_Sign1 (RFC 9052), the seal of papers for people.

    seal      = zlib(message) | message
    message   = COSE_Sign1 of claims                        ours: domain/cose.py; of others: foreign_cose.py
    claims    = {1: iss, 4: exp, 5: nbf, 6: iat, 169: person, 65535: status, -70001: act}
    person    = {1: number, 3: language, 4: full name, 5: given names, 7: surname, 8: birth YYYYMMDD, 9: sex 1, 2, ...}
    act       = {0: type, 1: class, 2: office, 3: act number, 10...: the fields that the type declares}
    status    = {"status_list": {"idx": index, "uri": list}}

We write deterministic CBOR, an 8-byte `kid`, and `exp` at the last second of a day. We read what others write: theirs
may name no key. Claim 169 must be present: without it the same bytes may be a health certificate.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sceau.domain import canonical, cose
from sceau.domain.cose import Sign1
from sceau.domain.document_type import document_types
from sceau.domain.errors import NotCanonical, SealMalformed, SealUnsupported
from sceau.domain.flaw import Flaw
from sceau.seals import foreign_cose
from sceau.seals.deflate import inflate
from sceau.seals.instant import day_of, last_day, read_instant
from sceau.seals.seal import ParsedSeal

# CWT claims: RFC 8392 section 3.1, and the IANA registry for 169
ISSUER, EXPIRES, NOT_BEFORE, ISSUED_AT, PERSON = 1, 4, 5, 6, 169
# Private claim of ours: the act and the type behind the paper
ACT = -70001
TYPE_CODE, DOCUMENT_CLASS, OFFICE, ACT_NUMBER = 0, 1, 2, 3
# IETF Token Status List, draft-ietf-oauth-status-list: these numbers are requested, not yet assigned
STATUS, TIME_TO_LIVE, STATUS_LIST = 65535, 65534, 65533
# Keys of the person, MOSIP claim 169 version 1.2.0 section 3
NUMBER, VERSION, LANGUAGE, FULL_NAME, BIRTH_DATE, SEX, COUNTRY = 1, 2, 3, 4, 8, 9, 23

_ZLIB = b"\x78"

# What the officer compares; a declared type puts its own names in their place. Versions and images are not shown.
NAMES = {
    NUMBER: "number",
    FULL_NAME: "full_name",
    5: "given_names",
    6: "middle_names",
    7: "surname",
    BIRTH_DATE: "birth_date",
    SEX: "sex",
    10: "address",
    11: "email",
    12: "telephone",
    13: "nationality",
    14: "marital_status",
    15: "guardian",
    19: "full_name_2",
    21: "place",
    22: "legal_status",
}
HIDDEN = frozenset({VERSION, LANGUAGE, 16, 17, 18, 20, COUNTRY})
SEX_OF = {1: "M", 2: "F", 3: "X"}
SEX_CODE = {"M": 1, "F": 2}
ACT_NAMES = {OFFICE: "office", ACT_NUMBER: "act_number"}


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where the token's bit stands: `index` in the list at `uri`."""

    uri: str
    index: int


@dataclass(frozen=True, slots=True)
class Claim169Seal(ParsedSeal):
    """A Claim 169 token; `status` is its place in a status list, where it names one."""

    status: StatusReference | None = field(default=None, kw_only=True)


def parse(data: bytes) -> Claim169Seal:
    """Read a token, compressed or not; SealMalformed where it breaks the grammar, SealUnsupported for other tokens."""
    try:
        message = _open(inflate(data) if data[:1] == _ZLIB else data)
        claims = canonical.decode_foreign(message.payload)
    except NotCanonical as error:
        raise SealMalformed(Flaw.SPELLING, f"Claim 169: {error}") from None
    if type(claims) is not dict:
        raise SealMalformed(Flaw.STRUCTURE, "Claim 169: the payload is not a map of claims")
    if PERSON not in claims:
        raise SealUnsupported(Flaw.NO_IDENTITY, "a CBOR web token without claim 169")
    return _seal(claims, message)


def _open(message: bytes) -> Sign1:
    try:
        return cose.split(message)
    except NotCanonical:
        return foreign_cose.split(message)


def compress(message: bytes) -> bytes:
    """The zlib stream that the TEXT carrier writes; `deflate.inflate` undoes it."""
    return zlib.compress(message, 9)


def unsigned(claims: Mapping[int, object], algorithm: int, kid: bytes) -> tuple[bytes, bytes, bytes]:
    """Protected header, payload and the bytes to sign; every map of `claims` must stand in canonical order.

    That is for integer keys: the non-negative ones rising, then the negative ones falling.
    """
    protected = cose.protected_header(algorithm, kid)
    payload = canonical.encode_ordered(claims)
    return protected, payload, cose.to_sign(protected, payload)


def assemble(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """The message with tag 18."""
    return cose.join(protected, payload, signature)


def _seal(claims: Mapping[Any, Any], message: Sign1) -> Claim169Seal:
    person, act = claims[PERSON], claims.get(ACT, {})
    if type(person) is not dict or type(act) is not dict:
        raise SealMalformed(Flaw.STRUCTURE, "Claim 169: claim 169 or -70001 is not a map")
    type_code, document_class = _text(act, TYPE_CODE), _text(act, DOCUMENT_CLASS)
    issued_at = read_instant(claims, ISSUED_AT)
    if issued_at is None:
        raise SealMalformed(Flaw.DATE, "Claim 169: no time of issue (iat)")
    not_before, expires = read_instant(claims, NOT_BEFORE), read_instant(claims, EXPIRES)
    return Claim169Seal(
        format="claim169",
        profile="169",
        issuer=_text(claims, ISSUER) or "",
        reference=message.kid.hex(),
        country=_text(person, COUNTRY),
        algorithm=foreign_cose.SIGNED_WITH[message.algorithm][0],
        signed=message.signed,
        signature=message.signature,
        type_code=type_code,
        document_class=document_class,
        issued_on=day_of(issued_at),
        issued_at=issued_at,
        valid_from=day_of(not_before),
        valid_until=last_day(expires),
        fields=_fields(person, act, type_code),
        status=_status(claims[STATUS]) if STATUS in claims else None,
    )


def _text(values: Mapping[Any, Any], key: int) -> str | None:
    value = values.get(key)
    if value is not None and type(value) is not str:
        raise SealMalformed(Flaw.VALUE, f"Claim 169: {key} is not text")
    return value


def _status(value: Any) -> StatusReference:
    entry = value.get("status_list") if type(value) is dict else None
    index, uri = (entry.get("idx"), entry.get("uri")) if type(entry) is dict else (None, None)
    if type(index) is not int or index < 0 or type(uri) is not str:
        raise SealMalformed(Flaw.VALUE, "Claim 169: status without index and list")
    return StatusReference(uri, index)


def _fields(person: Mapping[Any, Any], act: Mapping[Any, Any], type_code: str | None) -> dict[str, str]:
    """What to show, by field name; what is neither text nor number (images, biometrics) is left out."""
    claim_names, act_names = _declared(type_code)
    fields = {}
    for key, value in person.items():
        if key not in HIDDEN and (type(value) is str or type(value) is int):
            shown = _SHOWN[key](value) if key in _SHOWN else str(value)
            fields[claim_names.get(key) or f"claim_{key}"] = shown
    for key, value in act.items():
        if key not in (TYPE_CODE, DOCUMENT_CLASS) and (type(value) is str or type(value) is int):
            fields[act_names.get(key) or f"act_{key}"] = str(value)
    return fields


def _birth_date(value: str | int) -> str:
    text = str(value)
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isascii() and text.isdigit() else text


def _sex(value: str | int) -> str:
    return SEX_OF.get(value, str(value)) if type(value) is int else str(value)


_SHOWN: Mapping[int, Callable[[str | int], str]] = {BIRTH_DATE: _birth_date, SEX: _sex}


def _declared(type_code: str | None) -> tuple[Mapping[Any, str], Mapping[Any, str]]:
    """The names of claims and act claims: those of a declared type before the standard's."""
    if type_code is None or type_code not in document_types():
        return NAMES, ACT_NAMES
    return names_of(type_code)


@lru_cache(maxsize=256)
def names_of(type_code: str) -> tuple[Mapping[Any, str], Mapping[Any, str]]:
    """The names of claims and act claims under a declared type."""
    fields = document_types()[type_code].fields
    claims = {f.claim: f.name for f in fields if f.claim is not None}
    act_claims = {f.act_claim: f.name for f in fields if f.act_claim is not None}
    return NAMES | claims, ACT_NAMES | act_claims
