"""The auditor's program as it is handed over: one file, run where nothing but its three libraries can be imported."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import cryptography
import pytest
from auditor_desk import Copy, Desk, policy_text

from sceau.tlog.note import ED25519, Verifier

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("nacl", "cryptography", "cbor2", "_cbor2*", "cffi", "_cffi_backend*", "pycparser")
START = """
import runpy, sys
sys.path.insert(0, sys.argv[1])
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="session")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_build", ROOT / "packaging/sceau-audit/build.py")
    made = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(made)  # type: ignore[union-attr]
    return made


@pytest.fixture(scope="session")
def built(build: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit")
    assert build.main(["--out", str(folder), "--work", str(folder / "tree"), "--no-wheel"]) == 0
    return folder


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three libraries, and what they themselves are made of."""
    folder, site = tmp_path_factory.mktemp("bare"), Path(cryptography.__file__).parents[1]
    for pattern in LIBRARIES:
        for path in site.glob(pattern):
            (folder / path.name).symlink_to(path)
    return folder


def run(bare: Path, program: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", "-S", "-c", START, bare, program, *arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": str(bare), "LANG": "en_GB.UTF-8"}
    return subprocess.run([str(one) for one in command], capture_output=True, text=True, env=environment, check=False)


@pytest.fixture
def words(desk: Desk, tmp_path: Path) -> list[Any]:
    policy = tmp_path / "policy"
    policy.write_text(policy_text(Verifier(desk.origin, ED25519, desk.signer.public)))
    outs = ["--report", tmp_path / "report.json", "--evidence", tmp_path / "evidence"]
    return [desk.export, "--policy", policy, "--state", tmp_path / "kept", *outs]


def test_the_bare_place_is_bare(bare: Path, tmp_path: Path) -> None:
    """The control: what the product needs cannot be had there."""
    program = tmp_path / "program.py"
    for name in ("sceau", "typer", "eventsourcing", "psycopg", "rich", "yaml"):
        program.write_text(f"import {name}")
        assert "ModuleNotFoundError" in run(bare, program).stderr
    program.write_text("import nacl.bindings, cbor2, cryptography.x509")
    assert run(bare, program).returncode == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_good_export_in_a_bare_place(built: Path, bare: Path, words: list[Any], tmp_path: Path, workers: int) -> None:
    done = run(bare, built / "sceau-audit.pyz", *words, "--workers", workers)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Everything holds" in done.stdout
    told = json.loads((tmp_path / "report.json").read_text())
    assert told["checked"]["signatures"] > 20 and told["views"] == [] and told["checkpoint"]["quorum"]


def test_a_tampered_export_in_a_bare_place(
    built: Path, bare: Path, words: list[Any], desk: Desk, tmp_path: Path
) -> None:
    copy = Copy(desk.export)
    row = copy.row("document:NPA260001")
    copy.replace(row, row._replace(salt=bytes(32)))
    copy.save()
    done = run(bare, built / "sceau-audit.pyz", *words)
    assert (done.returncode, done.stderr) == (2, "")
    assert (tmp_path / f"evidence/event-{row.idx}/inclusion.tlog-proof").exists()


def test_a_view_is_recomputed_in_a_bare_place(
    built: Path, bare: Path, words: list[Any], desk: Desk, tmp_path: Path
) -> None:
    Copy(desk.export).save(views={"status_v1": (20, "00" * 32)})
    assert run(bare, built / "sceau-audit.pyz", *words).returncode == 6
    found = json.loads((tmp_path / "report.json").read_text())["views"][0]["found"]
    Copy(desk.export).save(views={"status_v1": (20, found)})
    assert run(bare, built / "sceau-audit.pyz", *words).returncode == 0


def test_it_bears_a_name_of_its_own(built: Path) -> None:
    """No import of the product is left, and what is signed keeps its words."""
    sources = [path.read_text() for path in (built / "tree/sceau_audit").rglob("*.py")]
    assert len(sources) > 60
    assert not [text for text in sources if re.search(r"^\s*(from|import) sceau[. ]", text, re.MULTILINE)]
    assert any('"sceau.event/1"' in text for text in sources)


def test_the_same_sources_give_the_same_file(built: Path, build: ModuleType, tmp_path: Path) -> None:
    build.main(["--out", str(tmp_path), "--work", str(tmp_path / "tree"), "--no-wheel"])
    assert (tmp_path / "sceau-audit.pyz").read_bytes() == (built / "sceau-audit.pyz").read_bytes()


@pytest.mark.parametrize("line", ["import psycopg", "from rich import box", "def f():\n    import typer"])
def test_a_module_that_needs_more_fails_the_build(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also an import inside a function."""
    (tmp_path / "more.py").write_text(
        f"def more() -> None:\n    pass\n{line}\n" if line[0] != " " else f"def f():\n{line}\n"
    )
    known = build.path_of
    monkeypatch.setattr(build, "path_of", lambda one: tmp_path / "more.py" if one == "sceau.tlog.leaf" else known(one))
    assert build.main(["--out", str(tmp_path), "--work", str(tmp_path / "tree"), "--no-wheel"]) == 1
    assert "sceau.tlog.leaf imports" in capsys.readouterr().err
