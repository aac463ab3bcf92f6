"""The public checker on a real socket of this machine, in a thread of the test's own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import nginx
import uvicorn

from sceau.verify_api.app import create_app
from sceau.verify_api.service import Settings


@contextmanager
def running(settings: Settings) -> Iterator[int]:
    """The port of a server that answers."""
    port = nginx.free_port()
    config = uvicorn.Config(create_app(settings), port=port, log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        nginx.wait(port)
        yield port
    finally:
        server.should_exit = True
        thread.join(20)
