"""The demonstration, whole: what a newcomer sees first works on both stores, and twice."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

VALID = ["VALID"] * 8
BAD = ["REVOKED", "FORGED", "UNKNOWN_ISSUER", "NOT_ISSUED"]


def sceau(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    program = [sys.executable, "-c", "from sceau.cli import main; main()", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, env={**kept, **environment}, check=False)


def demo(folder: Path, *options: str) -> dict:
    done = sceau("demo", "--directory", folder / "demo", "--json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(params=["sqlite", "postgres"])
def options(request: pytest.FixtureRequest) -> tuple[str, ...]:
    if request.param == "sqlite":
        return ()
    return ("--database", request.getfixturevalue("fresh_postgres"))


def test_it_shows_what_it_promises_and_twice_is_safe(tmp_path: Path, options: tuple[str, ...]) -> None:
    first = demo(tmp_path, *options)
    assert [one["code"] for one in first["verdicts"]] == VALID + BAD
    assert all(one["code"] == one["expected"] for one in first["verdicts"])
    assert first["log"] == {"leaves": first["audit"]["events"], "holds": True}
    assert first["audit"]["holds"] and first["audit"]["events"] == first["audit"]["signatures"]
    papers = {path.name: path.read_bytes() for path in (tmp_path / "demo" / "papers").iterdir()}
    again = demo(tmp_path, *options)
    published_again = 2 * 2  # two publications, each recorded in two events
    assert again["documents"] == first["documents"]
    assert again["audit"]["events"] == first["audit"]["events"] + published_again
    assert [one["code"] for one in again["verdicts"]] == VALID[1:] + BAD  # each paper once
    genuine = {name for name in papers if name.split(".")[0] in first["documents"]}
    for name in genuine:
        assert (tmp_path / "demo" / "papers" / name).read_bytes() == papers[name]  # the same copy, the same bytes


def test_what_it_leaves_can_be_checked_and_used(tmp_path: Path) -> None:
    told = sceau("demo", "--directory", tmp_path / "demo", "--lang", "en", COLUMNS="200")
    assert told.returncode == 0, told.stderr
    where = tmp_path / "demo"
    root = (where / "root.hex").read_text().strip()
    text = (where / "papers" / "birth_extract.txt").read_text()
    state = {"XDG_STATE_HOME": str(tmp_path)}
    lists = ("--lists", where / "public", "--root", root)
    assert sceau("scan", where / "papers" / "birth_extract.txt", *lists, **state).returncode == 0
    assert sceau("scan", where / "papers" / "visa_short.bin", *lists, **state).returncode == 0
    (tmp_path / "altered.txt").write_text(text[:-10] + ("A" if text[-10] != "A" else "B") + text[-9:])
    assert sceau("scan", tmp_path / "altered.txt", *lists, **state).returncode == 1
    # The next commands that it names work as they stand.
    suggested = [line.split() for line in told.stdout.splitlines() if line.startswith("  ")]
    named = {"SCEAU_DATABASE": f"sqlite:///{where / 'ledger.db'}", "SCEAU_HOME": str(where), **state}
    export = next(words for words in suggested if words[:1] == ["export"])
    assert dict(word.split("=", 1) for word in export[1:]) == {k: named[k] for k in ("SCEAU_DATABASE", "SCEAU_HOME")}
    here = {"extract.pdf": str(tmp_path / "extract.pdf")}
    copied = next(words for words in suggested if words[:1] == ["cp"])
    shutil.copy(copied[1], here[copied[2]])
    proven = [here.get(word, word) for word in copied[copied.index("&&") + 2 :]]
    commands = [proven] + [
        [here.get(word, word) for word in words[1:]]
        for words in suggested
        if words[1:2] and words[1] in ("scan", "show", "find", "history", "audit")
    ]
    assert len(commands) == 8
    for command in commands:
        assert sceau(*command, **named).returncode == 0, command


def test_it_does_not_touch_what_is_not_its_own(tmp_path: Path) -> None:
    demo(tmp_path)
    url = f"sqlite:///{tmp_path / 'demo' / 'ledger.db'}"
    before = (tmp_path / "demo" / "ledger.db").stat().st_size
    told = sceau("demo", "--directory", tmp_path / "other", "--database", url, "--json", SCEAU_LANG="en")
    assert told.returncode == 3 and "holds a ledger already" in json.loads(told.stderr)["message"]
    other = sceau(
        "demo",
        "--directory",
        tmp_path / "demo",
        "--database",
        f"sqlite:///{tmp_path / 'x.db'}",
        "--json",
        SCEAU_LANG="en",
    )
    assert other.returncode == 3 and "another database" in json.loads(other.stderr)["message"]
    (tmp_path / "demo" / "demo.json").unlink()
    told = sceau("demo", "--directory", tmp_path / "demo", "--json", SCEAU_LANG="en")
    assert told.returncode == 3 and "delete it" in json.loads(told.stderr)["message"]
    assert (tmp_path / "demo" / "ledger.db").stat().st_size == before


def test_the_commands_that_it_names_survive_any_directory(tmp_path: Path) -> None:
    folder = tmp_path / "it's a demo"
    told = sceau("demo", "--directory", folder, "--lang", "en", COLUMNS="200")
    export = next(line for line in told.stdout.splitlines() if line.startswith("  export "))
    found = subprocess.run(["sh", "-c", f'{export} && echo "$SCEAU_HOME"'], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(folder)


def test_make_gives_each_database_a_directory_of_its_own() -> None:
    root = Path(__file__).resolve().parents[2]
    for given, directory in (((), "demo"), (("DATABASE=postgresql://x/y",), "demo-postgresql")):
        told = subprocess.run(
            ["make", "-n", "-o", ".venv/all.stamp", "demo", *given],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.environ["PATH"]},
        )
        assert f"--directory '{directory}'" in told.stdout
        assert f"/{directory}/\n" in (root / ".gitignore").read_text()
