"""Personal data inside an event: readable while its data key lives.

    sealed = nonce (24) || XChaCha20-Poly1305(key, nonce, aad, padded)
    padded = plaintext || 80 || 00 ...    to the next multiple of 64 bytes (ISO/IEC 7816-4)

The padding hides whether a name is short or long. The caller puts the event's place into `aad`, so that a sealed part
moved to another event does not open.
"""

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from sceau.domain.errors import EnvelopeInvalid

NONCE_SIZE = 24
_TAG_SIZE = 16
_BLOCK = 64


def seal_personal(key: bytes, nonce: bytes, aad: bytes, plaintext: bytes) -> bytes:
    """Encrypt under a 32-byte data key; `nonce` is 24 fresh random bytes."""
    padded = (plaintext + b"\x80").ljust((len(plaintext) // _BLOCK + 1) * _BLOCK, b"\0")
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(padded, aad, nonce, key)


def open_personal(key: bytes, aad: bytes, sealed: bytes) -> bytes:
    """Decrypt; raise EnvelopeInvalid if anything differs from what was sealed, the padding included."""
    if len(sealed) < NONCE_SIZE + _BLOCK + _TAG_SIZE:
        raise EnvelopeInvalid("personal part cut short")
    try:
        padded = crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[NONCE_SIZE:], aad, sealed[:NONCE_SIZE], key)
    except CryptoError:
        raise EnvelopeInvalid("personal part does not open: wrong data key, wrong place, or edited") from None
    plaintext = padded.rstrip(b"\0")
    if len(padded) % _BLOCK or len(padded) - len(plaintext) >= _BLOCK or plaintext[-1:] != b"\x80":
        raise EnvelopeInvalid("personal part is not padded as we pad")
    return plaintext[:-1]
