"""Proofs that stand alone: read back, refused in every changed form, and what they prove."""

from pathlib import Path

import pytest

from sceau.domain.errors import ProofInvalid
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog import note as notes
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.cosignature import cosign
from sceau.tlog.merkle import inclusion_proof, leaf_hash, perfect_levels, root
from sceau.tlog.note import COSIGNATURE, ED25519, Note, Verifier
from sceau.tlog.policy import Policy
from sceau.tlog.policy import parse as parse_policy
from sceau.tlog.proof import Proof, parse, verify
from sceau.tlog.tile import TileReader

ORIGIN = "a.example/log"
TIME = 1_700_000_000
LEAVES = [leaf_hash(bytes([number])) for number in range(21)]
LEVELS = perfect_levels(b"".join(LEAVES))


def node(level: int, n: int) -> bytes:
    return LEVELS[level][32 * n : 32 * n + 32]


def signer(number: int) -> SoftwareSigner:
    return SoftwareSigner.from_seed(bytes([number]) * 32, Algorithm.ED25519)


def policy(rule: str) -> Policy:
    keys = [Verifier(f"w{n}.example", COSIGNATURE, signer(n).public).vkey for n in range(1, 6)]
    lines = [f"log {Verifier(ORIGIN, ED25519, signer(100).public).vkey}"]
    lines += [f"witness W{n} {key}" for n, key in enumerate(keys, start=1)]
    return parse_policy("\n".join([*lines, rule]) + "\n")


THREE_OF_FIVE = policy("group G 3 W1 W2 W3 W4 W5\nquorum G")
FOUR_OF_FIVE = policy("group G 4 W1 W2 W3 W4 W5\nquorum G")


def proof_of(index: int, *witnesses: int, size: int = 21) -> Proof:
    head = Checkpoint(ORIGIN, size, root(size, node))
    lines = [cosign(head.body(), f"w{n}.example", signer(n), TIME + 10 * n) for n in witnesses]
    note = Note(head.body(), (*head.sign(signer(100)).signatures, *lines))
    return Proof(index, tuple(inclusion_proof(index, size, node)), note.encode())


@pytest.mark.parametrize("size", [1, 2, 21])
def test_a_proof_is_read_back(size: int) -> None:
    for index in range(size):
        for extra in (None, b"", b"seal"):
            proof = proof_of(index, 1, 2, 3, size=size)
            proof = Proof(proof.index, proof.hashes, proof.checkpoint, extra)
            assert parse(proof.encode()) == proof
            assert verify(parse(proof.encode()), LEAVES[index], THREE_OF_FIVE).index == index


def test_what_is_written() -> None:
    proof = Proof(7, (bytes(32),), b"o\n12\nAAAA\n\n\xe2\x80\x94 a AAAAAAAA\n", b"\0\0\0")
    assert proof.encode().decode() == (
        f"c2sp.org/tlog-proof@v1\nextra AAAA\nindex 7\n{'A' * 43}=\n\no\n12\nAAAA\n\n— a AAAAAAAA\n"
    )


def test_what_is_proven() -> None:
    verified = verify(proof_of(13, 5, 1, 3), LEAVES[13], THREE_OF_FIVE)
    assert (verified.index, verified.size, verified.origin, verified.witnessed) == (13, 21, ORIGIN, True)
    assert verified.witnesses == {"W1": TIME + 10, "W3": TIME + 30, "W5": TIME + 50}


def test_the_time_is_one_that_the_witnesses_that_may_lie_cannot_move() -> None:
    """4 of 5 tolerate two liars, so the third earliest time; 3 of 5 tolerate none, so the earliest."""
    assert THREE_OF_FIVE.overlap == 1
    assert verify(proof_of(0, 1, 2, 3, 4), LEAVES[0], THREE_OF_FIVE).time == TIME + 10
    assert FOUR_OF_FIVE.overlap == 3
    assert verify(proof_of(0, 1, 2, 3, 4), LEAVES[0], FOUR_OF_FIVE).time == TIME + 30
    assert verify(proof_of(0), LEAVES[0], policy("quorum none")).time is None


def test_without_the_quorum_a_proof_is_provisional_at_most() -> None:
    proof = proof_of(13, 1, 2)
    with pytest.raises(ProofInvalid, match="cosigned by W1, W2: the quorum is not met"):
        verify(proof, LEAVES[13], THREE_OF_FIVE)
    verified = verify(proof, LEAVES[13], THREE_OF_FIVE, provisional=True)
    assert (verified.witnessed, verified.time, set(verified.witnesses)) == (False, None, {"W1", "W2"})
    with pytest.raises(ProofInvalid, match="cosigned by nobody"):
        verify(proof_of(13), LEAVES[13], THREE_OF_FIVE)


@pytest.mark.parametrize("provisional", [True, False])
def test_another_leaf_is_not_proven(provisional: bool) -> None:
    for index, leaf in [(13, LEAVES[12]), (12, LEAVES[13]), (13, bytes(32)), (13, LEAVES[13][:31])]:
        proof = proof_of(13, 1, 2, 3)
        with pytest.raises(ProofInvalid):
            verify(Proof(index, proof.hashes, proof.checkpoint), leaf, THREE_OF_FIVE, provisional)


