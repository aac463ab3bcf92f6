"""COSE receipts: other people's are read, ours are RFC 9942's, and no byte of one can be changed."""

from pathlib import Path

import cbor2
import pytest

from sceau.domain import canonical, cose
from sceau.domain.errors import KeyRefused, ProofInvalid
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog.merkle import inclusion_proof, leaf_hash, perfect_levels, root
from sceau.tlog.receipt import make, parse, verify

SIGNER = SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ED25519)
LEAVES = [leaf_hash(bytes([number])) for number in range(21)]
LEVELS = perfect_levels(b"".join(LEAVES))


def node(level: int, n: int) -> bytes:
    return LEVELS[level][32 * n : 32 * n + 32]


ROOT = root(21, node)


def receipt(index: int) -> bytes:
    return make(21, index, inclusion_proof(index, 21, node), ROOT, "a.example/log", SIGNER)


@pytest.mark.parametrize("index", range(21))
def test_a_receipt_proves_its_leaf_and_no_other(index: int) -> None:
    assert verify(receipt(index), LEAVES[index], SIGNER.public) == ROOT
    with pytest.raises(ProofInvalid, match="does not hold"):
        verify(receipt(index), LEAVES[index - 1], SIGNER.public)


def test_what_is_written() -> None:
    """The structure of RFC 9942 section 5.2, read by another decoder; the signature is over the root."""
    tagged = cbor2.loads(receipt(3))
    protected, unprotected, payload, signature = tagged.value
    assert tagged.tag == 18
    assert cbor2.loads(protected) == {1: -8, 4: SIGNER.kid, 15: {1: "a.example/log"}, 395: 1}
    (proof,) = unprotected[396][-1]
    assert cbor2.loads(proof) == [21, 3, inclusion_proof(3, 21, node)]
    assert payload is None
    assert SIGNER.sign(cbor2.dumps(["Signature1", protected, b"", ROOT])) == signature


def test_the_example_of_the_working_group(vectors: Path) -> None:
    data = (vectors / "tlog/cose-receipts/examples/inclusion-receipt.cbor").read_bytes()
    read = parse(data)
    assert (read.size, read.index, len(read.hashes)) == (5, 3, 3)
    assert read.origin == "https://transparency-service.example.com"
    assert read.header[1] == cose.ES256
    with pytest.raises(ProofInvalid, match="another algorithm"):
        verify(data, LEAVES[3], SIGNER.public)


def test_a_receipt_of_consistency_proves_no_inclusion(vectors: Path) -> None:
    data = (vectors / "tlog/cose-receipts/examples/consistency-receipt.cbor").read_bytes()
    with pytest.raises(ProofInvalid, match="not a receipt of one inclusion"):
        parse(data)


def test_every_changed_byte_is_refused() -> None:
    data = receipt(13)
    size_at = data.index(canonical.encode([21, 13])[1:])
    for at in set(range(len(data))) - {size_at}:
        for wrong in {data[at] ^ 1, data[at] ^ 0x20, data[at] ^ 0x80}:
            with pytest.raises(ProofInvalid):
                verify(data[:at] + bytes([wrong]) + data[at + 1 :], LEAVES[13], SIGNER.public)
        with pytest.raises(ProofInvalid):
            verify(data[:at], LEAVES[13], SIGNER.public)


def test_neither_size_nor_index_is_signed() -> None:
    """RFC 9942 signs the root alone: leaf 4 of 5 passes for leaf 1 of 2, so only the root is believed."""
    five = root(5, node)
    path = inclusion_proof(4, 5, node)
    for size, index in [(5, 4), (2, 1)]:
        assert verify(make(size, index, path, five, "a.example/log", SIGNER), LEAVES[4], SIGNER.public) == five


def test_another_key_is_refused() -> None:
    other = SoftwareSigner.from_seed(b"\x08" * 32, Algorithm.ED25519)
    with pytest.raises(ProofInvalid, match="does not hold"):
        verify(receipt(3), LEAVES[3], other.public)


def test_the_fully_specified_algorithm_is_read() -> None:
    """RFC 9864 renames EdDSA with Ed25519 from -8 to -19."""
    assert verify(rebuilt({1: -19, 395: 1}), LEAVES[3], SIGNER.public) == ROOT


