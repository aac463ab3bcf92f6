"""The signer as a process of its own, behind a Unix socket: it holds the head key and its state, and nothing else.

    message  = u32 length || canonical CBOR                                     big-endian, at most 64 KiB
    request  = ["latest"] | ["sign", origin, old, size, root, [hash, ...], last, [hash, ...]]
             | ["receipt", note, index, [hash, ...]]
    reply    = ["kept", vkey, note, last, [hash, ...]] | ["receipt", receipt] | ["moved"] | ["refused", code, detail]

One request a connection. The client trusts the reply as little as a file: it verifies the note with the key that it
was given at the founding.
"""

import os
import socket
import socketserver
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sceau.domain import canonical
from sceau.domain.errors import LogBroken, LogUnavailable, NotCanonical, SceauError, SignerRefused
from sceau.ledger.log.signer import CheckpointSigner, HeadMoved, Kept, SigningRequest, Tip, opened
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.note import Verifier, parse_vkey

SCHEME = "unix:"
TIMEOUT_SECONDS = 5.0
_SIZE_MAX = 1 << 16


class RemoteSigner:
    """The client's half; `verifier` is the log's key as it was at the founding."""

    def __init__(self, path: Path, verifier: Verifier) -> None:
        self._path = path
        self._verifier = verifier

    @property
    def verifier(self) -> Verifier:
        """See CheckpointSigner."""
        return self._verifier

    def latest(self) -> Kept:
        """See CheckpointSigner."""
        return self._kept(ask(self._path, ["latest"]))

    def sign(self, request: SigningRequest) -> Kept:
        """See CheckpointSigner."""
        new, tip = request.checkpoint, request.tip
        asked = ["sign", *(new.origin, request.old, new.size, new.root), [*request.proof], tip.last, [*tip.path]]
        kept = self._kept(ask(self._path, asked))
        if kept.checkpoint != new:
            raise LogBroken("the signer signed another head than it was asked for")
        return kept

    def receipt(self, note: bytes, index: int, hashes: Sequence[bytes]) -> bytes:
        """See CheckpointSigner; whoever asks verifies it."""
        match ask(self._path, ["receipt", note, index, [*hashes]]):
            case ["receipt", bytes(receipt)]:
                return receipt
            case reply:
                raise _refusal(reply) or LogBroken(f"{self._path}: not an answer of a signer")

    def _kept(self, reply: Any) -> Kept:
        match reply:
            case ["kept", str(), bytes(note), bytes(last), list(path)] if _hashes(path):
                return opened(note, Tip(last, tuple(path)), self._verifier, str(self._path))
            case ["moved"]:
                raise HeadMoved
            case _:
                raise _refusal(reply) or LogBroken(f"{self._path}: not an answer of a signer")


def _refusal(reply: Any) -> SceauError | None:
    """The error that the signer told, if it told one."""
    match reply:
        case ["refused", str(code), str(detail)]:
            return (LogBroken if code == LogBroken.code else SignerRefused)(detail)
        case _:
            return None


def key_of(path: Path) -> Verifier:
    """The key of the signer behind a socket: asked once, at the founding."""
    match ask(path, ["latest"]):
        case ["kept", str(vkey), *_]:
            return parse_vkey(vkey)
        case _:
            raise LogBroken(f"{path}: not an answer of a signer")


def ask(path: Path, request: list[Any]) -> Any:
    """One request and its reply; LogUnavailable if the signer cannot be reached."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect(str(path))
            _send(connection, request)
            return _receive(connection)
    except (OSError, NotCanonical) as error:
        raise LogUnavailable(f"signer {path}: {error}", why_fr=f"signataire {path} : pas de réponse juste") from None


def serve(path: Path, signer: CheckpointSigner, ready: Callable[[], None] = lambda: None) -> None:
    """Answer for ever; only the owner of this process may connect. SignerRefused if another signer answers there."""
    with listening(path, signer) as server:
        ready()
        server.serve_forever()


def listening(path: Path, signer: CheckpointSigner) -> socketserver.ThreadingUnixStreamServer:
    """The server, bound but not yet running; its file is removed when it is closed."""
    signer.latest()  # no state: refuse before anybody asks
    _clear(path)
    before = os.umask(0o177)  # the socket is 0600 from its first moment
    try:
        return _server_type(signer)(str(path), _Conversation)
    except OSError as error:
        raise LogUnavailable.of(path, error) from None
    finally:
        os.umask(before)


def _clear(path: Path) -> None:
    """Remove the socket of a signer that is gone."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise SignerRefused(f"{path} is not a socket", why_fr=f"{path} n'est pas une prise")
    try:
        ask(path, ["latest"])
    except LogUnavailable:
        path.unlink()
    else:
        raise SignerRefused(f"another signer answers at {path}", why_fr=f"un autre signataire répond à {path}")


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    signer: CheckpointSigner

    def server_close(self) -> None:
        super().server_close()
        Path(str(self.server_address)).unlink(missing_ok=True)


def _server_type(signer: CheckpointSigner) -> type[_Server]:
    return type("Server", (_Server,), {"signer": signer})


class _Conversation(socketserver.BaseRequestHandler):
    """One connection."""

    def handle(self) -> None:
        self.request.settimeout(TIMEOUT_SECONDS)
        try:
            _send(self.request, answer(self.server.signer, _receive(self.request)))  # type: ignore[attr-defined]
        except (OSError, NotCanonical):
            return  # whoever asked has gone, or never spoke our language


def answer(signer: CheckpointSigner, request: Any) -> list[Any]:
    """The reply to one request."""
    try:
        match request:
            case ["latest"]:
                kept = signer.latest()
            case ["sign", str(origin), int(old), int(size), bytes(root), list(proof), bytes(last), list(path)] if (
                _hashes([*proof, *path]) and bool not in (type(old), type(size))
            ):
                asked = SigningRequest(old, Checkpoint(origin, size, root), tuple(proof), Tip(last, tuple(path)))
                kept = signer.sign(asked)
            case ["receipt", bytes(note), int(index), list(hashes)] if _hashes(hashes) and type(index) is not bool:
                return ["receipt", signer.receipt(note, index, hashes)]
            case _:
                return ["refused", SignerRefused.code, "not a request"]
    except HeadMoved:
        return ["moved"]
    except SceauError as error:
        return ["refused", error.code, error.detail]
    return ["kept", signer.verifier.vkey, kept.note, kept.tip.last, [*kept.tip.path]]


def _hashes(values: list[Any]) -> bool:
    return len(values) < 256 and all(isinstance(value, bytes) for value in values)


def _send(connection: socket.socket, value: list[Any]) -> None:
    data = canonical.encode(value)
    connection.sendall(len(data).to_bytes(4, "big") + data)


def _receive(connection: socket.socket) -> Any:
    size = int.from_bytes(_read(connection, 4), "big")
    if size > _SIZE_MAX:
        raise OSError("a message of more than 64 KiB")
    return canonical.decode(_read(connection, size))


def _read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise OSError("the connection was closed")
        data += part
    return data
