"""What the auditor sees: progress on stderr, then what was checked and what does not hold."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sceau.audit_kit.words import STEPS, say
from sceau.ledger.report_words import sentence

_SHOWN_MAX = 40
Progress = Callable[[str, int, int], None]


@contextmanager
def progress(language: str, quiet: bool) -> Iterator[Progress]:
    """A line on stderr that says how far each step is; nothing where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda step, done, total: None
        return

    def show(step: str, done: int, total: int) -> None:
        sys.stderr.write(f"\r{say(STEPS[step], language)} {done:,} / {total:,}".replace(",", " ").ljust(60))
        sys.stderr.flush()

    yield show
    sys.stderr.write("\r" + " " * 60 + "\r")


def shown(told: Mapping[str, Any], language: str) -> str:
    """The report in a screenful."""
    head, export, checked = told["checkpoint"], told["export"], told["checked"]

    def t(fr: str, en: str) -> str:
        return say((fr, en), language)

    lines = [t("Tout tient.", "Everything holds.") if told["holds"] else t("CELA NE TIENT PAS.", "THIS DOES NOT HOLD.")]
    limits = [export[name] for name in ("mission", "since", "until")]
    asked = " ".join(limit or "…" for limit in limits)
    kept = [one for one in told["kept"] if one["agrees"]]
    witnesses = ", ".join(f"{one['name']} ({one['time']})" for one in head["witnesses"])
    rows = [
        (t("journal", "log"), told["origin"]),
        (t("tête", "head"), f"{head['size']}  {head['root']}"),
        (t("témoins", "witnesses"), (witnesses or "-") + ("" if head["quorum"] else t(" : trop peu", ": too few"))),
        (t("têtes gardées qui concordent", "kept heads that agree"), f"{len(kept)} / {len(told['kept'])}"),
        (t("première clé", "first key"), f"{told['genesis']['kid']} ({_whence(told['genesis']['from'], language)})"),
        (t("événements", "events"), f"{checked['events']}, {checked['signatures']} {t('bien signés', 'well signed')}"),
        (t("demandé", "asked for"), asked if any(limits) else ""),
        (t("non montrés", "not shown"), str(export["left_out"]) if export["left_out"] else ""),
        (t("reçus", "receipts"), str(checked["receipts"])),
        (t("registres", "registers"), str(len(told["registers"]))),
        (t("vues", "views"), _remade(told["views"])),
        (t("paquets", "packs"), _remade(told.get("packs", ()))),
        (t("publié, comme servi", "published, as served"), _served(told.get("served"), language)),
    ]
    lines += [f"  {name:<34} {printable(value)}" for name, value in rows if value]
    lines += [f"  ! {printable(one)}" for one in told["witnesses_unreachable"]]
    lines += _findings(told["findings"], language)
    if "since" in told:
        since = told["since"]
        counts = ((t("nouveaux", "new"), "new"), (t("disparus", "gone"), "gone"), (t("mêmes", "same"), "same"))
        lines.append(
            t("Depuis ", "Since ") + f"{since['made_at']}: " + ", ".join(f"{len(since[k])} {n}" for n, k in counts)
        )
    return "\n".join(lines) + "\n"


def _remade(found: Sequence[Mapping[str, Any]]) -> str:
    """What was made again from the events, and whether it is the same."""
    return ", ".join(f"{one['name']}@{one['events']} {'=' if one['same'] else '≠'}" for one in found)


def _served(shown: Mapping[str, Any] | None, language: str) -> str:
    """Which publication a server shows, how many of its files were compared, and whether all are the same."""
    if shown is None:
        return ""
    files = say(("fichiers", "files"), language)
    page = "" if shown["page"] else say((", sans la page", ", without the page"), language)
    return (
        f"{shown['place']}: {shown['version'] or '?'}, {shown['files']} {files}{page} {'=' if shown['same'] else '≠'}"
    )


def _whence(source: str, language: str) -> str:
    names = {
        "given": ("donnée", "given"),
        "kept": ("vue la première fois", "as first seen"),
        "export": ("lue dans l'export : comparez-la", "read from the export: compare it"),
    }
    return say(names[source], language)


def _findings(findings: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    for one in findings[:_SHOWN_MAX]:
        where = "" if one["idx"] is None else f"{one['idx']} "
        yield f"- {one['id']} [{one['class']}] {one['code']} {printable(where + one['stream'])}"
        yield f"    {sentence(one['code'], language)}"
        yield f"    {printable(one['detail'])}"
    if len(findings) > _SHOWN_MAX:
        more = len(findings) - _SHOWN_MAX
        yield say((f"… et {more} autres, dans le rapport", f"... and {more} more, in the report"), language)


def printable(text: str) -> str:
    """The text without what could drive a terminal: an export comes from strangers."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
