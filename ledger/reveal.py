"""Data keys handed to an auditor: sealed to the auditor's public key, one box per chunk of an export.

    box   = ephemeral public (32) || crypto_box(plain, nonce, auditor, ephemeral)          libsodium's sealed box
    nonce = BLAKE2b-192(ephemeral public || auditor's public);  crypto_box = X25519, XSalsa20-Poly1305
    plain = canonical CBOR ["sceau.reveal/1", origin, chunk, [[data key id, data key], ...]]        ids ascending

Any libsodium opens it (crypto_box_seal_open). Whoever holds the auditor's secret key reads names: it is the auditor
who answers for it from then on.
"""

import hashlib
from collections.abc import Mapping

from nacl.bindings import crypto_box_easy, crypto_box_seal_open, crypto_box_seed_keypair, crypto_scalarmult_base
from nacl.exceptions import CryptoError

from sceau.domain import canonical
from sceau.domain.errors import EnvelopeInvalid, KeyRefused, NotCanonical
from sceau.keys.signer import Random
from sceau.ledger.exported import REVEAL

SIZE = 32


def read_public(text: str) -> bytes:
    """An auditor's public key as 64 hex digits; KeyRefused if it is none."""
    try:
        public = bytes.fromhex(text.strip())
    except ValueError:
        public = b""
    if len(public) != SIZE or public.hex() != text.strip():
        raise KeyRefused(
            "an auditor's key is 64 lower-case hex digits (X25519)",
            why_fr="la clé d'un auditeur a 64 chiffres hexadécimaux minuscules (X25519)",
        )
    return public


def seal(keys: Mapping[bytes, bytes], origin: str, chunk: int, public: bytes, random: Random) -> bytes:
    """The box of these data keys; KeyRefused for a public key of low order."""
    plain = canonical.encode([REVEAL, origin, chunk, [[key_id, keys[key_id]] for key_id in sorted(keys)]])
    ephemeral, secret = crypto_box_seed_keypair(random(SIZE))
    nonce = hashlib.blake2b(ephemeral + public, digest_size=24).digest()
    try:
        return ephemeral + crypto_box_easy(plain, nonce, public, secret)
    except CryptoError:
        raise KeyRefused("no honest X25519 key", why_fr="pas une clé X25519 honnête") from None


def open_box(box: bytes, origin: str, chunk: int, secret: bytes) -> dict[bytes, bytes]:
    """The data keys of a box; EnvelopeInvalid if it was sealed to another key, or for another chunk."""
    try:
        read = canonical.decode(crypto_box_seal_open(box, crypto_scalarmult_base(secret), secret))
        context, name, number, pairs = read
        keys = {key_id: key for key_id, key in pairs}
    except (CryptoError, NotCanonical, TypeError, ValueError):
        raise EnvelopeInvalid(f"the revealed keys of chunk {chunk} do not open with this key") from None
    if (context, name, number) != (REVEAL, origin, chunk):
        raise EnvelopeInvalid(f"the revealed keys of chunk {chunk} were sealed for another chunk")
    return keys
