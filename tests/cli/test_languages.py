"""One language at a time: what the program says of wrong input, of results and of states, in French and in English."""

import ast
import re
from pathlib import Path

import pytest

from sceau.cli_usage import in_french
from sceau.domain.errors import InputUnreadable, KeyRefused, LogUnavailable, WrongState

ROOT = Path(__file__).resolve().parents[2]
PROSE = {"InputUnreadable", "KeyRefused", "LogUnavailable", "SignerRefused", "VaultBehind", "ViewUnavailable"}
ROOMS = ("src", "keys", "ledger", "verify_api", "desk", "tlog", "witness", "projections", "audit_kit", "domain")
ENGLISH = re.compile(r"\b(?:the|no such|not|must|missing|invalid|unknown|given|requires?|argument\(s\)|be|of|and|is)\b")
USAGE = (
    (),
    ("--foo",),
    ("nofile", "x"),
    ("nofile", "--today"),
    ("nofile", "--lang", "xx"),
    ("nofile", "--json=1"),
    ("nofile", "--database", "x"),
)


@pytest.mark.parametrize("arguments", USAGE, ids=range(len(USAGE)))
def test_a_misused_command_line_is_told_in_one_language(sceau, arguments) -> None:
    french = sceau("scan", *arguments, SCEAU_LANG="fr").stderr.partition("usage: ")[2]
    assert french and not ENGLISH.search(french), french


def test_the_words_of_the_command_lines_reader() -> None:
    said = {
        "Missing argument 'DIR'.": "il manque l'argument 'DIR'",
        "Missing option '--key' (env var: 'SCEAU_KEY').": "il manque l'option '--key' (variable SCEAU_KEY)",
        "No such command 'isue'. Did you mean 'issue'?": "commande inconnue : isue (peut-être 'issue')",
        "No such option: --foo (Possible options: --home)": "option inconnue : --foo (peut-être --home)",
        "Got unexpected extra argument(s) (a b)": "en trop : a b",
        "Option '--b' does not take a value.": "l'option '--b' ne prend pas de valeur",
        "Invalid value for '--n': Input should be less than or equal to 5": "valeur refusée pour '--n' : au plus 5",
        "Invalid value: --proof va avec --policy": "--proof va avec --policy",
    }
    assert {english: in_french(english) for english in said} == said


def test_no_passphrase_and_an_empty_key_are_told_in_french(sceau, tmp_path: Path) -> None:
    told = sceau("receipt-key", tmp_path / "key", SCEAU_LANG="fr").stderr
    assert "pas de phrase secrète : donnez SCEAU_PASSPHRASE" in told and not ENGLISH.search(told), told
    (tmp_path / "receipt").write_bytes(b"x")
    for key in ("", "zz" * 32):
        told = sceau("receipt", tmp_path / "receipt", "--key", key, SCEAU_LANG="fr").stderr
        assert "--key : donnez 64 chiffres" in told and not ENGLISH.search(told), told
    assert "--key: give 64" in sceau("receipt", tmp_path / "receipt", "--key", "", SCEAU_LANG="en").stderr


def test_every_sentence_of_an_error_stands_in_french_too() -> None:
    missing = [
        f"{file}:{node.lineno}"
        for room in ROOMS
        for file in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and node.args and _name(node.func) in PROSE
        if not any(keyword.arg == "why_fr" for keyword in node.keywords)
    ]
    assert missing == []


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")


def test_what_the_system_says_of_a_file() -> None:
    for error in (FileNotFoundError(2, "No such file or directory"), OSError(9999, "Unheard of")):
        for kind in (InputUnreadable, LogUnavailable):
            assert str(error.strerror) in kind.of("a.json", error).say("en")
            assert str(error.strerror) not in kind.of("a.json", error).say("fr")
    assert "a.json : introuvable" in InputUnreadable.of("a.json", FileNotFoundError(2, "x")).say("fr")


@pytest.mark.parametrize(
    ("error", "french"),
    [
        (
            WrongState("act PAR-1", "annulled", "issue visa"),
            "acte PAR-1 : état « annulé », impossible de « délivrer visa »",
        ),
        (WrongState("log x", "already at 7", "record"), "journal x : état « déjà à 7 », impossible de « noter »"),
        (WrongState("PAR-9@PAR", "no mandate", "end the mandate"), "PAR-9@PAR : état « sans mandat »"),
        (KeyRefused("no", why_fr="non"), "clé refusée : non"),
    ],
    ids=["act", "log", "officer", "key"],
)
def test_states_and_actions_are_told_in_french(error, french: str) -> None:
    assert french in error.say("fr")


def test_results_are_told_under_french_names(home, tmp_path: Path) -> None:
    told = home.run("publish", tmp_path / "public", "--lang", "fr").stdout
    assert "Documents délivrés" in told and "Taille du paquet, en octets" in told and "pack_bytes" not in told
    english = home.run("publish", tmp_path / "public", "--lang", "en").stdout
    assert "Size of the pack, in bytes" in english and "pack_bytes" not in english
    assert home.done("publish", tmp_path / "public")["pack_bytes"] > 0


def test_what_becomes_of_a_document_is_told_in_french(home) -> None:
    number = home.extract(home.birth())
    assert home.run("deliver", number, "--lang", "fr").stdout == f"{number} : remis\n"
    assert "délivré" not in home.run("show", number, "--lang", "en").stdout
    assert home.run("show", number, "--lang", "fr").stdout.startswith(f"{number} : remis\n")
    refused = home.run("deliver", number, "--lang", "fr").stderr
    assert "état « remis », impossible de « remettre »" in refused
