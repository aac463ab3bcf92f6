"""The public API: what it answers, what it refuses, what it never tells."""

import asyncio
import time
from pathlib import Path

import pytest
from problems import BYTES, DAY, is_problem
from starlette.testclient import TestClient

from sceau.headers import SECURITY
from sceau.seals.recognise import parse
from sceau.seals.seal import look_up_code
from sceau.verify_api.app import create_app
from sceau.verify_api.budget import client_of
from sceau.verify_api.schema import BODY_MAX, StateBody, VerdictBody
from sceau.verify_api.service import Settings

NOON = 1_795_348_800  # 2026-11-22T12:00:00Z
TEXT = {"content-type": "text/plain; charset=utf-8"}


# --- POST /v1/scan ------------------------------------------------------------------------------------------------


def test_bytes_and_text_of_a_code_are_judged(made, client: TestClient) -> None:
    for content, headers in (
        (made.visa(), BYTES),
        (made.extract(), TEXT),
        (made.extract(), BYTES),
        (made.extract() + b"\r\n", TEXT),
    ):
        answer = client.post("/v1/scan", content=content, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["code"] == "VALID"
        VerdictBody.model_validate(answer.json())


def test_every_verdict_is_an_answer_and_not_an_error(made, client: TestClient) -> None:
    for content, code in (
        (made.visa(number="VPA26000B"), "REVOKED"),
        (made.visa(number="VPA26000C"), "NOT_ISSUED"),
        (made.visa(by=made.OTHER_VISAS), "FORGED"),
        (made.visa(reference="1B"), "UNKNOWN_ISSUER"),
        (b"RDB1A", "UNSUPPORTED"),
        (b"HC1:NCF", "UNREADABLE"),
        (b"WIFI:S:hotel;;", "NO_SEAL"),
        (b"", "UNREADABLE"),
        (b"\xff" * BODY_MAX, "UNREADABLE"),
    ):
        answer = client.post("/v1/scan", content=content, headers=BYTES)
        assert (answer.status_code, answer.json()["code"]) == (200, code)
        VerdictBody.model_validate(answer.json())


def test_the_keys_of_a_verdict_stand_in_the_published_order(made, client: TestClient) -> None:
    answers = [client.post("/v1/scan", content=data, headers=BYTES).json() for data in (made.visa(), b"?")]
    assert [list(answer) for answer in answers] == [list(VerdictBody.model_fields)] * 2


def test_a_body_that_no_code_can_hold_is_refused_before_it_is_read(client: TestClient) -> None:
    assert is_problem(client.post("/v1/scan", content=bytes(BODY_MAX + 1), headers=BYTES), 413)


def test_a_body_without_a_length_is_read_no_further_than_a_code(told: Settings) -> None:
    read, sent = [], []

    async def receive() -> dict:
        read.append(4096)
        return {"type": "http.request", "body": bytes(4096), "more_body": True}

    async def send(message: dict) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/octet-stream")]
    scope = {"type": "http", "method": "POST", "path": "/v1/scan", "query_string": b"", "headers": headers}
    asyncio.run(create_app(told)({**scope, "client": ("192.0.2.1", 1)}, receive, send))
    assert sent[0]["status"] == 413
    assert sum(read) <= BODY_MAX + 4096


@pytest.mark.parametrize("media_type", ["application/json", "application/x-www-form-urlencoded", "text/html", "", "x"])
def test_other_media_types_are_refused(client: TestClient, media_type: str) -> None:
    assert is_problem(client.post("/v1/scan", content=b"1", headers={"content-type": media_type}), 415)
    assert is_problem(client.post("/v1/scan", content=b"1"), 415)


# --- GET /v1/documents/{number}/status ----------------------------------------------------------------------------


def code_of(data: bytes) -> str:
    return look_up_code(parse(data).seal_id)


def test_number_and_code_give_the_state(made, client: TestClient) -> None:
    code = code_of(made.visa())
    for number, typed in (("VPA26000A", code), ("vpa 26000-a", f"{code[:4]} {code[4:8]}-{code[8:].lower()}")):
        answer = client.get(f"/v1/documents/{number}/status", params={"code": typed})
        assert answer.headers["cache-control"] == "no-store"
        assert (answer.json()["number"], answer.json()["state"]) == ("VPA26000A", "issued")
        StateBody.model_validate(answer.json())


def test_a_revoked_document_says_so_and_since_when(made, client: TestClient) -> None:
    code = code_of(made.visa(number="VPA26000B"))
    answer = client.get("/v1/documents/VPA26000B/status", params={"code": code}).json()
    assert (answer["state"], answer["reason"], answer["since"]) == ("revoked", "stolen", "2026-11-15")
    assert answer["meaning"]["fr"] == "Révoqué : ne l'acceptez pas. Il a été déclaré volé."
    assert answer["meaning"]["en"] == "Revoked: do not accept it. It was reported stolen."


def test_old_lists_say_no_more_than_that_it_was_issued(made, client: TestClient, clock) -> None:
    clock.advance(8 * DAY)
    for number, state in (("VPA26000A", "unknown"), ("VPA26000B", "revoked")):
        params = {"code": code_of(made.visa(number=number))}
        assert client.get(f"/v1/documents/{number}/status", params=params).json()["state"] == state


def test_who_does_not_hold_the_paper_learns_nothing(made, client: TestClient) -> None:
    """The same body and headers for a number that exists, one that does not, and what is no number at all."""
    code = code_of(made.visa())
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    asked = [
        ("VPA26000A", wrong),
        ("VPA26000B", code),
        ("VPA26000Z", code),
        ("VPA26000A", ""),
        ("VPA26000A", code[:-1]),
        ("é", "\N{SNOWMAN}"),
        ("'--", "%00"),
    ]
    answers = [client.get(f"/v1/documents/{number}/status", params={"code": typed}) for number, typed in asked]
    assert all(is_problem(answer, 404) for answer in answers)
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_a_thousand_numbers_in_a_row_tell_nothing(made, client: TestClient) -> None:
    code = code_of(made.visa())
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    numbers = [f"VPA260{a}{b}A" for a in letters for b in letters if (a, b) != ("0", "0")]
    times: dict[bool, list[float]] = {True: [], False: []}
    bodies = set()
    for number in numbers:
        for asked, exists in ((number, False), ("VPA26000A", True)):
            start = time.perf_counter()
            answer = client.get(f"/v1/documents/{asked}/status", params={"code": code[::-1]})
            times[exists].append(time.perf_counter() - start)
            bodies.add((answer.status_code, answer.content))
    assert len(bodies) == 1
    medians = [sorted(spent)[len(spent) // 2] for spent in times.values()]
    assert max(medians) < 1.5 * min(medians)


def test_too_long_or_missing_is_a_problem_that_repeats_nothing(client: TestClient) -> None:
    for path, status in (
        ("/v1/documents/VPA26000A/status", 422),
        (f"/v1/documents/VPA26000A/status?code={'A' * 41}", 422),
        (f"/v1/documents/{'A' * 41}/status?code=A", 404),
    ):
        answer = client.get(path)
        assert is_problem(answer, status)
        assert "VPA" not in answer.text


# --- what stands around every answer ------------------------------------------------------------------------------


def test_every_answer_bears_the_headers(client: TestClient, made) -> None:
    answers = [
        client.post("/v1/scan", content=made.visa(), headers=BYTES),
        client.post("/v1/scan", content=bytes(9000), headers=BYTES),
        client.get("/v1/lists/trust"),
        client.get("/v1/documents/A/status?code=B"),
        client.get("/nowhere"),
        client.get("/v1/scan"),
        client.get("/healthz"),
    ]
    assert [answer.status_code for answer in answers] == [200, 413, 200, 404, 404, 405, 200]
    for answer in answers:
        assert all(answer.headers[name] == value for name, value in SECURITY.items())
    assert SECURITY["content-security-policy"].startswith("default-src 'none'")
    assert "set-cookie" not in {name for answer in answers for name in answer.headers}


def test_who_opens_the_address_of_a_code_is_told_how_to_check(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/html; charset=utf-8"
    assert all(answer.headers[name] == value for name, value in SECURITY.items())
    assert "vérificateur public" in answer.text and "public checker" in answer.text and "16 letters" in answer.text
    assert "<script" not in answer.text and "<style" not in answer.text and "http" not in answer.text
    assert client.head("/").status_code == 200 and is_problem(client.post("/"), 405)


def test_why_lists_are_not_used_is_logged_once(
    made, state, folder: Path, tmp_path: Path, clock, caplog: pytest.LogCaptureFixture
) -> None:
    from sceau.verify_api.app import _look
    from sceau.verify_api.directory import Directory, Versions

    directory = Directory(folder, made.ROOT.public, Versions(tmp_path / "seen.json"))
    _look(directory, 0)
    assert directory.current is not None and not caplog.records
    (tmp_path / "seen.json").write_text('{"trust": 999, "status": 999, "issued": 999, "lookup": 999}')
    behind = Directory(folder, made.ROOT.public, Versions(tmp_path / "seen.json"))
    _look(behind, 0)
    _look(behind, 10)
    assert behind.current is None and behind.problem
    assert [record.getMessage() for record in caplog.records] == [f"the lists published are not used: {behind.problem}"]


def test_pages_of_others_may_read_but_not_send(client: TestClient, made) -> None:
    origin = {"origin": "https://other.example"}
    assert client.get("/v1/lists/trust", headers=origin).headers["access-control-allow-origin"] == "*"
    answer = client.post("/v1/scan", content=made.visa(), headers={**BYTES, **origin})
    assert "access-control-allow-origin" not in answer.headers
    asked = {**origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    assert is_problem(client.options("/v1/scan", headers=asked), 405)


def test_unknown_addresses_and_methods_are_problems(client: TestClient) -> None:
    for path in ("/v1", "/docs", "/redoc", "/v1/scan/", "/openapi.json", "/v1/documents//status"):
        assert is_problem(client.get(path), 404)
    answer = client.delete("/v1/scan")
    assert is_problem(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_our_own_failure_is_a_problem_without_a_trace(told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("sceau.verify_api.service.scan", fails)
    with TestClient(create_app(told), raise_server_exceptions=False) as client:
        answer = client.post("/v1/scan", content=b"1", headers=BYTES)
    assert is_problem(answer, 500)
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_each_client_has_its_own_budget(made, folder: Path) -> None:
    told = Settings(folder, made.ROOT.public, time.time, rate="3/hour")
    app = create_app(told)
    with TestClient(app, client=("192.0.2.1", 1)) as client:
        answers = [client.post("/v1/scan", content=b"1", headers=BYTES) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert is_problem(answers[3], 429)
        assert 1 <= int(answers[3].headers["retry-after"]) <= 2 * 3600
        assert client.get("/healthz").status_code == 200
        assert is_problem(client.get("/v1/lists/trust"), 429)
        other = TestClient(app, client=("192.0.2.2", 1))
        assert other.get("/v1/lists/trust").status_code == 200


def test_a_client_is_an_address_or_a_network() -> None:
    def client(host: str | None) -> str:
        return client_of({"client": (host, 1) if host else None})

    assert client("192.0.2.1") == "192.0.2.1"
    assert client("2001:db8:1:2:3::4") == client("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert client("2001:db8:1:3::1") != client("2001:db8:1:2::1")
    assert client("fe80::1%eth0") == "fe80::/64"
    assert client(None) == ""
    assert client("unix:") == "unix:"
