"""Cosignatures of both types: what they commit to, and what they do not."""

from pathlib import Path

import pytest

from sceau.domain.errors import KeyRefused, NoteInvalid
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog import note as notes
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.cosignature import MlDsa44Signer, cosign, cosign_mldsa44, verify_cosignature
from sceau.tlog.note import COSIGNATURE, ED25519, MLDSA44, Signature, Verifier, parse_vkey

SIGNER = SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ED25519)
PQ_SIGNER = MlDsa44Signer.from_seed(b"\7" * 32)
NAME = "temoin.example/w1"
WITNESS = Verifier(NAME, COSIGNATURE, SIGNER.public)
PQ_WITNESS = Verifier(NAME, MLDSA44, PQ_SIGNER.public)
BODY = Checkpoint("a.example/log", 12, bytes(32)).body()
TIME = 1_679_315_147
KINDS = ["04", "06"]


def cosigned(kind: str, text: str = BODY, name: str = NAME, time: int = TIME) -> Signature:
    if kind == "04":
        return cosign(text, name, SIGNER, time)
    return cosign_mldsa44(text, name, PQ_SIGNER, time)


def witness(kind: str, name: str = NAME) -> Verifier:
    return (WITNESS if kind == "04" else PQ_WITNESS)._replace(name=name)


def renamed(signature: Signature, key: Verifier) -> Signature:
    return Signature(key.name, key.key_id, signature.signature)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cosignature_says_when(kind: str) -> None:
    signature = cosigned(kind)
    assert verify_cosignature(BODY, signature, witness(kind)) == TIME
    assert len(signature.signature) == (72 if kind == "04" else 2428)
    assert notes.parse(notes.Note(BODY, (signature,)).encode()).signatures == (signature,)
    assert parse_vkey(witness(kind).vkey) == witness(kind)


def test_what_type_04_signs() -> None:
    """The message spelled out as on the specification's page; Ed25519 gives one signature for it."""
    message = f"cosignature/v1\ntime 1679315147\na.example/log\n12\n{'A' * 43}=\n".encode()
    assert cosigned("04").signature == bytes.fromhex("00000000641850cb") + SIGNER.sign(message)


def test_what_type_06_signs() -> None:
    message = (
        b"subtree/v1\n\0" + b"\x11temoin.example/w1" + bytes.fromhex("00000000641850cb") + b"\x0da.example/log"
        + bytes(8) + bytes(7) + b"\x0c" + bytes(32)
    )  # fmt: skip
    PQ_SIGNER.key.public_key().verify(cosigned("06").signature[8:], message)


@pytest.mark.parametrize("kind", KINDS)
def test_every_changed_byte_is_refused(kind: str) -> None:
    signature = cosigned(kind)
    raw = signature.signature
    for at in range(0, len(raw), 1 if kind == "04" else 41):
        changed = signature._replace(signature=raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        with pytest.raises(NoteInvalid):
            verify_cosignature(BODY, changed, witness(kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [0, 7, 8, 63, 64, 71, 73, 2427, 2429])
def test_a_signature_of_another_length_is_refused(kind: str, size: int) -> None:
    raw = (cosigned(kind).signature + bytes(3000))[:size]
    with pytest.raises(NoteInvalid):
        verify_cosignature(BODY, cosigned(kind)._replace(signature=raw), witness(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_another_checkpoint_is_not_cosigned(kind: str) -> None:
    for other in [
        ("a.example/log", 13, bytes(32)),
        ("b.example/log", 12, bytes(32)),
        ("a.example/log", 12, b"\1" * 32),
    ]:
        with pytest.raises(NoteInvalid, match="does not hold"):
            verify_cosignature(Checkpoint(*other).body(), cosigned(kind), witness(kind))


def test_only_type_06_commits_to_the_name() -> None:
    other = witness("04", "autre.example")
    assert verify_cosignature(BODY, renamed(cosigned("04"), other), other) == TIME
    other = witness("06", "autre.example")
    with pytest.raises(NoteInvalid, match="does not hold"):
        verify_cosignature(BODY, renamed(cosigned("06"), other), other)


def test_only_type_04_commits_to_extension_lines() -> None:
    longer = BODY + "an extension\n"
    assert verify_cosignature(longer, cosigned("06"), PQ_WITNESS) == TIME
    with pytest.raises(NoteInvalid, match="does not hold"):
        verify_cosignature(longer, cosigned("04"), WITNESS)


def test_a_log_signature_is_no_cosignature() -> None:
    """The same key and name under types 01 and 04 are two keys: their ids differ."""
    with pytest.raises(NoteInvalid, match="not a signature of"):
        verify_cosignature(BODY, notes.sign(BODY, NAME, SIGNER), WITNESS)
    log = WITNESS._replace(type=ED25519)
    with pytest.raises(NoteInvalid, match="cosigns nothing"):
        verify_cosignature(BODY, renamed(cosigned("04"), log), log)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("time", [-1, 1 << 63])
def test_a_time_is_below_2_to_the_63(kind: str, time: int) -> None:
    with pytest.raises(NoteInvalid, match="time"):
        cosigned(kind, time=time)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("time", [0, (1 << 63) - 1])
def test_the_first_and_the_last_time(kind: str, time: int) -> None:
    assert verify_cosignature(BODY, cosigned(kind, time=time), witness(kind)) == time


@pytest.mark.parametrize("kind", KINDS)
def test_a_time_from_2_to_the_63_on_is_refused(kind: str) -> None:
    late = cosigned(kind)._replace(signature=b"\x80" + cosigned(kind).signature[1:])
    with pytest.raises(NoteInvalid, match="time"):
        verify_cosignature(BODY, late, witness(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_checkpoint_is_not_cosigned(kind: str) -> None:
    with pytest.raises(NoteInvalid, match="not a checkpoint"):
        cosigned(kind, text="I owe you 12\n")


def test_long_names_are_for_type_04_only() -> None:
    cosigned("04", name="w" * 256)
    cosigned("06", name="w" * 255)
    with pytest.raises(NoteInvalid, match="255"):
        cosigned("06", name="w" * 256)
    with pytest.raises(NoteInvalid, match="255"):
        cosigned("06", text=Checkpoint("é" * 128, 12, bytes(32)).body())


def test_keys_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(KeyRefused, match="Ed25519"):
        cosign(BODY, NAME, SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ES256), TIME)
    with pytest.raises(KeyRefused, match="32 bytes"):
        MlDsa44Signer.from_seed(bytes(31))


def test_a_post_quantum_key_does_not_print_itself() -> None:
    assert PQ_SIGNER.public.hex() not in repr(PQ_SIGNER)
    assert (b"\7" * 32).hex() not in repr(PQ_SIGNER)


def test_the_example_of_the_specification_is_read(vectors: Path) -> None:
    note = notes.parse((vectors / "tlog/note-c2sp/cosigned-checkpoint.parse-only").read_bytes())
    log, cosignature = note.signatures
    assert (log.name, cosignature.name) == ("example.com/behind-the-sofa", "witness.example.com/w1")
    assert int.from_bytes(cosignature.signature[:8], "big") == 1679315147
