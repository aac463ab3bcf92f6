"""`sceau project ...` and `sceau publish`: views, and what the public checker needs."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau import cli_errors, cli_served
from sceau.cli_help import group
from sceau.cli_options import Call, command, option
from sceau.cli_prove import LogFolder
from sceau.language import say

if TYPE_CHECKING:
    from sceau.cli_session import Session
    from sceau.projections.publish import Publication

_NAMED_MAX = 10


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    views = group("Les vues, toujours jetables.", "The views, always disposable.")
    command(views, "status", "Où en sont les vues.", "How far the views are.")(status)
    command(views, "run", "Met les vues à jour.", "Brings the views up to date.")(run)
    command(
        views,
        "rebuild",
        "Reconstruit une vue à côté de la vivante, compare, remplace.",
        "Builds a view anew beside the live one, compares, replaces.",
    )(rebuild)
    app.add_typer(views, name="project")
    command(
        app,
        "publish",
        "Publie les listes signées dont le vérificateur a besoin.",
        "Publishes the signed lists that the checker needs.",
    )(publish)


def publish_to(
    session: "Session", directory: Path, now_s: int, log: Path | None = None, full: bool = False
) -> "Publication":
    """Publish, one version further than ever before; the pack carries the newest head of the log named."""
    from sceau.publication import publish_verified

    checkpoint = b"" if log is None else _checkpoint(session, log)
    return publish_verified(session.ledger, directory, now_s, checkpoint, full)


def _checkpoint(session: "Session", log: Path) -> bytes:
    """The newest published head of this ledger's own log; NotInstalled where there is none, NoteInvalid for another."""
    from sceau.cli_log_open import log_key
    from sceau.ledger.log.directory import CHECKPOINT, LogDirectory
    from sceau.tlog.checkpoint import open_checkpoint

    found = LogDirectory(log).find(CHECKPOINT)
    if found is None:
        raise cli_errors.NotInstalled(f"aucune tête publiée dans {log}", f"no head published in {log} yet")
    open_checkpoint(found, log_key(session.ledger.config))
    return found


def publish(
    call: Call,
    place: Annotated[str, typer.Argument(metavar="DIR", help=say("Où publier.", "Where to."))],
    log: LogFolder = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=say(
                "Ne publie pas : DIR (ou une adresse) montre-t-il ce qui fut publié ?",
                "Publishes nothing: does DIR (or an address) show what was published?",
            ),
        ),
    ] = False,
    policy: Annotated[
        Path | None, option("FILE", "Avec --check, sans registre.", "With --check, without a ledger.", "--policy")
    ] = None,
) -> int:
    """Publish, or compare with what was."""
    if check:
        return cli_served.check(call, place, policy)
    if policy is not None:
        raise typer.BadParameter(call.say("--policy va avec --check", "--policy goes with --check"))
    published(call, Path(place), log, False)
    return cli_errors.DONE


def published(call: Call, directory: Path, log: Path | None, full: bool) -> None:
    """Publish, and tell what was; `full` wants a full pack in any case."""
    from sceau.cli_labels import in_words
    from sceau.cli_output import emit, warn
    from sceau.cli_session import opened
    from sceau.domain.errors import InputUnreadable

    with opened(call) as session:
        try:
            done = publish_to(session, directory, int(time.time()), log, full)
        except OSError as error:
            raise InputUnreadable.of(directory, error) from None
    told = {
        "directory": str(directory),
        "version": done.version,
        "as_of": done.as_of,
        "issued": done.issued,
        "not_valid": done.not_valid,
        "pack": done.pack.named.file,
        "pack_bytes": done.pack.size,
        "twins": list(done.twins),
    }
    if done.twins:
        warn(call, _twins(call, done.twins))
    emit(call, told, lambda: in_words(call, told))


def _twins(call: Call, numbers: Sequence[str]) -> str:
    named = ", ".join(numbers[:_NAMED_MAX]) + (", …" if len(numbers) > _NAMED_MAX else "")
    return call.say(
        f"non publiés, car ils portent le sceau d'un document délivré avant : {named} ; voir « sceau audit »",
        f"not published, as they bear the seal of a document issued before: {named}; see 'sceau audit'",
    )


def status(call: Call) -> int:
    """How far each view is; 5 if one has stopped."""
    from sceau.cli_output import emit, table
    from sceau.cli_session import opened

    with opened(call) as session:
        found = session.views.states()
    told = [
        {
            "view": s.name,
            "next_idx": s.next_idx,
            "lag": s.lag,
            "stopped": s.error.say(call.language) if s.error else None,
        }
        for s in found
    ]
    columns = (call.say("vue", "view"), "idx", call.say("retard", "lag"), call.say("arrêt", "stopped"))
    emit(call, told, lambda: table("", columns, [tuple(one.values()) for one in told]))
    return cli_errors.INTEGRITY if any(s.error for s in found) else cli_errors.DONE


def run(
    call: Call,
    follow: Annotated[
        bool, typer.Option("--follow", help=say("Suit jusqu'à Ctrl-C.", "Follows until Ctrl-C."))
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help=say("Reprend une vue arrêtée.", "Resumes a view that stopped."))
    ] = False,
) -> int:
    """Catch up once, or follow."""
    from sceau.cli_labels import in_words
    from sceau.cli_output import emit, progress, warn
    from sceau.cli_session import opened

    with opened(call) as session:
        with progress(call, call.say("vues", "views")) as advance:
            hindered = session.views.follow(advance, resume)
        while follow and not hindered:
            time.sleep(1)
            hindered = session.views.follow()
        told = {state.name: state.next_idx for state in session.views.states()}
    for error in hindered:
        warn(call, error.say(call.language))
    emit(call, told, lambda: in_words(call, told))
    return cli_errors.exit_code_of(hindered[0]) if hindered else cli_errors.DONE


def rebuild(
    call: Call,
    name: Annotated[
        str | None, typer.Argument(metavar="VIEW", help=say("Une seule ; sinon toutes.", "One; else all."))
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help=say("Remplace même si elle diffère.", "Replace even if it differs."))
    ] = False,
) -> None:
    """Rebuild from the first event."""
    from sceau.cli_output import emit, progress, table
    from sceau.cli_session import opened
    from sceau.cli_views import NAMES

    told: list[dict[str, Any]] = []
    wanted = (_view(name),) if name else NAMES
    with opened(call) as session:
        for one in wanted:
            with progress(call, one) as advance:
                done = session.views.rebuild(one, advance, accept)
            told.append({"view": one, "events": done.next_idx, "compared": done.compared, "digest": done.digest.hex()})
    columns = (call.say("vue", "view"), call.say("événements", "events"), call.say("comparés", "compared"), "digest")
    rows = [(one["view"], one["events"], one["compared"], f"{one['digest'][:16]}…") for one in told]
    emit(call, told, lambda: table("", columns, rows))


def _view(name: str) -> str:
    """The view of that name, with or without its version; BadParameter if there is none."""
    from sceau.cli_views import NAMES

    found = next((one for one in NAMES if name in (one, one.rpartition("_v")[0])), None)
    if found is None:
        raise typer.BadParameter(say("vue inconnue", "no such view") + f" {name[:40]} ({', '.join(NAMES)})")
    return found
