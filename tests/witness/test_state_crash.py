"""A witness killed, refused by its disk or asked twice at once: one history on disk, and no answer ahead of it."""

import errno
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import small_log
from small_log import NOW, SmallLog
from witness_on_disk import KEPT, cosign, files

from sceau.tlog.add_checkpoint import log_id
from sceau.witness.service import Witness

ROOT = Path(__file__).resolve().parents[2]


def test_a_crash_before_the_mark_is_finished_before_anything_is_told(
    witness: Witness, log: SmallLog, folder: Path
) -> None:
    assert cosign(witness, log.request(0, 3)) == 200
    record, mark = files(folder)
    older = mark.read_bytes()
    answer = witness.add_checkpoint(log.request(3, KEPT), NOW)
    mark.write_bytes(older)
    inode = record.stat().st_ino
    assert witness.latest(log_id(log.origin)).body == log.signed(KEPT) + answer.body
    assert mark.read_bytes() == log.checkpoint(KEPT).body().encode() and record.stat().st_ino != inode


STEPS = 16  # file calls of one advance; the last syncs the folder again when the lock is given back


def at_step(number: int, then: Callable[[], None], patch: Callable[[object, str, object], None]) -> None:
    """Run `then` in the place of the file call of that number."""
    count = iter(range(1 << 30))

    def guarded(real: Callable[..., object]) -> Callable[..., object]:
        def call(*values: object, **named: object) -> object:
            if next(count) == number:
                then()
            return real(*values, **named)

        return call

    for owner, name in ((os, "open"), (os, "fsync"), (os, "fdopen"), (Path, "replace"), (Path, "unlink")):
        patch(owner, name, guarded(getattr(owner, name)))


@pytest.mark.parametrize("step", range(STEPS + 1))
@pytest.mark.parametrize("size", [0, 3])
def test_a_disk_that_refuses_at_any_step_cosigns_nothing(
    witness: Witness, log: SmallLog, folder: Path, monkeypatch: pytest.MonkeyPatch, step: int, size: int
) -> None:
    if size:
        assert cosign(witness, log.request(0, size)) == 200

    def full() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        at_step(step, full, patched.setattr)
        status = cosign(witness, log.request(size, KEPT))
    assert status == (200 if step == STEPS else 503)
    small_log.witness_in(folder).require_whole()
    one_branch_only(folder, log, size, status == 200)


def one_branch_only(folder: Path, log: SmallLog, old: int, answered: bool) -> None:
    """A fork may follow only where nothing left the witness; the log or the fork, never both."""
    witness, fork = small_log.witness_in(folder), SmallLog(branch="fork", fork_at=old)
    forked = cosign(witness, fork.request(old, KEPT)) == 200
    assert not (forked and answered)
    followed = cosign(witness, log.request(old, KEPT)) == 200 or cosign(witness, log.request(KEPT, KEPT)) == 200
    assert forked is not followed
    grown = [cosign(witness, each.request(KEPT, 9)) for each in (fork, log)]
    assert grown == ([200, 409] if forked else [422, 200])


KILLED = """
import os, signal, sys
from pathlib import Path
import small_log, test_state_crash
witness, log = small_log.witness_in(Path(sys.argv[1])), small_log.SmallLog()
test_state_crash.at_step(int(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL), setattr)
answer = witness.add_checkpoint(log.request(3, 5), small_log.NOW)
sys.stdout.write(str(answer.status))
"""


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_killed_at_any_step_the_retry_is_right_and_no_fork_follows(
    witness: Witness, log: SmallLog, folder: Path, step: int
) -> None:
    assert cosign(witness, log.request(0, 3)) == 200
    found = run("-c", KILLED, str(folder), str(step))
    told, _ = found.communicate(timeout=60)
    assert (found.returncode, told) == ((0, "200") if step == STEPS else (-9, ""))
    small_log.witness_in(folder).require_whole()
    one_branch_only(folder, log, 3, told == "200")


def run(*arguments: str) -> "subprocess.Popen[str]":
    path = os.pathsep.join([str(ROOT / "tests" / "support"), str(ROOT / "tests" / "witness")])
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, *arguments], env={**os.environ, "PYTHONPATH": path}, **pipes)


def test_a_full_disk_leaves_the_old_state_whole(witness: Witness, log: SmallLog, folder: Path) -> None:
    assert cosign(witness, log.request(0, 3)) == 200
    record, mark = files(folder)
    before = record.read_bytes(), mark.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        answer = witness.add_checkpoint(log.request(3, KEPT), NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert answer.status == 503 and b"\xe2\x80\x94" not in answer.body
    assert (record.read_bytes(), mark.read_bytes()) == before
    assert cosign(witness, log.request(3, KEPT)) == 200


def test_of_two_requests_at_once_one_advances(folder: Path, log: SmallLog) -> None:
    for old in range(0, 30, 2):
        both = threading.Barrier(2)
        told: list[int] = []

        def ask(size: int, old: int = old, both: threading.Barrier = both, told: list[int] = told) -> None:
            witness = small_log.witness_in(folder)
            both.wait()
            told.append(cosign(witness, log.request(old, size)))

        threads = [threading.Thread(target=ask, args=(size,)) for size in (old + 1, old + 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == [200, 409]
        cosign(small_log.witness_in(folder), log.request(old + 1, old + 2))


def test_two_processes_follow_one_branch(folder: Path) -> None:
    program = str(ROOT / "tests" / "support" / "small_log.py")
    asked = [("one", "1"), ("two", "1"), ("one", "3")]
    running = [run(program, str(folder), branch, "60", step) for branch, step in asked]
    told = [process.communicate("go\n", timeout=60)[0].splitlines() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    by_size: dict[str, set[str]] = {}
    for line in (line for lines in told for line in lines):
        size, root = line.split()
        by_size.setdefault(size, set()).add(root)
    assert all(len(roots) == 1 for roots in by_size.values())
    last = max(map(int, by_size))
    branches = [SmallLog(60, branch, fork_at=8).checkpoint(last).root.hex() for branch in ("one", "two")]
    assert last == 60 and by_size[str(last)] <= set(branches)