PATH = inclusion_proof(3, 21, node)
GOOD = {1: -8, 395: 1}
HOSTILE = {
    "no algorithm": ({395: 1}, [21, 3, PATH]),
    "another algorithm": ({1: -7, 395: 1}, [21, 3, PATH]),
    "no tree": ({1: -8}, [21, 3, PATH]),
    "another tree": ({1: -8, 395: 2}, [21, 3, PATH]),
    "a text for a tree": ({1: -8, 395: "1"}, [21, 3, PATH]),
    "true for a tree": ({1: -8, 395: True}, [21, 3, PATH]),
    "a critical header": ({1: -8, 2: [77], 395: 1, 77: 1}, [21, 3, PATH]),
    "a header that is no map": ([1, -8], [21, 3, PATH]),
    "index past the end": (GOOD, [21, 21, PATH]),
    "a negative index": (GOOD, [21, -1, PATH]),
    "2**63 leaves": (GOOD, [1 << 63, 3, PATH]),
    "a text for an index": (GOOD, [21, "3", PATH]),
    "a hash of 31 bytes": (GOOD, [21, 3, [PATH[0][:31], *PATH[1:]]]),
    "a hash as text": (GOOD, [21, 3, ["x" * 32, *PATH[1:]]]),
    "no hashes": (GOOD, [1, 0, []]),
    "too few hashes": (GOOD, [21, 3, PATH[:-1]]),
    "too many hashes": (GOOD, [21, 3, [*PATH, PATH[0]]]),
    "a fourth item": (GOOD, [21, 3, PATH, 0]),
}


def rebuilt(header: object, path: object = (21, 3, PATH)) -> bytes:
    protected = canonical.encode(header)
    signature = SIGNER.sign(cose.to_sign(protected, ROOT))
    return b"\xd2" + canonical.encode([protected, {396: {-1: [canonical.encode(path)]}}, None, signature])


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_receipt_is_refused_even_if_signed(case: str) -> None:
    with pytest.raises(ProofInvalid):
        verify(rebuilt(*HOSTILE[case]), LEAVES[3], SIGNER.public)


def test_true_is_no_index() -> None:
    path = inclusion_proof(1, 21, node)
    assert verify(rebuilt(GOOD, [21, 1, path]), LEAVES[1], SIGNER.public) == ROOT
    with pytest.raises(ProofInvalid, match="inclusion proof is"):
        verify(rebuilt(GOOD, [21, True, path]), LEAVES[1], SIGNER.public)


def test_one_inclusion_and_nothing_beside_it() -> None:
    protected, unprotected, _, signature = cbor2.loads(receipt(3)).value
    (proof,) = unprotected[396][-1]
    for headers, payload in [
        ({396: {-1: [proof, proof]}}, None),
        ({396: {-1: []}}, None),
        ({396: {-1: [proof], -2: [proof]}}, None),
        ({396: {-1: [proof]}, 4: b"kid"}, None),
        ({}, None),
        ({396: {-1: [proof]}}, ROOT),
    ]:
        changed = b"\xd2" + canonical.encode([protected, headers, payload, signature])
        with pytest.raises(ProofInvalid, match="not a receipt of one inclusion"):
            parse(changed)


def test_a_receipt_has_a_limit_and_a_tag() -> None:
    with pytest.raises(ProofInvalid, match="too large"):
        parse(rebuilt({1: -8, 15: {1: "x" * (1 << 14)}, 395: 1}))
    with pytest.raises(ProofInvalid, match="not a tagged"):
        parse(receipt(3)[1:])


def test_a_log_of_one_leaf_has_no_receipt() -> None:
    with pytest.raises(ProofInvalid, match="one leaf"):
        make(1, 0, [], LEAVES[0], "a.example/log", SIGNER)


def test_receipts_are_signed_with_ed25519() -> None:
    with pytest.raises(KeyRefused, match="Ed25519"):
        make(21, 3, PATH, ROOT, "a.example/log", SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ES256))


@pytest.mark.parametrize("claims", [None, 7, {1: 7}, {2: "sub"}])
def test_a_receipt_without_issuer_names_no_log(claims: object) -> None:
    assert parse(rebuilt({1: -8, 15: claims, 395: 1})).origin == ""
