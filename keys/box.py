"""The one way that sceau encrypts: XChaCha20-Poly1305 with the nonce in front.

    box = nonce (24) || ciphertext || tag (16)

The additional data (`about`) is authenticated and not stored: a box opens only where it was meant to stand. Nonces are
random; 24 bytes are enough that none comes twice.

Every event has three or four boxes, and PyNaCl's bindings take four times as long as the cipher; so the libsodium that
PyNaCl carries is called here directly.
"""

from nacl._sodium import ffi, lib  # type: ignore[import-not-found]
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
    size = len(box) - SIZE_MIN
    if len(key) != KEY_SIZE or size < 0:
        raise CryptoError("a key of another length, or a box cut short")
    out, sealed = ffi.new("unsigned char[]", size), box[NONCE_SIZE:]
    refused = lib.crypto_aead_xchacha20poly1305_ietf_decrypt(
        out, ffi.NULL, ffi.NULL, sealed, len(sealed), about, len(about), box[:NONCE_SIZE], key
    )
    if refused:
        raise CryptoError("the box does not open")
    text: bytes = ffi.buffer(out, size)[:]
    return text
