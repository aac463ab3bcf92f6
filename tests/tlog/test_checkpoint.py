"""Checkpoints: another implementation's log, at every size; and one spelling only."""

from pathlib import Path

import pytest

from sceau.domain.errors import NoteInvalid
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog.checkpoint import Checkpoint, open_checkpoint, parse
from sceau.tlog.merkle import EMPTY_ROOT, Frontier, consistency_proof, perfect_levels, verify_consistency
from sceau.tlog.note import ED25519, Note, Verifier, parse_vkey, sign

SIGNER = SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ED25519)
LOG = Verifier("a.example/log", ED25519, SIGNER.public)
HEAD = Checkpoint(LOG.name, 12, bytes(32))


def test_a_checkpoint_is_read_back() -> None:
    assert open_checkpoint(HEAD.sign(SIGNER).encode(), LOG) == (HEAD, HEAD.sign(SIGNER))
    assert HEAD.body() == f"a.example/log\n12\n{'A' * 43}=\n"


def test_tessera_checkpoints(vectors: Path) -> None:
    """Its leaf hashes give the roots that its key signed, at all 16 sizes, each consistent with all before."""
    folder = vectors / "tlog/tessera-log"
    log = parse_vkey((folder / "log.vkey").read_text().strip())
    tile = (folder / "tile/0/000.p/15").read_bytes()
    leaves = [tile[at : at + 32] for at in range(0, len(tile), 32)]
    heads = [open_checkpoint((folder / f"checkpoint.{size}").read_bytes(), log)[0] for size in range(16)]
    levels = perfect_levels(tile)
    for size, head in enumerate(heads):
        frontier = Frontier()
        frontier.add(leaves[:size])
        assert (head.size, head.root) == (size, frontier.root())
        for old in heads[:size]:
            proof = consistency_proof(old.size, size, lambda level, n: levels[level][32 * n : 32 * n + 32])
            verify_consistency(old.size, size, old.root, head.root, proof)


def test_the_example_of_the_cosignature_page_is_read(vectors: Path) -> None:
    data = (vectors / "tlog/note-c2sp/cosigned-checkpoint.parse-only").read_text()
    head = parse(data.partition("\n\n")[0] + "\n")
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)


ROOT = "A" * 43 + "="
MALFORMED = {
    "nothing": "",
    "no root": "o\n12\n",
    "no LF": f"o\n12\n{ROOT}",
    "an extension without LF": f"o\n12\n{ROOT}\na",
    "no origin": f"\n12\n{ROOT}\n",
    "a leading zero": f"o\n012\n{ROOT}\n",
    "a plus": f"o\n+12\n{ROOT}\n",
    "a space": f"o\n 12\n{ROOT}\n",
    "an underscore": f"o\n1_2\n{ROOT}\n",
    "negative": f"o\n-1\n{ROOT}\n",
    "2**63 leaves": f"o\n{1 << 63}\n{ROOT}\n",
    "CRLF": f"o\r\n12\r\n{ROOT}\r\n",
    "a root of 31 bytes": f"o\n12\n{'A' * 42}==\n",
    "a root with unused bits": f"o\n12\n{'A' * 42}B=\n",
    "a root without padding": f"o\n12\n{'A' * 43}\n",
    "an empty extension": f"o\n12\n{ROOT}\n\n",
    "an empty line between extensions": f"o\n12\n{ROOT}\na\n\nb\n",
    "an empty tree with a root": f"o\n0\n{ROOT}\n",
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_checkpoint_is_refused(case: str) -> None:
    with pytest.raises(NoteInvalid, match="not a checkpoint"):
        parse(MALFORMED[case])


def test_the_empty_log_has_a_checkpoint() -> None:
    head = Checkpoint("a.example/log", 0, EMPTY_ROOT)
    assert parse(head.body()) == head


def test_extension_lines_are_signed_but_not_believed() -> None:
    text = HEAD.body() + "time 12\n"
    note = Note(text, (sign(text, LOG.name, SIGNER),))
    assert open_checkpoint(note.encode(), LOG) == (HEAD, note)
    with pytest.raises(NoteInvalid, match="does not hold"):
        open_checkpoint(note._replace(text=HEAD.body() + "time 13\n").encode(), LOG)


def test_a_checkpoint_of_another_log_under_the_same_key_is_refused() -> None:
    text = HEAD._replace(origin="b.example/log").body()
    note = Note(text, (sign(text, LOG.name, SIGNER),))
    with pytest.raises(NoteInvalid, match=r"not of a\.example"):
        open_checkpoint(note.encode(), LOG)


def test_every_changed_byte_is_refused() -> None:
    data = HEAD.sign(SIGNER).encode()
    for at, byte in enumerate(data):
        for wrong in {byte ^ 1, 0x0A, 0x20} - {byte}:
            with pytest.raises(NoteInvalid):
                open_checkpoint(data[:at] + bytes([wrong]) + data[at + 1 :], LOG)
