"""The one way that sceau encrypts: XChaCha20-Poly1305 with the nonce in front.

    box = nonce (24) || ciphertext || tag (16)

The additional data (`about`) is authenticated and not stored: a box opens only where it was meant to stand. Nonces are
random; 24 bytes are enough that none comes twice.
"""

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt, crypto_aead_xchacha20poly1305_ietf_encrypt
from nacl.exceptions import CryptoError

NONCE_SIZE = 24
SIZE_MIN = NONCE_SIZE + 16

__all__ = ["NONCE_SIZE", "SIZE_MIN", "CryptoError", "open_box", "seal_box"]


def seal_box(key: bytes, nonce: bytes, about: bytes, text: bytes) -> bytes:
    """Encrypt under a key of 32 bytes with 24 fresh random bytes."""
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(text, about, nonce, key)


def open_box(key: bytes, about: bytes, box: bytes) -> bytes:
    """Decrypt; raise CryptoError unless this key sealed this box about this."""
    if len(box) < SIZE_MIN:  # the library would raise something else
        raise CryptoError("box cut short")
    return crypto_aead_xchacha20poly1305_ietf_decrypt(box[NONCE_SIZE:], about, box[:NONCE_SIZE], key)
