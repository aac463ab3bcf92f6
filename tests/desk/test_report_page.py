"""The page of an audit's report: what it says, in both languages, and that nothing in it can act."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from sceau.audit_kit.screen import shown
from sceau.desk import report_plots
from sceau.desk.report_html import code, table
from sceau.desk.report_page import page
from sceau.domain.errors import InputUnreadable
from sceau.ledger import report_words

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
        kept=[{**TOLD["kept"][0], "source": evil}, {**TOLD["kept"][0], "source": "witness <script>"}],
        genesis={"kid": evil, "from": evil},
        witnesses_unreachable=[evil],
        views=[{"name": evil, "events": evil, "same": False}],
        export={**TOLD["export"], "mission": evil, "left_out": evil},
        since={"made_at": evil, "same_log": False, "new": [evil], "gone": [], "same": []},
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


ROOMS = Path(__file__).resolve().parents[2]
QUORUM = TOLD["checkpoint"]


def test_a_part_is_called_a_part() -> None:
    asked = {"size": 26, "events": 14, "left_out": 12, "since": "2026-11-20", "until": None, "mission": "PAR"}
    html = page(told(export=asked, checked={**TOLD["checked"], "events": 14}), "en")
    assert "The part examined holds: 14 events of the 26" in html and "Everything holds" not in html
    assert "mission PAR, 2026-11-20 – …" in html and "the whole ledger" in page(TOLD, "en")
    html = page(told(export={**TOLD["export"], "until": "2026-11-21"}), "fr")
    assert "La partie examinée tient" in html and "toutes les missions, … – 2026-11-21" in html


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"witnesses": []}, "No witnesses were asked for"),
        ({}, "The policy&#x27;s quorum of witnesses is met: 1 cosigned"),
        ({"quorum": False}, "The quorum of witnesses is MISSING (1)"),
        ({"signed": False, "quorum": False}, "The head is not well signed"),
    ],
)
def test_it_says_who_answers_for_the_head(changed: dict[str, Any], words: str) -> None:
    assert words in page(told(checkpoint={**QUORUM, **changed}), "en")


@pytest.mark.parametrize(
    ("source", "words"), [("given", "given by the auditor"), ("kept", "kept from"), ("export", "only read from")]
)
def test_it_says_where_the_first_key_is_from(source: str, words: str) -> None:
    assert words in page(told(genesis={"kid": "02", "from": source}), "en")


def test_a_first_run_compares_with_nothing() -> None:
    words = "No earlier head was compared"
    assert words in page(told(kept=[]), "en") and words not in page(TOLD, "en")
    assert words in page(told(kept=[{**TOLD["kept"][0], "agrees": None}]), "en")
    assert "1 of the 1 heads compared (up to 20 events)" in page(TOLD, "en")


def test_acts_and_papers_are_counted_apart() -> None:
    act = {"office": "PAR", "officer": "PAR-1", "day": "2026-11-22", "type": "birth", "issued": 1, "revoked": 0}
    html = page(told(issuance=[*TOLD["issuance"], act]), "en")
    assert "7 papers issued, by day" in html and "1 acts established, by day" in html and "8 " not in html
    assert "<td>paper</td><td>Short-stay visa</td>" in html and "visa_short" not in html
    assert "Visa de court séjour" in page(TOLD, "fr") and "<td>revocation</td>" in html


_OUTSIDE = """
from dataclasses import replace
from sceau.domain.document_type import Label, document_type
TYPE = replace(document_type("life_certificate"), code="fishing", letter="F", title=Label("Permis", "Fishing permit"))
"""


def test_types_of_other_distributions_have_their_titles(tmp_path: Path) -> None:
    folder = tmp_path / "outside-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: outside\nVersion: 1\n")
    (folder / "entry_points.txt").write_text("[sceau.documents]\nfishing = outside_types:TYPE\n")
    (tmp_path / "outside_types.py").write_text(_OUTSIDE)
    (tmp_path / "r.json").write_text(json.dumps(told(issuance=[{**TOLD["issuance"][0], "type": "fishing"}])))
    start = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from sceau.cli import main; main()"
    words = ("report", tmp_path / "r.json", "--out", tmp_path / "r.html", "--lang", "en")
    subprocess.run([sys.executable, "-c", start, *map(str, words)], check=True, capture_output=True)
    assert "<td>Fishing permit</td>" in (tmp_path / "r.html").read_text()


def test_many_days_are_months_and_say_so() -> None:
    years = [{**TOLD["issuance"][0], "day": day} for day in ("2024-01-01", "2026-11-20")]
    assert "papers issued, by month" in page(told(issuance=years), "en")


def test_what_changed_since_the_earlier_report() -> None:
    since = {"made_at": "2026-10-01T00:00:00Z", "same_log": True, "new": ["a" * 16], "gone": ["b" * 16], "same": []}
    html = page(told(since=since), "en")
    assert "2026-10-01T00:00:00Z" in html and '<td>new</td><td class="n">1</td>' in html
    assert "a" * 16 in html and "b" * 16 in html and "of another log" not in html
    assert "of another log" in page(told(since={**since, "same_log": False}), "en")


def test_unreachable_witnesses_and_views_are_named() -> None:
    views = [{"name": "status", "events": events, "stated": "", "found": "", "same": events == 9} for events in (9, 12)]
    html = page(told(witnesses_unreachable=["justice: refused"], views=views), "en")
    assert "Witness without a usable answer: justice: refused" in html
    assert "<td>View status (9)</td><td>same digest</td>" in html
    assert "<td>View status (12)</td><td>OTHER digest</td>" in html


def test_gaps_are_text() -> None:
    row = '<td>VPA26</td><td class="n">1</td><td class="n">9</td><td class="n">7</td><td>4 - 5</td>'
    assert row in page(TOLD, "en")


def test_a_gap_before_the_first_number_stands_before_the_bar() -> None:
    late = {"register": "X", "first": 500, "last": 600, "entries": 101, "gaps": [[1, 499]]}
    shapes = ElementTree.fromstring(report_plots.registers([late], "r")).findall("rect")
    (bar, gap) = [(float(one.attrib["x"]), float(one.attrib["width"])) for one in shapes]
    assert gap[0] == 120 and gap[0] + gap[1] == pytest.approx(bar[0], abs=0.2)


def test_other_heads_are_few_labelled_and_not_the_one_examined() -> None:
    same = {"size": QUORUM["size"], "root": QUORUM["root"], "source": "26-ab.checkpoint", "agrees": True}
    many = [{**TOLD["kept"][0], "size": size} for size in range(1, 16)]
    forked = {**TOLD["kept"][0], "size": 3, "source": "witness justice", "agrees": False}
    html = page(told(kept=[same, *many, forked]), "en")
    assert html.count(" · kept · agrees</text>") == 11 and "and 4 more" in html and "26 · kept" not in html
    assert "3 · witness justice · DOES NOT AGREE</text>" in html
    assert "Other heads seen" not in page(told(kept=[same]), "en")


def test_findings_come_first_and_in_the_language() -> None:
    failed = told(holds=False, findings=[{**FINDING, "code": "figures.gap"}])
    fr, en = page(failed, "fr"), page(failed, "en")
    assert "Des numéros manquent dans un registre." in fr and "Numbers are missing from a register." in en
    assert "<small>figures.gap · document:X · edited</small>" in fr and f"<code>{'f' * 16}</code>" in fr
    assert fr.index("Des numéros manquent") < fr.index("Événements vérifiés")


def test_the_auditor_s_program_says_it_in_the_language() -> None:
    failed = told(holds=False, findings=[{**FINDING, "code": "figures.gap"}])
    assert "    Des numéros manquent dans un registre.\n    edited\n" in shown(failed, "fr")
    assert "    Numbers are missing from a register.\n    edited\n" in shown(failed, "en")


def test_every_code_of_a_finding_has_a_sentence() -> None:
    sources = [*(ROOMS / "audit_kit").glob("*.py"), *(ROOMS / "ledger").glob("audit*.py")]
    made = {code for path in sources for code in re.findall(r'(?:Fault|Finding)\(\s*"([a-z_.]+)"', path.read_text())}
    assert len(made) > 20
    for name in made:
        assert len({report_words.sentence(name, language) for language in ("fr", "en")}) == 2
        assert report_words.sentence(name, "en") != report_words.sentence("unknown", "en"), name


def test_figures_stand_under_their_headings_and_ids_do_not_break() -> None:
    drawn = table(("a", "n"), [("<x>", 1), (code("<y>"), "")])
    assert drawn == (
        '<table><tr><th>a</th><th class="n">n</th></tr><tr><td>&lt;x&gt;</td><td class="n">1</td></tr>'
        '<tr><td><code>&lt;y&gt;</code></td><td class="n"></td></tr></table>'
    )
    style = page(TOLD, "en").split("</style>")[0]
    assert "th{white-space:nowrap}" in style and "white-space:nowrap}small" in style
    assert not re.search(r"td[^}]*overflow-wrap:anywhere", style)
