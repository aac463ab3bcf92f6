"""The page of an audit's report: what it says, in both languages, and that nothing in it can act."""

import copy
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from sceau.desk import report_plots
from sceau.desk.report_page import page
from sceau.domain.errors import InputUnreadable

TOLD: dict[str, Any] = {
    "format": "sceau.report/1",
    "made_at": "2026-11-22T09:00:00Z",
    "program": "sceau-audit 0.1.0",
    "holds": True,
    "exit": 0,
    "origin": "sceau.example/mli/1",
    "checkpoint": {
        "size": 26,
        "root": "ab" * 32,
        "signed": True,
        "quorum": True,
        "witnesses": [{"name": "justice", "time": "2026-11-22T08:59:00Z"}],
    },
    "kept": [{"size": 20, "root": "cd" * 32, "source": "seen-before", "agrees": True}],
    "witnesses_unreachable": [],
    "genesis": {"kid": "0246055ec8bcc623", "from": "kept"},
    "export": {"size": 26, "events": 26, "left_out": 0, "since": None, "until": None, "mission": None},
    "checked": {"leaves": 26, "events": 26, "signatures": 26, "receipts": 23, "views": 1},
    "registers": [
        {"kind": "document", "register": "VPA26", "first": 1, "last": 9, "entries": 7, "gaps": [[4, 5]]},
        {"kind": "act", "register": "PAR-2026-N-", "first": 1, "last": 2, "entries": 2, "gaps": []},
    ],
    "issuance": [
        {"office": "PAR", "officer": "PAR-1", "day": "2026-11-20", "type": "visa_short", "issued": 3, "revoked": 0},
        {"office": "PAR", "officer": "PAR-1", "day": "2026-11-22", "type": "visa_short", "issued": 4, "revoked": 0},
        {"office": "PAR", "officer": "PAR-1", "day": "2026-11-22", "type": "", "issued": 0, "revoked": 1},
    ],
    "views": [],
    "findings": [],
}
FINDING = {
    "id": "f" * 16,
    "class": "events",
    "code": "integrity",
    "idx": 18,
    "stream": "document:X",
    "detail": "edited",
}


def told(**changed: Any) -> dict[str, Any]:
    return {**copy.deepcopy(TOLD), **changed}


@pytest.mark.parametrize(("language", "words"), [("fr", "Tout tient"), ("en", "Everything holds")])
def test_it_says_what_holds(language: str, words: str) -> None:
    html = page(TOLD, language)
    assert words in html and "justice" in html and "0246055ec8bcc623" in html and f'lang="{language}"' in html
    assert html.count("<svg") == 3 and "2026-11-21: 0" in html and "2026-11-22: 4" in html and "4 - 5" in html


@pytest.mark.parametrize(("language", "words"), [("fr", "Cela ne tient pas"), ("en", "This does not hold")])
def test_it_says_what_does_not(language: str, words: str) -> None:
    html = page(told(holds=False, findings=[FINDING]), language)
    assert words in html and "document:X" in html and "18" in html and "Tout tient" not in html


def test_it_says_what_was_not_shown() -> None:
    assert "12 events were not shown" in page(told(export={**TOLD["export"], "left_out": 12}), "en")


def test_nothing_of_the_report_can_act() -> None:
    """Every text in it is a stranger's."""
    evil = "</title><script>alert(1)</script><img src=x onerror=y>\"'"
    hostile = told(
        holds=False,
        origin=evil,
        program=evil,
        findings=[{**FINDING, "stream": evil, "detail": evil, "id": evil, "class": evil, "idx": evil}],
        registers=[{**TOLD["registers"][0], "register": evil, "gaps": [[1, 2]]}],
        issuance=[{**TOLD["issuance"][0], "office": evil, "officer": evil, "type": evil}],
        kept=[{**TOLD["kept"][0], "source": evil}],
        genesis={"kid": evil, "from": evil},
    )
    html = page(hostile, "en")
    assert "<script" not in html and "<img" not in html and "default-src 'none'" in html
    assert not re.search(r"(src|href|url)\s*[=(]\s*[\"']?(https?:)?//", html)


def test_plots_are_well_formed() -> None:
    drawn = [
        report_plots.by_day({"2026-11-22": 4, "2026-11-20": 1}, "a & b"),
        report_plots.by_day({}, "nothing"),
        report_plots.by_day({"2024-01-01": 1, "2026-11-20": 1}, "years"),
        report_plots.registers(TOLD["registers"], "r"),
        report_plots.registers([], "none"),
        report_plots.heads([(1, True, "a"), (0, False, "<b>")], "h"),
    ]
    for one in drawn:
        ElementTree.fromstring(one)
    assert "2025-06: 0" in drawn[2] and drawn[2].count("<rect") == 35


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {"format": "sceau.report/2"},
        {"format": "sceau.report/1"},
        told(registers=[{**TOLD["registers"][0], "last": "x"}]),
        told(issuance=[{**TOLD["issuance"][0], "day": "not a day"}]),
        told(issuance=[{**TOLD["issuance"][0], "day": day} for day in ("0001-01-01", "9999-12-31")]),
        told(checkpoint=7),
    ],
    ids=[
        "nothing",
        "a list",
        "another format",
        "empty",
        "a word for a number",
        "no day",
        "ten thousand years",
        "no head",
    ],
)
def test_what_is_no_report_is_refused(broken: Any) -> None:
    with pytest.raises(InputUnreadable):
        page(broken, "en")
