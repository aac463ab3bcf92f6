"""The tree against RFC 6962 read word for word, and against other people's trees."""

import base64
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import ProofInvalid
from sceau.tlog.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    perfect_levels,
    root,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(65_537)]
LEVELS = perfect_levels(b"".join(LEAVES))


def node(level: int, n: int) -> bytes:
    return LEVELS[level][32 * n : 32 * n + 32]


@cache
def mth(start: int, end: int) -> bytes:
    """MTH(D[start:end]), RFC 6962 section 2.1."""
    if end - start < 2:
        return LEAVES[start] if end > start else EMPTY_ROOT
    k = split(end - start)
    return node_hash(mth(start, start + k), mth(start + k, end))


def path(m: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[start:end]), section 2.1.1."""
    if end - start == 1:
        return []
    k = split(end - start)
    if m < k:
        return [*path(m, start, start + k), mth(start + k, end)]
    return [*path(m - k, start + k, end), mth(start, start + k)]


def subproof(m: int, start: int, end: int, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:end], whole), section 2.1.2."""
    if m == end - start:
        return [] if whole else [mth(start, end)]
    k = split(end - start)
    if m <= k:
        return [*subproof(m, start, start + k, whole), mth(start + k, end)]
    return [*subproof(m - k, start + k, end, False), mth(start, start + k)]


def split(n: int) -> int:
    return 1 << (n - 1).bit_length() - 1


def test_rfc6962_roots(vectors: Path) -> None:
    known = json.loads((vectors / "tlog/merkle-transparency-dev/rfc6962_roots.json").read_text())
    frontier = Frontier()
    assert frontier.root().hex() == known["root_hashes_hex_by_size"][0]
    for data, expected in zip(known["leaf_inputs_hex"], known["root_hashes_hex_by_size"][1:], strict=True):
        frontier.add([leaf_hash(bytes.fromhex(data))])
        assert frontier.root().hex() == expected


def probes(vectors: Path, kind: str) -> list[tuple[str, dict[str, Any]]]:
    folder = vectors / "tlog/merkle-transparency-dev" / kind
    return [(str(file.relative_to(folder)), json.loads(file.read_text())) for file in sorted(folder.rglob("*.json"))]


