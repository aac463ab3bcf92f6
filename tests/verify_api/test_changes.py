"""POST /v1/changes: polling for what changed of the documents that one holds, without being known."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sceau.seals.recognise import parse
from sceau.seals.seal import look_up_code
from sceau.verify_api.app import create_app
from sceau.verify_api.schema import ChangesBody, StateBody
from sceau.verify_api.service import Settings

NUMBERS = ("VPA26000A", "VPA26000B", "VPA26000C")


@pytest.fixture
def told(made, state, tmp_path: Path, clock) -> Settings:
    for number in NUMBERS:
        state.issue(made.visa(number=number))
    state.say(made.visa(number="VPA26000B"), "superseded", reason="act_changed")
    return Settings(state.publish(tmp_path / "published"), made.ROOT.public, clock, rate="10000/minute")


@pytest.fixture
def client(told: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(told)) as client:
        yield client


def held(made, number: str, **more: str) -> dict:
    return {"number": number, "code": look_up_code(parse(made.visa(number=number)).seal_id), **more}


def key(made, number: str) -> str:
    return parse(made.visa(number=number)).seal_id.hex()[:32]


def ask(client: TestClient, *documents: dict) -> dict:
    answer = client.post("/v1/changes", json={"documents": documents})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    ChangesBody.model_validate(answer.json())
    return answer.json()


def test_the_first_question_tells_all_and_the_next_what_changed(made, state, told: Settings, client, clock) -> None:
    documents = [held(made, number) for number in NUMBERS]
    first = ask(client, *documents)
    assert [(one["at"], one["state"], one["mark"]) for one in first["changes"]] == [
        (0, "issued", "issued"),
        (1, "superseded", "superseded 2026-11-15 act_changed"),
        (2, "issued", "issued"),
    ]
    for one in first["changes"]:
        documents[one["at"]]["mark"] = one["mark"]
    assert ask(client, *documents)["changes"] == []
    state.say(made.visa(number="VPA26000A"), "suspended", reason="lost")
    del state.against[made.listed(made.visa(number="VPA26000B"))]  # lifted: no list says so, its absence does
    state.version, state.as_of = 2, 101
    state.publish(told.directory)
    clock.advance(2)
    app = create_app(told)
    with TestClient(app) as client:
        second = ask(client, *documents)
    assert (second["list"]["version"], second["list"]["as_of"]) == (2, 101)
    assert [(one["at"], one["state"], one["reason"]) for one in second["changes"]] == [
        (0, "suspended", "lost"),
        (1, "issued", None),
    ]


def test_a_mention_says_what_to_do(made, client) -> None:
    (change,) = ask(client, held(made, "VPA26000B"))["changes"]
    assert "ask for a new extract" in change["meaning"]["en"] and "nouvel extrait" in change["meaning"]["fr"]
    assert change["todo"]["en"] == "Do not accept this document; ask for the one in force."


def test_who_holds_the_seal_needs_no_number(made, client) -> None:
    number, seal = ask(client, held(made, "VPA26000B"), {"key": key(made, "VPA26000B")})["changes"]
    assert {**number, "at": 1} == seal


def test_status_tells_key_and_mark_for_the_next_question(made, client) -> None:
    asked = held(made, "VPA26000B")
    state = client.get(f"/v1/documents/{asked['number']}/status", params={"code": asked["code"]}).json()
    StateBody.model_validate(state)
    assert state["key"] == key(made, "VPA26000B")
    assert ask(client, {"key": state["key"], "mark": state["mark"]})["changes"] == []


def test_lists_that_age_change_nothing(made, client, clock) -> None:
    clock.advance(9 * 86_400)
    found = ask(client, held(made, "VPA26000A", mark="issued"))
    assert found["changes"] == [] and found["list"]["age_days"] == 9
    asked = held(made, "VPA26000A")
    state = client.get(f"/v1/documents/{asked['number']}/status", params={"code": asked["code"]}).json()
    assert (state["state"], state["mark"]) == ("unknown", "issued")


def test_who_does_not_hold_it_learns_nothing(made, client) -> None:
    """A number that exists, one that does not, a key of nobody: the same words."""
    wrong = {**held(made, "VPA26000A"), "code": "A" * 16}
    guesses = [wrong, {**wrong, "number": "VPA26000Z"}, {"key": "00" * 16}, {"key": "ff" * 16}, held(made, "VPA26000Z")]
    answers = [{**one, "at": 0} for one in ask(client, *guesses)["changes"]]
    assert all(one == answers[0] for one in answers) and len(answers) == len(guesses)
    assert (answers[0]["state"], answers[0]["mark"]) == ("not_found", "not_found")
    assert ask(client, *({**one, "mark": "not_found"} for one in guesses))["changes"] == []


REFUSED = [
    *({}, [], "x", {"documents": []}, {"documents": {}}, {"documents": [{}]}, {"documents": [{"number": "A"}]}),
    *({"documents": [{"code": "A"}]}, {"documents": [{"number": "A", "code": "B", "key": "00" * 16}]}),
    *({"documents": [{"number": "A", "key": "00" * 16}]}, {"documents": [{"key": "0" * 31}]}),
    *({"documents": [{"key": "G" * 32}]}, {"documents": [{"key": "00" * 16, "x": 1}]}),
    *({"documents": [{"number": 1, "code": "B"}]}, {"documents": [{"number": "A" * 41, "code": "B"}]}),
    *({"documents": [{"key": "00" * 16}] * 1001}, {"documents": [{"key": "00" * 16, "mark": "a" * 301}]}),
    {"documents": [{"key": "00" * 16}], "x": 1},
]


@pytest.mark.parametrize("question", REFUSED, ids=range(len(REFUSED)))
def test_other_questions_are_refused(client, question: object) -> None:
    answer = client.post("/v1/changes", json=question)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


def test_hostile_bodies_are_refused(client) -> None:
    json = {"content-type": "application/json"}
    invalid = (b"", b"\xff", b"[" * 500_000, b"{" * 100, b"1" * 500_000)
    for content, status in (*((content, 422) for content in invalid), (b" " * 600_000, 413)):
        assert client.post("/v1/changes", content=content, headers=json).status_code == status
    assert client.post("/v1/changes", content=b"{}").status_code == 415
    assert client.get("/v1/changes").status_code == 405


def test_documents_are_counted(made, told: Settings) -> None:
    import time

    with TestClient(create_app(replace(told, now=time.time, scans="10/hour"))) as client:
        assert client.post("/v1/changes", json={"documents": [{"key": "00" * 16}] * 8}).status_code == 200
        answer = client.post("/v1/changes", json={"documents": [{"key": "00" * 16}] * 8})
        assert answer.status_code == 429 and int(answer.headers["retry-after"]) >= 1


def test_without_lists_nothing_is_known(made, tmp_path: Path, clock) -> None:
    with TestClient(create_app(Settings(tmp_path, made.ROOT.public, clock))) as client:
        assert client.post("/v1/changes", json={"documents": [{"key": "00" * 16}]}).status_code == 503
