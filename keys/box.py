"""The one way that sceau encrypts: XChaCha20-Poly1305 with the nonce in front.

    box = nonce (24) || ciphertext || tag (16)

The additional data (`about`) is authenticated and not stored: a box opens only where it was meant to stand. Nonces are
random; 24 bytes are enough that none comes twice.

Every event has three or four boxes, and PyNaCl's binding takes four times as long as the cipher; so encryption calls
the libsodium that PyNaCl carries.
"""

from nacl._sodium import ffi, lib  # type: ignore[import-not-found]
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
from nacl.exceptions import CryptoError

KEY_SIZE, NONCE_SIZE, TAG_SIZE = 32, 24, 16
SIZE_MIN = NONCE_SIZE + TAG_SIZE

__all__ = ["NONCE_SIZE", "SIZE_MIN", "CryptoError", "open_box", "seal_box"]


def seal_box(key: bytes, nonce: bytes, about: bytes, text: bytes) -> bytes:
    """Encrypt under a key of 32 bytes with 24 fresh random bytes."""
    if len(key) != KEY_SIZE or len(nonce) != NONCE_SIZE:  # libsodium reads so many wherever the pointer leads
        raise CryptoError("a box needs a key of 32 bytes and a nonce of 24")
    size = len(text) + TAG_SIZE
    out = ffi.new("unsigned char[]", size)
    lib.crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, ffi.NULL, text, len(text), about, len(about), ffi.NULL, nonce, key
    )
    sealed: bytes = ffi.buffer(out, size)[:]
    return nonce + sealed


def open_box(key: bytes, about: bytes, box: bytes) -> bytes:
    """Decrypt; raise CryptoError unless this key sealed this box about this."""
    if len(box) < SIZE_MIN:  # the library would raise something else
        raise CryptoError("box cut short")
    return crypto_aead_xchacha20poly1305_ietf_decrypt(box[NONCE_SIZE:], about, box[:NONCE_SIZE], key)
