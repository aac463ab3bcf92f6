"""The API as a stranger meets it: by its description, and as a server on the published directory alone."""

import json
import re
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from problems import BYTES, is_problem, wait_until
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.testclient import TestClient

from sceau.verify_api.app import create_app
from sceau.verify_api.service import Settings

BOUNDED = hypothesis_settings(
    max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
OF_SCHEMA = [negative_data_rejection, positive_data_acceptance]


# --- the description, and a client made from it -------------------------------------------------------------------


def test_the_description_has_examples_and_every_problem(client: TestClient) -> None:
    described = client.get("/v1/openapi.json").json()
    assert set(described["paths"]) == {
        *("/v1/scan", "/v1/documents/{number}/status", "/v1/lists/{name}", "/healthz", "/readyz"),
        *("/v1/receipts/key", "/v1/changes", "/v1/reports"),
    }
    scan = described["paths"]["/v1/scan"]["post"]
    assert set(scan["responses"]) == {"200", "408", "413", "415", "422", "429", "501", "503"}
    assert "example" in scan["requestBody"]["content"]["text/plain"]
    assert "HTTPValidationError" not in json.dumps(described)
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described)))
    assert references <= described["components"]["schemas"].keys()


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.name)
def test_no_request_made_from_the_description_finds_a_fault(told: Settings, mode: schemathesis.GenerationMode) -> None:
    app = create_app(told)
    tried = set()
    described = schemathesis.openapi.from_asgi("/v1/openapi.json", app)
    for operation in (found.ok() for found in described.get_all_operations()):

        @hypothesis_settings(BOUNDED)
        @given(case=operation.as_strategy(mode))
        def probe(case: schemathesis.Case) -> None:
            answer = case.call()
            too_large = answer.status_code == 413  # refused before anybody asks whether it obeys its schema
            case.validate_response(answer, excluded_checks=OF_SCHEMA if too_large else [])
            tried.add(case.operation.label)

        with suppress(Unsatisfiable):  # what has no parameter cannot be asked wrongly
            probe()
    assert len(tried) == (8 if mode is schemathesis.GenerationMode.POSITIVE else 5)


# --- a real server ------------------------------------------------------------------------------------------------


def test_a_real_server_on_the_published_directory_alone(made, folder: Path) -> None:
    """The helper of the command line, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = (
        "import sys, time; from pathlib import Path; from sceau.verify_api.app import serve; "
        "from sceau.verify_api.service import Settings; "
        "told = Settings(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), time.time, Path(sys.argv[4])); "
        "serve(told, '127.0.0.1', int(sys.argv[3]))"
    )
    told = [str(folder), made.ROOT.public.hex(), str(port), str(folder.parent / "versions.json")]
    process = subprocess.Popen([sys.executable, "-c", program, *told], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
            wait_until(lambda: is_up(client), 30)
            answer = client.post("/v1/scan", content=made.visa(number="VPA26000B"), headers=BYTES)
            assert answer.json()["code"] == "REVOKED"
            assert "server" not in answer.headers
            assert is_problem(client.post("/v1/scan", content=bytes(50_000_000), headers=BYTES), 413)
            assert client.head("/v1/lists/issued").status_code == 200
            assert client.get("/healthz").json() == {"alive": True}
    finally:
        process.terminate()
        output, errors = process.communicate(timeout=30)
    assert (output, errors) == (b"", b"")  # no log holds a number or a code
    assert (folder.parent / "versions.json").exists()


def is_up(client: httpx2.Client) -> bool:
    try:
        return client.get("/readyz").status_code in (200, 503)
    except httpx2.TransportError:
        return False


def test_the_checker_runs_without_ledger_database_or_private_key() -> None:
    program = (
        "import sys, sceau.verify_api.app, sceau.verify_api.image; "
        "print(*sorted(m for m in sys.modules if m.startswith('sceau.') or m.split('.')[0] in sys.argv))"
    )
    banned = ("psycopg", "eventsourcing", "sqlite3", "typst", "sqlalchemy")
    loaded = subprocess.run([sys.executable, "-c", program, *banned], capture_output=True, text=True, check=True)
    rooms = {name for name in loaded.stdout.split() if name.startswith("sceau.")}
    assert not set(banned) & set(loaded.stdout.split())
    assert {name.split(".")[1] for name in rooms} == {
        *("domain", "headers", "keys", "seals", "tlog", "verify_api", "whole_file"),
    }
    private = {"signer", "keystore", "vault", "authority", "personal"}
    assert not rooms & {f"sceau.keys.{name}" for name in private}
