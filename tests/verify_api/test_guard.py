"""What stands before every request, on a real socket."""

import logging
import socket
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from sceau.verify_api.app import create_app
from sceau.verify_api.service import Settings

HEAD = b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n"


@pytest.mark.parametrize("sent", [HEAD, HEAD + b"NCFOXN"])
def test_a_client_that_leaves_while_it_sends_is_one_quiet_line(
    made, state, tmp_path: Path, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    folder = state.publish(tmp_path / "published")
    told = Settings(folder, made.ROOT.public, lambda: float(made.NOON))
    server = uvicorn.Server(uvicorn.Config(create_app(told), log_config=None, access_log=False, lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as listening, caplog.at_level(logging.DEBUG):
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            with socket.create_connection(listening.getsockname(), timeout=10) as client:
                client.sendall(sent)
                time.sleep(0.2)  # until the request is being read
            until = time.monotonic() + 10
            while "client left" not in caplog.text and time.monotonic() < until:
                time.sleep(0.02)
        finally:
            server.should_exit = True
            thread.join(10)
    ours = [record for record in caplog.records if record.name == "sceau.verify_api.guard"]
    assert [(record.levelno, record.exc_info) for record in ours] == [(logging.DEBUG, None)]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
