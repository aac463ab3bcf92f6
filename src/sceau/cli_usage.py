"""What is wrong with a command line, in French; Typer, which reads it, says so in English.

Each row is one of its sentences, or the beginning or end of one, and what stands in its place. What no row knows stays.
"""

import re

_FRENCH = (
    (r"^Missing argument (.*)\.$", r"il manque l'argument \1"),
    (r"^Missing option (.*)\.$", r"il manque l'option \1"),
    (r"^Missing command\.$", "il manque la commande"),
    (r"^No such option: (\S+)", r"option inconnue : \1"),
    (r"^No such command '(.*?)'\.", r"commande inconnue : \1"),
    (r"Did you mean (.*)\?$", r"(peut-être \1)"),
    (r"\(Possible options: (.*)\)$", r"(peut-être \1)"),
    (r"^Got unexpected extra argument\(s\) \((.*)\)$", r"en trop : \1"),
    (r"^Option (\S+) requires an argument\.$", r"l'option \1 veut une valeur"),
    (r"^Option (\S+) does not take a value\.$", r"l'option \1 ne prend pas de valeur"),
    (r"\(env var: '(\w+)'\)", r"(variable \1)"),
    (r"^Invalid value for (.*?): ", r"valeur refusée pour \1 : "),
    (r"^Invalid value: ", ""),
    (r"Input should be a valid integer, unable to parse string as an integer$", "il faut un nombre entier"),
    (r"Input should be a valid number, unable to parse string as a number$", "il faut un nombre"),
    (r"Input should be less than or equal to (\S+)$", r"au plus \1"),
    (r"Input should be greater than or equal to (\S+)$", r"au moins \1"),
    (r"\bor (?='--)", "ou "),
)
_ROWS = tuple((re.compile(pattern), words) for pattern, words in _FRENCH)


def in_french(message: str) -> str:
    """The message of Typer's, which may hold a text of ours."""
    for pattern, words in _ROWS:
        message = pattern.sub(words, message)
    return message
