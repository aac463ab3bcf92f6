"""Helps in the reader's language: the words that Typer adds by itself have a French of their own here.

group(fr, en)   a set of commands        Command   one of them
"""

from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from sceau.language import LANGUAGE, say

if TYPE_CHECKING:
    from typer.core import TyperOption

_FRENCH = {
    "COMMANDS_PANEL_TITLE": "Commandes",
    "DEFAULT_STRING": "[défaut : {}]",
    "ENVVAR_STRING": "[variable : {}]",
    "REQUIRED_LONG_STRING": "[exigé]",
    "ERRORS_PANEL_TITLE": "Erreur",
}
_HELP = say("Montre cette aide et s'arrête.", "Shows this help and exits.")


def _in_french() -> None:
    """Just before a help is drawn: what draws it takes long to load."""
    from typer import rich_utils

    if LANGUAGE == "fr":
        for name, text in _FRENCH.items():
            setattr(rich_utils, name, text)


class Command(TyperCommand):
    """A command."""

    def get_help_option(self, ctx: Any) -> "TyperOption | None":
        """Its --help."""
        return _worded(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Draw the help."""
        _in_french()
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """A set of commands."""

    def get_help_option(self, ctx: Any) -> "TyperOption | None":
        """Its --help."""
        return _worded(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Draw the help."""
        _in_french()
        super().format_help(ctx, formatter)


def _worded(option: "TyperOption | None") -> "TyperOption | None":
    if option is not None:
        option.help = _HELP
    return option


def group(fr: str, en: str) -> typer.Typer:
    """A set of commands under one name."""
    metavar = say("COMMANDE [ARGUMENTS]...", "COMMAND [ARGS]...")
    return typer.Typer(cls=Group, no_args_is_help=True, subcommand_metavar=metavar, help=say(fr, en))
