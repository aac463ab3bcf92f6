"""Bulk import: killed anywhere and run again, nothing is lost or doubled; refused lines are named and mended."""

import csv
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HEADER = "surname,given_names,sex,birth_date,birth_place,birth_country,nationality,mother_surname,mother_given_names"


def births(path: Path, count: int) -> Path:
    lines = [f"{HEADER},declared_on"]
    for n in range(count):
        given = "".join("abcdefghij"[int(digit)] for digit in str(n))
        lines.append(f"KƐITA,Fanta {given},F,2025-01-{n % 28 + 1:02d},Paris,FRA,MLI,TRAORÉ,Ɲagalen,2025-03-01")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def established(home) -> list[str]:
    database = sqlite3.connect(home.folder / "ledger.db")
    try:
        query = "SELECT originator_id FROM stored_events WHERE topic = 'act.established.v1' ORDER BY originator_id"
        return [row[0] for row in database.execute(query)]
    finally:
        database.close()


def test_the_example_is_imported_once(home) -> None:
    told = home.done("import", EXAMPLES / "import/births.csv", "--kind", "birth")
    assert told == {"written": 50, "earlier": 0, "refused": 0}
    assert home.done("import", EXAMPLES / "import/births.csv", "--kind", "birth")["earlier"] == 50
    assert len(established(home)) == 50
    assert home.done("find", "--kind", "birth", "--limit", 100)[0]["people"]


def test_killed_and_run_again_nothing_is_lost_or_doubled(home, tmp_path: Path) -> None:
    file = births(tmp_path / "b.csv", 1500)
    arguments = ["import", str(file), "--kind", "birth", "--batch", "25", "--database", home.url]
    who = {"SCEAU_OFFICE": "BAG", "SCEAU_OFFICER": "BAG-1"}
    started = [sys.executable, "-c", "from sceau.cli import main; main()", *arguments]
    for enough in (100, 500):
        running = subprocess.Popen(started, env=who, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(established(home)) < enough and running.poll() is None:
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL
    between = len(established(home))
    assert 500 <= between < 1500
    told = home.done("import", file, "--kind", "birth")
    assert told == {"written": 1500 - between, "earlier": between, "refused": 0}
    numbers = established(home)
    assert numbers == [f"act:BAG-{numbers[0][8:12]}-N-{n:06d}" for n in range(1, 1501)]
    assert home.done("audit")["holds"]
    names = Counter(one["people"][0]["given_names"] for one in home.done("find", "fanta", "--limit", 1000))
    assert set(names.values()) == {1}


def test_refused_lines_are_named_and_mended(home, tmp_path: Path) -> None:
    file = births(tmp_path / "b.csv", 6)
    good = file.read_text()
    lines = good.splitlines()
    lines[3] = lines[3].replace("2025-01-03", "2025-02-31")
    lines[5] = lines[5].replace(",F,", ",X,")
    file.write_text("\n".join(lines) + "\n")
    told = home.run("import", file, "--kind", "birth", "--json")
    assert told.exit_code == 3
    with (tmp_path / "b.csv.refused").open(newline="") as report:
        refused = list(csv.DictReader(report))
    assert [(one["line"], one["code"]) for one in refused] == [
        ("4", "domain.field_invalid"),
        ("6", "domain.field_invalid"),
    ]
    assert "birth_date" in refused[0]["message"]
    file.write_text(good)
    assert home.done("import", file, "--kind", "birth") == {"written": 2, "earlier": 4, "refused": 0}


def test_a_line_given_twice_is_written_once(home, tmp_path: Path) -> None:
    file = births(tmp_path / "b.csv", 3)
    file.write_text(file.read_text() + file.read_text().splitlines()[1] + "\n")
    assert home.done("import", file, "--kind", "birth") == {"written": 3, "earlier": 1, "refused": 0}


def test_a_file_that_is_not_as_it_must_be_writes_nothing(home, tmp_path: Path) -> None:
    good = births(tmp_path / "good.csv", 4).read_bytes()
    bad = {
        "another encoding": good.replace("É".encode(), b"\xc9", 1),
        "a truncated letter at the end": good + "É".encode()[:1],
        "too many cells": good + b"a,b,c,d,e,f,g,h,i,j,k\n",
        "an open quote": good + b'"KEITA,Fanta\n',
        "an unknown column": good.replace(b"surname,", b"family,", 1),
        "a column twice": good.replace(b"surname,given_names", b"surname,surname", 1),
        "a missing column": b"\n".join(line.rpartition(b",")[0] for line in good.splitlines()),
        "an empty file": b"",
    }
    for name, content in bad.items():
        (tmp_path / "bad.csv").write_bytes(content)
        told = home.refused("import", tmp_path / "bad.csv", "--kind", "birth")
        assert told["code"] in ("domain.input_unreadable", "domain.field_invalid"), name
    assert home.refused("import", tmp_path / "none.csv", "--kind", "birth")["code"] == "domain.input_unreadable"
    assert home.refused("import", tmp_path / "good.csv", "--kind", "wedding")["code"] == "domain.unknown_type"
    assert established(home) == []


def test_semicolons_and_a_byte_order_mark(home, tmp_path: Path) -> None:
    file = births(tmp_path / "b.csv", 2)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b",", b";").replace(b"\n", b"\r\n"))
    assert home.done("import", file, "--kind", "birth")["written"] == 2


def test_an_id_does_not_tell_what_the_line_says(home, founded, tmp_path: Path) -> None:
    """Two installations give one line two ids: the key is theirs."""
    file = births(tmp_path / "b.csv", 1)
    home.done("import", file, "--kind", "birth")
    first = home.done("history", "--topic", "act.established")[0]["command_id"]
    from sceau import demo_setup

    demo_setup.installed(tmp_path / "other", None, EXAMPLES)
    other = type(home)(tmp_path / "other")
    other.done("import", file, "--kind", "birth")
    assert other.done("history", "--topic", "act.established")[0]["command_id"] != first
