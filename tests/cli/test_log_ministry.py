"""`sceau log` at a ministry: a signer of its own, the logs of missions, and the end of a ledger."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from running_program import started, stop, told, until

from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.edge import Edge
from sceau.tlog.merkle import leaf_hash
from sceau.tlog.note import ED25519, Verifier, parse_vkey


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
    process = started("log", "signer", socket, "--state", holder, "--init", origin, "--lang", "en", **secret)
    try:
        until(socket.exists)
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
        stop(process)
    assert not socket.exists()
    with pytest.raises(LogUnavailable):
        open_ledger(Config.load(config.database, home), PASSPHRASE, **options)
    process = started("log", "signer", socket, "--state", holder, "--lang", "en", **secret)
    try:
        until(socket.exists)
        open_ledger(Config.load(config.database, home), PASSPHRASE, **options).close()
    finally:
        stop(process)


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
