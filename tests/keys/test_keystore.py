"""The keystore opens for its passphrase, as it was written, or not at all."""

import fcntl
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sceau.domain import canonical
from sceau.domain.errors import InputUnreadable, IntegrityError, KeyRefused, NotFound
from sceau.keys.keyring import Algorithm, Purpose
from sceau.keys.keystore import CHEAP, Cost, Keystore

PASSPHRASE = "le coq chante à Ségou"


@pytest.fixture
def path(tmp_path: Path, random: Callable[[int], bytes]) -> Path:
    file = tmp_path / "keys.sceau"
    store = Keystore.create(file, PASSPHRASE, random, CHEAP)
    store.add("event", Purpose.EVENT, Algorithm.ED25519, random)
    store.add("visa", Purpose.SEAL, Algorithm.ES256, random)
    store.add_secret("kek", random)
    return file


def edit(path: Path, change: Callable[[list[Any]], Any]) -> None:
    value = canonical.decode(path.read_bytes())
    change(value)
    path.write_bytes(canonical.encode(value))


def test_what_was_added_is_there_after_opening(tmp_path: Path, random: Callable[[int], bytes]) -> None:
    file = tmp_path / "keys.sceau"
    store = Keystore.create(file, PASSPHRASE, random, CHEAP)
    event = store.add("event", Purpose.EVENT, Algorithm.ED25519, random)
    visa = store.add("visa", Purpose.SEAL, Algorithm.ES256, random)
    secret = store.add_secret("kek", random)
    for opened in (store, Keystore.open(file, PASSPHRASE)):
        assert opened.names() == ["event", "kek", "visa"]
        assert (opened.signer("event").public, opened.signer("visa").public) == (event.public, visa.public)
        assert opened.signer("event").sign(b"m") == event.sign(b"m")
        assert opened.purpose("visa") is Purpose.SEAL
        assert opened.secret("kek") == secret
    assert len(secret) == 32


