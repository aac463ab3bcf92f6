"""`sceau history`: the event stream, newest last, by mission, officer, type and time.

It needs no passphrase, as nothing personal is opened. It is read backwards in steps, so the latest events of a long
history come at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau.cli_options import Call, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.ledger.reader import Reader, Recorded

_DAY_MS = 86_400_000
_SLACK_MS = 60_000  # two processes on one clock may commit in another order than they decided
_STEP = 500


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(app, "history", "Le fil des événements.", "The stream of events.")(history)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; empty text asks nothing. Times in milliseconds, `until` excluded."""

    office: str = ""
    officer: str = ""
    type: str = ""
    topic: str = ""
    since: int = 0
    until: int = 1 << 62

    def holds(self, event: "Recorded") -> bool:
        """Whether this event is wanted; `type` is a document type or act kind, `topic` a topic or its beginning."""
        meta, said = event.meta, event.event
        return (
            self.since <= meta.time < self.until
            and self.office in ("", meta.office)
            and self.officer in ("", meta.officer)
            and event.topic.startswith(self.topic)
            and self.type in ("", getattr(said, "type", None), getattr(said, "kind", None))
        )


def latest(reader: "Reader", size: int, wanted: Wanted, limit: int) -> "list[Recorded]":
    """The last `limit` events that are wanted, oldest first."""
    found: list[Recorded] = []
    for event in _backwards(reader, size):
        if len(found) == limit or event.meta.time < wanted.since - _SLACK_MS:
            break
        if wanted.holds(event):
            found.append(event)
    return found[::-1]


def _backwards(reader: "Reader", size: int) -> "Iterator[Recorded]":
    while size > 0:
        start = max(0, size - _STEP)
        yield from reversed(reader.read(start, size - start))
        size = start


def history(
    call: Call,
    office: Annotated[str, typer.Option("--office", metavar="PAR", help=say("Poste.", "Office."))] = "",
    officer: Annotated[str, typer.Option("--officer", metavar="PAR-1", help=say("Agent.", "Officer."))] = "",
    type_code: Annotated[
        str,
        typer.Option("--type", metavar="TYPE", help=say("Type de document ou d'acte.", "Document type or act kind.")),
    ] = "",
    topic: Annotated[
        str, typer.Option("--topic", metavar="document.issued", help=say("Sorte d'événement.", "Kind of event."))
    ] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="YYYY-MM-DD", help=say("Premier jour (UTC).", "First day (UTC)."))
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="YYYY-MM-DD", help=say("Dernier jour (UTC).", "Last day (UTC)."))
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=say("Les derniers.", "The last ones."))] = 50,
) -> None:
    """Show events."""
    from sceau.cli_output import emit
    from sceau.cli_session import config_of
    from sceau.cli_show import history_table, recorded
    from sceau.compose import open_store
    from sceau.ledger.reader import Reader

    wanted = Wanted(office, officer, type_code, topic, _start("--since", since, 0), _end("--until", until))
    config = config_of(call)
    store = open_store(config.database, migrate=False)
    try:
        reader = Reader(store, config.state.origin)
        found = [recorded(event) for event in latest(reader, store.size(), wanted, limit)]
    finally:
        store.close()
    emit(call, found, lambda: history_table(call, found))


def _start(option: str, day: str, default: int) -> int:
    """The first millisecond of a day."""
    from datetime import date

    from sceau.cli_options import as_day

    if not as_day(option, day):
        return default
    return (date.fromisoformat(day) - date(1970, 1, 1)).days * _DAY_MS


def _end(option: str, day: str) -> Any:
    return _start(option, day, (1 << 62) - _DAY_MS) + _DAY_MS
