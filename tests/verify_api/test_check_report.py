"""A fraud is reported from /check without JavaScript: what is kept, and what is refused."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sceau.seals.recognise import parse
from sceau.verify_api import routes_check, service
from sceau.verify_api.app import create_app
from sceau.verify_api.languages import LANGUAGES
from sceau.verify_api.reports import Full, Reports
from sceau.verify_api.service import Settings

HIDDEN = re.compile(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">')


@pytest.fixture
def told(made, state, tmp_path: Path, clock, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(service, "UPLOADS", "10000/minute")
    (tmp_path / "reports").mkdir()
    state.issue(made.visa())
    folder = state.publish(tmp_path / "published")
    return Settings(folder, made.ROOT.public, clock, host="verif.example", reports=tmp_path / "reports")


@pytest.fixture
def client(told: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(told)) as client:
        yield client


def sent(client: TestClient, path: str, **parts: bytes | str):
    return client.post(path, files={name: (None, content) for name, content in parts.items()})


def offered(client: TestClient, code: bytes, language: str = "fr") -> dict[str, str]:
    """What the form under the verdict brings back."""
    answer = sent(client, f"/check?lang={language}", text=code).text
    return {name: unescape(value) for name, value in HIDDEN.findall(answer)}


def kept(told: Settings) -> list[dict]:
    return list(Reports(told.reports).read())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forgery_is_reported(made, client, told: Settings, language: str) -> None:
    seen = offered(client, made.visa(by=made.OTHER_VISAS), language)
    answer = sent(client, f"/check/report?lang={language}", **seen, place=" Kidira ", note="Encre <qui> bave")
    (report,) = kept(told)
    assert answer.status_code == 200 and report["id"] in answer.text and f'lang="{language}"' in answer.text
    assert report == {
        **{"id": report["id"], "received": "2026-11-22T09:00:00Z", "at": "2026-11-22T09:00:00Z", "lists": None},
        **{"code": "FORGED", "standard": "ICAO VDS 5D01", "issuer": "MLV1", "key": "1A", "seal_id": None},
        **{"place": "Kidira", "note": "Encre <qui> bave"},
    }


def test_values_that_differ_are_reported_and_name_nobody(made, client, told: Settings) -> None:
    seen = offered(client, made.visa())
    assert seen["code"] == "MISMATCH" and seen["seal"] == parse(made.visa()).seal_id.hex()
    assert not {"DUPONT", "18AB12345"} & set(" ".join(seen.values()).split())
    sent(client, "/check/report", **seen, place="", note="")
    assert [report["code"] for report in kept(told)] == ["MISMATCH"]


def test_an_address_that_is_not_ours_is_worth_a_report(made, state, client) -> None:
    code = made.extract(address="HTTPS://VERIF.ELSEWHERE.TEST/")
    assert offered(client, code)["code"] == "NOT_ISSUED"
    assert offered(client, b"https://verif.exampie/")["code"] == "NO_SEAL"


def test_what_settles_nothing_is_not_reported(client) -> None:
    assert offered(client, b"not a seal") == {}


def test_where_nobody_keeps_reports_none_is_offered(made, told: Settings) -> None:
    from dataclasses import replace

    with TestClient(create_app(replace(told, reports=None))) as client:
        assert offered(client, made.visa()) == {}
        assert sent(client, "/check/report", code="FORGED", place="", note="").status_code == 501


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"code": "forged"},
        {"code": "FORGED", "seal": "5E" * 32},
        {"code": "FORGED", "place": "x" * 201},
        {"code": "FORGED", "note": "x" * 2001},
        {"code": "FORGED", "issuer": "x" * 201},
    ],
)
def test_what_is_no_report_is_refused(client, told: Settings, parts: dict) -> None:
    answer = sent(client, "/check/report", **(parts or {"nothing": "x"}))
    assert (answer.status_code, kept(told)) == (422, [])
    assert sent(client, "/check/report", code="FORGED", note="x" * 20_000).status_code == 413


def test_nobody_floods_it(client, told: Settings) -> None:
    answers = [sent(client, "/check/report", code="FORGED", note=str(n)).status_code for n in range(61)]
    assert answers == [200] * 60 + [429] and len(kept(told)) == 60


@pytest.mark.parametrize("error", [Full(), OSError(28, "No space left on device")])
def test_a_report_that_is_not_kept_is_not_thanked_for(client, monkeypatch: pytest.MonkeyPatch, error) -> None:
    def keep(*_: object) -> str:
        raise error

    monkeypatch.setattr(routes_check.Reports, "keep", keep)
    answer = sent(client, "/check/report?lang=en", code="FORGED")
    assert answer.status_code == 507 and "could not be kept" in answer.text and "Nothing was checked" not in answer.text
