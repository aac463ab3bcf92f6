"""Killed at every call to the system, or on a disk that is full: the directory holds, and the next pass goes on."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from log_house import LogHouse, grow
from small_ledger import Small

MEMORY = Path("/dev/shm")
ROOT = Path(__file__).resolve().parents[3]


def run(base: Path, tmp_path: Path, how: str) -> list[Any]:
    script = ROOT / "tests/support/dying_publisher.py"
    memory = MEMORY if os.access(MEMORY, os.W_OK) else tmp_path  # SIGKILL leaves what was written: no disk is needed
    with tempfile.TemporaryDirectory(dir=memory) as work:
        command = [sys.executable, str(script), str(base), work, how]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def prepared(lite: Small, log: LogHouse, tmp_path: Path) -> tuple[Path, int]:
    """Published at 250 and more, then 300 events that are not: tiles fill, partial ones go."""
    grow(lite.ledger.store, 236)
    log.publish()
    grow(lite.ledger.store, 3)
    log.publish()
    grow(lite.ledger.store, 300)
    size = lite.ledger.store.size()
    lite.ledger.store.close()
    lite.ledger.data_keys.close()
    base = tmp_path / "base"
    shutil.copytree(lite.config.home, base / "home")
    shutil.copytree(log.directory.path, base / "public")
    return base, size


@pytest.mark.parametrize(("how", "quorum"), [("before", "met"), ("after", "met"), ("before", "out of reach")])
def test_killed_at_every_step(lite: Small, alone: LogHouse, tmp_path: Path, how: str, quorum: str) -> None:
    """After each death fsck holds against every event, and the next publish reaches the end, over the same bytes.

    Where the quorum is out of reach the new head is left pending.
    """
    base, size = prepared(lite, alone, tmp_path)
    if quorum == "out of reach":
        other = LogHouse(lite, tmp_path / "elsewhere", "a")
        text = other.text.replace(b"http://a.test/", b"http://127.0.0.1:9/")
        (base / "home/log-policy").write_bytes(text)
    found = run(base, tmp_path, how)
    assert len(found) > 40
    assert {said for _, lived, said, *_ in found if not lived} >= {"open", "write", "fsync", "replace", "unlink"}
    for n, lived, said, after, at_last, reached in found:
        assert (after, at_last, reached) == ([], [], size), (n, said)
        assert lived == (n == len(found)), said


def test_a_full_disk(lite: Small, alone: LogHouse, tmp_path: Path) -> None:
    """Each time another file is the first that does not fit: refused cleanly, nothing published by halves."""
    base, size = prepared(lite, alone, tmp_path)
    found = run(base, tmp_path, "full")
    assert [after for _, _, _, after, _, _ in found] == [[]] * len(found)
    assert [(at_last, reached) for *_, at_last, reached in found] == [([], size)] * len(found)
    assert {said for _, lived, said, *_ in found if not lived} == {"integrity.log_unavailable"}
    assert len(found) > 5


def test_what_a_power_cut_would_need(alone: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGKILL forgives a missing fsync, a power cut does not: file, rename, folder, and the checkpoint after all."""
    grow(alone.house.ledger.store, 600)
    calls: list[tuple[str, str]] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        calls.append(("fsync", str(Path(f"/proc/self/fd/{handle}").readlink())))
        fsync(handle)

    def renamed(source: Path, target: Path) -> None:
        assert calls.count(("fsync", str(source))) == 1, source
        calls.remove(("fsync", str(source)))
        calls.append(("rename", str(target)))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    with alone.directory.locked():
        alone.follower().step()
    monkeypatch.undo()
    root = alone.directory.path
    names = [name for call, name in calls if call == "rename" and name.startswith(str(root))]
    assert len(names) == 8
    head = calls.index(("rename", str(root / "checkpoint")))
    signed = calls.index(("rename", str(alone.house.config.head)))
    assert calls[head + 1] == ("fsync", str(root))
    for name in names[:-1]:
        at = calls.index(("rename", name))
        for folder in [one for one in Path(name).parents if one.is_relative_to(root)]:
            assert ("fsync", str(folder)) in calls[at:signed], (name, folder)
    assert signed < calls.index(("fsync", str(alone.house.config.home)), signed) < head
