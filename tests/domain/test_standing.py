"""One rule for what a document counts for, and for what may be said of the reason."""

from itertools import product

import pytest

from sceau.domain.civil_act import CivilAct
from sceau.domain.document import Document
from sceau.domain.standing import (
    CLERK_REASONS,
    REASON_CODES,
    Standing,
    counts_for,
    published_reason,
    reason_code,
    standing,
    standing_now,
)

OWN = ("issued", "delivered", "suspended", "superseded", "revoked")
RULE = {  # own state: (act annulled, act changed, both, neither)
    "issued": ("act_annulled", "act_changed", "act_annulled", None),
    "delivered": ("act_annulled", "act_changed", "act_annulled", None),
    "suspended": ("act_annulled", None, "act_annulled", None),
    "superseded": ("act_annulled", None, "act_annulled", None),
    "revoked": (None, None, None, None),
}
STATE_OF = {"act_annulled": "revoked", "act_changed": "superseded"}


@pytest.mark.parametrize("state", OWN)
def test_the_gravest_counts(state: str) -> None:
    cases = ((True, False), (False, True), (True, True), (False, False))
    for (annulled, changed), reason in zip(cases, RULE[state], strict=True):
        assert counts_for(state, annulled, changed) == (STATE_OF.get(reason, state), reason)


def test_the_day_is_that_of_what_counts() -> None:
    own = Standing("issued", None, "2026-01-01")
    assert standing(own, None, None) == own
    assert standing(own, None, "2026-02-02") == ("superseded", "act_changed", "2026-02-02")
    assert standing(own, "2026-03-03", "2026-02-02") == ("revoked", "act_annulled", "2026-03-03")
    revoked = Standing("revoked", "fraud", "2026-01-05")
    assert standing(revoked, "2026-03-03", "2026-02-02") == revoked


def test_days_and_flags_are_one_rule() -> None:
    for state, annulled, changed in product(OWN, (None, "2026-03-03"), (None, "2026-02-02")):
        found = standing(Standing(state, None, "2026-01-01"), annulled, changed)
        assert found[:2] == counts_for(state, annulled is not None, changed is not None)


def test_a_document_about_no_act_has_its_own_state() -> None:
    assert standing_now(Document(state="suspended"), None, 0) == ("suspended", None)
    assert standing_now(Document(), CivilAct(state="annulled"), 3) == ("none", None)


@pytest.mark.parametrize("code", CLERK_REASONS)
def test_a_code_or_its_label_is_that_code(code: str) -> None:
    label = CLERK_REASONS[code]
    for text in (code, code.upper(), label.fr, label.en, f"  {label.fr.upper()}  "):
        assert reason_code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Fanta KƐITA l'a perdu",
        "lost by Fanta KƐITA",
        "perdu.2",
        "",
        "act_annulled",
        "act_changed",
        "replaced",
        "voir NPA260001",
        "l\u200bost",
        "fraud\u202e",
    ],
)
def test_whatever_else_a_clerk_writes_is_other(text: str) -> None:
    """Not a name, and not a reason that only the ledger gives."""
    assert reason_code(text) == "other"


def test_nothing_typed_is_published() -> None:
    assert published_reason("revoked", "Fanta KƐITA") == "other"
    assert published_reason("suspended", "volé") == "stolen"
    assert published_reason("superseded", "NPA260002") == "replaced"
    assert published_reason("revoked", None) == "other"
    assert published_reason("issued", "retrouvée") is None
    assert all(code.isascii() and code.islower() for code in REASON_CODES)
