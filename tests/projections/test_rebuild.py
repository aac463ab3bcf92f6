"""Rebuilding beside the live view: same digest, never a torn file, no silent difference."""

import random
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from sceau.projections import view
from sceau.projections.projector import ProjectionStopped, Projector
from sceau.projections.query import RegisterQuery
from sceau.projections.rebuild import RebuildDiffers, rebuild
from sceau.projections.register import Register
from sceau.projections.search import Search
from sceau.projections.status import StatusView
from sceau.projections.view import ViewUnavailable

FOLLOWER = Path(__file__).with_name("follower.py")


@pytest.mark.parametrize("batch", [7, 5000])
def test_a_rebuild_compares_and_replaces(history, register, sql, batch) -> None:
    register.catch_up(history.reader())
    before = register.digest()
    told = []
    result = rebuild(register, history.reader(), lambda *at: told.append(at), batch=batch)
    assert (result.next_idx, result.digest, result.compared, result.differs) == (*before, history.size, None)
    assert told[-1] == (history.size, history.size)
    assert register.digest() == before
    assert sql(register.path, "PRAGMA integrity_check") == [("ok",)]
    assert sql(register.path, "PRAGMA journal_mode") == [("wal",)]


def test_the_rebuilt_view_is_searched_and_followed_like_the_old(history, register) -> None:
    query = RegisterQuery(register.path)
    register.catch_up(history.reader())
    asked = [Search(name="keita fan"), Search(name="awa14"), Search(birth_date="1990-01-02", kind="consular_card")]
    before = [query.find(one) for one in asked]
    assert all(before)
    rebuild(register, history.reader())
    assert [query.find(one) for one in asked] == before
    history.birth("PAR-2026-N-009999", given_names="Zeïnabou")
    history.rectify("PAR-2026-N-009999", given_names="Zahra")
    register.catch_up(history.reader())
    assert [one.number for one in query.acts(Search(name="zahra"))] == ["PAR-2026-N-009999"]


def test_a_view_that_holds_nothing_is_built_without_comparing(history, register) -> None:
    result = rebuild(register, history.reader())
    assert (result.next_idx, result.compared) == (history.size, 0)
    assert register.digest() == (history.size, result.digest)


def test_a_tampered_view_is_reported_and_left_alone_until_accepted(history, register, sql) -> None:
    register.catch_up(history.reader())
    good = register.digest()
    sql(register.path, "UPDATE people SET surname = 'DIARRA' WHERE surname = 'TRAORÉ' AND id % 3 = 0")
    bad = register.digest()
    assert bad != good
    with pytest.raises(RebuildDiffers) as caught:
        rebuild(register, history.reader())
    assert (caught.value.values["live"], caught.value.values["rebuilt"]) == (bad[1].hex(), good[1].hex())
    assert "register_v1" in caught.value.say("fr")
    assert str(history.size) in caught.value.say("en")
    assert register.digest() == bad
    assert not list(register.path.parent.glob("*.new*"))
    result = rebuild(register, history.reader(), accept=True)
    assert result.differs is not None
    assert register.digest() == good


def test_a_stopped_view_is_compared_where_it_stopped_and_goes_on(history, tmp_path) -> None:
    class Wrong(StatusView):
        idx = 73

        def apply(self, rows, cursor) -> None:
            if any(row.idx == self.idx for row in rows):
                raise KeyError

    wrong = Wrong()
    with closing(Projector(wrong, tmp_path / "status.db")) as live:
        with pytest.raises(ProjectionStopped):
            live.catch_up(history.reader())
        with pytest.raises(ProjectionStopped, match="event 73"):
            rebuild(live, history.reader())
        wrong.idx = -1
        result = rebuild(live, history.reader())
        assert (result.compared, result.next_idx, result.differs) == (73, history.size, None)
        assert live.status(history.reader()).error is None
        history.birth("PAR-2026-N-009999")
        assert live.catch_up(history.reader()) == history.size


