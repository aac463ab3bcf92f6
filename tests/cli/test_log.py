"""`sceau log`: what an operator types, and what a monitor reads."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from running_program import started, stop, until

from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog.note import COSIGNATURE, Verifier, parse_vkey


def test_publish_status_check(home: Any, tmp_path: Path) -> None:
    public = tmp_path / "public"
    done = home.done("log", "publish", public)
    assert (done["published"], done["added"], done["witnesses"]) == (True, done["size"], {})
    home.birth()
    told = home.done("log", "status", public)
    assert told["size"] == done["size"]
    assert told["lag"] > 0
    assert told["quorum"] is True
    assert home.run("log", "status", public, "--lag-max", 0).exit_code == 4
    assert home.done("log", "publish", public)["added"] == told["lag"]
    assert home.done("log", "status", public, "--lag-max", 0)["lag"] == 0
    checked = home.done("log", "check", public)
    assert checked["holds"]
    assert checked["events"] == checked["entries"] == checked["size"] == told["size"] + told["lag"]
    assert parse_vkey((public / "log.vkey").read_text().strip()).vkey == (home.folder / "log.vkey").read_text().strip()
    (public / "tile/0/000.p" / str(checked["size"])).write_bytes(b"x" * 32 * checked["size"])
    assert home.run("log", "check", public).exit_code == 5
    assert home.refused("log", "status", public, code=5)["code"] == "integrity.log"


def test_people_are_shown_the_same(home: Any, tmp_path: Path) -> None:
    for command, said in (("publish", "leaves published"), ("status", "cosigned by"), ("check", "Everything holds")):
        result = home.run("log", command, tmp_path / "public", "--lang", "en")
        assert (result.exit_code, said in result.stdout) == (0, True), result.stdout
    assert "feuilles publiées" in home.run("log", "publish", tmp_path / "public", "--lang", "fr").stdout


def test_without_a_database_the_directorys_own_policy_judges(home: Any, tmp_path: Path) -> None:
    """And says so; an auditor brings his own."""
    from typer.testing import CliRunner

    from sceau.cli import app

    public, own = tmp_path / "public", tmp_path / "own"
    home.done("log", "publish", public)
    result = CliRunner().invoke(app, ["log", "check", str(public), "--lang", "en"])
    assert result.exit_code == 0
    assert "the directory's own policy" in result.stderr
    key = (home.folder / "log.vkey").read_text().strip()
    own.write_text(f"log {key.replace('sceau.example', 'other.example')}\nquorum none\n")
    assert CliRunner().invoke(app, ["log", "check", str(public), "--policy", str(own)]).exit_code != 0
    own.write_text(f"log {key}\nquorum none\n")
    assert CliRunner().invoke(app, ["log", "check", str(public), "--policy", str(own)]).exit_code == 0


def test_no_log_there(home: Any, tmp_path: Path) -> None:
    assert home.refused("log", "status", tmp_path / "nowhere", code=7)["code"] == "domain.input_unreadable"


def test_a_policy_is_checked_before_it_is_installed(home: Any, tmp_path: Path) -> None:
    key = (home.folder / "log.vkey").read_text().strip()
    public = SoftwareSigner.from_seed(b"\x09" * 32, Algorithm.ED25519).public
    witness = Verifier("w.example/1", COSIGNATURE, public).vkey
    file = tmp_path / "policy"
    for text, why in (
        ("quorum none\n", "0 logs where there must be one"),
        (f"log {witness}\nquorum none\n", "a log signs with a key of type 01"),
        (f"log {key}\nwitness w {witness}\nquorum w\n", "without an http or https address: w"),
        (f"log {key}\n", "no quorum line"),
        ("\xff", "not UTF-8"),
    ):
        file.write_text(text, "latin-1")
        refused = home.refused("log", "policy", file, "--lang", "en", code=5)
        assert refused["code"] == "integrity.policy"
        assert why in refused["message"]
        assert not (home.folder / "log-policy").exists()
    file.write_text(f"log {key}\nwitness w {witness} http://127.0.0.1:9/\nquorum w\n")
    assert home.done("log", "policy", file)["witnesses"] == ["w"]
    result = home.run("log", "publish", tmp_path / "public", "--json")
    assert result.exit_code == 4
    told = json.loads(result.stdout)
    assert (told["published"], told["witnesses"]["w"]["outcome"]) == (False, "down")
    assert not (tmp_path / "public/checkpoint").exists()
    assert "no head published" in home.refused("log", "status", tmp_path / "public", "--lang", "en", code=7)["message"]


@pytest.mark.parametrize(
    ("rule", "said", "dit"),
    [
        ("group g 1 a b c\nquorum g\n", "two contradicting heads could both be witnessed", "deux têtes contraires"),
        ("quorum none\n", "no witnesses are asked for", "aucun témoin n'est demandé"),
        ("group g 2 a b c\nquorum g\n", "", ""),
    ],
    ids=["1 of 3", "none", "2 of 3"],
)
def test_a_policy_that_allows_two_heads_is_warned_of(home: Any, tmp_path: Path, rule: str, said: str, dit: str) -> None:
    file = tmp_path / "policy"
    vkeys = {
        name: Verifier(
            f"{name}.example", COSIGNATURE, SoftwareSigner.from_seed(seed * 32, Algorithm.ED25519).public
        ).vkey
        for name, seed in (("a", b"a"), ("b", b"b"), ("c", b"c"))
    }
    lines = [f"witness {name} {vkey} http://127.0.0.1:9/\n" for name, vkey in vkeys.items()]
    file.write_text(f"log {(home.folder / 'log.vkey').read_text()}{''.join(lines)}{rule}")
    for language, expected in (("en", said), ("fr", dit)):
        result = home.run("log", "policy", file, "--lang", language)
        assert result.exit_code == 0, result.stderr
        assert expected in result.stderr
        assert bool(result.stderr) is bool(expected)


def test_an_alarm_is_told_by_status_and_check(home: Any, tmp_path: Path) -> None:
    public = tmp_path / "public"
    home.done("log", "publish", public)
    for command in ("status", "check"):
        shown = home.run("log", command, public, "--lang", "en").stdout
        assert "no witnesses asked for" in shown.lower()
        assert "quorum met" not in " ".join(shown.split())
        assert home.done("log", command, public)["alarm"] is None
    (home.folder / "log-alarm.json").write_text('{"witness": "w", "why": "another root"}')
    for command in ("status", "check"):
        told = home.run("log", command, public, "--json")
        assert told.exit_code == 5
        assert json.loads(told.stdout)["alarm"] == "w: another root"
        assert "w: another root" in home.run("log", command, public, "--lang", "en").stdout


def test_what_cannot_be_read_or_written_is_said(home: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.done("log", "publish", tmp_path / "public")
    for command in ("status", "check"):
        refused = home.refused("log", command, tmp_path / "public", "--policy", tmp_path / "nofile")
        assert refused["code"] == "domain.input_unreadable"
    monkeypatch.setenv("SCEAU_PASSPHRASE", "another secret")
    (tmp_path / "file").write_text("")
    for state in (tmp_path / "file", tmp_path / "file/state"):
        refused = home.refused("log", "signer", tmp_path / "sock", "--state", state, "--init", "sceau.example/9")
        assert refused["code"] == "domain.input_unreadable"
        assert str(state) in refused["message"]


def test_a_disk_that_refuses_is_unavailable(home: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert home.refused("log", "publish", tmp_path / "file/public", code=6)["code"] == "integrity.log_unavailable"


def test_follow_until_it_is_stopped(home: Any, tmp_path: Path) -> None:
    """A service: publishes what comes, and a second one waits its turn."""
    public = tmp_path / "public"
    first = _follow(home, public)
    try:
        until(lambda: (public / "checkpoint").exists())
        second = _follow(home, public)
        try:
            assert second.stderr is not None
            assert "another process keeps" in second.stderr.readline()
            size = _size(public)
            home.birth()
            until(lambda: _size(public) > size)
        finally:
            stop(second)
    finally:
        stop(first)
    assert home.done("log", "check", public)["holds"]


def _follow(home: Any, public: Path) -> subprocess.Popen[str]:
    return started("log", "follow", public, "--every", "0.1", "--lang", "en", "--database", home.url)


def _size(public: Path) -> int:
    return int((public / "checkpoint").read_bytes().split(b"\n")[1])
