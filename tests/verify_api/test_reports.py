"""POST /v1/reports: kept once, durably, within limits; and nothing else happens."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sceau.verify_api import reports
from sceau.verify_api.app import create_app
from sceau.verify_api.reports import Full, Report, Reports
from sceau.verify_api.service import Settings

NOON = 1_795_348_800.0
REPORT = {
    "code": "FORGED",
    "standard": "ICAO VDS 5D01",
    "issuer": "MLV1",
    "key": "1A",
    "seal_id": None,
    "place": "Kidira",
    "at": "2026-11-22T11:58:00.123Z",
    "lists": {"trust": {"authority": "MLI", "version": 1, "issued_on": "2026-11-22", "age_days": 0}, "as_of": 100},
    "note": "Encre qui bave ;\nphoto collée.",
}


@pytest.fixture
def told(made, state, tmp_path: Path) -> Settings:
    (tmp_path / "reports").mkdir()
    folder = state.publish(tmp_path / "published")
    return Settings(folder, made.ROOT.public, lambda: NOON, rate="10000/minute", reports=tmp_path / "reports")


@pytest.fixture
def client(told: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(told)) as client:
        yield client


def kept(told: Settings) -> list[dict]:
    return list(Reports(told.reports).read())


def test_a_report_is_kept_as_it_came(client, told: Settings) -> None:
    answer = client.post("/v1/reports", json=REPORT)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert kept(told) == [{"id": answer.json()["id"], "received": "2026-11-22T12:00:00Z", **REPORT}]
    assert [path.name for path in told.reports.iterdir()] == ["2026-11-22.ndjson"]


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_every_line_is_json_to_every_reader(client, told: Settings, number: str) -> None:
    body = json.dumps(REPORT).replace("100}", f"{number}}}")
    answer = client.post("/v1/reports", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, kept(told)) == (422, [])


def test_sent_again_it_is_kept_once(client, told: Settings) -> None:
    """By the sender's id, or by what was sent: a page that never heard our answer sends the same bytes again."""
    assert len({client.post("/v1/reports", json=REPORT).json()["id"] for _ in range(3)}) == 1
    mine = {**REPORT, "id": "0123456789abcdef" * 2}
    assert [client.post("/v1/reports", json=mine).json() for _ in range(2)] == [{"id": mine["id"]}] * 2
    client.post("/v1/reports", json={**REPORT, "note": "autre"})
    assert len(kept(told)) == 3


def test_it_is_the_same_one_the_next_day_and_a_power_cut_loses_only_half_a_line(tmp_path: Path) -> None:
    there, report = Reports(tmp_path), Report(**REPORT, id="ab" * 16)
    day = 86_400
    there.keep(report, NOON)
    there.keep(report, NOON + 6 * day)
    assert len(list(there.read())) == 1
    (tmp_path / "2026-11-29.ndjson").write_bytes(b'{"id":"%s","received":"2026' % (b"cd" * 16))
    other = Report(**REPORT, id="cd" * 16)
    there.keep(other, NOON + 7 * day)
    there.keep(other, NOON + 8 * day)
    assert [one["id"] for one in there.read()] == ["ab" * 16, "cd" * 16]


def test_many_at_once_are_all_kept_whole(tmp_path: Path) -> None:
    there = Reports(tmp_path)
    sent = [Report(**{**REPORT, "note": f"{n} " * 200}) for n in range(40)]
    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda one: there.keep(one, NOON), sent + sent))
    assert len(set(ids)) == 40 and {one["id"] for one in there.read()} == set(ids) and len(list(there.read())) == 40


def test_it_is_on_the_disk_before_the_sender_is_thanked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = reports.os.fsync
    monkeypatch.setattr(reports.os, "fsync", lambda handle: (synced.append("fsync"), real(handle))[1])
    Reports(tmp_path).keep(Report(**REPORT), NOON)
    assert synced == ["fsync", "fsync"]  # the file, and the folder that now has it


def test_a_flood_fills_no_disk(client, told: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "DAY_MAX", 1000)
    answers = [client.post("/v1/reports", json={**REPORT, "note": str(n)}) for n in range(4)]
    assert [answer.status_code for answer in answers][-1] == 507 and answers[-1].headers["retry-after"] == "3600"
    with pytest.raises(Full):
        Reports(told.reports).keep(Report(**{**REPORT, "note": "x" * 900}), NOON)
    assert (told.reports / "2026-11-22.ndjson").stat().st_size <= 1000


def test_where_nothing_can_be_written_the_sender_keeps_it(told: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with TestClient(create_app(replace(told, reports=told.directory / "none"))) as client:
        answer = client.post("/v1/reports", json=REPORT)
    assert (answer.status_code, answer.json()["code"]) == (507, "service.full")
    (record,) = caplog.records
    assert record.getMessage() == "a report could not be kept: No such file or directory"


def test_without_a_place_there_are_none(told: Settings) -> None:
    with TestClient(create_app(replace(told, reports=None))) as client:
        answer = client.post("/v1/reports", json=REPORT)
    assert (answer.status_code, answer.json()["code"]) == (501, "service.not_offered")


REFUSED = [
    *({"code": "forged"}, {"code": ""}, {"code": None}, {"seal_id": "00" * 31}, {"seal_id": "AB" * 32}, {"id": 1}),
    *({"place": "x" * 201}, {"note": "x" * 2001}, {"at": "x" * 41}, {"at": 1}, {"lists": "x"}, {"lists": []}),
    *({"issuer": 1}, {"key": "x" * 201}, {"picture": "..."}, {"id": "0" * 31}, {"id": "A" * 32}),
]


@pytest.mark.parametrize("change", REFUSED, ids=range(len(REFUSED)))
def test_anything_else_is_refused(client, told: Settings, change: dict) -> None:
    answer = client.post("/v1/reports", json={**REPORT, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert kept(told) == []


def test_each_word_is_needed_and_hostile_bodies_are_refused(client) -> None:
    for name in REPORT:
        assert client.post("/v1/reports", json={k: v for k, v in REPORT.items() if k != name}).status_code == 422
    said = {"content-type": "application/json"}
    for content, status in ((b"", 422), (b"[" * 16_000, 422), (b"\xff\xfe", 422), (b"x" * 16_385, 413)):
        assert client.post("/v1/reports", content=content, headers=said).status_code == status
    nested = json.dumps({**REPORT, "lists": "?"}).replace('"?"', '{"a":' * 4000 + "1" + "}" * 4000)
    assert client.post("/v1/reports", content=nested, headers=said).status_code in (413, 422)
    assert client.post("/v1/reports", content=b"{}").status_code == 415
    assert client.get("/v1/reports").status_code == 405


def test_a_client_may_send_so_many(told: Settings) -> None:
    with TestClient(create_app(replace(told, now=time.time))) as client:
        answers = [client.post("/v1/reports", json={**REPORT, "note": str(n)}) for n in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200} and answers[60].status_code == 429