def test_a_writer_and_a_follower_go_on_beside_a_rebuild(history, register, tmp_path) -> None:
    """The live view is read and follows while the new one is built; at the end nothing is missing."""
    register.catch_up(history.reader())
    stop, faults, seen = threading.Event(), [], []

    def write() -> None:
        n = 5000
        while not stop.is_set():
            n += 1
            history.birth(f"PAR-2026-N-{n:06d}", given_names=f"Zan{n}")
            history.issue(f"NPA27{n:04d}", act=f"PAR-2026-N-{n:06d}")

    def follow() -> None:
        with closing(Projector(Register(), register.path)) as mine:
            while not stop.is_set():
                mine.catch_up(history.reader())

    def read() -> None:
        query = RegisterQuery(register.path)
        while not stop.is_set():
            seen.append(len(query.acts(Search(name="keita fanta", limit=10_000))))

    def run(what) -> None:
        try:
            what()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(what,)) for what in (write, follow, read)]
    for thread in threads:
        thread.start()
    results = [rebuild(register, history.reader(), batch=11) for _ in range(3)]
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert all(result.differs is None for result in results)
    assert results[-1].next_idx > results[0].next_idx
    assert len(seen) > 3
    assert set(seen) == {40}  # never a torn or empty view
    register.catch_up(history.reader())
    with closing(Projector(Register(), tmp_path / "fresh.db")) as fresh:
        fresh.catch_up(history.reader())
        assert fresh.digest() == register.digest()


def test_a_reader_keeps_its_view_until_it_ends(history, register) -> None:
    register.catch_up(history.reader(), until=30)
    with view.reading(register.path) as cursor:
        before = view.digest(cursor)
        rebuild(register, history.reader())
        assert (view.position(cursor), view.digest(cursor)) == (30, before)
    assert register.digest()[0] == history.size


def test_killed_anywhere_the_live_view_is_as_it_was(history, register, tmp_path) -> None:
    register.catch_up(history.reader())
    good, draw = register.digest(), random.Random(3)
    for lines in (0, 1, 5, *(draw.randint(1, 30) for _ in range(4))):
        command = [sys.executable, str(FOLLOWER), str(history.path), str(register.path), "rebuild", "10"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for _ in range(lines):
                process.stdout.readline()
            process.kill()
        assert register.digest() == good
    assert rebuild(register, history.reader()).digest == good[1]
    assert not list(register.path.parent.glob("*.new*"))


def test_killed_while_replacing_the_live_view_is_as_it_was(history, register, tmp_path) -> None:
    """The copy is cut after some pages: without the transaction the file would be half old, half new."""
    register.catch_up(history.reader(), until=100)
    good = register.digest()
    code = (
        "import os, signal, sqlite3, sys\n"
        "new, live = sqlite3.connect(sys.argv[1]), sqlite3.connect(sys.argv[2])\n"
        "new.backup(live, pages=5, progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    with closing(Projector(Register(), tmp_path / "new.db")) as other:
        other.catch_up(history.reader())
    process = subprocess.run([sys.executable, "-c", code, str(tmp_path / "new.db"), str(register.path)], check=False)
    assert process.returncode == -signal.SIGKILL
    assert register.digest() == good
    assert register.catch_up(history.reader()) == history.size


def test_one_rebuild_at_a_time(history, register) -> None:
    def again(at: int, size: int) -> None:
        with pytest.raises(ViewUnavailable, match="another rebuild"):
            rebuild(register, history.reader())

    rebuild(register, history.reader(), again, batch=100)


def test_a_locked_live_view_is_not_replaced(history, register, monkeypatch) -> None:
    monkeypatch.setattr("sceau.projections.view.LOCK_TIMEOUT_S", 0.05)
    with (
        closing(Projector(Register(), register.path)) as live,
        closing(Projector(Register(), register.path)) as other,
        closing(Projector(Register(), register.path.with_name("new.db"))) as fresh,
    ):
        fresh.catch_up(history.reader())
        other._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(ViewUnavailable, match="locked"):
            fresh.copy_over(live, waits_max=1)
        other._connection.execute("ROLLBACK")
        assert live.digest()[0] == 0
