"""Base64url (RFC 4648 section 5): without padding, or with all of it; unused bits zero; no other spelling."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from sceau.domain.errors import SealMalformed
from sceau.domain.flaw import Flaw


def decode(text: str) -> bytes:
    """Read bytes; SealMalformed for any other character or length."""
    bare = text.rstrip("=")
    try:
        data = urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        data = b""
    written = urlsafe_b64encode(data).decode("ascii")
    if text not in (written, written.rstrip("=")):
        raise SealMalformed(Flaw.ALPHABET, "Base64: not the one spelling of any bytes")
    return data
