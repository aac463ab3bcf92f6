"""`sceau witness`: a witness founded, configured, served and shown, in one folder and without any installation."""

import http.client
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from small_log import NAME, NOW, SmallLog
from typer.testing import CliRunner

from sceau.cli import app
from sceau.domain.errors import IntegrityError
from sceau.keys.keystore import CHEAP
from sceau.tlog.add_checkpoint import log_id, parse_cosignatures
from sceau.tlog.cosignature import verify_cosignature
from sceau.tlog.note import COSIGNATURE, MLDSA44, parse_vkey
from sceau.witness.home import found, identity, opened

PASSPHRASE = "correct horse"
PROGRAM = [sys.executable, "-c", "from sceau.cli import main; main()"]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SCEAU_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SCEAU_LANG", "en")
    monkeypatch.setenv("SCEAU_PASSPHRASE", PASSPHRASE)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("witness") / "home"
    found(home, NAME, PASSPHRASE, os.urandom, mldsa44=True, cost=CHEAP)
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    shutil.copytree(founded, tmp_path / "home")
    return tmp_path / "home"


def run(*arguments: object, code: int = 0) -> Any:
    """What `sceau witness ... --json` tells, on stdout or as an error."""
    told = CliRunner().invoke(app, ["witness", *map(str, arguments), "--json"])
    assert told.exit_code == code, (told.exit_code, told.stdout, told.stderr)
    return json.loads(told.stdout if code in (0, 5) and told.stdout else told.stderr)


def test_init_makes_keys_that_cosign(tmp_path: Path) -> None:
    told = run("init", tmp_path / "a" / "w", "--name", NAME, "--ml-dsa-44")
    keys = [parse_vkey(vkey) for vkey in told["vkeys"]]
    assert [(key.name, key.type) for key in keys] == [(NAME, COSIGNATURE), (NAME, MLDSA44)]
    assert identity(tmp_path / "a" / "w") == keys
    for file in ("keystore", "witness", "logs"):
        assert stat.S_IMODE((tmp_path / "a" / "w" / file).stat().st_mode) == 0o600
    before = (tmp_path / "a" / "w" / "keystore").read_bytes()
    assert run("init", tmp_path / "a" / "w", "--name", NAME, code=3)["code"] == "domain.key_refused"
    assert (tmp_path / "a" / "w" / "keystore").read_bytes() == before


def test_without_the_option_there_is_no_second_key(tmp_path: Path) -> None:
    assert len(found(tmp_path / "w", NAME, PASSPHRASE, os.urandom, cost=CHEAP)) == 1
    assert len(opened(tmp_path / "w", PASSPHRASE).cosigners) == 1


@pytest.mark.parametrize("name", ["", "two words", "a+b", "x" * 151, "line\nline", "\udcff"])
def test_names_that_no_key_may_bear(tmp_path: Path, name: str) -> None:
    assert run("init", tmp_path / "w", "--name", name, code=3)["code"] == "domain.field_invalid"
    assert not (tmp_path / "w").exists()


def test_no_passphrase_no_witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCEAU_PASSPHRASE")
    assert run("init", tmp_path / "w", "--name", NAME, code=3)["code"] == "domain.key_refused"
    assert not (tmp_path / "w" / "keystore").exists()


def test_a_log_is_added_by_its_key_or_a_file_of_it(home: Path, tmp_path: Path) -> None:
    first, second = SmallLog().verifier, SmallLog(origin="log.example/2").verifier
    (tmp_path / "log.vkey").write_text(second.vkey + "\n")
    assert run("log", "add", home, first.vkey)["id"] == log_id(first.name)
    assert run("log", "add", home, tmp_path / "log.vkey")["origin"] == "log.example/2"
    shown = run("show", home)
    assert [(log["vkey"], log["size"], log["cosigned_at"]) for log in shown["logs"]] == [
        (first.vkey, 0, None),
        (second.vkey, 0, None),
    ]
    assert shown["vkeys"] == [key.vkey for key in identity(home)]


