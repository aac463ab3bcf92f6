"""Which standard some scanned bytes belong to, before any cryptography.

    DC 02, DC 03 ...          ICAO VDS
    D2, 84, D8 3D, D0, 78     CBOR web token: Claim 169
    "DC01"-"DC04"             2D-Doc; DC 04 ... its binary form
    "RDB1", "NDB1"            ICAO barcode (IDB)
    "HC1:"                    health certificate of EU and WHO
    "shc:/"                   SMART Health Card
    { with "hdr" and "sig"    ICAO VDS-NC
    lines of A-Z 0-9 <        machine-readable zone, which nobody signed
    Base32 of DE ...          ISO 22376: known by sight, not read
    https://host/#Base32      what Base32 hides, whatever the host
    Base45                    what Base45 hides

At most 8 KiB: the largest QR code holds 2953 bytes. Nothing that a stranger prints raises anything but a SealError.
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from sceau.domain.errors import NotASeal, SealMalformed, SealUnsupported
from sceau.domain.flaw import Flaw
from sceau.seals import carrier, claim169, hcert, idb, mrz, shc, stranger, twoddoc, vds, vdsnc
from sceau.seals.seal import ParsedSeal

SIZE_MAX = 8 * 1024
_FRAGMENT_MIN = 40  # characters after `#`: fewer hold no seal
_BASE32 = re.compile(rb"[A-Z2-7]+")


class Standard(Enum):
    """What we know by sight; the value is what people call it."""

    VDS = "ICAO VDS"
    CLAIM169 = "CBOR web token"
    TWODDOC = "2D-Doc"
    IDB = "ICAO IDB"
    HCERT = "HCERT"
    SHC = "SMART Health Card"
    VDSNC = "ICAO VDS-NC"
    MRZ = "MRZ"
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


READERS: Mapping[Standard, Callable[[bytes], ParsedSeal]] = {
    Standard.VDS: vds.parse,
    Standard.CLAIM169: claim169.parse,
    Standard.TWODDOC: twoddoc.parse,
    Standard.IDB: idb.parse,
    Standard.HCERT: hcert.parse,
    Standard.SHC: shc.parse,
    Standard.VDSNC: vdsnc.parse,
    Standard.MRZ: mrz.parse,
}


def recognise(data: bytes) -> Recognised:
    """Tell the standard by its first bytes; SealMalformed for too many bytes or a misspelt carrier."""
    if len(data) > SIZE_MAX:
        raise SealMalformed(Flaw.SIZE, f"more than {SIZE_MAX} bytes")
    standard = _by_sight(data)
    if standard is not None:
        return Recognised(standard, data)
    try:
        seal = carrier.read(data)
    except SealMalformed:
        if stranger.seems(data) is None or _is_damaged(data):
            raise
        return Recognised(None, data)
    return Recognised(_by_start(seal), seal)


def standard_of(data: bytes) -> Standard | None:
    """The standard of bytes that may be misspelt."""
    try:
        return recognise(data).standard
    except SealMalformed:
        return None


def parse(data: bytes) -> ParsedSeal:
    """Recognise, undo the carrier, read.

    SealUnsupported names what we know but do not read; NotASeal tells what a code without a seal seems to be.
    """
    standard, seal = recognise(data)
    if standard is None:
        seen = stranger.seems(data)
        raise NotASeal(seen) if seen else SealMalformed(Flaw.UNKNOWN, "no kind of seal that we know")
    if standard is Standard.ISO22376:
        raise SealUnsupported(Flaw.OTENTIK, "an ISO 22376 seal (Otentik): only its operator's application reads it")
    return READERS[standard](seal)


def _by_start(data: bytes) -> Standard | None:
    for start, standard in _BY_FIRST_BYTE.get(data[0], ()) if data else ():
        if data.startswith(start):
            return standard
    return None


def _by_sight(data: bytes) -> Standard | None:
    standard = _by_start(data)
    if standard is Standard.ISO22376:
        return standard if _is_base32(data) else None
    if standard is None and data.startswith(b"{") and b'"hdr"' in data and b'"sig"' in data:
        return Standard.VDSNC
    if standard is None and mrz.is_zone(data):
        return Standard.MRZ
    return standard


def _is_base32(data: bytes) -> bool:
    try:
        carrier.read_base32(data)
    except SealMalformed:
        return False
    return True


def _is_damaged(data: bytes) -> bool:
    """Whether this is a web address with what was a seal once: after `#` stand capitals and digits, enough for one."""
    hidden = data.partition(b"#")[2]
    return data.startswith((b"https://", b"HTTPS://")) and (
        _BASE32.fullmatch(hidden) is not None
        or (len(hidden) >= _FRAGMENT_MIN and hidden.isalnum() and hidden.isupper())
    )
