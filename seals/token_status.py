"""IETF Token Status List (draft-ietf-oauth-status-list): one small number per token, for the verifiers of others.

    token     = 18([protected, {}, claims, signature])                   a CBOR Web Token, draft section 5.2
    protected = << {1: alg, 4: kid, 16: "application/statuslist+cwt"} >>
    claims    = << {2: uri, 4: expires, 6: issued, 65533: list, 65534: seconds to keep} >>
    list      = {"bits": 1 | 2 | 4 | 8, "lst": zlib(bytes)}              section 4
    bytes     = statuses from the lowest bits of the first byte on       0 valid, 1 invalid, 2 suspended

A token names its place by `uri` and index (claim 65535 of `seals/claim169.py`); `uri` here must be the same text.
The claim numbers 65533 to 65535 are requested by the draft, not yet assigned. Verifying signatures is the business of
keys.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sceau.domain import canonical, cose
from sceau.domain.errors import NotCanonical, SealMalformed
from sceau.domain.flaw import Flaw
from sceau.seals.claim169 import EXPIRES, ISSUED_AT, STATUS_LIST, TIME_TO_LIVE

VALID, INVALID, SUSPENDED = 0, 1, 2
BITS = (1, 2, 4, 8)
INFLATED_MAX = 16 << 20
_SUBJECT = 2
_ALGORITHM, _CRITICAL, _KEY_ID, _TYPE = 1, 2, 4, 16
_MEDIA_TYPE = "application/statuslist+cwt"
_TAG = b"\xd2"


@dataclass(frozen=True, slots=True)
class StatusToken:
    """A status list that obeys its grammar; nothing in it may be believed before its signature holds."""

    uri: str
    issued_at: int  # Unix seconds
    expires: int | None
    time_to_live: int | None  # seconds
    bits: int
    packed: bytes
    algorithm: int
    kid: bytes
    signed: bytes
    signature: bytes

    def status(self, index: int) -> int:
        """The status at `index`; IndexError past the end of the list."""
        return unpack(self.packed, self.bits, index)


def pack(statuses: Sequence[int], bits: int) -> bytes:
    """Statuses as bytes, the last one filled with zeros."""
    each, mask = 8 // bits, (1 << bits) - 1
    packed = bytearray((len(statuses) + each - 1) // each)
    for index, status in enumerate(statuses):
        if status & ~mask:
            raise ValueError(f"status {status} does not fit {bits} bits")
        packed[index // each] |= status << bits * (index % each)
    return bytes(packed)


def unpack(packed: bytes, bits: int, index: int) -> int:
    """The status at `index`; IndexError past the end."""
    each = 8 // bits
    return packed[index // each] >> bits * (index % each) & (1 << bits) - 1


def encode_list(statuses: Sequence[int], bits: int) -> dict[str, Any]:
    """The `list` of the claims."""
    return {"bits": bits, "lst": zlib.compress(pack(statuses, bits), 9)}


def decode_list(value: object) -> tuple[int, bytes]:
    """Bits per status, and the bytes; an `aggregation_uri` may stand there and is not followed."""
    bits, lst = (value.get("bits"), value.get("lst")) if isinstance(value, dict) else (None, None)
    if type(bits) is not int or bits not in BITS or type(lst) is not bytes:
        raise SealMalformed(Flaw.STRUCTURE, "status list: no `bits` of 1, 2, 4 or 8, or no `lst`")
    stream = zlib.decompressobj()
    try:
        packed = stream.decompress(lst, INFLATED_MAX)
    except zlib.error:
        raise SealMalformed(Flaw.COMPRESSION, "status list: not a zlib stream") from None
    if not stream.eof or stream.unused_data:
        raise SealMalformed(Flaw.COMPRESSION, "status list: zlib stream cut short, too long or followed by other bytes")
    return bits, packed


def unsigned(
    uri: str, issued_at: int, expires: int, time_to_live: int, statuses: Sequence[int], algorithm: int, kid: bytes
) -> tuple[bytes, bytes, bytes]:
    """Protected header, payload, and the bytes to sign; two bits per status."""
    protected = canonical.encode({_ALGORITHM: algorithm, _KEY_ID: kid, _TYPE: _MEDIA_TYPE})
    payload = canonical.encode(
        {
            _SUBJECT: uri,
            EXPIRES: expires,
            ISSUED_AT: issued_at,
            STATUS_LIST: encode_list(statuses, 2),
            TIME_TO_LIVE: time_to_live,
        }
    )
    return protected, payload, cose.to_sign(protected, payload)


def assemble(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """The token."""
    return _TAG + canonical.encode([protected, {}, payload, signature])


def parse(message: bytes) -> StatusToken:
    """Read a token, ours or another's; SealMalformed for anything else."""
    try:
        return _read(message)
    except NotCanonical as error:
        raise SealMalformed(Flaw.SPELLING, f"status list: {error}") from None


def _read(message: bytes) -> StatusToken:
    parts = canonical.decode_foreign(message.removeprefix(_TAG))
    match parts:
        case [bytes(protected), dict(unprotected), bytes(payload), bytes(signature)]:
            header, claims = canonical.decode_foreign(protected), canonical.decode_foreign(payload)
        case _:
            raise SealMalformed(Flaw.STRUCTURE, "status list: not a COSE_Sign1")
    if type(header) is not dict or header.get(_TYPE) != _MEDIA_TYPE or _CRITICAL in header or type(claims) is not dict:
        raise SealMalformed(Flaw.STRUCTURE, f"status list: not of type {_MEDIA_TYPE}")
    algorithm, kid = header.get(_ALGORITHM), header.get(_KEY_ID, unprotected.get(_KEY_ID, b""))
    if type(algorithm) is not int or type(kid) is not bytes or unprotected.keys() - {_KEY_ID}:
        raise SealMalformed(Flaw.HEADER, "status list: a header that we cannot honour")
    uri, issued_at = claims.get(_SUBJECT), claims.get(ISSUED_AT)
    expires, time_to_live = claims.get(EXPIRES), claims.get(TIME_TO_LIVE)
    if type(uri) is not str or type(issued_at) is not int:
        raise SealMalformed(Flaw.STRUCTURE, "status list: no subject or no time of issue")
    if any(n is not None and type(n) is not int for n in (expires, time_to_live)):
        raise SealMalformed(Flaw.DATE, "status list: a time that is no whole number")
    bits, packed = decode_list(claims.get(STATUS_LIST))
    signed = cose.to_sign(protected, payload)
    return StatusToken(uri, issued_at, expires, time_to_live, bits, packed, algorithm, kid, signed, signature)
