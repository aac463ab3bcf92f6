"""Personal parts: XChaCha20-Poly1305 as others compute it, padded, bound to their place."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from sceau.domain.errors import EnvelopeInvalid
from sceau.keys.box import NONCE_SIZE, CryptoError, open_box, seal_box
from sceau.keys.personal import open_personal, seal_personal

KEY, NONCE, AAD = b"\1" * 32, b"\2" * 24, b"stream|3|holder.identity"


@given(plaintext=st.binary(max_size=300))
def test_what_was_sealed_opens_and_its_length_is_hidden(plaintext: bytes) -> None:
    sealed = seal_personal(KEY, NONCE, AAD, plaintext)
    assert open_personal(KEY, AAD, sealed) == plaintext
    assert len(sealed) == 24 + 64 * (len(plaintext) // 64 + 1) + 16
    assert sealed[:24] == NONCE


def test_trailing_zeros_and_marks_of_the_plaintext_survive() -> None:
    for plaintext in (b"", b"\0", b"\x80", b"\x80\0\0", b"\0" * 64, b"a" * 63, b"a" * 63 + b"\x80"):
        assert open_personal(KEY, AAD, seal_personal(KEY, NONCE, AAD, plaintext)) == plaintext


def test_wycheproof_xchacha20_poly1305(vectors: Path) -> None:
    """Tags and texts of others; those whose nonce has 24 bytes. Valid ones are not padded as we pad, and say so."""
    file = json.loads((vectors / "crypto/wycheproof/xchacha20_poly1305_test.json").read_text())
    seen = {"valid": 0, "invalid": 0}
    for group in file["testGroups"]:
        for test in group["tests"]:
            key, nonce, aad, message, text, tag = (
                bytes.fromhex(test[n]) for n in ("key", "iv", "aad", "msg", "ct", "tag")
            )
            if len(nonce) != 24:
                continue
            seen[test["result"]] += 1
            if test["result"] == "valid":
                assert crypto_aead_xchacha20poly1305_ietf_encrypt(message, aad, nonce, key) == text + tag
                why = "not padded"
            else:
                why = "does not open"
            with pytest.raises(EnvelopeInvalid, match=why):
                open_personal(key, aad, nonce + text + tag)
    assert seen == {"valid": 246, "invalid": 60}


def test_every_changed_byte_and_every_cut_is_refused() -> None:
    sealed = seal_personal(KEY, NONCE, AAD, b"TRAORE Fatoumata")
    for at in range(len(sealed)):
        with pytest.raises(EnvelopeInvalid):
            open_personal(KEY, AAD, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
        with pytest.raises(EnvelopeInvalid):
            open_personal(KEY, AAD, sealed[:at])


@pytest.mark.parametrize(("key", "aad"), [(b"\3" * 32, AAD), (KEY, AAD.replace(b"3", b"4")), (KEY, b"")])
def test_another_key_or_another_place_does_not_open(key: bytes, aad: bytes) -> None:
    with pytest.raises(EnvelopeInvalid, match="does not open"):
        open_personal(key, aad, seal_personal(KEY, NONCE, AAD, b"x"))


@pytest.mark.parametrize("padded", [bytes(64), b"a" * 64, b"\x80" + bytes(127), b"a\x80".ljust(65, b"\0")])
def test_another_padding_is_refused_though_the_key_is_right(padded: bytes) -> None:
    sealed = NONCE + crypto_aead_xchacha20poly1305_ietf_encrypt(padded, AAD, NONCE, KEY)
    with pytest.raises(EnvelopeInvalid, match="padded"):
        open_personal(KEY, AAD, sealed)


@pytest.mark.parametrize("key", [b"", KEY[:31], KEY + b"\0"])
def test_a_key_of_another_length_is_refused_before_libsodium_reads_beyond_it(key: bytes) -> None:
    box = seal_box(KEY, bytes(NONCE_SIZE), AAD, b"text")
    with pytest.raises(CryptoError, match="length"):
        open_box(key, AAD, box)
    with pytest.raises(CryptoError, match="32 bytes"):
        seal_box(key, bytes(NONCE_SIZE), AAD, b"text")
    with pytest.raises(CryptoError, match="24"):
        seal_box(KEY, bytes(NONCE_SIZE - 1), AAD, b"text")
