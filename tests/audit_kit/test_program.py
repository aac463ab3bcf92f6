"""`sceau-audit`: exit codes, the report, what changed since an earlier one, and the evidence of a failure."""

import base64
import json
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from auditor_desk import WITNESSES, Copy, Desk, Program, signed
from loopback_server import serving
from small_ledger import Small

from sceau.audit_kit.cli import main
from sceau.audit_kit.kept import State
from sceau.audit_kit.words import language_of
from sceau.domain.errors import ProofInvalid
from sceau.tlog import add_checkpoint
from sceau.tlog import note as notes
from sceau.tlog import proof as proofs
from sceau.tlog.checkpoint import Checkpoint, parse
from sceau.tlog.merkle import leaf_hash, verify_consistency
from sceau.tlog.note import COSIGNATURE, ED25519, Verifier

COLUMNS = ("office", "officer", "day", "issued", "revoked")


def test_a_good_export(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run() == 0
    told = program.told
    assert told["format"] == "sceau.report/1" and told["holds"] and told["exit"] == 0 and told["findings"] == []
    assert told["checkpoint"]["quorum"] and [one["name"] for one in told["checkpoint"]["witnesses"]] == ["a", "b", "c"]
    assert told["genesis"]["from"] == "export" and not (program.folder / "evidence").exists()
    assert "Everything holds" in capsys.readouterr().out
    program.run()
    assert program.told["genesis"]["from"] == "kept"


def test_issuance_is_counted_by_officer_office_and_day(program: Program) -> None:
    program.run()
    rows = {
        (one["officer"], one["day"], one["type"]): (one["issued"], one["revoked"]) for one in program.told["issuance"]
    }
    assert rows == {
        ("PAR-1", "2026-11-22", "birth"): (2, 0),
        ("PAR-1", "2026-11-22", "birth_extract"): (2, 0),
        ("PAR-1", "2026-11-22", "visa_short"): (3, 0),
        ("PAR-1", "2026-11-22", ""): (0, 1),
    }
    registers = {one["register"]: (one["first"], one["last"], one["entries"]) for one in program.told["registers"]}
    assert registers == {"PAR-2026-N-": (1, 2, 2), "NPA26": (1, 2, 2), "VPA26": (1, 3, 3)}


def test_the_same_export_gives_the_same_report(program: Program) -> None:
    program.run()
    program.run()
    first = program.report.read_bytes()
    program.run()
    assert program.report.read_bytes() == first


@pytest.mark.parametrize(
    "options",
    [
        ["--lang", "de"],
        ["--workers", "0"],
        ["--workers", "x"],
        ["--genesis", "ff"],
        ["--nonsense"],
        ["--since", "nowhere.json"],
        ["--log", "nowhere"],
    ],
    ids=" ".join,
)
def test_misuse(program: Program, options: list[str]) -> None:
    try:
        code = program.run(*options)
    except SystemExit as error:
        code = error.code  # type: ignore[assignment]
    assert code == 1


@pytest.mark.parametrize("name", ["manifest.json", "log/checkpoint"])
@pytest.mark.parametrize("how", ["missing", "garbage"])
def test_what_cannot_be_read(program: Program, name: str, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = program.desk.export / name
    path.unlink() if how == "missing" else path.write_bytes(b"\xff\x00")
    assert program.run() == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "log nonsense\nquorum none\n", "quorum none\n"], ids=["empty", "no key", "no log"]
)
def test_a_policy_that_is_none(program: Program, text: str) -> None:
    program.policy.write_text(text)
    assert program.run() == 1


def test_a_typo_in_a_key_of_the_policy_is_misuse(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    good = program.policy.read_text()
    for at in range(0, len(good.split("\n", 1)[0]), 7):
        program.policy.write_text(good[:at] + ("x" if good[at] != "x" else "y") + good[at + 1 :])
        assert program.run() == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--workers", "0"], "a number from 1 to 64"),
        (["--show", "-1"], "a number, 0 or more"),
        (["--genesis", "FF"], "16 lower-case hex digits"),
    ],
)
def test_a_value_that_is_none_is_told_in_words(
    program: Program, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        program.run(*options)
    assert ended.value.code == 1 and words in capsys.readouterr().err


def test_an_audit_without_a_policy_is_misuse(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(desk.export), "--lang", "en"])
    assert ended.value.code == 1 and "--policy is missing" in capsys.readouterr().err


