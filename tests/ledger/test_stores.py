"""The port, on both stores: order without holes, all or nothing, and only what the role may do."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from small_ledger import Small

from sceau.compose import open_store
from sceau.domain.errors import LogBroken, StoreUnavailable, StoreUnsafe
from sceau.ledger.stores import postgres
from sceau.ledger.stores import sqlite as sqlite_store
from sceau.ledger.stores.port import Conflict, EventRow, Receipt, Store
from sceau.ledger.stores.sqlite import SqliteRecorder, SqliteStore


def rows(stream: str, count: int = 1, start: int = 1) -> list[EventRow]:
    return [EventRow(stream, start + n, "t.v1", b"state", b"s" * 32, b"l" * 32) for n in range(count)]


def receipt(n: int) -> Receipt:
    return Receipt(n.to_bytes(16, "big"), b"m" * 16, b"\x80")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


def test_indexes_are_dense_from_zero(store: Store) -> None:
    assert store.size() == 0
    assert store.append(rows("act:a", 3), [receipt(1)], {}) == 0
    assert store.append(rows("act:b"), [receipt(2)], {}) == 3
    assert [row.idx for row in store.follow(0, 10)] == [0, 1, 2, 3]
    assert [row.stream for row in store.follow(2, 2)] == ["act:a", "act:b"]
    assert store.counts() == (4, 4, 2)


def test_a_conflict_writes_nothing_and_burns_no_index(store: Store) -> None:
    store.append(rows("act:a"), [receipt(1)], {})
    for events, receipts, expected in (
        (rows("act:b") + rows("act:a"), [receipt(2)], {}),  # version taken
        (rows("act:b"), [receipt(1)], {}),  # command id taken
        (rows("act:b"), [receipt(2)], {"act:a": 0}),  # relied upon a stream that has moved
    ):
        with pytest.raises(Conflict):
            store.append(events, receipts, expected)
    assert store.append(rows("act:b"), [receipt(2)], {"act:a": 1, "act:zzz": 0}) == 1
    assert store.counts() == (2, 2, 2)


@pytest.mark.parametrize("place", [0, 499, 500, 1199])
def test_none_of_many_streams_relied_upon_may_have_moved(store: Store, place: int) -> None:
    store.append(rows("act:a"), [receipt(1)], {})
    expected = {f"act:{n:06}": 0 for n in range(1199)}
    names = list(expected)
    names.insert(place, "act:a")
    with pytest.raises(Conflict):
        store.append(rows("act:b"), [receipt(2)], dict.fromkeys(names, 0))
    assert store.append(rows("act:b"), [receipt(2)], {**expected, "act:a": 1}) == 1


def test_a_connection_ended_by_the_server_is_an_unknown_outcome_and_then_another(fresh_postgres: str) -> None:
    opened = open_store(fresh_postgres)
    opened.append(rows("act:a"), [receipt(1)], {})
    _end_connections(fresh_postgres)
    with pytest.raises(StoreUnavailable):
        opened.append(rows("act:b"), [receipt(2)], {})
    assert opened.append(rows("act:b"), [receipt(2)], {"act:a": 1}) == 1
    with pytest.raises(Conflict):
        opened.append(rows("act:b"), [receipt(3)], {})
    assert opened.append(rows("act:c"), [receipt(4)], {}) == 2
    opened.close()


def _end_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query ~ 'sceau_append|advisory' AND pid <> pg_backend_pid()"
        )


def test_whoever_lost_the_lock_with_its_connection_writes_at_the_next_try(fresh_postgres: str) -> None:
    opened = open_store(fresh_postgres)
    with pytest.raises(StoreUnavailable), opened.exclusive():
        _end_connections(fresh_postgres)
    assert opened.append(rows("act:a"), [receipt(1)], {}) == 0
    opened.close()


def test_a_lock_held_by_who_was_stopped_is_waited_for_and_then_an_unknown_outcome(
    fresh_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = open_store(fresh_postgres)
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT_SECONDS", 1)
    store = open_store(fresh_postgres)
    with holder.exclusive():
        for write in (lambda: store.append(rows("act:a"), [receipt(1)], {}), lambda: store.settled_receipts([])):
            with pytest.raises(StoreUnavailable):
                write()
        with pytest.raises(StoreUnavailable), store.exclusive():
            raise AssertionError("both hold it")
    assert store.append(rows("act:a"), [receipt(1)], {}) == 0
    holder.close()
    store.close()


def test_look_ups(store: Store) -> None:
    store.append([*rows("act:PAR-1"), *rows("act:PAR-2"), *rows("act:PAS-1"), *rows("key:x", 2)], [receipt(7)], {})
    assert store.last_stream("act:PAR-") == "act:PAR-2"
    assert store.last_stream("act:PAT-") is None
    assert [row.version for row in store.stream("key:x")] == [1, 2]
    assert [row.stream for row in store.streams("act:")] == ["act:PAR-1", "act:PAR-2", "act:PAS-1"]
    assert [row.idx for row in store.find([("key:x", 2), ("key:x", 9)])] == [4]
    assert store.find_receipts([receipt(7).command_id, b"none"]) == {receipt(7).command_id: receipt(7)}
    assert store.settled_receipts([receipt(7).command_id]) == {receipt(7).command_id: receipt(7)}
    assert store.leaves(3, 9) == [b"l" * 32, b"l" * 32]


def test_many_writers_leave_no_hole(url: str, store: Store) -> None:
    others = [open_store(url) for _ in range(4)]
    failed: list[BaseException] = []

    def write(which: int) -> None:
        try:
            for n in range(20):
                others[which].append(rows(f"act:{which}-{n}"), [receipt(which * 100 + n)], {})
        except BaseException as error:  # shown below
            failed.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [row.idx for row in store.follow(0, 1000)] == list(range(80))
    for other in others:
        other.close()


def test_a_hole_is_never_passed(url: str, store: Store, tmp_path: Path) -> None:
    store.append(rows("act:a", 5), [receipt(1)], {})
    _as_owner(url, "DELETE FROM stored_events WHERE originator_version = 3")
    with pytest.raises(LogBroken, match="index 2"):
        store.follow(0, 10)
    _as_owner(url, "DELETE FROM stored_events WHERE originator_version >= 3")
    with pytest.raises(LogBroken, match="index 2"):
        store.follow(0, 10)


def _as_owner(url: str, statement: str) -> None:
    """What a database administrator can do: the fences of the application do not hold."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        for table in ("stored_events", "leaf", "receipt"):
            for verb in ("update", "delete"):
                connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        connection.execute(statement)
        connection.commit()
        connection.close()
    else:
        with psycopg.connect(url) as owner:
            owner.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("verb", ["UPDATE stored_events SET state = x'00'", "DELETE FROM leaf", "DELETE FROM receipt"])
