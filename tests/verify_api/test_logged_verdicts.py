"""Proofs beside verdicts: what a good, false or missing one changes, and in which words."""

import base64
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from proven_papers import FALSE, GOOD, MINE, ORIGIN, RULE, SALT, SEEN, YOURS, Told, event, judged, trust

from sceau.domain import canonical
from sceau.verify_api.logged import Logged, State, Why, with_proofs
from sceau.verify_api.verdict import Code, Knowledge, Verdict
from sceau.verify_api.verdict import Note as Remark

TODAY = date(2026, 11, 22)


def verdict(code: Code = Code.VALID, seal_id: bytes | None = MINE, bears: bytes = MINE) -> Verdict:
    seal: Any = SimpleNamespace(seal_id=bears)
    return Verdict(code, Knowledge(trust(), None, None, TODAY), seal, seal_id=seal_id)


def told(found: list[bytes], *verdicts: Verdict) -> list[tuple[Code, str, State | None]]:
    made = with_proofs(verdicts or (verdict(),), found, RULE)
    return [(one.code, one.colour.value, one.logged and one.logged.state) for one in made]


YOURS_PROOF = Told(event(YOURS)).proven().encode()


def test_a_good_proof_changes_no_verdict() -> None:
    assert told([GOOD.encode()]) == [(Code.VALID, "green", State.LOGGED)]
    assert told([GOOD.encode()], verdict(Code.REVOKED)) == [(Code.REVOKED, "red", State.LOGGED)]
    assert told([]) == [(Code.VALID, "green", State.ABSENT)]


def test_a_false_proof_is_noted_and_makes_nothing_invalid() -> None:
    assert told([b"x"]) == [(Code.VALID, "amber", FALSE)]
    assert told([YOURS_PROOF]) == [(Code.VALID, "amber", FALSE)]
    assert told([b"x"], verdict(Code.STATUS_UNKNOWN)) == [(Code.STATUS_UNKNOWN, "amber", FALSE)]
    assert with_proofs([verdict()], [b"x"], RULE)[0].notes == (Remark.PROOF_FALSE,)


def test_what_we_cannot_judge_is_as_good_as_absent() -> None:
    unknown = Told(event(), origin="other.example/1").proven().encode()
    assert told([unknown]) == [(Code.VALID, "green", State.UNJUDGED)]
    assert with_proofs([verdict()], [unknown], RULE)[0].notes == ()


def test_nothing_is_called_logged_that_no_trusted_key_sealed() -> None:
    for code in (Code.FORGED, Code.UNKNOWN_ISSUER, Code.KEY_NOT_VALID_FOR_THIS):
        assert told([GOOD.encode()], verdict(code, seal_id=None)) == [(code, "red", None)]


def test_a_file_with_two_papers_bears_two_proofs() -> None:
    both = [GOOD.encode(), YOURS_PROOF]
    ours, theirs = verdict(), verdict(seal_id=YOURS, bears=YOURS)
    assert told(both, ours, theirs) == [(Code.VALID, "green", State.LOGGED)] * 2
    assert told(both, ours) == [(Code.VALID, "amber", FALSE)]
    assert told([GOOD.encode()], ours, theirs) == [
        (Code.VALID, "green", State.LOGGED),
        (Code.VALID, "green", State.ABSENT),
    ]


def test_a_proof_that_is_there_twice() -> None:
    provisional = Told(event()).proven(witnesses=()).encode()
    assert told([GOOD.encode()] * 2) == [(Code.VALID, "green", State.LOGGED)]
    assert told([provisional, GOOD.encode()]) == [(Code.VALID, "green", State.LOGGED)]
    assert told([GOOD.encode(), replace(GOOD, index=2).encode()]) == [(Code.VALID, "amber", FALSE)]
    assert told([b"", GOOD.encode()]) == [(Code.VALID, "amber", FALSE)]


def test_as_json_it_stands_in_the_verdict() -> None:
    found = with_proofs([verdict()], [GOOD.encode()], RULE)[0].logged
    assert found is not None
    assert found.to_json() == {
        "state": "logged",
        "fr": found.say("fr"),
        "en": found.say("en"),
        "why": None,
        "origin": ORIGIN,
        "index": 3,
        "size": 7,
        "time": SEEN,
        "witnesses": {"justice": SEEN, "cour": SEEN + 1},
    }
    assert judged(b"").to_json()["why"] == "NO_PROOF"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("why", Why)
def test_every_reason_has_words(why: Why, language: str) -> None:
    state = State.UNJUDGED if why.name.startswith(("ANOTHER_LOG", "KEY_")) else FALSE
    assert why.value.say(language) in Logged(state, why).say(language)


def test_the_page_lists_every_state_and_reason() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/format/verdict.md").read_text("utf-8").partition("## 7")[2]
    states = re.findall(r"^\| ([a-z]+) \| [^A-Z]", page, re.MULTILINE)
    assert set(states) - {"state"} == {state.value for state in State}
    rows = re.findall(r"^\| ([a-z]+) \| ([A-Z_]+) \|", page, re.MULTILINE)
    assert [why for _, why in rows] == [why.name for why in Why]
    assert {why for state, why in rows if state == "unjudged"} == {"ANOTHER_LOG", "KEY_UNKNOWN", "KEY_REVOKED"}


def test_the_event_stays_readable_by_others() -> None:
    """From the page alone: the opening gives the entry that any tlog-proof verifier asks for."""
    lines = GOOD.encode().decode().split("\n")
    extra = base64.b64decode(lines[1].removeprefix("extra "))
    assert extra == canonical.encode(["sceau.opening/1", SALT, event()])
