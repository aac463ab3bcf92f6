"""The languages in which the checker speaks, and a text of its tables in one of them.

The tables hold French and English; Bambara stands by the French text (words_bm.py, check_words_bm.py); what it lacks is
said in French.
"""

from collections.abc import Mapping

from sceau.domain.document_type import Label
from sceau.verify_api import check_words_bm, words_bm

LANGUAGES: Mapping[str, str] = {"fr": "Français", "en": "English", "bm": "Bamanankan"}  # as each names itself
_BAMBARA: Mapping[str, str] = {**words_bm.WORDS, **check_words_bm.WORDS}


def say(label: Label, language: str) -> str:
    """The text in "fr", "en" or "bm"."""
    return _BAMBARA.get(label.fr, label.fr) if language == "bm" else label.say(language)


def said(label: Label) -> dict[str, str]:
    """The text in every language."""
    return {language: say(label, language) for language in LANGUAGES}
