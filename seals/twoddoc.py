"""2D-Doc, DC01 to DC04 ("Spécifications techniques 2D-Doc" 3.3.8, France Titres): invoices, tax notices, permits.

    seal      = header data US signature [GS annex]         printable ASCII; what is annexed is not signed
    header    = "DC" version authority certificate issued signed type [perimeter [country]]
    version   = 01 | 02 | 03 with perimeter | 04 with perimeter and country (elsewhere perimeter 01, country FR)
    authority = certification authority, 4; certificate = 4: together they name the key
    issued, signed = four hexadecimal digits: days after 2000-01-01; FFFF: none
    data      = (identifier value)*                         identifier: 2; each once
    value     = of a fixed size | up to GS, or to its greatest size | cut short to fit, up to RS
    signature = Base32 of r || s, without padding

Signed are header and data. An identifier that is not known keeps its two letters, its value goes up to GS.
"""

import re
from collections.abc import Iterator
from datetime import date

from sceau.domain.errors import SealMalformed, SealUnsupported
from sceau.domain.flaw import Flaw
from sceau.seals import carrier, twoddoc_fields
from sceau.seals.seal import ParsedSeal

_GS, _RS, _US = "\x1d", "\x1e", "\x1f"
_HEADER = re.compile(
    "(?P<version>DC0[1-4])(?P<issuer>[A-Z]{2}[A-Z0-9]{2})(?P<reference>[A-Z0-9]{4})"
    "(?P<issued>[0-9A-F]{4})(?P<signed>[0-9A-F]{4})(?P<type>[0-9A-Z]{2})"
)
_PERIMETER = re.compile("[0-9A-Z]{2}")
_COUNTRY = re.compile("[A-Z]{2}")
_IDENTIFIER = re.compile("[0-9A-Z]{2}")
_PRINTABLE = re.compile(f"[ -~{_GS}{_RS}]*")
_EPOCH = date(2000, 1, 1).toordinal()
_NONE = "FFFF"
_PERIMETER_1 = "01"
_ENDED = re.compile(f"[{_GS}{_RS}]")
_SIGNATURE_SIZES = (64, 96, 132)


def parse(data: bytes) -> ParsedSeal:
    """Read a seal; SealMalformed for anything but the grammar above, SealUnsupported for the binary form."""
    if data[:1] == b"\xdc":
        raise SealUnsupported(Flaw.BINARY, "a 2D-Doc in its binary form")
    text = data.decode("ascii", "replace")
    signed, found, tail = text.partition(_US)
    header = _HEADER.match(signed)
    if header is None or not found:
        raise SealMalformed(Flaw.HEADER, "2D-Doc: no header, or no signature")
    perimeter, country, start = _scope(header["version"], signed)
    values = _values(signed[start:], perimeter)
    issued_on, signed_on = _day(header["issued"]), _day(header["signed"])
    document_type = header["type"] if perimeter == _PERIMETER_1 else ""
    dated = values if document_type else {}
    return ParsedSeal(
        format="2ddoc",
        profile=f"{header['version']} {header['type']}",
        issuer=header["issuer"],
        reference=header["reference"],
        country=country,
        algorithm=None,
        signed=signed.encode("ascii"),
        signature=_signature(tail.partition(_GS)[0]),
        type_code=None,
        document_class=twoddoc_fields.CLASSES.get(document_type),
        issued_on=issued_on or signed_on,
        issued_at=None,
        valid_from=_first(dated, twoddoc_fields.FIRST_DAYS),
        valid_until=_first(dated, twoddoc_fields.LAST_DAYS),
        fields=_fields(document_type, values),
        signed_on=signed_on,
    )


def _scope(version: str, signed: str) -> tuple[str, str, int]:
    """Perimeter, country, and where the data begin."""
    if version in ("DC01", "DC02"):
        return _PERIMETER_1, "FR", 22
    perimeter, country = signed[22:24], signed[24:26] if version == "DC04" else "FR"
    if not _PERIMETER.fullmatch(perimeter) or not _COUNTRY.fullmatch(country):
        raise SealMalformed(Flaw.NAME, "2D-Doc: perimeter or country misspelt")
    return perimeter, country, 26 if version == "DC04" else 24


def _values(data: str, perimeter: str) -> dict[str, str]:
    """The values by identifier, as they are written."""
    if not _PRINTABLE.fullmatch(data):
        raise SealMalformed(Flaw.ALPHABET, "2D-Doc: a character that has no place in it")
    found: dict[str, str] = {}
    for identifier, value in _split(data, perimeter == _PERIMETER_1):
        if identifier in found or not _IDENTIFIER.fullmatch(identifier):
            raise SealMalformed(Flaw.TWICE, "2D-Doc: an identifier misspelt, or one that stands twice")
        found[identifier] = value
    return found


def _split(data: str, known: bool) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(data):
        identifier, start = data[at : at + 2], at + 2
        size = twoddoc_fields.SIZES.get(identifier) if known else None
        longest = twoddoc_fields.LONGEST.get(identifier) if known else None
        mark = _ENDED.search(data, start, start + (size or longest or len(data)))
        end = mark.start() if mark else min(len(data), start + (size or longest or len(data)))
        if size and (end - start != size):
            raise SealMalformed(Flaw.VALUE, f"2D-Doc: the value of {identifier} has not its size")
        yield identifier, data[start:end]
        at = end + 1 if end < len(data) and data[end] in (_GS, _RS) else end


def _day(digits: str) -> date | None:
    return None if digits == _NONE else date.fromordinal(_EPOCH + int(digits, 16))


def _signature(text: str) -> bytes:
    signature = carrier.read_base32(text.encode("ascii", "replace"))
    if len(signature) not in _SIGNATURE_SIZES:
        raise SealMalformed(Flaw.SIGNATURE, "2D-Doc: a signature of an impossible length")
    return signature


def _first(values: dict[str, str], identifiers: tuple[str, ...]) -> date | None:
    """The day of the first of these identifiers that has one."""
    shown = [_shown(one, values[one]) for one in identifiers if values.get(one, _NONE) != _NONE]
    return date.fromisoformat(shown[0]) if shown else None


def _fields(document_type: str, values: dict[str, str]) -> dict[str, str]:
    fields = {"document_type": twoddoc_fields.TYPES[document_type]} if document_type in twoddoc_fields.TYPES else {}
    for identifier, value in values.items():
        name = twoddoc_fields.NAMES.get(identifier, f"id_{identifier}") if document_type else f"id_{identifier}"
        fields[f"id_{identifier}" if name in fields else name] = _shown(identifier, value) if document_type else value
    return fields


def _shown(identifier: str, value: str) -> str:
    """A day as YYYY-MM-DD; any other value as it is."""
    if identifier in twoddoc_fields.HEX_DAYS and value != _NONE:
        if not re.fullmatch("[0-9A-F]{4}", value):
            raise SealMalformed(Flaw.DATE, "2D-Doc: no such date")
        return date.fromordinal(_EPOCH + int(value, 16)).isoformat()
    if identifier in twoddoc_fields.DAYS:
        try:
            return date.fromisoformat(f"{value[4:]}-{value[2:4]}-{value[:2]}").isoformat()
        except ValueError:
            raise SealMalformed(Flaw.DATE, "2D-Doc: no such date") from None
    return value
