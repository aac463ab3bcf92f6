"""Commands through the front door: what they write, what they refuse, and that repeating is safe."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from small_ledger import BIRTH, VISA, Small, small

from sceau.compose import printing_engine
from sceau.domain.canonical import encode, encode_ordered
from sceau.domain.civil_act import CourtDecision
from sceau.domain.errors import (
    ClockAhead,
    ClockBehind,
    CommandReused,
    DecisionRequired,
    FieldInvalid,
    KeyRefused,
    MissingFont,
    NotEntitled,
    NotFound,
    NotMandated,
    SceauError,
    UnknownType,
    WitnessAlarm,
    WrongState,
)
from sceau.ledger import commands as c
from sceau.ledger.garbage import ISSUING
from sceau.ledger.stores.port import CLOCK_AHEAD_MAX_MS
from sceau.seals import recognise

DECISION = CourtDecision("Tribunal de Bamako", "123/2026", "2026-11-20")


def test_an_act_is_established_and_extracted(house: Small) -> None:
    act = house.birth()
    number = house.extract(act)
    assert (act, number) == ("PAR-2026-N-000001", "NPA260001")
    document = house.ledger.issuance.states.get(f"document:{number}").state
    parsed = recognise.parse(document.seal)
    assert parsed.seal_id == document.issued.seal_id
    assert (document.issued.act, document.issued.act_version) == (act, 1)


def test_a_restarted_process_reads_the_same(house: Small) -> None:
    act = house.birth()
    before = house.ledger.issuance.states.get(f"act:{act}")
    after = house.reopen().issuance.states.get(f"act:{act}")
    assert before == after
    assert after.state.values["given_names"] == "Fanta Ɲagalen"
    assert house.birth() == "PAR-2026-N-000002"


def test_the_same_command_twice_is_done_once(house: Small) -> None:
    command = c.EstablishAct(kind="birth", values=BIRTH, **house.by())
    first = house.ledger.issuance.execute(command)
    size = house.ledger.store.size()
    again = house.ledger.issuance.execute(command)
    assert (again.number, again.repeated, first.repeated) == (first.number, True, False)
    assert house.ledger.store.size() == size
    assert house.reopen().issuance.execute(command).number == first.number


def test_the_same_command_twice_at_once_is_done_once(house: Small) -> None:
    command = c.EstablishAct(kind="birth", values=BIRTH, **house.by())
    with ThreadPoolExecutor(8) as pool:
        numbers = {done.number for done in pool.map(house.ledger.issuance.execute, [command] * 16)}
    assert numbers == {"PAR-2026-N-000001"}


def test_a_refused_command_repeated_after_success_keeps_its_success(house: Small) -> None:
    number = house.visa()
    revoke = c.RevokeDocument(number=number, reason="erreur", **house.by())
    first = house.ledger.issuance.execute(revoke)
    assert house.ledger.issuance.execute(revoke).number == first.number
    with pytest.raises(WrongState):
        house.do(c.RevokeDocument(number=number, reason="erreur", **house.by()))


def test_a_command_id_serves_one_command(house: Small) -> None:
    command = c.EstablishAct(kind="birth", values=BIRTH, **house.by())
    house.ledger.issuance.execute(command)
    with pytest.raises(CommandReused):
        house.ledger.issuance.execute(replace(command, values={**BIRTH, "surname": "DIARRA"}))


def test_the_order_of_values_makes_no_other_command(house: Small) -> None:
    command = c.EstablishAct(kind="birth", values=BIRTH, **house.by())
    turned = replace(command, values=MappingProxyType(dict(reversed(BIRTH.items()))))
    assert c.asked(turned) == c.asked(command)
    assert encode_ordered(c.asked(turned)) == encode_ordered(c.asked(command)) == encode(c.asked(command))
    number = house.ledger.issuance.execute(command).number
    assert house.ledger.issuance.execute(turned).number == number


def test_garbage_is_collected_seldom_while_a_ledger_is_open_and_then_as_before(url: str, tmp_path: Path) -> None:
    usual = gc.get_threshold()
    with small(tmp_path / "home", url):
        assert gc.get_threshold()[0] == ISSUING > usual[0]
    assert gc.get_threshold() == usual


def test_fresh_ids_follow_the_clock() -> None:
    ids = [c.fresh_id(now, lambda size: b"\xff" * size) for now in (0, 255, 256, 1_800_000_000_000)]
    assert ids == sorted(ids) and {len(one) for one in ids} == {16}
    assert c.fresh_id(7, bytes) != c.fresh_id(7, lambda size: b"\1" * size)


def test_numbers_have_no_gap_after_refusals(house: Small) -> None:
    good = [c.EstablishAct(kind="birth", values=BIRTH, **house.by()) for _ in range(3)]
    bad = c.EstablishAct(kind="birth", values={**BIRTH, "birth_date": "2026-02-31"}, **house.by())
    done = house.ledger.issuance.execute_many([good[0], bad, good[1], bad, good[2]])
    numbers = [one.number if not isinstance(one, BaseException) else type(one) for one in done]
    assert numbers == ["PAR-2026-N-000001", FieldInvalid, "PAR-2026-N-000002", FieldInvalid, "PAR-2026-N-000003"]


def test_two_processes_never_give_one_number_twice(house: Small) -> None:
    other = house.opened()
    try:
        ledgers = [house.ledger.issuance, other.issuance] * 10
        commands = [c.EstablishAct(kind="birth", values=BIRTH, **house.by()) for _ in ledgers]
        with ThreadPoolExecutor(8) as pool:
            done = pool.map(lambda pair: pair[0].execute(pair[1]).number, zip(ledgers, commands, strict=True))
        assert sorted(done) == [f"PAR-2026-N-{n:06d}" for n in range(1, 21)]
    finally:
        other.close()


def test_no_signature_without_a_mandate(house: Small) -> None:
    with pytest.raises(NotMandated):
        house.do(c.EstablishAct(kind="birth", values=BIRTH, **{**house.by(), "officer": "nobody"}))


def test_no_signature_after_the_last_day_of_a_mandate(house: Small) -> None:
    day = {"valid_from": "2026-11-22", "valid_until": "2026-11-22"}
    granted = c.GrantMandate(
        code="PAR", holder="PAR-1", powers=("acts",), name="A", title="B", **day, **house.by("MAE")
    )
    house.do(granted)
    house.birth()
    house.clock.now += 86_400_000
    with pytest.raises(NotMandated):
        house.birth()


def test_an_ended_mandate_signs_no_more(house: Small) -> None:
    house.do(c.EndMandate(code="PAR", holder="PAR-1", reason="rappelé", **house.by("MAE")))
    with pytest.raises(NotMandated):
        house.birth()


def test_an_honorary_consul_signs_no_visa(house: Small) -> None:
    with pytest.raises(NotEntitled):
        house.do(c.IssueDocument(type="visa_short", values=VISA, **house.by("TLS")))


def test_a_closed_office_issues_nothing(house: Small) -> None:
    house.do(c.CloseOffice(code="PAR", reason="fermeture", **house.by("MAE")))
    with pytest.raises(NotEntitled):
        house.visa()


def test_only_the_ministry_opens_offices(house: Small) -> None:
    with pytest.raises(NotEntitled):
        house.do(c.CloseOffice(code="TLS", reason="x", **house.by("PAR")))


def test_a_retired_key_signs_no_more(house: Small) -> None:
    kid = house.ledger.keystore.signer("event:PAR").kid
    house.do(c.RetireKey(kid=kid, reason="rotation", **house.by("MAE")))
    with pytest.raises(KeyRefused):
        house.birth()


def test_rectify_and_annul_need_a_court(house: Small) -> None:
    act = house.birth()
    empty = CourtDecision("", "", "")
    with pytest.raises(DecisionRequired):
        house.do(c.RectifyAct(number=act, values={"surname": "KEITA"}, decision=empty, **house.by()))
    with pytest.raises(DecisionRequired):
        house.do(c.AnnulAct(number=act, decision=empty, **house.by()))
    house.do(c.RectifyAct(number=act, values={"surname": "KEITA"}, decision=DECISION, **house.by()))
    assert house.ledger.issuance.states.get(f"act:{act}").state.values["surname"] == "KEITA"


def test_nothing_is_issued_from_an_annulled_act(house: Small) -> None:
    act = house.birth()
    house.do(c.AnnulAct(number=act, decision=DECISION, **house.by()))
    with pytest.raises(WrongState):
        house.extract(act)


def test_nothing_is_issued_from_an_act_annulled_in_the_same_instant(house: Small) -> None:
    """Another process annuls between our decision and our commit: the read-set makes us decide again."""
    act = house.birth()
    other = house.opened()
    try:
        house.ledger.issuance.preview(c.IssueDocument(type="birth_extract", act=act, **house.by()))
        other.issuance.execute(c.AnnulAct(number=act, decision=DECISION, **house.by()))
        with pytest.raises(WrongState):
            house.extract(act)
    finally:
        other.close()


def test_no_document_under_a_mandate_ended_in_the_same_instant(house: Small) -> None:
    other = house.opened()
    try:
        house.birth()
        other.issuance.execute(c.EndMandate(code="PAR", holder="PAR-1", reason="x", **house.by("MAE")))
        with pytest.raises(NotMandated):
            house.birth()
    finally:
        other.close()


def test_an_extract_pins_the_version_of_its_act(house: Small) -> None:
    act = house.birth()
    number = house.extract(act)
    house.do(
        c.MentionAct(number=act, mention="marriage", text="Mariée à Paris", reference="PAR-2050-M-000001", **house.by())
    )
    assert house.ledger.issuance.states.get(f"document:{number}").state.issued.act_version == 1
    second = house.ledger.issuance.states.get(f"document:{house.extract(act)}").state.issued
    assert second.act_version == 2


def test_the_life_of_a_document(house: Small) -> None:
    number = house.visa()
    by = house.by
    house.do(c.PrintDocument(number=number, **by()))
    house.do(c.DeliverDocument(number=number, **by()))
    house.do(c.SuspendDocument(number=number, reason="other", **by()))
    with pytest.raises(WrongState):
        house.do(c.SuspendDocument(number=number, reason="other", **by()))
    house.do(c.ResumeDocument(number=number, reason="found", **by()))
    replaced = house.do(c.IssueDocument(type="visa_short", values=VISA, supersedes=number, **by()))
    state = house.ledger.issuance.states.get(f"document:{number}").state
    assert (state.state, state.reason) == ("superseded", replaced)
    with pytest.raises(WrongState):
        house.do(c.PrintDocument(number=number, **by()))


def test_a_declared_act_awaits_its_officer(house: Small) -> None:
    number = house.do(c.DeclareAct(kind="birth", values=BIRTH, **house.by()))
    with pytest.raises(WrongState):
        house.extract(number)
    house.do(c.EstablishAct(number=number, **house.by()))
    assert house.extract(number) == "NPA260001"


def test_a_foreign_act_is_transcribed_with_its_errors(house: Small) -> None:
    wrong = {**BIRTH, "declared_on": "2026-10-01"}
    with pytest.raises(FieldInvalid):
        house.do(c.EstablishAct(kind="birth", values=wrong, **house.by()))
    house.do(c.EstablishAct(kind="birth", values=wrong, origin="foreign", reference="Paris 15e, n° 12", **house.by()))


def test_another_office_does_not_touch_our_acts_and_papers(house: Small) -> None:
    act, visa = house.birth(), house.visa()
    with pytest.raises(NotEntitled):
        house.do(c.AnnulAct(number=act, decision=DECISION, **house.by("TLS")))
    with pytest.raises(NotEntitled):
        house.do(c.RevokeDocument(number=visa, reason="other", **house.by("TLS")))
    house.do(c.RevokeDocument(number=visa, reason="other", **house.by("MAE")))


@pytest.mark.parametrize(
    ("make", "values", "error"),
    [
        pytest.param(c.IssueDocument, {"type": "passport"}, UnknownType, id="unknown type"),
        pytest.param(c.EstablishAct, {"kind": "baptism"}, UnknownType, id="unknown kind"),
        pytest.param(c.RevokeDocument, {"number": "VPA26ZZZZ", "reason": "x"}, NotFound, id="no such document"),
        pytest.param(c.RevokeDocument, {"number": "'; --", "reason": "x"}, NotFound, id="no number at all"),
        pytest.param(c.IssueDocument, {"type": "birth_extract"}, FieldInvalid, id="no act"),
        pytest.param(
            c.IssueDocument, {"type": "birth_extract", "act": "PAR-2026-N-000099"}, NotFound, id="no such act"
        ),
        pytest.param(c.CloseRegister, {"register": "XYZ26"}, WrongState, id="no such register"),
    ],
)
def test_refusals_write_nothing(house: Small, make: Any, values: dict[str, str], error: type[Exception]) -> None:
    size = house.ledger.store.size()
    with pytest.raises(error) as refusal:
        house.do(make(**values, **house.by()))
    assert isinstance(refusal.value, SceauError)
    assert refusal.value.say("fr")
    assert house.ledger.store.size() == size


def test_a_clock_set_back_stops_issuing(house: Small) -> None:
    house.birth()
    house.clock.now -= 4_000
    house.birth()
    house.clock.now -= 60_000
    with pytest.raises(ClockBehind):
        house.birth()
    house.reopen()
    with pytest.raises(ClockBehind):
        house.birth()


YEAR_MS = 366 * 86_400_000


def test_a_clock_far_ahead_writes_nothing_and_stops_nobody_afterwards(house: Small) -> None:
    house.birth()
    size = house.ledger.store.size()
    house.clock.now += YEAR_MS
    with pytest.raises(ClockAhead) as refusal:
        house.birth()
    house.reopen()
    with pytest.raises(ClockAhead):
        house.visa()
    assert (refusal.value.code, house.ledger.store.size()) == ("integrity.clock_ahead", size)
    assert "sceau clock --today" in refusal.value.say("fr") and "2027-11-23" in refusal.value.say("en")
    house.clock.now -= YEAR_MS
    assert house.birth() == "PAR-2026-N-000002"


def test_a_long_weekend_needs_nobodys_word(house: Small) -> None:
    house.birth()
    house.clock.now += CLOCK_AHEAD_MAX_MS
    house.birth()
    house.clock.now += CLOCK_AHEAD_MAX_MS + 1
    with pytest.raises(ClockAhead):
        house.birth()


def test_what_was_only_looked_at_or_refused_does_not_count_as_an_event(house: Small) -> None:
    """Else a counter that previews every day writes after a month, and every audit names that event for ever."""
    asked = c.IssueDocument(type="birth_extract", act=house.birth(), **house.by())
    house.clock.now += CLOCK_AHEAD_MAX_MS
    house.ledger.issuance.preview(asked)
    with pytest.raises(NotFound):
        house.extract("PAR-2026-N-000099")
    house.clock.now += CLOCK_AHEAD_MAX_MS
    with pytest.raises(ClockAhead):
        house.birth()


def test_a_refusal_or_a_look_at_a_wrong_time_stops_nobody_afterwards(house: Small) -> None:
    """As when a service starts before its clock is set."""
    asked = c.IssueDocument(type="birth_extract", act=house.birth(), **house.by())
    house.clock.now += 4 * 86_400_000
    with pytest.raises(NotFound):
        house.extract("PAR-2026-N-000099")
    house.ledger.issuance.preview(asked)
    house.clock.now -= 4 * 86_400_000 - 1_000
    house.ledger.issuance.preview(asked)
    assert house.birth() == "PAR-2026-N-000002"


def test_an_operator_who_states_the_date_lets_everybody_go_on(house: Small) -> None:
    other = house.opened()
    try:
        house.clock.now += 30 * 86_400_000
        with pytest.raises(ClockAhead):
            other.issuance.execute(c.EstablishAct(kind="birth", values=BIRTH, **house.by()))
        house.do(c.ConfirmClock(today="2026-12-22", **house.by("MAE")))
        assert house.birth() == "PAR-2026-N-000001"
        assert other.issuance.execute(c.EstablishAct(kind="birth", values=BIRTH, **house.by())).number
    finally:
        other.close()


@pytest.mark.parametrize(
    ("office", "today", "error"),
    [pytest.param("MAE", "2026-11-22", FieldInvalid, id="another day"), ("PAR", "2027-11-23", NotEntitled)],
)
def test_a_wrong_word_confirms_nothing(house: Small, office: str, today: str, error: type[Exception]) -> None:
    house.clock.now += YEAR_MS
    with pytest.raises(error):
        house.do(c.ConfirmClock(today=today, **house.by(office)))
    with pytest.raises(ClockAhead):
        house.birth()
    house.clock.now -= YEAR_MS
    house.birth()


def test_alarms_are_looked_for_after_a_clock_that_was_far_ahead(house: Small) -> None:
    house.clock.now += YEAR_MS
    with pytest.raises(ClockAhead):
        house.birth()
    house.clock.now -= YEAR_MS
    house.config.log_alarm.write_text("{}", "utf-8")
    with pytest.raises(WitnessAlarm):
        house.birth()


def test_a_closed_register_takes_no_more(house: Small) -> None:
    house.birth()
    house.do(c.CloseRegister(register="PAR-2026-N-", **house.by()))
    with pytest.raises(WrongState):
        house.birth()


def test_a_preview_checks_everything_and_writes_nothing(house: Small) -> None:
    act, size = house.birth(), house.ledger.store.size()
    draft = house.ledger.issuance.preview(c.IssueDocument(type="birth_extract", act=act, **house.by()))
    assert draft.values["surname"] == "KƐITA"
    with pytest.raises(NotMandated):
        house.ledger.issuance.preview(
            c.IssueDocument(type="birth_extract", act=act, **{**house.by(), "officer": "nobody"})
        )
    assert house.ledger.store.size() == size


def test_a_reader_beside_eight_writers_misses_nothing(house: Small) -> None:
    """Followers read by the dense index: what they saw is a prefix of what there is, at every moment."""
    reader, stop, seen = house.opened(), threading.Event(), []

    def follow() -> None:
        while not stop.is_set() or len(seen) < reader.store.size():
            seen.extend(reader.reader.read(len(seen), 50))

    follower = threading.Thread(target=follow)
    follower.start()
    commands = [c.EstablishAct(kind="birth", values=BIRTH, **house.by()) for _ in range(80)]
    other = house.opened()
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda pair: pair[0].execute(pair[1]),
                zip([house.ledger.issuance, other.issuance] * 40, commands, strict=True),
            )
        )
    stop.set()
    follower.join(30)
    assert [one.idx for one in seen] == list(range(house.ledger.store.size()))
    acts = [one.meta.stream for one in seen if one.topic == "act.established.v1"]
    assert acts == [f"act:PAR-2026-N-{n:06d}" for n in range(1, 81)]
    other.close()
    reader.close()


def test_names_too_long_for_the_code_are_refused_before_signing(house: Small) -> None:
    """Everything that is issued can be printed (HOUSE.md 5.10: nothing is ever sealed again)."""
    long = "Ɲ" + "a" * 59
    names = ("surname", "given_names", "mother_surname", "mother_given_names", "father_surname", "father_given_names")
    act = house.birth(**dict.fromkeys(names, long), birth_place=long)
    size = house.ledger.store.size()
    with pytest.raises(FieldInvalid, match="too dense"):
        house.extract(act)
    assert house.ledger.store.size() == size
    assert house.extract(house.birth(**dict.fromkeys(names[:4], "Ɲ" + "a" * 39))) == "NPA260001"


def test_production_issues_no_zone_without_its_font(house: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """HOUSE.md 5.16; an extract has no zone and goes through."""
    monkeypatch.setattr("sceau.desk.printing.ocr_b_available", lambda: False)
    house.reopen(engine=printing_engine(True))
    with pytest.raises(MissingFont):
        house.visa()
    assert house.extract(house.birth()) == "NPA260001"
    house.reopen(engine=printing_engine(False))
    assert house.visa() == "VPA260001"
