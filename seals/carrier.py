"""How the bytes of a seal become the code on the paper, and back.

    BINARY  the bytes
    TEXT    Base45(zlib(message))               Claim 169 alone, as MOSIP asks
    URL     address "#" Base32(bytes)           upper case, no padding: "HTTPS://VERIF.EXAMPLE/#2KCE2..."

A phone opens the URL; what stands after `#` never leaves it. A checker takes any address: it proves nothing, so it is
ignored, and `host_of` lets the caller warn of one that is not ours. Each carrier has one spelling of the same bytes
(the zlib stream apart); others are refused.
"""

import re
from base64 import b32encode

from sceau.domain.document_type import Carrier
from sceau.domain.errors import FieldInvalid, SealMalformed
from sceau.domain.flaw import Flaw
from sceau.seals import base45, claim169
from sceau.seals.deflate import inflate

_SCHEMES = (b"HTTPS://", b"https://")
_AUTHORITY = re.compile(rb"https://([^/?#]*)", re.IGNORECASE)
_HOST = re.compile(rb"([a-z0-9.-]*)(?::443)?", re.IGNORECASE)

# Python reads base 32 in digits 0-9 a-v, RFC 4648 in A-Z 2-7; `!` is a digit of neither
_DIGITS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghijklmnopqrstuv")
_BASE32 = bytes(_DIGITS[c] if c in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" else ord("!") for c in range(256))


# What a printed code holds at most, in characters or bytes with the address (desk/qr.py: versions 19-M, 17-M, 13-Q).
LENGTH_MAX = {Carrier.URL: 900, Carrier.TEXT: 734, Carrier.BINARY: 241}


def check_length(seal: bytes, carrier: Carrier, address: str) -> None:
    """FieldInvalid if the code would be too dense to be scanned from paper: asked before anything is signed."""
    length = len(write(seal, carrier, address)) if carrier is Carrier.TEXT else _length(len(seal), carrier, address)
    excess = length - LENGTH_MAX[carrier]
    if excess > 0:
        raise FieldInvalid(
            "code",
            f"the values make a code too dense for paper: shorten them by about {excess} characters",
            f"les valeurs donnent un code trop dense pour le papier : abrégez-les d'environ {excess} caractères",
        )


def _length(size: int, carrier: Carrier, address: str) -> int:
    return size if carrier is Carrier.BINARY else len(address) + 1 - (-8 * size // 5)


def write(seal: bytes, carrier: Carrier, address: str) -> bytes:
    """The content of the code; `address` is where the checker's page is found ("HTTPS://VERIF.EXAMPLE/")."""
    match carrier:
        case Carrier.BINARY:
            return seal
        case Carrier.URL:
            return address.encode("ascii") + b"#" + b32encode(seal).rstrip(b"=")
        case Carrier.TEXT:
            if not seal.startswith(b"\xd2"):
                raise FieldInvalid("carrier", "text carries Claim 169 alone", "le texte ne porte que Claim 169")
            return base45.encode(claim169.compress(seal)).encode("ascii")


def read(data: bytes) -> bytes:
    """The seal's bytes; what bears no carrier of ours is returned as it is. SealMalformed for a misspelt one."""
    if data.startswith(_SCHEMES):
        return read_base32(data.partition(b"#")[2])
    if data.translate(None, base45.ALPHABET):
        return data
    inner = base45.decode(data)
    return inflate(inner) if inner[:1] == b"\x78" else inner


def read_base32(text: bytes) -> bytes:
    """RFC 4648 section 6 without padding, unused bits zero; SealMalformed for any other spelling."""
    unused = 5 * len(text) % 8
    try:
        value = int(text.translate(_BASE32), 32)
    except ValueError:
        raise SealMalformed(Flaw.ALPHABET, "Base32: a character outside the alphabet, or nothing") from None
    if unused >= 5 or value & ((1 << unused) - 1):
        raise SealMalformed(Flaw.ALPHABET, "Base32: one character too many, or unused bits that are not zero")
    return (value >> unused).to_bytes(5 * len(text) // 8, "big")


def host_of(data: bytes) -> str | None:
    """The host that a phone would open, in lower case; None where the code is not an address.

    Programs disagree on what they open where the authority holds a backslash, a user, an escape, a blank or a control
    character (RFC 3986 section 3.2 against the WHATWG URL standard), and another port is another service: then it is
    the whole authority as it stands, which equals no host.
    """
    authority = _AUTHORITY.match(data)
    if authority is None:
        return None
    host = _HOST.fullmatch(authority[1])
    return host[1].decode("ascii").lower() if host else authority[1].decode("ascii", "replace")
