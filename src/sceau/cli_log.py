"""`sceau log ...`: keeps, serves to witnesses, shows and verifies the public log; and the signer of its heads.

Exit codes: 0 done and in order; 4 too few witnesses, or too old or too far behind; 5 something does not hold, or an
alarm stands.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau import cli_errors, cli_log_ministry, cli_log_signer
from sceau.cli_errors import NotInstalled
from sceau.cli_help import group
from sceau.cli_options import Call, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.ledger.log.follow import Step
    from sceau.ledger.log.fsck import Checked

Directory = Annotated[Path, typer.Argument(metavar="DIR", help=say("Le dossier du journal.", "The log's directory."))]
Rule = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE", help=say("Votre tlog-policy.", "Your own tlog-policy."))
]
RETRY_SECONDS_MAX = 60.0
_FRENCH = {
    "signed": "a signé",
    "slow": "trop lent",
    "down": "injoignable",
    "lying": "réponse fausse",
    "rolled back": "revenu en arrière",
}


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    log = group("Le journal public, et son signataire.", "The public log, and its signer.")
    command(
        log,
        "publish",
        "Intègre, signe, fait cosigner et publie ce qui est nouveau.",
        "Integrates, signs, has witnessed and publishes what is new.",
    )(publish)
    command(log, "follow", "Fait de même, sans arrêt.", "Does the same, for ever.")(follow)
    command(log, "status", "Taille, tête, âge, cosignatures, retard.", "Size, head, age, cosignatures, lag.")(status)
    command(
        log,
        "check",
        "Vérifie tout le dossier, octet par octet ; avec une base, chaque événement.",
        "Verifies the whole directory, byte by byte; with a database, every event.",
    )(check)
    command(log, "policy", "Vérifie et installe les témoins.", "Checks and installs the witnesses.")(policy)
    cli_log_signer.add_to(log)
    cli_log_ministry.add_to(log)
    app.add_typer(log, name="log")


def publish(call: Call, directory: Directory) -> int:
    """One pass; 4 if the witnesses were too few."""
    from sceau.cli_log_open import follower_of
    from sceau.cli_output import emit, progress

    with follower_of(call, directory) as follower, progress(call, call.say("journal", "log")) as advance:
        follower.start()
        step = follower.step(lambda done: advance(done, done))
    told = _told_step(step)
    emit(call, told, lambda: _show_step(call, step))
    return cli_errors.DONE if step.published else cli_errors.AMBER


def follow(
    call: Call,
    directory: Directory,
    every: Annotated[
        float, typer.Option("--every", min=0.1, max=3600.0, help=say("Secondes entre deux passes.", "Seconds a pass."))
    ] = 0.5,
) -> None:
    """Pass after pass; what only needs patience is tried again, later and later."""
    from sceau.cli_log_open import follower_of
    from sceau.cli_output import warn
    from sceau.domain.errors import LogUnavailable, StoreUnavailable

    with follower_of(call, directory) as follower:
        started, pause = False, every
        while True:
            try:
                if not started:
                    follower.start()
                    started = True
                step = follower.step()
                pause = every
                if step.answers or step.added:
                    _show_step(call, step)
            except (LogUnavailable, StoreUnavailable) as error:
                warn(call, error.say(call.language))
                pause = min(2 * pause, RETRY_SECONDS_MAX)
            time.sleep(pause)


def status(
    call: Call,
    directory: Directory,
    rule: Rule = None,
    lag_max: Annotated[
        int | None, typer.Option("--lag-max", min=0, help=say("Retard toléré, en feuilles.", "Lag allowed, in leaves."))
    ] = None,
    age_max: Annotated[
        int | None, typer.Option("--age-max", min=1, help=say("Âge toléré, en secondes.", "Age allowed, in seconds."))
    ] = None,
) -> int:
    """0 in order; 4 no quorum, too old or too far behind; 5 something does not hold, or an alarm stands."""
    from sceau.cli_log_open import alarm_of, reading
    from sceau.cli_output import emit, facts
    from sceau.ledger.log.directory import CHECKPOINT
    from sceau.ledger.log.status import status_of
    from sceau.tlog.policy import NONE

    with reading(call, directory, rule) as (log, judge, store):
        if log.find(CHECKPOINT) is None:
            raise NotInstalled(f"aucune tête publiée dans {directory}", f"no head published in {directory} yet")
        found = status_of(log, judge, store, int(time.time()))
    told = {**found._asdict(), "witnesses_asked": judge.quorum != NONE, "alarm": alarm_of(call)}
    emit(call, told, lambda: facts(_facts_of_status(call, told)))
    if told["alarm"] is not None:
        return cli_errors.INTEGRITY
    late = (lag_max is not None and (found.lag or 0) > lag_max) or (age_max is not None and found.age > age_max)
    return cli_errors.AMBER if late or not found.quorum else cli_errors.DONE


def check(call: Call, directory: Directory, rule: Rule = None) -> int:
    """5 if anything does not hold, or an alarm stands."""
    from sceau.cli_log_open import alarm_of, reading
    from sceau.cli_output import emit, progress
    from sceau.ledger.log.fsck import check as verify
    from sceau.tlog.policy import NONE

    with reading(call, directory, rule) as (log, judge, store), progress(call, call.say("journal", "log")) as advance:
        found = verify(log, judge, store, lambda done: advance(done, done))
    alarm, asked = alarm_of(call), judge.quorum != NONE
    told = {**_told_check(found), "witnesses_asked": asked, "alarm": alarm}
    emit(call, told, lambda: _show_check(call, found, asked, alarm))
    return cli_errors.DONE if found.holds and alarm is None else cli_errors.INTEGRITY


def policy(call: Call, file: Annotated[Path, typer.Argument(metavar="FILE", help="c2sp.org/tlog-policy")]) -> None:
    """Install a policy of this log."""
    from sceau.cli_labels import in_words
    from sceau.cli_log_open import log_key
    from sceau.cli_output import emit, warn
    from sceau.cli_session import config_of
    from sceau.keys import private_file
    from sceau.ledger.log.rule import read_policy

    config = config_of(call)
    data = private_file.read(file)
    rule = read_policy(data, log_key(config))
    with private_file.locked(config.home):
        private_file.replace(config.log_policy, data)
    told = {
        "policy": str(config.log_policy),
        "witnesses": list(rule.witnesses),
        "quorum": rule.quorum,
        "overlap": rule.overlap,
    }
    if rule.overlap < 1:
        warn(call, _split(call, rule.quorum))
    emit(call, told, lambda: in_words(call, told))


def _split(call: Call, quorum: str) -> str:
    """What a policy allows in which two quorums need share no witness."""
    from sceau.tlog.policy import NONE

    if quorum == NONE:
        return call.say(
            "attention : aucun témoin n'est demandé ; qui tient la clé du journal peut montrer deux têtes contraires",
            "warning: no witnesses are asked for; whoever holds the log's key can show two contradicting heads",
        )
    return call.say(
        "attention : deux quorums peuvent n'avoir aucun témoin en commun ; deux têtes contraires pourraient toutes deux"
        " être cosignées, sans qu'un témoin mente ; demandez plus de la moitié des témoins",
        "warning: two quorums need share no witness; two contradicting heads could both be witnessed, without any"
        " witness lying; ask for more than half of the witnesses",
    )


def _told_step(step: "Step") -> dict[str, Any]:
    answers = {one.name: {"outcome": one.outcome, "detail": one.detail, "at": one.at or None} for one in step.answers}
    return {"size": step.size, "added": step.added, "published": step.published, "witnesses": answers}


def _show_step(call: Call, step: "Step") -> None:
    """What was published, and what each witness did."""
    from sceau.cli_output import line, table

    if step.published:
        line(
            call.say(
                f"{step.size} feuilles publiées, {step.added} nouvelles",
                f"{step.size} leaves published, {step.added} new",
            )
        )
    else:
        line(
            call.say(
                f"{step.size} feuilles signées, mais trop peu de témoins : l'ancienne tête reste publiée",
                f"{step.size} leaves signed, but too few witnesses: the former head stays published",
            ),
            "bold yellow",
        )
    if step.answers:
        columns = (call.say("témoin", "witness"), call.say("réponse", "answer"), call.say("détail", "detail"))
        table("", columns, [(one.name, _outcome(call, one.outcome), one.detail) for one in step.answers])


def _outcome(call: Call, outcome: str) -> str:
    return call.say(_FRENCH.get(outcome, outcome), outcome)


def _facts_of_status(call: Call, told: dict[str, Any]) -> dict[str, str]:
    say = call.say
    witnesses = ", ".join(told["witnesses"]) or "—"
    return {
        say("journal", "log"): told["origin"],
        say("feuilles", "leaves"): str(told["size"]),
        say("racine", "root"): told["root"],
        say("âge", "age"): f"{told['age']} s"
        + (say(" : l'horloge retarde", ": the clock is behind") if told["age"] < 0 else ""),
        say("quorum", "quorum"): _quorum(call, told),
        say("cosignée par", "cosigned by"): witnesses,
        say("manquent", "missing"): ", ".join(told["missing"]),
        say("en attente de témoins", "waiting for witnesses"): str(told["pending"]),
        say("retard sur la base", "behind the database"): say("base non donnée", "no database given")
        if told["lag"] is None
        else str(told["lag"]),
        say("ALARME", "ALARM"): told["alarm"] or "",
    }


def _quorum(call: Call, told: dict[str, Any]) -> str:
    if not told["witnesses_asked"]:
        return call.say("aucun témoin demandé", "no witnesses asked for")
    return call.say("atteint", "met") if told["quorum"] else call.say("manqué", "not met")


def _told_check(found: "Checked") -> dict[str, Any]:
    witnesses = dict(found.quorum.witnesses) if found.quorum else {}
    counted = {name: getattr(found, name) for name in ("size", "tiles", "partials", "entries", "events", "unpublished")}
    return {
        "holds": found.holds,
        **counted,
        "witnesses": witnesses,
        "findings": [one._asdict() for one in found.findings],
    }


def _show_check(call: Call, found: "Checked", asked: bool, alarm: str | None) -> None:
    from sceau.cli_output import facts, line, table

    if found.holds:
        line(call.say("Tout tient.", "Everything holds."), "bold green")
    else:
        line(call.say("Quelque chose ne tient pas.", "Something does not hold."), "bold red")
    if not asked:
        line(call.say("Aucun témoin demandé.", "No witnesses asked for."))
    if alarm is not None:
        line(call.say(f"ALARME : {alarm}", f"ALARM: {alarm}"), "bold red")
    not_compared = call.say("non comparés : aucune base donnée", "not compared: no database given")
    facts({
        call.say("feuilles", "leaves"): found.size,
        call.say("tuiles", "tiles"): found.tiles,
        call.say("tuiles partielles antérieures", "older partial tiles"): found.partials,
        call.say("entrées", "entries"): found.entries,
        call.say("événements comparés", "events compared"): not_compared if found.events is None else found.events,
        call.say("fichiers pas encore publiés", "files not yet published"): found.unpublished,
    })  # fmt: skip
    if found.findings:
        columns = (call.say("fichier", "file"), "idx", call.say("constat", "finding"))
        table("", columns, [tuple(one) for one in found.findings])
