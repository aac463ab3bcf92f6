"""Servers made to hurt whoever asks them: each exchange ends in time, and takes no more memory than an answer may."""

import gzip
import socket
import threading
import tracemalloc

import pytest
from auditor_desk import Program
from raw_server import drops, raw_server

from sceau.audit_kit import source
from sceau.domain.errors import InputUnreadable

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "sent", [b"HTTP/1.1 ", OK + b"X-A: ", OK + b"Content-Length: 9999\r\n\r\n"], ids=["status", "head", "body"]
)
def test_a_server_that_never_comes_to_an_end(
    program: Program, sent: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(source, "DEADLINE_S", 0.3)
    monkeypatch.setattr(source, "SILENCE_S", 1)
    with raw_server(drops(sent, seconds=2)) as address:
        assert program.ended("--log", address, seconds=10) == 1
    assert "no whole answer in 0.3 s" in capsys.readouterr().err


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_an_answer_of_any_size(packed: bool) -> None:
    body = gzip.compress(bytes(1001)) if packed else bytes(1001)
    head = OK + (b"Content-Encoding: gzip\r\n" if packed else b"")
    whole = head + b"Connection: close\r\n\r\n" + body
    with (
        raw_server(lambda caller: caller.sendall(whole)) as address,
        pytest.raises(InputUnreadable, match="more than 1000 bytes"),
    ):
        source.get(address, 1000)


def test_an_answer_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused for its size is refused before it fills the memory."""
    monkeypatch.setattr(source, "DEADLINE_S", 5)

    def endless(caller: socket.socket) -> None:
        caller.sendall(OK + b"\r\n")
        while True:
            caller.sendall(bytes(1 << 16))

    with raw_server(endless) as address, pytest.raises(InputUnreadable, match="more than 1000 bytes"):
        source.get(address, 1000)


def test_a_packed_answer_is_not_unpacked_to_its_end() -> None:
    """Fifty megabytes in fifty thousand bytes."""
    packed = gzip.compress(bytes(50 << 20))
    tracemalloc.start()
    try:
        assert len(source._unpacked("", packed, 1 << 20)) == (1 << 20) + 1
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 500 No\r\n\r\n", OK + b"Content-Encoding: gzip\r\n\r\nno gzip"],
    ids=["nothing", "no HTTP", "an error", "no gzip"],
)
def test_an_answer_that_is_none(answer: bytes) -> None:
    with raw_server(lambda caller: caller.sendall(answer)) as address, pytest.raises(InputUnreadable):
        source.get(address)


def test_an_address_that_is_none() -> None:
    with pytest.raises(InputUnreadable, match="not an address"):
        source.get("file:///etc/hostname")


def test_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing at all is given up before the deadline."""
    monkeypatch.setattr(source, "SILENCE_S", 0.2)
    with (
        raw_server(lambda caller: threading.Event().wait(1) and None) as address,
        pytest.raises(InputUnreadable, match="timed out"),
    ):
        source.get(address)
