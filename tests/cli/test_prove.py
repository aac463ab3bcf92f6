"""`sceau prove`, and the proof that `print`, `issue` and `scan` handle: what an operator types, exit codes and JSON."""

import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from typer.testing import CliRunner

from sceau import cli_prove
from sceau.cli import app
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog import opening, policy, receipt
from sceau.tlog import proof as proofs
from sceau.tlog.note import COSIGNATURE, Verifier, parse_vkey

WITNESS = SoftwareSigner.from_seed(b"\x09" * 32, Algorithm.ED25519).public
SILENT = f"witness w {Verifier('w.example/1', COSIGNATURE, WITNESS).vkey} http://127.0.0.1:1/\nquorum w\n"


@pytest.fixture
def public(home: Any, tmp_path: Path) -> Path:
    """A published log, without witnesses."""
    home.done("log", "publish", tmp_path / "log")
    return tmp_path / "log"


def scan(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["scan", *map(str, arguments)])


def told(*arguments: object) -> tuple[int, str, Any]:
    result = scan(*arguments, "--json")
    verdict = json.loads(result.stdout)
    return result.exit_code, verdict["code"], verdict["logged"]


def attachments(pdf: Path) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf.read_bytes())) as opened:
        return sorted(opened.attachments)


def test_a_proof_and_a_receipt(home: Any, public: Path, tmp_path: Path) -> None:
    number = home.extract(home.birth())
    home.done("log", "publish", public)
    out, cose = tmp_path / "p.tlog-proof", tmp_path / "r.cose"
    done = home.done("prove", number, "--log", public, "--out", out, "--receipt", cose)
    assert list(done) == [
        *("number", "origin", "index", "size", "witnessed", "witnesses", "time", "proof", "receipt", "pdf")
    ]
    assert (done["number"], done["witnessed"], done["proof"], done["pdf"]) == (number, True, str(out), None)
    proof, rule = proofs.parse(out.read_bytes()), policy.parse((public / "tlog-policy").read_text())
    leaf = opening.parse(proof.extra or b"").leaf("document.issued.v1")
    assert proofs.verify(proof, leaf, rule).index == done["index"] == proof.index
    log = parse_vkey((public / "log.vkey").read_text().strip())
    assert receipt.verify(cose.read_bytes(), leaf, log.public)
    assert {path.stat().st_mode & 0o777 for path in (out, cose)} == {0o600}
    again = home.done("prove", number, "--log", public, "--out", out, "--receipt", cose)
    assert again == done


def test_people_are_told_the_same(home: Any, public: Path) -> None:
    number = home.extract(home.birth())
    home.done("log", "publish", public)
    assert "witnessed" in home.run("prove", number, "--log", public, "--lang", "en").stdout
    assert "attestée par les témoins" in home.run("prove", number, "--log", public, "--lang", "fr").stdout


def test_from_the_printer_to_the_border(home: Any, public: Path, tmp_path: Path) -> None:
    """Printed before it is published, proven after, scanned with the policy; and the paper of another is refused."""
    pdf, rule, lists = tmp_path / "p.pdf", public / "tlog-policy", tmp_path / "lists"
    act = home.birth()
    issued = home.done("issue", "birth_extract", "--act", act, "--out", pdf, "--log", public)
    assert issued["proof"] == "none"
    home.done("publish", lists)
    given = (pdf, "--lists", lists, "--root", home.folder / "root.pub")
    assert told(*given)[2] is None
    assert told(*given, "--policy", rule)[2]["state"] == "absent"
    early = home.refused("prove", "--into", pdf, "--log", public, code=6)
    assert early["code"] == "integrity.log_unavailable"
    home.done("log", "publish", public)
    before = pdf.read_bytes()
    done = home.done("prove", "--into", pdf, "--log", public)
    assert (done["number"], done["pdf"]) == (issued["number"], str(pdf))
    assert attachments(pdf) == ["evenement.cose", "preuve.tlog-proof", "sceau.bin"]
    assert pdf.read_bytes() != before
    code, verdict, logged = told(*given, "--policy", rule)
    assert (code, verdict, logged["state"], logged["index"]) == (0, "VALID", "logged", done["index"])
    assert "Issued and logged in" in scan(*given, "--policy", rule).stdout
    copy = home.done("print", issued["number"], "--out", tmp_path / "copy.pdf", "--log", public)
    assert copy["proof"] == "witnessed"
    other = home.extract(act, "--confirm-duplicate")
    assert home.refused("prove", other, "--into", pdf, "--log", public)["code"] == "domain.field_invalid"


