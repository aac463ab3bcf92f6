"""`sceau prove`: the proof that one document is in the published log, for whoever holds it.

    --out       a proof that stands alone (c2sp.org/tlog-proof@v1)       --receipt   a COSE receipt (RFC 9942)
    --into PDF  in place of the one that was attached when it was printed; the number is read there if none is given
    --publication  of the last publication instead of a document (cli_served.py): put it at DIR/index.tlog-proof

Exit codes: 0 witnessed; 4 provisional: too few witnesses yet, repeat later; 6 not published yet: repeat.
"""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau import cli_errors
from sceau.cli_options import Call, command, option
from sceau.language import say

if TYPE_CHECKING:
    from sceau.cli_session import Session
    from sceau.config import Config
    from sceau.desk.counter import Printed
    from sceau.domain.errors import FieldInvalid
    from sceau.ledger.log.prove import Proven, PublishedLog
    from sceau.ledger.stores.port import LogRow, Store
    from sceau.tlog.proof import Verified

_PATIENCE, _PAUSE_SECONDS = 40, 0.25
LogFolder = Annotated[
    Path | None,
    typer.Option("--log", envvar="SCEAU_LOG", metavar="DIR", help=say("Le journal publié.", "The published log.")),
]
_Receipt = Annotated[Path | None, option("FILE", "Où écrire un reçu COSE.", "Where a COSE receipt goes.", "--receipt")]
_Into = Annotated[
    Path | None, option("PDF", "Papier dont remplacer la preuve.", "Paper whose proof to replace.", "--into")
]
_Publication = Annotated[
    bool,
    typer.Option(
        "--publication", help=say("De la dernière publication.", "Of the last publication, not of a document.")
    ),
]


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(
        app,
        "prove",
        "Prouve qu'un document est inscrit au journal public.",
        "Proves that a document is in the public log.",
    )(prove)


def prove(
    call: Call,
    number: Annotated[
        str | None, typer.Argument(metavar="NPA260001", help=say("Numéro du document.", "The document's number."))
    ] = None,
    log: LogFolder = None,
    out: Annotated[Path | None, option("FILE", "Où écrire la preuve.", "Where the proof goes.", "--out")] = None,
    receipt: _Receipt = None,
    into: _Into = None,
    publication: _Publication = False,
) -> int:
    """Prove, verify as a reader will, and write what was asked for."""
    from sceau.cli_output import emit, facts, written
    from sceau.cli_session import config_of
    from sceau.compose import open_store
    from sceau.ledger.log.prove import prove as prove_row

    if publication and (number or into):
        raise typer.BadParameter(call.say("--publication va seule", "--publication goes alone"))
    config = config_of(call)
    published = log_of(config, log)
    with ExitStack() as stack:
        store = open_store(config.database, False)
        stack.callback(store.close)
        paper = _Paper(into) if into is not None else None
        row = _last_publication(store) if publication else _row(store, number, paper)
        writes = [stack.enter_context(written(path)) for path in (out, receipt, into)]
        proven = prove_row(row, published)
        made = (
            proven.proof.encode() if out else b"",
            _receipt(call, config, proven) if receipt else b"",
            paper.proven(proven) if paper else b"",
        )
        for write, content in zip(writes, made, strict=True):
            write(content)
    if publication and out:
        out.chmod(0o644)  # a server of files gives it to anybody
    told = {**_told(row, proven), "proof": _text(out), "receipt": _text(receipt), "pdf": _text(into)}
    emit(call, told, lambda: facts(_facts(call, told)))
    return cli_errors.DONE if proven.verified.witnessed else cli_errors.AMBER


def printed(session: "Session", by: Mapping[str, Any], number: str, log: "PublishedLog | None") -> "Printed":
    """Print with the proof of the moment; a paper that must be witnessed first is waited for, a little."""
    from sceau.desk import counter as desk
    from sceau.domain.errors import WitnessesAwaited

    counter = replace(session.counter, log=log)
    for _ in range(_PATIENCE if log else 0):
        try:
            return desk.print_document(counter, number, by)
        except WitnessesAwaited:
            time.sleep(_PAUSE_SECONDS)
    return desk.print_document(counter, number, by)


def log_of(config: "Config", folder: Path | None) -> "PublishedLog":
    """The published log, judged by the installation's policy; NotInstalled where there is none."""
    from sceau.cli_log_open import log_key, policy_text
    from sceau.ledger.log.directory import CHECKPOINT, PENDING, LogDirectory
    from sceau.ledger.log.prove import PublishedLog
    from sceau.ledger.log.rule import read_policy

    if folder is None:
        raise cli_errors.NotInstalled(
            "aucun journal nommé : donnez --log DIR (ou SCEAU_LOG), le dossier de « sceau log publish »",
            "no log named: give --log DIR (or SCEAU_LOG), the directory of 'sceau log publish'",
        )
    directory = LogDirectory(folder)
    if directory.find(CHECKPOINT) is None and directory.find(PENDING) is None:
        raise cli_errors.NotInstalled(f"aucune tête publiée dans {folder}", f"no head published in {folder} yet")
    key = log_key(config)
    return PublishedLog(directory, read_policy(policy_text(config, key), key))


