"""docs/format/log.md: its verifier and ours accept the same proof, and its bytes never change by accident."""

import re
from pathlib import Path
from typing import Any

import pytest

from sceau.domain.errors import ProofInvalid
from sceau.tlog import add_checkpoint, line, note, policy, proof, receipt, tile
from sceau.tlog.merkle import leaf_hash

PAGE = (Path(__file__).resolve().parents[2] / "docs/format/log.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


ENTRY = bytes.fromhex(block("entry"))
RECEIPT = bytes.fromhex(block("receipt"))
PUBLIC = bytes.fromhex("8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")
TIMES = {"justice": 1_795_000_000, "cour": 1_795_000_001}


def page_verifier() -> Any:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    return names["verify"]


def test_the_verifier_of_the_page_accepts_the_proof_of_the_page() -> None:
    index, witnesses = page_verifier()(block("proof"), ENTRY, block("policy"))
    assert (index, witnesses) == (3, {f"{name}.example/w": time for name, time in TIMES.items()})
    with pytest.raises(ValueError, match="does not lead"):
        page_verifier()(block("proof"), ENTRY + b"\0", block("policy"))
    with pytest.raises(ValueError, match="too few"):
        page_verifier()(block("proof").rsplit("— ", 1)[0], ENTRY, block("policy"))


def test_ours_accepts_it_too() -> None:
    rule = policy.parse(block("policy"))
    verified = proof.verify(proof.parse(block("proof").encode()), leaf_hash(ENTRY), rule)
    assert (verified.index, verified.size, verified.witnesses, verified.time) == (3, 5, TIMES, TIMES["justice"])
    assert proof.parse(block("proof").encode()).encode().decode() == block("proof")
    with pytest.raises(ProofInvalid):
        proof.verify(proof.parse(block("proof").encode()), leaf_hash(ENTRY + b"\0"), rule)


def test_the_receipt_of_the_page_leads_to_the_same_root() -> None:
    root = rule_root()
    assert receipt.verify(RECEIPT, leaf_hash(ENTRY), PUBLIC) == root
    assert f"Its receipt, {len(RECEIPT)} bytes" in PAGE
    assert PUBLIC.hex() in PAGE


def rule_root() -> bytes:
    checkpoint = note.parse(proof.parse(block("proof").encode()).checkpoint)
    return policy.parse(block("policy")).met_by(checkpoint).checkpoint.root


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    assert "request to a witness, policy | 1 MiB" in PAGE
    assert note.NOTE_SIZE_MAX == add_checkpoint.REQUEST_SIZE_MAX == 1 << 20
    assert add_checkpoint.HASHES_MAX == proof.HASHES_MAX
    for row in [
        f"signatures in a note | {note.SIGNATURES_MAX} |",
        f"hashes in a proof or a request | {proof.HASHES_MAX} |",
        f"extra data of a proof | {proof.EXTRA_SIZE_MAX >> 10} KiB |",
        f"receipt | {receipt.RECEIPT_SIZE_MAX >> 10} KiB |",
        f"entry | {tile.ENTRY_SIZE_MAX:,} bytes |",
        f"logs, witnesses and groups in a policy | {policy.LINES_MAX} of each |",
    ]:
        assert row in PAGE
    assert line.SIZE_MAX == 2**63 - 1
