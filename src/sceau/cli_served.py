"""`sceau publish DIR|URL --check`: does a server show what this ledger published?

Exit codes: 0 all of it; 4 an earlier publication, or nothing that can be read; 5 a file is another one, or missing.
"""

from typing import TYPE_CHECKING

from sceau import cli_errors
from sceau.cli_options import Call

if TYPE_CHECKING:
    from sceau.audit_kit.served import Shown

_NOT_NOW = ("served.older", "served.unexamined")


def check(call: Call, place: str) -> int:
    """Compare every file, and tell."""
    from sceau.audit_kit.report import served
    from sceau.cli_output import emit

    shown = _look(call, place)
    told = {**served(shown), "findings": [fault.told() for fault in shown.faults]}
    emit(call, told, lambda: _show(call, shown))
    if not shown.faults:
        return cli_errors.DONE
    return cli_errors.AMBER if all(one.code in _NOT_NOW for one in shown.faults) else cli_errors.INTEGRITY


def _look(call: Call, place: str) -> "Shown":
    from sceau.audit_kit.served import look
    from sceau.audit_kit.source import Source
    from sceau.cli_session import config_of
    from sceau.compose import open_store
    from sceau.ledger.publications import logged

    store = open_store(config_of(call).database, False)
    try:
        return look(Source(place), logged(store))
    finally:
        store.close()


def _show(call: Call, shown: "Shown") -> None:
    from sceau.cli_output import facts, line, table
    from sceau.ledger.report_words import sentence

    if not shown.faults:
        line(call.say("Ce qui est servi est ce qui fut publié.", "What is served is what was published."), "bold green")
    facts({
        call.say("servi par", "served by"): shown.place,
        call.say("publication servie", "publication served"): shown.version or call.say("inconnue", "unknown"),
        call.say("dernière publication", "last publication"): shown.newest or call.say("aucune", "none"),
        call.say("fichiers comparés", "files compared"): shown.files,
        call.say("page du scanner", "scanner's page"): call.say("comparée", "compared")
        if shown.page
        else call.say("non comparée", "not compared"),
    })  # fmt: skip
    if shown.faults:
        columns = (call.say("fichier", "file"), call.say("constat", "finding"), call.say("détail", "detail"))
        table("", columns, [(one.stream, sentence(one.code, call.language), one.detail) for one in shown.faults])
