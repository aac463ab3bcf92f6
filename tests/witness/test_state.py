"""What a crash, a full disk, a restored copy or two processes leave behind: never a witness that forgot."""

import errno
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import small_log
from small_log import NOW, SmallLog

from sceau.domain.errors import FieldInvalid, IntegrityError
from sceau.keys import private_file
from sceau.tlog import note
from sceau.tlog.add_checkpoint import log_id
from sceau.tlog.note import COSIGNATURE, Note, Verifier
from sceau.witness import logs
from sceau.witness.logs import Logs
from sceau.witness.service import Witness
from sceau.witness.state import WitnessRetired

ROOT = Path(__file__).resolve().parents[2]
KEPT = 5


def files(folder: Path) -> tuple[Path, Path]:
    """The only checkpoint and the only mark."""
    (record,) = (folder / "cosigned").iterdir()
    (mark,) = (folder / "marks").iterdir()
    return record / "checkpoint", mark / "mark"


def cosign(witness: Witness, request: bytes) -> int:
    return witness.add_checkpoint(request, NOW).status


def test_every_byte_is_on_disk_before_the_answer(
    witness: Witness, log: SmallLog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, str]] = []
    sync, rename = os.fsync, Path.replace

    def seen_sync(handle: int) -> None:
        done.append(("sync", Path(f"/proc/self/fd/{handle}").resolve().name))
        sync(handle)

    def seen_rename(path: Path, target: Path) -> Path:
        done.append(("rename", target.name))
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", seen_sync)
    monkeypatch.setattr(Path, "replace", seen_rename)
    assert cosign(witness, log.request(0, KEPT)) == 200
    record, mark = files(folder)
    assert done[:6] == [
        ("sync", "checkpoint.new"),
        ("rename", "checkpoint"),
        ("sync", record.parent.name),
        ("sync", "mark.new"),
        ("rename", "mark"),
        ("sync", mark.parent.name),
    ]


