"""`sceau-audit`: exit codes, the report, the words, and what changed since an earlier one."""

import json
import shutil

import pytest
from auditor_desk import Copy, Desk, Program

from sceau.audit_kit.cli import main
from sceau.audit_kit.words import language_of


def test_a_good_export(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run() == 0
    told = program.told
    assert told["format"] == "sceau.report/1" and told["holds"] and told["exit"] == 0 and told["findings"] == []
    assert told["checkpoint"]["quorum"] and [one["name"] for one in told["checkpoint"]["witnesses"]] == ["a", "b", "c"]
    assert told["genesis"]["from"] == "export" and not (program.folder / "evidence").exists()
    assert "Everything holds" in capsys.readouterr().out
    program.run()
    assert program.told["genesis"]["from"] == "kept"


def test_issuance_is_counted_by_officer_office_and_day(program: Program) -> None:
    program.run()
    rows = {
        (one["officer"], one["day"], one["type"]): (one["issued"], one["revoked"]) for one in program.told["issuance"]
    }
    assert rows == {
        ("PAR-1", "2026-11-22", "birth"): (2, 0),
        ("PAR-1", "2026-11-22", "birth_extract"): (2, 0),
        ("PAR-1", "2026-11-22", "visa_short"): (3, 0),
        ("PAR-1", "2026-11-22", ""): (0, 1),
    }
    registers = {one["register"]: (one["first"], one["last"], one["entries"]) for one in program.told["registers"]}
    assert registers == {"PAR-2026-N-": (1, 2, 2), "NPA26": (1, 2, 2), "VPA26": (1, 3, 3)}


def test_the_same_export_gives_the_same_report(program: Program) -> None:
    program.run()
    program.run()
    first = program.report.read_bytes()
    program.run()
    assert program.report.read_bytes() == first


@pytest.mark.parametrize(
    "options",
    [
        ["--lang", "de"],
        ["--workers", "0"],
        ["--workers", "x"],
        ["--genesis", "ff"],
        ["--nonsense"],
        ["--since", "nowhere.json"],
        ["--log", "nowhere"],
    ],
    ids=" ".join,
)
def test_misuse(program: Program, options: list[str]) -> None:
    try:
        code = program.run(*options)
    except SystemExit as error:
        code = error.code  # type: ignore[assignment]
    assert code == 1


@pytest.mark.parametrize("name", ["manifest.json", "log/checkpoint"])
@pytest.mark.parametrize("how", ["missing", "garbage"])
def test_what_cannot_be_read(program: Program, name: str, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = program.desk.export / name
    path.unlink() if how == "missing" else path.write_bytes(b"\xff\x00")
    assert program.run() == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "log nonsense\nquorum none\n", "quorum none\n"], ids=["empty", "no key", "no log"]
)
def test_a_policy_that_is_none(program: Program, text: str) -> None:
    program.policy.write_text(text)
    assert program.run() == 1


def test_a_typo_in_a_key_of_the_policy_is_misuse(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    good = program.policy.read_text()
    for at in range(0, len(good.split("\n", 1)[0]), 7):
        program.policy.write_text(good[:at] + ("x" if good[at] != "x" else "y") + good[at + 1 :])
        assert program.run() == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--workers", "0"], "a number from 1 to 64"),
        (["--show", "-1"], "a number, 0 or more"),
        (["--genesis", "FF"], "16 lower-case hex digits"),
    ],
)
def test_a_value_that_is_none_is_told_in_words(
    program: Program, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        program.run(*options)
    assert ended.value.code == 1 and words in capsys.readouterr().err


def test_an_audit_without_a_policy_is_misuse(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(desk.export), "--lang", "en"])
    assert ended.value.code == 1 and "--policy is missing" in capsys.readouterr().err


def test_help_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for language, word in (("fr", "Codes de sortie :"), ("en", "Exit codes:")):
        with pytest.raises(SystemExit) as ended:
            main(["--help", "--lang", language])
        assert ended.value.code == 0 and word in capsys.readouterr().out


def test_the_language_of_the_system() -> None:
    assert language_of(None, {"LANG": "en_GB.UTF-8"}) == "en"
    assert language_of(None, {"LC_ALL": "fr_ML", "LANG": "en"}) == "fr"
    assert language_of(None, {}) == "fr" and language_of("en", {}) == "en"


def test_what_changed_since(program: Program) -> None:
    """An id names a finding from run to run: gone when it was repaired, the same while it stands."""
    copy = Copy(program.desk.export)
    one, other = copy.row("document:NPA260001"), copy.row("document:NPA260002")
    copy.replace(one, one._replace(salt=bytes(32)))
    copy.save()
    program.run()
    first = program.folder / "first.json"
    shutil.copy(program.report, first)
    copy.replace(other, other._replace(salt=bytes(32)))
    copy.save()
    program.run("--since", first)
    since = program.told["since"]
    before = [finding["id"] for finding in json.loads(first.read_text())["findings"]]
    assert since["same_log"] and since["gone"] == [] and since["same"] == sorted(before) and since["new"]
    shutil.copy(program.report, first)
    program.run("--since", first)
    assert program.told["since"]["new"] == program.told["since"]["gone"] == []
