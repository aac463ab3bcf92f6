"""`sceau erase`: says first what would be lost; then it is, and every command says so."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sceau.keys.vault import Vault

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ORDER = ("--order", "APDP 12/2026")


def issued(home: Any, code: str, *options: object) -> str:
    return str(home.done("issue", code, "--from", EXAMPLES / f"documents/{code}.json", *options)["number"])


def erased(home: Any, number: str, *options: object) -> Any:
    return home.done("erase", number, *ORDER, "--confirm", *options, office="MAE")


def test_without_confirmation_it_says_exactly_what_would_be_lost(home) -> None:
    number = issued(home, "celibacy_certificate")
    before = home.done("history"), home.done("show", number)
    told = home.refused("erase", number, *ORDER, office="MAE")
    assert told["code"] == "domain.confirmation_required"
    for said in (number, "holder (Seal, ", "Surname", "witness_1 (First witness)", "--confirm", "not printed again"):
        assert said in told["message"]
    assert "Dɔnkili" not in told["message"]
    told = home.refused("erase", number, *ORDER, "--subject", "witness_2", "--lang", "fr", office="MAE")
    assert "witness_2 (Second témoin)" in told["message"] and "holder" not in told["message"]
    assert (home.done("history"), home.done("show", number)) == before


def test_what_is_erased_is_said_by_every_command(home, tmp_path: Path) -> None:
    number = issued(home, "celibacy_certificate", "--out", tmp_path / "a.pdf")
    assert [one["number"] for one in home.done("find", "--name", "sisoko")] == [number]
    told = erased(home, number)
    assert told == {
        "number": number,
        "order": "APDP 12/2026",
        "on": told["on"],
        "subjects": ["holder", "witness_1", "witness_2"],
    }
    shown = home.done("show", number)
    assert (shown["values"], shown["state"]) == ({}, "issued")
    assert shown["erased"] == [{name: told[name] for name in ("order", "on", "subjects")}]
    assert [event["topic"] for event in shown["history"]][-1] == "erasure.ordered.v1"
    assert "erased on" in home.run("show", number).stdout
    assert "effacées le" in home.run("show", number, "--lang", "fr").stdout
    assert home.done("find", "--name", "sisoko") == []
    assert home.done("find", "--number", number) != []
    refused = home.refused("print", number, "--out", tmp_path / "b.pdf")
    assert refused["code"] == "domain.erased" and "APDP 12/2026" in refused["message"]
    assert not (tmp_path / "b.pdf").exists()
    assert home.refused("erase", number, *ORDER, "--confirm", office="MAE")["code"] == "domain.erased"
    assert home.done("revoke", number, "--reason", "error")["state"] == "revoked"
    assert home.done("audit")["holds"]
    assert home.done("project", "rebuild", "register_v1")


def test_one_person_of_several(home) -> None:
    number = issued(home, "celibacy_certificate")
    assert erased(home, number, "--subject", "witness_1")["subjects"] == ["witness_1"]
    values = home.done("show", number)["values"]
    assert "witness_1" not in values and values["witness_2"] == "Hawa N’DIAYE"
    assert [one["number"] for one in home.done("find", "--name", "sisoko")] == [number]
    assert erased(home, number)["subjects"] == ["holder", "witness_2"]


@pytest.mark.parametrize(
    ("office", "asked", "code"),
    [
        ("BAG", "{visa}", "domain.not_entitled"),
        ("MAE", "{act}", "domain.retained"),
        ("MAE", "{extract}", "domain.retained"),
        ("MAE", "VBG26ZZZZ", "domain.not_found"),
    ],
)
def test_what_is_refused_is_refused_before_it_is_confirmed(home, office: str, asked: str, code: str) -> None:
    act = home.birth()
    numbers = {"act": act, "extract": home.extract(act), "visa": issued(home, "life_certificate")}
    for options in ((), ("--confirm",)):
        told = home.refused("erase", asked.format(**numbers), *ORDER, *options, office=office)
        assert told["code"] == code
    if code == "domain.retained":
        assert "law keeps" in told["message"]


def test_repeated_with_its_id_it_is_one_erasure(home) -> None:
    number, same = issued(home, "life_certificate"), ("--command-id", "ab" * 16)
    assert erased(home, number, *same) == erased(home, number, *same)
    assert len(home.done("history", "--topic", "erasure.")) == 1


def named(home: Any, number: str) -> list[Any]:
    """Whom the register names in a document, as it lies there."""
    with closing(sqlite3.connect(home.folder / "views/register_v1.db")) as view:
        return view.execute("SELECT surname FROM people WHERE ref = ?", (number,)).fetchall()


def test_interrupted_it_is_finished_and_said_by_the_next_command(home, monkeypatch) -> None:
    number = issued(home, "life_certificate")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "destroy", killed)
        result = home.run("erase", number, *ORDER, "--confirm", "--json", office="MAE")
        assert result.exit_code != 0
    assert home.done("history", "--topic", "erasure.") != []
    assert named(home, number) != []
    told = home.run("show", number)
    assert f"interrupted erasure, now done: {number}" in told.stderr
    assert named(home, number) == []
    assert home.run("show", number).stderr == ""
    assert home.done("show", number)["values"] == {}


def test_what_must_not_be_destroyed_is_not_said_to_be(home, monkeypatch) -> None:
    """Another event bears the data key, as an insider would forge it to lose what that one says."""
    number = issued(home, "life_certificate")
    with monkeypatch.context() as patched:
        patched.setattr("sceau.ledger.erasing._elsewhere", lambda store, keys: set(keys))
        told = home.refused("erase", number, *ORDER, "--confirm", office="MAE", code=5)
        assert told["code"] == "integrity.erasure" and number in told["message"]
        assert home.done("show", number)["values"] != {}


def test_a_proof_and_the_paper_stay_as_they_were(home, tmp_path: Path) -> None:
    """The seal is on the paper and its event in the log: neither needs a name."""
    paper, log, public = tmp_path / "a.pdf", tmp_path / "log", tmp_path / "public"
    number = issued(home, "life_certificate", "--out", paper)
    home.done("log", "publish", log, office="MAE")
    erased(home, number)
    home.done("log", "publish", log, office="MAE")
    assert home.run("prove", number, "--log", log, "--into", paper).exit_code in (0, 4)
    home.done("publish", public, office="MAE")
    scanned = home.run("scan", paper, "--lists", public, "--json")
    assert json.loads(scanned.stdout)["code"] == "VALID", scanned.stderr


def test_a_vault_from_before_the_erasure_is_erased_again(home) -> None:
    number, vault = issued(home, "life_certificate"), home.folder / "vault.db"
    shutil.copy(vault, vault.with_suffix(".old"))
    erased(home, number)
    shutil.copy(vault.with_suffix(".old"), vault)
    assert home.done("audit")["holds"]
    assert number in home.run("show", number).stderr
    assert home.done("show", number)["values"] == {}