def test_sqlite_rows_are_only_inserted(tmp_path: Path, verb: str) -> None:
    path = tmp_path / "ledger.db"
    store = open_store(f"sqlite:///{path}")
    store.append(rows("act:a"), [receipt(1)], {})
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="only inserted"):
        connection.execute(verb)
    connection.close()
    store.close()


def test_the_whole_ledger_works_with_select_and_insert_alone(
    fresh_postgres: str, select_insert_role: Callable[[str], str], tmp_path: Path
) -> None:
    house = Small(tmp_path / "home", fresh_postgres)
    limited = select_insert_role(fresh_postgres)
    with psycopg.connect(limited) as role, pytest.raises(psycopg.errors.InsufficientPrivilege):
        role.execute("UPDATE stored_events SET topic = 'x'")
    house.ledger.close()
    object.__setattr__(house.config, "database", limited)
    house.ledger = house.opened(migrate=False)
    assert house.extract(house.birth()) == "NPA260001"
    house.ledger.close()


def test_sqlite_without_full_sync_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert isinstance(store, SqliteStore)
    with store.recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2
    memory = SqliteRecorder(type(store.recorder.datastore)(":memory:", originator_id_type="text"), "stored_events")
    memory.create_table()
    with pytest.raises(StoreUnsafe):
        SqliteStore(memory)
    memory.datastore.close()
    store.close()


