"""The options that commands share, and the one way to declare a command.

    every command   --database --home --json --lang
    who writes      --command-id, and who acts for an office: --office --officer

`command` adds them to the command's own parameters and hands them over as one `Call`; errors end as exit codes.
"""

import functools
import inspect
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from sceau import cli_errors
from sceau.cli_help import Command
from sceau.config import POSTGRES, SQLITE
from sceau.domain.errors import FieldInvalid, SceauError
from sceau.language import LANGUAGE, LANGUAGES, say

_SHARED = say("Options communes", "Common options")
_WHO = say("Qui agit", "Who acts")
ID_SIZE = 16


@dataclass(frozen=True, slots=True)
class Call:
    """How a command was called; `command_id` is drawn when none is given, and empty for a command that only reads."""

    database: str | None = None
    home: Path | None = None
    json: bool = False
    language: str = LANGUAGE
    office: str = ""
    officer: str = ""
    command_id: bytes = b""

    @property
    def by(self) -> dict[str, Any]:
        """Who acts, as commands name it; FieldInvalid if nobody does."""
        if not self.office:
            raise FieldInvalid("--office", "missing (or SCEAU_OFFICE)", "manque (ou SCEAU_OFFICE)")
        if not self.officer:
            raise FieldInvalid("--officer", "missing (or SCEAU_OFFICER)", "manque (ou SCEAU_OFFICER)")
        return {"command_id": self.command_id, "office": self.office, "officer": self.officer}

    def say(self, fr: str, en: str) -> str:
        """One of two texts."""
        return say(fr, en, self.language)


def _option(name: str, annotation: Any, default: Any, *flags: str, **options: Any) -> inspect.Parameter:
    annotated = Annotated[annotation, typer.Option(*flags, **options)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotated)


def option(metavar: str, fr: str, en: str, *flags: str) -> Any:
    """A command's own option that takes a value, for `Annotated`."""
    return typer.Option(*flags, metavar=metavar, help=say(fr, en))


def _language(value: str | None) -> str | None:
    if value is not None and value not in LANGUAGES:
        raise typer.BadParameter(say("fr ou en", "fr or en"))
    return value


def _database(value: str | None) -> str | None:
    if value and not value.startswith((SQLITE, *POSTGRES)):
        raise typer.BadParameter(say("sqlite:///chemin ou postgresql://…", "sqlite:///path or postgresql://…"))
    return value


def as_day(option: str, text: str) -> str:
    """A day given on the command line, empty where none is; BadParameter unless it is a date written YYYY-MM-DD."""
    from sceau.domain.document_type import Field, Kind, Label

    if text:
        try:
            Field(option, Label(option, option), Kind.DATE).check(text)
        except FieldInvalid as error:
            raise typer.BadParameter(error.say(LANGUAGE)) from None
    return text


def _command_id(value: str | None) -> str | None:
    if value is not None and (len(value) != 2 * ID_SIZE or value.strip("0123456789abcdef")):
        raise typer.BadParameter(say("32 chiffres hexadécimaux minuscules", "32 lower-case hex digits"))
    return value


_COMMON = (
    _option(
        "database",
        str | None,
        None,
        "--database",
        envvar="SCEAU_DATABASE",
        metavar="URL",
        callback=_database,
        help="sqlite:///… | postgresql://…",
        rich_help_panel=_SHARED,
    ),
    _option(
        "home",
        Path | None,
        None,
        "--home",
        envvar="SCEAU_HOME",
        metavar="DIR",
        help=say(
            "Dossier des clés et des vues (SQLite : celui de la base).",
            "Folder of keys and views (SQLite: the database's own).",
        ),
        rich_help_panel=_SHARED,
    ),
    _option(
        "json",
        bool,
        False,
        "--json",
        help=say("Résultat en JSON pour un programme.", "Result as JSON, for a program."),
        rich_help_panel=_SHARED,
    ),
    _option(
        "lang",
        str | None,
        None,
        "--lang",
        envvar="SCEAU_LANG",
        metavar="fr|en",
        callback=_language,
        help=say("Langue des messages.", "Language of messages."),
        rich_help_panel=_SHARED,
    ),
)
_ACTING = (
    _option(
        "office",
        str,
        "",
        "--office",
        envvar="SCEAU_OFFICE",
        metavar="PAR",
        help=say("Poste qui agit.", "The office that acts."),
        rich_help_panel=_WHO,
    ),
    _option(
        "officer",
        str,
        "",
        "--officer",
        envvar="SCEAU_OFFICER",
        metavar="PAR-1",
        help=say("Agent qui agit.", "The officer who acts."),
        rich_help_panel=_WHO,
    ),
)
_WRITING = (
    _option(
        "command_id",
        str | None,
        None,
        "--command-id",
        metavar="HEX",
        callback=_command_id,
        help=say(
            "Identifiant de la demande : répétée avec le même, elle n'est faite qu'une fois.",
            "The request's own id: repeated with the same one, it is carried out once.",
        ),
        rich_help_panel=_WHO,
    ),
)


def command(
    app: typer.Typer, name: str, fr: str, en: str, acting: bool = False, writing: bool = False
) -> Callable[[Callable[..., int | None]], Callable[..., int | None]]:
    """Declare a command whose function takes a `Call` first; what it returns is the exit code (None: 0).

    `acting` for an office, or `writing` one command of the ministry's: either has an id to repeat it with.
    """
    shared = (*(_ACTING if acting else ()), *(_WRITING if acting or writing else ()), *_COMMON)

    def declare(function: Callable[..., int | None]) -> Callable[..., int | None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

        @functools.wraps(function)
        def run(**values: Any) -> None:
            call = _call({parameter.name: values.pop(parameter.name) for parameter in shared})
            with _told(call):
                raise typer.Exit(function(call, **values) or cli_errors.DONE)

        parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + list(shared)
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        app.command(name, cls=Command, help=say(fr, en))(run)
        return function

    return declare


def _call(shared: dict[str, Any]) -> Call:
    given, writes = shared.get("command_id"), "command_id" in shared
    return Call(
        shared["database"],
        shared["home"],
        shared["json"],
        shared["lang"] or LANGUAGE,
        shared.get("office", ""),
        shared.get("officer", ""),
        bytes.fromhex(given) if given else _fresh_id() if writes else b"",
    )


def _fresh_id() -> bytes:
    from sceau.ledger.commands import fresh_id

    return fresh_id(time.time_ns() // 1_000_000, os.urandom)


@contextmanager
def _told(call: Call) -> Iterator[None]:
    """Every error becomes a message and an exit code."""
    try:
        yield
    except SceauError as error:
        raise typer.Exit(cli_errors.report(error, call.json, call.language, call.command_id)) from None
    except typer.BadParameter as error:
        cli_errors.tell({"code": "usage", "message": error.message}, call.json)
        raise typer.Exit(cli_errors.USAGE) from None
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except Exception as error:  # no traceback is shown to a clerk
        raise typer.Exit(cli_errors.report_fault(error, call.json, call.language, call.command_id)) from None


def progress_shown(call: Call) -> bool:
    """Whether somebody watches."""
    return not call.json and sys.stderr.isatty()