def test_help_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for language, word in (("fr", "Codes de sortie :"), ("en", "Exit codes:")):
        with pytest.raises(SystemExit) as ended:
            main(["--help", "--lang", language])
        assert ended.value.code == 0 and word in capsys.readouterr().out


def test_the_language_of_the_system() -> None:
    assert language_of(None, {"LANG": "en_GB.UTF-8"}) == "en"
    assert language_of(None, {"LC_ALL": "fr_ML", "LANG": "en"}) == "fr"
    assert language_of(None, {}) == "fr" and language_of("en", {}) == "en"


def test_what_changed_since(program: Program) -> None:
    """An id names a finding from run to run: gone when it was repaired, the same while it stands."""
    copy = Copy(program.desk.export)
    one, other = copy.row("document:NPA260001"), copy.row("document:NPA260002")
    copy.replace(one, one._replace(salt=bytes(32)))
    copy.save()
    program.run()
    first = program.folder / "first.json"
    shutil.copy(program.report, first)
    copy.replace(other, other._replace(salt=bytes(32)))
    copy.save()
    program.run("--since", first)
    since = program.told["since"]
    before = [finding["id"] for finding in json.loads(first.read_text())["findings"]]
    assert since["same_log"] and since["gone"] == [] and since["same"] == sorted(before) and since["new"]
    shutil.copy(program.report, first)
    program.run("--since", first)
    assert program.told["since"]["new"] == program.told["since"]["gone"] == []


# Evidence, checked with nothing but the formats of C2SP.


def test_evidence_of_an_event(program: Program) -> None:
    copy = Copy(program.desk.export)
    row = copy.row("document:NPA260001")
    copy.replace(row, row._replace(state=row.state[:-1] + b"\0"))
    copy.save()
    assert program.run() == 2
    folder = f"event-{row.idx}"
    proof = proofs.parse(program.evidence(f"{folder}/inclusion.tlog-proof"))
    proven = proofs.verify(proof, leaf_hash(program.evidence(f"{folder}/entry")), program.desk.policy)
    assert proven.index == row.idx and proven.witnessed
    assert program.evidence(f"{folder}/stored-event") != row.state
    assert json.loads(program.evidence("report.json")) == program.told
    assert b"c2sp.org/tlog-proof" in program.evidence("README.txt")


def test_evidence_of_a_missing_event(program: Program) -> None:
    copy = Copy(program.desk.export)
    row = copy.row("document:NPA260001")
    copy.rows.remove(row)
    copy.save(size=program.desk.house.ledger.store.size())
    assert program.run() == 2
    proof = proofs.parse(program.evidence(f"event-{row.idx}/inclusion.tlog-proof"))
    proofs.verify(proof, leaf_hash(program.evidence(f"event-{row.idx}/entry")), program.desk.policy)
    assert not (program.folder / f"evidence/event-{row.idx}/stored-event").exists()


@pytest.fixture
def forked(house: Small, tmp_path: Path) -> Program:
    """The log was rewritten after it had been seen at a smaller size, and every witness signed again."""
    desk = Desk(tmp_path, house)
    desk.write()
    program = Program(desk, tmp_path)
    assert program.run() == 0
    house.visa()
    desk.write()
    copy = Copy(desk.export)
    copy.rows[3] = copy.rows[3]._replace(salt=bytes(32))
    copy.save()
    copy.relog(desk, by="abc")
    return program


def test_evidence_of_a_fork(forked: Program) -> None:
    """Two heads that one key signed, and a proof that leads to the new one from its own past, not from the old."""
    assert forked.run() == 3
    (folder,) = (forked.folder / "evidence").glob("fork-*")
    log = Verifier(forked.desk.origin, ED25519, forked.desk.signer.public)
    old_note, new_note = (
        notes.parse((folder / "old.checkpoint").read_bytes()),
        notes.parse(forked.evidence("checkpoint")),
    )
    for one in (old_note, new_note):
        notes.require_signed(one, log)
    old, new = parse(old_note.text), parse(new_note.text)
    request = add_checkpoint.parse((folder / "consistency.request").read_bytes())
    assert request.old == old.size and request.checkpoint == forked.evidence("checkpoint")
    with pytest.raises(ProofInvalid):
        verify_consistency(old.size, new.size, old.root, new.root, request.proof)
    past = base64.b64decode((folder / "root-in-new-log").read_bytes())
    verify_consistency(old.size, new.size, past, new.root, request.proof)


# What witnesses show.


class _Witness(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body: bytes | None = self.server.shown.get(self.path)  # type: ignore[attr-defined]
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
