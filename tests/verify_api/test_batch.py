"""POST /v1/scan with many codes: order kept, nothing lost, everything limited."""

import asyncio
import json
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from checker_server import running
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from sceau.verify_api import batch, service
from sceau.verify_api.app import create_app
from sceau.verify_api.service import Settings

NDJSON = {"content-type": "application/x-ndjson"}


@pytest.fixture
def told(made, state, tmp_path: Path, clock) -> Settings:
    for number in "ABC":
        state.issue(made.visa(number=f"VPA26000{number}"))
    state.say(made.visa(number="VPA26000B"), "revoked", reason="stolen")
    return Settings(state.publish(tmp_path / "published"), made.ROOT.public, clock, rate="1000/minute")


@pytest.fixture
def client(told: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(told)) as client:
        yield client


def line(code: bytes, **more: str) -> bytes:
    return json.dumps({"data": b64encode(code).decode(), **more}).encode() + b"\n"


def ask(client: TestClient, content: bytes | Iterator[bytes]) -> list[dict]:
    answer = client.post("/v1/scan", content=content, headers=NDJSON)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["cache-control"] == "no-store"
    return [json.loads(one) for one in answer.text.splitlines()]


def test_each_line_is_answered_as_one_code_is(made, client: TestClient) -> None:
    codes = [made.visa(number=f"VPA26000{number}") for number in "ABCD"]
    single = {"content-type": "application/octet-stream"}
    wanted = [client.post("/v1/scan", content=code, headers=single).json() for code in codes]
    found = ask(client, b"".join(line(code, id=f"n{at}") for at, code in enumerate(codes)))
    assert found == [{"line": at + 1, "id": f"n{at}", "verdict": verdict} for at, verdict in enumerate(wanted)]
    assert [one["verdict"]["code"] for one in found] == ["VALID", "REVOKED", "VALID", "NOT_ISSUED"]


def test_text_and_data_say_the_same(made, client: TestClient) -> None:
    extract = made.extract()
    found = ask(client, json.dumps({"text": extract.decode()}).encode() + b"\n" + line(extract))
    assert found[0]["verdict"] == found[1]["verdict"] and found[0]["verdict"]["code"] == "NOT_ISSUED"


MALFORMED = [
    *(b"", b"{}", b"[]", b"1", b"null", b'"text"', b"{", b'{"text": "a"', b'{"text": 1}', b'{"text": null}'),
    *(b'{"data": "a"}', b'{"data": "\xc3\xa9"}', b'{"text": "a", "data": "YQ=="}', b'{"text": "a", "text": "b"}'),
    *(b'{"text": "a", "x": 1}', b'{"text": "a", "id": 1}', b'{"text": "a", "id": "\\u0000"}', b'{"text": "\\ud800"}'),
    *(b'{"text": "a"} {"text": "a"}', b"\xff\xfe{\x00}\x00", b'{"text": "\xff"}', b"[" * 9000, b"\xef\xbb\xbf{}"),
    b'{"text": "a", "id": "' + b"a" * 65 + b'"}',
]


def test_a_bad_line_is_an_error_and_loses_nothing(made, client: TestClient) -> None:
    visa = made.visa(number="VPA26000A")
    found = ask(client, b"".join(line(visa) + bad + b"\n" for bad in MALFORMED))
    assert [one["line"] for one in found] == list(range(1, 2 * len(MALFORMED) + 1))
    assert all(one["verdict"]["code"] == "VALID" for one in found[::2])
    for bad, one in zip(MALFORMED, found[1::2], strict=True):
        assert one["error"] == {"code": "line.malformed", "detail": batch.ERRORS["line.malformed"]}, bad


def test_a_line_too_long_is_not_kept_and_the_next_is_judged(made, client: TestClient) -> None:
    long, wide = (
        b'{"text": "' + b"a" * batch.LINE_MAX + b'"}\n',
        json.dumps({"text": "é" * 4097}, ensure_ascii=False).encode() + b"\n",
    )
    found = ask(client, long + wide + line(made.visa(number="VPA26000A")))
    assert [one.get("error", {}).get("code") for one in found] == ["line.too_long", "line.too_long", None]


def test_the_last_line_needs_no_end(made, client: TestClient) -> None:
    assert [one["line"] for one in ask(client, (line(made.visa()) * 2).rstrip())] == [1, 2]
    assert ask(client, b"") == []


