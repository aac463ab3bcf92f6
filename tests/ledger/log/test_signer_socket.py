"""The signer behind its socket: who may speak to it, and what it answers to nonsense."""

import socket
from pathlib import Path
from typing import Any

import pytest
from signer_leaves import LEAVES, ORIGIN, grown, served

from sceau.domain.errors import LogBroken, LogUnavailable, SignerRefused
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.log.signer import Kept, SigningRequest, StateFile
from sceau.ledger.log.signer_process import RemoteSigner, answer, key_of, listening


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

    with served(Earlier(), tmp_path / "sock") as remote, pytest.raises(LogBroken, match="another head"):
        remote.sign(asked)


def test_a_client_that_is_answered_nonsense(state: StateFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sceau.ledger.log.signer_process.ask", lambda path, asked: ["kept", 1])
    with pytest.raises(LogBroken, match="not an answer"):
        RemoteSigner(tmp_path / "sock", state.verifier).latest()
    with pytest.raises(LogBroken, match="not an answer"):
        key_of(tmp_path / "sock")
