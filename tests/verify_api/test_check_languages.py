"""/check speaks one language at a time, Bambara too, and is no greener than the scanner's page."""

import re
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import foreign_seals
import pytest
from starlette.testclient import TestClient

from sceau.seals.recognise import parse
from sceau.seals.seal import look_up_code
from sceau.verify_api import check_page, check_words
from sceau.verify_api.app import create_app
from sceau.verify_api.languages import LANGUAGES, say
from sceau.verify_api.scan import scan
from sceau.verify_api.service import Settings

TABLES = (check_words.WORDS, check_words.ERRORS)
LABELS = [label for table in TABLES for label in table.values()]


def asked(settings: Settings, language: str, **sent: bytes | str) -> str:
    with TestClient(create_app(settings)) as client:
        parts = {name: (None, content) for name, content in sent.items()}
        return client.post(f"/check?lang={language}", files=parts).text


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.en[:20])
def test_every_word_of_the_form_is_said_in_each_language(label) -> None:
    assert len({say(label, language) for language in LANGUAGES}) == 3


def test_a_verdict_in_bambara_has_no_french(made, state, tmp_path: Path, clock) -> None:
    state.issue(made.visa())
    state.say(made.visa(), "revoked", "stolen")
    settings = Settings(state.publish(tmp_path / "published"), made.ROOT.public, clock)
    told = asked(settings, "bm", text=made.visa())
    assert '<html lang="bm">' in told and "Nin sɛbɛn in bɔra baara la kabini 15 nowanburu 2026" in told
    letters = look_up_code(parse(made.visa()).seal_id)
    by_number = asked(settings, "bm", number="VPA26000A", letters=letters)
    assert "A bɔra baara la: kana sɔn a ma." in by_number and escape("A fɔra ko a sonyara.") in by_number
    for page in (told, by_number):
        words = re.sub(r"<[^>]*>", " ", page)
        assert not re.search(r"\b(?:le|la clé|les|une?|des|depuis|document|signé|jours?)\b", words), words


def test_days_alone_are_shown_to_be_compared(made, state) -> None:
    verdict = scan(state.issue(made.visa()), state.trust, state.status_list, state.issued_list, date(2026, 11, 22))
    assert verdict.seal is not None
    bare = replace(verdict, seal=replace(verdict.seal, fields={}))
    told = check_page.verdicts("en", [bare], False)
    assert "To compare" in told and "10 November 2026" in told and "20 May 2027" in told


def test_nothing_to_compare_is_no_green(made, state, tmp_path: Path, clock) -> None:
    state.keys = (*state.keys, replace(foreign_seals.key_of("vdsnc", "UTO"), authority="MLI"))
    code = state.issue(foreign_seals.nothing_said())
    settings = Settings(state.publish(tmp_path / "published"), made.ROOT.public, clock)
    told = asked(settings, "fr", text=code)
    assert 'class="answer amber"' in told and "VALID" in told and escape("rien que l'on puisse comparer") in told