@pytest.mark.parametrize("index", [21, 22, (1 << 63) - 1])
def test_an_index_past_the_end_is_refused(index: int) -> None:
    proof = proof_of(20, 1, 2, 3)
    with pytest.raises(ProofInvalid, match="no leaf"):
        verify(parse(Proof(index, proof.hashes, proof.checkpoint).encode()), LEAVES[20], THREE_OF_FIVE)


def test_every_changed_byte_is_refused() -> None:
    data = proof_of(13, 1, 2, 3).encode()
    for at, byte in enumerate(data):
        for wrong in {byte ^ 1, 0x0A, 0x20} - {byte}:
            with pytest.raises(ProofInvalid):
                verify(parse(data[:at] + bytes([wrong]) + data[at + 1 :]), LEAVES[13], THREE_OF_FIVE)


def test_every_part_of_a_proof_is_refused() -> None:
    """But for whole signature lines cut off its end that the quorum does not need."""
    data = proof_of(13, 1, 2, 3).encode()
    for end in range(len(data)):
        with pytest.raises(ProofInvalid):
            verify(parse(data[:end]), LEAVES[13], THREE_OF_FIVE)
        with pytest.raises(ProofInvalid):
            verify(parse(data[end + 1 :]), LEAVES[13], THREE_OF_FIVE)


def test_a_checkpoint_of_a_log_that_the_policy_does_not_name_is_refused() -> None:
    head = Checkpoint("b.example/log", 1, LEAVES[0])
    note = Note(head.body(), (notes.sign(head.body(), "b.example/log", signer(100)),))
    with pytest.raises(ProofInvalid, match="its checkpoint: no log of the policy"):
        verify(Proof(0, (), note.encode()), LEAVES[0], policy("quorum none"))


HASH = "A" * 43 + "="
NOTE = "o\n12\nAAAA\n\n— a AAAAAAAA\n"
MALFORMED = {
    "nothing": "",
    "another version": f"c2sp.org/tlog-proof@v2\nindex 7\n\n{NOTE}",
    "no index": f"c2sp.org/tlog-proof@v1\n{HASH}\n\n{NOTE}",
    "an index alone": "c2sp.org/tlog-proof@v1\nindex 7",
    "a number alone": f"c2sp.org/tlog-proof@v1\n7\n\n{NOTE}",
    "header only": f"c2sp.org/tlog-proof@v1\n\n{NOTE}",
    "index twice": f"c2sp.org/tlog-proof@v1\nindex 7\nindex 7\n\n{NOTE}",
    "extra after index": f"c2sp.org/tlog-proof@v1\nindex 7\nextra AAAA\n\n{NOTE}",
    "extra twice": f"c2sp.org/tlog-proof@v1\nextra AAAA\nextra AAAA\nindex 7\n\n{NOTE}",
    "extra only": f"c2sp.org/tlog-proof@v1\nextra AAAA\n\n{NOTE}",
    "extra with unused bits": f"c2sp.org/tlog-proof@v1\nextra AB==\nindex 7\n\n{NOTE}",
    "a leading zero": f"c2sp.org/tlog-proof@v1\nindex 07\n\n{NOTE}",
    "negative": f"c2sp.org/tlog-proof@v1\nindex -7\n\n{NOTE}",
    "2**63": f"c2sp.org/tlog-proof@v1\nindex {1 << 63}\n\n{NOTE}",
    "CRLF": f"c2sp.org/tlog-proof@v1\r\nindex 7\r\n\r\n{NOTE}",
    "an accent": f"c2sp.org/tlog-proof@v1\nindex 7\né\n\n{NOTE}",
    "a hash of 31 bytes": f"c2sp.org/tlog-proof@v1\nindex 7\n{'A' * 42}==\n\n{NOTE}",
    "a hash with unused bits": f"c2sp.org/tlog-proof@v1\nindex 7\n{'A' * 42}B=\n\n{NOTE}",
    "no empty line": f"c2sp.org/tlog-proof@v1\nindex 7\n{HASH}\n",
    "64 hashes": "c2sp.org/tlog-proof@v1\nindex 7\n" + f"{HASH}\n" * 64 + f"\n{NOTE}",
    "64 KiB and more of extra data": f"c2sp.org/tlog-proof@v1\nextra {'AAAA' * 21846}\nindex 7\n\n{NOTE}",
    "2 MiB": f"c2sp.org/tlog-proof@v1\nindex 7\n\n{NOTE}" + "x" * (1 << 21),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_proof_is_refused(case: str) -> None:
    with pytest.raises(ProofInvalid):
        parse(MALFORMED[case].encode())


def test_limits_are_reached() -> None:
    largest = Proof(7, (bytes(32),) * 63, b"checkpoint", bytes(1 << 16))
    assert parse(largest.encode()) == largest


def test_a_log_of_another_implementation(vectors: Path) -> None:
    """Tessera's log, entry 9 at size 15, under a policy that names its key."""
    folder = vectors / "tlog/tessera-log"
    rule = parse_policy(f"log {(folder / 'log.vkey').read_text().strip()}\nquorum none\n")
    checkpoint = (folder / "checkpoint.15").read_bytes()
    head = rule.met_by(notes.parse(checkpoint)).checkpoint
    read = TileReader(15, head.root, lambda path: (folder / path).read_bytes()).node
    proof = Proof(9, tuple(inclusion_proof(9, 15, read)), checkpoint)
    assert verify(parse(proof.encode()), read(0, 9), rule).origin == "example.com/log/testdata"