def test_keys_that_are_none(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    vkey = SmallLog().verifier.vkey
    for bad in (vkey[:-4], vkey.replace("log.", "lag."), "no.such.file", tmp_path / "empty", "a+b+c"):
        assert run("log", "add", home, bad, code=3)["code"] == "domain.input_unreadable"
    assert run("log", "add", home, identity(home)[0].vkey, code=3)["code"] == "domain.field_invalid"
    run("log", "add", home, vkey)
    assert run("log", "add", home, SmallLog(signer=other_key()).verifier.vkey, code=3)["code"] == "domain.field_invalid"
    assert [log["vkey"] for log in run("show", home)["logs"]] == [vkey]


def other_key() -> Any:
    from small_log import key

    return key(2)


def test_where_no_witness_lives_is_7(tmp_path: Path) -> None:
    for arguments in (("show", tmp_path), ("serve", tmp_path), ("log", "add", tmp_path, SmallLog().verifier.vkey)):
        told = run(*arguments, code=7)
        assert "sceau witness init" in told["message"]
    told = CliRunner().invoke(app, ["witness", "show", str(tmp_path), "--lang", "fr"])
    assert "aucun témoin dans" in told.stderr


def test_show_tells_sizes_forks_and_a_lost_state(home: Path) -> None:
    log = SmallLog()
    run("log", "add", home, log.verifier.vkey)
    witness = opened(home, PASSPHRASE)
    assert witness.add_checkpoint(log.request(0, 5), NOW).status == 200
    (row,) = run("show", home)["logs"]
    assert (row["size"], row["root"]) == (5, log.checkpoint(5).root.hex())
    assert (row["cosigned_at"], row["fork"], row["problem"]) == ("2026-11-22T09:00:00Z", None, None)
    witness.add_checkpoint(SmallLog(branch="other").request(0, 5), NOW)
    fork = Path(run("show", home)["logs"][0]["fork"])
    assert fork.read_bytes() == SmallLog(branch="other").signed(5)
    told = CliRunner().invoke(app, ["witness", "show", str(home)], env={"COLUMNS": "300"})
    assert log.origin in told.stdout and "2026-11-22T09:00:00Z" in told.stdout and "signed two heads" in told.stdout
    shutil.rmtree(home / "marks")
    (row,) = run("show", home, code=5)["logs"]
    assert row["size"] is None and "retire it" in row["problem"]
    assert run("serve", home, code=5)["code"] == "integrity.witness_retired"
    assert "retirez-le" in CliRunner().invoke(app, ["witness", "serve", str(home), "--lang", "fr"]).stderr


def test_a_wrong_passphrase_or_another_keystore_does_not_serve(home: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SCEAU_PASSPHRASE", "wrong")
        assert run("serve", home, code=3)["code"] == "domain.key_refused"
    found(tmp_path / "other", NAME, PASSPHRASE, os.urandom, cost=CHEAP)
    shutil.copy(tmp_path / "other" / "keystore", home / "keystore")
    with pytest.raises(IntegrityError, match="other keys"):
        opened(home, PASSPHRASE)


def test_a_prefix_is_one(home: Path) -> None:
    for prefix in ("w1", "/w1/", "/é"):
        assert run("serve", home, "--prefix", prefix, code=3)["code"] == "domain.field_invalid"


@contextmanager
def serving(home: Path) -> Iterator[http.client.HTTPConnection]:
    """The program, serving `home` at a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*PROGRAM, "witness", "serve", str(home), "--port", str(port)], stderr=subprocess.PIPE, text=True
    )
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            try:
                client.connect()
                break
            except OSError:
                time.sleep(0.05)
        yield client
    finally:
        client.close()
        process.send_signal(signal.SIGTERM)
        assert "/add-checkpoint" in process.communicate(timeout=30)[1]


def test_served_by_the_program_itself(home: Path) -> None:
    log = SmallLog()
    run("log", "add", home, log.verifier.vkey)
    with serving(home) as client:
        client.request("POST", "/add-checkpoint", log.request(0, 5))
        answer = client.getresponse()
        lines = parse_cosignatures(answer.read())
        assert answer.status == 200
        text = log.checkpoint(5).body()
        times = [verify_cosignature(text, line, key) for line, key in zip(lines, identity(home), strict=True)]
        assert abs(times[0] - time.time()) < 60 and times[0] == times[1]
        second = SmallLog(origin="log.example/2")
        run("log", "add", home, second.verifier.vkey)  # while it serves
        client.request("POST", "/add-checkpoint", second.request(0, 3))
        answer = client.getresponse()
        assert (answer.status, answer.read() != b"") == (200, True)
        client.request("GET", f"/{log_id(second.origin)}/checkpoint")
        assert client.getresponse().read().startswith(second.signed(3))


LIGHT = """
import sys
from sceau.cli import app
try:
    app(["witness", *sys.argv[1:]])
except SystemExit as end:
    found = [name for name in sys.modules if name.split(".")[0] in ("eventsourcing", "psycopg", "sqlite3")]
    sys.exit(end.code or len([name for name in sys.modules if name.startswith("sceau.ledger")] + found))
"""


def test_a_witness_needs_no_database_and_no_ledger(home: Path) -> None:
    for arguments in (("show", home), ("log", "add", home, SmallLog().verifier.vkey)):
        told = subprocess.run([sys.executable, "-c", LIGHT, *map(str, arguments)], capture_output=True, check=False)
        assert told.returncode == 0, told.stderr


def test_helps_in_both_languages() -> None:
    for language, words in (("fr", "Un témoin"), ("en", "A witness")):
        told = subprocess.run(
            [*PROGRAM, "witness", "--help"], capture_output=True, text=True, env={**os.environ, "SCEAU_LANG": language}
        )
        assert words in told.stdout
