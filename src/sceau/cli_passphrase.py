"""The passphrase of a keystore, wherever it is kept.

    passphrase = SCEAU_PASSPHRASE | the file SCEAU_PASSPHRASE_FILE | home/passphrase | asked for

Only a demonstration keeps its passphrase beside its keys (home/passphrase, readable by its owner alone).
"""

import os
import sys
from pathlib import Path

from sceau.cli_options import Call
from sceau.domain.errors import InputUnreadable, KeyRefused

_PASSPHRASE_MAX = 1024


def passphrase_in(home: Path, call: Call, confirm: bool = False) -> str:
    """The passphrase of the keystore in `home`; KeyRefused where nobody can be asked."""
    said = os.environ.get("SCEAU_PASSPHRASE")
    if said:
        return said
    named = os.environ.get("SCEAU_PASSPHRASE_FILE")
    if named:
        return _read(Path(named))
    if kept_in(home).exists():
        return _read(kept_in(home))
    if not sys.stdin.isatty():
        raise KeyRefused(
            "no passphrase: set SCEAU_PASSPHRASE or SCEAU_PASSPHRASE_FILE",
            why_fr="pas de phrase secrète : donnez SCEAU_PASSPHRASE ou SCEAU_PASSPHRASE_FILE",
        )
    import typer

    asked: str = typer.prompt(
        call.say("Phrase secrète", "Passphrase"), hide_input=True, confirmation_prompt=confirm, err=True
    )
    return asked


def kept_in(home: Path) -> Path:
    """Where a demonstration keeps its passphrase."""
    return home / "passphrase"


def _read(path: Path) -> str:
    """The first line of a file that nobody else can read."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeyRefused(
                f"others can read {path}: chmod 600 {path}", why_fr=f"d'autres peuvent lire {path} : chmod 600 {path}"
            )
        return path.read_text("utf-8")[:_PASSPHRASE_MAX].split("\n")[0]
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
    except UnicodeDecodeError:
        raise InputUnreadable(f"{path}: not UTF-8", why_fr=f"{path} : pas en UTF-8") from None
