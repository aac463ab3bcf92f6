"""Data keys are durable before use, handed out once, and missed when the vault is too old."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from sceau.domain.errors import IntegrityError, KeyRefused, StoreUnavailable, StoreUnsafe, VaultBehind
from sceau.keys import vault as vault_module
from sceau.keys.vault import DataKey, Vault
from sceau.ledger.stores.vault_sqlite import SqliteVaultStore

KEK = b"\5" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteVaultStore]:
    opened = SqliteVaultStore(tmp_path / "vault.db")
    yield opened
    opened.close()


def test_a_key_is_in_the_store_before_it_is_handed_out(store: SqliteVaultStore) -> None:
    vault = Vault(store, KEK, os.urandom, pool_size=4)
    assert store.count() == 0
    for _ in range(9):
        taken = vault.take()
        assert not store.missing([taken.id])
        assert (len(taken.id), len(taken.key)) == (16, 32)
        assert Vault(store, KEK, os.urandom).key(taken.id) == taken.key
    assert store.count() == 12  # pools of 4 and of 8: two inserts, not nine


def test_a_pool_that_runs_dry_grows_up_to_a_limit(store: SqliteVaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "POOL_MAX", 8)
    vault, sizes = Vault(store, KEK, os.urandom, pool_size=2), []
    insert = store.insert
    monkeypatch.setattr(store, "insert", lambda rows: sizes.append(len(rows)) or insert(rows))
    for _ in range(30):
        vault.take()
    assert sizes == [2, 4, 8, 8, 8]


def test_no_key_is_handed_out_twice_and_no_key_is_in_clear(store: SqliteVaultStore, tmp_path: Path) -> None:
    vault = Vault(store, KEK, os.urandom, pool_size=16)
    taken = [vault.take() for _ in range(100)]
    assert len({one.id for one in taken}) == len({one.key for one in taken}) == 100
    raw = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert all(one.id in raw and one.key not in raw for one in taken)
    assert not any(repr(one.key) in repr(one) for one in taken)


def test_threads_never_share_a_key(store: SqliteVaultStore) -> None:
    vault = Vault(store, KEK, os.urandom, pool_size=8)
    with ThreadPoolExecutor(16) as threads:
        taken = list(threads.map(lambda _: vault.take(), range(1000)))
        refills = [threads.submit(vault.refill) for _ in range(4)]
        found = list(threads.map(lambda one: vault.key(one.id) == one.key, taken))
    assert len({one.id for one in taken}) == 1000
    assert all(found)
    assert all(refill.result() is None for refill in refills)
    assert store.count() == 1000 + 512  # the pool grew; refill tops it up, and does nothing when it is full


def test_many_waiting_for_one_pool_make_one_insert(store: SqliteVaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    vault, waiting, inserts = Vault(store, KEK, os.urandom, pool_size=64), Barrier(8), []
    insert = store.insert

    def slow(rows: Sequence[tuple[bytes, bytes]]) -> None:
        time.sleep(0.2)
        inserts.append(len(rows))
        insert(rows)

    monkeypatch.setattr(store, "insert", slow)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: (waiting.wait(), vault.take()), range(8)))
    assert inserts == [64]


def test_a_pool_left_over_is_never_reused(store: SqliteVaultStore) -> None:
    before = Vault(store, KEK, os.urandom, pool_size=8)
    used = before.take()
    left_over = set(stored_ids(store))
    after = Vault(store, KEK, os.urandom, pool_size=8)
    taken = {after.take().id for _ in range(20)}
    assert not taken & left_over
    assert after.key(used.id) == used.key


def test_after_sigkill_between_pool_and_use_the_next_process_takes_fresh_keys(tmp_path: Path) -> None:
    """A real process commits its pool, prints one id, and is killed before anything used it."""
    path = tmp_path / "vault.db"
    script = (
        "import os, sys, time\n"
        "from sceau.keys.vault import Vault\n"
        "from sceau.ledger.stores.vault_sqlite import SqliteVaultStore\n"
        f"vault = Vault(SqliteVaultStore({str(path)!r}), {KEK!r}, os.urandom, pool_size=8)\n"
        "print(vault.take().id.hex(), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        taken = bytes.fromhex(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
    store = SqliteVaultStore(path)
    try:
        survived = set(stored_ids(store))
        assert len(survived) == 8
        assert taken in survived
        after = Vault(store, KEK, os.urandom, pool_size=8)
        assert not {after.take().id for _ in range(24)} & survived
    finally:
        store.close()


def stored_ids(store: SqliteVaultStore) -> list[bytes]:
    return [row[0] for row in store._db.execute("SELECT id FROM data_key")]


def test_a_forked_process_does_not_take_from_its_parents_pool(
    store: SqliteVaultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(store, KEK, os.urandom, pool_size=8)
    vault.take()
    left_over = set(stored_ids(store))
    here = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: here + 1)
    assert vault.take().id not in left_over


def test_an_older_vault_is_refused(tmp_path: Path) -> None:
    path, old = tmp_path / "vault.db", tmp_path / "old.db"
    store = SqliteVaultStore(path)
    vault = Vault(store, KEK, os.urandom, pool_size=1)
    kept = vault.take()
    store.close()
    shutil.copy(path, old)
    store = SqliteVaultStore(path)
    lost = Vault(store, KEK, os.urandom, pool_size=1).take()
    store.close()
    restored = SqliteVaultStore(old)
    try:
        behind = Vault(restored, KEK, os.urandom)
        behind.check_covers([kept.id])
        assert behind.keys([kept.id]) == {kept.id: kept.key}
        for ask in (lambda: behind.key(lost.id), lambda: behind.check_covers([kept.id, lost.id])):
            with pytest.raises(VaultBehind, match=lost.id.hex()):
                ask()
        with pytest.raises(VaultBehind):
            behind.keys([kept.id, lost.id])
    finally:
        restored.close()


def test_many_keys_at_once(store: SqliteVaultStore) -> None:
    vault = Vault(store, KEK, os.urandom, pool_size=300)
    taken = [vault.take() for _ in range(1300)]
    wanted = {one.id: one.key for one in taken}
    assert Vault(store, KEK, os.urandom).keys(wanted) == wanted
    assert Vault(store, KEK, os.urandom).keys([]) == {}
    vault.check_covers(list(wanted))


def test_the_cache_is_bounded_and_keeps_what_is_asked_for(
    store: SqliteVaultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_module, "CACHE_MAX", 3)
    vault = Vault(store, KEK, os.urandom, pool_size=4)
    first, *rest = (vault.take() for _ in range(3))
    asked: list[int] = []
    select = store.select
    monkeypatch.setattr(store, "select", lambda ids: asked.append(len(ids)) or select(ids))
    vault.key(first.id)
    vault.take()
    assert vault.key(first.id) == first.key
    assert asked == []
    assert vault.key(rest[0].id) == rest[0].key  # pushed out, read again
    assert asked == [1]
    assert len(vault._cache) == 3


def test_swapped_edited_and_foreign_rows_are_noticed(tmp_path: Path, store: SqliteVaultStore) -> None:
    vault = Vault(store, KEK, os.urandom, pool_size=2)
    one, two = vault.take(), vault.take()
    with pytest.raises(IntegrityError, match="does not open"):
        Vault(store, b"\6" * 32, os.urandom).key(one.id)
    rows = store.select([one.id, two.id])
    edits = {
        "swapped": rows[two.id],
        "bit": rows[one.id][:-1] + bytes([rows[one.id][-1] ^ 1]),
        "cut": rows[one.id][:-1],
        "empty": b"",
        "nonce and little more": rows[one.id][:39],
    }
    database = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    try:
        for wrapped in edits.values():
            database.execute("UPDATE data_key SET wrapped = ? WHERE id = ?", (wrapped, one.id))
            with pytest.raises(IntegrityError):
                Vault(store, KEK, os.urandom).key(one.id)
    finally:
        database.close()


def test_a_random_source_that_repeats_is_noticed(store: SqliteVaultStore) -> None:
    with pytest.raises(IntegrityError, match="repeat"):
        Vault(store, KEK, lambda size: b"\1" * size, pool_size=2).take()
    assert store.count() == 0
    Vault(store, KEK, lambda size: b"\1" * size, pool_size=1).take()
    with pytest.raises(IntegrityError, match="repeat"):
        Vault(store, KEK, lambda size: b"\1" * size, pool_size=1).take()


def test_nothing_is_handed_out_when_the_store_refuses(store: SqliteVaultStore, tmp_path: Path) -> None:
    vault = Vault(store, KEK, os.urandom, pool_size=2)
    store._db.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            vault.take()
        other.execute("ROLLBACK")
        assert not store.missing([vault.take().id])
    finally:
        other.close()


@pytest.mark.parametrize(("kek", "pool_size"), [(b"", 1), (bytes(31), 1), (bytes(32), 0)])
def test_a_vault_without_key_or_pool_is_refused(store: SqliteVaultStore, kek: bytes, pool_size: int) -> None:
    with pytest.raises(KeyRefused):
        Vault(store, kek, os.urandom, pool_size)


def test_the_store_is_durable_or_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnsafe, match="memory"):
        SqliteVaultStore(":memory:")
    (tmp_path / "not.db").write_bytes(b"this is no database, but it is long enough to be looked at" * 20)
    with pytest.raises(StoreUnavailable):
        SqliteVaultStore(tmp_path / "not.db")
    with pytest.raises(StoreUnavailable):
        SqliteVaultStore(tmp_path / "no folder" / "vault.db")
    store = SqliteVaultStore(tmp_path / "vault.db")
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    store.close()


def test_the_store_keeps_rows_of_the_right_form(store: SqliteVaultStore, random: Callable[[int], bytes]) -> None:
    with pytest.raises(IntegrityError):
        store.insert([(b"short", random(72))])
    with pytest.raises(IntegrityError):
        store.insert([(random(16), random(72)), (random(15), random(72))])
    assert store.count() == 0
    store.insert([])
    assert store.select([random(16)]) == {}
    assert isinstance(Vault(store, KEK, random, pool_size=1).take(), DataKey)


# Destroyed, when a ledger orders it.


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_a_destroyed_key_is_nowhere_in_the_files(store: SqliteVaultStore, tmp_path: Path) -> None:
    vault = Vault(store, KEK, os.urandom, pool_size=64)
    taken = [vault.take().id for _ in range(640)]
    wrapped = store.select(taken)
    assert all(one in on_disk(tmp_path) for one in wrapped.values())
    gone, kept = taken[::3], [one for one in taken if one not in taken[::3]]
    vault.destroy(gone)
    left = on_disk(tmp_path)
    assert not [one for one in gone if wrapped[one] in left or wrapped[one][-16:] in left]
    assert (tmp_path / "vault.db-wal").stat().st_size == 0
    assert Vault(store, KEK, os.urandom).keys(taken).keys() == set(kept)


def test_nor_what_older_versions_left_of_it_in_the_pages(store: SqliteVaultStore, tmp_path: Path) -> None:
    """They did not overwrite: when pages are split, copies of moved rows stay in what is then free."""
    store._db.execute("PRAGMA secure_delete = OFF")
    vault = Vault(store, KEK, os.urandom, pool_size=256)
    taken = [vault.take().id for _ in range(8_000)]
    wrapped = store.select(taken)
    store.close()
    opened = SqliteVaultStore(tmp_path / "vault.db")
    opened.destroy(taken)
    left = on_disk(tmp_path)
    assert not [one for one in wrapped.values() if one in left]
    opened.close()


def test_a_destroyed_key_is_told_from_one_that_never_was(store: SqliteVaultStore) -> None:
    vault = Vault(store, KEK, os.urandom, pool_size=2)
    gone, kept, never = vault.take().id, vault.take().id, os.urandom(16)
    vault.destroy([gone])
    vault.destroy([gone])
    for one in (vault, Vault(store, KEK, os.urandom)):  # with what it had in memory, and without
        assert one.keys([gone, kept]).keys() == {kept}
        with pytest.raises(IntegrityError, match="destroyed"):
            one.key(gone)
        with pytest.raises(VaultBehind, match=never.hex()):
            one.keys([gone, never])
    assert vault.missing([gone, kept, never]) == vault.unreadable([gone, kept, never]) == {gone, never}
    assert vault.not_destroyed([gone, kept, never]) == {kept, never}
    with pytest.raises(VaultBehind):
        vault.check_covers([gone])
    with pytest.raises(IntegrityError):
        store.insert([(gone, os.urandom(72))])


def test_a_key_that_a_vault_never_had_is_destroyed_all_the_same(store: SqliteVaultStore) -> None:
    """A vault from a backup: the order stands in the log, the key came after the copy."""
    store.destroy([b"i" * 16])
    assert store.destroyed([b"i" * 16]) == {b"i" * 16}


def test_a_checkpoint_of_somebody_else_is_waited_for(store: SqliteVaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite answers at once that it is busy, whatever its timeout: a process that issues makes one now and then."""
    answers, real = [False, False], store._truncated
    monkeypatch.setattr(store, "_truncated", lambda: answers.pop() if answers else real())
    store.destroy([b"i" * 16])
    assert answers == []


def test_who_reads_meanwhile_holds_up_the_end_and_it_is_said(
    store: SqliteVaultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sceau.ledger.stores.vault_sqlite._WAIT_S", 0.05)
    vault = Vault(store, KEK, os.urandom, pool_size=2)
    one = vault.take().id
    store.destroy([])  # the file is written anew before
    store._db.execute("PRAGMA busy_timeout = 0")
    reader = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM data_key").fetchone()
    with pytest.raises(StoreUnavailable, match="holds up"):
        vault.destroy([one])
    assert vault.keys([one]) == {}
    reader.close()
    assert (tmp_path / "vault.db-wal").stat().st_size > 0
    SqliteVaultStore(tmp_path / "vault.db").close()  # the next opening truncates it
    assert (tmp_path / "vault.db-wal").stat().st_size == 0
