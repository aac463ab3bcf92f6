"""The witness on a real socket: methods, sizes, headers, slow and leaving clients."""

import asyncio
import http.client
import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from small_log import NOW, ORIGIN, SmallLog

from sceau.tlog.add_checkpoint import log_id
from sceau.witness import app
from sceau.witness.service import Witness

CHECKPOINT = f"/{log_id(ORIGIN)}/checkpoint"
ADD = "/add-checkpoint"


class Served:
    """A witness behind uvicorn at a port of its own."""

    def __init__(self, witness: Witness, prefix: str = "") -> None:
        told = app.App(witness, lambda: float(NOW), prefix)
        self.server = uvicorn.Server(uvicorn.Config(told, log_config=None, lifespan="off", ws="none"))
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listening]})

    def __enter__(self) -> "Served":
        self.thread.start()
        until = time.monotonic() + 10
        while not self.server.started and time.monotonic() < until:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.listening.close()

    def ask(self, method: str, path: str, body: Any = None) -> tuple[http.client.HTTPResponse, bytes]:
        client = http.client.HTTPConnection(*self.listening.getsockname(), timeout=10)
        try:
            client.request(method, path, body)
            answer = client.getresponse()
            return answer, answer.read()
        finally:
            client.close()


@pytest.fixture
def served(witness: Witness) -> Iterator[Served]:
    with Served(witness) as server:
        yield server


def test_a_log_is_cosigned_and_shown(served: Served, log: SmallLog) -> None:
    answer, body = served.ask("POST", ADD, log.request(0, 5))
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    shown, note = served.ask("GET", CHECKPOINT)
    assert (shown.status, note) == (200, log.signed(5) + body)
    assert (shown.headers["access-control-allow-origin"], shown.headers["cache-control"]) == ("*", "no-store")
    head, nothing = served.ask("HEAD", CHECKPOINT)
    assert (head.status, head.headers["content-length"], nothing) == (200, str(len(note)), b"")
    answer, body = served.ask("POST", ADD, log.request(0, 9))
    assert (answer.status, answer.headers["content-type"], body) == (409, "text/x.tlog.size", b"5\n")


def test_every_answer_is_guarded(served: Served, log: SmallLog) -> None:
    for method, path in (("GET", "/healthz"), ("POST", ADD), ("GET", "/"), ("PUT", ADD), ("GET", CHECKPOINT)):
        answer, _ = served.ask(method, path, b"x" if method != "GET" else None)
        assert {name: answer.headers[name] for name in app.HEADERS} == dict(app.HEADERS)


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/healthz", 200, None),
        ("HEAD", "/healthz", 200, None),
        ("POST", "/healthz", 405, "GET, HEAD"),
        ("GET", ADD, 405, "POST"),
        ("PUT", ADD, 405, "POST"),
        ("POST", CHECKPOINT, 405, "GET, HEAD"),
        ("GET", CHECKPOINT, 404, None),  # nothing cosigned yet
        ("GET", f"/{'0' * 64}/checkpoint", 404, None),
        ("GET", f"/{'A' * 64}/checkpoint", 404, None),
        ("GET", f"/{log_id(ORIGIN).upper()}/checkpoint", 404, None),
        ("GET", f"/{log_id(ORIGIN)[1:]}/checkpoint", 404, None),
        ("GET", "/../logs", 404, None),
        ("GET", f"/{log_id(ORIGIN)}/%2e%2e/logs", 404, None),
        ("GET", CHECKPOINT + "%0A", 404, None),
        ("POST", ADD + "/", 404, None),
        ("POST", "/w1" + ADD, 404, None),
        ("POST", ADD + "?old=1", 400, None),
    ],
)
def test_addresses(served: Served, method: str, path: str, status: int, allow: str | None) -> None:
    answer, _ = served.ask(method, path, b"" if method in ("POST", "PUT") else None)
    assert (answer.status, answer.headers["allow"]) == (status, allow)


