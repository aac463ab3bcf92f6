"""Following: exactly once whatever is killed, and loudly not at all past an event that cannot be applied."""

import random
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from sceau.domain.errors import EnvelopeInvalid, FieldInvalid, LogBroken, StoreUnavailable
from sceau.projections.projector import ProjectionStopped, Projector, catch_up_all
from sceau.projections.register import Register
from sceau.projections.status import StatusView
from sceau.projections.view import ViewForeign, ViewUnavailable

FOLLOWER = Path(__file__).with_name("follower.py")


def follower(ledger: Path, view: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(FOLLOWER), str(ledger), str(view), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


class Poisoned(StatusView):
    """Cannot apply one event, and says a name when it fails."""

    def __init__(self, idx: int, error: type[Exception] = KeyError) -> None:
        self.idx, self.error = idx, error

    def apply(self, rows, cursor) -> None:
        super().apply(rows, cursor)
        if any(row.idx == self.idx for row in rows):
            raise self.error("TRAORÉ")


@pytest.mark.parametrize("projection", [Register, StatusView])
def test_the_rows_do_not_depend_on_the_batches(history, tmp_path, projection) -> None:
    found = set()
    for batch in (1, 2, 7, 64, 10_000):
        with closing(Projector(projection(), tmp_path / f"{batch}.db")) as projector:
            assert projector.catch_up(history.reader(), batch) == history.size
            found.add(projector.digest())
    assert len(found) == 1
    assert found.pop()[0] == history.size


def test_progress_is_told_and_until_is_kept(history, register) -> None:
    told = []
    assert register.catch_up(history.reader(), 50, lambda *at: told.append(at), until=120) == 120
    assert told == [(50, 120), (100, 120), (120, 120)]
    assert register.status(history.reader()).lag == history.size - 120
    assert register.catch_up(history.reader(), until=60) == 120


def test_killed_inside_the_transaction_nothing_of_it_stays(history, tmp_path) -> None:
    for n, die_at in enumerate((0, 1, 57, history.size - 1)):
        path = tmp_path / f"killed{n}.db"
        process = follower(history.path, path, "follow", 10, die_at)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        with closing(Projector(Register(), path)) as projector:
            assert projector.digest()[0] == die_at // 10 * 10
            projector.catch_up(history.reader())
            assert projector.digest() == fresh_digest(history, tmp_path / f"whole{n}.db")


def test_killed_at_random_each_event_is_applied_once(history, tmp_path) -> None:
    path, draw = tmp_path / "killed.db", random.Random(7)
    for _ in range(6):
        with follower(history.path, path, "follow", 3) as process:
            for _ in range(draw.randint(1, 12)):
                process.stdout.readline()
            process.kill()
    with closing(Projector(Register(), path)) as projector:
        before = projector.digest()[0]
        assert before > 0
        projector.catch_up(history.reader())
        assert projector.digest() == fresh_digest(history, tmp_path / "whole.db")


def fresh_digest(scribe, path: Path) -> tuple[int, bytes]:
    with closing(Projector(Register(), path)) as projector:
        projector.catch_up(scribe.reader())
        return projector.digest()


def test_two_followers_of_one_file_apply_each_event_once(history, tmp_path) -> None:
    path = tmp_path / "shared.db"
    with closing(Projector(Register(), path)) as one, closing(Projector(Register(), path)) as other:
        faults: list[BaseException] = []

        def run(projector: Projector) -> None:
            try:
                projector.catch_up(history.reader(), 3)
            except BaseException as error:
                faults.append(error)

        threads = [threading.Thread(target=run, args=(projector,)) for projector in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert one.digest() == fresh_digest(history, tmp_path / "alone.db")


@pytest.mark.parametrize("batch", [1, 10, 1000])
def test_a_poisoned_event_stops_its_projection_and_nobody_elses(history, register, tmp_path, batch) -> None:
    reader = history.reader()
    poisoned = Poisoned(73)
    with closing(Projector(poisoned, tmp_path / "poisoned.db")) as stopped:
        (fault,) = catch_up_all([stopped, register], reader, batch)
        assert isinstance(fault, ProjectionStopped)
        assert (fault.values["idx"], fault.values["cause"]) == (73, "KeyError")
        assert "TRAOR" not in str(fault) + fault.say("fr") + fault.say("en")
        assert register.digest()[0] == history.size
        status = stopped.status(reader)
        assert (status.next_idx, status.lag, status.error.values) == (73, history.size - 73, fault.values)

        with pytest.raises(ProjectionStopped, match="event 73"):
            stopped.catch_up(reader)
        with pytest.raises(ProjectionStopped, match="event 73"):
            stopped.resume(reader)

        poisoned.idx = -1
        assert stopped.resume(reader) == history.size
        assert stopped.status(reader).error is None
        with closing(Projector(StatusView(), tmp_path / "well.db")) as well:
            well.catch_up(reader)
            assert well.digest() == stopped.digest()


def test_the_fault_names_stream_topic_and_place_in_the_code(history, tmp_path) -> None:
    poisoned = Projector(Poisoned(1, FieldInvalid3), tmp_path / "poisoned.db")
    with closing(poisoned) as stopped, pytest.raises(ProjectionStopped) as caught:
        stopped.catch_up(history.reader())
    values = caught.value.values
    assert (values["stream"], values["topic"], values["cause"]) == (
        "document:NPA260001",
        "document.issued.v1",
        "domain.field_invalid",
    )
    assert values["message"].startswith("test_projector.py:")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


class FieldInvalid3(FieldInvalid):
    def __init__(self, text: str) -> None:
        super().__init__(text, text, text)


def test_an_event_of_a_newer_version_stops_everybody_at_it(history, register) -> None:
    from sceau.domain import events

    event = events._CLASSES.pop("act.mentioned.v1")
    try:
        with pytest.raises(ProjectionStopped) as caught:
            register.catch_up(history.reader())
    finally:
        events._CLASSES["act.mentioned.v1"] = event
    assert (caught.value.values["topic"], caught.value.values["cause"]) == ("act.mentioned.v1", "domain.unknown_type")
    assert register.resume(history.reader()) == history.size


def test_a_hole_is_never_passed(history, register, sql) -> None:
    for table in ("leaf", "stored_events"):
        sql(history.path, f"DROP TRIGGER {table}_no_delete")
    sql(history.path, "DELETE FROM leaf WHERE idx = 50")
    with pytest.raises(LogBroken, match="50"):
        register.catch_up(history.reader())
    assert register.digest()[0] == 50
    with pytest.raises(LogBroken, match="50"):
        register.catch_up(history.reader())


def test_an_edited_event_is_not_applied_by_any_view(history, register, status, sql) -> None:
    sql(history.path, "DROP TRIGGER stored_events_no_update")
    sql(history.path, "UPDATE stored_events SET state = CAST(state || x'00' AS BLOB) WHERE notification_id = 31")
    faults = catch_up_all([register, status], history.reader())
    assert [type(fault) for fault in faults] == [LogBroken, LogBroken]
    assert (register.digest()[0], status.digest()[0]) == (30, 30)


def test_a_personal_part_that_does_not_open_is_reported_and_the_rest_kept(history, register, status) -> None:
    reader = history.reader()
    keys = reader._keys
    idx, wrong = next((row.idx, part.key_id) for row in reader.read(40) for part in row.event.personal)
    reader._keys = lambda ids: {**keys(ids), wrong: bytes(32)} if wrong in ids else keys(ids)
    with pytest.raises(EnvelopeInvalid, match="does not open"):
        register.catch_up(reader)
    assert register.digest()[0] == idx
    assert status.catch_up(history.reader(personal=False)) == history.size


def test_a_database_that_is_gone_parks_nothing(history, register) -> None:
    reader = history.reader()
    register.catch_up(reader, until=10)

    def gone(start: int, limit: int) -> list:
        raise StoreUnavailable("gone")

    reader.store.follow = gone
    with pytest.raises(StoreUnavailable):
        register.catch_up(reader)
    del reader.store.follow
    assert register.catch_up(reader) == history.size


def test_a_view_does_not_go_on_along_another_history(history, register, tmp_path) -> None:
    register.catch_up(history.reader())
    other = type(history)(tmp_path / "other.db")
    with pytest.raises(ViewForeign, match="0 in the ledger"):
        register.catch_up(other.reader())
    for n in range(1, 200):
        other.birth(f"BKO-2026-N-{n:06d}")
    other.birth("BKO-2026-N-000999")
    with pytest.raises(ViewForeign):
        register.catch_up(other.reader())
    other.store.close()


def test_a_locked_or_damaged_file_is_not_the_events_fault(history, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("sceau.projections.view.LOCK_TIMEOUT_S", 0.05)
    path = tmp_path / "locked.db"
    with closing(Projector(Register(), path)) as projector, closing(Projector(Register(), path)) as other:
        other._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(ViewUnavailable, match="locked"):
            projector.catch_up(history.reader())
        other._connection.execute("ROLLBACK")
        assert projector.catch_up(history.reader()) == history.size
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(ViewUnavailable, match="not a database"):
        Projector(Register(), damaged)
