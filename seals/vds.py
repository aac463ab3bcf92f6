"""ICAO Visible Digital Seal (ICAO 9303-13, BSI TR-03137): the code on a visa sticker or an emergency travel document.

    seal      = signed FF length signature            signature: r || s; nothing follows
    signed    = DC version country key issued signed_on profile feature*
    version   = 02 (called version 3) | 03 (version 4)
    country   = C40, 2 bytes: three letters; one or two are filled with `<`, or stand alone
    key       = version 4: C40 of signer 4, length of the reference 2, reference
                version 3: C40 of signer 4, reference 5, filled with zeros on the left: 6 bytes
    issued    = date of the document; signed_on = date of the signature
    date      = MMDDYYYY as an integer of 3 bytes
    profile   = document feature definition reference, document type category: 2 bytes ("5D01")
    feature   = tag length value                      one byte each for tag (00-FE) and length (00-FE), each tag once

The length of the reference is two hexadecimal digits. The German signer DEZV writes it in decimal.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sceau.domain.errors import FieldInvalid, SealMalformed
from sceau.domain.flaw import Flaw
from sceau.seals import c40, features, zone
from sceau.seals.seal import ParsedSeal
from sceau.seals.vds_profiles import PROFILES, UNKNOWN, Profile

_MAGIC = 0xDC
_VERSION_3, _VERSION_4 = 0x02, 0x03
_SIGNATURE = 0xFF
_VALUE_MAX = 0xFE
_SIGNATURE_SIZES = range(56, 133, 2)  # r || s on curves of 224 to 521 bits
_DECIMAL_LENGTH = "DEZV"
_VALIDITY = ("valid_from", "valid_until")

_COUNTRY = re.compile("[A-Z]{1,3}")
_SIGNER = re.compile("[A-Z]{2}[A-Z0-9]{2}")
_REFERENCE = re.compile("[A-Z0-9]+")


class _Header(NamedTuple):
    country: str
    signer: str
    reference: str
    issued_on: date
    signed_on: date
    profile: str
    end: int


def parse(data: bytes) -> ParsedSeal:
    """Read a seal; SealMalformed for anything but one spelling of the grammar above.

    A profile that is not known gives its features in hex, by tag: `tag_01`.
    """
    header = _read_header(data)
    found, end = _read_features(data, header.end)
    signature = data[end + 2 :]
    if len(signature) not in _SIGNATURE_SIZES:
        raise SealMalformed(Flaw.SIGNATURE, "VDS: a signature of an impossible length")
    profile = PROFILES.get(header.profile, UNKNOWN)
    fields, valid_until = _read_zone(profile, found, header.issued_on)
    type_code = _add_features(header, profile, found, fields)
    valid_from, valid_until = (None, valid_until) if profile.zones else _read_validity(profile, found)
    return ParsedSeal(
        format="vds",
        profile=header.profile,
        issuer=header.signer,
        reference=header.reference,
        country=header.country,
        algorithm=None,
        signed=data[:end],
        signature=signature,
        type_code=type_code,
        document_class=profile.document_class,
        issued_on=header.issued_on,
        issued_at=None,
        valid_from=valid_from,
        valid_until=valid_until,
        fields=fields,
        signed_on=header.signed_on,
    )


def unsigned(
    profile: str,
    country: str,
    signer_id: str,
    reference: str,
    issued_on: date,
    signed_on: date,
    values: Sequence[tuple[int, bytes]],
) -> bytes:
    """Header and message zone, version 4: the bytes to sign. FieldInvalid where a value has no place in them."""
    zones = [
        _key_zone(country, signer_id, reference),
        _date_bytes(issued_on),
        _date_bytes(signed_on),
        bytes.fromhex(profile),
    ]
    if len({tag for tag, _ in values}) != len(values):
        raise FieldInvalid("features", "a tag stands twice", "une étiquette figure deux fois")
    for tag, value in values:
        if tag > _VALUE_MAX or len(value) > _VALUE_MAX:
            raise FieldInvalid(f"tag_{tag:02X}", f"more than {_VALUE_MAX} bytes", f"plus de {_VALUE_MAX} octets")
        zones.append(bytes((tag, len(value))) + value)
    return b"".join(zones)


def assemble(signed: bytes, signature: bytes) -> bytes:
    """The seal: what was signed, and r || s."""
    if len(signature) not in _SIGNATURE_SIZES:
        raise SealMalformed(Flaw.SIGNATURE, "VDS: a signature of an impossible length")
    return b"".join((signed, bytes((_SIGNATURE, len(signature))), signature))


def _read_header(data: bytes) -> _Header:
    if len(data) < 2 or data[0] != _MAGIC or data[1] not in (_VERSION_3, _VERSION_4):
        raise SealMalformed(Flaw.HEADER, "VDS: no header of version 3 or 4")
    at = 10 if data[1] == _VERSION_3 else _key_end(data[4:8])
    if len(data) < at + 8:
        raise SealMalformed(Flaw.HEADER, "VDS: cut short in the header")
    country, signer, reference = _read_key(data[1:at])
    issued_on, signed_on = _read_date(data[at : at + 3]), _read_date(data[at + 3 : at + 6])
    return _Header(country, signer, reference, issued_on, signed_on, data[at + 6 : at + 8].hex().upper(), at + 8)


@lru_cache(maxsize=1024)
def _key_end(head: bytes) -> int:
    """Where the key ends in a header of version 4; `head`: its first six characters. Few keys seal many documents."""
    text = c40.decode(head)
    return 4 + (6 + _read_length(text[:4], text[4:]) + 2) // 3 * 2


@lru_cache(maxsize=1024)
def _read_key(raw: bytes) -> tuple[str, str, str]:
    """Country, signer and certificate reference; `raw`: the header from its version to the key's end."""
    country, text = c40.decode(raw[1:3]).rstrip(), c40.decode(raw[3:])
    if raw[0] == _VERSION_3:
        signer, reference, size = text[:4], text[4:].lstrip("0"), 9
    else:
        signer, reference, size = text[:4], text[6:], 6 + _read_length(text[:4], text[4:6])
    if len(text) != size:
        raise SealMalformed(Flaw.NAME, "VDS: certificate reference of another length than stated")
    if not (_COUNTRY.fullmatch(country) and _SIGNER.fullmatch(signer) and _REFERENCE.fullmatch(reference)):
        raise SealMalformed(Flaw.NAME, "VDS: country, signer or certificate reference misspelt")
    return country, signer, reference


