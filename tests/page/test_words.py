"""Every language of the page has every word, with the same places in it; no word is left that nothing says."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "verify_api" / "page"
ENTRY = re.compile(r'^  "?([\w.]+)"?: "(.*)",$', re.MULTILINE)
PLACE = re.compile(r"\{\w+\}")


def words(language: str) -> dict[str, str]:
    text = (PAGE / "words" / f"{language}.js").read_text()
    return dict(ENTRY.findall(text))


@pytest.mark.parametrize("language", ["en", "bm"])
def test_every_language_has_the_same_words(language) -> None:
    french, other = words("fr"), words(language)
    assert french.keys() == other.keys()
    assert {key for key in french if set(PLACE.findall(french[key])) != set(PLACE.findall(other[key]))} == set()


def test_no_word_is_left_over() -> None:
    sources = "".join(path.read_text() for path in [*PAGE.glob("*.js"), PAGE / "index.html"])
    built = ("title.", "action.", "reason.", "todo.", "compare.", "label.", "scan.", "lists.")
    assert [key for key in words("fr") if key not in sources and not key.startswith(built)] == []
