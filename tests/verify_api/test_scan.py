"""Every verdict, every pair of them, and every way in which a trusted key does not vouch for a seal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

import pytest
from judging import DAY, NOON, TODAY, judge

from sceau.verify_api.meaning import TABLE, Code, Colour, Misfit, Note, worst
from sceau.verify_api.verdict import Verdict

# --- one row per verdict, and every pair that one seal can deserve -------------------------------------------------


@dataclass
class Case:
    """One seal in the making: what it says, who signs it, what the lists say, what the scanner reads."""

    made: type
    state: object
    seal: dict = field(default_factory=dict)
    entry: str | None = None
    is_issued: bool = True
    spoil: Callable[[bytes], bytes] = bytes

    def verdict(self) -> Verdict:
        data = self.made.extract(**self.seal)
        if self.is_issued:
            self.state.issue(data)
        if self.entry:
            self.state.say(data, self.entry)
        return judge(self.state, self.spoil(data))


def unreadable(case: Case) -> None:
    case.spoil = lambda data: data[:-1]


def unsupported(case: Case) -> None:
    case.spoil = lambda data: b"RDB1A" + data


def no_seal(case: Case) -> None:
    case.spoil = lambda data: b"WIFI:" + data


def not_signed(case: Case) -> None:
    case.spoil = lambda data: b"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<L8988901C4XXX4009078F9612109<<<<<<<<"


def no_key_held(case: Case) -> None:
    case.state.keys = tuple(key for key in case.state.keys if not key.format)


def unknown_issuer(case: Case) -> None:
    case.state.keys = tuple(key for key in case.state.keys if key.format != "claim169")


def forged(case: Case) -> None:
    case.seal["by"] = case.made.OTHER


def key_not_valid(case: Case) -> None:
    case.seal["document_class"] = "identity"


def revoked(case: Case) -> None:
    case.entry = "revoked"


def not_issued(case: Case) -> None:
    case.is_issued = False


def suspended(case: Case) -> None:
    case.entry = "suspended"


def superseded(case: Case) -> None:
    case.entry = "superseded"


def expired(case: Case) -> None:
    case.seal["exp"] = NOON - 2 * DAY


def not_yet_valid(case: Case) -> None:
    case.seal["nbf"] = NOON + 2 * DAY


def status_unknown(case: Case) -> None:
    case.state.instant = NOON - 10 * DAY


def newer_than_list(case: Case) -> None:
    case.is_issued = False
    case.seal["issued_at"] = NOON + 60


def valid(case: Case) -> None:
    pass


CAUSES: dict[Code, Callable[[Case], None]] = {
    Code.UNREADABLE: unreadable,
    Code.UNSUPPORTED: unsupported,
    Code.NO_SEAL: no_seal,
    Code.NOT_SIGNED: not_signed,
    Code.NO_KEY_HELD: no_key_held,
    Code.UNKNOWN_ISSUER: unknown_issuer,
    Code.FORGED: forged,
    Code.KEY_NOT_VALID_FOR_THIS: key_not_valid,
    Code.REVOKED: revoked,
    Code.NOT_ISSUED: not_issued,
    Code.SUSPENDED: suspended,
    Code.SUPERSEDED: superseded,
    Code.EXPIRED: expired,
    Code.NOT_YET_VALID: not_yet_valid,
    Code.STATUS_UNKNOWN: status_unknown,
    Code.NEWER_THAN_LIST: newer_than_list,
    Code.VALID: valid,
}
ONE_OF = (  # of each group a seal can deserve only one
    {Code.UNREADABLE, Code.UNSUPPORTED, Code.NO_SEAL, Code.NOT_SIGNED},
    {Code.NO_KEY_HELD, Code.UNKNOWN_ISSUER},
    {Code.REVOKED, Code.SUSPENDED, Code.SUPERSEDED},
    {Code.NOT_ISSUED, Code.NEWER_THAN_LIST},
)
PAIRS = [
    (worse, better) for worse, better in combinations(TABLE, 2) if not any({worse, better} <= group for group in ONE_OF)
]


def test_the_table_has_every_code_and_each_has_a_cause() -> None:
    assert set(TABLE) == set(Code) == set(CAUSES)


@pytest.mark.parametrize("code", TABLE, ids=lambda code: code.name)
def test_every_verdict(made, state, code: Code) -> None:
    case = Case(made, state)
    CAUSES[code](case)
    verdict = case.verdict()
    assert verdict.code is code
    assert verdict.colour is TABLE[code].colour
    believed = list(TABLE).index(code) > list(TABLE).index(Code.KEY_NOT_VALID_FOR_THIS)
    assert bool(verdict.fields) == believed
    assert (verdict.to_json()["seal_id"] is not None) == believed


@pytest.mark.parametrize(("worse", "better"), PAIRS, ids=lambda code: code.name)
def test_the_worse_of_two_causes_is_the_verdict(made, state, worse: Code, better: Code) -> None:
    case = Case(made, state)
    CAUSES[better](case)
    CAUSES[worse](case)
    assert case.verdict().code is worse
    assert worst((better, worse)) is worse


def test_only_valid_is_green() -> None:
    assert [code for code, row in TABLE.items() if row.colour is Colour.GREEN] == [Code.VALID]


# --- steps 2 and 3: the key ---------------------------------------------------------------------------------------


def test_a_visa_in_force_is_valid_and_shows_what_to_compare(made, state) -> None:
    verdict = judge(state, state.issue(made.visa()))
    assert (verdict.code, verdict.colour, verdict.notes) == (Code.VALID, Colour.GREEN, ())
    assert verdict.fields["number"] == "VPA26000A"
    assert verdict.fields["surname"] == "DUPONT"
    assert verdict.standard == "ICAO VDS 5D01"


@pytest.mark.parametrize(
    ("misfit", "seal", "key"),
    [
        (Misfit.CLASS, {}, {"classes": frozenset({"travel"})}),
        (Misfit.COUNTRY, {"country": "BFA"}, {}),
        (Misfit.PERIOD, {"signed_on": date(2025, 12, 31)}, {}),
        (Misfit.PERIOD, {"signed_on": date(2028, 1, 1)}, {}),
        (Misfit.PERIOD, {"issued_on": date(2026, 6, 1)}, {"valid_from": date(2026, 7, 1)}),
        (Misfit.ENDED, {}, {"status": "retired", "ended_on": date(2026, 11, 9)}),
        (Misfit.REVOKED, {}, {"status": "revoked", "ended_on": date(2026, 11, 9)}),
    ],
    ids=lambda value: value.name if isinstance(value, Misfit) else None,
)
def test_a_trusted_key_vouches_only_for_what_it_is_for(made, state, misfit: Misfit, seal: dict, key: dict) -> None:
    state.replaced(made.VISA_KEY, **key)
    verdict = judge(state, state.issue(made.visa(**seal)))
    assert (verdict.code, verdict.misfit) == (Code.KEY_NOT_VALID_FOR_THIS, misfit)
    assert misfit.value.fr in verdict.reason("fr")
    assert misfit.value.en in verdict.reason("en")


@pytest.mark.parametrize("status", ["retired", "revoked"])
def test_what_a_key_signed_until_its_last_day_stays_good(made, state, status: str) -> None:
    state.replaced(made.VISA_KEY, status=status, ended_on=date(2026, 11, 10))
    assert judge(state, state.issue(made.visa())).code is Code.VALID


def test_a_forgery_under_a_key_that_does_not_fit_is_a_forgery(made, state) -> None:
    state.replaced(made.VISA_KEY, classes=frozenset({"travel"}))
    assert judge(state, made.visa(by=made.OTHER_VISAS)).code is Code.FORGED


def test_the_algorithm_is_the_keys_whatever_the_message_claims(made, state) -> None:
    verdict = judge(state, made.extract(algorithm=-7))
    assert (verdict.code, verdict.misfit) == (Code.KEY_NOT_VALID_FOR_THIS, Misfit.ALGORITHM)


def test_a_key_serves_one_format(made, state) -> None:
    """The visa key's name in a Claim 169, and the extract key's: the format is part of a key's name."""
    state.replaced(made.CIVIL_KEY, format="vds")
    assert judge(state, made.extract()).code is Code.UNKNOWN_ISSUER