def _read_length(signer: str, text: str) -> int:
    try:
        length = int(text, 10 if signer == _DECIMAL_LENGTH else 16)
    except ValueError:
        length = -1
    if _print_length(signer, length) != text:
        raise SealMalformed(Flaw.HEADER, "VDS: no length before the certificate reference")
    return length


def _read_date(data: bytes) -> date:
    value = int.from_bytes(data, "big")
    try:
        return date(value % 10000, value // 1000000, value // 10000 % 100)
    except ValueError:
        raise SealMalformed(Flaw.DATE, "VDS: no such date") from None


def _read_features(data: bytes, at: int) -> tuple[dict[int, bytes], int]:
    """The features by tag, and where the signature zone starts."""
    found: dict[int, bytes] = {}
    while at + 2 <= len(data):
        tag, length = data[at], data[at + 1]
        end = at + 2 + length
        if tag == _SIGNATURE:
            if end != len(data):
                raise SealMalformed(Flaw.SIGNATURE, "VDS: the signature is not the last thing")
            return found, at
        if tag in found:
            raise SealMalformed(Flaw.TWICE, f"VDS: tag {tag:02X} stands twice")
        found[tag] = data[at + 2 : end]
        at = end
    raise SealMalformed(Flaw.SIGNATURE, "VDS: ends without a signature")


def _read_zone(profile: Profile, found: Mapping[int, bytes], issued_on: date) -> tuple[dict[str, str], date | None]:
    """What the MRZ says, and until when; a profile that has a zone has exactly one."""
    tags = [tag for tag in profile.zones if tag in found]
    if len(tags) != (1 if profile.zones else 0):
        raise SealMalformed(Flaw.ZONE, "VDS: not exactly one machine-readable zone")
    return zone.read(profile.zones[tags[0]], found[tags[0]], issued_on) if tags else ({}, None)


def _read_validity(profile: Profile, found: Mapping[int, bytes]) -> tuple[date | None, date | None]:
    """The first and last day of a profile that states them as features."""
    days = {
        name: date.fromisoformat(read(found[tag]))
        for tag, (name, read) in profile.features.items()
        if name in _VALIDITY and tag in found
    }
    return days.get("valid_from"), days.get("valid_until")


def _add_features(header: _Header, profile: Profile, found: Mapping[int, bytes], fields: dict[str, str]) -> str | None:
    """Add what stands beside the MRZ to `fields`; return the declared type that it tells, if any."""
    declared = features.declared(header.profile) if header.country in features.STATES else features.NOTHING
    type_code = declared.type_code
    for tag, value in found.items():
        if tag in profile.zones:
            continue
        chosen = declared.choices.get((tag, value))
        if chosen:
            type_code, name, fields[name] = chosen
        else:
            name, read = (
                profile.features.get(tag) or declared.readers.get(tag) or (f"tag_{tag:02X}", features.READERS["hex"])
            )
            fields[name] = read(value)
    return type_code


@lru_cache(maxsize=64)
def _key_zone(country: str, signer: str, reference: str) -> bytes:
    """The header up to the dates: the same for every seal of one key."""
    if not (_COUNTRY.fullmatch(country) and _SIGNER.fullmatch(signer) and _REFERENCE.fullmatch(reference)):
        raise FieldInvalid("key", "country, signer or reference misspelt", "pays, signataire ou référence mal écrits")
    key = c40.encode(f"{signer}{_print_length(signer, len(reference))}{reference}")
    return bytes((_MAGIC, _VERSION_4)) + c40.encode(country.ljust(3, "<")) + key


def _print_length(signer: str, length: int) -> str:
    return f"{length:02}" if signer == _DECIMAL_LENGTH else f"{length:02X}"


def _date_bytes(day: date) -> bytes:
    return (day.month * 1000000 + day.day * 10000 + day.year).to_bytes(3, "big")
