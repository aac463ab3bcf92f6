"""sceau.client against a real server, and against servers that are none or lie."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from checker_server import running

from sceau.client import Checker, Held, NotJudged, Refused, Unreachable, verify_receipt
from sceau.domain.errors import SignatureInvalid
from sceau.seals.recognise import parse
from sceau.seals.seal import look_up_code
from sceau.verify_api.service import Settings


@pytest.fixture
def told(made, state, tmp_path: Path) -> Settings:
    state.issue(made.visa())
    state.issue(made.extract())
    state.issue(made.visa(number="VPA26000B"))
    state.say(made.visa(number="VPA26000B"), "revoked", reason="stolen")
    folder = state.publish(tmp_path / "published")
    return Settings(folder, made.ROOT.public, lambda: float(made.NOON), rate="10000/minute", receipt_signer=made.OTHER)


@pytest.fixture
def checker(told: Settings) -> Iterator[Checker]:
    with running(told) as port:
        yield Checker(f"http://127.0.0.1:{port}/")


def test_one_code(made, checker: Checker) -> None:
    visa, extract = checker.scan(made.visa()), checker.scan(made.extract().decode())
    assert (visa.code, visa.colour, visa.fields["surname"], visa.receipt) == ("VALID", "green", "DUPONT", None)
    assert extract.code == "VALID" and extract.seal_id == parse(made.extract()).seal_id.hex()
    assert checker.scan("?").code == "UNREADABLE" and checker.scan("?").told["todo"]["fr"]


def test_any_number_of_codes(made, checker: Checker) -> None:
    codes = [made.visa(), made.visa(number="VPA26000B"), b"?", bytes(9000)]
    answers = list(checker.scan_many(codes * 600))
    assert len(answers) == 2400
    assert [one.code for one in answers[:4]] == ["VALID", "REVOKED", "UNREADABLE", "line.too_long"]
    assert isinstance(answers[3], NotJudged) and answers[-1] == answers[3] and answers[-4] == answers[0]
    assert list(checker.scan_many([])) == []


def test_answers_come_before_the_last_code_is_asked_for(made, checker: Checker) -> None:
    drawn = []
    codes = (drawn.append(n) or made.visa() for n in range(3000))
    assert next(checker.scan_many(codes)).code == "VALID"
    assert len(drawn) == 1000


def test_a_receipt_with_every_verdict(made, checker: Checker) -> None:
    asking = replace(checker, receipts=True)
    for answer in (asking.scan(made.visa()), *asking.scan_many([made.visa()])):
        receipt = verify_receipt(answer.receipt, made.OTHER.public)
        assert (receipt.code, receipt.seal_id.hex()) == ("VALID", answer.seal_id)
        with pytest.raises(SignatureInvalid):
            verify_receipt(answer.receipt, made.ROOT.public)


def test_status_and_changes(made, checker: Checker) -> None:
    letters = look_up_code(parse(made.visa(number="VPA26000B")).seal_id)
    state = checker.status("VPA26000B", letters)
    assert (state.state, state.reason, state.since) == ("revoked", "stolen", "2026-11-15")
    assert checker.status("VPA26000B/../x?", "A" * 16) is None
    held = [
        Held("VPA26000B", letters, mark=state.mark),
        Held(seal_id=parse(made.visa()).seal_id.hex()),
        Held("VPA26000Z", letters),
    ]
    found = checker.changes(held)
    assert {at: one.state for at, one in found.states.items()} == {1: "issued", 2: "not_found"}
    assert (found.version, found.age_days) == (1, 0)


def test_a_refusal_says_why_and_how_long_to_wait(made, told: Settings) -> None:
    import time

    with running(replace(told, now=time.time, scans="2/hour", receipt_signer=None)) as port:
        checker = Checker(f"http://127.0.0.1:{port}")
        *judged, left = checker.scan_many([made.visa()] * 3)
        assert len(judged) == 2 and isinstance(left, NotJudged) and left.retry_after >= 1
        with pytest.raises(Refused) as refused:
            list(checker.scan_many([made.visa()]))
        assert (refused.value.status, refused.value.code) == (
            429,
            "request.too_many",
        ) and refused.value.retry_after >= 1
        with pytest.raises(Refused, match="not_offered"):
            replace(checker, receipts=True).scan(made.visa())
        with pytest.raises(Refused, match="invalid"):
            checker.changes([])
        with pytest.raises(Refused, match="too_large"):
            checker.scan(bytes(9000))


@pytest.mark.parametrize(
    "address", ["http://verif.example", "ftp://127.0.0.1", "verif.example", "http://127.0.0.1.evil.example"]
)
def test_no_verdict_comes_over_a_wire_that_anybody_can_cut(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Checker(address)


@contextmanager
def lying(answer: bytes) -> Iterator[Checker]:
    """A server that reads what comes and answers this, whatever was asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.settimeout(5)
                    connection.recv(1 << 16)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield Checker(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout_s=2)
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def http(status: str, body: bytes, *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers])
    return f"{head}\r\n\r\n".encode() + body


OK = "200 OK"
LIES = [
    *(b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{", http(OK, b""), http(OK, b"<html>")),
    *(
        http(OK, b"[]"),
        http(OK, b"{}"),
        http(OK, b'{"code": "VALID"}'),
        http(OK, b"[" * 100_000),
        http(OK, b"a" * 300_000),
    ),
    *(http(OK, b'"' + b"a" * (5 << 20) + b'"'), http("500 x", b"<html>"), http("404 x", b"not here")),
    *(http("302 x", b"", "Location: http://127.0.0.1:9/"), http("307 x", b"", "Location: file:///etc/passwd")),
    *(http(OK, b'{"line": 2, "verdict": {}}\n'), http(OK, b'{"line": 1, "error": 1}\n')),
]


@pytest.mark.parametrize("answer", LIES, ids=range(len(LIES)))
def test_what_no_checker_says_is_no_answer(answer: bytes) -> None:
    with lying(answer) as checker:
        for ask in (
            lambda: checker.scan(b"?"),
            lambda: list(checker.scan_many([b"?"])),
            lambda: checker.status("A", "B"),
            lambda: checker.changes([Held("A", "B")]),
        ):
            with pytest.raises(Unreachable):
                ask()


def test_who_does_not_answer_in_time_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        checker = Checker(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.1)
        with pytest.raises(Unreachable):
            checker.scan(b"?")
    with pytest.raises(Unreachable):
        checker.scan(b"?")
