"""`sceau scan`: the checker, from a published directory and a root key, nothing else.

    lists  --lists DIR    SCEAU_LISTS   home/public    or --pack DIR|FILE: the offline pack alone
    root   --root HEX|FILE   SCEAU_ROOT    home/root.pub, else root.hex or root.pub beside DIR (never in it)

The highest version of each list ever accepted is remembered in ~/.local/state/sceau: nobody brings an older one back.
Several codes on one paper are judged one by one, and the worst answer is the exit code. With a witness policy, the
proofs that a PDF or --proof brings are judged too (verify_api/logged.py).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sceau import cli_errors
from sceau.cli_options import Call, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.tlog.policy import Policy
    from sceau.verify_api.directory import Published, Versions
    from sceau.verify_api.pack import Pack
    from sceau.verify_api.verdict import Verdict

CODE_MAX = 8_192  # no code holds more
_EXITS = {"green": cli_errors.DONE, "amber": cli_errors.AMBER, "red": cli_errors.RED}
_Lists = Annotated[
    Path | None,
    typer.Option("--lists", envvar="SCEAU_LISTS", metavar="DIR", help=say("Listes publiées.", "Published lists.")),
]
RootKey = Annotated[
    str | None,
    typer.Option(
        "--root", envvar="SCEAU_ROOT", metavar="HEX|FILE", help=say("Clé racine publique.", "The root's public key.")
    ),
]
_Policy = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        envvar="SCEAU_POLICY",
        metavar="FILE",
        help=say("Politique de témoins : juge les preuves jointes.", "Witness policy: judges the attached proofs."),
    ),
]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    command(
        app,
        "scan",
        "Vérifie un document : PDF, photo (PNG, JPEG), texte d'un code, ou - (entrée standard).",
        "Checks a document: PDF, photograph (PNG, JPEG), text of a code, or - (stdin).",
    )(scan)


@dataclass(frozen=True)
class Checker:
    """What a scan knows."""

    lists: "Published | Pack"
    today: date
    host: str | None = None
    policy: "Policy | None" = None

    def judge(self, data: bytes, *proofs: bytes) -> "list[Verdict]":
        """A verdict for each code in a file; InputUnreadable where there is none. `proofs` came beside the file."""
        from sceau.verify_api.scan import scan

        known = self.lists
        found = [scan(code, known.trust, known.status, known.issued, self.today, self.host) for code in codes_of(data)]
        if self.policy is None:
            return found
        from sceau.verify_api.logged import with_proofs

        return with_proofs(found, [*proofs, *proofs_of(data)], self.policy)


def checker_of(
    lists: Path,
    root: bytes,
    today: date,
    memory: "Versions | None" = None,
    policy: "Policy | None" = None,
    packed: bool = False,
) -> Checker:
    """A checker on a published directory or on its pack alone; ListInvalid if anything in it is not as it must be."""
    from sceau.verify_api.directory import Versions, open_directory
    from sceau.verify_api.pack import open_path

    known = (open_path if packed else open_directory)(lists, root, memory or Versions())
    return Checker(known, today, policy=policy)


def proofs_of(data: bytes) -> list[bytes]:
    """The proofs attached to a PDF; nothing else has any."""
    from sceau.verify_api.attached import proofs_in

    return proofs_in(data) if data.startswith(b"%PDF-") else []


def codes_of(data: bytes) -> list[bytes]:
    """The codes of a PDF or photograph; anything else is the content of one code."""
    from sceau.domain.errors import InputUnreadable
    from sceau.verify_api.image import codes_in, kind_of

    try:
        kind = kind_of(data)
    except InputUnreadable:
        content = data.rstrip(b"\r\n") if data.isascii() else data
        if not content or len(content) > CODE_MAX:
            raise InputUnreadable(
                "neither PDF, PNG, JPEG nor the content of one code",
                why_fr="ni PDF, ni PNG, ni JPEG, ni le contenu d'un code",
            ) from None
        return [content]
    codes = codes_in(data, kind)
    if not codes:
        raise InputUnreadable(
            "no code found: scan it again, flat, sharp and well lit, or give the code's text",
            why_fr="aucun code trouvé : scannez-le de nouveau, à plat, net et bien éclairé, ou donnez son texte",
        )
    return codes


def scan(
    call: Call,
    source: Annotated[str, typer.Argument(metavar="PDF|PNG|TEXT|-", help=say("Quoi vérifier.", "What to check."))],
    lists: _Lists = None,
    pack: Annotated[
        Path | None,
        typer.Option("--pack", metavar="DIR|FILE", help=say("Un paquet au lieu des listes.", "A pack, not the lists.")),
    ] = None,
    root: RootKey = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="YYYY-MM-DD", help=say("La date ici.", "The date here."))
    ] = None,
    policy: _Policy = None,
    proof: Annotated[
        Path | None, typer.Option("--proof", metavar="FILE", help=say("Preuve reçue à part.", "Its proof, apart."))
    ] = None,
) -> int:
    """Judge a paper."""
    from sceau.cli_input import read_bytes
    from sceau.cli_output import emit
    from sceau.cli_types import load_outside_types
    from sceau.cli_verdict import show
    from sceau.verify_api.image import SIZE_MAX

    load_outside_types()
    data = read_bytes(source, SIZE_MAX)
    known = pack or _lists_folder(call, lists)
    public = root_public(call, root, None if pack else known)
    rule, proofs = _proving(call, policy, proof)
    checker = checker_of(known, public, _today(today), _memory(call, public), rule, packed=pack is not None)
    verdicts = checker.judge(data, *proofs)
    told = [verdict.to_json() for verdict in verdicts]
    emit(call, told[0] if len(told) == 1 else told, lambda: show(call, verdicts))
    return worst_exit([verdict.colour.value for verdict in verdicts])


def _proving(call: Call, policy: Path | None, proof: Path | None) -> "tuple[Policy | None, list[bytes]]":
    """Whose word counts, and the proof that came apart; BadParameter for a proof without a policy to judge it by."""
    from sceau.cli_input import read_bytes
    from sceau.tlog import policy as policies
    from sceau.tlog.proof import PROOF_SIZE_MAX

    if policy is None:
        if proof is not None:
            raise typer.BadParameter(call.say("--proof va avec --policy", "--proof goes with --policy"))
        return None, []
    rule = policies.parse(read_bytes(str(policy), PROOF_SIZE_MAX).decode("utf-8", "replace"))
    return rule, [] if proof is None else [read_bytes(str(proof), PROOF_SIZE_MAX)]


def worst_exit(colours: Sequence[str]) -> int:
    """Red over amber over green."""
    return _EXITS[next((colour for colour in ("red", "amber") if colour in colours), "green")]


def _lists_folder(call: Call, lists: Path | None) -> Path:
    """The published directory; NotInstalled if there is none."""
    home = _home(call)
    if lists is None and home is not None and (home / "public").is_dir():
        return home / "public"
    if lists is not None and lists.is_dir():
        return lists
    missing = (f"{lists} : dossier absent", f"{lists}: no such directory") if lists else ("aucune liste", "no lists")
    raise cli_errors.NotInstalled(
        f"{missing[0]} ; donnez avec --lists DIR (ou SCEAU_LISTS) le dossier que l'autorité publie,"
        " fait par « sceau publish DIR »",
        f"{missing[1]}; give with --lists DIR (or SCEAU_LISTS) the directory that the authority publishes,"
        " made by 'sceau publish DIR'",
    )


def root_public(call: Call, root: str | None, lists: Path | None) -> bytes:
    """The 32 bytes of the pinned root key; InputUnreadable if there is none. Nothing is looked for beside a pack."""
    from sceau.cli_input import public_key

    home = _home(call)
    beside = [lists.absolute().parent] if lists is not None else []
    files = [home / "root.pub"] if home else [place / name for place in beside for name in ("root.hex", "root.pub")]
    given = root or next((str(file) for file in files if file.is_file()), "")
    return public_key(
        given,
        "no root key: give --root (or SCEAU_ROOT),",
        "pas de clé racine : donnez --root (ou SCEAU_ROOT),",
    )


def _home(call: Call) -> Path | None:
    """The installation at hand, if one is named."""
    if not (call.database or call.home):
        return None
    from sceau.config import home_of

    return call.home or home_of(call.database or "", None)


def _memory(call: Call, root_public: bytes) -> "Versions":
    """The versions seen, kept where this user's programs keep their state."""
    from sceau.cli_output import warn
    from sceau.verify_api.directory import Versions

    path = memory_file_of(root_public)
    if path is None:
        warn(call, call.say("les versions vues ne peuvent pas être retenues", "the versions seen cannot be remembered"))
    return Versions(path)


def memory_file_of(root_public: bytes) -> Path | None:
    """One file for each root; None where nothing can be kept."""
    base = os.environ.get("XDG_STATE_HOME") or ""
    try:
        folder = (Path(base) if base else Path.home() / ".local" / "state") / "sceau"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder / f"seen-{root_public.hex()[:16]}.json" if os.access(folder, os.W_OK) else None


def _today(text: str | None) -> date:
    from sceau.cli_options import as_day

    return date.fromisoformat(as_day("--today", text)) if text else datetime.now(UTC).date()
