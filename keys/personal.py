"""Personal data inside an event: readable while its data key lives.

    sealed = nonce (24) || XChaCha20-Poly1305(key, nonce, aad, padded)
    padded = plaintext || 80 || 00 ...    to the next multiple of 64 bytes (ISO/IEC 7816-4)

The padding hides whether a name is short or long. The caller puts the event's place into `aad`, so that a sealed part
moved to another event does not open.
"""

from sceau.domain.errors import EnvelopeInvalid
from sceau.keys.box import CryptoError, open_box, seal_box

_BLOCK = 64


def seal_personal(key: bytes, nonce: bytes, aad: bytes, plaintext: bytes) -> bytes:
    """Encrypt under a 32-byte data key; `nonce` is 24 fresh random bytes."""
    padded = (plaintext + b"\x80").ljust((len(plaintext) // _BLOCK + 1) * _BLOCK, b"\0")
    return seal_box(key, nonce, aad, padded)


def open_personal(key: bytes, aad: bytes, sealed: bytes) -> bytes:
    """Decrypt; raise EnvelopeInvalid if anything differs from what was sealed, the padding included."""
    try:
        padded = open_box(key, aad, sealed)
    except CryptoError:
        raise EnvelopeInvalid("personal part does not open: wrong data key, wrong place, or edited") from None
    plaintext = padded.rstrip(b"\0")
    if len(padded) % _BLOCK or len(padded) - len(plaintext) >= _BLOCK or plaintext[-1:] != b"\x80":
        raise EnvelopeInvalid("personal part is not padded as we pad")
    return plaintext[:-1]