def test_the_file_is_the_owners_alone_and_holds_nothing_in_clear(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    opened, data = Keystore.open(path, PASSPHRASE), path.read_bytes()
    assert opened.secret("kek") not in data


@pytest.mark.parametrize("wrong", ["", "le coq", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_a_wrong_passphrase_is_refused(path: Path, wrong: str) -> None:
    with pytest.raises(KeyRefused, match="passphrase"):
        Keystore.open(path, wrong)


def test_accents_typed_in_two_ways_are_one_passphrase(path: Path) -> None:
    decomposed = PASSPHRASE.replace("à", "a\u0300").replace("é", "e\u0301")
    assert decomposed != PASSPHRASE
    Keystore.open(path, decomposed)


def test_every_changed_byte_is_refused(path: Path) -> None:
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises((IntegrityError, KeyRefused)):
            Keystore.open(path, PASSPHRASE)


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_a_cut_file_is_refused(path: Path, cut: int) -> None:
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(IntegrityError):
        Keystore.open(path, PASSPHRASE)


EDITS: dict[str, Callable[[list[Any]], Any]] = {
    "an entry dropped": lambda file: file[2].pop(),
    "an entry of another name": lambda file: file[2][0].__setitem__(0, "other"),
    "a purpose changed": lambda file: file[2][0].__setitem__(1, "seal"),
    "an algorithm changed": lambda file: file[2][0].__setitem__(2, "ES256"),
    "a kid changed": lambda file: file[2][0].__setitem__(3, bytes(8)),
    "boxes swapped": lambda file: (
        (a := file[2][0][4], b := file[2][2][4], file[2][0].__setitem__(4, b), file[2][2].__setitem__(4, a))
    ),
    "entries in another order": lambda file: file[2].reverse(),
    "an entry twice": lambda file: file[2].append(file[2][-1]),
    "no box": lambda file: file[2][0].__setitem__(4, b""),
    "a tag of 39 bytes": lambda file: file.__setitem__(3, bytes(39)),
    "an entry that is none": lambda file: file[2].append([1]),
    "a form of its own": lambda file: file.append(0),
    "another context": lambda file: file.__setitem__(0, "sceau.keystore/2"),
    "a short salt": lambda file: file[1].__setitem__(0, bytes(15)),
    "an empty tag": lambda file: file.__setitem__(3, b""),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_edited_file_is_refused(path: Path, case: str) -> None:
    edit(path, EDITS[case])
    with pytest.raises(IntegrityError):
        Keystore.open(path, PASSPHRASE)


def test_a_swapped_box_does_not_open_even_if_the_file_is_tagged_anew(
    path: Path, random: Callable[[int], bytes]
) -> None:
    """Each box is bound to its own name, purpose and kid: the file's tag is not the only defence."""
    store = Keystore.open(path, PASSPHRASE)
    entries = store._entries
    from dataclasses import replace

    swapped = entries | {"event": replace(entries["event"], box=entries["kek"].box)}
    store._write(swapped, random)
    with pytest.raises(IntegrityError, match="does not open"):
        Keystore.open(path, PASSPHRASE).signer("event")


@pytest.mark.parametrize("cost", [(0, 8 << 20), (11, 8 << 20), (1, (8 << 20) - 1), (1, (1 << 30) + 1)])
def test_a_cost_outside_the_limits_is_refused_before_any_work(
    path: Path, tmp_path: Path, cost: tuple[int, int], random: Callable[[int], bytes]
) -> None:
    edit(path, lambda file: file[1].__setitem__(slice(1, 3), cost))
    with pytest.raises(KeyRefused, match="outside the limits"):
        Keystore.open(path, PASSPHRASE)
    with pytest.raises(KeyRefused, match="outside the limits"):
        Keystore.create(tmp_path / "other", PASSPHRASE, random, Cost(*cost))


def test_a_cheaper_cost_inside_the_limits_is_not_the_same_key(path: Path) -> None:
    edit(path, lambda file: file[1].__setitem__(1, 2))
    with pytest.raises(KeyRefused, match="wrong passphrase"):
        Keystore.open(path, PASSPHRASE)


def test_the_default_cost_is_the_one_we_recommend() -> None:
    assert (Cost().ops, Cost().mem) == (3, 256 << 20)


def test_names_are_taken_once_and_spelled_plainly(path: Path, random: Callable[[int], bytes]) -> None:
    store = Keystore.open(path, PASSPHRASE)
    for name in ("event", "kek", "", "a b", "é", "a" * 65, "a\n"):
        with pytest.raises(KeyRefused):
            store.add(name, Purpose.EVENT, Algorithm.ED25519, random)
        with pytest.raises(KeyRefused):
            store.add_secret(name, random)
    assert Keystore.open(path, PASSPHRASE).names() == ["event", "kek", "visa"]


def test_a_key_is_not_a_secret_and_what_is_not_there_is_not_found(path: Path) -> None:
    store = Keystore.open(path, PASSPHRASE)
    for ask in (
        lambda: store.secret("event"),
        lambda: store.signer("kek"),
        lambda: store.signer("x"),
        lambda: store.purpose("kek"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_keystore_is_never_overwritten(path: Path, random: Callable[[int], bytes]) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyRefused, match="exists"):
        Keystore.create(path, "another", random, CHEAP)
    assert path.read_bytes() == before


def test_two_holders_never_lose_one_anothers_keys(path: Path, random: Callable[[int], bytes]) -> None:
    one, two = Keystore.open(path, PASSPHRASE), Keystore.open(path, PASSPHRASE)
    one.add("first", Purpose.EVENT, Algorithm.ED25519, random)
    with pytest.raises(KeyRefused, match="open it again"):
        two.add("second", Purpose.EVENT, Algorithm.ED25519, random)
    assert "first" in Keystore.open(path, PASSPHRASE).names()
    assert "second" not in two.names()


def test_a_writer_waits_for_another(path: Path, random: Callable[[int], bytes]) -> None:
    store = Keystore.open(path, PASSPHRASE)
    with ThreadPoolExecutor(1) as threads:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_SH)
            added = threads.submit(store.add_secret, "late", random)
            with pytest.raises(TimeoutError):
                added.result(timeout=0.3)
            assert "late" not in Keystore.open(path, PASSPHRASE).names()
        finally:
            os.close(folder)
        added.result(timeout=30)
    assert "late" in Keystore.open(path, PASSPHRASE).names()


def test_the_file_is_synced_before_its_name_and_the_name_after(
    path: Path, random: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, before, synced = Keystore.open(path, PASSPHRASE), path.read_bytes(), []
    fsync = os.fsync

    def watch(handle: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(handle).st_mode), path.read_bytes() == before))
        fsync(handle)

    monkeypatch.setattr("sceau.keys.private_file.os.fsync", watch)
    store.add_secret("more", random)
    assert synced == [(False, True), (True, False)]  # the file while the old one stands, then the folder


def test_a_crash_before_the_rename_leaves_the_old_file(
    path: Path, random: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    store = Keystore.open(path, PASSPHRASE)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("sceau.keys.private_file.os.fsync", full)
        with pytest.raises(IntegrityError, match="No space left"):
            store.add("third", Purpose.EVENT, Algorithm.ED25519, random)
    assert path.read_bytes() == before
    assert "third" not in store.names()
    store.add("third", Purpose.EVENT, Algorithm.ED25519, random)
    assert "third" in Keystore.open(path, PASSPHRASE).names()


def test_files_that_cannot_be_read(tmp_path: Path, random: Callable[[int], bytes]) -> None:
    with pytest.raises(InputUnreadable):
        Keystore.open(tmp_path / "none", PASSPHRASE)
    with pytest.raises(InputUnreadable):
        Keystore.open(tmp_path, PASSPHRASE)
    (tmp_path / "long").write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(IntegrityError, match="longer"):
        Keystore.open(tmp_path / "long", PASSPHRASE)
    with pytest.raises(IntegrityError, match="cannot be written"):
        Keystore.create(tmp_path / "no folder" / "keys", PASSPHRASE, random, CHEAP)
