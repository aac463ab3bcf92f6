"""What the lists say of a seal, how old they are, and whose they are."""

import re
from datetime import date, timedelta

import pytest
from judging import DAY, NOON, TODAY, judge

from sceau.keys.keyring import P256_ORDER
from sceau.seals.recognise import parse
from sceau.verify_api.meaning import Code, Colour, Note, long_date
from sceau.verify_api.scan import scan


def test_a_malleable_signature_does_not_escape_revocation(made, state) -> None:
    """(r, n - s) verifies as well as (r, s): the list holds what both have in common."""
    data = state.issue(made.visa())
    state.say(data, "revoked")
    s = int.from_bytes(data[-32:], "big")
    twin = data[:-32] + (P256_ORDER - s).to_bytes(32, "big")
    assert parse(twin).signature != parse(data).signature
    assert judge(state, data).code is judge(state, twin).code is Code.REVOKED


def test_a_seal_that_was_never_issued_is_red_although_its_signature_holds(made, state) -> None:
    assert judge(state, made.visa()).code is Code.NOT_ISSUED


@pytest.mark.parametrize(
    ("day", "code"), [(21, Code.NOT_ISSUED), (22, Code.NEWER_THAN_LIST), (23, Code.NEWER_THAN_LIST)]
)
def test_a_visa_of_the_lists_own_day_may_be_newer(made, state, day: int, code: Code) -> None:
    assert judge(state, made.visa(issued_on=date(2026, 11, day))).code is code


def test_a_visa_signed_after_the_list_is_newer_whatever_its_date_of_issue(made, state) -> None:
    data = made.visa(issued_on=date(2026, 11, 10), signed_on=date(2026, 11, 22))
    assert judge(state, data).code is Code.NEWER_THAN_LIST


@pytest.mark.parametrize(("seconds", "code"), [(0, Code.NOT_ISSUED), (1, Code.NEWER_THAN_LIST)])
def test_a_token_is_newer_by_the_second(made, state, seconds: int, code: Code) -> None:
    assert judge(state, made.extract(issued_at=NOON + seconds)).code is code


@pytest.mark.parametrize(
    ("age", "code", "colour", "notes"),
    [
        (-2, Code.STATUS_UNKNOWN, Colour.AMBER, (Note.CLOCK,)),
        (-1, Code.VALID, Colour.GREEN, ()),
        (0, Code.VALID, Colour.GREEN, ()),
        (1, Code.VALID, Colour.GREEN, ()),
        (2, Code.VALID, Colour.AMBER, (Note.LISTS_OLD,)),
        (7, Code.VALID, Colour.AMBER, (Note.LISTS_OLD,)),
        (8, Code.STATUS_UNKNOWN, Colour.AMBER, (Note.LISTS_TOO_OLD,)),
    ],
)
def test_the_age_of_the_lists(made, state, age: int, code: Code, colour: Colour, notes: tuple) -> None:
    verdict = judge(state, state.issue(made.visa()), TODAY + timedelta(days=age))
    assert (verdict.code, verdict.colour, verdict.notes) == (code, colour, notes)
    assert verdict.to_json()["lists"]["status"]["age_days"] == age


@pytest.mark.parametrize("which", ["trust", "status_list", "issued_list"])
def test_the_oldest_list_decides(made, state, which: str) -> None:
    data = state.issue(made.visa())
    fresh = {name: getattr(state, name) for name in ("trust", "status_list", "issued_list")}
    state.instant -= 8 * DAY
    verdict = scan(data, *{**fresh, which: getattr(state, which)}.values(), TODAY)
    assert (verdict.code, verdict.notes) == (Code.STATUS_UNKNOWN, (Note.LISTS_TOO_OLD,))


@pytest.mark.parametrize("entry", ["revoked", "suspended", "superseded"])
def test_what_an_old_list_says_against_a_seal_still_holds(made, state, entry: str) -> None:
    data = state.issue(made.visa())
    state.say(data, entry, reason="stolen")
    verdict = judge(state, data, TODAY + timedelta(days=60))
    assert verdict.code.value == entry.upper()
    assert "15 November 2026" in verdict.reason("en")
    assert "15 novembre 2026" in verdict.reason("fr")
    assert "Il a été déclaré volé." in verdict.reason("fr")


def test_an_extract_whose_act_changed_is_not_said_to_be_replaced(made, state) -> None:
    data = state.issue(made.extract())
    state.say(data, "superseded", reason="act_changed")
    said = judge(state, data).reason
    assert said("fr") == (
        "Ce document n'est plus à jour depuis le 15 novembre 2026."
        " L'acte a changé depuis l'impression : demandez un nouvel extrait."
    )
    assert "replaced" not in said("en") and "ask for a new extract" in said("en")


def test_a_reason_that_is_no_code_is_never_shown(made, state) -> None:
    data = state.issue(made.visa())
    state.say(data, "revoked", reason="Fanta KƐITA")
    verdict = judge(state, data)
    assert "Le motif n'est pas publié." in verdict.reason("fr")
    assert "KƐITA" not in str(verdict.to_json()["reason"])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_dates_are_written_as_people_say_them(made, state, language: str) -> None:
    data = state.issue(made.visa())
    for day in (TODAY + timedelta(days=4000), TODAY - timedelta(days=4000)):
        said = judge(state, data, day).reason(language)
        assert not re.search(r"\d{4}-\d\d-\d\d", said) and re.search(r"\d [^\W\d]+ \d{4}\b", said), said
    assert long_date(date(2026, 3, 1), "fr") == "1er mars 2026"
    assert long_date(date(2026, 3, 1), "en") == "1 March 2026"
    assert long_date(None, language) == ""


def test_without_lists_nothing_is_known_of_the_status(made, state) -> None:
    data = state.issue(made.visa())
    for status, issued in ((None, None), (state.status_list, None), (None, state.issued_list)):
        verdict = scan(data, state.trust, status, issued, TODAY)
        assert (verdict.code, verdict.notes) == (Code.STATUS_UNKNOWN, (Note.LISTS_MISSING,))
    assert verdict.to_json()["lists"]["status"] is None


def test_a_missing_issued_set_hides_no_revocation(made, state) -> None:
    data = state.issue(made.visa())
    state.say(data, "revoked")
    assert scan(data, state.trust, state.status_list, None, TODAY).code is Code.REVOKED


def test_lists_speak_for_their_authority_only(made, state) -> None:
    """Another state's visa: these lists can neither revoke it, nor deny that it was issued, nor vouch for it."""
    data = made.visa()
    state.say(data, "revoked")
    state.replaced(made.VISA_KEY, authority="BFA")
    for issued in (False, True):
        if issued:
            state.issue(data)
        verdict = judge(state, data)
        assert (verdict.code, verdict.notes) == (Code.STATUS_UNKNOWN, (Note.LISTS_OF_ANOTHER,))
