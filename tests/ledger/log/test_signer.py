"""The signer that remembers: in the process and behind its socket, it signs what extends its last head, and no more."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from signer_leaves import LEAVES, ORIGIN, grown

from sceau.domain.errors import LogBroken, LogUnavailable, SignerRefused
from sceau.ledger.log.growth import Growth, request
from sceau.ledger.log.signer import CheckpointSigner, HeadMoved, SigningRequest, StateFile, Tip
from sceau.tlog.checkpoint import open_checkpoint
from sceau.tlog.merkle import Frontier, leaf_hash, node_hash

OTHERS = [leaf_hash(b"other %d" % n) for n in range(600)]


def node_of(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    def node(level: int, n: int) -> bytes:
        return leaves[n] if not level else node_hash(node(level - 1, 2 * n), node(level - 1, 2 * n + 1))

    return node


def test_it_signs_what_extends_its_last_head(signer: CheckpointSigner) -> None:
    """At every size that matters, the head is the tree's, the note the log's, and the state goes on from it."""
    for size in (1, 2, 3, 4, 7, 8, 9, 255, 256, 257, 512, 600):
        kept = signer.sign(grown(signer, size))
        frontier = Frontier()
        frontier.add(LEAVES[:size])
        assert kept.checkpoint == (ORIGIN, size, frontier.root())
        assert open_checkpoint(kept.note, signer.verifier)[0] == kept.checkpoint
        assert signer.latest() == kept
        assert kept.tip.frontier(kept.checkpoint).hashes == frontier.hashes


def test_growth_and_tiles_ask_for_the_same(state: StateFile) -> None:
    state.sign(grown(state, 100))
    assert grown(state, 600) == request(state.latest().checkpoint, 600, node_of(LEAVES))


def test_the_same_head_again_is_not_written_again(signer: CheckpointSigner, tmp_path: Path) -> None:
    kept = signer.sign(grown(signer, 9))
    before = (tmp_path / "head.json").stat().st_mtime_ns
    assert signer.sign(SigningRequest(9, kept.checkpoint, (), kept.tip)) == kept
    assert (tmp_path / "head.json").stat().st_mtime_ns == before


def forged(signer: CheckpointSigner, old: int, size: int, leaves: list[bytes]) -> SigningRequest:
    """A request about another tree, as whole as it can be made."""
    return request(signer.latest().checkpoint._replace(size=old), size, node_of(leaves))


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(lambda s: forged(s, 100, 200, OTHERS), id="another tree"),
        pytest.param(lambda s: forged(s, 100, 200, LEAVES[:99] + OTHERS[99:]), id="another last leaf"),
        pytest.param(lambda s: forged(s, 100, 200, OTHERS[:1] + LEAVES[1:]), id="another first leaf"),
        pytest.param(lambda s: forged(s, 100, 100, OTHERS), id="another root of the same size"),
        pytest.param(lambda s: forged(s, 50, 99, LEAVES)._replace(old=100), id="a smaller tree"),
        pytest.param(lambda s: forged(s, 100, 200, LEAVES)._replace(proof=()), id="no proof"),
        pytest.param(lambda s: forged(s, 0, 200, LEAVES)._replace(old=100), id="a proof from nothing"),
        pytest.param(lambda s: forged(s, 99, 200, LEAVES)._replace(old=100), id="a proof from another size"),
        pytest.param(lambda s: forged(s, 100, 200, LEAVES)._replace(tip=Tip(LEAVES[198], ())), id="another tip"),
        pytest.param(lambda s: _with(forged(s, 100, 200, LEAVES), root=bytes(31)), id="a root of 31 bytes"),
        pytest.param(lambda s: _with(forged(s, 100, 200, LEAVES), origin="other.example/1"), id="another log"),
        pytest.param(lambda s: _with(forged(s, 100, 200, LEAVES), size=-1), id="a negative size"),
        pytest.param(lambda s: _with(forged(s, 100, 200, LEAVES), size=1 << 63), id="a size past the end"),
    ],
)
def test_it_refuses_what_does_not(
    signer: CheckpointSigner, attack: Callable[[CheckpointSigner], SigningRequest]
) -> None:
    kept = signer.sign(grown(signer, 100))
    with pytest.raises(SignerRefused):
        signer.sign(attack(signer))
    assert signer.latest() == kept
    assert signer.sign(grown(signer, 200)).checkpoint.size == 200


def _with(request: SigningRequest, **changed: Any) -> SigningRequest:
    return request._replace(checkpoint=request.checkpoint._replace(**changed))


def test_compare_and_swap(signer: CheckpointSigner) -> None:
    """Two that prepared on the same head: the second is told that it moved, whatever it asks for."""
    signer.sign(grown(signer, 100))
    first, second = grown(signer, 150), grown(signer, 200)
    signer.sign(first)
    with pytest.raises(HeadMoved):
        signer.sign(second)
    assert signer.sign(grown(signer, 200)).checkpoint.size == 200


def test_many_at_once_make_one_history(signer: CheckpointSigner) -> None:
    def advance() -> None:
        while (growth := Growth(signer.latest())).size < 300:
            growth.add(LEAVES[growth.size : growth.size + 7])
            try:
                signer.sign(growth.request())
            except HeadMoved:
                continue

    threads = [threading.Thread(target=advance) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = signer.latest()
    frontier = Frontier()
    frontier.add(LEAVES[: kept.checkpoint.size])
    assert kept.checkpoint.root == frontier.root()


def test_a_lost_state_is_never_a_new_one(state: StateFile) -> None:
    asked = grown(state, 10)
    state.path.unlink()
    with pytest.raises(LogBroken, match=r"missing: never restore an older state; .* begin a new one with a new origin"):
        state.sign(asked)
    assert not state.path.exists()


def test_a_log_is_begun_once(state: StateFile) -> None:
    state.sign(grown(state, 10))
    with pytest.raises(SignerRefused, match="already"):
        state.create()
    assert state.latest().checkpoint.size == 10


@pytest.mark.parametrize(
    "edit",
    [
        lambda kept: {**kept, "last": "00" * 32},
        lambda kept: {**kept, "path": kept["path"][1:]},
        lambda kept: {**kept, "path": [h[::-1] for h in kept["path"]]},
        lambda kept: {**kept, "checkpoint": kept["checkpoint"].replace("\n9\n", "\n8\n")},
        lambda kept: {**kept, "checkpoint": kept["checkpoint"] + kept["checkpoint"].splitlines()[-1] + "\n"},
        lambda kept: {**kept, "checkpoint": 9},
        lambda kept: {name: kept[name] for name in ("last", "path")},
        lambda kept: [],
    ],
    ids=["last", "shorter path", "path", "size", "signed twice", "no note", "no checkpoint", "no object"],
)
def test_an_edited_state_is_refused(state: StateFile, edit: Callable[[Any], Any]) -> None:
    state.sign(grown(state, 9))
    state.path.write_text(json.dumps(edit(json.loads(state.path.read_text()))))
    with pytest.raises(LogBroken):
        state.latest()


def test_a_disk_that_refuses_signs_nothing(state: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature exists in memory, but never leaves before it is durable."""
    asked = grown(state, 9)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(LogUnavailable):
        state.sign(asked)
    monkeypatch.undo()
    assert state.latest().checkpoint.size == 0
    assert state.sign(asked).checkpoint.size == 9
