"""`serve` with what an operator may give it; receipts and reports as their readers use them."""

import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

REPORT = {
    **{
        "code": "FORGED",
        "standard": "ICAO VDS",
        "issuer": "MLV1",
        "key": "1A",
        "seal_id": "5e" * 32,
        "place": "Kidira",
    },
    **{"at": "2026-11-22T11:58:00Z", "lists": None, "note": "\x1b[31mencre\nqui bave"},
}


@contextmanager
def serving(*arguments: object, state: Path, **environment: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-c", "from sceau.cli import main; main()", "serve", *map(str, arguments)]
    kept = {"PATH": os.environ["PATH"], "XDG_STATE_HOME": str(state), **environment}
    process = subprocess.Popen([*program, "--port", str(port)], env=kept, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise AssertionError(f"it ended with {process.returncode}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10).close()
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def post(url: str, body: bytes, media_type: str) -> dict:
    request = urllib.request.Request(url, body, {"Content-Type": media_type})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


@pytest.fixture
def public(home) -> Path:
    home.done("publish", home.folder / "public")
    return home.folder / "public"


def test_a_receipt_and_a_report_go_round(home, public: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCEAU_PASSPHRASE", "receipts")
    key = home.done("receipt-key", tmp_path / "key")["public"]
    (tmp_path / "reports").mkdir()
    given = ("--root", home.folder / "root.pub", "--receipt-key", tmp_path / "key", "--reports", tmp_path / "reports")
    with serving(public, *given, state=tmp_path, SCEAU_PASSPHRASE="receipts") as url:
        answer = post(f"{url}/v1/scan?receipt=1", b"not a seal", "text/plain")
        told = post(f"{url}/v1/reports", json.dumps(REPORT).encode(), "application/json")
        with urllib.request.urlopen(f"{url}/v1/receipts/key", timeout=20) as asked:
            assert json.load(asked)["public"] == key
    (tmp_path / "text").write_text(answer["receipt"] + "\n")
    (tmp_path / "binary").write_bytes(base64.b64decode(answer["receipt"]))
    (tmp_path / "key.hex").write_text(key + "\n")
    read = [
        home.done("receipt", tmp_path / name, "--key", k)
        for name in ("text", "binary")
        for k in (key, tmp_path / "key.hex")
    ]
    assert all(one == read[0] for one in read) and read[0]["code"] == "UNREADABLE" and read[0]["seal_id"] is None
    assert home.refused("receipt", tmp_path / "text", "--key", "00" * 32)["code"] == "seal.signature_invalid"
    assert [one["id"] for one in home.done("reports", tmp_path / "reports")] == [told["id"]]
    shown = home.run("reports", tmp_path / "reports").stdout
    assert "Kidira" in shown and "\x1b" not in shown
    assert REPORT["at"] in shown and REPORT["seal_id"] in shown and told["id"] in shown
    french = home.run("reports", tmp_path / "reports", "--lang", "fr").stdout
    assert "Identifiant du sceau" in french and "Received" not in french


def test_what_is_not_there_is_named(home, public: Path, tmp_path: Path) -> None:
    root = ("--root", home.folder / "root.pub")
    said = home.refused("serve", public, *root, "--reports", tmp_path / "none", code=7)["message"]
    assert f"mkdir {tmp_path / 'none'}" in said
    assert "receipt-key" in home.refused("serve", public, *root, "--receipt-key", tmp_path, code=7)["message"]
    assert "no such directory" in home.refused("reports", tmp_path / "none", code=7)["message"]
    assert home.done("reports", tmp_path) == [] and "no report" in home.run("reports", tmp_path).stdout
    for key in ("x", "00" * 31, "AB" * 32):
        assert home.refused("receipt", home.folder / "root.pub", "--key", key)["code"] == "domain.input_unreadable"


def test_a_receipt_key_is_made_once(home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCEAU_PASSPHRASE", "receipts")
    home.done("receipt-key", tmp_path / "key")
    assert home.refused("receipt-key", tmp_path / "key")["code"] == "domain.key_refused"
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_every_file_that_publish_writes_is_served(home, public: Path, tmp_path: Path) -> None:
    names = sorted(path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file())
    assert {"trust.cose", "index.json", "root.pub", "pack/index.json"} <= set(names)
    with serving(public, "--root", home.folder / "root.pub", state=tmp_path) as url:
        for name in names:
            with urllib.request.urlopen(f"{url}/{name}", timeout=20) as answer:
                assert answer.read() == (public / name).read_bytes(), name