def test_a_seal_without_a_class_needs_a_key_for_that(made, state) -> None:
    data = state.issue(made.extract(document_class=None))
    assert judge(state, data).misfit is Misfit.CLASS
    state.replaced(made.CIVIL_KEY, classes=frozenset({"unclassified"}))
    assert judge(state, data).code is Code.VALID


# --- step 5: dates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "code"),
    [
        (date(2026, 11, 20), Code.VALID),  # the last day counts
        (date(2026, 11, 21), Code.EXPIRED),
    ],
)
def test_a_visa_ends_with_its_last_day(made, state, today: date, code: Code) -> None:
    data = state.issue(made.visa(valid_until=date(2026, 11, 20)))
    state.instant = NOON - 2 * DAY
    assert judge(state, data, today).code is code


def test_a_token_ends_with_the_day_of_its_last_second(made, state) -> None:
    state.instant = NOON - DAY
    data = state.issue(made.extract(exp=NOON // DAY * DAY - 1))  # 2026-11-21T23:59:59Z
    assert judge(state, data, date(2026, 11, 21)).code is Code.VALID
    assert judge(state, data, date(2026, 11, 22)).code is Code.EXPIRED


def test_a_token_begins_with_the_day_of_its_first_second(made, state) -> None:
    data = state.issue(made.extract(nbf=NOON // DAY * DAY))  # 2026-11-22T00:00:00Z
    assert judge(state, data, date(2026, 11, 21)).code is Code.NOT_YET_VALID
    assert judge(state, data, date(2026, 11, 22)).code is Code.VALID


@pytest.mark.parametrize(("days", "code"), [(0, Code.VALID), (1, Code.VALID), (2, Code.NOT_YET_VALID)])
def test_a_seal_of_tomorrow_may_come_from_the_east_and_later_ones_do_not(made, state, days: int, code: Code) -> None:
    data = state.issue(made.visa(issued_on=TODAY + timedelta(days=days)))
    assert judge(state, data).code is code


# --- the carrier --------------------------------------------------------------------------------------------------


def test_a_code_that_opens_another_page_is_noted_and_amber(made, state) -> None:
    data = state.issue(made.extract(address="HTTPS://VERIF.EXAMPLE.EVIL.EXAMPLE/"))
    verdict = judge(state, data, host="verif.example")
    assert (verdict.code, verdict.colour, verdict.notes) == (
        *(Code.VALID, Colour.AMBER),
        (Note.ADDRESS, Note.IMITATION),
    )
    assert judge(state, data).notes == ()  # nobody said which page is ours
    assert judge(state, made.extract(), host="verif.example").notes == ()
    assert judge(state, state.issue(made.visa()), host="verif.example").colour is Colour.GREEN
