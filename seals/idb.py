"""ICAO Datastructure for Barcode, IDB (BSI TR-03137): a seal of capitals and digits.

    seal      = ("RDB1" | "NDB1") flag Base32(payload)      NDB1 is the older name; Base32 without padding
    flag      = B signed | D signed, payload = zlib(...) | A, C the same without signature: not read
    payload   = signed [7E length certificate] 7F length signature        signature: r || s
    signed    = country algorithm reference date 61 length message+
    country   = C40, 2 bytes; algorithm = 01 SHA-256, 02 SHA-384, 03 SHA-512, each with ECDSA on the key's curve
    reference = last 5 bytes of SHA-1 of the signer's certificate
    date      = MMDDYYYY as an integer of 3 bytes, in most seals after a byte 00 (no digit is unknown)
    message   = tag length value                            tag: one byte, each once; length: DER

A certificate that comes along is compared with the reference, and believed in nothing else.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date

from sceau.domain.document_type import Kind
from sceau.domain.errors import SealMalformed, SealUnsupported
from sceau.domain.flaw import Flaw
from sceau.seals import c40, carrier, features, mrz, zone
from sceau.seals.deflate import inflate
from sceau.seals.seal import ParsedSeal
from sceau.seals.vds_profiles import PROFILES, Profile

_STARTS = (b"RDB1", b"NDB1")
_HASH = {1: "SHA-256", 2: "SHA-384", 3: "SHA-512"}
_MESSAGES, _CERTIFICATE, _SIGNATURE = 0x61, 0x7E, 0x7F
_SIGNATURE_SIZES = (64, 80, 96, 128, 132)
_VISA, _TRAVEL = 0x01, 0x02
_IMAGES = (0x0A, 0x80)  # chip access data and the face: not for the eye that reads fields
_UNTIL, _TYPE = 0x84, 0x86
_COMPOSITE = "composite"  # wrong in seals that their states published; the signature vouches for the rest
_ZONES = {0x07: "TD1", 0x08: "TD3", 0x81: "TD2"}
_NESTED = {_VISA: PROFILES["5D01"], _TRAVEL: PROFILES["5E03"]}  # messages that hold the features of a VDS
_SHOWN_MAX = 64  # bytes of a message that we do not know

_C40 = features.reader(Kind.NUMBER)
_TEXTS: Mapping[int, tuple[str, Callable[[bytes], str]]] = {
    0x09: ("card_access_number", _C40),
    0x82: ("document_reference", _C40),
    0x83: ("file_number", _C40),
    0x85: ("number", _C40),
}
TYPES: Mapping[int, str] = dict(
    enumerate(
        (
            "substitute_identity_document",
            "substitute_passport",
            "emergency_travel_document",
            "temporary_identity_card",
            "temporary_official_passport",
            "temporary_passport",
            "temporary_diplomatic_passport",
            "temporary_refugee_travel_document",
            "temporary_stateless_travel_document",
            "temporary_foreigner_travel_document",
            "permission_pending_asylum_decision",
            "suspension_of_deportation",
            "arrival_attestation",
            "provisional_residence_document",
            "temporary_identity_document",
            "permanent_residence_certificate",
            "frontier_worker_permit",
            "residence_permit_supplement",
        ),
        1,
    )
)


def parse(data: bytes) -> ParsedSeal:
    """Read a barcode; SealMalformed for anything but the grammar above, SealUnsupported for one that nobody signed."""
    if data[:4] not in _STARTS or data[4:5] not in (b"A", b"B", b"C", b"D"):
        raise SealMalformed(Flaw.HEADER, "IDB: no RDB1 or NDB1 with a flag from A to D")
    if data[4:5] in (b"A", b"C"):
        raise SealUnsupported(Flaw.UNSIGNED, "an ICAO barcode that nobody signed")
    payload = carrier.read_base32(data[5:])
    payload = inflate(payload) if data[4:5] == b"D" else payload
    signed_on, at = _date(payload[8:12])
    tag, messages, end = _item(payload, at + 8)
    if tag != _MESSAGES or payload[2] not in _HASH:
        raise SealMalformed(Flaw.HEADER, "IDB: no message after the header, or an algorithm that is none")
    found = _messages(messages)
    fields, valid_until = _fields(found, signed_on)
    return ParsedSeal(
        format="idb",
        profile=data[:4].decode("ascii"),
        issuer=c40.decode(payload[:2]).rstrip(),
        reference=payload[3:8].hex(),
        country=c40.decode(payload[:2]).rstrip(),
        algorithm=_HASH[payload[2]],
        signed=payload[:end],
        signature=_signature(payload, end),
        type_code=None,
        document_class="visa" if _VISA in found else "travel" if _TRAVEL in found else None,
        issued_on=signed_on,
        issued_at=None,
        valid_from=None,
        valid_until=valid_until,
        fields=fields,
        signed_on=signed_on,
    )


def _date(data: bytes) -> tuple[date, int]:
    """The day of signing, and how many bytes it takes: the integer of a day is never below 2 ** 16."""
    size = 4 if data[:1] == b"\0" else 3
    value = int.from_bytes(data[size - 3 : size], "big")
    try:
        return date(value % 10000, value // 1000000, value // 10000 % 100), size
    except ValueError:
        raise SealMalformed(Flaw.DATE, "IDB: no such date") from None


def _item(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Tag, value and end of the item at `at`; its length is written as DER does, in the fewest bytes."""
    head = data[at : at + 2]
    size = head[1] & 0x7F if len(head) == 2 and head[1] > 0x80 else 0
    if len(head) < 2 or head[1] == 0x80 or size > 2:
        raise SealMalformed(Flaw.CUT, "IDB: cut short, or a length that is none")
    start = at + 2 + size
    length = int.from_bytes(data[at + 2 : start], "big") if size else head[1]
    if (size and length < (0x80, 0x100)[size - 1]) or start + length > len(data):
        raise SealMalformed(Flaw.CUT, "IDB: cut short, or a length with too many bytes")
    return head[0], data[start : start + length], start + length


