"""The tree against other people's trees."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain import canonical
from sceau.domain.errors import LogBroken, SignatureInvalid
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.head import Checkpoint, note_key_id, read_note, sign_note
from sceau.ledger.leaf import entry, event_leaf
from sceau.tlog.merkle import Frontier, leaf_hash, node_hash

SIGNER = SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ED25519)


def tree(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return Frontier().root()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(tree(leaves[:k]), tree(leaves[k:]))


def test_rfc6962_roots(vectors: Path) -> None:
    known = json.loads((vectors / "tlog/merkle-transparency-dev/rfc6962_roots.json").read_text())
    frontier = Frontier()
    assert frontier.root().hex() == known["root_hashes_hex_by_size"][0]
    for data, root in zip(known["leaf_inputs_hex"], known["root_hashes_hex_by_size"][1:], strict=True):
        frontier.add([leaf_hash(bytes.fromhex(data))])
        assert frontier.root().hex() == root


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70), st.integers(0, 70))
def test_a_frontier_goes_on_where_it_stopped(leaves: list[bytes], at: int) -> None:
    first = Frontier()
    first.add(leaves[:at])
    second = Frontier(first.size, first.hashes)
    second.add(leaves[at:])
    assert second.root() == tree(leaves)


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier(3, [b"x" * 32])


def test_tessera_checkpoints(vectors: Path) -> None:
    """Another implementation's log: its leaf hashes give the roots that its key signed, at every size."""
    folder = vectors / "tlog/tessera-log"
    name, _, key = (folder / "log.vkey").read_text().strip().split("+", 2)
    public = base64.b64decode(key)[1:]
    tile = next((folder / "tile/0/000.p").iterdir()).read_bytes()
    leaves = [tile[at : at + 32] for at in range(0, len(tile), 32)]
    for size in range(1, len(leaves) + 1):
        checkpoint = read_note((folder / f"checkpoint.{size}").read_text(), name, public)
        frontier = Frontier()
        frontier.add(leaves[:size])
        assert (checkpoint.size, checkpoint.root) == (size, frontier.root())


def test_the_key_id_of_a_note(vectors: Path) -> None:
    name, key_id, key = (vectors / "tlog/note-c2sp/example.vkey").read_text().strip().split("+", 2)
    assert note_key_id(name, base64.b64decode(key)[1:]).hex() == key_id


def test_every_changed_character_of_a_note_is_refused() -> None:
    note = sign_note(Checkpoint("a.example/log", 12, bytes(32)), SIGNER)
    assert read_note(note, "a.example/log", SIGNER.public).size == 12
    for at, char in enumerate(note):
        changed = note[:at] + chr(ord(char) ^ 1) + note[at + 1 :]
        with pytest.raises((LogBroken, SignatureInvalid)):
            read_note(changed, "a.example/log", SIGNER.public)


@pytest.mark.parametrize("size", ["012", "+12", " 12", "1_2", "-1"])
def test_a_size_has_one_spelling(size: str) -> None:
    note = sign_note(Checkpoint("a.example/log", 12, bytes(32)), SIGNER).replace("\n12\n", f"\n{size}\n")
    with pytest.raises(LogBroken):
        read_note(note, "a.example/log", SIGNER.public)


def test_an_entry_is_canonical_and_hides_the_event() -> None:
    public = entry(b"s" * 32, b"the event")
    assert canonical.decode(public)[:2] == ["sceau.leaf/1", "event"]
    assert b"the event" not in public
    assert leaf_hash(public) == event_leaf(b"s" * 32, b"the event")
    assert entry(b"t" * 32, b"the event") != public
