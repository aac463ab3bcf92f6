"""Which standard some scanned bytes belong to, before any cryptography.

    DC 02, DC 03 ...          ICAO VDS                       read
    D2, 84, D8 3D, D0, 78     CBOR web token: Claim 169      read
    DC 04 ..., "DC01"-"DC04"  2D-Doc                         known by sight
    "RDB1", "NDB1"            ICAO barcode (IDB)             known by sight
    "HC1:"                    EU health certificate          known by sight
    "shc:/"                   SMART health card              known by sight
    {"data": {"hdr": ...      ICAO VDS-NC                    known by sight
    Base32 of DE ...          ISO 22376                      known by sight
    https://host/#Base32      what Base32 hides, whatever the host
    Base45                    what Base45 hides

At most 8 KiB: the largest QR code holds 2953 bytes. Nothing that a stranger prints raises anything but a SealError.
"""

import json
from enum import Enum
from typing import NamedTuple

from sceau.domain.errors import SealMalformed, SealUnsupported
from sceau.seals import carrier, claim169, vds
from sceau.seals.seal import ParsedSeal

SIZE_MAX = 8 * 1024


class Standard(Enum):
    """What we know by sight; the value is what people call it."""

    VDS = "ICAO Visible Digital Seal"
    CLAIM169 = "CBOR web token"
    TWODDOC = "2D-Doc"
    IDB = "ICAO barcode (IDB)"
    HCERT = "EU digital COVID certificate"
    SHC = "SMART Health Card"
    VDSNC = "ICAO VDS-NC"
    ISO22376 = "ISO 22376 (Otentik)"


class Recognised(NamedTuple):
    """The standard, or None, and the bytes that its reader wants: the carrier is undone."""

    standard: Standard | None
    seal: bytes


STARTS = (
    (b"\xdc\x02", Standard.VDS),
    (b"\xdc\x03", Standard.VDS),
    (b"\xd2", Standard.CLAIM169),
    (b"\x84", Standard.CLAIM169),
    (b"\xd8\x3d", Standard.CLAIM169),
    (b"\xd0", Standard.CLAIM169),
    (b"\x78", Standard.CLAIM169),
    (b"\xdc\x04", Standard.TWODDOC),
    (b"DC01", Standard.TWODDOC),
    (b"DC02", Standard.TWODDOC),
    (b"DC03", Standard.TWODDOC),
    (b"DC04", Standard.TWODDOC),
    (b"RDB1", Standard.IDB),
    (b"NDB1", Standard.IDB),
    (b"HC1:", Standard.HCERT),
    (b"shc:/", Standard.SHC),
    *((start, Standard.ISO22376) for start in (b"3Y", b"3Z", b"32", b"33")),  # Base32 of DE
)
_BY_FIRST_BYTE = {first: [row for row in STARTS if row[0][0] == first] for first in {row[0][0] for row in STARTS}}


def recognise(data: bytes) -> Recognised:
    """Tell the standard by its first bytes; SealMalformed for too many bytes or a misspelt carrier."""
    if len(data) > SIZE_MAX:
        raise SealMalformed(f"more than {SIZE_MAX} bytes")
    standard = _by_sight(data)
    if standard is not None:
        return Recognised(standard, data)
    seal = carrier.read(data)
    return Recognised(_by_start(seal), seal)


def parse(data: bytes) -> ParsedSeal:
    """Recognise, undo the carrier, read; SealUnsupported names a standard that we know but do not read."""
    standard, seal = recognise(data)
    if standard is Standard.VDS:
        return vds.parse(seal)
    if standard is Standard.CLAIM169:
        return claim169.parse(seal)
    if standard is None:
        raise SealMalformed("no kind of seal that we know")
    raise SealUnsupported(f"{standard.value}: recognised, but not a seal that we read")


def _by_start(data: bytes) -> Standard | None:
    for start, standard in _BY_FIRST_BYTE.get(data[0], ()) if data else ():
        if data.startswith(start):
            return standard
    return None


def _by_sight(data: bytes) -> Standard | None:
    standard = _by_start(data)
    if standard is Standard.ISO22376:
        return standard if _is_base32(data) else None
    if data.startswith(b"{") and _is_vdsnc(data):
        return Standard.VDSNC
    return standard


def _is_vdsnc(data: bytes) -> bool:
    """Whether a JSON object has what makes a VDS-NC."""
    try:
        seal = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return "sig" in seal and type(seal.get("data")) is dict and "hdr" in seal["data"]


def _is_base32(data: bytes) -> bool:
    try:
        carrier.read_base32(data)
    except SealMalformed:
        return False
    return True
