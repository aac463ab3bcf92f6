"""A client made from our OpenAPI description by openapi-python-client asks our server and understands it.

The generator stands in requirements/generator.txt, which `.ci/run` lays over in a run of its own.
"""

import importlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from checker_server import running

from sceau.seals.recognise import parse
from sceau.seals.seal import look_up_code
from sceau.verify_api.app import create_app
from sceau.verify_api.service import Settings


@pytest.fixture
def told(made, state, tmp_path: Path) -> Settings:
    state.issue(made.visa())
    (tmp_path / "reports").mkdir()
    given = {"receipt_signer": made.OTHER, "reports": tmp_path / "reports"}
    folder = state.publish(tmp_path / "published")
    return Settings(folder, made.ROOT.public, lambda: float(made.NOON), rate="10000/minute", **given)


@pytest.fixture
def generated(told: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    if importlib.util.find_spec("openapi_python_client") is None:
        reason = "the generator stands in requirements/generator.txt, which .ci/run lays over"
        pytest.fail(reason) if os.environ.get("SCEAU_REFEREE") else pytest.skip(reason)
    (tmp_path / "openapi.json").write_text(json.dumps(create_app(told).openapi()))
    (tmp_path / "config.yml").write_text("post_hooks: []\n")
    arguments = ["--path", "openapi.json", "--meta", "none", "--output-path", "made_client", "--config", "config.yml"]
    program = [sys.executable, "-m", "openapi_python_client", "generate", *arguments]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=True)
    left_out = re.findall("(?:Unsupported|Cannot parse).*", done.stdout + done.stderr)
    assert all(re.search("text/plain|application/x-ndjson|application/cose", line) for line in left_out), left_out
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("made_client")


def test_the_client_asks_and_understands(made, told: Settings, generated: ModuleType) -> None:
    def api(name: str):
        return importlib.import_module(f"made_client.api.default.{name}")

    models, types = (importlib.import_module(f"made_client.{name}") for name in ("models", "types"))
    seal = parse(made.visa()).seal_id
    with running(told) as port, generated.Client(base_url=f"http://127.0.0.1:{port}") as client:
        code = types.File(payload=io.BytesIO(made.visa()))
        verdict = api("scan_code").sync(client=client, body=code, receipt=models.ScanCodeReceipt.VALUE_0)
        assert verdict.code is models.Code.VALID and verdict.fields["surname"] == "DUPONT" and verdict.receipt
        state = api("document_status").sync("VPA26000A", client=client, code=look_up_code(seal))
        assert state.state is models.StateBodyState.ISSUED and state.key == seal.hex()[:32]
        held = [models.ByKey(key=state.key, mark=state.mark), models.ByNumber(number="X", code="Y")]
        (change,) = api("document_changes").sync(client=client, body=models.Question(documents=held)).changes
        assert (change.at, change.state) == (1, models.ChangeBodyState.NOT_FOUND)
        report = models.Report("FORGED", None, "MLV1", None, None, "Kidira", "2026-11-22T11:58:00Z", None, "encre")
        assert len(api("report_fraud").sync(client=client, body=report).id) == 32
        missing = api("document_status").sync("VPA26000A", client=client, code="A" * 16)
        assert isinstance(missing, models.ProblemBody) and missing.code == "request.not_found"
        assert api("readyz").sync(client=client).ready and api("healthz").sync(client=client).alive