def test_a_batch_ends_where_it_is_too_long(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LINES_MAX", 40)
    found = ask(client, b'{"text": "a"}\n' * 41)
    assert len(found) == 41 and (found[40]["line"], found[40]["error"]["code"]) == (41, "batch.too_long")
    assert len(ask(client, b'{"text": "a"}\n' * 40)) == 40


def test_fifty_megabytes_without_a_line_feed_cost_no_memory(client: TestClient) -> None:
    read = []

    def pieces() -> Iterator[bytes]:
        for _ in range(800):
            read.append(65_536)
            yield b"a" * 65_536

    (found,) = ask(client, pieces())
    assert found["error"]["code"] == "batch.too_long"
    lines = batch.Lines()
    for _ in range(100):
        assert lines.feed(b"a" * 65_536) == []
    assert len(lines.end()[0]) == batch.LINE_MAX + 1


def test_who_sends_nothing_more_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "IDLE_MAX_S", 0.02)

    async def never():
        yield b'{"text": "a"}\n{"te'
        await asyncio.Event().wait()

    async def collect() -> list[dict]:
        made = batch.answers(never(), lambda code: {"verdict": code.decode()}, lambda units: 0)
        return [json.loads(piece) async for piece in made if piece]

    found = asyncio.run(collect())
    assert found[0]["verdict"] == "a" and found[1]["error"]["code"] == "batch.too_slow"


def test_scans_are_counted_and_the_rest_is_told_when_to_come_again(made, told: Settings) -> None:
    with TestClient(create_app(replace(told, now=time.time, scans="20/hour", rate="3/hour"))) as client:
        found = ask(client, line(made.visa()) * 25)
        assert ["verdict" in one for one in found] == [True] * 20 + [False] * 5
        assert all(one["error"]["code"] == "line.too_many" for one in found[20:])
        assert all(1 <= one["error"]["retry_after"] <= 7200 for one in found[20:])
        again = client.post("/v1/scan", content=line(made.visa()), headers=NDJSON)
        assert (again.status_code, again.json()["code"]) == (429, "request.too_many")
        assert int(again.headers["retry-after"]) >= 1
        other = TestClient(client.app, client=("192.0.2.9", 1))
        assert "verdict" in ask(other, line(made.visa()))[0]


@given(st.binary(max_size=300), st.integers(1, 50))
def test_lines_are_cut_the_same_however_they_arrive(content: bytes, size: int) -> None:
    lines = batch.Lines()
    found = [one for at in range(0, len(content), size) for one in lines.feed(content[at : at + size])] + lines.end()
    assert (
        found
        == (content.split(b"\n") if not content.endswith(b"\n") else content.split(b"\n")[:-1])[
            : None if content else 0
        ]
    )


@given(
    st.one_of(
        st.binary(max_size=200), st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
    )
)
def test_no_line_raises_anything_but_a_refusal(content: bytes) -> None:
    try:
        assert isinstance(batch.read_line(content).code, bytes)
    except batch.Refused as refusal:
        assert str(refusal) in batch.ERRORS


def test_who_sends_all_before_reading_is_answered_while_lines_arrive(made, told: Settings) -> None:
    """On a real socket: 3 MB are sent before a byte is read, and some 10 MB of answers wait meanwhile."""
    with running(told) as port:
        body = b'{"text": "%s"}\n' % (b"a" * 1000) * 3000
        head = b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-ndjson\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            received = b"".join(iter(lambda: client.recv(1 << 20), b""))
        assert received.count(b'"UNREADABLE"') == 3000


def test_a_client_has_few_batches_open_at_the_same_time(told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each may make us hold 16 MiB; when one is over there is room for another."""
    monkeypatch.setattr(service, "BATCHES_MAX", 2)
    with running(told) as port, ExitStack() as others:
        first, second = (others.enter_context(opened_batch(port)) for _ in range(2))
        with opened_batch(port) as third:
            assert third.recv(1 << 10).startswith(b"HTTP/1.1 429 ")
        first.sendall(b"0\r\n\r\n")
        assert b"".join(iter(lambda: first.recv(1 << 20), b"")).count(b'"UNREADABLE"') == 1
        with opened_batch(port):
            pass
        second.sendall(b"0\r\n\r\n")


@contextmanager
def opened_batch(port: int) -> Iterator[socket.socket]:
    """A batch whose first line was sent, and answered if the batch was let in."""
    head = b"POST /v1/scan HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-ndjson\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(head + b'Transfer-Encoding: chunked\r\n\r\nf\r\n{"text": "abc"}\r\n1\r\n\n\r\n')
        assert client.recv(1, socket.MSG_PEEK)
        yield client
