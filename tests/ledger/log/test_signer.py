"""The signer that remembers: in the process and behind its socket, it signs what extends its last head, and no more."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sceau.domain.errors import LogBroken, LogUnavailable, SignerRefused
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.log.growth import Growth, request
from sceau.ledger.log.signer import CheckpointSigner, HeadMoved, Kept, SigningRequest, StateFile, Tip
from sceau.ledger.log.signer_process import RemoteSigner, answer, key_of, listening
from sceau.tlog.checkpoint import open_checkpoint
from sceau.tlog.merkle import Frontier, leaf_hash, node_hash

ORIGIN = "sceau.example/mli/1"
KEY = SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ED25519)
LEAVES = [leaf_hash(b"%d" % n) for n in range(600)]
OTHERS = [leaf_hash(b"other %d" % n) for n in range(600)]


@pytest.fixture
def state(tmp_path: Path) -> StateFile:
    """A log begun a moment ago."""
    made = StateFile(tmp_path / "head.json", ORIGIN, KEY)
    made.create()
    return made


@contextmanager
def served(signer: CheckpointSigner, path: Path) -> Iterator[RemoteSigner]:
    with listening(path, signer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield RemoteSigner(path, signer.verifier)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(params=["in the process", "behind a socket"])
def signer(request: pytest.FixtureRequest, state: StateFile, tmp_path: Path) -> Iterator[CheckpointSigner]:
    if request.param == "in the process":
        yield state
        return
    with served(state, tmp_path / "sock") as remote:
        yield remote


def grown(signer: CheckpointSigner, size: int, leaves: list[bytes] = LEAVES) -> SigningRequest:
    growth = Growth(signer.latest())
    growth.add(leaves[growth.size : size])
    return growth.request()


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


def test_the_socket_is_the_owners_alone(state: StateFile, tmp_path: Path) -> None:
    with served(state, tmp_path / "sock"):
        assert (tmp_path / "sock").stat().st_mode & 0o777 == 0o600
        assert key_of(tmp_path / "sock") == state.verifier
        with pytest.raises(SignerRefused, match="another signer"), listening(tmp_path / "sock", state):
            pass
    assert not (tmp_path / "sock").exists()


def test_a_dead_signers_socket_is_taken_over(state: StateFile, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "sock"))
    with served(state, tmp_path / "sock") as remote:
        assert remote.latest().checkpoint.size == 0


def test_a_file_that_is_no_socket_stays(state: StateFile, tmp_path: Path) -> None:
    (tmp_path / "sock").write_text("precious")
    with pytest.raises(SignerRefused, match="not a socket"), listening(tmp_path / "sock", state):
        pass
    assert (tmp_path / "sock").read_text() == "precious"


def test_no_signer_there(state: StateFile, tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable):
        RemoteSigner(tmp_path / "sock", state.verifier).latest()


def test_a_signer_without_its_state_does_not_serve(state: StateFile, tmp_path: Path) -> None:
    state.path.unlink()
    with pytest.raises(LogBroken, match="missing"), listening(tmp_path / "sock", state):
        pass


def test_another_key_behind_the_socket_is_not_believed(state: StateFile, tmp_path: Path) -> None:
    other = StateFile(tmp_path / "other.json", ORIGIN, SoftwareSigner.from_seed(b"\x08" * 32, Algorithm.ED25519))
    other.create()
    with served(other, tmp_path / "sock"), pytest.raises(LogBroken, match="not signed by"):
        RemoteSigner(tmp_path / "sock", state.verifier).latest()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\0\0\0\5",
        b"\xff\xff\xff\xff",
        b"\0\0\0\1\xff",
        b"\0\0\0\1\x80",
        b"\0\0\0\3\x82\x61\x61",
        bytes(range(1, 65)),
    ],
    ids=["nothing", "cut", "too long", "no CBOR", "an array", "cut CBOR", "noise"],
)
def test_whoever_speaks_nonsense_hinders_nobody(state: StateFile, tmp_path: Path, sent: bytes) -> None:
    with served(state, tmp_path / "sock") as remote, socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(tmp_path / "sock"))
        stranger.sendall(sent)
        assert remote.sign(grown(remote, 3)).checkpoint.size == 3


@pytest.mark.parametrize(
    "asked",
    [
        [],
        ["sign"],
        "latest",
        ["sign", ORIGIN, "0", 1, bytes(32), [], bytes(32), []],
        ["sign", ORIGIN, 0, 1, bytes(32), ["x"], bytes(32), []],
        ["sign", ORIGIN, 0, 1, bytes(32), [bytes(32)] * 300, bytes(32), []],
        ["sign", ORIGIN, 0, 1, b"", [], b"", []],
    ],
    ids=str,
)
def test_what_is_no_request_is_refused(state: StateFile, asked: Any) -> None:
    assert answer(state, asked)[:2] == ["refused", "integrity.signer_refused"]


@pytest.mark.parametrize("place", [2, 3], ids=["old", "size"])
def test_true_is_no_size(state: StateFile, place: int) -> None:
    """True equals 1, and a head of True leaves would be signed in words that nobody reads again."""
    state.sign(grown(state, 1))
    asked = grown(state, 1)
    request = ["sign", ORIGIN, 1, 1, asked.checkpoint.root, [], asked.tip.last, []]
    assert answer(state, request)[0] == "kept"
    request[place] = True
    assert answer(state, request)[:2] == ["refused", "integrity.signer_refused"]


def test_true_is_no_index(state: StateFile) -> None:
    note = state.sign(grown(state, 2)).note
    assert answer(state, ["receipt", note, 1, [LEAVES[0]]])[0] == "receipt"
    assert answer(state, ["receipt", note, True, [LEAVES[0]]])[:2] == ["refused", "integrity.signer_refused"]


def test_a_client_that_is_answered_another_head(state: StateFile, tmp_path: Path) -> None:
    """Signed by the log's own key, and yet not what was asked for: whoever goes on from it publishes a fork."""
    state.sign(grown(state, 9))
    asked, kept = grown(state, 20), state.latest()

    class Earlier:
        """A signer that answers with the head it signed before."""

        verifier = state.verifier

        def latest(self) -> Kept:
            return kept

        def sign(self, request: SigningRequest) -> Kept:
            return kept

    with served(Earlier(), tmp_path / "sock") as remote, pytest.raises(LogBroken, match="another head"):  # type: ignore[arg-type]
        remote.sign(asked)


def test_a_client_that_is_answered_nonsense(state: StateFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sceau.ledger.log.signer_process.ask", lambda path, asked: ["kept", 1])
    with pytest.raises(LogBroken, match="not an answer"):
        RemoteSigner(tmp_path / "sock", state.verifier).latest()
    with pytest.raises(LogBroken, match="not an answer"):
        key_of(tmp_path / "sock")
