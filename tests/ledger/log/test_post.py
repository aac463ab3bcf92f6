"""An exchange with a witness lasts no longer than it was given, whatever comes from the other side."""

import time

import pytest
from raw_server import drops, raw_server

from sceau.ledger.log import post

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "begin", [b"HTTP/1.1 ", OK + b"X-A: ", OK + b"Content-Length: 9999\r\n\r\n"], ids=["status", "head", "body"]
)
def test_an_answer_that_comes_byte_by_byte(begin: bytes) -> None:
    """Each byte in time, the whole never: once a witness could hold a publication for hours."""
    with raw_server(drops(begin, seconds=5)) as url:
        started = time.monotonic()
        with pytest.raises(post.NotAnswered) as caught:
            post.call("GET", url, b"", 0.3)
        assert caught.value.slow
        assert time.monotonic() - started < 3


@pytest.mark.parametrize("length", [b"Content-Length: 3\r\n", b"Connection: close\r\n"], ids=["length", "to the end"])
def test_an_answer_in_pieces_is_whole(length: bytes) -> None:
    def answer(caller: object) -> None:
        for piece in (OK, length + b"\r\n", b"a", b"bc"):
            caller.sendall(piece)  # type: ignore[attr-defined]

    with raw_server(answer) as url:
        assert post.call("GET", url, b"", 5) == (200, b"abc")
