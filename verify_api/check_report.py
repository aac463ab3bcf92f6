"""A report of suspected fraud from the page without JavaScript: a form under a verdict, and what comes of it.

    red, or an address that is not ours      the verdict as it is
    green                                    MISMATCH: the values differ from the paper, as the person who compared says

As on the scanner's page: no picture, and nothing that the seal says of a person.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape

from sceau.verify_api.check_words import WORDS
from sceau.verify_api.languages import say
from sceau.verify_api.meaning import Colour, Note
from sceau.verify_api.reports import Report
from sceau.verify_api.verdict import Verdict

MISMATCH = "MISMATCH"
_SUSPECT = {Note.ADDRESS, Note.IMITATION}  # notes that are worth a report
_SHORT = 200  # characters of a text that comes from the seal
_SEEN = ("code", "standard", "issuer", "key", "seal")  # what the form brings back, under these names
_FORM = """\
<details>
<summary>{summary}</summary>
<form method="post" action="/check/report?lang={lang}" enctype="multipart/form-data">
<p>{report_lead}</p>
{hidden}
<p><label for="place-{at}">{place}</label>
<input id="place-{at}" name="place" maxlength="200" autocomplete="off"></p>
<p><label for="note-{at}">{note}</label>
<textarea id="note-{at}" name="note" rows="3" maxlength="500" autocomplete="off"></textarea></p>
<p><button>{report_send}</button></p>
</form>
</details>
"""


def form(language: str, verdict: Verdict, at: int) -> str:
    """The form under the verdict `at`; empty where there is nothing to report."""
    code = _reported(verdict)
    if code is None:
        return ""
    told = verdict.to_json()
    issuer = told["issuer"] or {}
    seen = (code, told["standard"], issuer.get("name"), issuer.get("key"), told["seal_id"])
    words = {name: escape(say(label, language)) for name, label in WORDS.items()}
    summary = words["differs" if code == MISMATCH else "report"]
    hidden = "\n".join(_hidden(name, value) for name, value in zip(_SEEN, seen, strict=True) if value)
    return _FORM.format_map({**words, "summary": summary, "lang": language, "hidden": hidden, "at": at})


def read(sent: Mapping[str, bytes], now: float) -> Report:
    """The report that a form brought at `now`, in Unix seconds; ValidationError for what is none."""
    text = {name: sent.get(name, b"").decode(errors="replace").strip() for name in (*_SEEN, "place", "note")}
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Report(
        code=text["code"],
        standard=text["standard"] or None,
        issuer=text["issuer"] or None,
        key=text["key"] or None,
        seal_id=text["seal"] or None,
        place=text["place"],
        at=moment,
        lists=None,
        note=text["note"],
    )


def thanks(language: str, known: str) -> str:
    """That it is kept, and under which id."""
    head, body = escape(say(WORDS["reported"], language)), escape(say(WORDS["reported_as"], language))
    return f'<section class="kept" role="status"><h2>{head}</h2><p>{body} <code>{escape(known)}</code></p></section>'


def _reported(verdict: Verdict) -> str | None:
    if verdict.colour is Colour.RED or _SUSPECT & {*verdict.notes}:
        return verdict.code.value
    return MISMATCH if verdict.colour is Colour.GREEN else None


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value[:_SHORT])}">'
