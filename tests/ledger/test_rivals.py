"""Two processes that write for one office: none loses a race twice, none refuses on old news (ADR 0012)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from small_ledger import ALL_POWERS, BIRTH, Small

from sceau.compose import Ledger
from sceau.domain.civil_act import CourtDecision
from sceau.domain.errors import CommandReused, LogBroken, NotMandated, StoreUnavailable, WrongState
from sceau.install import grant
from sceau.ledger import commands as c
from sceau.ledger import states
from sceau.ledger.audit import audit
from sceau.ledger.issuance import Outcome
from sceau.ledger.stores.port import Conflict


@pytest.fixture
def other(house: Small) -> Iterator[Ledger]:
    """Another process of the same installation."""
    opened = house.opened()
    yield opened
    opened.close()


def births(house: Small, count: int) -> list[c.Command]:
    return [c.EstablishAct(kind="birth", values=BIRTH, **house.by()) for _ in range(count)]


def grant_awa(ledger: Ledger, house: Small) -> None:
    officer = {"officer": "PAR-2", "office": "PAR", "name": "Awa", "title": {"fr": "Vice-consul"}}
    days = {"valid_from": "2026-01-01", "valid_until": "2027-12-31"}
    grant(ledger, {**officer, **days, "powers": ALL_POWERS}, house.random)


def test_many_callers_in_two_processes_all_get_their_number(house: Small, other: Ledger) -> None:
    commands = births(house, 240)
    ledgers = [house.ledger.issuance, other.issuance] * 120
    with ThreadPoolExecutor(24) as pool:
        done = list(pool.map(lambda one, command: one.execute(command).number, ledgers, commands))
    assert sorted(done) == [f"PAR-2026-N-{n:06d}" for n in range(1, 241)]
    kid = house.ledger.keystore.signer("event:MAE").kid
    assert audit(house.ledger.store, house.config.state.origin, kid).holds


def test_batches_of_two_processes_take_turns(house: Small, other: Ledger) -> None:
    numbers = []
    for turn in range(6):
        ledger = (house.ledger, other)[turn % 2]
        done = ledger.issuance.execute_many(births(house, 5))
        numbers += [one.number for one in done if isinstance(one, Outcome)]
    assert numbers == [f"PAR-2026-N-{n:06d}" for n in range(1, 31)]


def test_the_lock_is_taken_first_only_while_another_writes_to_our_streams(
    house: Small, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = counted(monkeypatch, house.ledger.store, "exclusive")
    house.birth()
    assert taken == [0]
    other.issuance.execute_many(births(house, 2))
    assert (house.birth(), taken) == ("PAR-2026-N-000004", [1])  # a conflict
    assert (house.birth(), taken) == ("PAR-2026-N-000005", [2])  # still wary
    assert (house.birth(), taken) == ("PAR-2026-N-000006", [2])


def test_the_work_of_another_office_makes_nobody_wary(
    house: Small, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = counted(monkeypatch, house.ledger.store, "exclusive")
    house.birth()
    other.issuance.execute(c.EstablishAct(kind="birth", values=BIRTH, **house.by("TLS")))
    with pytest.raises(WrongState):  # a refusal looks for news, and finds none of ours
        house.do(c.ResumeDocument(number=house.visa(), reason="trouvé", **house.by()))
    assert taken == [1]
    house.birth()
    assert taken == [1]


def test_who_was_given_a_mandate_elsewhere_may_sign_here(house: Small, other: Ledger) -> None:
    asked = c.EstablishAct(kind="birth", values=BIRTH, **house.by(officer="PAR-2"))
    with pytest.raises(NotMandated):
        house.ledger.issuance.execute(asked)
    grant_awa(other, house)
    assert house.ledger.issuance.execute(asked).number == "PAR-2026-N-000001"


def test_what_was_resumed_elsewhere_can_be_suspended_here(house: Small, other: Ledger) -> None:
    number = house.visa()
    house.do(c.SuspendDocument(number=number, reason="other", **house.by()))
    other.issuance.execute(c.ResumeDocument(number=number, reason="other", **house.by()))
    assert house.do(c.SuspendDocument(number=number, reason="other", **house.by())) == number


def test_a_refused_command_of_a_batch_is_looked_at_again_and_the_others_stand(house: Small, other: Ledger) -> None:
    number = house.visa()
    house.do(c.SuspendDocument(number=number, reason="other", **house.by()))
    other.issuance.execute(c.ResumeDocument(number=number, reason="other", **house.by()))
    asked = births(house, 2)
    asked[1:1] = [c.SuspendDocument(number=number, reason="other", **house.by())]
    done = house.ledger.issuance.execute_many(asked)
    numbers = [one.number for one in done if isinstance(one, Outcome)]
    assert numbers == ["PAR-2026-N-000001", number, "PAR-2026-N-000002"]


def test_a_preview_knows_what_was_decided_elsewhere(house: Small, other: Ledger) -> None:
    act = house.birth()
    asked = c.IssueDocument(type="birth_extract", act=act, **house.by())
    house.ledger.issuance.preview(asked)
    other.issuance.execute(
        c.AnnulAct(number=act, decision=CourtDecision("Tribunal de Bamako", "12/26", "2026-11-20"), **house.by())
    )
    with pytest.raises(WrongState):
        house.ledger.issuance.preview(asked)


def test_who_is_far_behind_forgets_everything(house: Small, other: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "_BEHIND_MAX", 2)
    house.birth()
    grant_awa(other, house)
    other.issuance.execute_many(births(house, 3))
    known = house.ledger.issuance.states
    looked = counted(monkeypatch, known, "_drop")
    assert [known.catch_up(), known.catch_up(), looked] == [True, False, [0]]
    assert house.do(c.EstablishAct(kind="birth", values=BIRTH, **house.by(officer="PAR-2"))) == "PAR-2026-N-000005"


def test_a_memory_that_is_wrong_is_dropped_whole(house: Small) -> None:
    house.birth()
    known = house.ledger.issuance.states
    known.keep({}, {"PAR-2026-N-": 0})  # as if the first number were free
    assert house.birth() == "PAR-2026-N-000002"


def test_a_conflict_without_a_rival_is_a_broken_database(house: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*batch: Any) -> int:
        raise Conflict("act:PAR-2026-N-000001")

    monkeypatch.setattr(house.ledger.store, "append", never)
    with pytest.raises(LogBroken, match="nobody else"):
        house.birth()


@pytest.mark.parametrize("end", ["append", "leave", "error"])
def test_who_holds_the_lock_is_waited_for(house: Small, other: Ledger, end: str) -> None:
    """In another process; whatever ends it, the others go on."""
    done = threading.Event()

    def elsewhere() -> None:
        other.issuance.execute_many(births(house, 1))
        done.set()

    thread = threading.Thread(target=elsewhere)
    with suppress(KeyError), house.ledger.store.exclusive():
        thread.start()
        assert not done.wait(0.3)
        _ended(end, house.birth)
    thread.join(10)
    assert done.is_set()
    assert house.birth() == f"PAR-2026-N-00000{3 if end == 'append' else 2}"


def _ended(how: str, birth: Callable[[], str]) -> None:
    if how == "append":
        assert birth() == "PAR-2026-N-000001"
    if how == "error":
        raise KeyError


def test_nobody_catches_up_before_the_batch_under_way_is_kept(house: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else its news would be taken for a rival's, and then be put over what was read since."""
    act, append = house.birth(), house.ledger.store.append
    stored, go, foreseen = threading.Event(), threading.Event(), threading.Event()

    def slowly(*batch: Any) -> int:
        first = append(*batch)
        stored.set()
        assert go.wait(10)
        return first

    monkeypatch.setattr(house.ledger.store, "append", slowly)

    def foresee() -> None:
        house.ledger.issuance.preview(c.IssueDocument(type="birth_extract", act=act, **house.by()))
        foreseen.set()

    threads = [threading.Thread(target=house.birth), threading.Thread(target=foresee)]
    threads[0].start()
    assert stored.wait(10)
    threads[1].start()
    assert not foreseen.wait(0.3)
    go.set()
    for thread in threads:
        thread.join(10)
    assert foreseen.is_set()


