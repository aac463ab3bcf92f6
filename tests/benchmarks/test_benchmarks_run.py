"""The benchmarks run and print ratios; how fast anything is depends on the machine and is not asserted."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "benchmarks" / "run.py"
LOG = {"integrating": 2, "proving": 2, "publishing": 3, "witnessing": 1, "examining": 3}  # and how many figures
LEDGER = (
    "issue",
    "importing",
    "leaf",
    "auditing",
    "rebuilding",
    "scanning",
    "page",
    "api",
    "serving",
    "printing",
    "memory",
)
GROUPS = (*LEDGER, *LOG, "million", "million_examined")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, RUN, *arguments], capture_output=True, text=True, timeout=300, check=False)


def test_the_quick_scanning_group_prints_ratios(tmp_path: Path) -> None:
    done = run("--quick", "--only", "scanning", "--json", str(tmp_path / "figures.json"))
    assert done.returncode == 0, done.stderr
    for name in ("scan, VDS", "scan, Claim 169"):
        assert re.search(rf"^{name} .* [0-9.]+x +> 0\.[0-9]+x +(reached|SHORT)", done.stdout, re.MULTILINE), done.stdout
    assert "synchronous=FULL" in done.stdout
    told = json.loads((tmp_path / "figures.json").read_text())
    for figure in told["figures"]:
        assert figure["ours"] > 0 < figure["peer"]
        assert figure["value"] > 0
        assert figure["reached"] == (figure["value"] >= figure["limit"])


@pytest.mark.parametrize("group", LOG)
def test_each_quick_group_of_the_log_tells_its_figures(group: str, tmp_path: Path) -> None:
    done = run("--quick", "--only", group, "--json", str(tmp_path / "figures.json"))
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "figures.json").read_text())["figures"]
    assert len(figures) == LOG[group]
    for figure in figures:
        assert figure["ours"] > 0
        assert figure["value"] > 0
        kept = figure["value"] <= figure["limit"] if figure["at_most"] else figure["value"] >= (figure["limit"] or 0)
        assert figure["reached"] == kept
        line = next(line for line in done.stdout.splitlines() if line.startswith(figure["what"]))
        assert ("reached" in line or "SHORT" in line) == (figure["limit"] is not None)


def test_the_quick_page_group_tells_its_weight_and_its_times(tmp_path: Path) -> None:
    done = run("--quick", "--only", "page", "--json", str(tmp_path / "figures.json"))
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "figures.json").read_text())["figures"]
    assert [(figure["unit"], figure["limit"]) for figure in figures] == [("KB", 600), ("ms", 5), ("ms", 5), ("ms", 1)]
    assert all(figure["ours"] > 0 and figure["at_most"] for figure in figures)


def test_an_unknown_group_is_refused_with_the_names_there_are() -> None:
    done = run("--only", "nothing")
    assert done.returncode == 2
    assert "scanning" in done.stderr


def test_the_help_names_every_group() -> None:
    told = run("--help").stdout
    assert not [group for group in GROUPS if group not in told]


def test_a_slower_disk_is_slower(missing: Callable[[str], None]) -> None:
    if shutil.which("cc") is None:
        missing("a slower disk is made with a C compiler (Debian: gcc, libc6-dev)")
    done = run("--quick", "--only", "scanning", "--sync-us", "20000")
    assert done.returncode == 0, done.stderr
    taken = re.search(r"^disk +a sync of 4 KiB takes ([0-9.]+) ms", done.stdout, re.MULTILINE)
    assert taken and float(taken[1]) >= 20, done.stdout
