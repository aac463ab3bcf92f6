"""The lists as the API gives them, and its health: ready means lists that are not too old."""

import asyncio
from pathlib import Path

import pytest
from problems import BYTES, DAY, is_problem, wait_until
from starlette.testclient import TestClient

from sceau.verify_api.app import create_app
from sceau.verify_api.service import Settings

# --- GET /v1/lists ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["trust", "status", "issued"])
def test_a_list_is_the_signed_file_itself(client: TestClient, folder: Path, name: str) -> None:
    answer = client.get(f"/v1/lists/{name}")
    assert answer.content == (folder / f"{name}.cose").read_bytes()
    assert answer.headers["content-type"] == "application/cose"
    assert "max-age=300" in answer.headers["cache-control"]
    assert "stale-while-revalidate" in answer.headers["cache-control"]
    head = client.head(f"/v1/lists/{name}")
    assert (head.status_code, head.headers["etag"]) == (200, answer.headers["etag"])
    assert head.headers["content-length"] == str(len(answer.content))


def test_a_list_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    etag = client.get("/v1/lists/status").headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = client.get("/v1/lists/status", headers={"if-none-match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    for other in ('"other"', etag.strip('"'), ""):
        assert client.get("/v1/lists/status", headers={"if-none-match": other}).status_code == 200


@pytest.mark.parametrize("name", ["lookup", "trust.cose", "x", "..%2ftrust", "%2e%2e"])
def test_nothing_else_is_a_list(client: TestClient, name: str) -> None:
    assert is_problem(client.get(f"/v1/lists/{name}"), 404)


# --- health -------------------------------------------------------------------------------------------------------


def test_ready_means_lists_that_are_not_too_old(client: TestClient, clock) -> None:
    assert client.get("/healthz").json() == {"alive": True}
    lists = {"trust": 1, "status": 1, "issued": 1}
    assert client.get("/readyz").json() == {"ready": True, "lists": lists, "age_days": 0, "problem": ""}
    clock.advance(8 * DAY)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["age_days"]) == (503, False, 8)
    assert client.get("/healthz").status_code == 200


def test_it_starts_without_lists_and_takes_them_when_they_come(made, state, tmp_path: Path, clock) -> None:
    told = Settings(tmp_path / "published", made.ROOT.public, clock)
    with TestClient(create_app(told)) as client:
        assert is_problem(client.post("/v1/scan", content=b"1", headers=BYTES), 503)
        assert is_problem(client.get("/v1/documents/A/status?code=B"), 503)
        assert is_problem(client.get("/v1/lists/trust"), 404)
        assert client.get("/readyz").status_code == 503
        assert "no trust list" in client.get("/readyz").json()["problem"]
        state.publish(tmp_path / "published")
        clock.advance(1)
        wait_until(lambda: client.get("/readyz").status_code == 200)
        assert client.post("/v1/scan", content=made.visa(), headers=BYTES).json()["code"] == "NOT_ISSUED"


def test_a_reader_that_stopped_is_not_ready(told: Settings) -> None:
    with TestClient(create_app(told)) as client:
        client.portal.call(stop, client.app)
        assert client.get("/readyz").status_code == 503


async def stop(app) -> None:
    app.app.state.refresher.cancel() if hasattr(app, "app") else app.state.refresher.cancel()
    await asyncio.sleep(0.05)
