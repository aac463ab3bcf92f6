"""The ground that the other tests stand on."""

from collections.abc import Callable

import psycopg
import pytest


def test_the_server_keeps_what_it_acknowledges(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as owner:
        settings = [
            owner.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit", "listen_addresses")
        ]
    assert settings == [("on",), ("on",), ("",)]


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_an_empty_database_of_its_own(fresh_postgres: str, turn: str) -> None:
    with psycopg.connect(fresh_postgres) as owner:
        owner.execute("CREATE TABLE only_here (turn text)")


def test_a_clerk_may_select_and_insert_and_nothing_else(
    fresh_postgres: str, select_insert_role: Callable[[str], str]
) -> None:
    with psycopg.connect(fresh_postgres, autocommit=True) as owner:
        owner.execute("CREATE TABLE event (idx bigint PRIMARY KEY)")
    with psycopg.connect(select_insert_role(fresh_postgres), autocommit=True) as clerk:
        clerk.execute("INSERT INTO event VALUES (0)")
        assert clerk.execute("SELECT idx FROM event").fetchall() == [(0,)]
        for refused in (
            "UPDATE event SET idx = 1",
            "DELETE FROM event",
            "TRUNCATE event",
            "CREATE TABLE more (idx int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                clerk.execute(refused)


def test_the_clock_moves_only_when_told(clock) -> None:
    before = clock()
    clock.advance(86_400)
    assert (clock() - before, clock.today().isoformat()) == (86_400, "2026-11-23")


def test_randomness_is_new_each_time_and_the_same_each_run(random: Callable[[int], bytes]) -> None:
    assert random(4).hex() == "a722a5bc"
    assert random(4) != random(4)
