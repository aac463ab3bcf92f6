"""The report of an audit (`sceau.report/1`) as a page that a court reads: one file, French or English, to be printed.

No script and nothing from elsewhere, so it can be kept as it is. Every text of the report is a stranger's: escaped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from sceau.desk import report_plots as plots
from sceau.domain.errors import InputUnreadable

FORMAT = "sceau.report/1"
FINDINGS_MAX = 500
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:780px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #d0d5dd}
h3{font-size:1rem;margin:1rem 0 0}.verdict{font-size:1.2rem;font-weight:600;padding:.6rem .9rem;border-left:6px solid}
.holds{border-color:#1b7f3b;background:#eef8f0}.fails{border-color:#b3261e;background:#fdefee}
table{border-collapse:collapse;width:100%;font-size:.87rem}
td,th{text-align:left;padding:.2rem .6rem .2rem 0;vertical-align:top;border-bottom:1px solid #eceef1;
overflow-wrap:anywhere}td.n{text-align:right;font-variant-numeric:tabular-nums}
code{font-size:.82rem;overflow-wrap:anywhere}svg text{font:11px system-ui,sans-serif;fill:#475467}
.note{color:#475467;font-size:.87rem}@media print{body{margin:0;max-width:none}h2,h3,svg,tr{break-inside:avoid}}
"""
_CLASSES = {
    "log": ("le journal n'est pas ce qui fut signé", "the log is not what was signed"),
    "events": ("un événement ne tient pas", "an event does not hold"),
    "quorum": ("les témoins manquent", "witnesses are missing"),
    "copy": ("la copie est abîmée", "the copy is damaged"),
    "figures": ("les comptes ne suivent pas des événements", "figures do not follow from the events"),
}


def page(told: Any, language: str) -> str:
    """The page of a report; InputUnreadable if it is none."""
    try:
        if told["format"] != FORMAT:
            raise InputUnreadable(f"not a report of the format {FORMAT}")
        return _Page(told, language).html()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputUnreadable(f"the report lacks something: {type(error).__name__} {error}") from None