def other_key(data: bytes) -> bytes:
    """The same checkpoint, cosigned under another key."""
    opened = note.parse(data)
    forged = small_log.ed25519_cosigner(small_log.NAME, small_log.key(8)).sign(opened.text, NOW)
    return Note(opened.text, (opened.signatures[0], forged)).encode()


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda data: b"",
    "cut by one byte": lambda data: data[:-1],
    "cut in half": lambda data: data[: len(data) // 2],
    "zeros": lambda data: bytes(len(data)),
    "one bit": lambda data: data[:-20] + bytes([data[-20] ^ 1]) + data[-19:],
    "not UTF-8": lambda data: b"\xff" + data,
    "without our line": lambda data: Note(note.parse(data).text, note.parse(data).signatures[:1]).encode(),
    "without the log's line": lambda data: Note(note.parse(data).text, note.parse(data).signatures[1:]).encode(),
    "cosigned by another key": other_key,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_checkpoint_retires_the_witness(witness: Witness, log: SmallLog, folder: Path, damage: str) -> None:
    assert cosign(witness, log.request(0, KEPT)) == 200
    record, _ = files(folder)
    record.write_bytes(DAMAGE[damage](record.read_bytes()))
    refuses(witness, log, folder)


@pytest.mark.parametrize("damage", ["emptied", "cut by one byte", "cut in half", "zeros", "not UTF-8"])
def test_a_damaged_mark_retires_the_witness(witness: Witness, log: SmallLog, folder: Path, damage: str) -> None:
    assert cosign(witness, log.request(0, KEPT)) == 200
    _, mark = files(folder)
    mark.write_bytes(DAMAGE[damage](mark.read_bytes()))
    refuses(witness, log, folder)


def remove(*paths: Path) -> None:
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


LOST: dict[str, Callable[[Path], None]] = {
    "the checkpoint": lambda folder: remove(files(folder)[0]),
    "the mark": lambda folder: remove(files(folder)[1]),
    "both": lambda folder: remove(*files(folder)),
    "the log's folder": lambda folder: remove(files(folder)[0].parent),
    "the mark's folder": lambda folder: remove(files(folder)[1].parent),
    "all checkpoints": lambda folder: remove(folder / "cosigned"),
    "all marks": lambda folder: remove(folder / "marks"),
    "everything but the list": lambda folder: remove(folder / "cosigned", folder / "marks"),
}


@pytest.mark.parametrize("lost", LOST)
def test_what_is_lost_is_never_taken_for_not_seen(witness: Witness, log: SmallLog, folder: Path, lost: str) -> None:
    assert cosign(witness, log.request(0, KEPT)) == 200
    LOST[lost](folder)
    refuses(witness, log, folder)
    logs.enrol(folder / "logs", small_log.state_in(folder), log.verifier)  # enrolled already: begins nothing anew
    refuses(witness, log, folder)


def refuses(witness: Witness, log: SmallLog, folder: Path) -> None:
    """Nothing is cosigned, shown or started any more."""
    for old, size in ((0, 0), (0, 3), (0, KEPT), (KEPT, KEPT), (KEPT, 9)):
        assert cosign(witness, log.request(old, size)) == 503
    assert witness.latest(log_id(log.origin)).status == 503
    with pytest.raises(WitnessRetired):
        small_log.witness_in(folder).require_whole()


@pytest.mark.parametrize("to", [0, 3])
def test_a_checkpoint_rolled_back_alone_is_found(witness: Witness, log: SmallLog, folder: Path, to: int) -> None:
    assert cosign(witness, log.request(0, to)) == 200
    record, _ = files(folder)
    older = record.read_bytes()
    assert cosign(witness, log.request(to, KEPT)) == 200
    record.write_bytes(older)
    refuses(witness, log, folder)


def test_a_checkpoint_swapped_for_its_fork_is_found(witness: Witness, log: SmallLog, folder: Path) -> None:
    assert cosign(witness, log.request(0, KEPT)) == 200
    signed = note.parse(SmallLog(branch="other").signed(KEPT))
    forged = Note(signed.text, (*signed.signatures, small_log.cosigner().sign(signed.text, NOW)))
    files(folder)[0].write_bytes(forged.encode())
    refuses(witness, log, folder)


def test_a_restored_folder_is_found_by_our_own_newer_line(witness: Witness, log: SmallLog, folder: Path) -> None:
    assert cosign(witness, log.request(0, 3)) == 200
    shutil.copytree(folder, folder.with_name("backup"))
    answer = witness.add_checkpoint(log.request(3, KEPT), NOW)
    shutil.rmtree(folder)
    folder.with_name("backup").rename(folder)
    shown = log.request(3, KEPT) + answer.body
    assert cosign(witness, shown) == 503
    assert next(folder.glob("cosigned/*/retired")).read_bytes() == log.signed(KEPT) + answer.body
    refuses(witness, SmallLog(branch="other", fork_at=3), folder)


def test_a_record_is_never_replaced_by_less_or_by_another_root(folder: Path, log: SmallLog, witness: Witness) -> None:
    assert cosign(witness, log.request(0, KEPT)) == 200
    for other in (log.checkpoint(4), SmallLog(branch="other").checkpoint(KEPT)):
        shown = other.sign(log.signer)
        ours = Note(shown.text, (*shown.signatures, small_log.cosigner().sign(shown.text, NOW))).encode()
        with small_log.state_in(folder).held(log.verifier) as record, pytest.raises(IntegrityError):
            record.keep(ours)
    assert cosign(witness, log.request(KEPT, 9)) == 200


def test_our_line_on_what_we_keep_is_no_alarm(witness: Witness, log: SmallLog) -> None:
    first = witness.add_checkpoint(log.request(0, 3), NOW)
    forged = small_log.ed25519_cosigner(small_log.NAME, small_log.key(9)).sign(log.checkpoint(7).body(), NOW)
    assert cosign(witness, log.request(3, 3) + first.body) == 200
    assert cosign(witness, log.request(3, KEPT) + forged.line().encode()) == 200  # ours, of something else
    assert cosign(witness, log.request(3, 3) + first.body) == 409
    assert cosign(witness, log.request(KEPT, 9)) == 200


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
import small_log, test_state
witness, log = small_log.witness_in(Path(sys.argv[1])), small_log.SmallLog()
test_state.at_step(int(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL), setattr)
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


def test_a_log_is_enrolled_once_under_one_key(folder: Path, log: SmallLog, witness: Witness) -> None:
    state, path = small_log.state_in(folder), folder / "logs"
    assert cosign(witness, log.request(0, 3)) == 200
    listed = path.read_bytes()
    logs.enrol(path, state, log.verifier)
    assert path.read_bytes() == listed and cosign(witness, log.request(3, 4)) == 200
    cosigner = Verifier("log.example/9", COSIGNATURE, small_log.key(2).public)
    long = SmallLog(origin="x" * 151).verifier
    for refused in (SmallLog(signer=small_log.key(2)).verifier, cosigner, long):
        with pytest.raises(FieldInvalid):
            logs.enrol(path, state, refused)
    assert path.read_bytes() == listed


def test_a_log_taken_off_the_list_keeps_its_record(folder: Path, log: SmallLog, witness: Witness) -> None:
    path = folder / "logs"
    assert cosign(witness, log.request(0, 3)) == 200
    private_file.replace(path, b"# none now\n\n")
    assert cosign(witness, log.request(3, 4)) == 404
    logs.enrol(path, small_log.state_in(folder), log.verifier)
    assert path.read_bytes().startswith(b"# none now\n\nlog ")
    assert cosign(witness, log.request(0, 4)) == 409 and cosign(witness, log.request(3, 4)) == 200


@pytest.mark.parametrize("lost", range(2))
def test_a_log_put_back_on_the_list_does_not_begin_anew(
    folder: Path, log: SmallLog, witness: Witness, lost: int
) -> None:
    assert cosign(witness, log.request(0, 3)) == 200
    private_file.replace(folder / "logs", b"")
    files(folder)[lost].unlink()
    logs.enrol(folder / "logs", small_log.state_in(folder), log.verifier)
    refuses(witness, log, folder)


LISTED = SmallLog().verifier.vkey
UNREADABLE = {
    "cut": f"log {LISTED}",
    "cut in the word": f"log {LISTED}\nlo",
    "cut in the key": f"log {LISTED[:-3]}\n",
    "twice": f"log {LISTED}\nlog {LISTED}\n",
    "a word too many": f"log {LISTED} https://log.example/\n",
    "CRLF": f"log {LISTED}\r\n",
    "another word": f"witness {LISTED}\n",
    "a cosigner's key": f"log {small_log.cosigner().verifier.vkey}\n",
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_list_that_cannot_be_read_serves_nobody(folder: Path, log: SmallLog, witness: Witness, case: str) -> None:
    (folder / "logs").write_text(UNREADABLE[case], newline="")
    with pytest.raises(IntegrityError):
        Logs(folder / "logs").current()
    assert cosign(witness, log.request(0, 3)) == 503


def test_no_list_is_no_empty_list(folder: Path, log: SmallLog, witness: Witness) -> None:
    (folder / "logs").unlink()
    assert cosign(witness, log.request(0, 3)) == 503 and witness.latest(log_id(log.origin)).status == 503
