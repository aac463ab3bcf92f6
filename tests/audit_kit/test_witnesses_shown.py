"""What witnesses show, held against an export: two trees are a fork, an older copy is no cut."""

import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from auditor_desk import WITNESSES, Desk, Program, signed
from loopback_server import serving
from small_ledger import Small

from sceau.audit_kit.kept import State
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.note import COSIGNATURE


class _Witness(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body: bytes | None = self.server.shown.get(self.path)
        self.send_response(200 if body is not None else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def server() -> Iterator[Any]:
    with serving(_Witness) as (_, made):
        made.shown = {}
        yield made


@pytest.fixture
def witnessed(program: Program, server: Any) -> Any:
    return witnesses_at(program, server)


def witnesses_at(program: Program, server: Any) -> Any:
    """Every witness answers at one address; `show(name, bytes)` says what it shows."""
    import hashlib

    text = program.policy.read_text().splitlines()
    address = f"http://127.0.0.1:{server.server_port}"
    program.policy.write_text(
        "\n".join(f"{line} {address}/{line.split()[1]}/" if line.startswith("witness") else line for line in text)
        + "\n"
    )
    log = hashlib.sha256(program.desk.origin.encode()).hexdigest()

    def show(name: str, data: bytes) -> None:
        server.shown[f"/{name}/{log}/checkpoint"] = data

    return show


def test_witnesses_that_agree(program: Program, witnessed: Any) -> None:
    for name in WITNESSES:
        witnessed(name, (program.desk.export / "log/checkpoint").read_bytes())
    assert program.run("--witnesses") == 0
    assert {one["source"] for one in program.told["kept"]} == {f"witness {name}" for name in WITNESSES}


def test_a_witness_that_saw_another_tree(program: Program, witnessed: Any) -> None:
    """The export holds and has its quorum; one honest witness shows what it was given."""
    size = program.desk.house.ledger.store.size()
    witnessed("c", signed(Checkpoint(program.desk.origin, size, bytes(32)), program.desk.signer, "c"))
    assert program.run("--witnesses") == 3
    assert program.told["findings"][0]["code"] == "log.fork" and len(program.told["witnesses_unreachable"]) == 2


def test_two_witnesses_that_saw_two_trees_are_two_findings(program: Program, witnessed: Any) -> None:
    size = program.desk.house.ledger.store.size()
    for name in "bc":
        head = Checkpoint(program.desk.origin, size, name.encode() * 32)
        witnessed(name, signed(head, program.desk.signer, name))
    assert program.run("--witnesses") == 3
    forks = [one for one in program.told["findings"] if one["code"] == "log.fork"]
    assert {one["stream"] for one in forks} == {"witness b", "witness c"} and len({one["id"] for one in forks}) == 2


def test_an_older_copy_is_not_called_a_cut(program: Program) -> None:
    head = Checkpoint(program.desk.origin, program.desk.house.ledger.store.size() + 1, bytes(32))
    State(program.folder / "kept", program.desk.policy.log).keep(head, signed(head, program.desk.signer))
    assert program.run() == 3 and (program.folder / "evidence").glob("fork-*")
    text = " ".join(program.evidence("README.txt").decode().split())
    assert "this copy is older, or the log was cut" in text and "cette copie est plus ancienne, ou" in text


def test_a_witness_that_is_further(house: Small, tmp_path: Path, server: Any) -> None:
    """The log has grown since the export; what the witness showed is kept, and binds the next one."""
    desk = Desk(tmp_path, house)
    desk.write()
    program = Program(desk, tmp_path)
    show = witnesses_at(program, server)
    further = Checkpoint(desk.origin, house.ledger.store.size() + 1, bytes(32))
    show("c", signed(further, desk.signer, "c"))
    assert program.run("--witnesses") == 0
    assert [one["agrees"] for one in program.told["kept"]] == [None]
    assert program.run() == 0
    house.visa()
    desk.write()
    assert program.run() == 3
    assert [one["code"] for one in program.told["findings"]] == ["log.fork"]


@pytest.mark.parametrize("by", ["", "b"], ids=["not cosigned", "cosigned by another"])
def test_what_a_witness_did_not_sign_says_nothing(program: Program, witnessed: Any, by: str) -> None:
    size = program.desk.house.ledger.store.size()
    witnessed("c", signed(Checkpoint(program.desk.origin, size, bytes(32)), program.desk.signer, by))
    assert program.run("--witnesses") == 0
    assert len(program.told["witnesses_unreachable"]) == 3
    assert COSIGNATURE == 4


def test_a_log_at_an_address(program: Program, server: Any) -> None:
    log = program.desk.export / "log"
    server.shown.update(
        {f"/log/{path.relative_to(log)}": path.read_bytes() for path in log.rglob("*") if path.is_file()}
    )
    shutil.rmtree(log)
    assert program.run("--log", f"http://127.0.0.1:{server.server_port}/log/") == 0
    server.shown.clear()
    assert program.run("--log", f"http://127.0.0.1:{server.server_port}/log/") == 1
