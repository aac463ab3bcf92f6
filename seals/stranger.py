"""Codes that are no seal: what they seem to be, so that an officer is told more than "not readable".

Known by how they begin, in any case of letters. A code that begins like none of these is not guessed at.
"""

import re
from enum import StrEnum


class Stranger(StrEnum):
    """What a code without a seal seems to be; the values are published with a verdict."""

    WEB = "web"
    WIFI = "wifi"
    CONTACT = "contact"
    EVENT = "event"
    MESSAGE = "message"
    PLACE = "place"
    PAYMENT = "payment"
    LOGIN = "login"
    BOARDING = "boarding"
    DRIVING_LICENCE = "driving_licence"
    WALLET = "wallet"
    NUMBER = "number"


_SEEMS = (
    (Stranger.WEB, rb"(?i:https?://|www\.)"),
    (Stranger.WIFI, rb"(?i:WIFI:)"),
    (Stranger.CONTACT, rb"(?i:BEGIN:VCARD|MECARD:|BIZCARD:)"),
    (Stranger.EVENT, rb"(?i:BEGIN:VCALENDAR|BEGIN:VEVENT)"),
    (Stranger.MESSAGE, rb"(?i:mailto:|MATMSG:|tel:|sms:|smsto:|facetime:|whatsapp:)"),
    (Stranger.PLACE, rb"(?i:geo:)"),
    (Stranger.PAYMENT, rb"(?i:BCD\r?\n|SPC\r?\n|000201|bitcoin:|ethereum:|lightning:|upi://)"),  # EPC, Swiss, EMV
    (Stranger.LOGIN, rb"(?i:otpauth://|otpauth-migration://|FIDO:/)"),
    (Stranger.BOARDING, rb"M[1-9][A-Z /-]{20}[E ][A-Z0-9 ]{7}[A-Z]{6}"),  # IATA resolution 792
    (Stranger.DRIVING_LICENCE, rb"@\r?\n[\x1c-\x1e]?\r?\n?(?:ANSI |AAMVA)"),
    (Stranger.WALLET, rb"(?i:mdoc:|openid4vp:|openid-credential-offer:|haip:)|eyJ[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.]"),
    (Stranger.NUMBER, rb"[0-9]{4,40}\Z"),
)
_PATTERNS = tuple((stranger, re.compile(pattern)) for stranger, pattern in _SEEMS)


def seems(data: bytes) -> Stranger | None:
    """What these bytes seem to be; None where nothing tells."""
    return next((stranger for stranger, pattern in _PATTERNS if pattern.match(data)), None)