def test_the_application_sets_full_sync_on_every_write(tmp_path: Path) -> None:
    """The mutant of FAULTS.md: a connection left at NORMAL by something else is put right before the commit."""
    store = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert isinstance(store, SqliteStore)
    store.appender._connected().execute("PRAGMA synchronous=NORMAL")
    with store.appender.writing() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2
    store.close()


@pytest.mark.parametrize("way", ["append", "close"])
def test_threads_of_one_store_write_one_after_the_other(tmp_path: Path, way: str) -> None:
    """One connection writes for all of them: a second transaction in the first, or its end, would undo both."""
    store = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert isinstance(store, SqliteStore)
    appender, told, done = store.appender, list[object](), threading.Event()

    def other() -> None:
        try:
            told.append(store.append(rows("act:b"), [receipt(2)], {}) if way == "append" else appender.close())
        except Exception as error:  # shown below
            told.append(error)
        done.set()

    thread = threading.Thread(target=other)
    with appender.writing() as cursor:
        thread.start()
        assert not done.wait(0.2)
        cursor.execute("INSERT INTO receipt VALUES (?,?,?)", receipt(1))
    thread.join()
    assert told == [0 if way == "append" else None]
    assert store.append(rows("act:c"), [receipt(3)], {}) == (way == "append")
    assert receipt(1).command_id in store.find_receipts([receipt(1).command_id])
    store.close()


def test_a_locked_database_is_an_unknown_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sceau.ledger.stores.sqlite_append.LOCK_TIMEOUT_SECONDS", 1)
    with_lock = tmp_path / "ledger.db"
    store = open_store(f"sqlite:///{with_lock}")
    holder = sqlite3.connect(with_lock, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        store.append(rows("act:a"), [receipt(1)], {})
    holder.execute("ROLLBACK")
    holder.close()
    assert store.append(rows("act:a"), [receipt(1)], {}) == 0
    store.close()


def test_a_database_that_is_gone_is_said_plainly_by_every_reader(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    owner = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    for table in ("stored_events", "leaf", "receipt"):
        owner.execute(f"DROP TABLE {table}")
    owner.close()
    asked: list[Callable[[], object]] = [
        store.size,
        store.counts,
        lambda: store.stream("act:a"),
        lambda: store.leaves(0, 1),
        lambda: store.find_receipts([bytes(16)]),
    ]
    for ask in asked:
        with pytest.raises(StoreUnavailable):
            ask()
    store.close()


def test_no_server_is_said_plainly() -> None:
    with pytest.raises(StoreUnavailable):
        open_store("postgresql://nobody@127.0.0.1:1/none")


def test_the_library_function_without_a_lock_is_never_used(
    fresh_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LEDGER.md traps 1 to 3: the flag in the environment changes nothing here."""
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "y")
    store = postgres.open_store(fresh_postgres)
    assert store.recorder.datastore.enable_db_functions is False
    with psycopg.connect(fresh_postgres) as owner:
        functions = owner.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'es_insert%'").fetchall()
    assert functions == []
    store.close()


def test_following_reads_by_index_and_never_scans_the_table(tmp_path: Path) -> None:
    """A scan for every batch made audit and rebuild grow with the square of the ledger."""
    store = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert isinstance(store, SqliteStore)
    with store.recorder.datastore.transaction(commit=False) as cursor:
        for where in (
            "WHERE idx >= 5 AND idx < 9 ORDER BY idx",
            "WHERE originator_id = 'a' ORDER BY originator_version",
        ):
            cursor.execute(f"EXPLAIN QUERY PLAN {sqlite_store._ROW} {where}")
            plan = [row["detail"] for row in cursor.fetchall()]
            assert not [step for step in plan if step.startswith("SCAN")], plan
    store.close()
