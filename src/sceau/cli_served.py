"""`sceau publish DIR|URL --check`: does a server show what was published?

By this ledger; or, for whoever has no ledger, with --policy: by the proof that stands beside the index
(index.tlog-proof, made by `sceau prove --publication`), if a log of that policy has it and its witnesses saw it.

Exit codes: 0 all of it; 4 an earlier publication, or nothing that can be read; 5 a file is another one, or missing.
"""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sceau import cli_errors
from sceau.cli_options import Call

if TYPE_CHECKING:
    from sceau.audit_kit.served import Shown
    from sceau.audit_kit.source import Source
    from sceau.ledger.publications import Logged
    from sceau.tlog.proof import Verified

PROOF = "index.tlog-proof"
_NOT_NOW = ("served.older", "served.unexamined")


def check(call: Call, place: str, policy: Path | None = None) -> int:
    """Compare every file, and tell."""
    from sceau.audit_kit.report import served
    from sceau.audit_kit.served import look
    from sceau.audit_kit.source import Source
    from sceau.cli_output import emit
    from sceau.cli_session import config_of
    from sceau.compose import open_store
    from sceau.domain.log_record import FREEZE
    from sceau.ledger.publications import logged

    source, at = Source(place), None
    if policy is None:
        with closing(open_store(config_of(call).database, False)) as store:
            shown = look(source, lambda: logged(store), whole=not store.stream(FREEZE))  # which records no more
    else:
        verified, said = _proven(source, policy)
        shown, at = look(source, lambda: said), verified.time
    told = {**served(shown), "logged_by": at, "findings": [fault.told() for fault in shown.faults]}
    emit(call, told, lambda: _show(call, shown, at))
    if not shown.faults:
        return cli_errors.DONE
    return cli_errors.AMBER if all(one.code in _NOT_NOW for one in shown.faults) else cli_errors.INTEGRITY


def _proven(source: "Source", policy: Path) -> "tuple[Verified, Mapping[int, Logged]]":
    """What the server's own proof tells; NotInstalled where it has none, ProofInvalid for one that does not hold."""
    from sceau.cli_input import read_bytes
    from sceau.ledger.publications import proven
    from sceau.tlog import policy as policies
    from sceau.tlog.proof import PROOF_SIZE_MAX

    rule = policies.parse(read_bytes(str(policy), PROOF_SIZE_MAX).decode("utf-8", "replace"))
    try:
        return proven(source.fetch(PROOF, PROOF_SIZE_MAX), rule)
    except FileNotFoundError:
        raise cli_errors.NotInstalled(
            f"{source.place} n'a pas de {PROOF} : l'autorité le fait avec « sceau prove --publication --out »",
            f"{source.place} has no {PROOF}: the authority makes it with 'sceau prove --publication --out'",
        ) from None


def _utc(at: int | None) -> str | None:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC" if at else None


def _show(call: Call, shown: "Shown", at: int | None) -> None:
    from sceau.cli_output import facts, line, table
    from sceau.ledger.report_words import sentence

    if not shown.faults:
        line(call.say("Ce qui est servi est ce qui fut publié.", "What is served is what was published."), "bold green")
    facts({
        call.say("servi par", "served by"): shown.place,
        call.say("publication servie", "publication served"): shown.version or call.say("inconnue", "unknown"),
        call.say("dernière publication", "last publication"): shown.newest or call.say("aucune", "none"),
        call.say("inscrite avant", "logged by"): _utc(at),
        call.say("fichiers comparés", "files compared"): shown.files,
        call.say("page du scanner", "scanner's page"): call.say("comparée", "compared")
        if shown.page
        else call.say("non comparée", "not compared"),
    })  # fmt: skip
    if shown.faults:
        columns = (call.say("fichier", "file"), call.say("constat", "finding"), call.say("détail", "detail"))
        table("", columns, [(one.stream, sentence(one.code, call.language), one.detail) for one in shown.faults])
