"""Two documents with one seal, by an insider with an office's key: named, and of no weight."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from insider import Insider
from small_ledger import PASSPHRASE, small
from typer.testing import CliRunner

from sceau.cli import app
from sceau.compose import open_store
from sceau.ledger import commands as c
from sceau.ledger.audit import audit_parallel
from sceau.publication import publish_verified
from sceau.seals.seal import list_key
from sceau.verify_api.directory import Versions, open_directory
from sceau.verify_api.pack import open_path

ACT, EXTRACT, VISA = "act:PAR-2026-N-000001", "document:NPA260001", "document:VPA260001"


@pytest.fixture
def insider(tmp_path: Path) -> Iterator[Insider]:
    with small(tmp_path / "home") as house:
        act = house.birth()
        house.extract(act)
        house.visa()
        yield Insider(house)


def twin(insider: Insider, number: str = "NPA260002", **changed: Any) -> set[str]:
    """One more document that bears the extract's seal, everything else in order."""
    read = ("register:NPA26", ACT)
    issued = replace(insider.state(EXTRACT).issued, number=number, personal=(), **changed)
    found = insider.write(f"document:{number}", issued, read, command_id=number[-1:].encode() * 16)
    insider.house.reopen()
    return found


@pytest.mark.parametrize("rest", [None, b"x" * 24], ids=["all of it", "what packs tell"])
def test_a_seal_that_two_documents_bear_is_named(insider: Insider, rest: bytes | None) -> None:
    seal_id = insider.state(EXTRACT).issued.seal_id
    assert twin(insider, seal_id=seal_id if rest is None else seal_id[:8] + rest) == {"integrity.seal_twice"}
    (found,) = insider.findings()
    assert (found.stream, found.idx) == ("document:NPA260002", insider.house.ledger.store.size() - 1)
    assert EXTRACT in found.detail


def test_what_befalls_a_twin_is_said_of_no_paper_and_the_rest_is_published(insider: Insider, tmp_path: Path) -> None:
    """Neither does it revoke another's paper, nor does it make light of a revocation."""
    house, public = insider.house, tmp_path / "public"

    def states() -> dict[str, str]:
        done = publish_verified(house.ledger, public, house.clock() // 1000)
        assert done.twins == (("NPA260002",) if len(house.ledger.store.stream("document:NPA260002")) else ())
        root = house.ledger.keystore.signer("root").public
        lists, seals = open_directory(public, root, Versions()), {"extract": EXTRACT, "visa": VISA}
        pack = open_path(public, root, Versions())
        told = {}
        for name, stream in seals.items():
            key = list_key(insider.state(stream).issued.seal_id)
            assert key in lists.issued.members and key in pack.issued.members
            found = [one.status.entries.get(key) for one in (lists, pack)]
            (told[name],) = {one.state if one else "good" for one in found}
        return told

    assert states() == {"extract": "good", "visa": "good"}
    twin(insider)
    house.do(c.RevokeDocument(number="NPA260002", reason="fraude", **house.by()))
    assert states() == {"extract": "good", "visa": "good"}
    house.do(c.RevokeDocument(number="NPA260001", reason="fraude", **house.by()))
    assert states() == {"extract": "revoked", "visa": "good"}
    house.visa()
    assert publish_verified(house.ledger, public, house.clock() // 1000, full=True).issued == 3


def test_two_processes_name_a_seal_that_two_documents_bear(insider: Insider) -> None:
    twin(insider)
    house = insider.house
    kid, opened = house.ledger.keystore.signer("event:MAE").kid, partial(open_store, house.config.database)
    found = audit_parallel(opened, house.config.state.origin, kid, None, 2, lambda done: None).findings
    assert [one.code for one in found] == ["integrity.seal_twice"]


@pytest.mark.parametrize(("language", "said"), [("fr", "non publiés"), ("en", "not published")])
def test_whoever_publishes_is_told(
    insider: Insider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    twin(insider)
    config, now = insider.house.config, insider.house.clock()
    insider.house.ledger.close()
    monkeypatch.setattr("time.time_ns", lambda: now * 1_000_000)
    options = ("--database", config.database, "--home", str(config.home), "--lang", language, "--json")
    done = CliRunner().invoke(
        app, ["publish", str(tmp_path / "public"), *options], env={"SCEAU_PASSPHRASE": PASSPHRASE}
    )
    assert (done.exit_code, json.loads(done.stdout)["twins"]) == (0, ["NPA260002"])
    assert said in done.stderr and "NPA260002" in done.stderr
