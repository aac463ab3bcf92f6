"""`sceau log`: what an operator types, what a monitor reads, and a signer in a process of its own."""

import json
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.edge import Edge
from sceau.tlog.merkle import leaf_hash
from sceau.tlog.note import COSIGNATURE, ED25519, Verifier, parse_vkey


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
        _until(lambda: (public / "checkpoint").exists())
        second = _follow(home, public)
        try:
            assert second.stderr is not None
            assert "another process keeps" in second.stderr.readline()
            size = _size(public)
            home.birth()
            _until(lambda: _size(public) > size)
        finally:
            _stop(second)
    finally:
        _stop(first)
    assert home.done("log", "check", public)["holds"]


def _follow(home: Any, public: Path) -> subprocess.Popen[str]:
    return _program("log", "follow", public, "--every", "0.1", "--lang", "en", "--database", home.url)


def _program(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    from importlib import import_module

    program = import_module("sys").executable
    command = [program, "-c", "from sceau.cli import main; main()", *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


def _until(true: Any) -> None:
    patience = threading.Event()
    for _ in range(400):
        if true():
            return
        patience.wait(0.05)
    pytest.fail("it never came")


def _size(public: Path) -> int:
    return int((public / "checkpoint").read_bytes().split(b"\n")[1])


def test_an_installation_founded_with_a_separate_signer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation never holds the head key, opens only with its signer, and publishes without a passphrase."""
    from small_ledger import ENGINE, MINISTRY, PASSPHRASE, Clock, counting_random

    from sceau.compose import open_ledger
    from sceau.config import Config, State
    from sceau.domain.errors import LogUnavailable
    from sceau.install import found
    from sceau.keys.keystore import CHEAP, Keystore

    socket, holder, home = tmp_path / "sock", tmp_path / "signer", tmp_path / "home"
    origin = State().origin
    secret = {"SCEAU_PASSPHRASE": "another secret"}
    process = _program("log", "signer", socket, "--state", holder, "--init", origin, "--lang", "en", **secret)
    try:
        _until(socket.exists)
        config = Config(home, f"sqlite:///{home / 'ledger.db'}", State(signer=f"unix:{socket}"))
        clock, random = Clock(), counting_random()
        options: dict[str, Any] = {"clock": clock, "random": random, "engine": lambda declared: ENGINE}
        found(config, MINISTRY, PASSPHRASE, CHEAP, **options).close()
        assert "head" not in Keystore.open(config.keystore, PASSPHRASE).names()
        assert not config.head.exists()
        assert (holder / "head.json").stat().st_mode & 0o777 == 0o600
        assert Keystore.open(holder / "keystore", "another secret").names() == ["head"]
        done = told("log", "publish", tmp_path / "public", "--database", config.database)
        assert done["published"]
        assert (tmp_path / "public/log.vkey").read_text() == (holder / "log.vkey").read_text()
    finally:
        _stop(process)
    assert not socket.exists()
    with pytest.raises(LogUnavailable):
        open_ledger(Config.load(config.database, home), PASSPHRASE, **options)
    process = _program("log", "signer", socket, "--state", holder, "--lang", "en", **secret)
    try:
        _until(socket.exists)
        open_ledger(Config.load(config.database, home), PASSPHRASE, **options).close()
    finally:
        _stop(process)


def told(*arguments: object) -> Any:
    from typer.testing import CliRunner

    from sceau.cli import app

    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_missions_own_log_is_noted(home: Any, tmp_path: Path) -> None:
    """The child here is a log of its own making: another installation would publish it so."""
    tree = tmp_path / "child"
    key = child_log(tree, 3)
    first = home.done("log", "child", tree, "--vkey", key)
    again = home.done("log", "child", tree, "--vkey", key)
    assert (first["noted"], again) == (True, {**first, "noted": False})
    assert "nothing new" in home.run("log", "child", tree, "--vkey", key, "--lang", "en").stdout
    assert (first["origin"], first["size"]) == ("sceau.example/abj", 3)
    child_log(tree, 300)
    assert home.done("log", "child", tree, "--vkey", key)["size"] == 300
    for size, past in ((299, b""), (400, b"another past"), (300, b"another past")):
        child_log(tree, size, past)
        assert home.refused("log", "child", tree, "--vkey", key, code=5)["code"] == "integrity.log"
    assert home.refused("log", "child", tmp_path / "nowhere", "--vkey", key)["code"] == "domain.input_unreadable"
    topics = [event["topic"] for event in home.done("history")]
    assert topics.count("child_log.noted.v1") == 2


def test_our_own_log_is_no_child(home: Any, tmp_path: Path) -> None:
    """Neither by its name nor by its key under another name."""
    home.done("log", "publish", tmp_path / "public")
    own = parse_vkey((home.folder / "log.vkey").read_text().strip())
    for key in (own, own._replace(name="sceau.example/abj")):
        refused = home.refused("log", "child", tmp_path / "public", "--vkey", key.vkey, "--lang", "en")
        assert (refused["code"], "our own log" in refused["message"]) == ("domain.field_invalid", True)


def child_log(folder: Path, size: int, past: bytes = b"") -> str:
    """A published log; its verifier key."""
    edge, tiles = Edge().grow(b"".join(leaf_hash(past + b"%d" % n) for n in range(size)))
    shutil.rmtree(folder, ignore_errors=True)
    for tile, data in tiles.items():
        (folder / tile.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / tile.path).write_bytes(data)
    signer = SoftwareSigner.from_seed(b"c" * 32, Algorithm.ED25519)
    checkpoint = Checkpoint("sceau.example/abj", size, edge.root())
    (folder / "checkpoint").write_bytes(checkpoint.sign(signer).encode())
    return Verifier(checkpoint.origin, ED25519, signer.public).vkey


def test_a_frozen_ledger_takes_nothing_more(home: Any, tmp_path: Path) -> None:
    assert home.refused("log", "freeze", "--reason", "a copied key")["code"] == "domain.confirmation_required"
    for name in ("two words", "a+b"):
        refused = home.refused("log", "freeze", "--reason", "r", "--successor", name, "--for-ever")
        assert refused["code"] == "domain.field_invalid"
    home.birth()
    frozen = home.done("log", "freeze", "--reason", "a copied key", "--successor", "sceau.example/2", "--for-ever")
    assert frozen["successor"] == "sceau.example/2"
    assert home.refused("log", "freeze", "--reason", "again", "--for-ever")["code"] == "domain.wrong_state"
    home.done("log", "publish", tmp_path / "public")
    assert home.done("log", "check", tmp_path / "public")["holds"]
    assert home.done("audit")["holds"]
