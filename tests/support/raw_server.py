"""A server on a loopback port that says to each caller, byte for byte, what a test makes it say."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answer = Callable[[socket.socket], None]


@contextmanager
def raw_server(answer: Answer) -> Iterator[str]:
    """The address, as long as this stands; what the caller asked is not looked at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    caller = listening.accept()[0]
                except OSError:
                    return
                with caller, suppress(OSError):  # the caller has gone
                    caller.recv(1 << 16)
                    answer(caller)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/log/"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def drops(begin: bytes, pause: float = 0.02, seconds: float = 20) -> Answer:
    """So much at once, then byte by byte, each of them soon enough, until the caller goes."""

    def answer(caller: socket.socket) -> None:
        caller.sendall(begin)
        for _ in range(int(seconds / pause)):
            threading.Event().wait(pause)
            caller.sendall(b"0")

    return answer