def test_under_a_prefix_and_nowhere_else(witness: Witness, log: SmallLog) -> None:
    with Served(witness, "/w1") as served:
        assert served.ask("POST", ADD, log.request(0, 5))[0].status == 404
        assert served.ask("POST", "/w1w1" + ADD, log.request(0, 5))[0].status == 404
        assert served.ask("POST", "/w1" + ADD, log.request(0, 5))[0].status == 200
        assert served.ask("GET", "/w1" + CHECKPOINT)[0].status == 200
        assert served.ask("GET", "/w1/healthz")[0].status == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_two_megabytes_are_not_read(served: Served, chunked: bool) -> None:
    try:
        body = iter([b"x" * 65536] * 32) if chunked else b"x" * (2 << 20)
        answer, _ = served.ask("POST", ADD, body)
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused and closed while it was still sending
    else:
        assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert served.ask("GET", "/healthz")[0].status == 200


def test_the_largest_request_is_read(served: Served) -> None:
    assert served.ask("POST", ADD, b"x" * app.BODY_MAX)[0].status == 400
    assert served.ask("POST", ADD, b"x" * (app.BODY_MAX + 1))[0].status == 413


def asked(witness: Witness, *messages: dict[str, Any], wait: bool = False) -> list[dict[str, Any]]:
    """What the application sends for these messages; then it waits for ever, or the client has left."""
    sent: list[dict[str, Any]] = []
    coming = iter(messages)

    async def receive() -> dict[str, Any]:
        message = next(coming, None)
        if message is None and wait:
            await asyncio.sleep(3600)
        return message or {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": ADD}
    asyncio.run(app.App(witness, lambda: float(NOW))(scope, receive, send))
    return sent


def test_who_sends_slowly_is_sent_away(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "BODY_TIME_MAX_S", 0.05)
    sent = asked(witness, {"type": "http.request", "body": b"old", "more_body": True}, wait=True)
    assert sent[0]["status"] == 408 and (b"connection", b"close") in sent[0]["headers"]


def test_who_leaves_is_not_answered(witness: Witness, log: SmallLog) -> None:
    whole = log.request(0, 5)
    assert asked(witness, {"type": "http.request", "body": whole[:-1], "more_body": True}) == []
    assert witness.latest(log_id(ORIGIN)).status == 404
    parts = ({"type": "http.request", "body": bytes((one,)), "more_body": True} for one in whole)
    assert asked(witness, *parts, {"type": "http.request"})[0]["status"] == 200


def test_the_disk_never_holds_the_loop(witness: Witness, log: SmallLog, monkeypatch: pytest.MonkeyPatch) -> None:
    hold, held = threading.Event(), threading.Event()
    real = Witness.add_checkpoint

    def slow(self: Witness, body: bytes, now: int) -> Any:
        held.set()
        hold.wait(10)
        return real(self, body, now)

    monkeypatch.setattr(Witness, "add_checkpoint", slow)
    with Served(witness) as served:
        waiting = threading.Thread(target=served.ask, args=("POST", ADD, log.request(0, 5)))
        waiting.start()
        assert held.wait(10)
        assert served.ask("GET", "/healthz")[0].status == 200
        hold.set()
        waiting.join(10)
    assert witness.latest(log_id(ORIGIN)).status == 200


def test_a_fault_of_ours_is_500_and_says_nothing(
    witness: Witness, log: SmallLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(Witness, "add_checkpoint", broken)
    with caplog.at_level(logging.ERROR):
        sent = asked(witness, {"type": "http.request", "body": log.request(0, 5)})
    assert sent[0]["status"] == 500 and b"secret" not in sent[1]["body"]
    assert "secret" in caplog.text


def test_nothing_that_was_sent_is_logged(witness: Witness, log: SmallLog, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="sceau"):
        witness.add_checkpoint(log.request(0, 5), NOW)
        witness.add_checkpoint(log.request(5, 6), NOW - 1)
        witness.add_checkpoint(b"old secret\n", NOW)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("sceau")]
    assert len(ours) == 1 and "secret" not in ours[0]
