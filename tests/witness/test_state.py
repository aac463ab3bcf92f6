"""What a crash, a full disk, a restored copy or two processes leave behind: never a witness that forgot."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import small_log
from small_log import NOW, SmallLog
from witness_on_disk import KEPT, cosign, files, refuses

from sceau.domain.errors import IntegrityError
from sceau.tlog import note
from sceau.tlog.note import Note
from sceau.witness import logs
from sceau.witness.service import Witness


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
