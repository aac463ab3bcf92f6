"""`sceau export`, and the auditor's program on what it wrote."""

import json
from pathlib import Path
from typing import Any

import pytest
from auditor_desk import write_log

from sceau.audit_kit.cli import main as audit
from sceau.domain.errors import LogBroken
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.log.copy import copy_log, tidy
from sceau.ledger.log.directory import LogDirectory
from sceau.tlog.note import ED25519, Verifier


@pytest.fixture
def worked(home: Any) -> Any:
    """A ledger in use, and its views."""
    home.extract(home.birth())
    home.done("project", "run")
    return home


def policy_of(export: Path, tmp_path: Path) -> Path:
    """As the auditor got it another way."""
    path = tmp_path / "policy"
    path.write_text(json.loads((export / "keys.json").read_text())["policy"])
    return path


def examined(export: Path, tmp_path: Path, *options: object) -> tuple[int, Any]:
    """Exit code and report of the auditor's program."""
    told, words = tmp_path / "told.json", ("--state", tmp_path / "kept", "--evidence", tmp_path / "evidence")
    given = (export, "--policy", policy_of(export, tmp_path), "--report", told, "--lang", "en", *words, *options)
    code = audit([str(one) for one in given], lambda: 1_795_338_000)
    return code, json.loads(told.read_text())


def test_an_export_holds(worked: Any, tmp_path: Path) -> None:
    done = worked.done("export", tmp_path / "export")
    assert done["events"] == done["size"] > 20 and done["written"] == done["chunks"] == 1
    code, told = examined(tmp_path / "export", tmp_path)
    assert code == 0 and told["holds"] and told["checked"]["events"] == done["events"]
    assert told["views"] == [{**told["views"][0], "name": "status_v1", "events": done["size"], "same": True}]


def test_it_grows_with_the_ledger(worked: Any, tmp_path: Path) -> None:
    worked.done("export", tmp_path / "export")
    assert examined(tmp_path / "export", tmp_path)[0] == 0
    worked.done("act", "establish", "--from", Path(__file__).resolve().parents[2] / "examples/acts/birth-2.json")
    worked.done("export", tmp_path / "export")
    assert examined(tmp_path / "export", tmp_path)[0] == 0
    _, told = examined(tmp_path / "export", tmp_path)
    assert [one["agrees"] for one in told["kept"]] == [True, True]


def test_a_published_log_is_copied(worked: Any, tmp_path: Path) -> None:
    worked.done("log", "publish", tmp_path / "log")
    done = worked.done("export", tmp_path / "export", "--log", tmp_path / "log")
    assert examined(tmp_path / "export", tmp_path)[0] == 0
    assert (tmp_path / "export/log/checkpoint").read_bytes() == (tmp_path / "log/checkpoint").read_bytes()
    worked.done("act", "establish", "--from", Path(__file__).resolve().parents[2] / "examples/acts/birth-2.json")
    assert worked.done("export", tmp_path / "export", "--log", tmp_path / "log")["size"] == done["size"]


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("name", ["tile/0/000.p/*", "tile/entries/000.p/*"])
def test_a_damaged_log_is_exported_again(worked: Any, tmp_path: Path, published: bool, name: str) -> None:
    worked.done("log", "publish", tmp_path / "log")
    options = ("--log", tmp_path / "log") if published else ()
    worked.done("export", tmp_path / "export", *options)
    (tile,) = (tmp_path / "export/log").glob(name)
    tile.write_bytes(bytes(len(tile.read_bytes())))
    assert examined(tmp_path / "export", tmp_path)[0] != 0
    worked.done("export", tmp_path / "export", *options)
    assert examined(tmp_path / "export", tmp_path)[0] == 0
    assert list((tmp_path / "export").rglob(".*")) == []


def test_where_no_log_is_published_nothing_is_exported(worked: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "nowhere"):
        told = worked.refused("export", tmp_path / "export", "--log", tmp_path / folder, code=7)
        assert "no log published in" in told["message"]
    told = worked.refused("export", tmp_path / "export", "--log", "https://log.example/1", code=3)
    assert "not an address" in told["message"] and not (tmp_path / "export").exists()