def unbase64(texts: list[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in texts or []]


def refused(verify: Callable[..., None], *arguments: object) -> bool:
    try:
        verify(*arguments)
    except ProofInvalid:
        return True
    return False


def test_inclusion_probes(vectors: Path) -> None:
    cases = probes(vectors, "inclusion")
    assert len(cases) > 90
    for name, case in cases:
        leaf, expected = unbase64([case["leafHash"] or "", case["root"] or ""])
        arguments = (case["leafIdx"], case["treeSize"], leaf, unbase64(case["proof"]), expected)
        assert refused(verify_inclusion, *arguments) == case["wantErr"], name


SHORT_HASHES = "additional/sizes-are-equal-one-and-proof-is-empty.json"  # its hashes have 12 bytes: we insist on 32


def test_consistency_probes(vectors: Path) -> None:
    cases = probes(vectors, "consistency")
    assert len(cases) > 90
    for name, case in cases:
        roots = unbase64([case["root1"] or "", case["root2"] or ""])
        arguments = (case["size1"], case["size2"], *roots, unbase64(case["proof"]))
        assert refused(verify_consistency, *arguments) == (case["wantErr"] or name == SHORT_HASHES), name


@pytest.mark.parametrize("sizes", [range(301), [65_535, 65_536, 65_537]], ids=["0-300", "64Ki"])
def test_roots_and_proofs_are_those_of_the_rfc(sizes: list[int]) -> None:
    for size in sizes:
        expected = mth(0, size)
        assert root(size, node) == expected
        for place in range(0, size, 1 if size < 60 else 1 + size // 37):
            proof = inclusion_proof(place, size, node)
            assert proof == path(place, 0, size)
            verify_inclusion(place, size, LEAVES[place], proof, expected)
        for old in range(1, size + 1, 1 if size < 60 else 1 + size // 37):
            proof = consistency_proof(old, size, node)
            assert proof == subproof(old, 0, size, True)
            verify_consistency(old, size, mth(0, old), expected, proof)


@given(st.integers(1, 300), st.data())
def test_no_changed_proof_of_inclusion_holds(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = [LEAVES[index], *inclusion_proof(index, size, node)]
    place = data.draw(st.integers(0, len(proof) - 1))
    wrong = flipped(proof[place], data.draw(st.integers(0, 255)))
    changed = [*proof[:place], wrong, *proof[place + 1 :]]
    for leaf, *hashes in [changed, [*proof, LEAVES[0]], [LEAVES[0], *proof]]:
        assert refused(verify_inclusion, index, size, leaf, hashes, mth(0, size))
    if len(proof) > 1:
        assert refused(verify_inclusion, index, size, proof[0], proof[1:-1], mth(0, size))
        assert refused(verify_inclusion, index ^ 1, size, proof[0], proof[1:], mth(0, size))


@given(st.integers(2, 300), st.data())
def test_no_changed_proof_of_consistency_holds(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(old, size, node)
    roots = (mth(0, old), mth(0, size))
    place = data.draw(st.integers(0, len(proof) - 1))
    wrong = flipped(proof[place], data.draw(st.integers(0, 255)))
    for hashes in [[*proof[:place], wrong, *proof[place + 1 :]], proof[:-1], [*proof, LEAVES[0]], proof[::-1] * 2]:
        assert refused(verify_consistency, old, size, *roots, hashes)
    assert refused(verify_consistency, old, size, roots[0], flipped(roots[1], 7), proof)
    assert refused(verify_consistency, old, size, flipped(roots[0], 7), roots[1], proof)


def flipped(hash: bytes, bit: int) -> bytes:
    return (int.from_bytes(hash, "big") ^ 1 << bit).to_bytes(32, "big")


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (6, 5), (-1, 5), (0, 1 << 63), (1 << 64, 1 << 65)])
def test_no_proof_past_the_end(index: int, size: int) -> None:
    with pytest.raises(ProofInvalid, match="no leaf"):
        root_from_inclusion(index, size, LEAVES[0], [])
    with pytest.raises(ProofInvalid, match="no leaf"):
        inclusion_proof(index, size, node)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_has_32_bytes(length: int) -> None:
    proof = inclusion_proof(1, 2, node)
    with pytest.raises(ProofInvalid, match="32 bytes"):
        verify_inclusion(1, 2, bytes(length), proof, mth(0, 2))
    with pytest.raises(ProofInvalid, match="32 bytes"):
        verify_inclusion(1, 2, LEAVES[1], [bytes(length)], mth(0, 2))
    with pytest.raises(ProofInvalid, match="32 bytes"):
        verify_consistency(5, 5, bytes(length), bytes(length), [])
    with pytest.raises(ProofInvalid, match="32 bytes"):
        verify_consistency(1, 2, LEAVES[0], mth(0, 2), [bytes(length)])


def test_bytes_do_not_move_between_hashes() -> None:
    """31 + 33 bytes hash like 32 + 32: only the lengths tell that the tree is not the signed one."""
    both = LEAVES[0] + LEAVES[1]
    assert node_hash(both[:31], both[31:]) == mth(0, 2)
    assert refused(verify_inclusion, 0, 2, both[:31], [both[31:]], mth(0, 2))


def test_from_the_empty_tree() -> None:
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, consistency_proof(0, 0, node))
    verify_consistency(0, 5, EMPTY_ROOT, mth(0, 5), consistency_proof(0, 5, node))
    assert refused(verify_consistency, 0, 5, LEAVES[0], mth(0, 5), [])
    assert refused(verify_consistency, 0, 0, EMPTY_ROOT, LEAVES[0], [])
    assert refused(verify_consistency, 0, 5, EMPTY_ROOT, mth(0, 5), [LEAVES[0]])


def test_a_log_does_not_shrink() -> None:
    with pytest.raises(ProofInvalid, match=re.escape("a tree of 4 leaves does not extend one of 5")):
        verify_consistency(5, 4, mth(0, 5), mth(0, 4), [])
    with pytest.raises(ProofInvalid, match="does not extend"):
        consistency_proof(5, 4, node)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70), st.integers(0, 70))
def test_a_frontier_goes_on_where_it_stopped(leaves: list[bytes], at: int) -> None:
    first = Frontier()
    first.add(leaves[:at])
    second = Frontier(first.size, first.hashes)
    second.add(leaves[at:])
    levels = perfect_levels(b"".join(leaves))
    assert second.root() == root(len(leaves), lambda level, n: levels[level][32 * n : 32 * n + 32])


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier(3, [b"x" * 32])


def test_perfect_subtrees_leave_out_the_odd_last_leaf() -> None:
    levels = perfect_levels(b"".join(LEAVES[:7]))
    assert [len(level) // 32 for level in levels] == [7, 3, 1]
    assert levels[2] == mth(0, 4)
    assert perfect_levels(b"") == [b""]
