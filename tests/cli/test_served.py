"""`sceau publish --check`: the operator sees whether his servers show what was published."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sceau.cli import app
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog.note import COSIGNATURE, Verifier


@pytest.fixture
def public(home, tmp_path: Path) -> Path:
    home.birth()
    home.done("publish", tmp_path / "public")
    return tmp_path / "public"


def test_a_directory_as_it_was_published(home, public: Path) -> None:
    told = home.done("publish", public, "--check")
    assert told["same"] and told["page"] and (told["version"], told["newest"], told["findings"]) == (1, 1, [])
    assert home.done("publish", public)["version"] == 2  # a look published nothing
    shown = home.run("publish", public, "--check", "--lang", "fr").stdout
    assert "Ce qui est servi est ce qui fut publié." in shown and "comparée" in shown


def test_another_page_is_told_in_two_languages(home, public: Path) -> None:
    (public / "sw.js").write_bytes((public / "sw.js").read_bytes() + b"// steal")
    result = home.run("publish", public, "--check", "--json")
    assert result.exit_code == 5
    assert [(one["code"], one["stream"]) for one in json.loads(result.stdout)["findings"]] == [("served.file", "sw.js")]
    shown = home.run("publish", public, "--check", "--lang", "en")
    assert "sw.js" in shown.stdout and "not the one that was published" in " ".join(shown.stdout.split())
    assert "Un fichier servi manque" in home.run("publish", public, "--check", "--lang", "fr").stdout


def test_an_earlier_publication_is_no_forgery(home, public: Path, tmp_path: Path) -> None:
    home.done("publish", tmp_path / "elsewhere")
    result = home.run("publish", public, "--check", "--json")
    assert result.exit_code == 4
    assert [one["code"] for one in json.loads(result.stdout)["findings"]] == ["served.older"]


def test_an_address_that_does_not_answer(home, public: Path) -> None:
    result = home.run("publish", "http://127.0.0.1:1/", "--check", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["place"] == "http://127.0.0.1:1/"  # as it was given


def test_nothing_is_newer_than_our_own_ledger(home, public: Path) -> None:
    """It recorded every publication before anybody could have it."""
    forged = json.loads((public / "index.json").read_text())
    (public / "index.json").write_text(json.dumps({**forged, "version": 99}))
    (public / "index.html").write_bytes(b"another page")
    result = home.run("publish", public, "--check", "--json")
    assert result.exit_code == 5
    assert [(one["code"], one["stream"]) for one in json.loads(result.stdout)["findings"]] == [
        ("served.unlogged", "index.json"),
        ("served.file", "index.html"),
    ]


# --- for whoever has no ledger ------------------------------------------------------------------------------------


def anybody(*arguments: object) -> tuple[int, dict[str, object]]:
    """The program on a machine without installation."""
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    return result.exit_code, json.loads(result.stdout or result.stderr)


@pytest.fixture
def policy(home, public: Path, tmp_path: Path) -> Path:
    """The proof of the last publication stands beside the index; a reader has the policy."""
    home.done("log", "publish", tmp_path / "log")
    home.done("prove", "--publication", "--log", tmp_path / "log", "--out", public / "index.tlog-proof")
    return tmp_path / "log/tlog-policy"


def test_anybody_with_the_policy_sees_whether_a_server_shows_what_was_logged(public: Path, policy: Path) -> None:
    assert (public / "index.tlog-proof").stat().st_mode & 0o777 == 0o644
    code, told = anybody("publish", public, "--check", "--policy", policy)
    assert (code, told["same"], told["version"], told["page"]) == (0, True, 1, True)
    (public / "index.html").write_bytes(b"another page")
    assert anybody("publish", public, "--check", "--policy", policy)[0] == 5


def test_a_publication_after_the_proof_is_not_judged_by_it(home, public: Path, policy: Path) -> None:
    home.done("publish", public)
    code, told = anybody("publish", public, "--check", "--policy", policy)
    assert code == 4 and [one["code"] for one in told["findings"]] == ["served.unexamined"]


@pytest.mark.parametrize("how", ["altered", "of a document", "none", "not witnessed"])
def test_a_proof_that_proves_no_publication(home, public: Path, policy: Path, tmp_path: Path, how: str) -> None:
    proof = public / "index.tlog-proof"
    match how:
        case "altered":
            content = proof.read_bytes()
            proof.write_bytes(content.replace(b"index ", b"index 1", 1))
        case "of a document":
            number = home.extract("BAG-2026-N-000001")
            home.done("log", "publish", tmp_path / "log")
            home.done("prove", number, "--log", tmp_path / "log", "--out", proof)
        case "none":
            proof.unlink()
        case "not witnessed":
            witness = Verifier(
                "w.example/1", COSIGNATURE, SoftwareSigner.from_seed(bytes(32), Algorithm.ED25519).public
            )
            log = policy.read_text().splitlines()[0]
            policy.write_text(f"{log}\nwitness w {witness.vkey} http://127.0.0.1:1/\nquorum w\n")
    code, told = anybody("publish", public, "--check", "--policy", policy)
    assert (code, told["code"]) == ((7, "domain.input_unreadable") if how == "none" else (5, "integrity.proof"))


def test_options_that_do_not_go_together(home, public: Path, policy: Path, tmp_path: Path) -> None:
    assert home.run("publish", public, "--policy", policy).exit_code == 2
    assert home.run("prove", "NPA260001", "--publication", "--log", tmp_path / "log").exit_code == 2


def test_nothing_published_yet_has_no_proof(home, tmp_path: Path) -> None:
    home.done("log", "publish", tmp_path / "log")
    assert "sceau publish DIR" in home.run("prove", "--publication", "--log", tmp_path / "log", "--lang", "en").stderr
