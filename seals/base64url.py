"""Base64url (RFC 4648 section 5): without padding, or with all of it; unused bits zero; no other spelling."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from sceau.domain.errors import SealMalformed


def decode(text: str) -> bytes:
    """Read bytes; SealMalformed for any other character or length."""
    bare = text.rstrip("=")
    try:
        data = urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        raise SealMalformed("Base64: a length or character that has no place in it") from None
    written = urlsafe_b64encode(data).decode("ascii")
    if text not in (written, written.rstrip("=")):
        raise SealMalformed("Base64: another spelling than the one of these bytes")
    return data
