"""docs/operate/api.md: every command and program on the page is run against a real server."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checker_server import running

from sceau.seals.recognise import parse
from sceau.seals.seal import look_up_code
from sceau.verify_api.service import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate" / "api.md"


@pytest.fixture
def told(made, state, tmp_path: Path) -> Settings:
    state.issue(made.visa())
    folder = state.publish(tmp_path / "published")
    (tmp_path / "reports").mkdir()
    given = {"receipt_signer": made.OTHER, "reports": tmp_path / "reports"}
    return Settings(folder, made.ROOT.public, lambda: float(made.NOON), rate="10000/minute", **given)


def test_the_commands_of_the_page_answer(made, told: Settings, tmp_path: Path, missing) -> None:
    if shutil.which("curl") is None:
        missing("no curl")
    (tmp_path / "code.bin").write_bytes(made.visa())
    seal = parse(made.visa()).seal_id
    with running(told) as port:
        known = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CHECKER": f"http://127.0.0.1:{port}",
            "RECEIPT_KEY": made.OTHER.public.hex(),
            "NUMBER": "VPA26000A",
            "LETTERS": look_up_code(seal),
            "KEY": seal.hex()[:32],
            "SCEAU_LANG": "en",
        }
        told_by = [
            subprocess.run(["bash", "-euc", block], env=known, cwd=tmp_path, capture_output=True, text=True, check=True)
            for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
        ]
    one, many, receipt, status, changes, report = (done.stdout for done in told_by)
    assert json.loads(one)["code"] == "VALID"
    lines = [json.loads(line) for line in many.splitlines()]
    assert [(line["id"], line["verdict"]["code"]) for line in lines] == [
        ("seat 12A", "VALID"),
        ("seat 12B", "UNREADABLE"),
    ]
    assert "VALID" in receipt and seal.hex() in receipt
    assert json.loads(status)["state"] == "issued"
    assert [one["at"] for one in json.loads(changes)["changes"]] == [1]
    assert re.fullmatch("[0-9a-f]{32}", json.loads(report)["id"])


def test_the_program_of_the_page_runs(made, told: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    known = {
        "code": made.visa(),
        "codes": [made.visa(), b"?"],
        "pinned": made.OTHER.public,
        "number": "VPA26000A",
        "letters": look_up_code(parse(made.visa()).seal_id),
    }
    with running(told) as port:
        exec(program.replace("https://verif.example", f"http://127.0.0.1:{port}"), known)
    first, *judged, state, changes = capsys.readouterr().out.splitlines()
    assert first == f"VALID green {made.NOON}" and judged == ["VALID", "UNREADABLE"]
    assert "state='issued'" in state and changes == "{}"


def test_the_limits_of_the_page_are_those_of_the_program() -> None:
    from sceau.verify_api import batch, changes, reports, service

    text = PAGE.read_text()
    default = Settings(Path(), b"", lambda: 0.0)
    assert (default.rate, default.scans, service.UPLOADS, service.REPORTS) == (
        *("120/minute", "6000/minute", "20/minute", "60/hour"),
    )
    for row in ("| 120 a minute |", "| 6,000 a minute;", "| 20 a minute, 20 MB each |", "| 60 an hour |"):
        assert row in text
    assert (batch.LINES_MAX, batch.LINE_MAX, batch.SIZE_MAX) == (10_000, 16 << 10, 16 << 20)
    assert changes.DOCUMENTS_MAX == 1000 and reports.BODY_MAX == 16 << 10
