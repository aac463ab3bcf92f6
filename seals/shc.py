"""SMART Health Card (spec.smarthealth.cards 1.4): a signed web token in digits.

    seal    = "shc:/" pair+                       pair: two digits, the character with that number + 45
    seal    = "shc:/" n "/" count "/" pair+       one part of several: not read
    token   = header "." payload "." signature    JWS (RFC 7515), each Base64url without padding
    header  = {"alg": "ES256", "zip": "DEF", "kid": key id}
    payload = raw DEFLATE of {"iss": address, "nbf": time, "exp": time, "vc": credential}
    credential = {"type": [...], "credentialSubject": {"fhirBundle": {"entry": [{"resource": {...}}]}}}

The key is named by `iss` and `kid`. Times may have fractions of a second, which are dropped.
"""

import re
from collections.abc import Mapping
from typing import Any

from sceau.domain.errors import SealMalformed, SealUnsupported
from sceau.domain.flaw import Flaw
from sceau.seals import base64url, flat, strict_json
from sceau.seals.deflate import RAW, inflate
from sceau.seals.instant import day_of, last_day, read_instant
from sceau.seals.seal import ParsedSeal

_START = b"shc:/"
_PART = re.compile(rb"shc:/([0-9]{1,3})/([0-9]{1,3})/")
_DIGITS = re.compile(rb"(?:[0-7][0-9])+")
_TOKEN = re.compile("[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+")
_SHIFT = 45
CLASSES = {
    "https://smarthealth.cards#immunization": "vaccination",
    "https://smarthealth.cards#laboratory": "test",
}


def parse(data: bytes) -> ParsedSeal:
    """Read a card; SealMalformed for anything but the grammar above, SealUnsupported for a part of one."""
    part = _PART.match(data)
    if part:
        raise SealUnsupported(
            Flaw.PART,
            f"part {int(part[1])} of {int(part[2])} of a SMART Health Card: ask for the card in a single code",
        )
    token = _token(data)
    header, payload = strict_json.read(base64url.decode(token[0])), inflate(base64url.decode(token[1]), RAW)
    if type(header) is not dict or header.keys() != {"alg", "zip", "kid"} or header["zip"] != "DEF":
        raise SealMalformed(Flaw.HEADER, "SHC: the header is not alg, zip and kid")
    if header["alg"] != "ES256":
        raise SealUnsupported(Flaw.ALGORITHM, "a SMART Health Card signed by an algorithm other than ES256")
    claims = strict_json.read(payload, fractions=True)
    match claims:
        case {"iss": str(issuer), "nbf": int() | str(), "vc": dict(credential)}:
            pass
        case _:
            raise SealMalformed(Flaw.STRUCTURE, "SHC: no issuer, time or credential")
    kid, signature = header["kid"], base64url.decode(token[2])
    if type(kid) is not str or len(signature) != 64:
        raise SealMalformed(Flaw.SIGNATURE, "SHC: a key id that is no text, or a signature of an impossible length")
    issued_at, expires = _instant(claims, "nbf"), _instant(claims, "exp")
    return ParsedSeal(
        format="shc",
        profile="",
        issuer=issuer,
        reference=kid,
        country=None,
        algorithm="ES256",
        signed=f"{token[0]}.{token[1]}".encode("ascii"),
        signature=signature,
        type_code=None,
        document_class=_class(credential),
        issued_on=day_of(issued_at),
        issued_at=issued_at,
        valid_from=day_of(issued_at),
        valid_until=last_day(expires),
        fields=_fields(credential),
    )


def _token(data: bytes) -> list[str]:
    digits = data.removeprefix(_START)
    if digits == data or not _DIGITS.fullmatch(digits):
        raise SealMalformed(Flaw.ALPHABET, "SHC: not pairs of digits")
    text = "".join(chr(int(digits[at : at + 2]) + _SHIFT) for at in range(0, len(digits), 2))
    if not _TOKEN.fullmatch(text):
        raise SealMalformed(Flaw.STRUCTURE, "SHC: not a signed token of three parts")
    return text.split(".")


def _instant(claims: Mapping[str, Any], name: str) -> int | None:
    """An integer, or the whole of a fraction, which strict_json left as text."""
    value = claims.get(name)
    whole = value.partition(".")[0] if type(value) is str else ""
    if whole.isascii() and whole.isdigit() and len(whole) < 13:
        value = int(whole)
    return read_instant({name: value}, name)


def _class(credential: Mapping[str, Any]) -> str | None:
    types = credential.get("type")
    found = [CLASSES[one] for one in types if type(one) is str and one in CLASSES] if type(types) is list else []
    return found[0] if found else None


def _fields(credential: Mapping[str, Any]) -> dict[str, str]:
    """Who it is about, and what each other resource of the bundle says, by path."""
    match credential:
        case {"credentialSubject": {"fhirBundle": {"entry": list(entries)}}}:
            resources = [one["resource"] for one in entries if type(one) is dict and type(one.get("resource")) is dict]
        case _:
            raise SealMalformed(Flaw.STRUCTURE, "SHC: no FHIR bundle")
    fields: dict[str, str] = {}
    for at, resource in enumerate(resources):
        if resource.get("resourceType") == "Patient":
            fields.update(_patient(resource))
        else:
            fields.update(flat.fields(resource, {}, str(at)))
    return dict(list(fields.items())[: flat.FIELDS_MAX])


def _patient(resource: Mapping[str, Any]) -> dict[str, str]:
    names = resource.get("name")
    name = names[0] if type(names) is list and names and type(names[0]) is dict else {}
    given = name.get("given")
    fields = {
        "surname": name.get("family"),
        "given_names": " ".join(one for one in given if type(one) is str) if type(given) is list else None,
        "birth_date": resource.get("birthDate"),
    }
    return {name: value for name, value in fields.items() if type(value) is str}
