"""`sceau clock`: what this machine's clock says beside the last event; the operator's word where it is days ahead.

Whatever is written at a wrong time stops issuing until that time comes (integrity.clock_behind), and nothing written is
ever taken back. So the date is stated as it is read elsewhere, not merely confirmed.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sceau import cli_errors
from sceau.cli_options import Call, as_day, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.cli_session import Session


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(
        app,
        "clock",
        "L'horloge à côté du dernier événement ; la confirme si elle en est à plusieurs jours.",
        "The clock beside the last event; confirms it where it is days ahead.",
        writing=True,
    )(clock)


def clock(
    call: Call,
    today: Annotated[
        str,
        typer.Option(
            "--today",
            metavar="YYYY-MM-DD",
            help=say("La date du jour (UTC), lue ailleurs : confirme.", "Today (UTC) as read elsewhere: confirms."),
        ),
    ] = "",
) -> int:
    """Show, and confirm when the date is stated; 5 if nothing can be issued at this time."""
    from sceau.cli_output import emit, facts
    from sceau.cli_session import opened
    from sceau.compose import now_ms

    as_day("--today", today)
    with opened(call) as session:
        if today:
            confirm(session, call.command_id, today)
        now, last = now_ms(), _last_ms(session)
    code = _refused(now, last)
    told = {"clock": _instant(now), "last_event": _instant(last), "confirmed": bool(today), "refused": code}
    shown = {
        call.say("horloge", "clock"): told["clock"],
        call.say("dernier événement", "last event"): told["last_event"],
        call.say("confirmée", "confirmed"): today,
        call.say("refus", "refused"): code,
    }
    emit(call, told, lambda: facts(shown))
    return cli_errors.INTEGRITY if code else cli_errors.DONE


def confirm(session: "Session", command_id: bytes, today: str) -> None:
    """Record the operator's word."""
    from sceau.install import OPERATOR
    from sceau.ledger.commands import ConfirmClock

    ministry = session.config.state.ministry
    session.execute(ConfirmClock(command_id=command_id, office=ministry, officer=OPERATOR, today=today))


def must_be_confirmed(session: "Session") -> bool:
    """Whether nothing can be issued before the clock is confirmed."""
    from sceau.compose import now_ms
    from sceau.domain.errors import ClockAhead

    return _refused(now_ms(), _last_ms(session)) == ClockAhead.code


def _refused(now: int, last: int) -> str | None:
    """The code under which a command would be refused at this time."""
    from sceau.domain.errors import ClockAhead, ClockBehind
    from sceau.ledger.stores.port import CLOCK_AHEAD_MAX_MS, CLOCK_BEHIND_MAX_MS

    if now < last - CLOCK_BEHIND_MAX_MS:
        return ClockBehind.code
    return ClockAhead.code if now > last + CLOCK_AHEAD_MAX_MS else None


def _last_ms(session: "Session") -> int:
    from sceau.ledger import envelope

    store = session.ledger.store
    return envelope.parse(store.follow(store.size() - 1, 1)[0].state).meta.time


def _instant(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
