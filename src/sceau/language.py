"""French or English: the choice of --lang, else of SCEAU_LANG, else of the system; French where nothing says otherwise.

    --lang en | SCEAU_LANG=en | LC_ALL, LC_MESSAGES, LANG = en_GB.UTF-8

Helps are made when the program starts, so the language is chosen when this module is imported.
"""

import os
import sys
from collections.abc import Mapping, Sequence

LANGUAGES = ("fr", "en")


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """ "fr" or "en"."""
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang" and at + 1 < len(arguments):
            return _known(arguments[at + 1])
        if argument.startswith("--lang="):
            return _known(argument.removeprefix("--lang="))
    if environment.get("SCEAU_LANG"):
        return _known(environment["SCEAU_LANG"])
    system = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return _known(next((name for name in system if name), ""))


def _known(name: str) -> str:
    return "en" if name[:2].lower() == "en" else "fr"


LANGUAGE = chosen(sys.argv[1:], os.environ)


def say(fr: str, en: str, language: str = LANGUAGE) -> str:
    """One of two texts."""
    return fr if language == "fr" else en