def test_a_proof_that_comes_apart(home: Any, public: Path, tmp_path: Path) -> None:
    """A card has no PDF: its code, and a file beside it."""
    act = home.birth()
    mine, yours = home.extract(act), home.extract(act, "--confirm-duplicate")
    home.done("log", "publish", public)
    home.done("publish", tmp_path / "lists")
    home.done("print", mine, "--out", tmp_path / "p.pdf")
    given = (tmp_path / "p.pdf", "--lists", tmp_path / "lists", "--root", home.folder / "root.pub")
    for number, exit_code, state in ((mine, 0, "logged"), (yours, 4, "false")):
        file = tmp_path / f"{number}.tlog-proof"
        home.done("prove", number, "--log", public, "--out", file)
        found = told(*given, "--policy", public / "tlog-policy", "--proof", file)
        assert (found[0], found[1], found[2]["state"]) == (exit_code, "VALID", state)
    shown = scan(*given, "--policy", public / "tlog-policy", "--proof", file, "--lang", "en")
    assert "VALID (amber: see the note)" in shown.stdout
    assert "false proof of logging" in shown.stdout
    assert "it is another document's" in shown.stdout
    alone = scan(*given, "--proof", file)
    assert (alone.exit_code, "--policy" in alone.stderr) == (2, True)


def test_what_is_no_policy(home: Any, public: Path, tmp_path: Path) -> None:
    home.done("publish", tmp_path / "lists")
    for content in (b"quorum", b"\xff\n", b""):
        (tmp_path / "policy").write_bytes(content)
        given = ("x", "--lists", tmp_path / "lists", "--root", home.folder / "root.pub")
        (tmp_path / "x").write_bytes(b"x")
        result = scan(tmp_path / "x", *given[1:], "--policy", tmp_path / "policy", "--json")
        assert result.exit_code == 5
        assert json.loads(result.stderr)["code"] == "integrity.policy"


def test_without_its_witnesses_it_is_provisional(
    home: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examples: Path
) -> None:
    """Exit code 4; an extract is printed with it, a card is not."""
    key = (home.folder / "log.vkey").read_text().strip()
    (tmp_path / "policy").write_text(f"log {key}\n{SILENT}")
    home.done("log", "policy", tmp_path / "policy")
    number = home.extract(home.birth())
    assert home.run("log", "publish", tmp_path / "log").exit_code == 4
    result = home.run("prove", number, "--log", tmp_path / "log", "--out", tmp_path / "p", "--json")
    assert (result.exit_code, json.loads(result.stdout)["witnessed"]) == (4, False)
    assert home.done("print", number, "--out", tmp_path / "p.pdf", "--log", tmp_path / "log")["proof"] == "provisional"
    monkeypatch.setattr(cli_prove, "_PATIENCE", 1)
    asked = (
        "issue",
        "visa_short",
        "--from",
        examples / "documents/visa_short.json",
        "--out",
        tmp_path / "v.pdf",
        "--log",
        tmp_path / "log",
    )
    refused = home.refused(*asked, office="PAR", code=6)
    assert refused["code"] == "integrity.witnesses_awaited"
    assert not (tmp_path / "v.pdf").exists()
    again = home.refused(*asked, "--command-id", refused["command_id"], office="PAR", code=6)
    assert again["message"] == refused["message"]


def test_a_visa_is_printed_as_soon_as_it_is_witnessed(
    home: Any, public: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examples: Path
) -> None:
    """The follower publishes while the counter waits."""
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            home.done("log", "publish", public)

    monkeypatch.setattr(cli_prove.time, "sleep", pause)
    asked = ("issue", "visa_short", "--from", examples / "documents/visa_short.json", "--out", tmp_path / "v.pdf")
    done = home.done(*asked, "--log", public, office="PAR")
    assert (done["proof"], len(waited)) == ("witnessed", 3)
    assert "preuve.tlog-proof" in attachments(tmp_path / "v.pdf")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "error"),
    [
        (("NPA269999", "--log", "LOG"), 3, "domain.not_found"),
        (("x", "--log", "LOG"), 3, "domain.not_found"),
        (("--log", "LOG"), 3, "domain.field_invalid"),
        (("NPA260001",), 7, "domain.input_unreadable"),
        (("NPA260001", "--log", "NOWHERE"), 7, "domain.input_unreadable"),
        (("--into", "NOWHERE", "--log", "LOG"), 3, "domain.input_unreadable"),
        (("--into", "OTHER", "--log", "LOG"), 3, "domain.field_invalid"),
        (("--into", "TEXT", "--log", "LOG"), 3, "domain.input_unreadable"),
    ],
)
def test_what_cannot_be_proven(
    home: Any, public: Path, tmp_path: Path, arguments: tuple[str, ...], exit_code: int, error: str
) -> None:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(tmp_path / "other.pdf")
    (tmp_path / "text").write_text("x")
    places = {"LOG": public, "NOWHERE": tmp_path / "no", "OTHER": tmp_path / "other.pdf", "TEXT": tmp_path / "text"}
    given = [places.get(argument, argument) for argument in arguments]
    assert home.refused("prove", *given, code=exit_code)["code"] == error


def test_an_event_that_is_none_in_a_paper(home: Any, public: Path, tmp_path: Path) -> None:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.attachments["evenement.cose"] = pikepdf.AttachedFileSpec(made, b"x", filename="evenement.cose")
        made.save(tmp_path / "p.pdf")
    assert home.refused("prove", "--into", tmp_path / "p.pdf", "--log", public)["code"] == "domain.field_invalid"