def test_a_batch_whose_followers_cannot_be_told_stops_nobody(house: Small) -> None:
    """As when the event loop is closed meanwhile: nobody waits for it for ever."""

    def closed() -> None:
        raise RuntimeError("the event loop is closed")

    with pytest.raises(RuntimeError):
        house.ledger.issuance._run(births(house, 1), closed)
    numbers: list[str] = []
    thread = threading.Thread(target=lambda: numbers.append(house.birth()), daemon=True)
    thread.start()
    thread.join(10)
    assert numbers == ["PAR-2026-N-000001"]


def test_of_one_id_given_twice_at_once_the_first_counts(house: Small) -> None:
    first = births(house, 1)[0]
    another = replace(first, officer="MAE-1")
    done = house.ledger.issuance.execute_many([first, another, replace(first)])
    assert [one.repeated for one in (done[0], done[2]) if isinstance(one, Outcome)] == [False, True]
    assert isinstance(done[1], CommandReused)


def test_what_a_process_wrote_itself_is_not_read_again(house: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    known = house.ledger.issuance.states
    known.catch_up()
    looked = counted(monkeypatch, known, "_drop")
    house.birth()
    assert (known.catch_up(), looked) == (False, [0])


def test_a_commit_under_the_lock_whose_reply_is_lost_is_read_back(
    house: Small, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.birth()
    other.issuance.execute_many(births(house, 1))
    append = house.ledger.store.append

    def lost(*batch: Any) -> int:
        append(*batch)
        raise StoreUnavailable("the reply was lost")

    monkeypatch.setattr(house.ledger.store, "append", lost)
    assert house.ledger.issuance.execute(births(house, 1)[0]) == Outcome((("act:PAR-2026-N-000003", 1),), True)


def test_a_lock_that_cannot_be_had_is_an_unknown_outcome(
    house: Small, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.birth()
    other.issuance.execute_many(births(house, 1))  # so that the next one here conflicts
    command = births(house, 1)[0]

    def unavailable() -> Any:
        raise StoreUnavailable("locked")

    with monkeypatch.context() as patch:
        patch.setattr(house.ledger.store, "exclusive", unavailable)
        with pytest.raises(StoreUnavailable):
            house.ledger.issuance.execute(command)
    assert house.ledger.issuance.execute(command).number == "PAR-2026-N-000003"


def counted(monkeypatch: pytest.MonkeyPatch, thing: Any, name: str) -> list[int]:
    """How often a method was called."""
    calls, real = [0], getattr(thing, name)

    def call(*arguments: Any) -> Any:
        calls[0] += 1
        return real(*arguments)

    monkeypatch.setattr(thing, name, call)
    return calls
