"""`sceau-audit EXPORT --policy FILE`: examine an export of the ledger, say what holds and what does not.

It needs the export, a policy that came another way, and a place to remember the checkpoints it has seen. Results go to
stdout, progress to stderr; the exit code is in faults.py and at the end of --help.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sceau import __version__
from sceau.audit_kit import evidence, reading, report, screen
from sceau.audit_kit.examine import Inputs, examine, log_of
from sceau.audit_kit.faults import HOLDS, USAGE
from sceau.audit_kit.kept import State
from sceau.audit_kit.source import Source
from sceau.audit_kit.words import EXIT_CODES, HELP, LANGUAGES, language_of, say
from sceau.domain.errors import InputUnreadable, PolicyInvalid, SceauError
from sceau.tlog import policy as policies

KID_SIZE = 8


def main(arguments: Sequence[str] | None = None, now: Callable[[], float] = time.time) -> int:
    """The program; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of(_language_asked(given))
    made = parser(language)
    options = made.parse_args(given)
    if options.policy is None and options.show is None:
        made.error(say(("--policy manque", "--policy is missing"), language))
    try:
        return run(options, language, int(now()))
    except SceauError as error:
        sys.stderr.write(f"sceau-audit: {error.code}: {screen.printable(error.say(language))}\n")
        return USAGE
    except KeyboardInterrupt:
        return 130


def run(options: argparse.Namespace, language: str, now_s: int) -> int:
    """One audit by its options."""
    if options.show is not None:
        secret = reading.read_secret(options.key) if options.key else None
        sys.stdout.write(evidence.encode(reading.event(options.export, options.show, secret)).decode())
        return HOLDS
    policy_text = _text(options.policy)
    policy = policies.parse(policy_text)
    earlier = report.read(options.since) if options.since else None
    state = State(options.state or state_folder(os.environ), policy.log)
    inputs = Inputs(
        options.export,
        policy,
        state,
        log_of(options.export, options.log),
        options.genesis,
        options.witnesses,
        options.workers,
        options.part,
        tuple(options.pack),
        Source(options.served) if options.served else None,
    )
    with screen.progress(language, options.quiet) as progress:
        found = examine(inputs, progress)
    told = report.make(found, now_s, earlier)
    if options.report:
        _write(options.report, evidence.encode(told))
    sys.stdout.write(screen.shown(told, language))
    if not told["holds"]:
        folder = options.evidence or Path(f"sceau-audit-evidence-{now_s}")
        evidence.write(folder, policy_text, inputs, found, told)
        sys.stdout.write(say((f"Preuves : {folder}\n", f"Evidence: {folder}\n"), language))
    return int(told["exit"])


def parser(language: str) -> argparse.ArgumentParser:
    """The command line."""
    codes = "\n".join(f"  {code}  {say((fr, en), language)}" for code, fr, en in EXIT_CODES)
    helps = {name: say(pair, language) for name, pair in HELP.items()}
    made = argparse.ArgumentParser(
        "sceau-audit",
        description=helps["what"],
        epilog=f"{helps['codes']}\n{codes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    made.error = _misused(made)  # type: ignore[method-assign]
    made.add_argument_group("Arguments").add_argument("export", type=Path, metavar="EXPORT", help=helps["export"])
    options = made.add_argument_group("Options")
    options.add_argument("--policy", type=Path, metavar="FILE", help=helps["policy"])
    options.add_argument("--log", metavar="DIR|URL", help=helps["log"])
    options.add_argument("--state", type=Path, metavar="DIR", help=helps["state"])
    options.add_argument("--genesis", type=_kid, metavar="HEX", help=helps["genesis"])
    options.add_argument("--witnesses", action="store_true", help=helps["witnesses"])
    options.add_argument("--part", action="store_true", help=helps["part"])
    options.add_argument("--pack", type=Path, action="append", default=[], metavar="FILE", help=helps["pack"])
    options.add_argument("--served", metavar="DIR|URL", help=helps["served"])
    options.add_argument("--report", type=Path, metavar="FILE", help=helps["report"])
    options.add_argument("--since", type=Path, metavar="REPORT", help=helps["since"])
    options.add_argument("--evidence", type=Path, metavar="DIR", help=helps["evidence"])
    options.add_argument("--show", type=_index, metavar="IDX", help=helps["show"])
    options.add_argument("--key", type=Path, metavar="FILE", help=helps["key"])
    options.add_argument("--workers", type=_workers, default=1, metavar="N", help=helps["workers"])
    options.add_argument("--lang", choices=LANGUAGES, help=helps["lang"])
    options.add_argument("--quiet", action="store_true", help=helps["quiet"])
    options.add_argument("-h", "--help", action="help", help=helps["help"])
    options.add_argument("--version", action="version", version=f"sceau-audit {__version__}", help=helps["version"])
    return made


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where checkpoints are kept unless --state says otherwise."""
    if environment.get("SCEAU_AUDIT_STATE"):
        return Path(environment["SCEAU_AUDIT_STATE"])
    base = environment.get("XDG_STATE_HOME") or environment.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "state") / "sceau-audit"


def _misused(made: argparse.ArgumentParser) -> Any:
    def error(message: str) -> None:
        made.print_usage(sys.stderr)
        made.exit(USAGE, f"sceau-audit: {message}\n")

    return error


def _language_asked(given: Sequence[str]) -> str | None:
    """The value of --lang, before the command line is read: its help depends on it."""
    for at, word in enumerate(given):
        if word == "--lang" and at + 1 < len(given):
            return given[at + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return None


def _kid(text: str) -> bytes:
    if not re.fullmatch(f"[0-9a-f]{{{2 * KID_SIZE}}}", text):
        raise argparse.ArgumentTypeError(f"{text}: 16 chiffres hexadécimaux minuscules / 16 lower-case hex digits")
    return bytes.fromhex(text)


def _index(text: str) -> int:
    if not re.fullmatch("[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"{text}: un nombre, 0 ou plus / a number, 0 or more")
    return int(text)


def _workers(text: str) -> int:
    if not re.fullmatch("[0-9]{1,2}", text) or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text}: un nombre de 1 à 64 / a number from 1 to 64")
    return int(text)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
    except UnicodeDecodeError:
        raise PolicyInvalid(f"{path} is not UTF-8") from None


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
