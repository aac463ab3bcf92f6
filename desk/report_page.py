"""The report of an audit (`sceau.report/1`) as a page that a court reads: one file, French or English, to be printed.

No script and nothing from elsewhere, so it can be kept as it is. Every text of the report is a stranger's: escaped.
It claims no more than the report covers: a part is called a part, and what nothing was compared with is said.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from sceau.desk import report_plots as plots
from sceau.desk.report_html import POLICY, STYLE, Html, code, note, table
from sceau.desk.report_verdict import covered, selection, supports
from sceau.domain.document_type import act_kinds, document_types
from sceau.domain.errors import InputUnreadable
from sceau.ledger.report_words import FORMAT, sentence

FINDINGS_MAX, HEADS_MAX, IDS_MAX = 500, 12, 100
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
            raise InputUnreadable(f"not a report of the format {FORMAT}", why_fr=f"pas un rapport du format {FORMAT}")
        return _Page(told, language).html()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputUnreadable(
            f"the report lacks something: {type(error).__name__} {error}",
            why_fr="ce rapport n'est pas complet",
        ) from None


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
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{title}</title><style>{STYLE}</style></head><body>",
            f"<h1>{title}</h1>",
            *self._verdict(),
            *self._findings(),
            *self._since(),
            *self._checked(),
            *self._heads(),
            *self._issuance(),
            *self._numbers(),
            *self._limits(),
            "</body></html>\n",
        ]
        return "\n".join(parts)

    def _verdict(self) -> Iterator[str]:
        told = self.told
        yield note(f"{told['origin']} · {told['made_at']} · {told['program']}")
        if told["holds"]:
            yield f'<p class="verdict holds">{escape(covered(told, self.language))}</p>'
        else:
            number = len(told["findings"])
            text = self.say(f"Cela ne tient pas : {number} constat(s).", f"This does not hold: {number} finding(s).")
            yield f'<p class="verdict fails">{text}</p>'
        yield f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in supports(told, self.language))}</ul>"

    def _findings(self) -> Iterator[str]:
        findings = self.told["findings"]
        if not findings:
            return
        yield f"<h2>{self.say('Constats', 'Findings')}</h2>"
        rows = [self._finding(one) for one in findings[:FINDINGS_MAX]]
        yield table((self.say("Constat", "Finding"), self.say("Nature", "Kind"), "Index", "Id"), rows)
        if len(findings) > FINDINGS_MAX:
            more = len(findings) - FINDINGS_MAX
            yield note(self.say(f"{more} autres dans le rapport JSON.", f"{more} more in the JSON report."))

    def _finding(self, one: Mapping[str, Any]) -> tuple[Any, ...]:
        technical = " · ".join(escape(str(text)) for text in (one["code"], one["stream"], one["detail"]) if text)
        told = Html(f"{sentence(one['code'], self.language)}<br><small>{technical}</small>")
        kind = self.say(*_CLASSES.get(one["class"], ("?", "?")))
        return told, kind, "" if one["idx"] is None else one["idx"], code(one["id"])

    def _since(self) -> Iterator[str]:
        since = self.told.get("since")
        if since is None:
            return
        yield f"<h2>{self.say('Depuis le rapport antérieur', 'Since the earlier report')}</h2>"
        yield note(self.say(f"Rapport antérieur : {since['made_at']}", f"Earlier report: {since['made_at']}"))
        if not since["same_log"]:
            text = self.say("Le rapport antérieur parle d'un autre journal.", "The earlier report is of another log.")
            yield f"<p><strong>{text}</strong></p>"
        names = {"new": ("nouveaux", "new"), "gone": ("disparus", "gone"), "same": ("mêmes", "same")}
        rows = [(self.say(*names[name]), len(since[name]), _ids(since[name])) for name in names]
        yield table((self.say("Constats", "Findings"), self.say("Nombre", "Number"), "Ids"), rows)

    def _checked(self) -> Iterator[str]:
        told, checked, head = self.told, self.told["checked"], self.told["checkpoint"]
        yield f"<h2>{self.say('Ce qui fut vérifié', 'What was verified')}</h2>"
        views = [
            (
                f"{self.say('Vue', 'View')} {one['name']} ({one['events']})",
                self.say("même empreinte", "same digest")
                if one["same"]
                else self.say("AUTRE empreinte", "OTHER digest"),
            )
            for one in told["views"]
        ]
        yield table(
            (),
            [
                (self.say("Demandé", "Asked for"), selection(told["export"], self.language)),
                (self.say("Événements vérifiés", "Events verified"), str(checked["events"])),
                (self.say("dont bien signés", "of which well signed"), str(checked["signatures"])),
                (self.say("Feuilles du journal", "Leaves of the log"), str(checked["leaves"])),
                (self.say("Reçus de commandes", "Receipts of commands"), str(checked["receipts"])),
                (self.say("Vues recalculées", "Views recomputed"), str(checked["views"])),
                *views,
                (self.say("Tête signée", "Signed head"), Html(f"{escape(str(head['size']))} · {code(head['root'])}")),
                (self.say("Première clé", "First key"), code(told["genesis"]["kid"])),
            ],
        )

    def _heads(self) -> Iterator[str]:
        head = self.told["checkpoint"]
        witnesses = [(one["name"], one["time"]) for one in head["witnesses"]]
        if witnesses:
            yield table((self.say("Témoin", "Witness"), self.say("a cosigné le", "cosigned at")), witnesses)
        others = [one for one in self.told["kept"] if (one["size"], one["root"]) != (head["size"], head["root"])]
        others.sort(key=lambda one: (one["agrees"] is not False, -int(one["size"])))
        if not others:
            return
        title = self.say("Autres têtes vues, et leur taille", "Other heads seen, and their size")
        rows = [(int(one["size"]), one["agrees"], self._head(one)) for one in others[:HEADS_MAX]]
        yield f"<h3>{title}</h3>{plots.heads(rows, title)}"
        if len(others) > HEADS_MAX:
            more = len(others) - HEADS_MAX
            yield note(self.say(f"et {more} autres, dans le rapport JSON.", f"and {more} more, in the JSON report."))

    def _head(self, one: Mapping[str, Any]) -> str:
        witness = str(one["source"]).removeprefix("witness ")
        shown = self.say(f"témoin {witness}", f"witness {witness}")
        source = shown if witness != one["source"] else self.say("gardée", "kept")
        judged = {
            True: self.say("concorde", "agrees"),
            False: self.say("NE CONCORDE PAS", "DOES NOT AGREE"),
            None: self.say("non comparable", "cannot be compared"),
        }
        return f"{one['size']} · {source[:24]} · {judged[one['agrees']]}"

    def _issuance(self) -> Iterator[str]:
        rows = self.told["issuance"]
        yield f"<h2>{self.say('Délivrances par mission', 'Issuance by mission')}</h2>"
        for office in sorted({one["office"] for one in rows}):
            yield f"<h3>{escape(office)}</h3>"
            for acts in (False, True):
                yield from self._days(office, acts)
        totals: Counter[tuple[str, ...]] = Counter()
        for one in rows:
            totals[one["office"], one["officer"], *self._kind(one["type"])] += int(one["issued"] or one["revoked"])
        names = (self.say("Mission", "Mission"), self.say("Agent", "Officer"), self.say("Nature", "Kind"), "Type")
        yield table((*names, self.say("Nombre", "Number")), [(*name, count) for name, count in sorted(totals.items())])

    def _days(self, office: str, acts: bool) -> Iterator[str]:
        days: Counter[str] = Counter()
        for one in self.told["issuance"]:
            if one["office"] == office and (one["type"] in act_kinds()) is acts:
                days[one["day"]] += int(one["issued"])
        if not days.total():
            return
        what = self.say("actes établis", "acts established") if acts else self.say("papiers délivrés", "papers issued")
        step = self.say("par mois", "by month") if plots.monthly(days) else self.say("par jour", "by day")
        caption = f"{days.total()} {what}, {step}"
        yield f'<p class="caption">{caption}</p>{plots.by_day(days, f"{office}: {caption}")}'

    def _kind(self, name: str) -> tuple[str, str]:
        """Act, paper or revocation, and the title of the type."""
        if not name:
            return self.say("révocation", "revocation"), ""
        if name in act_kinds():
            return self.say("acte", "act"), act_kinds()[name].title.say(self.language)
        known = document_types().get(name)
        return self.say("papier", "paper"), known.title.say(self.language) if known else name

    def _numbers(self) -> Iterator[str]:
        rows = self.told["registers"]
        yield f"<h2>{self.say('Numéros', 'Numbers')}</h2>"
        title = self.say(
            "Numéros pris dans chaque registre, comptés de 1 ; en rouge, ceux qui ne sont pas dans l'export",
            "Numbers taken from each register, counted from 1; in red, those that are not in the export",
        )
        yield f"{note(title + '.')}{plots.registers(rows, title)}"
        head = (
            self.say("Registre", "Register"),
            self.say("Premier", "First"),
            self.say("Dernier", "Last"),
            self.say("Inscrits", "Entries"),
            self.say("Pas dans l'export", "Not in the export"),
        )
        yield table(head, [(*(one[name] for name in _REGISTER), _spans(one["gaps"])) for one in rows])

    def _limits(self) -> Iterator[str]:
        export = self.told["export"]
        yield f"<h2>{self.say('Ce que ce rapport ne dit pas', 'What this report does not say')}</h2>"
        if export["left_out"]:
            told = self.say(
                f"L'export est une partie : {export['left_out']} événements n'ont pas été montrés.",
                f"The export is a part: {export['left_out']} events were not shown.",
            )
            yield f"<p><strong>{escape(told)}</strong></p>"
        told = self.say(
            "Un acte faux signé par un agent mandaté est au journal, à son nom ; ce qui n'est pas inscrit n'y est pas.",
            "A false act signed by a mandated officer is in the log, under that name; what was never recorded is not.",
        )
        yield note(told)


_REGISTER = ("register", "first", "last", "entries")


def _spans(gaps: Any) -> str:
    return ", ".join(str(first) if first == last else f"{first} - {last}" for first, last in gaps)


def _ids(ids: Any) -> Html:
    more = f" … + {len(ids) - IDS_MAX}" if len(ids) > IDS_MAX else ""
    return Html(" ".join(map(code, ids[:IDS_MAX])) + more)