def test_a_partial_tile_that_gave_way_is_cut_out_of_the_full_one(tmp_path: Path) -> None:
    """The log has 300 entries, its reader's checkpoint 20; one that lacks both tiles is broken."""
    key = SoftwareSigner.from_seed(b"k" * 32, Algorithm.ED25519)
    entries = [bytes([n % 256]) * 40 for n in range(300)]
    whole, part = tmp_path / "whole", tmp_path / "part"
    write_log(part, entries[:20], "log.example/1", key)
    write_log(whole, entries, "log.example/1", key)
    expected = {path.relative_to(part): path.read_bytes() for path in part.rglob("*") if path.is_file()}
    (whole / "checkpoint").write_bytes((part / "checkpoint").read_bytes())
    log = Verifier("log.example/1", ED25519, key.public)
    assert copy_log(LogDirectory(whole), LogDirectory(tmp_path / "copy"), log) == 20
    tidy(tmp_path / "copy")
    copied = {path.relative_to(tmp_path / "copy"): path for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in copied.items()} == expected
    (whole / "tile/0/000").unlink()
    with pytest.raises(LogBroken, match="is missing"):
        copy_log(LogDirectory(whole), LogDirectory(tmp_path / "other"), log)


@pytest.mark.parametrize("published", [False, True])
def test_what_is_handed_over_has_nothing_of_the_writers(worked: Any, tmp_path: Path, published: bool) -> None:
    worked.done("log", "publish", tmp_path / "log")
    options = ("--log", tmp_path / "log") if published else ()
    for _ in range(2):
        worked.done("export", tmp_path / "export", *options)
        assert list((tmp_path / "export").rglob(".*")) == []
        assert examined(tmp_path / "export", tmp_path)[0] == 0


@pytest.mark.parametrize(
    "options", [("--mission", "ROM"), ("--from", "2026-11-23", "--to", "2026-11-22")], ids=["mission", "days"]
)
def test_what_nothing_can_satisfy_is_refused(worked: Any, tmp_path: Path, options: tuple[str, ...]) -> None:
    worked.refused("export", tmp_path / "export", *options, code=3)
    assert not (tmp_path / "export").exists()


def test_what_was_asked_for_does_not_change_in_a_directory(worked: Any, tmp_path: Path) -> None:
    """Refused before the log grows: what is there still holds."""
    worked.done("export", tmp_path / "export", "--reveal-to", "09" + 31 * "00")
    worked.done("act", "establish", "--from", Path(__file__).resolve().parents[2] / "examples/acts/birth-2.json")
    worked.refused("export", tmp_path / "export", code=3)
    worked.refused("export", tmp_path / "export", "--reveal-to", "09" + 31 * "00", "--mission", "BAG", code=3)
    assert examined(tmp_path / "export", tmp_path)[0] == 0


def test_a_part_says_so(worked: Any, tmp_path: Path) -> None:
    done = worked.done("export", tmp_path / "export", "--mission", "BAG", "--from", "2026-01-01")
    assert examined(tmp_path / "export", tmp_path)[0] == 5
    code, told = examined(tmp_path / "export", tmp_path, "--part")
    assert code == 0 and told["export"]["mission"] == "BAG"
    assert told["export"]["left_out"] == done["size"] - done["events"]


def test_a_key_that_is_none_is_refused(worked: Any, tmp_path: Path) -> None:
    worked.refused("export", tmp_path / "export", "--reveal-to", "ff", code=3)


def test_a_report_becomes_a_page(worked: Any, tmp_path: Path) -> None:
    worked.done("export", tmp_path / "export")
    examined(tmp_path / "export", tmp_path)
    page = tmp_path / "page.html"
    for _ in range(2):  # a page of ours may be written again
        assert worked.run("report", tmp_path / "told.json", "--out", page).exit_code == 0
    assert "Everything holds" in page.read_text() and "BAG" in page.read_text()
    (tmp_path / "told.json").write_text("{}")
    worked.refused("report", tmp_path / "told.json", "--out", page)


def test_without_the_witnesses_there_is_no_export(worked: Any, tmp_path: Path) -> None:
    """The policy wants one that nobody can reach: told so, exit 4, no manifest."""
    from sceau.tlog.note import COSIGNATURE

    public = SoftwareSigner.from_seed(b"w" * 32, Algorithm.ED25519).public
    witness = Verifier("witness.example/w", COSIGNATURE, public).vkey
    worked.done("export", tmp_path / "first")
    log = json.loads((tmp_path / "first/keys.json").read_text())["log"]
    policy = tmp_path / "tlog-policy"
    policy.write_text(f"log {log}\nwitness w {witness} http://127.0.0.1:9/\nquorum w\n")
    worked.done("log", "policy", policy)
    result = worked.run("export", tmp_path / "export")
    assert result.exit_code == 4 and "too few witnesses" in result.stderr
    assert not (tmp_path / "export/manifest.json").exists()
