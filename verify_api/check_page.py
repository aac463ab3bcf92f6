"""The checker as plain HTML, for browsers without JavaScript: one form, and the same verdict in the same words.

Everything that a stranger wrote is escaped where it enters the page; the page runs nothing and loads its style alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from sceau.domain.document_type import Field, Kind, document_types
from sceau.verify_api import check_report
from sceau.verify_api.check_words import ERRORS, UNITS, WORDS
from sceau.verify_api.labels import LABELS
from sceau.verify_api.languages import LANGUAGES, say
from sceau.verify_api.look_up import meaning_of, todo_of
from sceau.verify_api.meaning import long_date
from sceau.verify_api.verdict import Verdict

_MARKS = {
    "green": '<circle cx="24" cy="24" r="21"/><path d="M14 25l7 7 14-16"/>',
    "amber": '<path d="M24 5L45 42H3z"/><path d="M24 18v12M24 35v2"/>',
    "red": '<path d="M16 3h16l13 13v16L32 45H16L3 32V16z"/><path d="M16 16l16 16M32 16L16 32"/>',
}
_BY_NUMBER = {"issued": "amber", "unknown": "amber"}  # nothing on the paper was looked at; the other states are red
_PAGE = """\
<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · sceau</title>
<link rel="stylesheet" href="/check.css">
</head>
<body>
<header>
<p class="brand">sceau</p>
<nav>{others}</nav>
</header>
<main>
<h1>{title}</h1>
{answer}
<form method="post" action="/check?lang={lang}" enctype="multipart/form-data">
<p>{lead}</p>
<p><label for="file">{file}</label>
<input id="file" name="file" type="file" accept="application/pdf,image/png,image/jpeg"></p>
<p><label for="text">{text}</label>
<textarea id="text" name="text" rows="3" maxlength="8192" autocomplete="off" spellcheck="false"></textarea></p>
<div class="pair">
<p><label for="number">{number}</label>
<input id="number" name="number" maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false"></p>
<p><label for="letters">{letters}</label>
<input id="letters" name="letters" maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false"></p>
</div>
<p><button>{send}</button></p>
</form>
</main>
<footer><p>{kept}</p></footer>
</body>
</html>
"""
_OTHER = '<a href="/check?lang={lang}" lang="{lang}" hreflang="{lang}">{name}</a>'
_SECTION = """\
<section class="answer {colour}" aria-labelledby="answer-{at}">
<h2 id="answer-{at}">
<svg viewBox="0 0 48 48" aria-hidden="true">{mark}</svg><span>{word}</span> <small>{code}</small>
</h2>
<div>{body}</div>
</section>
"""


def page(language: str, answer: str = "") -> str:
    """The whole page; `answer` is what the functions below made."""
    words = {name: escape(say(label, language)) for name, label in WORDS.items()}
    others = "".join(_OTHER.format(lang=lang, name=name) for lang, name in LANGUAGES.items() if lang != language)
    return _PAGE.format_map({**words, "lang": language, "others": others, "answer": answer})


def error(language: str, name: str, heading: str = "error") -> str:
    """Why nothing was judged, or under another heading of WORDS why nothing was reported."""
    head, body = escape(say(WORDS[heading], language)), escape(say(ERRORS[name], language))
    return f'<section class="error" role="alert"><h2>{head}</h2><p>{body}</p></section>'


def verdicts(language: str, found: Sequence[Verdict], reportable: bool) -> str:
    """Each verdict, as `sceau scan` tells it; with a report of fraud to send, where somebody keeps them."""
    return "".join(_verdict(language, verdict, at, reportable) for at, verdict in enumerate(found, 1))


def state(language: str, told: Mapping[str, Any]) -> str:
    """What the lists say of a document by its number (look_up.py)."""
    facts = {WORDS["number"]: told["number"], WORDS["lists"]: _age(told["list"], language)}
    name = told["state"]
    body = _paragraphs([meaning_of(name, told["reason"], language), todo_of(name, language)])
    body += _facts({say(label, language): value for label, value in facts.items()})
    return _section(language, _BY_NUMBER.get(name, "red"), 1, name.upper(), body)


def _verdict(language: str, verdict: Verdict, at: int, reportable: bool) -> str:
    notes = (say(note.value, language) for note in verdict.notes)
    body = _paragraphs([verdict.reason(language), verdict.todo(language), *notes])
    if compared := _compared(language, verdict):
        body += f"<h3>{escape(say(WORDS['compare'], language))}</h3>{_facts(compared)}"
    body += _facts(_known(language, verdict))
    if reportable:
        body += check_report.form(language, verdict, at)
    return _section(language, verdict.colour.value, at, verdict.code.value, body)


def _compared(language: str, verdict: Verdict) -> dict[str, str]:
    """The values to compare with paper and face, by label; none unless they may be believed."""
    if not verdict.believed:
        return {}
    declared, told = _declared(verdict), verdict.to_json()
    shown = {}
    for name, value in verdict.fields.items():
        field = declared.get(name)
        label = field.label if field else LABELS.get(name)
        shown[say(label, language) if label else name] = _value(field, value, language)
    days = {say(LABELS[name], language): _day(told[name], language) for name in ("issued_on", "valid_until")}
    return {label: value for label, value in (shown | days).items() if value}


def _known(language: str, verdict: Verdict) -> dict[str, str | None]:
    """Who says so, by which standard, from which lists."""
    told = verdict.to_json()
    issuer = told["issuer"] or {}
    oldest = max((one for one in told["lists"].values() if isinstance(one, dict)), key=lambda one: one["age_days"])
    named = (issuer.get(name) for name in ("authority", "office", "name"))
    return {
        say(WORDS["standard"], language): told["standard"],
        say(WORDS["issuer"], language): " ".join(filter(None, named)),
        say(WORDS["lists"], language): _age(oldest, language),
        say(WORDS["seal"], language): told["seal_id"],
    }


def _section(language: str, colour: str, at: int, code: str, body: str) -> str:
    word = escape(say(WORDS[colour], language))
    return _SECTION.format(colour=colour, at=at, mark=_MARKS[colour], word=word, code=escape(code), body=body)


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def _facts(rows: Mapping[str, str | None]) -> str:
    cells = (f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows.items() if value)
    return f"<dl>{''.join(cells)}</dl>"


def _age(listed: Mapping[str, Any], language: str) -> str:
    days = listed["age_days"]
    one, many = UNITS["D"]
    since = f"{days} {say(many if abs(days) > 1 else one, language)}"
    return f"{listed['authority']} n° {listed['version']}, {_day(listed['issued_on'], language)} ({since})"


def _declared(verdict: Verdict) -> dict[str, Field]:
    """The fields of the seal's type; of all types together, where it names none of them."""
    type_code = verdict.seal.type_code if verdict.seal else None
    known = document_types().get(type_code or "")
    return {field.name: field for one in ([known] if known else document_types().values()) for field in one.fields}


def _value(field: Field | None, value: str, language: str) -> str:
    if field and value in field.choices:
        return say(field.choices[value], language)
    if field and field.kind is Kind.DURATION:
        return _stay(value, language)
    return _day(value, language) if field and field.kind is Kind.DATE else value


def _stay(value: str, language: str) -> str:
    """« 30 jours », "30 days"; as it is, where a stranger wrote it otherwise."""
    found = re.fullmatch(r"P([0-9]{1,3})([DMY])", value)
    if not found:
        return value
    one, many = UNITS[found[2]]
    return f"{found[1]} {say(many if int(found[1]) > 1 else one, language)}"


def _day(text: str | None, language: str) -> str:
    try:
        return long_date(date.fromisoformat(text), language) if text else ""
    except ValueError:  # some standards print a year alone
        return text or ""
