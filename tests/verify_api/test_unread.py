"""Why a code is not read is told in the reader's language alone, whatever is wrong with it."""

import re
from datetime import date
from pathlib import Path

import pytest

from sceau.domain.flaw import Flaw
from sceau.seals.stranger import Stranger
from sceau.verify_api.rules import rules
from sceau.verify_api.scan import scan
from sceau.verify_api.unread import UNREAD

ROOT = Path(__file__).resolve().parents[2]
RAISED = re.compile(r"Flaw\.([A-Z_]+)")
THROWN = re.compile(r"new Seal(?:Malformed|Unsupported)\(\s*(\"([a-z_]+)\"|[^)\s][^,)]*)")


@pytest.mark.parametrize("why", [*Flaw, *Stranger], ids=str)
def test_every_reason_has_words_of_its_own_in_each_language(why) -> None:
    texts = rules()["unread"][why.value]
    assert len({*texts.values()}) == len(texts) == 3


def test_no_reason_is_left_over_and_none_is_unknown_to_the_page() -> None:
    sources = "".join(path.read_text() for path in [*(ROOT / "seals").glob("*.py"), ROOT / "domain" / "mrz.py"])
    assert {Flaw[name] for name in RAISED.findall(sources)} == set(Flaw)
    modules = "".join(path.read_text() for path in (ROOT / "verify_api" / "page" / "lib").glob("*.js"))
    assert {name or text for text, name in THROWN.findall(modules)} == {flaw.value for flaw in Flaw}
    assert set(UNREAD) == {flaw.value for flaw in Flaw} | {seen.value for seen in Stranger}


@pytest.mark.parametrize(
    ("data", "fr", "en"),
    [
        (b"?", "il n'est d'aucune sorte connue ici", "it is of no kind that is known here"),
        (b"x" * 9000, "il est plus long", "it is longer"),
        (b"\xdc\x03" + bytes(60), "un caractère n'y a pas", "a character has no place"),
        (b"HC1:NCF", "son contenu compressé", "its compressed content"),
        (b"RDB1B" + b"A" * 64, "une date y manque", "a date is missing"),
        (b"WIFI:S:x;;", "c'est un accès Wi-Fi", "it is a Wi-Fi access"),
    ],
)
def test_a_verdict_keeps_to_one_language(state, data, fr, en) -> None:
    verdict = scan(data, state.trust, None, None, date(2026, 11, 22))
    assert fr in verdict.reason("fr")
    assert en in verdict.reason("en")
    assert verdict.reason("fr").endswith(".")
