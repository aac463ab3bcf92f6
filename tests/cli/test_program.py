"""The program as a script sees it: exit codes, languages, one JSON value, no traceback."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sceau.cli import app
from sceau.language import chosen

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
COMMANDS = """demo init scan serve issue print deliver revoke suspend resume show find history audit publish import
types act mission officer project"""


def test_version_and_help_in_both_languages(sceau) -> None:
    assert sceau("--version").stdout.startswith("sceau 0.")
    french, english = sceau("--help", SCEAU_LANG="fr"), sceau("--help", LANG="en_GB.UTF-8")
    assert french.returncode == english.returncode == 0
    assert "Révoque un document" in french.stdout and "Revokes a document" in english.stdout
    assert "Codes de sortie" in french.stdout and "Exit codes" in english.stdout
    for command in COMMANDS.split():
        assert f" {command} " in english.stdout


@pytest.mark.parametrize("command", COMMANDS.split())
def test_every_command_has_a_help_of_its_own(command: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"])
    assert told.exit_code == 0 and "--help" in told.stdout


LANGUAGES = [
    ((), {}, "fr"),
    ((), {"LANG": "C.UTF-8"}, "fr"),
    ((), {"LANG": "en_US.UTF-8"}, "en"),
    ((), {"LANG": "en_US.UTF-8", "LC_ALL": "fr_ML.UTF-8"}, "fr"),
    ((), {"LANG": "fr_FR.UTF-8", "SCEAU_LANG": "en"}, "en"),
    (("scan", "--lang", "fr"), {"SCEAU_LANG": "en"}, "fr"),
    (("--lang=en",), {}, "en"),
    (("scan", "--lang"), {}, "fr"),
    (("revoke", "--", "--lang", "en"), {}, "fr"),
]


@pytest.mark.parametrize(("arguments", "environment", "language"), LANGUAGES)
def test_the_language_is_the_nearest_choice(arguments, environment, language: str) -> None:
    assert chosen(arguments, environment) == language


def test_a_misused_command_line_is_2(sceau) -> None:
    for arguments in (("revok",), ("revoke",), ("scan", "x", "--no-such"), ("issue", "x", "--command-id", "12")):
        told = sceau(*arguments, "--json")
        assert told.returncode == 2 and json.loads(told.stderr)["code"] == "usage" and told.stdout == ""
    assert sceau("--lang", "en", "types").returncode == 0
    assert sceau().returncode == 2


def test_messages_follow_the_language(sceau, home) -> None:
    french = sceau("show", "NBG26ZZZZ", "--database", home.url, "--lang", "fr")
    english = sceau("show", "NBG26ZZZZ", "--database", home.url, "--lang", "en")
    assert french.returncode == english.returncode == 3
    assert "vérifiez le numéro" in french.stderr and "check the number" in english.stderr


def test_no_installation(sceau, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'x.db'}", ""):
        for command in (("history",), ("find", "x"), ("audit",)):
            told = sceau(*command, "--database", url, "--json")
            assert told.returncode == 7 and json.loads(told.stderr)["code"] == "domain.input_unreadable"
            assert "installation" in json.loads(told.stderr)["message"]
    for url in ("mysql://x", "ledger.db"):
        told = sceau("history", "--database", url, "--json")
        assert told.returncode == 2 and json.loads(told.stderr)["code"] == "usage"


def test_the_passphrase(sceau, home, tmp_path: Path) -> None:
    kept = home.folder / "passphrase"
    words = kept.read_text().strip()
    show = ("find", "keita", "--database", home.url, "--json")
    kept.chmod(0o644)
    assert "chmod 600" in json.loads(sceau(*show).stderr)["message"]
    kept.rename(tmp_path / "words")
    assert "SCEAU_PASSPHRASE" in json.loads(sceau(*show).stderr)["message"]
    (tmp_path / "words").chmod(0o600)
    assert sceau(*show, SCEAU_PASSPHRASE_FILE=str(tmp_path / "words")).returncode == 0
    assert sceau(*show, SCEAU_PASSPHRASE=words).returncode == 0
    told = sceau(*show, SCEAU_PASSPHRASE="wrong")
    assert told.returncode == 3 and json.loads(told.stderr)["code"] == "domain.key_refused"


def test_init_missions_and_officers(home, sceau, tmp_path: Path) -> None:
    base = ("--database", f"sqlite:///{tmp_path / 'new' / 'ledger.db'}", "--json")
    given = {"SCEAU_PASSPHRASE": "correct horse battery staple"}
    told = sceau("init", *base, **given)
    assert told.returncode == 0, told.stderr
    assert (tmp_path / "new" / "root.pub").read_text().strip() == json.loads(told.stdout)["root"]
    assert sceau("init", *base, **given).returncode == 3
    assert sceau("init", *base, "--address", "http://x", **given).returncode == 3
    names = ("--name-fr", "Ambassade à Dakar", "--name-en", "Embassy in Dakar", "--city", "Dakar")
    mission = ("mission", "open", "DKR", "--short", "DK", "--kind", "embassy", "--country", "SEN", *names)
    assert sceau(*mission, *base, **given).returncode == 0
    assert json.loads(sceau(*mission, *base, **given).stderr)["code"] == "domain.wrong_state"
    grant = (
        "officer",
        "grant",
        "DKR-1",
        "--at",
        "DKR",
        "--name",
        "A. B.",
        "--title",
        "Consul",
        "--since",
        "2025-01-01",
    )
    assert sceau(*grant, "--until", "2099-12-31", "--powers", "acts,civil_status", *base, **given).returncode == 0
    assert sceau(*grant, "--until", "2099-02-31", "--powers", "acts", *base, **given).returncode == 2
    assert sceau(*grant, "--until", "2099-12-31", "--powers", "everything", *base, **given).returncode == 3
    who = ("--office", "DKR", "--officer", "DKR-1")
    act = sceau("act", "establish", "--from", EXAMPLES / "acts/birth-2.json", *who, *base, **given)
    number = json.loads(act.stdout)["number"]
    assert number.startswith("DKR-")
    # A real installation marks nothing SPECIMEN; its passphrase lies nowhere near its keys.
    assert not (tmp_path / "new" / "passphrase").exists()
    assert sceau("mission", "close", "DKR", "--reason", "war", *base, **given).returncode == 0
    told = sceau("issue", "birth_extract", "--act", number, *who, *base, **given)
    assert json.loads(told.stderr)["code"] == "domain.not_entitled"


def test_a_locked_database_is_6_and_the_same_id_may_be_repeated(home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sceau.ledger.stores.sqlite_append.LOCK_TIMEOUT_SECONDS", 0.1)
    number = home.extract(home.birth())
    blocker = sqlite3.connect(home.folder / "ledger.db")
    blocker.execute("BEGIN IMMEDIATE")
    told = home.refused("revoke", number, "--reason", "other", code=6)
    blocker.rollback()
    blocker.close()
    assert told["code"] == "integrity.store_unavailable"
    again = ("revoke", number, "--reason", "other", "--command-id", told["command_id"])
    assert home.done(*again) == home.done(*again)
    assert len([e for e in home.done("show", number)["history"] if e["topic"] == "document.revoked.v1"]) == 1


def test_only_what_writes_is_to_be_repeated_with_its_id(
    home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sceau import cli_errors
    from sceau.domain.errors import StoreUnavailable

    def gone(*_: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr("sceau.cli_show.show_number", gone)
    read = home.refused("show", "NBG260001", code=6)
    assert read == {"code": "integrity.store_unavailable", "message": "database unavailable (gone)"}
    cli_errors.report(StoreUnavailable("gone"), True, "en", b"\1" * 16)
    wrote = json.loads(capsys.readouterr().err)
    assert wrote["command_id"] == "01" * 16 and "repeat with the same command id" in wrote["message"]


def test_helps_are_french_throughout(sceau) -> None:
    told = sceau("scan", "--help", SCEAU_LANG="fr").stdout
    assert "Montre cette aide" in told and "[exigé]" in told and "[variable : SCEAU_LISTS]" in told
    assert "Commandes" in sceau("--help", SCEAU_LANG="fr").stdout
    for word in ("Show this", "required", "env var", "Commands"):
        assert word not in told + sceau("act", "--help", SCEAU_LANG="fr").stdout
    assert "Shows this help" in sceau("scan", "--help", SCEAU_LANG="en").stdout


def test_every_faulty_field_is_named_at_once(home, tmp_path: Path) -> None:
    values = json.loads((EXAMPLES / "acts/birth-1.json").read_text())["values"]
    del values["surname"]
    (tmp_path / "in.json").write_text(
        json.dumps({"kind": "birth", "values": {**values, "birth_date": "2025-02-31", "sex": 7, "colour": "blue"}})
    )
    told = home.refused("act", "establish", "--from", tmp_path / "in.json")
    assert told["code"] == "domain.field_invalid"
    for field in ("surname", "birth_date", "sex", "colour"):
        assert f"field '{field}':" in told["message"]
    assert told["message"].count("field '") == 4
    french = home.run("act", "establish", "--from", tmp_path / "in.json", "--lang", "fr").stderr
    assert "champ « colour »" in french and "field '" not in french


def test_types_and_their_templates(home) -> None:
    told = home.done("types")
    assert {"birth", "marriage", "death"} <= {one["code"] for one in told["acts"]}
    assert "visa_liptako" in {one["code"] for one in told["documents"]}
    assert json.loads(home.run("types", "visa_short", "--template").stdout)["values"]["surname"] == ""
    extract = json.loads(home.run("types", "birth_extract", "--template").stdout)
    assert extract == {"type": "birth_extract", "act": "", "values": {}}
    assert home.refused("types", "nothing")["code"] == "domain.unknown_type"
    assert home.refused("types", "--template")["code"] == "domain.field_invalid"
    assert "70.00 EUR" in home.run("types").stdout
    assert "passport_number" in home.run("types", "visa_short").stdout


def test_an_empty_template_names_the_first_missing_field(home, tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(home.run("types", "visa_short", "--template").stdout)
    told = home.refused("issue", "visa_short", "--from", tmp_path / "in.json", office="PAR")
    assert "missing (Date of birth)" in told["message"]


def test_a_fault_of_ours_shows_no_traceback(home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sceau.cli_show.show_number", lambda call, number: 1 // 0)
    told = home.refused("show", "NBG260001", code=70)
    assert told["code"] == "internal" and "ZeroDivisionError" in told["message"]


def test_a_missing_part_is_7(sceau, home, tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['eventsourcing'] = None; sys.modules['typst'] = None; "
    import os
    import subprocess
    import sys

    def bare(*arguments: str) -> "subprocess.CompletedProcess[str]":
        source = hidden + "from sceau.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", source, *arguments, "--json"],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "SCEAU_DATABASE": home.url},
        )

    told = bare("find", "keita")
    assert told.returncode == 7 and "sceau[issue]" in json.loads(told.stderr)["message"]
    assert bare("demo", "--directory", str(tmp_path / "demo")).returncode == 7
    assert bare("types").returncode == 0


def test_what_strangers_write_cannot_drive_a_terminal(home, tmp_path: Path) -> None:
    told = home.run("show", "\x1b[2Jx")
    assert "\x1b" not in told.stderr