class _Page:
    """One page at work."""

    def __init__(self, told: Mapping[str, Any], language: str) -> None:
        self.told = told
        self.language = language

    def say(self, fr: str, en: str) -> str:
        return fr if self.language == "fr" else en

    def html(self) -> str:
        title = self.say("Rapport d'audit", "Audit report")
        parts = [
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{title}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{title}</h1>",
            *self._verdict(),
            *self._log(),
            *self._findings(),
            *self._issuance(),
            *self._numbers(),
            *self._limits(),
            "</body></html>\n",
        ]
        return "\n".join(parts)

    def _verdict(self) -> Iterator[str]:
        told, checked = self.told, self.told["checked"]
        yield f'<p class="note">{escape(told["origin"])} · {escape(told["made_at"])} · {escape(told["program"])}</p>'
        if told["holds"]:
            text = self.say(
                "Tout tient : rien n'a été réécrit, retiré ou ajouté.",
                "Everything holds: nothing was rewritten, removed or added.",
            )
            yield f'<p class="verdict holds">{text}</p>'
        else:
            number = len(told["findings"])
            text = self.say(f"Cela ne tient pas : {number} constat(s).", f"This does not hold: {number} finding(s).")
            yield f'<p class="verdict fails">{text}</p>'
        yield _table(
            (),
            [
                (self.say("Événements vérifiés", "Events verified"), checked["events"]),
                (self.say("dont bien signés", "of which well signed"), checked["signatures"]),
                (self.say("Feuilles du journal", "Leaves of the log"), checked["leaves"]),
                (self.say("Reçus de commandes", "Receipts of commands"), checked["receipts"]),
                (self.say("Vues recalculées", "Views recomputed"), checked["views"]),
            ],
        )

    def _log(self) -> Iterator[str]:
        head = self.told["checkpoint"]
        yield f"<h2>{self.say('Le journal et ses témoins', 'The log and its witnesses')}</h2>"
        met = self.say("oui", "yes") if head["quorum"] else self.say("NON", "NO")
        witnesses = [(one["name"], one["time"]) for one in head["witnesses"]]
        yield _table(
            (),
            [
                (self.say("Tête signée", "Signed head"), f"{head['size']} · {head['root']}"),
                (self.say("Quorum de témoins", "Quorum of witnesses"), met),
                (self.say("Première clé", "First key"), self.told["genesis"]["kid"]),
            ],
        )
        if witnesses:
            yield _table((self.say("Témoin", "Witness"), self.say("a cosigné le", "cosigned at")), witnesses)
        kept = [(int(one["size"]), one["agrees"] is not False, str(one["source"])) for one in self.told["kept"]]
        if kept:
            title = self.say("Têtes vues auparavant, et leur taille", "Heads seen before, and their size")
            yield f"<h3>{title}</h3>{plots.heads([*kept, (int(head['size']), True, 'checkpoint')], title)}"

    def _findings(self) -> Iterator[str]:
        findings = self.told["findings"]
        if not findings:
            return
        yield f"<h2>{self.say('Constats', 'Findings')}</h2>"
        rows = [
            (
                self.say(*_CLASSES.get(one["class"], ("?", "?"))),
                "" if one["idx"] is None else one["idx"],
                one["stream"],
                one["detail"],
                one["id"],
            )
            for one in findings[:FINDINGS_MAX]
        ]
        yield _table(
            (self.say("Nature", "Kind"), "Index", self.say("Objet", "Stream"), self.say("Constat", "Finding"), "id"),
            rows,
        )
        if len(findings) > FINDINGS_MAX:
            more = len(findings) - FINDINGS_MAX
            told = self.say(f"{more} autres dans le rapport JSON.", f"{more} more in the JSON report.")
            yield f'<p class="note">{told}</p>'

    def _issuance(self) -> Iterator[str]:
        rows = self.told["issuance"]
        yield f"<h2>{self.say('Délivrances par mission et par jour', 'Issuance by mission and day')}</h2>"
        for office in sorted({one["office"] for one in rows}):
            days: Counter[str] = Counter()
            for one in rows:
                if one["office"] == office:
                    days[one["day"]] += int(one["issued"])
            yield f"<h3>{escape(office)} · {days.total()}</h3>{plots.by_day(days, office)}"
        totals: Counter[tuple[str, str, str]] = Counter()
        for one in rows:
            totals[one["office"], one["officer"], one["type"] or self.say("révocations", "revocations")] += int(
                one["issued"] or one["revoked"]
            )
        head = (self.say("Mission", "Mission"), self.say("Agent", "Officer"), "Type", self.say("Nombre", "Number"))
        yield _table(head, [(*name, count) for name, count in sorted(totals.items())])

    def _numbers(self) -> Iterator[str]:
        rows = self.told["registers"]
        yield f"<h2>{self.say('Numéros', 'Numbers')}</h2>"
        title = self.say(
            "Numéros pris dans chaque registre ; manquants en rouge",
            "Numbers taken from each register; missing ones red",
        )
        yield f'<p class="note">{title}.</p>{plots.registers(rows, title)}'

    def _limits(self) -> Iterator[str]:
        export = self.told["export"]
        yield f"<h2>{self.say('Ce que ce rapport ne dit pas', 'What this report does not say')}</h2>"
        if export["left_out"]:
            told = self.say(
                f"L'export est une partie : {export['left_out']} événements n'ont pas été montrés.",
                f"The export is a part: {export['left_out']} events were not shown.",
            )
            yield f"<p><strong>{told}</strong></p>"
        told = self.say(
            "Un acte faux signé par un agent mandaté est au journal, à son nom ; ce qui n'est pas inscrit n'y est pas.",
            "A false act signed by a mandated officer is in the log, under that name; what was never recorded is not.",
        )
        yield f'<p class="note">{told}</p>'


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>"] if head else []
    lines += [f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


def _cell(value: Any) -> str:
    return f'<td class="n">{value}</td>' if type(value) is int else f"<td>{escape(str(value))}</td>"