def _messages(data: bytes) -> dict[int, bytes]:
    """The items of a group by tag."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        tag, value, at = _item(data, at)
        if tag in found:
            raise SealMalformed(Flaw.TWICE, f"IDB: message {tag:02X} stands twice")
        found[tag] = value
    return found


def _signature(payload: bytes, at: int) -> bytes:
    tag, value, end = _item(payload, at)
    if tag == _CERTIFICATE:
        if hashlib.sha1(value, usedforsecurity=False).digest()[-5:] != payload[3:8]:
            raise SealMalformed(Flaw.STRUCTURE, "IDB: the certificate is not the one that the header names")
        tag, value, end = _item(payload, end)
    if tag != _SIGNATURE or end != len(payload) or len(value) not in _SIGNATURE_SIZES:
        raise SealMalformed(Flaw.SIGNATURE, "IDB: the signature is not the last thing, or has an impossible length")
    return value


def _fields(found: Mapping[int, bytes], signed_on: date) -> tuple[dict[str, str], date | None]:
    """What to compare, and the last day of validity: what a date says, else what a zone says."""
    fields: dict[str, str] = {}
    valid_until: date | None = None
    for tag, value in found.items():
        if tag in _NESTED:
            valid_until = _read_nested(_NESTED[tag], value, signed_on, fields)
        elif tag in _ZONES:
            valid_until = _read_zone(_ZONES[tag], value, signed_on, fields)
        elif tag in _TEXTS:
            name, read = _TEXTS[tag]
            fields[name] = read(value)
        elif tag not in (*_IMAGES, _UNTIL, _TYPE):
            fields[f"message_{tag:02X}"] = value[:_SHOWN_MAX].hex()
    if _TYPE in found:
        fields["document_type"] = _type(found[_TYPE])
    if _UNTIL in found:
        valid_until, size = _date(found[_UNTIL])
        if size != len(found[_UNTIL]):
            raise SealMalformed(Flaw.DATE, "IDB: a date of validity that is not whole")
        fields["valid_until"] = valid_until.isoformat()
    return fields, valid_until


def _read_nested(profile: Profile, value: bytes, signed_on: date, fields: dict[str, str]) -> date | None:
    """The features of a VDS of this profile; a duration may be a number of days alone."""
    valid_until = None
    for tag, feature in _messages(value).items():
        if tag in profile.zones:
            valid_until = _read_zone(profile.zones[tag], feature, signed_on, fields)
            continue
        name, read = profile.features.get(tag) or (f"tag_{tag:02X}", bytes.hex)
        fields[name] = f"P{feature[0]}D" if name == "stay" and len(feature) == 1 else read(feature)
    return valid_until


def _read_zone(form: str, value: bytes, signed_on: date, fields: dict[str, str]) -> date:
    text = c40.decode(value).replace(" ", "<")
    read, wrong = mrz.read(form, text)
    if set(wrong) - {_COMPOSITE}:
        raise SealMalformed(Flaw.DIGIT, f"MRZ: check digit of the {wrong[0]}")
    said, valid_until = zone.said(read, mrz.lines(form, text), signed_on)
    fields.update(said)
    return valid_until


def _type(value: bytes) -> str:
    if len(value) != 1:
        raise SealMalformed(Flaw.VALUE, "IDB: a document type has one byte")
    return TYPES.get(value[0], str(value[0]))