def _row(store: "Store", number: str | None, paper: "_Paper | None") -> "LogRow":
    """The event of issue; it must be the one that the paper bears."""
    from sceau.domain import numbering
    from sceau.domain.errors import FieldInvalid, NotFound

    wanted = number or (paper.number if paper else "")
    if not wanted:
        raise FieldInvalid("NUMBER", "give a number, or --into", "donnez un numéro, ou --into")
    numbering.split(wanted)
    rows = store.stream(f"document:{wanted}")
    if not rows:
        raise NotFound(wanted)
    if paper and paper.event != rows[0].state:
        raise FieldInvalid("--into", f"is not the paper of {wanted}", f"n'est pas le papier de {wanted}")
    return rows[0]


def _last_publication(store: "Store") -> "LogRow":
    """Its event; NotInstalled before the first."""
    from sceau.domain.log_record import LISTS

    rows = store.stream(LISTS)
    if not rows:
        raise cli_errors.NotInstalled(
            "rien n'a encore été publié : lancez d'abord « sceau publish DIR »",
            "nothing was published yet: run 'sceau publish DIR' first",
        )
    return rows[-1]


class _Paper:
    """A PDF of ours; FieldInvalid for another."""

    def __init__(self, path: Path) -> None:
        from sceau.cli_input import read_bytes
        from sceau.domain.errors import MissingPart

        try:
            from sceau.desk import proof_attachment
        except ImportError:
            raise MissingPart("print") from None
        self._attach = proof_attachment.attach
        self._pdf = read_bytes(str(path), proof_attachment.SIZE_MAX)
        self.event = proof_attachment.event_in(self._pdf)
        if self.event is None:
            raise _foreign()

    @property
    def number(self) -> str:
        """The document that the attached event speaks of; whether it is ours, the ledger says."""
        from sceau.domain.errors import EnvelopeInvalid
        from sceau.tlog import event

        try:
            return event.parse(self.event or b"").meta.stream.removeprefix("document:")
        except EnvelopeInvalid:
            raise _foreign() from None

    def proven(self, proven: "Proven") -> bytes:
        """The paper with this proof."""
        return self._attach(self._pdf, proven.proof.encode(), proven.at)


def _foreign() -> "FieldInvalid":
    from sceau.domain.errors import FieldInvalid

    return FieldInvalid("--into", "bears no signed event of ours", "ne porte aucun événement signé de chez nous")


def _receipt(call: Call, config: "Config", proven: "Proven") -> bytes:
    """From the one who signs the heads: the keystore is opened only where it is needed."""
    from sceau.cli_session import passphrase_of
    from sceau.compose import checkpoint_signer
    from sceau.keys.keystore import Keystore
    from sceau.ledger.log.prove import receipt_of

    keystore = None if config.state.signer else Keystore.open(config.keystore, passphrase_of(config, call))
    return receipt_of(proven, checkpoint_signer(config, keystore))


def state_of(verified: "Verified | None") -> str:
    """How far a paper's proof goes, for programs."""
    return "none" if verified is None else "witnessed" if verified.witnessed else "provisional"


def _told(row: "LogRow", proven: "Proven") -> dict[str, Any]:
    found = proven.verified
    return {
        "number": row.stream.removeprefix("document:"),
        "origin": found.origin,
        "index": found.index,
        "size": found.size,
        "witnessed": found.witnessed,
        "witnesses": dict(found.witnesses),
        "time": found.time,
    }


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _facts(call: Call, told: dict[str, Any]) -> dict[str, Any]:
    say = call.say
    state = (
        say("attestée par les témoins", "witnessed")
        if told["witnessed"]
        else say("provisoire : trop peu de témoins", "provisional: too few witnesses")
    )
    return {
        say("document", "document"): told["number"],
        say("journal", "log"): told["origin"],
        say("place", "index"): f"{told['index']} / {told['size']}",
        say("preuve", "proof"): state,
        say("témoins", "witnesses"): [f"{name} ({_utc(at)})" for name, at in told["witnesses"].items()],
        say("inscrit avant", "logged by"): _utc(told["time"]) if told["time"] else None,
        say("écrit", "written"): [told[name] for name in ("proof", "receipt", "pdf") if told[name]],
    }


def _utc(at: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
